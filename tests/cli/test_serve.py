"""`madoguchi serve` as processes: what takes long holds up nothing else."""

import os
import subprocess
import sys
from pathlib import Path

from madoguchi.cli.serve import LONG_QUEUES
from madoguchi.console.tasks import compute_plan

ROOT = Path(__file__).parents[2]
ASK_AND_WAIT = """
import sys, time
from pathlib import Path
from madoguchi.cli.serve import set_up
set_up()
from django_tasks_db.models import DBTaskResult
from tests.cli.waiting_tasks import be_quick, take_long

def reach(result, status):
    ended = time.monotonic() + 60
    while True:
        found = DBTaskResult.objects.get(pk=result.id).status
        if found == status:
            return
        assert time.monotonic() < ended, f"{result.task.name} is {found}, not {status}"
        time.sleep(0.1)

release = Path(sys.argv[1])
try:
    plans = [take_long.enqueue(str(release)) for _ in range(2)]
    reach(plans[0], "RUNNING")
    for _ in range(3):
        reach(be_quick.enqueue(), "SUCCESSFUL")
    print(*(DBTaskResult.objects.get(pk=each.id).status for each in plans))
finally:
    release.touch()
for each in plans:
    reach(each, "SUCCESSFUL")
"""


def test_a_long_plan_makes_no_notice_wait(tmp_path: Path) -> None:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("MADOGUCHI_", "DJANGO_"))}
    environment = {**inherited, "MADOGUCHI_DATA": str(tmp_path), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    prepared = [sys.executable, "-c", "from madoguchi.cli.serve import prepare; prepare()"]
    subprocess.run(prepared, env=environment, cwd=ROOT, check=True, timeout=120)
    command = [sys.executable, "-m", "madoguchi", "serve", "--only", "worker"]
    with (tmp_path / "serve.log").open("wb") as log:
        serving = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        asked = subprocess.run(
            [sys.executable, "-c", ASK_AND_WAIT, str(tmp_path / "release")], env=environment, cwd=ROOT,
            capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
    finally:
        serving.terminate()
        serving.wait(timeout=30)
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.split() == ["RUNNING", "READY"]


def test_plans_are_computed_where_long_tasks_are() -> None:
    assert compute_plan.queue_name in LONG_QUEUES
