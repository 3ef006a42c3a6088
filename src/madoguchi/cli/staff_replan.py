"""`madoguchi staff replan`: the rest of a day, from what came so far."""

import argparse
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from rich.table import Table
from rich.text import Text

from madoguchi.cli.measure import write_text
from madoguchi.cli.staff import announced, promised_target, read_history
from madoguchi.cli.tables import console
from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.planning.chance import Array
from madoguchi.planning.evaluate import forecast
from madoguchi.planning.history import CallHistory, Grid, open_grid
from madoguchi.planning.need import Demand
from madoguchi.planning.plan import repaired_need
from madoguchi.planning.slots import SLOT_SECONDS
from madoguchi.planning.what_if import Replan, forecast_demand, replan_day

TIME = re.compile(r"([01]\d|2[0-4]):(00|30)")
WORDS = {
    "head": ("{0} {1} {2} まで　着信 {3}、応答 {4}", "{0} {1}, until {2}: {3} calls, {4} answered"),
    "found": ("着信は予測の {0:.2f} 倍の見込み。残りは応答率 {1:.1%} が必要で、計画の人数では {2:.1%} の見込み。",
              "Calls: {0:.2f} times the forecast expected. The rest must keep {1:.1%}; planned agents keep {2:.1%}."),
    "enough": ("計画のままで足ります。", "The plan is enough."),
    "more": ("延べ {0:g} 時間の増員で届きます。", "{0:g} more agent hours reach it."),
    "unreachable": ("{0:.1%} には届きません。最大 {1:.1%} です。", "{0:.1%} is not reachable, the most is {1:.1%}."),
    "columns": ("時刻|予測の着信|計画|見直し後", "At|Calls forecast|Planned|Needed now"),
}  # fmt: skip


def run(given: argparse.Namespace) -> int:
    contract = load_contract(read_definitions(given.contract))
    if given.day is None:
        raise InvalidInputError([Problem(where="--day", key="", given="none", allowed="a day such as 2019-04-15")])
    period = Period(start_date=given.day, end_date=date.fromordinal(given.day.toordinal() + 1))
    grid = open_grid(calendar=contract.calendar, period=period)
    history, redial_share = read_history(contract, folder=given.facts, redial_share=given.redial_share)
    at_least = promised_target(contract, given, day=given.day)
    known = history.before(given.day)
    expected = forecast(history=known, grid=grid, calendar=contract.calendar, events=announced(given))
    demand = forecast_demand(expected=expected, history=known, redial_share=redial_share)
    passed = _passed(given.until, grid)
    attempts, answered = _so_far(given, history, passed)
    planned = _planned(given, demand, at_least, grid)
    found = replan_day(
        demand=demand, agents=planned, attempts=[attempts, *([0.0] * (passed - 1))] if passed else [],
        answered=answered, at_least=at_least, seed=given.seed,
    )  # fmt: skip
    if given.json:
        write_text(given.json, json.dumps(_document(given, found, grid, passed), ensure_ascii=False, indent=1) + "\n")
    if str(given.json) != "-":
        _print(given, contract, found, grid, demand=demand, planned=planned, so_far=(attempts, answered))
    return 0


def _passed(text: str, grid: Grid) -> int:
    """Return how many half hours of the day are over."""
    found = TIME.fullmatch(text)
    if found is None:
        allowed = "a time on a half hour such as 11:00"
        raise InvalidInputError([Problem(where="--until", key="", given=f"given {text!r}", allowed=allowed)])
    second = int(found.group(1)) * 3600 + int(found.group(2)) * 60
    passed = max(0, (second - grid.first_second) // SLOT_SECONDS)
    if passed >= grid.shape[1]:
        allowed = f"before {grid.label(grid.shape[1])}, when the desk closes"
        raise InvalidInputError([Problem(where="--until", key="", given=f"given {text}", allowed=allowed)])
    return int(passed)


def _so_far(given: argparse.Namespace, history: CallHistory, passed: int) -> tuple[float, float]:
    """Return the calls and answers of the half hours over: as given, else as the facts know them."""
    if given.attempts is not None and given.answered is not None:
        return float(given.attempts), float(given.answered)
    days = history.grid.days
    if given.day not in days or not history.is_known[days.index(given.day)]:
        problem = Problem(
            where="--facts", key="calls", given=f"none on {given.day}",
            allowed="facts of the day, or --attempts and --answered",
        )  # fmt: skip
        raise InvalidInputError([problem])
    row = days.index(given.day)
    seen = [float(getattr(history, name)[row, :passed].sum()) for name in ("attempts", "answered")]
    return seen[0], seen[1]


def _planned(given: argparse.Namespace, demand: Demand, at_least: float, grid: Grid) -> Array:
    """Return the agents planned for the day: of a kept plan, else what the forecast asks for."""
    if given.planned is None:
        return repaired_need(demand=demand, at_least=at_least, seed=given.seed).agents
    try:
        document = json.loads(given.planned.read_text(encoding="utf-8"))
        rows: Mapping[str, Any] = {
            each["day"]: each.get("planned") or each["agents"] for each in document["half_hours"]
        }
        agents = np.array([[int(each) for each in rows[f"{given.day}"]]])
    except (OSError, ValueError, KeyError, TypeError):
        allowed = f"numbers kept by madoguchi staff --json, with {given.day}"
        problem = Problem(where="--planned", key="", given=f"given {given.planned}", allowed=allowed)
        raise InvalidInputError([problem]) from None
    if agents.shape != grid.shape or agents.min() < 0:
        problem = Problem(
            where="--planned", key="half_hours", given=f"given {agents.shape[1]} on {given.day}",
            allowed=f"{grid.shape[1]} numbers, 0 or more",
        )  # fmt: skip
        raise InvalidInputError([problem])
    return agents


def _document(given: argparse.Namespace, found: Replan, grid: Grid, passed: int) -> dict[str, Any]:
    return {
        "format": 1, "day": f"{given.day}", "until": given.until, "factor": found.factor,
        "rest_target": found.rest_target, "planned_answer_rate": found.planned.answer_rate,
        "is_reachable": found.need.is_reachable, "answer_rate": found.need.most,
        "half_hours": [
            {"at": grid.label(passed + slot), "agents": int(agents)} for slot, agents in enumerate(found.need.agents[0])
        ],
    }  # fmt: skip


def _print(
    given: argparse.Namespace, contract: Contract, found: Replan, grid: Grid, *, demand: Demand, planned: Array,
    so_far: tuple[float, float],
) -> None:  # fmt: skip
    def word(name: str, *values: object) -> str:
        return WORDS[name][given.lang == "en"].format(*values)

    need = found.need.agents[0]
    passed = grid.shape[1] - need.size
    screen = console()
    counts = (f"{each:,.0f}" for each in so_far)
    screen.print(Text(word("head", contract.id, given.day, given.until, *counts), style="bold"))
    screen.print(Text(word("found", found.factor, found.rest_target, found.planned.answer_rate)))
    more = float(np.maximum(0, need - planned[0, passed:]).sum()) / 2
    if found.planned.answer_rate >= found.rest_target:
        screen.print(Text(word("enough")))
    elif found.need.is_reachable:
        screen.print(Text(word("more", more)))
    else:
        screen.print(Text(word("unreachable", found.rest_target, found.need.most)))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in word("columns").split("|"):
        table.add_column(name, justify="right")
    for slot, agents in enumerate(need, start=passed):
        table.add_row(grid.label(slot), f"{demand.calls[0, slot]:.1f}", f"{planned[0, slot]}", f"{agents}")
    screen.print(table)
