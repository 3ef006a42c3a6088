"""Agents needed by half hour, from the formulas: what shifts have to cover before simulation corrects them."""

from dataclasses import dataclass, field

import numpy as np

from madoguchi.core.staffing.inputs import Inputs
from madoguchi.core.staffing.patience import ExponentialPatience, Patience
from madoguchi.planning.chance import Array
from madoguchi.planning.erlang_arrays import required_for_answer_rate
from madoguchi.planning.scenario import HALF_HOUR_SECONDS, Mails, Scenario, table_of

ALMOST_ALL = 0.9999
LEAST_LOAD, MOST_ERLANGS = 1e-6, 8000


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """What callers ask of a desk, by day and half hour: fresh calls, mean handling seconds, and how they behave."""

    calls: Array
    handle_seconds: Array
    patience: Patience = field(default_factory=lambda: ExponentialPatience(mean_seconds=120.0))
    redial_share: float = 0.0
    redial_seconds: float = 900.0
    ivr_loss: float = 0.0
    handle_variation: float = 1.0
    day_variation: float = 0.0
    run_variation: float = 0.0
    absence: float = 0.0
    mails: Mails | None = None

    def scenario(self, agents: Array) -> Scenario:
        """Return the simulation of these callers with agents by day and half hour."""
        return Scenario(
            calls_per_slot=self.calls,
            agents=agents,
            handle_seconds=self.handle_seconds,
            patience=self.patience,
            redial_share=self.redial_share,
            redial_seconds=self.redial_seconds,
            ivr_loss=self.ivr_loss,
            handle_variation=self.handle_variation,
            day_variation=self.day_variation,
            run_variation=self.run_variation,
            absence=self.absence,
            mails=self.mails,
        )


def most_answer_rate(demand: Demand) -> float:
    """Return the bound that no number of people passes: what the recorded voice leaves."""
    return 1.0 - demand.ivr_loss


def peak_erlangs(demand: Demand) -> float:
    """Return the load of the busiest half hour if all callers who gave up called again for ever."""
    calls = table_of(demand.calls) / (1.0 - demand.redial_share)
    return float((calls * table_of(demand.handle_seconds)).max() / HALF_HOUR_SECONDS)


def mean_erlangs(demand: Demand) -> float:
    """Return the load of the mean half hour, of callers who reach the queue once."""
    calls = table_of(demand.calls) * (1.0 - demand.ivr_loss)
    return float((calls * table_of(demand.handle_seconds)).mean() / HALF_HOUR_SECONDS)


def needed_agents(*, demand: Demand, at_least: float) -> Array:
    """Return the agents by day and half hour that keep an answer rate in each, by Erlang A.

    Calls are those that repeat at the rate aimed at; patience is taken as exponential with its mean. A rate beyond
    the bound asks for nearly all who reach the queue. Who is absent is added on.
    """
    most = peak_erlangs(demand)
    inputs = Inputs().share("at_least", at_least)
    allowed = f"up to {MOST_ERLANGS:,}"
    inputs.check("calls x handle_seconds", f"{most:,.0f} erlang", is_right=most <= MOST_ERLANGS, allowed=allowed)
    inputs.refuse_wrong()
    wanted = min(ALMOST_ALL, at_least / most_answer_rate(demand)) if demand.ivr_loss < 1 else 0.0
    attempts = table_of(demand.calls) / (1.0 - demand.redial_share * (1.0 - demand.ivr_loss) * (1.0 - wanted))
    handle = np.broadcast_to(table_of(demand.handle_seconds), attempts.shape)
    erlangs = attempts * (1.0 - demand.ivr_loss) * handle / HALF_HOUR_SECONDS
    ratios = np.minimum(demand.patience.mean_seconds, 1e12) / handle
    found = required_for_answer_rate(
        erlangs=np.where(erlangs < LEAST_LOAD, 0.0, erlangs), patience_over_handle=ratios, at_least=wanted
    )
    return with_absence(found, absence=demand.absence)


def with_absence(agents: Array, *, absence: float) -> Array:
    """Return how many must be planned so that so many come; the same where everybody is away."""
    return np.ceil(agents / (1.0 - absence) - 1e-9).astype(np.int64) if absence < 1 else agents


def agent_hours(agents: Array) -> float:
    return float(agents.sum() * HALF_HOUR_SECONDS / 3600.0)
