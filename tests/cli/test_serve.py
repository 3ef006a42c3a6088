"""`madoguchi serve` as processes: what takes long holds up nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from madoguchi.cli.serve import LONG_QUEUES, own_memory
from madoguchi.console.tasks import compute_plan

ROOT = Path(__file__).parents[2]
ASK_AND_WAIT = """
import os, sys, time
from pathlib import Path
from madoguchi.cli.serve import set_up
set_up()
from django_tasks_db.models import DBTaskResult
from tests.cli.waiting_tasks import be_quick, keep_memory, say_where, take_long

def reach(result, status):
    ended = time.monotonic() + 60
    while True:
        found = DBTaskResult.objects.get(pk=result.id)
        if found.status == status:
            return found
        assert time.monotonic() < ended, f"{result.task.name} is {found.status}, not {status}"
        time.sleep(0.1)

def told(task):
    return reach(task.enqueue(), "SUCCESSFUL").return_value

"""
LONG_AND_QUICK = """
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
GROW_AND_GO_ON = """
first = told(say_where)
assert told(say_where) == first
assert told(keep_memory) == first
ended = time.monotonic() + 60
while Path(f"/proc/{first}").exists():
    assert time.monotonic() < ended, "the worker that grew is still there"
    time.sleep(0.1)
assert told(say_where) != first
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield the folder and the environment of a desk whose workers run; its log is `serve.log`."""
    folder = tmp_path_factory.mktemp("desk")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("MADOGUCHI_", "DJANGO_"))}
    environment = {**inherited, "MADOGUCHI_DATA": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    prepared = [sys.executable, "-c", "from madoguchi.cli.serve import prepare; prepare()"]
    subprocess.run(prepared, env=environment, cwd=ROOT, check=True, timeout=120)
    command = [sys.executable, "-m", "madoguchi", "serve", "--only", "worker"]
    with (folder / "serve.log").open("wb") as log:
        serving = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield folder, environment
    finally:
        serving.terminate()
        assert serving.wait(timeout=30) == 0


def asked(text: str, *, desk: tuple[Path, dict[str, str]]) -> list[str]:
    folder, environment = desk
    done = subprocess.run(
        [sys.executable, "-c", ASK_AND_WAIT + text, str(folder / "release")], env=environment, cwd=ROOT,
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_long_plan_makes_no_notice_wait(desk: tuple[Path, dict[str, str]]) -> None:
    assert asked(LONG_AND_QUICK, desk=desk) == ["RUNNING", "READY"]


@pytest.mark.skipif(not own_memory(), reason="the system does not say what a process holds")
def test_a_worker_that_kept_much_memory_is_started_anew_without_a_word(desk: tuple[Path, dict[str, str]]) -> None:
    asked(GROW_AND_GO_ON, desk=desk)
    assert "ended" not in (desk[0] / "serve.log").read_text(encoding="utf-8")


def test_plans_are_computed_where_long_tasks_are() -> None:
    assert compute_plan.queue_name in LONG_QUEUES
