"""A contract's figures from what was done at its desk, by the same path as the command line."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
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
from madoguchi.desk.events import TABLES as DESK_TABLES
from madoguchi.mail.events import TABLES as MAIL_TABLES
from madoguchi.monitoring.events import TABLES as MONITORING_TABLES
from madoguchi.monitoring.events import tables_kept
from madoguchi.monitoring.queries import stretches_watched
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
AT_ONCE = timedelta()
_writing = threading.Lock()


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
    """Write a contract's desk as a folder of facts, in the place of what was there; it covers every day up to now."""
    from madoguchi.intake.columnar import to_arrow  # noqa: PLC0415  # the measure is loaded by who asks for figures
    from madoguchi.intake.store import FactStore  # noqa: PLC0415

    definitions = definitions_on(contract=contract, day=timezone.localdate(now))
    promised = definitions.promised
    end = min(promised.period.end_date, timezone.localdate(now) + timedelta(days=1))
    covers = Period(
        start_date=promised.period.start_date, end_date=max(end, promised.period.start_date + timedelta(days=1))
    )
    aside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    tables = {
        name: to_arrow(events(contract, key=promised.id), table=FACT_TABLES[name])
        for name, events in tables_of(contract).items()
    }
    FactStore(aside).put(tables, now=now, files={}, covers=covers)
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)


def current_facts(*, contract: Contract, now: datetime, max_age: timedelta = STALE) -> "FactSet":
    """Return the desk's facts, written anew when something happened since and they are older than `max_age`."""
    from madoguchi.intake.facts import open_facts  # noqa: PLC0415

    folder = Path(settings.FIGURES_FOLDER) / contract.key
    mark = folder.parent / f"{contract.key}.mark"
    head = ChainHead.objects.filter(chain=contract.key).values_list("number", flat=True).first() or 0
    with _writing:
        known, written = _read_mark(mark)
        if not folder.exists() or (known != head and (max_age == AT_ONCE or now - written > max_age)):
            folder.parent.mkdir(parents=True, exist_ok=True)
            export_facts(contract=contract, folder=folder, now=now)
            mark.write_text(f"{head} {now.isoformat()}", encoding="ascii")
    facts = _with_imported(open_facts(folder), contract=contract)
    return replace(facts, watched=stretches_watched(contract, now=now))


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


def forget_figures(contract: Contract) -> None:
    """Delete the facts written from the desk; they are written anew when somebody asks for figures."""
    with _writing:
        shutil.rmtree(Path(settings.FIGURES_FOLDER) / contract.key, ignore_errors=True)


def _read_mark(path: Path) -> tuple[int, datetime]:
    if not path.exists():
        return -1, datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    number, _, written = path.read_text(encoding="ascii").partition(" ")
    return int(number), datetime.fromisoformat(written)


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
    written = _read_mark(Path(settings.FIGURES_FOLDER) / f"{contract.key}.mark")[1]
    return Figures(promised=definitions.promised, measurements=measurements, facts=facts, written_at=written)
