"""Definitions that between them say everything a definition can say, for engines too slow for random ones."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from tests.strategies_metrics import SERVICES, base, contracts, events

from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.spec import (
    Allowance,
    AnyOf,
    ColumnValue,
    Condition,
    Contract,
    ExclusionRule,
    Indicator,
    TimeValue,
)
from madoguchi.core.vocabulary import Clock, Combine, CountedAs, MissingEnd, Statistic

ODD_WORD = 'it\'s a \\ 担当"者" %s ?'
NOT_LINE_A = Condition(column="line", is_not=("a", ODD_WORD))
LONG_OR_LATE = AnyOf(
    alternatives=(
        (Condition(column="talk_seconds", at_least=600),),
        (Condition(column="queued_at", after_column="answered_at"), Condition(column="caller", is_missing=False)),
    )
)
NOT_HANDED_OVER = Condition(column="handed_over", is_=(False,))
RULES = (
    ExclusionRule(reason=f"handed over, {ODD_WORD}", tests=(Condition(column="handed_over", is_=(True,)),)),
    ExclusionRule(reason="no category", tests=(Condition(column="category", is_missing=True),)),
)


def _of(statistic: Statistic, table: str, name: str, **settings: Any) -> Indicator:  # noqa: ANN401
    return Indicator(**(base(statistic, table, name) | settings))


def _took(start: str, end: str, clock: Clock, *subtract: str) -> TimeValue:
    return TimeValue(start=start, end=end, clock=clock, subtract=subtract)


def _calls() -> list[Indicator]:
    handled = ColumnValue(add=("talk_seconds", "wrap_up_seconds"), subtract=("wait_seconds",))
    return [
        _of(Statistic.RATE, "calls", "answered", is_call_counting=True, call_part=str(CountedAs.ANSWERED)),
        _of(Statistic.RATE, "calls", "abandoned", is_call_counting=True, call_part=str(CountedAs.ABANDONED),
            where=(NOT_LINE_A,)),
        _of(Statistic.RATE, "calls", "long", part=(LONG_OR_LATE,)),
        _of(Statistic.COUNT, "calls", "on_other_lines", where=(NOT_LINE_A,)),
        _of(Statistic.MEAN, "calls", "handled", value=handled),
        _of(Statistic.MAXIMUM, "calls", "longest", value=_took("offered_at", "ended_at", Clock.ELAPSED)),
        _of(Statistic.PERCENTILE, "calls", "wait", value=ColumnValue(add=("wait_seconds",)), percentile=Fraction(90)),
    ]  # fmt: skip


def _tickets() -> list[Indicator]:
    answered = "received_at", "first_answered_at"
    resolved = "received_at", "resolved_at"
    return [
        _of(Statistic.SHARE_WITHIN, "tickets", "first_answer", value=_took(*answered, Clock.BUSINESS),
            allowance=Allowance(amount=Fraction(7201, 2), is_strict=True), exclusions=RULES),
        _of(Statistic.SHARE_WITHIN, "tickets", "by_open_days", value=_took(*resolved, Clock.OPEN_DAYS),
            allowance=Allowance(amount=Fraction(1), agreed="agreed_due_at"), missing=MissingEnd.MISSED,
            where=(NOT_HANDED_OVER,)),
        _of(Statistic.SHARE_WITHIN, "tickets", "by_due", value=_took(*resolved, Clock.DAYS),
            allowance=Allowance(until="due_at", agreed="agreed_due_at")),
        _of(Statistic.SHARE_WITHIN, "tickets", "by_due_missed", value=_took(*resolved, Clock.ELAPSED),
            allowance=Allowance(until="due_at"), missing=MissingEnd.MISSED),
        _of(Statistic.MEAN, "tickets", "own_time", exclusions=RULES,
            value=_took(*resolved, Clock.BUSINESS, "waiting_elsewhere_seconds")),
        _of(Statistic.SUM, "tickets", "days", value=_took(*resolved, Clock.OPEN_DAYS)),
        _of(Statistic.PERCENTILE, "tickets", "median", value=_took(*answered, Clock.BUSINESS), percentile=Fraction(50)),
        _of(Statistic.COUNT, "tickets", "resolved", at="resolved_at",
            where=(Condition(column="received_at", not_after_column="resolved_at"),)),
    ]  # fmt: skip


def _others() -> list[Indicator]:
    survey: dict[str, Any] = {
        "group_column": "question",
        "groups": (("phone", Fraction(1)), ("mail", Fraction(2))),
    }
    return [
        _of(Statistic.SURVEY_SCORE, "survey_answers", "score", **survey, value=ColumnValue(add=("score",))),
        _of(Statistic.SURVEY_SCORE, "survey_answers", "choice", **survey, combine=Combine.MEAN_OF_ANSWERS,
            scores=(("good", 100), ("fair", 60), ("bad", 0))),
        _of(Statistic.MILESTONE, "milestones", "plan", where=(Condition(column="milestone", is_=("a",)),),
            milestone="a"),
        _of(Statistic.AVAILABILITY, "outages", "up_in_hours", services=SERVICES),
        _of(Statistic.AVAILABILITY, "outages", "up_always", services=SERVICES, is_around_the_clock=True,
            where=(Condition(column="severity", is_not=("c",)),)),
        _of(Statistic.SHARE_WITHIN, "probes", "quick", value=ColumnValue(add=("milliseconds",)),
            allowance=Allowance(amount=Fraction(21, 4))),
    ]  # fmt: skip


INDICATORS = (*_calls(), *_tickets(), *_others())
TABLES = ("calls", "tickets", "survey_answers", "milestones", "outages", "maintenance", "probes", "exclusions")


@dataclass(frozen=True, kw_only=True)
class World:
    """A contract and its facts, shown in short: in full they are too much to read."""

    contract: Contract
    facts: dict[str, list[Event]] = field(repr=False)

    def __repr__(self) -> str:
        return f"World({ {name: len(rows) for name, rows in self.facts.items()} })"


@st.composite
def corpus_worlds(draw: st.DrawFn) -> World:
    """A random contract with the corpus as its definitions, and random facts for all of them."""
    drawn = draw(contracts(most=1))
    settings = {name: getattr(drawn, name) for name in drawn.__dataclass_fields__} | {"indicators": INDICATORS}
    facts = {name: draw(events(FACT_TABLES[name], most=10)) for name in TABLES}
    for row in facts["exclusions"]:
        row["reason"] = draw(st.sampled_from(["b", "B", "あ", ODD_WORD]))  # type: ignore[index]
    for row in facts["calls"][:3]:
        row["line"] = ODD_WORD  # type: ignore[index]
    return World(contract=Contract(**settings), facts=facts)
