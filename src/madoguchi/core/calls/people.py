"""Who answered, who was passed on, who called again, how full the lines were."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from madoguchi.core.calls.counted import BUSY, CallData, Counted
from madoguchi.core.calls.groups import handling, named, same
from madoguchi.core.calls.table import (
    NONE,
    CallTable,
    Cell,
    Column,
    Line,
    Words,
    count_cell,
    longest_cell,
    mean_cell,
    rate_cell,
    seconds_text,
    sum_cell,
    with_time,
    with_value,
)
from madoguchi.core.staffing.erlang_b import required_channels
from madoguchi.core.values import rounded
from madoguchi.core.vocabulary import CallOutcome

BLOCKING = 0.01
WRAP_UP_NOTE = Words("後処理は、離席理由が後処理のものだけです。", "Wrap-up is what pauses with that reason say.")
HOLD_NOTE = Words(
    "保留時間は通話時間の一部です。平均保留は1回あたりです。",
    "Time on hold is part of the talk; the mean is of each hold.",
)
NO_HOLDS = Words("この交換機の記録に保留はありません。", "The records of this telephone system hold no holds.")
HOUR = 3600


def agents(data: CallData) -> CallTable:
    """Return what each agent answered: calls, talk, after-call work, transfers to the second line."""
    columns = (
        Column(key="answered", words=Words("応答", "Answered")),
        Column(key="share", words=Words("割合", "Share")),
        Column(key="talk", words=Words("通話時間計", "Talk, all")),
        Column(key="mean_talk", words=Words("平均通話", "Mean talk")),
        Column(key="holds", words=Words("保留回数", "Holds")),
        Column(key="hold", words=Words("保留時間計", "On hold, all")),
        Column(key="mean_hold", words=Words("平均保留", "Mean hold")),
        Column(key="wrap_up", words=Words("平均後処理", "Mean wrap-up")),
        Column(key="handling", words=Words("平均処理時間", "Mean handling")),
        Column(key="longest", words=Words("最長処理時間", "Longest handling")),
        Column(key="escalated", words=Words("二次窓口へ転送", "Passed on")),
    )
    answered = [each for each in data.calls if each.is_answered]
    names = sorted({each.text("agent") for each in answered})
    lines = []
    for name in names:
        own = [each for each in answered if each.text("agent") == name]
        talks, handled = with_value(own, "talk_seconds"), handling(own)
        cells = (
            count_cell(own), Cell(text=rate_cell(own, answered).text, calls=tuple(own)), sum_cell(talks),
            mean_cell(talks), *_holds(own), mean_cell(with_value(own, "wrap_up_seconds")), mean_cell(handled),
            longest_cell(handled),
            count_cell(each for each in own if each.moment("escalated_at")),
        )  # fmt: skip
        lines.append(Line(key=name, label=named(name), cells=cells))
    notes = (WRAP_UP_NOTE, _hold_note(answered))
    return CallTable(head=Words("応答者", "Agent"), columns=columns, lines=tuple(lines), notes=notes)


def _holds(calls: Sequence[Counted]) -> tuple[Cell, Cell, Cell]:
    """Return how often callers were put on hold, how long, and how long each time; dashes where nothing tells it."""
    counts, times = with_value(calls, "hold_count"), with_value(calls, "hold_seconds")
    total = Cell(
        text=str(sum(count for _each, count in counts)) if counts else NONE,
        calls=tuple(each for each, count in counts if count),
    )
    return total, sum_cell(times), _mean_hold(times)


def _mean_hold(times: Sequence[tuple[Counted, int]]) -> Cell:
    held = [(each, seconds, count) for each, seconds in times if (count := each.seconds("hold_count"))]
    if not held:
        return Cell(text=NONE)
    mean = Fraction(sum(seconds for _, seconds, _ in held), sum(count for _, _, count in held))
    return Cell(text=seconds_text(int(rounded(mean, decimals=0))), calls=tuple(each for each, _, _ in held))


def _hold_note(answered: Sequence[Counted]) -> Words:
    unknown = sum(each.seconds("hold_seconds") is None for each in answered)
    if answered and unknown == len(answered):
        return NO_HOLDS
    if not unknown:
        return HOLD_NOTE
    return Words(
        f"{HOLD_NOTE.ja}保留の記録がない通話が{unknown}件あり、保留の数字に含めません。",
        f"{HOLD_NOTE.en} {unknown} calls have no record of holds and are not part of them.",
    )


def transfers(data: CallData) -> CallTable:
    """Return the calls passed to the second line, by target."""
    columns = (
        Column(key="calls", words=Words("件数", "Calls")),
        Column(key="mean", words=Words("応答から転送まで（平均）", "Answer to transfer, mean")),
        Column(key="longest", words=Words("応答から転送まで（最長）", "Answer to transfer, longest")),
        Column(key="unknown", words=Words("時間が不明", "Time not known")),
    )
    passed = [each for each in data.calls if each.moment("escalated_at")]
    lines = []
    for target in sorted({each.text("escalated_to") for each in passed}):
        own = [each for each in passed if each.text("escalated_to") == target]
        times = with_time(own, "answered_at", "escalated_at")
        known = {each.source for each, _seconds in times}
        cells = (
            count_cell(own), mean_cell(times), longest_cell(times),
            count_cell(each for each in own if each.source not in known),
        )  # fmt: skip
        lines.append(Line(key=target, label=named(target), cells=cells))
    return CallTable(head=Words("転送先", "Target"), columns=columns, lines=tuple(lines))


def repeats(data: CallData) -> CallTable:
    """Return who called more than once, those who called most in front, under a line of all callers."""
    columns = (
        Column(key="callers", words=Words("発信者数", "Callers")),
        Column(key="calls", words=Words("着信", "Calls")),
        Column(key="answered", words=Words("応答", "Answered")),
        Column(key="first", words=Words("最初", "First"), is_number=False),
        Column(key="latest", words=Words("最後", "Latest"), is_number=False),
    )
    groups: dict[str, list[Counted]] = {}
    for each in data.calls:
        if each.text("caller"):
            groups.setdefault(each.text("caller"), []).append(each)
    known = [each for calls in groups.values() for each in calls]
    withheld = [each for each in data.calls if not each.text("caller")]
    several = sorted(  # the most calls in front
        ((len(calls), name) for name, calls in groups.items() if len(calls) > 1), key=lambda e: (-e[0], e[1])
    )
    lines = (
        Line(key="all", label=Words("番号の分かる発信者", "Callers with a number"), cells=_caller(known, len(groups))),
        Line(key="withheld", label=Words("非通知・不明", "Withheld or unknown"), cells=_caller(withheld, None)),
        *(Line(key=name, label=same(name), cells=_caller(groups[name], 1)) for _count, name in several),
    )
    return CallTable(head=Words("発信者番号", "Caller"), columns=columns, lines=lines)


def _caller(calls: Sequence[Counted], callers: int | None) -> tuple[Cell, ...]:
    moments = [f"{each.local:%Y-%m-%d %H:%M}" for each in (calls[0], calls[-1])] if calls else [NONE, NONE]
    return (
        Cell(text=NONE if callers is None else str(callers), calls=tuple(calls)), count_cell(calls),
        count_cell(each for each in calls if each.is_answered),
        *(Cell(text=text, calls=tuple(calls)) for text in moments),
    )  # fmt: skip


def busy(data: CallData) -> CallTable:
    """Return by hour: busy calls, lines in use at once, the load offered, and the lines one percent loss would take."""
    columns = (
        Column(key="calls", words=Words("着信", "Calls")),
        Column(key="busy_pbx", words=Words("話中（PBX）", "Busy at the PBX")),
        Column(key="busy_carrier", words=Words("話中（回線）", "Busy at the carrier")),
        Column(key="busy_rate", words=Words("話中率", "Busy rate")),
        Column(key="at_once", words=Words("最大同時通話数", "Most at once")),
        Column(key="erlangs", words=Words("最も混んだ時の呼量（アーラン）", "Busiest hour, erlang")),
        Column(key="lines", words=Words("話中1%に要る回線数", "Lines for 1 % busy")),
    )
    hours: dict[int, list[Counted]] = {}
    for each in data.calls:
        hours.setdefault(each.local.hour, []).append(each)
    lines = tuple(
        Line(key=f"{hour:02d}", label=same(f"{hour:02d}:00"), cells=_hour(hours[hour])) for hour in sorted(hours)
    )
    note = Words(
        "同時通話数と呼量は、その時間に着信した通話の着信から終了までです。回線数はアーランBで求めます。",
        "Lines in use and load are of the calls that came in the hour, from arrival to end; lines by Erlang B.",
    )
    return CallTable(head=Words("時", "Hour"), columns=columns, lines=lines, notes=(note,))


def _hour(calls: Sequence[Counted]) -> tuple[Cell, ...]:
    refused = [each for each in calls if each.outcome in BUSY]
    by_day: dict[date, list[tuple[Counted, int]]] = {}
    for each, seconds in with_time(calls, "offered_at", "ended_at"):
        by_day.setdefault(each.day, []).append((each, max(0, seconds)))
    fullest = max((_at_once(day) for day in by_day.values()), key=len, default=())
    busiest = max(by_day.values(), key=lambda day: sum(seconds for _each, seconds in day), default=[])
    erlangs = Fraction(sum(seconds for _each, seconds in busiest), HOUR)
    of_busiest = tuple(each for each, _seconds in busiest)
    return (
        count_cell(calls), count_cell(each for each in calls if each.outcome is CallOutcome.BUSY_PBX),
        count_cell(each for each in calls if each.outcome is CallOutcome.BUSY_CARRIER), rate_cell(refused, calls),
        count_cell(fullest), Cell(text=str(rounded(erlangs, decimals=1)), calls=of_busiest),
        Cell(text=str(required_channels(erlangs=float(erlangs), blocking_share=BLOCKING)), calls=of_busiest),
    )  # fmt: skip


def _at_once(calls: Sequence[tuple[Counted, int]]) -> tuple[Counted, ...]:
    """Return the calls that were there at the fullest moment: at the arrival of one of them."""
    best: list[Counted] = []
    there: list[tuple[Counted, int]] = []
    for each, seconds in calls:
        there = [(one, length) for one, length in there if one.local + timedelta(seconds=length) > each.local]
        there.append((each, seconds))
        if len(there) > len(best):
            best = [one for one, _length in there]
    return tuple(best)
