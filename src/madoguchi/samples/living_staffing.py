"""Staffing of an example desk: invented calls up to now, a roster's people, announced days, plans to look at."""

import math
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zlib import crc32

import pyarrow.parquet as pq
from django.utils import timezone

from madoguchi.console.tasks import compute_plan
from madoguchi.contracts.access import Access, access_to
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.contracts.operations import add_contract, give_role
from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import AGENT_STATES, CALLS, Event
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.core.vocabulary import AnnouncedKind, PlanKind, RoleKind
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.store import FactStore
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person
from madoguchi.samples.generate import generate
from madoguchi.samples.living_agents import states_of, with_agents
from madoguchi.staffing.operations.attendance import record_attendance
from madoguchi.staffing.operations.people import Terms, announce, keep_member
from madoguchi.staffing.operations.plans import AskedPlan, ask_plan

SEED = 20261121
SETUP = "system:setup"
DAYS_BACK = 80
CALLS_A_DAY, HANDLE_SECONDS, PATIENCE_SECONDS = 130, 340.0, 110.0
WEEKDAYS = (1.3, 1.05, 1.0, 0.95, 0.9, 0.6, 0.6)
HOURS = {8: 0.6, 9: 1.4, 10: 1.5, 11: 1.1, 12: 0.6, 13: 1.2, 14: 1.2, 15: 1.0, 16: 0.8, 17: 0.5}
OPERATORS = ("朝倉 仁", "今村 結", "宇野 翔", "榎本 舞", "小川 匠", "金子 栞", "菊地 航", "工藤 葉")
LINE, CALLERS = "0312345001", 2_000
LOOKED_BACK = "004-2018"
NOVEMBER_2018 = date(2018, 11, 1)
HALF_HOUR = timedelta(minutes=30)


def show_staffing(*, key: str, now: datetime) -> None:
    """Give an example desk what staffing needs, and plans that the worker computes."""
    manager = prepare_staffing(key=key, now=now)
    day = timezone.localdate(now)
    definitions = definitions_on(contract=manager.contract, day=day)
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    for month in (day.replace(day=1), following):
        asked = AskedPlan(
            month=month, kind=PlanKind.COMING, target_percent=Decimal(90), seed=1,
            definition_number=definitions.number, inputs={"yen_an_hour": 2500, "always_skills": {"英語": 1}},
        )  # fmt: skip
        compute_plan.enqueue(ask_plan(access=manager, asked=asked, now=now).pk)
    _record_morning(manager, definitions.promised, now=now)


def prepare_staffing(*, key: str, now: datetime) -> Access:
    """Give an example desk calls up to now, a roster's people and announced releases; returns its manager's access."""
    contract = Contract.objects.get(key=key)
    day = timezone.localdate(now)
    import_calls(contract=contract, promised=definitions_on(contract=contract, day=day).promised, now=now)
    manager = access_to(person=Person.objects.get(sign_in_name=f"manager-{key}"), contract_key=key, day=day)
    add_members(manager, key=key, now=now)
    for start in (day - timedelta(days=42), day + timedelta(days=20)):
        announce(
            access=manager, kind=AnnouncedKind.RELEASE, start_date=start, day_count=3, note="新機能の公開", now=now
        )
    return manager


def _record_morning(manager: Access, promised: Promised, *, now: datetime) -> None:
    """Record who was there in the half hours of today that are over."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    opened = promised.calendar.hours_on(midnight.date())
    moments = [
        midnight + timedelta(seconds=second)
        for each in opened
        for second in range(each.start, each.end, int(HALF_HOUR.total_seconds()))
    ]
    counts = {at.astimezone(UTC): 3 + number % 2 for number, at in enumerate(moments) if at + HALF_HOUR <= now}
    if counts:
        record_attendance(access=manager, counts=counts, now=now)


def add_members(manager: Access, *, key: str, now: datetime) -> None:
    """Put the desk's operators and eight more into its roster."""
    contract = manager.contract
    people = list(Person.objects.filter(sign_in_name__in=(f"operator-{key}", f"operator2-{key}")))
    for number, name in enumerate(OPERATORS):
        person = add_person(
            name=name, mail=f"staff{number}-{key}@example.jp", sign_in_name=f"staff{number}-{key}",
            organisation=manager.person.organisation, actor=SETUP, at=now, chain=key,
        )  # fmt: skip
        give_role(
            contract=contract,
            person=person,
            kind=RoleKind.OPERATOR,
            start_date=contract.start_date,
            actor=SETUP,
            at=now,
        )
        people.append(person)
    today = timezone.localdate(now)
    for number, person in enumerate(people):
        is_short = number % 4 == 3  # noqa: PLR2004  # a quarter work part of the week
        terms = Terms(
            skills=("英語",) if number % 3 == 0 else (), most_hours=Decimal(24 if is_short else 40),
            least_hours=Decimal(12 if is_short else 0),
        )  # fmt: skip
        leave = [today + timedelta(days=11 + number), today + timedelta(days=12 + number)]
        keep_member(access=manager, person=person, terms=terms, leave=leave, now=now)


