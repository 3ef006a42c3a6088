"""What a plan is computed from and what is kept of it: plain values, so that a page shows what was found then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from madoguchi.core.metrics.spec import Contract
from madoguchi.planning.chance import Array
from madoguchi.planning.day_features import AnnouncedEvent
from madoguchi.planning.forecast import past_of
from madoguchi.planning.history import CallHistory
from madoguchi.planning.month import MonthDemand, coming_month, eased, past_month
from madoguchi.planning.objectives import objective_chances
from madoguchi.planning.plan import MonthPlan, PlanRules, Repaired, plan_month, repaired_need
from madoguchi.planning.roster import Person, WorkRules
from madoguchi.planning.shift_calendar import WorkShift, work_shifts
from madoguchi.planning.simulate import Simulation
from madoguchi.planning.what_if import explaining_agents, options, outcome
from madoguchi.staffing.models import Plan

OTHER_SEED = 7919


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a computation hands back: values to keep, and shifts."""

    result: Mapping[str, Any]
    shifts: tuple[WorkShift, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What a plan is computed from, beside its own row."""

    promised: Contract
    history: CallHistory
    redial_share: float
    events: Sequence[AnnouncedEvent]
    people: Sequence[Person]


def look_back(plan: Plan, given: Given) -> Found:
    """Explain a past month: what was reached, how many explain it, how many would have kept the promise."""
    asked = past_month(history=given.history, redial_share=given.redial_share, month=plan.month)
    at_least = float(plan.target_percent) / 100
    need = repaired_need(demand=asked.demand, at_least=at_least, seed=plan.seed)
    past = asked.past
    assert past is not None
    result = {**_asked_values(asked), "need": need.agents.tolist(), "need_summary": _need_row(need)}
    if past.answer_rate is not None:
        agents, simulated = explaining_agents(demand=asked.demand, answer_rate=past.answer_rate, seed=plan.seed)
        result["explained"] = {"agents": agents, "answer_rate": simulated}
    shown, demand = need, asked.demand
    if not need.is_reachable and asked.eased_ivr_loss < asked.demand.ivr_loss:
        demand = eased(asked)
        shown = without = repaired_need(demand=demand, at_least=at_least, seed=plan.seed)
        result["eased"] = {"ivr_loss": asked.eased_ivr_loss, "need": without.agents.tolist(), **_need_row(without)}
    result["achieved"] = {
        "answer_rate": past.answer_rate, "attempts": float(past.attempts.sum()),
        "handle_seconds": past.handle_seconds, "ivr_loss": past.ivr_loss,
    }  # fmt: skip
    check = outcome(demand=demand, agents=shown.agents, seed=plan.seed + OTHER_SEED)
    return Found(result={**result, **_simulated(check, given.promised, asked)})


def plan_ahead(plan: Plan, given: Given) -> Found:
    """Plan a coming month: forecast, need, what more hours buy, and shifts where there are people."""
    asked = coming_month(
        contract=given.promised, history=given.history, redial_share=given.redial_share, month=plan.month,
        events=given.events,
    )  # fmt: skip
    at_least = float(plan.target_percent) / 100
    yen = int(plan.inputs.get("yen_an_hour", 0))
    result = {**_asked_values(asked), **_forecast_values(asked, given)}
    result["options"] = [
        {
            "margin": each.margin, "agent_hours": each.agent_hours, "answer_rate": each.answer_rate,
            "chance": each.chance, "cost_yen": round(each.agent_hours * yen),
        }
        for each in options(demand=asked.demand, at_least=at_least, seed=plan.seed)
    ]  # fmt: skip
    if not given.people:
        need = repaired_need(demand=asked.demand, at_least=at_least, seed=plan.seed)
        check = outcome(demand=asked.demand, agents=need.agents, seed=plan.seed + OTHER_SEED)
        result |= {"need": need.agents.tolist(), "need_summary": _need_row(need)}
        return Found(result={**result, **_simulated(check, given.promised, asked)})
    skills = {str(name): int(count) for name, count in plan.inputs.get("always_skills", {}).items()}
    rules = PlanRules(work=WorkRules(always_skills=skills), yen_an_hour=yen)
    made = plan_month(
        demand=asked.demand, days=asked.days, people=given.people, at_least=at_least, rules=rules, seed=plan.seed
    )
    shifts = work_shifts(
        assignments=made.roster.assignments, grid=asked.grid,
        utc_offset_seconds=given.promised.calendar.utc_offset_seconds,
    )  # fmt: skip
    values = {**result, **_plan_values(made), **_simulated(made.check, given.promised, asked)}
    return Found(result=values, shifts=shifts)


def _asked_values(asked: MonthDemand) -> dict[str, Any]:
    demand = asked.demand
    return {
        "days": [f"{day}" for day in asked.days],
        "labels": [asked.grid.label(slot) for slot in range(asked.grid.shape[1])],
        "first_second": asked.grid.first_second,
        "calls": _rounded(np.atleast_2d(demand.calls)),
        "handle_seconds": _rounded(np.atleast_2d(demand.handle_seconds).mean(axis=0)),
        "patience_seconds": demand.patience.mean_seconds,
        "redial_share": demand.redial_share,
        "ivr_loss": demand.ivr_loss,
        "day_variation": demand.day_variation,
    }


def _forecast_values(asked: MonthDemand, given: Given) -> dict[str, Any]:
    expected = asked.expected
    assert expected is not None
    low, high = expected.day_interval()
    known = past_of(given.history.before(asked.month.start_date)).days
    return {
        "method": expected.method,
        "errors": [
            {"method": each.method, "error": each.error, "day_error": each.day_error} for each in expected.errors
        ],
        "day_calls": _rounded(expected.calls.sum(axis=1)),
        "day_low": _rounded(low),
        "day_high": _rounded(high),
        "effects": {name: round(factor, 4) for name, factor in expected.effects.items()},
        "handle_effects": {name: round(factor, 4) for name, factor in expected.handle_effects.items()},
        "known_until": f"{known[-1]}",
    }


def _plan_values(made: MonthPlan) -> dict[str, Any]:
    return {
        "need": made.need.tolist(),
        "planned": made.roster.agents.tolist(),
        "paid_hours": made.roster.paid_hours,
        "missing_hours": made.missing_hours,
        "cost_yen": made.cost_yen,
        "need_summary": {
            "is_reachable": made.is_reachable, "most": made.answer_rate, "agent_hours": float(made.need.sum() / 2),
            "most_agents": int(made.need.max(initial=0)), "mean_agents": float(made.need.mean()),
        },
        "problems": [
            {"kind": each.kind.value, "day": f"{each.day}", "name": each.name, "count": each.count, "start": each.start}
            for each in made.roster.problems
        ],
    }  # fmt: skip


def _need_row(need: Repaired) -> dict[str, Any]:
    return {
        "is_reachable": need.is_reachable, "most": need.most, "agent_hours": need.agent_hours,
        "most_agents": int(need.agents.max(initial=0)), "mean_agents": float(need.agents.mean()),
    }  # fmt: skip


def _simulated(check: Simulation, promised: Contract, asked: MonthDemand) -> dict[str, Any]:
    chances = objective_chances(simulation=check, contract=promised, day=asked.month.start_date)
    return {
        "answer_rate": check.answer_rate,
        "rates": [round(float(each), 5) for each in check.answer_rates],
        "chances": [
            {"indicator": each.indicator, "label": each.label, "label_en": each.label_en, "chance": each.chance}
            for each in chances
        ],
    }


def _rounded(values: Array) -> Any:  # noqa: ANN401  # nested lists of floats
    return np.round(values, 3).tolist()
