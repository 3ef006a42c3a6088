"""Run the desk's tests on PostgreSQL: `python -m tests.on_postgres [pytest's arguments]`.

Left out are those to which it is the same: they ask for no database, and pytest-django would stop them if they used it,
or bring one of their own, PostgreSQL among them. They run with all others on SQLite.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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

DATABASE_FIXTURES = frozenset(("db", "transactional_db", "live_server"))


def asks_for_database(item: pytest.Item) -> bool:
    """Return whether a test works on the database that all tests share."""
    names = frozenset(getattr(item, "fixturenames", ()))
    return bool(names & DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is the same on any database: pytest reads this where it is told of this module by `-p`."""
    left_out = [each for each in items if not asks_for_database(each)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [each for each in items if asks_for_database(each)]


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
        command = [sys.executable, "-m", "pytest", "-p", "tests.on_postgres", *folders, elsewhere, "-q", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, "MADOGUCHI_DATABASE": address}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
