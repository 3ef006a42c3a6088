"""A contract's figures from what was done at its desk, by the same path as the command line."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from madoguchi.audit.models import ChainHead
from madoguchi.calls.events import TABLES as CALL_TABLES
from madoguchi.calls.events import has_exclusions
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.vocabulary import WindowKind
from madoguchi.desk.events import RENEWED as DESK_RENEWED
from madoguchi.desk.events import TABLES as DESK_TABLES
from madoguchi.desk.models import Ticket
from madoguchi.desk.rules import OPEN
from madoguchi.mail.events import RENEWED as MAIL_RENEWED
from madoguchi.mail.events import TABLES as MAIL_TABLES
from madoguchi.monitoring.events import TABLES as MONITORING_TABLES
from madoguchi.monitoring.events import tables_kept
from madoguchi.monitoring.queries import stretches_watched
from madoguchi.quality.done_since import Done, done_since, is_decided_since
from madoguchi.quality.facts_folder import (
    State,
    days_of,
    keep_state,
    latest_state,
    link_all,
    locked,
    next_folder,
    root_of,
)
from madoguchi.staffing.events import TABLES as STAFFING_TABLES
from madoguchi.staffing.events import has_staffing
from madoguchi.surveys.events import TABLES as SURVEY_TABLES
from madoguchi.surveys.models import Round
from madoguchi.surveys.queries import counted_rounds
from madoguchi.works.events import TABLES as WORKS_TABLES

if TYPE_CHECKING:
    from madoguchi.intake.facts import FactSet

Events = Callable[..., Iterator[Event]]
STALE = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was measured, of which definitions, and up to when the facts go."""

    promised: Promised
    measurements: tuple[Measurement, ...]
    facts: "FactSet"
    written_at: datetime


def tables_of(contract: Contract) -> dict[str, Events]:
    """Return what each room below knows, by fact table; what a contract does not keep here it may import."""
    surveys = SURVEY_TABLES if counted_rounds(contract).exists() else {}
    staffing = STAFFING_TABLES if has_staffing(contract) else {}
    monitoring = {name: MONITORING_TABLES[name] for name in sorted(tables_kept(contract))}
    calls = CALL_TABLES if has_exclusions(contract) else {}
    return {**DESK_TABLES, **MAIL_TABLES, **WORKS_TABLES, **calls, **surveys, **staffing, **monitoring}


def export_facts(*, contract: Contract, folder: Path, now: datetime) -> None:
    """Write a contract's desk as a new folder of facts; it covers every day up to now."""
    from madoguchi.intake.columnar import to_arrow  # noqa: PLC0415  # the measure is loaded by who asks for figures
    from madoguchi.intake.store import FactStore  # noqa: PLC0415

    promised = definitions_on(contract=contract, day=timezone.localdate(now)).promised
    tables = {
        name: to_arrow(events(contract, key=promised.id), table=FACT_TABLES[name])
        for name, events in tables_of(contract).items()
    }
    FactStore(folder).put(tables, now=now, files={}, covers=_covers(promised, now=now))


def _covers(promised: Promised, *, now: datetime) -> Period:
    first = promised.period.start_date
    end = min(promised.period.end_date, timezone.localdate(now) + timedelta(days=1))
    return Period(start_date=first, end_date=max(end, first + timedelta(days=1)))


def renew_facts(*, contract: Contract, folder: Path, done: Done, now: datetime) -> bool:
    """Write what was done into a folder of facts; say whether it could be: not where other tables are kept now.

    Tickets that are open are written again too: their due time moves on without anything being done.
    """
    from madoguchi.intake.columnar import to_arrow  # noqa: PLC0415
    from madoguchi.intake.store import FactStore, Renewed  # noqa: PLC0415

    store, tables = FactStore(folder), tables_of(contract)
    if store.manifest()["tables"].keys() != tables.keys():
        return False
    promised = definitions_on(contract=contract, day=timezone.localdate(now)).promised
    changed = Ticket.objects.filter(Q(pk__in=done.tickets) | Q(state__in=[each.value for each in OPEN]))
    keys = dict(changed.filter(contract=contract).values_list("pk", "number"))
    renewed = {
        name: Renewed(*of_tickets(keys.values())) for name, of_tickets in {**DESK_RENEWED, **MAIL_RENEWED}.items()
    }
    given = {
        name: to_arrow(tables[name](contract, key=promised.id, only=keys.keys()), table=FACT_TABLES[name])
        for name in renewed
    }
    for name in tables.keys() - renewed.keys() if done.is_other else ():
        given[name] = to_arrow(tables[name](contract, key=promised.id), table=FACT_TABLES[name])
        renewed[name] = Renewed("contract", [promised.id])
    store.put(given, now=now, files={}, covers=_covers(promised, now=now), replaces=True, renewed=renewed)
    return True


