"""A ledger of 100,000 made tickets brought into a desk on SQLite, and on PostgreSQL where it is installed.

Seconds are those of the trial (the file gone through) and of the run (tickets, steps, history); the target is for the
run. What is left to background work, filing the tickets for the search, is timed apart. Databases are made for it and
deleted; the history is proved whole afterwards.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile

from tests.postgres import postgres_server, programs

ROWS, TARGET = 100_000, 60.0


def measure(folder: str, database: str | None, rows: int, *, takes_back: bool) -> None:
    os.environ["MADOGUCHI_DATA"] = folder
    os.environ.pop("MADOGUCHI_DATABASE", None)
    if database is not None:
        os.environ["MADOGUCHI_DATABASE"] = database
    from madoguchi.cli.serve import prepare  # noqa: PLC0415  # settings are read now

    prepare()
    from bench.support.ledger_run import bring  # noqa: PLC0415  # needs Django set up

    target = TARGET * rows / ROWS
    sys.exit(
        0 if bring(name="PostgreSQL" if database else "SQLite", rows=rows, target=target, takes_back=takes_back) else 1
    )


def in_own_process(database: str | None, rows: int, *, takes_back: bool) -> bool:
    """Measure in a process of its own: Django is set up for one database."""
    with tempfile.TemporaryDirectory() as folder:
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=measure, args=(folder, database, rows), kwargs={"takes_back": takes_back})
        process.start()
        process.join()
    return process.exitcode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--undo", action="store_true", help="take the import back afterwards, and say how long it took")
    given = parser.parse_args()
    kept = []
    if given.only != "postgresql":
        kept.append(in_own_process(None, given.rows, takes_back=given.undo))
    if given.only != "sqlite" and programs() is not None:
        with postgres_server() as url:
            parts = dict(part.split("=") for part in url.split())
            address = f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
            kept.append(in_own_process(address, given.rows, takes_back=given.undo))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
