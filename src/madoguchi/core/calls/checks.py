"""What the calls' records lack, what belongs to no ticket, and what was approved to be left out."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from madoguchi.core.calls.counted import CallData, Counted
from madoguchi.core.calls.groups import same
from madoguchi.core.calls.source_checks import quiet_hours, source_lines, two_cells
from madoguchi.core.calls.table import NONE, CallTable, Cell, Column, Line, Words, count_cell, seconds_text
from madoguchi.core.vocabulary import CallOutcome

SHOWN_DAYS = 31
COUNT = (
    Column(key="calls", words=Words("件数・差", "Count or difference")),
    Column(key="detail", words=Words("内容", "Details"), is_number=False),
)

NOTE = Words(
    "時計の差は、2秒以上なら設定のclock_offsetsで直します。記録のない受付時間は、静かな時間か、ファイルの欠けです。",
    "Set clock_offsets in the profile for clocks two seconds or more apart. An hour of opening without a line"
    " was quiet, or a file is missing.",
)


def unmatched(data: CallData) -> CallTable:
    """Return the answered calls that no ticket is known of."""
    columns = (
        Column(key="caller", words=Words("発信者番号", "Caller"), is_number=False),
        Column(key="line", words=Words("着信番号", "Dialled number"), is_number=False),
        Column(key="agent", words=Words("応答者", "Agent"), is_number=False),
        Column(key="talk", words=Words("通話時間", "Talk")),
    )
    lines = [
        Line(key=each.source, label=same(f"{each.local:%Y-%m-%d %H:%M:%S}"), cells=_known(each))
        for each in data.calls
        if each.is_answered and not each.text("ticket")
    ]
    return CallTable(head=Words("着信日時", "Came at"), columns=columns, lines=tuple(lines))


def _known(each: Counted) -> tuple[Cell, ...]:
    talk = each.seconds("talk_seconds")
    texts = (
        *(each.text(name) or NONE for name in ("caller", "line", "agent")),
        NONE if talk is None else seconds_text(talk),
    )
    return tuple(Cell(text=text, calls=(each,)) for text in texts)


def quality(data: CallData) -> CallTable:
    """Return what the records do not say, what does not fit together, and open days nothing came on."""
    found = {
        "unknown": (Words("結果を分類できない", "The outcome cannot be told"), _with(data, CallOutcome.UNKNOWN)),
        "open": (Words("終わりの記録がない", "No end in the files"), _with(data, CallOutcome.OPEN)),
        "line": (Words("着信番号が不明", "Dialled number not known"), _without(data, "line")),
        "caller": (Words("発信者番号が非通知・不明", "Caller withheld or not known"), _without(data, "caller")),
        "agent": (Words("応答者が不明", "Agent not known"), _without(data, "agent", only_answered=True)),
        "talk": (Words("通話時間が不明", "Talk time not known"), _without(data, "talk_seconds", only_answered=True)),
        "wait": (Words("応答待ち時間が不明", "Wait not known"), _without(data, "wait_seconds", only_answered=True)),
        "order": (Words("時刻の順序が合わない", "Moments out of order"), [e for e in data.calls if _is_disordered(e)]),
    }
    lines = [
        Line(key=key, label=words, cells=(count_cell(calls), Cell(text=NONE))) for key, (words, calls) in found.items()
    ]
    gaps = list(_empty_days(data))
    lines.append(
        Line(
            key="gaps",
            label=Words("着信が一件もない開庁日", "Open days without a call"),
            cells=two_cells(str(len(gaps)), ", ".join(gaps[:SHOWN_DAYS])),
        )
    )
    lines.append(quiet_hours(data))
    files = sorted({each.text("source_file") for each in data.calls})
    lines += [
        Line(
            key=f"file:{name}", label=Words(f"取込元 {name or NONE}", f"From {name or NONE}"),
            cells=(count_cell(each for each in data.calls if each.text("source_file") == name), Cell(text=NONE)),
        )
        for name in files
    ]  # fmt: skip
    lines += source_lines(data)
    return CallTable(head=Words("確認すること", "What to look at"), columns=COUNT, lines=tuple(lines), notes=(NOTE,))


def _with(data: CallData, outcome: CallOutcome) -> list[Counted]:
    return [each for each in data.calls if each.outcome is outcome]


def _without(data: CallData, name: str, *, only_answered: bool = False) -> list[Counted]:
    calls = [each for each in data.calls if each.is_answered] if only_answered else list(data.calls)
    return [each for each in calls if each.event.get(name) in (None, "")]


def _is_disordered(each: Counted) -> bool:
    moments = [at for name in ("offered_at", "queued_at", "answered_at", "ended_at") if (at := each.moment(name))]
    return moments != sorted(moments)


def _empty_days(data: CallData) -> Iterator[str]:
    """Yield the open days between the first and the last call on which none came."""
    if not data.calls:
        return
    days = {each.day for each in data.calls}
    day, final = min(days), max(days)
    while day < final:
        if day not in days and data.contract.calendar.is_open_day(day):
            yield day.isoformat()
        day += timedelta(days=1)


def corrections(data: CallData) -> CallTable:
    """Return every exclusion of a call of the period: why, who approved it and when, and what the call was."""
    columns = (
        Column(key="call", words=Words("通話", "Call"), is_number=False),
        Column(key="indicator", words=Words("指標", "Indicator"), is_number=False),
        Column(key="reason", words=Words("理由", "Reason"), is_number=False),
        Column(key="approved_by", words=Words("承認者", "Approved by"), is_number=False),
        Column(key="approved_at", words=Words("承認日時", "Approved at"), is_number=False),
    )
    calls = {each.source: each for each in data.calls}
    lines = []
    for each in sorted(data.exclusions, key=lambda one: str(one["source"])):
        call = calls.get(str(each["excluded_source"]))
        if call is None:
            continue
        at = each.get("approved_at")
        moment = at.isoformat() if isinstance(at, datetime) else NONE
        texts = (
            call.source, str(each.get("indicator") or NONE), str(each["reason"]),
            str(each.get("approved_by") or NONE), moment,
        )  # fmt: skip
        cells = tuple(Cell(text=text, calls=(call,)) for text in texts)
        lines.append(Line(key=str(each["source"]), label=same(str(each["source"])), cells=cells))
    note = Words("承認されていない除外は、数字を変えません。", "What nobody approved changes no figure.")
    return CallTable(head=Words("除外の記録", "Entry"), columns=columns, lines=tuple(lines), notes=(note,))