def import_calls(*, contract: Contract, promised: Promised, now: datetime) -> Path:
    """Write the calls of the last weeks, up to now, beside the desk's own facts."""
    today = timezone.localdate(now)
    first = max(promised.period.start_date, today - timedelta(days=DAYS_BACK))
    chance = random.Random(f"{SEED}-{contract.key}")  # noqa: S311  # invented calls, the same every time
    events = [
        event
        for number in range((today - first).days + 1)
        for event in calls_of_day(promised, first + timedelta(days=number), chance)
        if isinstance(event["offered_at"], datetime) and event["offered_at"] < now
    ]
    calls = with_agents(events, agents=OPERATORS, promised=promised)
    states = states_of(calls, promised=promised, agents=OPERATORS, now=now)
    folder = imported_folder(contract)
    covers = Period(start_date=first, end_date=today + timedelta(days=1))
    tables = {"calls": to_arrow(calls, table=CALLS), "agent_states": to_arrow(states, table=AGENT_STATES)}
    FactStore(folder).put(tables, now=now, files={}, covers=covers)
    return folder


def calls_of_day(promised: Promised, day: date, chance: random.Random) -> Iterator[Event]:
    """Yield a day's calls: more after a closed day, some lost in the voice, some who give up."""
    calendar = promised.calendar
    level = CALLS_A_DAY * WEEKDAYS[day.weekday()] * chance.lognormvariate(0, 0.08)
    if not calendar.is_open_day(day - timedelta(days=1)):
        level *= 1.25
    midnight = datetime.combine(day, time(), tzinfo=UTC) - timedelta(seconds=calendar.utc_offset_seconds)
    for interval in calendar.hours_on(day):
        for second in range(interval.start, interval.end, 1800):
            rate = level * HOURS.get(second // 3600, 0.5) / 2 / sum(HOURS.values())
            count = max(0, round(chance.gauss(rate, math.sqrt(rate))))
            for number in range(count):
                at = midnight + timedelta(seconds=second + chance.randrange(1800))
                yield _call(promised.id, f"{day}:{second}:{number}", at, chance)


def _call(contract: str, source: str, at: datetime, chance: random.Random) -> Event:
    kind, wait = chance.random(), round(chance.expovariate(1 / 25.0))
    outcome = "ivr_abandoned" if kind < 0.02 else "queue_abandoned" if kind < 0.1 else "answered"  # noqa: PLR2004
    if outcome == "queue_abandoned":
        wait = round(chance.expovariate(1 / PATIENCE_SECONDS))
    number = crc32(source.encode())
    talk = round(chance.lognormvariate(math.log(HANDLE_SECONDS) - 0.3, 0.75)) if outcome == "answered" else None
    return {
        "contract": contract, "source": f"pbx:{source}", "source_file": "Master.csv", "offered_at": at,
        "outcome": outcome, "queued_at": None if outcome == "ivr_abandoned" else at,
        "answered_at": at + timedelta(seconds=wait) if outcome == "answered" else None,
        "ended_at": at + timedelta(seconds=wait + (talk or 0)),
        "wait_seconds": None if outcome == "ivr_abandoned" else wait, "talk_seconds": talk,
        "wrap_up_seconds": 45 if talk is not None else None, "line": LINE, "queue": "一次窓口",
        "caller": None if number % 12 == 0 else f"03555{number % CALLERS:05d}",
        "agent": OPERATORS[number % len(OPERATORS)] if outcome == "answered" else None,
    }  # fmt: skip


def show_november_2018(*, texts: dict[str, str], manager: str, now: datetime) -> None:
    """Open the e-Gov support centre's own years, and ask what would have been needed in November 2018."""
    contract = add_contract(key=LOOKED_BACK, texts=texts, actor=SETUP, at=now)
    person = Person.objects.get(sign_in_name=manager)
    kinds = (RoleKind.OPERATIONS_MANAGER, RoleKind.AUDITOR)
    for kind in kinds:
        give_role(contract=contract, person=person, kind=kind, start_date=contract.start_date, actor=SETUP, at=now)
    definitions = definitions_on(contract=contract, day=timezone.localdate(now))
    folder = imported_folder(contract)
    aside = folder.with_name(f"{folder.name}.generated")
    generate(contract=definitions.promised, folder=aside)
    tables = {"calls": pq.read_table(aside / "calls.parquet")}
    covers = definitions.promised.evaluation
    FactStore(folder).put(tables, now=now, files={}, covers=covers)
    access = access_to(person=person, contract_key=LOOKED_BACK, day=timezone.localdate(now))
    asked = AskedPlan(
        month=NOVEMBER_2018, kind=PlanKind.PAST, target_percent=Decimal(90), seed=1,
        definition_number=definitions.number, inputs={"yen_an_hour": 2500},
    )  # fmt: skip
    compute_plan.enqueue(ask_plan(access=access, asked=asked, now=now).pk)
