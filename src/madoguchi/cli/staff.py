"""`madoguchi staff`: how many people a month takes, or would have taken, to keep the promised answer rate."""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from madoguchi.cli.measure import write_text
from madoguchi.cli.tables import console
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.planning.day_features import CALENDAR_NAMES, AnnouncedEvent
from madoguchi.planning.forecast import Forecast
from madoguchi.planning.history import CallHistory
from madoguchi.planning.month import MonthDemand, history_of, month_demand, promised_answer_rate
from madoguchi.planning.month import eased as with_eased_voice
from madoguchi.planning.need import Demand
from madoguchi.planning.plan import MonthPlan, PlanRules, Repaired, plan_month, repaired_need
from madoguchi.planning.roster import Person
from madoguchi.planning.shift_calendar import CalendarEntry, WorkShift, calendar_file, work_shifts
from madoguchi.planning.what_if import Levers, Option, explaining_agents, options
from madoguchi.reports.roster_book import Sheet, roster_book

HUNDRED = 100
USUAL_EVENT_DAYS, MOST_EVENT_DAYS = 5, 60
WORDS = {
    "head": ("{0} {1} {2} 応答率の目標 {3:.1%}", "{0} {1} {2} answer rate promised: {3:.1%}"),
    "past": ("実績 {0}。着信 {1:,.0f}、平均処理時間 {2:.0f} 秒、音声案内での放棄 {3:.1%}",
             "Achieved {0}; {1:,.0f} offered, mean handling time {2:.0f} s, lost in the recorded voice {3:.1%}"),
    "explained": ("常時 {0} 人の要員で説明できます（シミュレーションで {1:.1%}）。",
                  "{0} agents at all times explain it ({1:.1%} in simulation)."),
    "assumed": ("前提：放棄した人の {0:.0%} がかけ直し、待つ時間は平均 {1:.0f} 秒。",
                "Assumed: {0:.0%} of those who give up call again; they wait {1:.0f} s on average."),
    "endless": ("前提：放棄した人の {0:.0%} がかけ直し、待つ人は放棄しない。",
                "Assumed: {0:.0%} of those who give up call again; nobody gives up waiting."),
    "forecast": ("予測：{0}（過去の検証での誤差、半時間ごと・日ごと {1}）、着信 {2:,.0f}（1日の変動 {3:.0%}）",
                 "Forecast: {0} (past errors by half hour / day: {1}), {2:,.0f} calls (a day varies by {3:.0%})"),
    "event": ("告知の影響 {0}：着信 {1}、処理時間 {2}", "Effect of {0}: calls {1}, handling time {2}"),
    "need": ("必要な要員：平均 {0:.1f} 人、最大 {1} 人、延べ {2:,.0f} 時間で応答率 {3:.1%}",
             "Needed: {0:.1f} agents on average, {1} at most, {2:,.0f} hours in all, for {3:.1%}"),
    "unreachable": ("{0:.1%} には届きません。最大 {1:.1%} です。", "{0:.1%} is not reachable, the most is {1:.1%}."),
    "eased": ("音声案内での放棄が {0:.1%} なら：", "With {0:.1%} lost in the recorded voice:"),
    "option": ("目標＋{0:.0%}：延べ {1:,.0f} 時間、月の達成確率 {2:.0%}",
               "Aimed {0:.0%} higher: {1:,.0f} hours, chance of the month {2:.0%}"),
    "plan": ("{0} 人の勤務表：有給 {1:,.0f} 時間、応答率 {2:.1%}、達成確率 {3:.0%}",
             "Roster of {0} people: {1:,.0f} paid hours, answer rate {2:.1%}, chance {3:.0%}"),
    "missing": ("必要に対して延べ {0:,.0f} 時間足りません。", "{0:,.0f} agent hours of the need are missing."),
    "open": ("足りない勤務 {0} 件。最初：{1}", "{0} shortages; the first: {1}"),
    "columns": ("時刻|着信/日|処理時間(秒)|必要(平均)|必要(最大)",
                "At|Calls a day|Handling (s)|Needed (mean)|Needed (most)"),
    "shift": ("勤務", "Shift"),
    "sheets": ("勤務|半時間", "Shifts|Half hours"),
    "shift_columns": ("要員|種類|始業|終業|休憩開始|休憩終了", "Person|Kind|Begins|Ends|Break begins|Break ends"),
    "slot_columns": ("日|時刻|着信数（初回）|必要|計画", "Day|At|Calls (first)|Needed|Planned"),
    "nothing": ("測定不能", "not measurable"),
}  # fmt: skip
METHOD_LABELS = {
    "state space": "状態空間モデル（statsmodels）",
    "calendar": "暦の方法",
    "mean of four weeks": "4週平均",
    "last week": "前週",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked: a month's demand, the rate to keep, and what to say of where they come from."""

    contract: Contract
    asked: MonthDemand
    at_least: float
    lines: tuple[str, ...]


def run(given: argparse.Namespace) -> int:
    if given.action == "replan":
        from madoguchi.cli.staff_replan import run as run_replan  # noqa: PLC0415  # it stands on this module

        return run_replan(given)
    if given.month is None:
        raise InvalidInputError([Problem(where="--month", key="", given="none", allowed="a month such as 2018-11")])
    return run_month(given)


def run_month(given: argparse.Namespace) -> int:
    question = _question(given)
    asked, at_least = question.asked, question.at_least
    need = repaired_need(demand=asked.demand, at_least=at_least, seed=given.seed)
    eased = None
    if not need.is_reachable and asked.eased_ivr_loss < asked.demand.ivr_loss:
        eased = repaired_need(demand=with_eased_voice(asked), at_least=at_least, seed=given.seed)
    compared: tuple[Option, ...] = ()
    if asked.past is None:
        compared = options(demand=asked.demand, at_least=at_least, seed=given.seed)
    plan = _plan(question, given)
    _write_files(question, given, plan, eased or need)
    if given.json:
        write_text(given.json, json_text(question, need=need, eased=eased, compared=compared, plan=plan))
    if str(given.json) != "-":
        _print(question, given, need=need, eased=eased, compared=compared, plan=plan)
    return 0


def _question(given: argparse.Namespace) -> Question:
    contract = load_contract(read_definitions(given.contract))
    levers = Levers(volume=given.volume, handle=given.handle, patience=given.patience, ivr_loss=given.ivr_loss)
    at_least = promised_target(contract, given, day=given.month)
    history, redial_share = read_history(contract, folder=given.facts, redial_share=given.redial_share)
    asked = month_demand(
        contract=contract, history=history, redial_share=redial_share, month=given.month, levers=levers,
        events=announced(given),
    )  # fmt: skip
    lines = _coming_lines(asked, given) if asked.past is None else _past_lines(asked.past, asked.demand, given)
    return Question(contract=contract, asked=asked, at_least=at_least, lines=tuple(lines))


def read_history(contract: Contract, *, folder: Path, redial_share: float | None) -> tuple[CallHistory, float]:
    """Return the calls by half hour, and the share of those who give up that call again: as asked, seen or usual."""
    facts = open_facts(folder)
    covered = facts.coverage(contract=contract.id).get("calls") if "calls" in facts.names() else None
    if covered is None:
        problem = Problem(where=str(folder), key="calls", given="no calls", allowed="facts with a table of calls")
        raise InvalidInputError([problem])
    rows = facts.rows("calls")
    history, seen = history_of(calls=getattr(rows, "to_table", lambda: rows)(), contract=contract, covered=covered)
    return history, seen if redial_share is None else redial_share


def promised_target(contract: Contract, given: argparse.Namespace, *, day: date) -> float:
    """Return the share asked for, else the one the contract promises for the day's season."""
    promised = promised_answer_rate(contract=contract, day=day)
    found = promised if given.target is None else float(given.target) / HUNDRED
    if found is None:
        allowed = "--target PERCENT, or a contract that promises an answer rate in that month"
        raise InvalidInputError(
            [Problem(where="--target", key="", given="no answer rate is promised", allowed=allowed)]
        )
    return found


def _past_lines(past: CallHistory, demand: Demand, given: argparse.Namespace) -> list[str]:
    rate = past.answer_rate
    shown = _word("nothing", given.lang) if rate is None else f"{rate:.1%}"
    attempts = float(past.attempts.sum())
    lines = [_word("past", given.lang, shown, attempts, past.handle_seconds or 0.0, past.ivr_loss)]
    lines.append(_assumed(demand, given))
    if rate is not None and (given.volume, given.handle, given.patience, given.ivr_loss) == (1.0, 1.0, 1.0, None):
        there, simulated = explaining_agents(demand=demand, answer_rate=rate, seed=given.seed)
        lines.append(_word("explained", given.lang, there, simulated))
    return lines


def _assumed(demand: Demand, given: argparse.Namespace) -> str:
    word = "assumed" if math.isfinite(demand.patience.mean_seconds) else "endless"
    return _word(word, given.lang, demand.redial_share, demand.patience.mean_seconds)


def _coming_lines(asked: MonthDemand, given: argparse.Namespace) -> list[str]:
    expected, demand = asked.expected, asked.demand
    assert expected is not None
    compared = ", ".join(
        f"{_method(each.method, given.lang)} {each.error:.1%} / {each.day_error:.1%}" for each in expected.errors
    )
    method, calls = _method(expected.method, given.lang), float(expected.calls.sum())
    lines = [_word("forecast", given.lang, method, compared or "-", calls, expected.variation), *expected.notes]
    lines += _event_lines(expected, given)
    lines.append(_assumed(demand, given))
    return lines


def _event_lines(expected: Forecast, given: argparse.Namespace) -> list[str]:
    """Say by what factor each day of an announced event changes calls and handling time."""
    tables = (expected.effects, expected.handle_effects)
    names = sorted({name for table in tables for name in table if name not in CALENDAR_NAMES})
    return [
        _word("event", given.lang, name, *(f"{table[name]:.2f}" if name in table else "-" for table in tables))
        for name in names
    ]


def announced(given: argparse.Namespace) -> list[AnnouncedEvent]:
    return [_event(text) for text in given.event]


def _event(text: str) -> AnnouncedEvent:
    """Read KIND=DATE or KIND=DATE+DAYS."""
    kind, _, rest = text.partition("=")
    day, _, count = rest.partition("+")
    try:
        days = int(count or USUAL_EVENT_DAYS)
        found = AnnouncedEvent(kind=kind.strip(), start_date=date.fromisoformat(day), days=days)
    except ValueError:
        found = None
    if found is None or not found.kind or not 1 <= found.days <= MOST_EVENT_DAYS:
        allowed = f"a kind and a day such as release=2019-04-15+3, of 1 to {MOST_EVENT_DAYS} days"
        raise InvalidInputError([Problem(where="--event", key="", given=f"given {text!r}", allowed=allowed)])
    return found


def _method(name: str, language: str) -> str:
    return METHOD_LABELS[name] if language == "ja" else name


def _word(name: str, language: str, *values: Any) -> str:  # noqa: ANN401  # whatever the text shows
    return WORDS[name][language == "en"].format(*values)


def _plan(question: Question, given: argparse.Namespace) -> MonthPlan | None:
    if given.people is None:
        return None
    people = [Person(name=f"{number:03d}") for number in range(1, given.people + 1)]
    asked = question.asked
    return plan_month(
        demand=asked.demand,
        days=asked.days,
        people=people,
        at_least=question.at_least,
        rules=PlanRules(),
        seed=given.seed,
    )


def _write_files(question: Question, given: argparse.Namespace, plan: MonthPlan | None, need: Repaired) -> None:
    """Write the roster as a calendar and the plan as a workbook, where asked for."""
    if given.calendar is None and given.excel is None:
        return
    if given.calendar is not None and plan is None:
        problem = Problem(where="--calendar", key="", given="no roster", allowed="together with --people N")
        raise InvalidInputError([problem])
    asked, contract = question.asked, question.contract
    offset = contract.calendar.utc_offset_seconds
    made_at = datetime.combine(asked.month.start_date, time(), tzinfo=UTC)
    assignments = plan.roster.assignments if plan else ()
    shifts = work_shifts(assignments=assignments, grid=asked.grid, utc_offset_seconds=offset)
    if given.calendar is not None:
        name = f"{contract.id} {asked.month.start_date:%Y-%m}"
        entries = [
            CalendarEntry(
                key=f"{contract.id}:{each.person}:{each.starts_at:%Y%m%d}", starts_at=each.starts_at,
                ends_at=each.ends_at, title=f"{_word('shift', given.lang)} {each.person}", text=each.kind,
            )
            for each in shifts
        ]  # fmt: skip
        given.calendar.write_bytes(calendar_file(name=name, entries=entries, written_at=made_at))
    if given.excel is not None:
        sheets = _sheets(asked, shifts, plan, need, offset=timedelta(seconds=offset), language=given.lang)
        title = f"{contract.name} {asked.month.start_date:%Y-%m}"
        given.excel.write_bytes(roster_book(title=title, made_at=made_at, sheets=sheets))


def _sheets(
    asked: MonthDemand, shifts: Sequence[WorkShift], plan: MonthPlan | None, need: Repaired, *, offset: timedelta,
    language: str,
) -> list[Sheet]:  # fmt: skip
    def local(at: datetime | None) -> str:
        return "" if at is None else f"{at + offset:%Y-%m-%d %H:%M}"

    rows = [
        (each.person, each.kind, *(local(at) for at in (
            each.starts_at, each.ends_at, each.break_starts_at, each.break_ends_at))) for each in shifts
    ]  # fmt: skip
    planned = plan.roster.agents if plan else None
    half_hours = [
        (f"{day}", asked.grid.label(slot), float(asked.demand.calls[number, slot]), int(need.agents[number, slot]),
         None if planned is None else int(planned[number, slot]))
        for number, day in enumerate(asked.days)
        for slot in range(asked.grid.shape[1])
    ]  # fmt: skip
    names = _word("sheets", language).split("|")
    headers = [_word(name, language).split("|") for name in ("shift_columns", "slot_columns")]
    return [
        Sheet(name=names[0], header=headers[0], rows=rows), Sheet(name=names[1], header=headers[1], rows=half_hours)
    ]  # fmt: skip


def _print(
    question: Question, given: argparse.Namespace, *, need: Repaired, eased: Repaired | None,
    compared: tuple[Option, ...], plan: MonthPlan | None,
) -> None:  # fmt: skip
    screen, language = console(), given.lang
    month = f"{question.asked.month.start_date:%Y-%m}"
    contract = question.contract
    screen.print(Text(_word("head", language, contract.id, contract.name, month, question.at_least), style="bold"))
    lines = [*question.lines, *_need_lines(need, language)]
    if eased is not None:
        lines += [_word("eased", language, question.asked.eased_ivr_loss), *_need_lines(eased, language)]
    lines += [_word("option", language, each.margin, each.agent_hours, each.chance) for each in compared]
    if plan is not None:
        lines += _plan_lines(plan, given)
    for line in lines:
        screen.print(Text(line))
    screen.print(_slot_table(question.asked, eased or need, language))


def _need_lines(need: Repaired, language: str) -> list[str]:
    if not need.is_reachable:
        return [_word("unreachable", language, need.wanted, need.most)]
    agents = need.agents
    return [_word("need", language, float(agents.mean()), int(agents.max()), need.agent_hours, need.most)]


def _plan_lines(plan: MonthPlan, given: argparse.Namespace) -> list[str]:
    lines = [_word("plan", given.lang, given.people, plan.roster.paid_hours, plan.answer_rate, plan.chance)]
    if not plan.is_reachable:
        lines.append(_word("unreachable", given.lang, plan.wanted, plan.answer_rate))
    if plan.missing_hours:
        lines.append(_word("missing", given.lang, plan.missing_hours))
    if plan.roster.problems:
        lines.append(_word("open", given.lang, len(plan.roster.problems), plan.roster.problems[0]))
    return lines


def _slot_table(asked: MonthDemand, need: Repaired, language: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _word("columns", language).split("|"):
        table.add_column(name, justify="right")
    calls, handle = asked.demand.calls.mean(axis=0), asked.demand.handle_seconds.mean(axis=0)
    for slot in range(calls.size):
        agents = need.agents[:, slot]
        numbers = (f"{calls[slot]:.1f}", f"{handle[slot]:.0f}", f"{agents.mean():.1f}", f"{agents.max()}")
        table.add_row(asked.grid.label(slot), *numbers)
    return table


def json_text(
    question: Question, *, need: Repaired, eased: Repaired | None, compared: tuple[Option, ...], plan: MonthPlan | None
) -> str:
    document: dict[str, Any] = {
        "format": 1,
        "contract": question.contract.id,
        "month": f"{question.asked.month.start_date:%Y-%m}",
        "target": question.at_least,
        "forecast": question.asked.expected and _forecast_row(question.asked.expected),
        "need": _need_row(need),
        "need_with_smaller_ivr_loss": eased and {"ivr_loss": question.asked.eased_ivr_loss, **_need_row(eased)},
        "options": [
            {"margin": each.margin, "agent_hours": each.agent_hours, "chance": each.chance} for each in compared
        ],
        "plan": plan and _plan_row(plan),
        "half_hours": [
            {"day": f"{day}", "agents": row, "planned": plan.roster.agents[number].tolist() if plan else None}
            for number, (day, row) in enumerate(zip(question.asked.days, (eased or need).agents.tolist(), strict=True))
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _forecast_row(expected: Forecast) -> Mapping[str, object]:
    return {
        "method": expected.method,
        "errors": [
            {"method": each.method, "error": each.error, "day_error": each.day_error, "weeks": each.weeks}
            for each in expected.errors
        ],
        "effects": dict(expected.effects),
        "handle_effects": dict(expected.handle_effects),
        "notes": expected.notes,
    }


def _need_row(need: Repaired) -> Mapping[str, object]:
    return {
        "is_reachable": need.is_reachable,
        "answer_rate": need.most,
        "agent_hours": need.agent_hours,
        "most_agents": int(need.agents.max()),
    }


def _plan_row(plan: MonthPlan) -> Mapping[str, object]:
    return {
        "paid_hours": plan.roster.paid_hours,
        "answer_rate": plan.answer_rate,
        "chance": plan.chance,
        "problems": [str(each) for each in plan.roster.problems],
        "shifts": [
            {"person": each.person, "day": f"{each.day}", "start": each.pattern.start, "kind": each.pattern.kind.name,
             "break": each.pattern.break_start}
            for each in plan.roster.assignments
        ],
    }  # fmt: skip
