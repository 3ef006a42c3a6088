"""A desk and a ledger made for the measurement, and the import timed."""

import csv
import io
import random
import resource
import time
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from tests.desk_world import make_world

from madoguchi.audit.queries import faults_of
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Activity, Ticket
from madoguchi.desk.operations.filing import file_waiting_tickets
from madoguchi.imports.operations.carry_out import carry_out
from madoguchi.imports.operations.runs import check_ledger, start_import, take_file
from madoguchi.imports.operations.undo import ask_undo, carry_out_undo
from madoguchi.imports.profiles import ready_profiles
from madoguchi.samples.desk_texts import MATTERS

FIRST = datetime(2024, 4, 1, tzinfo=UTC)
HEADINGS = ("Ticket Number", "Age", "Created", "Closed", "FirstLock", "FirstResponse", "State", "Priority", "Queue",
            "Owner", "Customer Name", "From", "Subject", "Body", "Changed")  # fmt: skip
STATES = ("closed successful",) * 18 + ("open", "pending reminder")
OPERATORS = ("青木", "石田", "上野", "江口")


def ledger(rows: int) -> bytes:
    """Return a search result of Znuny with so many tickets; a twentieth each is open or waiting."""
    chance = random.Random(1)
    held = io.StringIO(newline="")
    writer = csv.writer(held, delimiter=";")
    writer.writerow(HEADINGS)
    for number in range(rows):
        _kind, _category, subject, text, answer = chance.choice(MATTERS)
        created = FIRST + timedelta(minutes=chance.randrange(900_000))
        answered = created + timedelta(minutes=chance.randrange(1, 300))
        closed = answered + timedelta(minutes=chance.randrange(1, 5_000))
        state = chance.choice(STATES)
        about = f"{chance.randrange(2, 12)}階 {chance.randrange(100, 999)}号室 端末{chance.randrange(10_000)}"
        writer.writerow((
            f"2024{number:012}", "1 d", stamp(created), stamp(closed) if state.startswith("closed") else "",
            stamp(created), stamp(answered), state, "3 normal", "Raw", chance.choice(OPERATORS),
            f"利用者{chance.randrange(3_000)}", f"user{chance.randrange(3_000)}@example.jp", f"{subject}（{about}）",
            f"{text}\n{about}\n{answer}", stamp(closed),
        ))  # fmt: skip
    return held.getvalue().encode()


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def bring(*, name: str, rows: int, target: float, takes_back: bool) -> bool:
    """Import a made ledger and print how long it took; say whether it kept to its target and the history is whole."""
    world = make_world("bench")
    access, content = world.access[RoleKind.OPERATIONS_MANAGER], ledger(rows)
    run = take_file(
        access=access, name="tickets.csv", content=content, mapping=ready_profiles()["znuny"], now=timezone.now()
    )
    started = time.perf_counter()
    check_ledger(access=access, run_id=run.pk, now=timezone.now())
    tried = time.perf_counter() - started
    start_import(access=access, run_id=run.pk, now=timezone.now())
    started, used = time.perf_counter(), time.process_time()
    carry_out(access=access, run_id=run.pk)
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    run.refresh_from_db()
    brought, steps = Ticket.objects.filter(contract=world.contract).count(), Activity.objects.count()
    faults = list(faults_of("bench"))
    is_kept = seconds <= target and brought == run.added_count == rows and not faults
    print(f"{name}: {brought:,} tickets with {steps:,} steps in {seconds:.1f} s, {processor:.1f} s of this process "
          f"({brought / seconds:,.0f} a second); trial {tried:.1f} s; history {'whole' if not faults else 'BROKEN'}; "
          f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB; "
          f"target {target:.0f} s {'kept' if is_kept else 'MISSED'}", flush=True)  # fmt: skip
    started, used = time.perf_counter(), time.process_time()
    filed = file_waiting_tickets()
    print(f"{name}: {filed:,} filed for the search afterwards in {time.perf_counter() - started:.1f} s, "
          f"{time.process_time() - used:.1f} s of this process", flush=True)  # fmt: skip
    if takes_back:
        started = time.perf_counter()
        ask_undo(access=access, run_id=run.pk, now=timezone.now())
        carry_out_undo(access=access, run_id=run.pk)
        left = Ticket.objects.filter(contract=world.contract).count()
        print(f"{name}: taken back in {time.perf_counter() - started:.1f} s, {left} left", flush=True)
    return is_kept
