"""Nothing lost and nothing doubled while workers, database, disk and connections fail."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.mail import dovecot
from tests.mail.boxes import letter
from tests.mail.cutting_proxy import cutting_proxy
from tests.mail.dovecot import Dovecot, dovecot_server
from tests.postgres import kill_and_start_again, postgres_server, programs

ROOT = Path(__file__).parents[2]
SEED, LETTERS, KILLS, CUTS = 20_261_121, 2_000, 20, 25
SECONDS = 120
pytestmark = [
    pytest.mark.skipif(dovecot.PROGRAM is None, reason="Dovecot is not installed (Debian: dovecot-imapd)"),
    pytest.mark.xdist_group("fault drill"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot_server() as running:
        yield running


def variables(folder: Path, database: str = "") -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MADOGUCHI_D", "DJANGO_"))}
    given = {"MADOGUCHI_DATA": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    return {**kept, **given, **({"MADOGUCHI_DATABASE": database} if database else {})}


def drill(environment: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "tests.mail.drill", *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-4_000:]
    return done.stdout


def counted(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(drill(environment, "count"))
    return found


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the mail part under its supervisor, which starts it again however it ends."""
    command = [sys.executable, "-m", "tests.mail.drill", "serve"]
    with (Path(environment["MADOGUCHI_DATA"]) / "serve.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def worker_of(process: "subprocess.Popen[bytes]") -> int:
    """Return the worker that runs now."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_until(lambda: process.poll() is not None or bool(children.read_text().split()), "a worker")
    assert process.poll() is None
    return int(children.read_text().split()[-1])


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    ended = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < ended, f"waited {SECONDS} s for {what}"
        time.sleep(0.05)


def text_of(number: int) -> str:
    return f"用件{number:05d}"


def letters(start: int, count: int) -> list[bytes]:
    """Return letters of some fifty people; every tenth answers one before it."""
    found = []
    for number in range(start, start + count):
        headers = {"References": f"<letter{number - 50}@mail.example.jp>"} if number % 10 == 9 and number > 50 else {}
        sender = f"person{number % 50}@example.jp"
        found.append(letter(number, sender=sender, text=text_of(number), **headers))
    return found


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed (Debian: postgresql)")
def test_nothing_is_lost_or_doubled_while_workers_database_and_connections_die(server: Dovecot, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with (
        postgres_server() as url,
        cutting_proxy(target=server.imap, cuts=CUTS, most_bytes=120_000, seed=SEED) as proxy,
    ):
        parts = dict(part.split("=") for part in url.split())
        address = f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
        environment = variables(tmp_path, address)
        drill(environment, "build", str(proxy.port), "drill-expunge")
        killed = set()
        with serving(environment) as process:
            for turn in range(KILLS):
                server.deliver("drill-expunge", letters(turn * LETTERS // KILLS, LETTERS // KILLS))
                time.sleep(chance.uniform(0.2, 1.0))
                worker = worker_of(process)
                os.kill(worker, signal.SIGKILL)
                killed.add(worker)
                if turn == KILLS // 2:
                    kill_and_start_again(Path(parts["host"]))
            wait_until(lambda: not server.messages("drill-expunge"), "the box to be drained")
        found = counted(environment)
    assert (len(killed), proxy.cut_count >= CUTS // 2) == (KILLS, True)
    assert found["words"] == {text_of(number): 1 for number in range(LETTERS)}
    assert found["states"] == {"taken": LETTERS}


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed (Debian: postgresql)")
def test_another_uidvalidity_amid_the_work_loses_and_doubles_nothing(server: Dovecot, tmp_path: Path) -> None:
    with postgres_server() as url:
        parts = dict(part.split("=") for part in url.split())
        environment = variables(tmp_path, f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}")
        drill(environment, "build", str(server.imap), "validity-flag")
        server.deliver("validity-flag", letters(0, 300))
        with serving(environment) as process:
            wait_until(lambda: any(path.name.endswith("S") for path in server.messages("validity-flag")), "a mail")
            os.kill(worker_of(process), signal.SIGKILL)
        server.forget_uids("validity-flag")
        server.deliver("validity-flag", letters(300, 100))
        with serving(environment):
            wait_until(
                lambda: all(path.name.endswith("S") for path in server.messages("validity-flag")), "all to be read"
            )
        found = counted(environment)
    assert found["words"] == {text_of(number): 1 for number in range(400)}
    assert found["states"]["taken"] == 400
    assert found["states"].keys() <= {"taken", "copy"}


def test_a_full_disk_keeps_mail_in_the_box_raises_an_alarm_and_passes_by_itself(
    server: Dovecot, tmp_path: Path
) -> None:
    environment = variables(tmp_path)
    drill(environment, "build", str(server.imap), "full-expunge")
    with serving(environment) as process:
        server.deliver("full-expunge", letters(0, 20))
        wait_until(lambda: not server.messages("full-expunge"), "the first mails to be taken")
        worker = worker_of(process)
        # no file of the worker may grow: what a full disk is to the one who writes
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (4_096, resource.RLIM_INFINITY))
        server.deliver("full-expunge", letters(20, 40))
        log = tmp_path / "serve.log"
        wait_until(lambda: b"box full-expunge" in log.read_bytes(), "the alarm")
        time.sleep(1)
        assert len(server.messages("full-expunge")) == 40
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_until(lambda: not server.messages("full-expunge"), "intake to go on")
        assert worker_of(process) == worker
    found = counted(environment)
    assert found["words"] == {text_of(number): 1 for number in range(60)}
    assert (found["states"], found["faults"]) == ({"taken": 60}, [])
