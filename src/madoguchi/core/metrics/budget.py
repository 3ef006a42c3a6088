"""How much may still go wrong in a month before what is promised is missed: whole events, exactly."""

from dataclasses import dataclass
from fractions import Fraction

from madoguchi.core.metrics.spec import Indicator, Objective, Tally
from madoguchi.core.vocabulary import Comparator, Statistic

RATES = (Statistic.RATE, Statistic.SHARE_WITHIN)
UPPER = (Comparator.AT_MOST, Comparator.LESS_THAN, Comparator.EQUALS)
LOWER = (Comparator.AT_LEAST, Comparator.MORE_THAN)
STRICT = (Comparator.LESS_THAN, Comparator.MORE_THAN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """Events that may go wrong in a month, and those that did; `left` is below zero once the target is out of reach.

    Below zero, the month can only be saved by more events than expected.
    """

    allowed: int
    used: int

    @property
    def left(self) -> int:
        return self.allowed - self.used

    @property
    def is_low(self) -> bool:
        """Return whether a quarter or less is left of a budget that was there."""
        return self.allowed > 0 and 0 <= 4 * self.left <= self.allowed


def budget(*, indicator: Indicator, objective: Objective, tally: Tally, more: int) -> Budget | None:
    """Return the budget of a month in which `more` events are still expected; None where none can be counted.

    Of a rate, wrong are the events that keep it from its target: those in the numerator where it must stay small, the
    others where it must be large. A count that must stay small is its own budget.
    """
    if objective.target is None or objective.comparator is None:
        return None
    if indicator.statistic is Statistic.COUNT and objective.comparator in UPPER:
        return Budget(allowed=_most(objective.target, objective.comparator), used=tally.counted)
    whole = tally.counted + more
    if indicator.statistic not in RATES or whole == 0 or objective.comparator is Comparator.EQUALS:
        return None
    if objective.comparator in LOWER:
        limit, used = whole * (100 - objective.target) / 100, tally.counted - tally.part
    else:
        limit, used = whole * objective.target / 100, tally.part
    return Budget(allowed=_most(limit, objective.comparator), used=used)


def _most(limit: Fraction, comparator: Comparator) -> int:
    """Return the largest whole number within a limit, or below it where the target is strict."""
    whole = limit.numerator // limit.denominator
    return whole - 1 if comparator in STRICT and whole == limit else whole
