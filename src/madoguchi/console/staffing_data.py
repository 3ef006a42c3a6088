"""A contract's calls for planning, read once and kept until the facts change."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.quality.figures import current_facts

if TYPE_CHECKING:
    from madoguchi.intake.facts import FactSet
    from madoguchi.planning.day_features import AnnouncedEvent
    from madoguchi.planning.history import CallHistory
    from madoguchi.planning.month import MonthDemand

KEPT = 16


class NoCallsError(MadoguchiError):
    """The contract has no calls in its facts."""

    def __init__(self) -> None:
        super().__init__(_("この契約には電話の記録がありません。電話の記録を取り込むと、要員を計画できます。"))


@dataclass(frozen=True, kw_only=True, eq=False)  # the same object as long as the facts are the same
class KnownCalls:
    """A contract's calls by half hour, the promise they are judged by, and how many of those who gave up call again."""

    promised: Promised
    definition_number: int
    history: "CallHistory"
    redial_share: float


def known_calls(*, contract: Contract, now: datetime) -> KnownCalls:
    """Return what is known of a contract's calls. Raises NoCallsError, InvalidInputError."""
    definitions = definitions_on(contract=contract, day=timezone.localdate(now))
    facts = current_facts(contract=contract, now=now)
    files = tuple(_stamp(path) for path in facts.files.get("calls", ()))
    return _read(contract.pk, definitions.number, files, _Facts(facts, definitions.promised))


@lru_cache(maxsize=KEPT)
def asked_of_month(known: KnownCalls, month: date, events: tuple["AnnouncedEvent", ...]) -> "MonthDemand":
    """Return what a month asks; kept, as a forecast takes seconds and sliders ask for it at each move.

    Raises InvalidInputError.
    """
    from madoguchi.planning.month import month_demand  # noqa: PLC0415  # planning is loaded by who plans

    return month_demand(
        contract=known.promised, history=known.history, redial_share=known.redial_share, month=month, events=events
    )


class _Facts:
    """What is read where nothing is kept; all of them are alike to the cache."""

    def __init__(self, facts: "FactSet", promised: Promised) -> None:
        self.facts, self.promised = facts, promised

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Facts)

    def __hash__(self) -> int:
        return 0


def _stamp(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=KEPT)
def _read(_contract: int, number: int, _files: tuple[tuple[str, int, int], ...], held: _Facts) -> KnownCalls:
    from madoguchi.planning.month import history_of  # noqa: PLC0415  # planning is loaded by who plans

    facts, promised = held.facts, held.promised
    covered = facts.coverage(contract=promised.id).get("calls") if "calls" in facts.names() else None
    if covered is None:
        raise NoCallsError
    rows = facts.rows("calls")
    calls = getattr(rows, "to_table", lambda: rows)()
    history, redial_share = history_of(calls=calls, contract=promised, covered=covered)
    return KnownCalls(promised=promised, definition_number=number, history=history, redial_share=redial_share)
