"""The contract's figures of groups of calls: by time, by number dialled, by queue, by outcome."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from madoguchi.core.calendar.periods import fiscal_year_of
from madoguchi.core.calls.counted import BUSY, CallData, Counted
from madoguchi.core.calls.table import (
    CallTable,
    Cell,
    Column,
    Line,
    Words,
    count_cell,
    longest_cell,
    mean_cell,
    rate_cell,
    with_time,
    with_value,
)
from madoguchi.core.metrics.classify import counting_on
from madoguchi.core.vocabulary import CallOutcome, CountedAs

TOTAL = Words("合計", "Total")
SHADES = 5
UNKNOWN = Words("不明", "Unknown")
WEEKDAYS = (
    Words("月", "Mon"), Words("火", "Tue"), Words("水", "Wed"), Words("木", "Thu"), Words("金", "Fri"),
    Words("土", "Sat"), Words("日", "Sun"),
)  # fmt: skip
COLUMNS = (
    Column(key="offered", words=Words("分母（応答＋放棄）", "Offered (answered + abandoned)")),
    Column(key="answered", words=Words("応答", "Answered")),
    Column(key="answer_rate", words=Words("応答率", "Answer rate")),
    Column(key="abandoned", words=Words("放棄", "Abandoned")),
    Column(key="abandon_rate", words=Words("放棄率", "Abandon rate")),
    Column(key="short", words=Words("短時間放棄（除外）", "Short abandons (left out)")),
    Column(key="left_out", words=Words("分母から除外", "Left out")),
    Column(key="busy", words=Words("話中", "Busy")),
    Column(key="busy_rate", words=Words("話中率（全着信比）", "Busy rate (of all calls)")),
    Column(key="wait", words=Words("平均応答待ち", "Mean wait")),
    Column(key="longest", words=Words("最長応答待ち", "Longest wait")),
    Column(key="handling", words=Words("平均処理時間", "Mean handling time")),
    Column(key="escalation", words=Words("応答から二次窓口まで", "Answer to second line")),
)
NOTES = (
    Words(
        "数え方は契約の着信の計数表のとおりで、指標と同じです。取り込んだ記録だけから数えます。",
        "Counted by the contract's counting table, as its indicators are, from imported files alone.",
    ),
    Words(
        "話中率は取り込んだ記録にある話中だけです。回線側の報告がないときは下限です。",
        "The busy rate knows only what the imported files hold: without the carrier's report it is a lower bound.",
    ),
)


def cells_of(calls: Sequence[Counted]) -> tuple[Cell, ...]:
    """Return a group's figures, each with its calls."""
    counted = [each for each in calls if each.is_counted]
    answered = [each for each in calls if each.is_answered]
    abandoned = [each for each in calls if each.is_abandoned]
    busy = [each for each in calls if each.outcome in BUSY]
    waits = with_value(answered, "wait_seconds")
    return (
        count_cell(counted), count_cell(answered), rate_cell(answered, counted),
        count_cell(abandoned), rate_cell(abandoned, counted),
        count_cell(each for each in calls if each.counted_as is CountedAs.SHORT_ABANDONED),
        count_cell(each for each in calls if each.counted_as is CountedAs.LEFT_OUT),
        count_cell(busy), rate_cell(busy, calls), mean_cell(waits), longest_cell(waits),
        mean_cell(handling(answered)), mean_cell(with_time(calls, "answered_at", "escalated_at")),
    )  # fmt: skip


def handling(calls: Iterable[Counted]) -> list[tuple[Counted, int]]:
    """Return talk and after-call work, for calls whose talk is known."""
    return [(each, talk + (each.seconds("wrap_up_seconds") or 0)) for each, talk in with_value(calls, "talk_seconds")]


def grouped(data: CallData, *, head: Words, key: Callable[[Counted], str], label: Callable[[str], Words]) -> CallTable:
    """Return the figures of each group in order of its key, and of all together."""
    groups: dict[str, list[Counted]] = {}
    for each in data.calls:
        groups.setdefault(key(each), []).append(each)
    lines = [Line(key=name, label=label(name), cells=cells_of(groups[name])) for name in sorted(groups)]
    total = Line(key="total", label=TOTAL, cells=cells_of(data.calls))
    return CallTable(head=head, columns=COLUMNS, lines=(*lines, total), notes=NOTES)


def same(text: str) -> Words:
    return Words(text, text)


