"""A PostgreSQL server of the tests' own: made in a new folder, reached by a socket there, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SERVER_ACCOUNT = "postgres"
START_SECONDS = 60


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest installed, or None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def postgres_server() -> Iterator[str]:
    """Yield the connection string of an empty database. The server refuses to run as root, so another account does."""
    folder = programs()
    assert folder is not None, "no PostgreSQL here: ask programs() first"
    home = Path(tempfile.mkdtemp(prefix="madoguchi-postgres-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam(SERVER_ACCOUNT)
        os.chown(home, account.pw_uid, account.pw_gid)
    data = home / "data"
    try:
        _run([folder / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
        _start(home)
        try:
            yield f"host={home} user=tests dbname=postgres"
        finally:
            _run([folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(home: Path) -> None:
    folder = programs()
    assert folder is not None
    # what autovacuum would note of tables that are empty between tests makes plans of those tests that fill them crawl
    options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off -c autovacuum=off"
    data, log = home / "data", home / "log"
    _run([folder / "pg_ctl", "-D", data, "-w", "-t", START_SECONDS, "-l", log, "-o", options, "start"])


def kill_and_start_again(home: Path) -> None:
    """Kill the server whose socket is in a folder, without a word to anybody, and start it on the same data."""
    pid = int((home / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    os.kill(pid, signal.SIGKILL)
    (home / "data" / "postmaster.pid").unlink()
    for _ in range(50):
        try:
            _start(home)
        except AssertionError:
            # what the dead server's children still hold is freed in a moment
            time.sleep(0.2)
        else:
            return
    raise AssertionError((home / "log").read_text(encoding="utf-8"))


def _run(command: Sequence[object]) -> None:
    as_other = ["runuser", "-u", SERVER_ACCOUNT, "--"] if os.geteuid() == 0 else []
    words = [*as_other, *(str(word) for word in command)]
    # the server outlives pg_ctl: it must not hold a pipe that anybody waits for
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(words, stdout=output, stderr=output, check=False, timeout=2 * START_SECONDS, cwd="/")
        output.seek(0)
        assert done.returncode == 0, output.read().decode(errors="replace")
