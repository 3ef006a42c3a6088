"""A PostgreSQL server of the tests' own: made in a new folder, reached by a socket there, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
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
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        _run([folder / "pg_ctl", "-D", data, "-w", "-t", START_SECONDS, "-l", home / "log", "-o", options, "start"])
        try:
            yield f"host={home} user=tests dbname=postgres"
        finally:
            _run([folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(command: Sequence[object]) -> None:
    as_other = ["runuser", "-u", SERVER_ACCOUNT, "--"] if os.geteuid() == 0 else []
    words = [*as_other, *(str(word) for word in command)]
    # the server outlives pg_ctl: it must not hold a pipe that anybody waits for
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(words, stdout=output, stderr=output, check=False, timeout=2 * START_SECONDS, cwd="/")
        output.seek(0)
        assert done.returncode == 0, output.read().decode(errors="replace")