def named(text: str) -> Words:
    return same(text) if text else UNKNOWN


def by_day(data: CallData) -> CallTable:
    return grouped(data, head=Words("日", "Day"), key=lambda each: each.day.isoformat(), label=same)


def by_week(data: CallData) -> CallTable:
    def monday(each: Counted) -> str:
        return (each.day - timedelta(days=each.day.weekday())).isoformat()

    return grouped(data, head=Words("週（月曜日から）", "Week from Monday"), key=monday, label=same)


def by_month(data: CallData) -> CallTable:
    return grouped(data, head=Words("月", "Month"), key=lambda each: f"{each.day:%Y-%m}", label=same)


def by_year(data: CallData) -> CallTable:
    def label(key: str) -> Words:
        return Words(f"{key}年度", f"FY{key}")

    return grouped(data, head=Words("年度", "Fiscal year"), key=lambda each: str(fiscal_year_of(each.day)), label=label)


def by_line(data: CallData) -> CallTable:
    return grouped(data, head=Words("着信番号", "Dialled number"), key=lambda each: each.text("line"), label=named)


def by_queue(data: CallData) -> CallTable:
    return grouped(data, head=Words("受付キュー", "Queue"), key=lambda each: each.text("queue"), label=named)


def half_hour(each: Counted) -> str:
    return f"{each.local.hour:02d}:{each.local.minute // 30 * 30:02d}"


def by_half_hour(data: CallData) -> CallTable:
    return grouped(data, head=Words("時間帯", "Half hour"), key=half_hour, label=same)


def by_weekday(data: CallData) -> CallTable:
    return grouped(
        data, head=Words("曜日", "Weekday"), key=lambda each: str(each.day.weekday()),
        label=lambda key: WEEKDAYS[int(key)],
    )  # fmt: skip


def heat(data: CallData) -> CallTable:
    """Return how many calls came in each half hour of each weekday, whatever became of them."""
    columns = tuple(Column(key=str(number), words=words) for number, words in enumerate(WEEKDAYS))
    slots: dict[str, list[list[Counted]]] = {}
    for each in data.calls:
        slots.setdefault(half_hour(each), [[] for _ in WEEKDAYS])[each.day.weekday()].append(each)
    most = max((len(calls) for days in slots.values() for calls in days), default=0)
    lines = tuple(
        Line(key=slot, label=same(slot), cells=tuple(_shaded(calls, most=most) for calls in slots[slot]))
        for slot in sorted(slots)
    )
    notes = (Words("すべての着信の数です。", "All calls, whatever became of them."),)
    return CallTable(head=Words("時間帯", "Half hour"), columns=columns, lines=lines, notes=notes)


def _shaded(calls: Sequence[Counted], *, most: int) -> Cell:
    """Return a count, in fifths of the most that came at once in one place; one call is never white."""
    return replace(count_cell(calls), shade=-(-SHADES * len(calls) // most) if most else 0)


def by_outcome(data: CallData) -> CallTable:
    """Return each outcome with what the contract makes of it; a table that changed in the period gives a line each."""
    columns = (
        Column(key="counted_as", words=Words("扱い", "Counted as"), is_number=False),
        Column(key="calls", words=Words("件数", "Calls")),
    )
    groups: dict[tuple[str, str, str], list[Counted]] = {}
    for each in data.calls:
        groups.setdefault((each.outcome.value, each.counted_as.value, each.reason), []).append(each)
    lines = []
    for (outcome, counted_as, reason), calls in sorted(groups.items()):
        key = f"{outcome}/{counted_as}/{reason}"
        words, how = CallOutcome(outcome), CountedAs(counted_as)
        why = f"（{reason}）" if reason else ""
        cells = (Cell(text=how.label + why, en=how.label_en + why, calls=tuple(calls)), count_cell(calls))
        lines.append(Line(key=key, label=Words(words.label, words.label_en), cells=cells))
    rules = {counting_on(data.contract, day).valid_from for day in _days(data)}
    note = Words(
        f"計数表: {', '.join(str(each) for each in sorted(rules))} から有効",
        f"Counting tables valid from {', '.join(str(each) for each in sorted(rules))}",
    )
    return CallTable(head=Words("結果", "Outcome"), columns=columns, lines=tuple(lines), notes=(note,))


def _days(data: CallData) -> set[date]:
    return {each.day for each in data.calls} | {data.period.start_date}
