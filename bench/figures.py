"""A desk's facts for its figures: written of the whole desk, and of what was done since, after a few acts each time.

Then its month from these facts: from their events, and from the sums of their days as the pages read it.
Both ways are held to give the same. The desk is on PostgreSQL, on a server of its own that is made and deleted.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.desk import environment, fill
from tests.postgres import postgres_server

from madoguchi.cli.serve import set_up

if TYPE_CHECKING:
    from madoguchi.contracts.access import Access

ROUNDS, ACTS = 5, 10
LEAST_RATIO = 10.0


def act(access: "Access", count: int) -> None:
    """Open tickets by the same operation as the screens, each with its row of the history."""
    from madoguchi.core.vocabulary import Channel, Priority, TicketKind  # noqa: PLC0415  # needs Django set up
    from madoguchi.desk.operations.receive import NewTicket, receive_ticket  # noqa: PLC0415

    for _ in range(count):
        now = datetime.now(tz=UTC)
        new = NewTicket(
            requester=access.person, kind=TicketKind.INQUIRY, channel=Channel.PHONE, subject="印刷できない",
            text="複合機から印刷できない。", received_at=now, priority=Priority.NORMAL,
        )  # fmt: skip
        receive_ticket(access=access, new=new, now=now)


def written(access: "Access") -> tuple[float, dict[str, int]]:
    """Ask for the facts as a page of figures does; return the seconds that took, and the rows by table."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    from madoguchi.quality.figures import current_facts  # noqa: PLC0415

    started = time.perf_counter()
    facts = current_facts(contract=access.contract, now=datetime.now(tz=UTC), max_age=timedelta())
    taken = time.perf_counter() - started
    return taken, {name: pq.read_metadata(paths[0]).num_rows for name, paths in facts.files.items()}


def month(access: "Access") -> None:
    """Print the seconds this month's figures take from events and from days, which are held to be the same."""
    from dataclasses import replace  # noqa: PLC0415

    from madoguchi.core.calendar.periods import month_period  # noqa: PLC0415
    from madoguchi.intake.measuring import measure_with_engine  # noqa: PLC0415
    from madoguchi.quality.figures import figures_of_month  # noqa: PLC0415

    now = datetime.now(tz=UTC)
    found = figures_of_month(contract=access.contract, month=now.date().replace(day=1), now=now)
    within = month_period(year=now.year, month=now.month)
    taken = {}
    for name, days in (("events", None), ("days", found.facts.days)):
        facts, seconds = replace(found.facts, days=days), []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            measured = measure_with_engine(contract=found.promised, facts=facts, within=within)
            seconds.append(time.perf_counter() - started)
        assert measured == found.measurements, name
        taken[name] = statistics.median(seconds)
    print(f"{len(found.measurements)} figures of the month: from events {1000 * taken['events']:.0f} ms, from days "
          f"{1000 * taken['days']:.1f} ms, {taken['events'] / taken['days']:.1f} times as fast")  # fmt: skip


def measure() -> float:
    """Print both ways' seconds and return their ratio."""
    from madoguchi.contracts.access import access_to  # noqa: PLC0415
    from madoguchi.people.models import Person  # noqa: PLC0415
    from madoguchi.quality.facts_folder import forget_figures  # noqa: PLC0415

    person = Person.objects.get(sign_in_name="operator-bench")
    access = access_to(person=person, contract_key="bench", day=datetime.now(tz=UTC).date())
    written(access)  # what is loaded at the first time is no part of it
    renewed = []
    for _ in range(ROUNDS):
        act(access, ACTS)
        taken, rows = written(access)
        renewed.append(taken)
    forget_figures(access.contract)
    whole, all_rows = written(access)
    assert rows == all_rows, f"{rows} renewed, {all_rows} written whole"
    month(access)
    since = statistics.median(renewed)
    print(f"{sum(rows.values()):,} rows of facts: whole desk {whole:.2f} s, after {ACTS} acts {since:.3f} s, "
          f"{whole / since:.1f} times as fast (at least {LEAST_RATIO:.0f} wanted)")  # fmt: skip
    return whole / since


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=20_000)
    given = parser.parse_args()
    with postgres_server() as url, tempfile.TemporaryDirectory() as folder:
        environ = environment(Path(folder), url)
        fill(given.tickets, 0, environ)
        os.environ.update(environ)
        set_up()
        ratio = measure()
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
