"""Names of definitions that change with anything that changes what is counted."""

import hashlib
from dataclasses import fields

from madoguchi.core.metrics.spec import Contract, Indicator
from madoguchi.engine.schemas import calendar_name

# What a figure is called, promised or printed as, and what is done with the days' sums, changes no sum.
NOT_COUNTED = frozenset(
    {
        "label", "label_en", "requirement", "objectives", "window", "unit", "decimals", "style", "percentile",
        "per", "is_cumulative", "combine", "members", "valid_from",
    }
)  # fmt: skip
KEPT = 256


def definition_key(indicator: Indicator, *, contract: Contract) -> str:
    """Return the name of what an indicator counts under a contract's calendar and counting tables."""
    counted = [(each.name, getattr(indicator, each.name)) for each in fields(indicator) if each.name not in NOT_COUNTED]
    countings = [
        (each.valid_from, sorted(each.answered), sorted(each.abandoned), each.short_abandon_seconds,
         each.short_abandon_from)
        for each in contract.call_countings
        if indicator.is_call_counting
    ]  # fmt: skip
    text = repr((counted, calendar_name(contract.calendar), countings))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class DefinitionKeys:
    """The names of the definitions of contracts seen, computed once while the contract stays the same object."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Contract, dict[tuple[str, int], str]]] = {}

    def of(self, indicator: Indicator, *, contract: Contract) -> str:
        known = self._known.get(id(contract))
        if known is None or known[0] is not contract:
            if len(self._known) >= KEPT:
                self._known.clear()
            keys = {(each.id, each.version): definition_key(each, contract=contract) for each in contract.indicators}
            known = contract, keys
            self._known[id(contract)] = known
        return known[1].get((indicator.id, indicator.version)) or definition_key(indicator, contract=contract)
