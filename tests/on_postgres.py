"""Run the desk's tests on PostgreSQL: `python -m tests.on_postgres [pytest's arguments]`."""

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres import postgres_server, programs

ROOMS = (
    "audit",
    "people",
    "contracts",
    "knowledge",
    "desk",
    "assets",
    "calls",
    "imports",
    "mail",
    "surveys",
    "works",
    "monitoring",
    "webhooks",
    "provisioning",
    "quality",
    "staffing",
    "documents",
    "procurement",
    "handover",
    "console",
    "portal",
    "api",
    "profile",
    "web",
)


def main() -> int:
    if programs() is None:
        sys.stderr.write("PostgreSQL is not installed here (Debian: postgresql); the desk was tested on SQLite only\n")
        return 1 if os.environ.get("MADOGUCHI_CI") else 0
    folders = [str(path) for room in ROOMS if (path := Path("tests") / room).is_dir()]
    with postgres_server() as url:
        parts = dict(part.split("=") for part in url.split())
        address = f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
        # the drill brings databases of its own
        elsewhere = "--ignore=tests/mail/test_fault_drill.py"
        command = [sys.executable, "-m", "pytest", *folders, elsewhere, "-q", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, "MADOGUCHI_DATABASE": address}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
