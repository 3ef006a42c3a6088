"""Proof that frozen months are what was approved, and that the facts still give them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.models import Contract, DefinitionVersion
from madoguchi.core.quality_vocabulary import MonthState
from madoguchi.quality.models import Revision
from madoguchi.quality.months import measured_month
from madoguchi.quality.queries import facts_of_revision
from madoguchi.quality.rules import Difference, differences, revision_hash, texts_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifiedMonth:
    """A frozen month held against its rows, its history, its definitions and the facts: what differs, in words."""

    contract: str
    month: date
    revision: int
    figure_count: int
    faults: tuple[str, ...]


def verified_months(*, contract: Contract, now: datetime) -> Iterator[VerifiedMonth]:
    """Yield every month of a contract that is approved, with what is wrong with it, in order."""
    latest: dict[date, Revision] = {}
    for each in Revision.objects.filter(contract=contract, state=MonthState.APPROVED.value).order_by("month", "number"):
        latest[each.month] = each
    for revision in latest.values():
        facts = facts_of_revision(revision)
        faults = [*_stored_faults(revision)]
        again = measured_month(
            contract=contract, month=revision.month, now=now, definitions_number=revision.definitions_number
        )
        faults += [_said(each) for each in differences(facts, [each.facts for each in again.figures])]
        yield VerifiedMonth(
            contract=contract.key, month=revision.month, revision=revision.number, figure_count=len(facts),
            faults=tuple(faults),
        )  # fmt: skip


def _stored_faults(revision: Revision) -> Iterator[str]:
    found = revision_hash(facts_of_revision(revision), definitions_hash=revision.definitions_hash)
    if found != revision.hash:
        yield "its figures are not what was frozen"
    version = DefinitionVersion.objects.get(contract=revision.contract, number=revision.definitions_number)
    if texts_hash(version.texts) != revision.definitions_hash:
        yield f"version {version.number} of the definitions is not what it was"
    rows = HistoryRow.objects.filter(
        chain=revision.contract.key, subject=f"month:{revision.month:%Y-%m}", act="approve_month"
    )
    approved = [json.loads(each) for each in rows.values_list("details", flat=True)]
    if not any(each["revision"] == revision.number and each["hash"] == revision.hash for each in approved):
        yield "the history holds no approval of these figures"


def _said(each: Difference) -> str:
    parts = [f"{name} {_short(each.old, name)} -> {_short(each.new, name)}" for name in each.fields]
    return f"{each.indicator} {each.window}: measured again, " + ", ".join(parts)


def _short(facts: dict[str, object] | None, name: str) -> str:
    return "absent" if facts is None else str(facts.get(name))[:80]
