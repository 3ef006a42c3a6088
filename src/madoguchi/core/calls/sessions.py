"""What the people who answer were doing: logged in, away and why, talking, not answering."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from fractions import Fraction

from madoguchi.core.call_vocabulary import AgentState
from madoguchi.core.calls.counted import CallData, local_moment
from madoguchi.core.calls.groups import same
from madoguchi.core.calls.table import NONE, CallTable, Cell, Column, Line, Words, seconds_text
from madoguchi.core.events import Event
from madoguchi.core.values import rounded

LISTED = (AgentState.LOGGED_IN, AgentState.PAUSED)
MOST_REASONS = 20
NO_REASON = Words("理由なし", "No reason")
NOTE = Words(
    "電話機の記録（queue_log）から数えます。ログインが記録されない応答者（固定の担当者）は、ログイン時間と稼働率が分かりません。",
    "From queue_log. Logins of fixed members are not logged: their times and occupancy are unknown.",
)
OPEN_NOTE = Words(
    "終わりの記録がないログインと離席は、時間に含めません。",
    "Sessions and pauses without an end in the files are not part of the times.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A state of an agent by the contract's clock, cut at the ends of the period."""

    agent: str
    state: AgentState
    reason: str
    start: datetime
    end: datetime | None

    @property
    def seconds(self) -> int | None:
        return None if self.end is None else int((self.end - self.start).total_seconds())


def spans_of(data: CallData) -> list[Span]:
    """Return the states that lie in the period, in order of time."""
    first, final = (datetime.combine(day, time()) for day in (data.period.start_date, data.period.end_date))
    spans = (_span(each, data) for each in data.agent_states)
    inside = [each for each in spans if each.start < final and (each.end is None or each.end >= first)]
    cut = [
        Span(
            agent=each.agent, state=each.state, reason=each.reason, start=max(first, each.start),
            end=None if each.end is None else min(final, each.end),
        )
        for each in inside
    ]  # fmt: skip
    return sorted(cut, key=lambda each: (each.start, each.agent, each.state, each.reason))


def _span(event: Event, data: CallData) -> Span:
    start, end = event["started_at"], event.get("ended_at")
    if not isinstance(start, datetime):
        raise TypeError(f"started_at of {event['source']} is not a moment")
    return Span(
        agent=str(event["agent"]), state=AgentState(str(event["state"])), reason=str(event.get("reason") or ""),
        start=local_moment(start, contract=data.contract),
        end=local_moment(end, contract=data.contract) if isinstance(end, datetime) else None,
    )  # fmt: skip


def sessions(data: CallData) -> CallTable:
    """Return every login and pause: who, from when to when, why."""
    columns = (
        Column(key="agent", words=Words("応答者", "Agent"), is_number=False),
        Column(key="state", words=Words("状態", "State"), is_number=False),
        Column(key="reason", words=Words("理由", "Reason"), is_number=False),
        Column(key="until", words=Words("終了", "Until"), is_number=False),
        Column(key="time", words=Words("時間", "Time")),
    )
    lines = [
        Line(key=f"{number}", label=same(f"{each.start:%Y-%m-%d %H:%M:%S}"), cells=_listed(each))
        for number, each in enumerate(spans_of(data), start=1)
        if each.state in LISTED
    ]
    return CallTable(head=Words("開始", "From"), columns=columns, lines=tuple(lines), notes=(NOTE,))


def _listed(each: Span) -> tuple[Cell, ...]:
    return (
        Cell(text=each.agent), Cell(text=each.state.label, en=each.state.label_en), Cell(text=each.reason or NONE),
        Cell(text=NONE if each.end is None else f"{each.end:%Y-%m-%d %H:%M:%S}"), _time([each]),
    )  # fmt: skip


def occupancy(data: CallData) -> CallTable:
    """Return each agent's times: logged in, away by reason, talking, wrap-up; what went unanswered; occupancy."""
    spans = spans_of(data)
    reasons = sorted({each.reason for each in spans if each.state is AgentState.PAUSED})[:MOST_REASONS]
    columns = (
        Column(key="sessions", words=Words("ログイン回数", "Sessions")),
        Column(key="logged_in", words=Words("ログイン時間", "Logged in")),
        Column(key="paused", words=Words("離席計", "Paused, all")),
        *(Column(key=f"reason:{each}", words=_reason(each)) for each in reasons),
        Column(key="wrap_up", words=Words("後処理", "Wrap-up")),
        Column(key="legs", words=Words("通話数", "Calls talked")),
        Column(key="talking", words=Words("通話時間", "Talking")),
        Column(key="not_answered", words=Words("呼び出し不応答", "Not answered")),
        Column(key="occupancy", words=Words("稼働率", "Occupancy")),
        Column(key="open", words=Words("終了の記録なし", "Without an end")),
    )
    names = sorted({each.agent for each in spans})
    lines = tuple(
        Line(key=name, label=same(name), cells=_agent([each for each in spans if each.agent == name], reasons))
        for name in names
    )
    rule = Words(
        "稼働率＝（通話＋後処理）÷（ログイン－離席）", "Occupancy = (talking + wrap-up) / (logged in - paused)"
    )
    return CallTable(head=Words("応答者", "Agent"), columns=columns, lines=lines, notes=(rule, NOTE, OPEN_NOTE))


def _reason(reason: str) -> Words:
    return Words(f"離席（{reason}）", f"Paused ({reason})") if reason else NO_REASON


def _agent(spans: list[Span], reasons: list[str]) -> tuple[Cell, ...]:
    by_state = {state: [each for each in spans if each.state is state] for state in AgentState}
    logins, pauses = by_state[AgentState.LOGGED_IN], by_state[AgentState.PAUSED]
    talks, wrap_ups = by_state[AgentState.TALKING], by_state[AgentState.WRAP_UP]
    open_count = sum(each.end is None for each in (*logins, *pauses, *talks, *wrap_ups))
    return (
        Cell(text=str(len(logins)) if logins else NONE), _time(logins), _time(pauses),
        *(_time([each for each in pauses if each.reason == reason]) for reason in reasons),
        _time(wrap_ups), Cell(text=str(len(talks))), _time(talks),
        Cell(text=str(len(by_state[AgentState.NOT_ANSWERED]))),
        _occupancy(busy=_sum((*talks, *wrap_ups)), there=_sum(logins) - _sum(pauses), is_known=not open_count),
        Cell(text=str(open_count)),
    )  # fmt: skip


def _sum(spans: Iterable[Span]) -> int:
    return sum(each.seconds or 0 for each in spans)


def _time(spans: list[Span]) -> Cell:
    known = [seconds for each in spans if (seconds := each.seconds) is not None]
    return Cell(text=seconds_text(sum(known)) if known else NONE)


def _occupancy(*, busy: int, there: int, is_known: bool) -> Cell:
    """Return the share of the time at hand that was worked; a dash where a login is not known or lacks its end."""
    if there <= 0 or not is_known:
        return Cell(text=NONE)
    return Cell(text=f"{rounded(Fraction(100 * busy, there), decimals=1)}%")
