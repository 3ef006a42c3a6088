"""Imports timed on made rows: a ticket tool's event log through a mapping, and a queue_log through a PBX profile.

Each is set against its floor in the same run: the same file read by Python's csv module, or split at its bars, with
nothing done to the cells. Seconds are elapsed and of the processor; on a busy machine only the latter tell much.
"""

import argparse
import csv
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from madoguchi.intake.importing import import_files
from madoguchi.intake.store import FactStore

PROFILES = Path(__file__).parents[1] / "examples" / "profiles"
ROWS, LINES = 100_000, 1_000_000
ROWS_TARGET, LINES_TARGET = 10.0, 10.0
NOW = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
STATES = ("New", "Active", "Awaiting User Info", "Active", "Resolved", "Closed")
CONTACTS = ("Phone", "Email", "Self service", "IVR", "Direct opening")
PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
# columns of such a log that the mapping does not read, as wide as the real ones
UNUSED = ("caller_id", "opened_by", "location", "subcategory", "cmdb_ci", "impact", "urgency", "assignment_group",
          "assigned_to", "knowledge", "notify", "problem_id", "rfc", "vendor", "caused_by", "closed_code")  # fmt: skip
HEADING = ("number", "incident_state", "reassignment_count", "reopen_count", "sys_mod_count", "opened_at",
           "sys_updated_at", "contact_type", "category", "priority", "resolved_at", *UNUSED)  # fmt: skip


def incident_rows(count: int, rng: random.Random) -> Iterator[tuple[object, ...]]:
    """Yield rows of a log of incidents, about five an incident."""
    made = number = 0
    while made < count:
        number += 1
        opened = FIRST + timedelta(minutes=rng.randrange(500_000))
        updated, reassigned = opened, 0
        resolved = opened + timedelta(minutes=rng.randrange(30, 20_000))
        about = (rng.choice(CONTACTS), f"Category {rng.randrange(60)}", rng.choice(PRIORITIES), minute(resolved))
        unused = tuple(f"{name} {rng.randrange(200)}" for name in UNUSED)
        for position, state in enumerate(rng.sample(STATES, rng.randrange(3, 7))):
            if made == count:
                return
            made += 1
            reassigned += rng.random() < 0.3
            counts = (state, reassigned, 0, position)
            yield (f"INC{number:07}", *counts, minute(opened), minute(updated), *about, *unused)
            updated += timedelta(minutes=rng.randrange(600))


def minute(moment: datetime) -> str:
    return f"{moment.day}/{moment.month}/{moment.year} {moment:%H:%M}"


def write_incidents(path: Path, *, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADING)
        writer.writerows(incident_rows(count, random.Random(1)))


def call_lines(count: int, rng: random.Random) -> Iterator[str]:
    """Yield lines of a queue_log: calls answered, abandoned and timed out, and the pauses of the agents."""
    made, at, number = 0, int(FIRST.timestamp()), 0
    while made < count:
        at += rng.randrange(1, 20)
        number += 2
        lines = list(one_call(at, number, rng))
        made += len(lines)
        yield from lines


def one_call(at: int, number: int, rng: random.Random) -> Iterator[str]:
    call, queue, agent = f"{at}.{number}", f"desk{rng.randrange(4)}", f"SIP/{rng.randrange(1000, 1040)}"
    caller, waited, talked = f"090{rng.randrange(10**8):08}", rng.randrange(1, 200), rng.randrange(20, 900)
    yield f"{at}|{call}|NONE|NONE|DID|0312345001"
    yield f"{at + 5}|{call}|{queue}|NONE|ENTERQUEUE||{caller}|1"
    left = at + 5 + waited
    if rng.random() < 0.15:
        yield f"{left}|{call}|{queue}|NONE|ABANDON|1|1|{waited}"
        return
    yield f"{left}|{call}|{queue}|{agent}|CONNECT|{waited}|{at}.{number + 1}|4"
    yield f"{left + talked}|{call}|{queue}|{agent}|COMPLETECALLER|{waited}|{talked}|1"
    yield f"{left + talked}|NONE|{queue}|{agent}|PAUSE|ACW"
    yield f"{left + talked + 40}|NONE|{queue}|{agent}|UNPAUSE|"


def write_queue_log(path: Path, *, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in call_lines(count, random.Random(2)))


def read_csv_only(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def split_only(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return len([line.split("|") for line in file])


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds elapsed and those of the processor."""
    started, used = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - started, time.process_time() - used


def show(name: str, *, path: Path, profile: str, floor: Callable[[Path], int], count: int, target: float) -> bool:
    """Import a file twice into a new folder and print both times; say whether the first kept to its target."""
    with tempfile.TemporaryDirectory() as folder:
        store = FactStore(Path(folder))

        def run() -> None:
            import_files(store=store, profile=PROFILES / profile, files=[path], now=NOW)

        least, first, again = timed(lambda: floor(path)), timed(run), timed(run)
    is_kept, rate = first[0] <= target, count / first[0]
    print(f"{name}: {count:,} in {first[0]:.1f} s, {first[1]:.1f} s of the processor ({rate:,.0f} a second); "
          f"{first[1] / least[1]:.1f} times its floor ({least[1]:.2f} s); the same file again {again[0]:.1f} s; "
          f"target {target:.0f} s {'kept' if is_kept else 'MISSED'}")  # fmt: skip
    return is_kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the ticket tool's log")
    parser.add_argument("--lines", type=int, default=LINES, help="lines of the queue_log")
    given = parser.parse_args()
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        if given.rows:
            path = Path(folder) / "incidents.csv"
            write_incidents(path, count=given.rows)
            target = ROWS_TARGET * given.rows / ROWS
            kept.append(show("mapped rows", path=path, profile="servicenow.toml", floor=read_csv_only,
                             count=given.rows, target=target))  # fmt: skip
        if given.lines:
            path = Path(folder) / "queue_log"
            write_queue_log(path, count=given.lines)
            target = LINES_TARGET * given.lines / LINES
            kept.append(show("queue_log lines", path=path, profile="asterisk.toml", floor=split_only,
                             count=given.lines, target=target))  # fmt: skip
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
