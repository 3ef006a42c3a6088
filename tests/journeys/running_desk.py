"""A desk that runs as it does for its users: `madoguchi serve` on a new database, with one example contract."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD_SECONDS = 300  # on two cores that other tests use as well
START_SECONDS = 120
BUILD = """
from datetime import timedelta
from pathlib import Path
from madoguchi.cli.serve import prepare
prepare()
from django.utils import timezone
from madoguchi.intake.definitions import read_definitions
from madoguchi.samples.living_desk import build_desk
from madoguchi.samples.living_months import freeze_months
from madoguchi.samples.living_staffing import prepare_staffing
from tests.journeys.imported_calls import import_calls
now, desks = timezone.now(), []
for key, folder in (("004", "004-egov-support-centre"), ("000", "000-meti-operations"),
                    ("002", "002-caa-operations")):
    texts = read_definitions(Path("examples") / folder)
    desks.append(build_desk(key=key, texts=texts, now=now, ticket_count=12))
import_calls(key="004", now=now)
prepare_staffing(key="000", now=now)
for desk in desks:
    freeze_months(contract=desk.contract, manager=desk.people["manager"], division=desk.people["division"], now=now)
"""


@dataclass(frozen=True, kw_only=True)
class Desk:
    address: str
    environment: Mapping[str, str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@cache
def built_desk() -> Path:
    """Return the data folder of the example desk, built once for all that are served."""
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-desk-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [sys.executable, "-c", BUILD]
    subprocess.run(command, env=environment_of(folder), cwd=ROOT, check=True, timeout=BUILD_SECONDS)
    return folder


def environment_of(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MADOGUCHI_D", "DJANGO_"))}
    return kept | {"MADOGUCHI_DATA": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


@contextmanager
def running_desk(folder: Path, variables: Mapping[str, str] | None = None) -> Iterator[Desk]:
    """Serve a copy of the example desk with more variables, and end it with all its parts."""
    shutil.copytree(built_desk(), folder, dirs_exist_ok=True)
    environment = environment_of(folder) | dict(variables or {})
    port = free_port()
    command = [sys.executable, "-m", "madoguchi", "serve", "--port", str(port), "--workers", "1"]
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/health/", process)
        yield Desk(address=address, environment=environment)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    ended = time.monotonic() + START_SECONDS
    while time.monotonic() < ended:
        assert process.poll() is None, "the desk ended while it started; see serve.log"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")
