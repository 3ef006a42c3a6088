"""The chance that a simulated month meets each objective a simulation can speak of: rates of calls, handling time."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from madoguchi.core.metrics.judge import objective_in_force
from madoguchi.core.metrics.spec import ColumnValue, Contract, Indicator
from madoguchi.core.metrics.windows import indicators_in_force
from madoguchi.core.vocabulary import Comparator, Statistic
from madoguchi.planning import queue_loop
from madoguchi.planning.chance import Array
from madoguchi.planning.simulate import Simulation

HUNDRED = 100.0
HANDLING = {"talk_seconds", "wrap_up_seconds"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectiveChance:
    """An objective in force, and the share of simulated months that meet it."""

    indicator: str
    label: str
    label_en: str
    chance: float


def objective_chances(*, simulation: Simulation, contract: Contract, day: date) -> tuple[ObjectiveChance, ...]:
    """Return the chance of each objective of a day's month; conditions an objective has beside are not looked at."""
    found = []
    for indicator in indicators_in_force(contract=contract, day=day):
        objective = objective_in_force(indicator=indicator, contract=contract, day=day)
        figures = _figures(indicator, simulation)
        if figures is None or objective is None or objective.target is None or objective.comparator is None:
            continue
        kept = _kept(figures, objective.comparator, float(objective.target))
        found.append(
            ObjectiveChance(
                indicator=indicator.id, label=indicator.label, label_en=indicator.label_en, chance=float(kept.mean())
            )
        )
    return tuple(found)


def _figures(indicator: Indicator, simulation: Simulation) -> Array | None:
    """Return an indicator's figure of each simulated month, in its unit; None where a simulation cannot tell."""
    if indicator.is_call_counting and indicator.call_part == "answered":
        return HUNDRED * simulation.answer_rates
    if indicator.is_call_counting and indicator.call_part == "abandoned":
        return HUNDRED * (1.0 - simulation.answer_rates)
    is_handling = isinstance(indicator.value, ColumnValue) and set(indicator.value.add) == HANDLING
    if indicator.table == "calls" and indicator.statistic is Statistic.MEAN and is_handling:
        answered = simulation.total(queue_loop.ANSWERED)
        busy = simulation.sums[..., queue_loop.BUSY].sum(axis=(1, 2))
        return np.divide(busy, answered, out=np.zeros(busy.shape), where=answered > 0)
    return None


def _kept(figures: Array, comparator: Comparator, target: float) -> Array:
    compared = {
        Comparator.AT_LEAST: figures >= target,
        Comparator.MORE_THAN: figures > target,
        Comparator.AT_MOST: figures <= target,
        Comparator.LESS_THAN: figures < target,
        Comparator.EQUALS: figures == target,
    }
    return compared[comparator]