def current_facts(
    *, contract: Contract, now: datetime, max_age: timedelta = STALE, is_proof: bool = False
) -> "FactSet":
    """Return the desk's facts, written anew when something happened since and they are `max_age` old.

    What is left out of the figures is seen in them at once when it was decided.

    Facts that prove something are written of the whole desk: what the history does not tell is found in them too.
    """
    from madoguchi.intake.facts import open_facts  # noqa: PLC0415

    state = _current_state(contract, now=now, max_age=None if is_proof else max_age)
    facts = _with_imported(open_facts(state.folder), contract=contract)
    days = None if is_proof else days_of(contract)
    return replace(facts, watched=stretches_watched(contract, now=now), days=days)


def _current_state(contract: Contract, *, now: datetime, max_age: timedelta | None) -> State:
    with locked(contract) as root:
        state = latest_state(root)
        head = ChainHead.objects.filter(chain=contract.key).values_list("number", flat=True).first() or 0
        if state and max_age is not None and not _is_old(contract, state, head=head, now=now, max_age=max_age):
            return state
        written = State(folder=next_folder(root, state), head=head, written_at=now)
        if state is None or max_age is None or not _is_renewed(contract, state, written, now=now):
            shutil.rmtree(written.folder, ignore_errors=True)
            export_facts(contract=contract, folder=written.folder, now=now)
        keep_state(root, written)
        return written


def _is_old(contract: Contract, state: State, *, head: int, now: datetime, max_age: timedelta) -> bool:
    if timezone.localdate(now) != timezone.localdate(state.written_at):
        return True
    if state.head == head:
        return False
    return now - state.written_at >= max_age or is_decided_since(contract, head=state.head)


def _is_renewed(contract: Contract, before: State, after: State, *, now: datetime) -> bool:
    """Write the state to follow from the one before, where that can be, and say so."""
    done = done_since(contract, head=before.head)
    if done is None:
        return False
    if timezone.localdate(now) != timezone.localdate(before.written_at):
        # all tables cover a day more
        done = replace(done, is_other=True)
    link_all(before.folder, after.folder)
    return renew_facts(contract=contract, folder=after.folder, done=done, now=now)


def _with_imported(desk: "FactSet", *, contract: Contract) -> "FactSet":
    """Return the desk's facts with those imported for the contract, such as its telephone calls."""
    from madoguchi.intake.facts import open_facts  # noqa: PLC0415
    from madoguchi.intake.store import MANIFEST  # noqa: PLC0415

    folder = imported_folder(contract)
    if not (folder / MANIFEST).exists():
        return desk
    imported = open_facts(folder)
    names = {*desk.files, *imported.files}
    files = {name: (*desk.files.get(name, ()), *imported.files.get(name, ())) for name in names}
    declared = {**imported.declared, **desk.declared}
    return replace(desk, files=files, declared=declared)


def figures_of_round(*, contract: Contract, found: Round, now: datetime) -> tuple[Measurement, ...]:
    """Measure and judge what the contract promises of a survey round; nothing where it names no such round."""
    from madoguchi.intake.measuring import measure_with_engine  # noqa: PLC0415

    promised = definitions_on(contract=contract, day=found.closing_date).promised
    named = next((each for each in promised.survey_rounds if each.id == found.key), None)
    if named is None:
        return ()
    measured = measure_with_engine(
        contract=promised, facts=current_facts(contract=contract, now=now), within=named.period
    )
    of_rounds = [each for each in measured if each.figure.window.kind is WindowKind.SURVEY_ROUND]
    return tuple(each for each in of_rounds if each.figure.window.label == found.key)


def figures_of_month(*, contract: Contract, month: date, now: datetime) -> Figures:
    """Measure and judge a month, with everything whose window it lies in."""
    from madoguchi.intake.measuring import measure_with_engine  # noqa: PLC0415

    definitions = definitions_on(contract=contract, day=month)
    facts = current_facts(contract=contract, now=now)
    within = month_period(year=month.year, month=month.month)
    measurements = measure_with_engine(contract=definitions.promised, facts=facts, within=within)
    state = latest_state(root_of(contract))
    written_at = state.written_at if state else now
    return Figures(promised=definitions.promised, measurements=measurements, facts=facts, written_at=written_at)
