"""How long callers waited, who gave up, and where the recorded voice lost them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from madoguchi.core.calls.counted import CallData, Counted
from madoguchi.core.calls.groups import NOTES, named, same
from madoguchi.core.calls.menu import chosen
from madoguchi.core.calls.table import (
    NONE,
    CallTable,
    Cell,
    Column,
    Line,
    Words,
    count_cell,
    mean_cell,
    positions_cell,
    rate_cell,
    seconds_text,
    with_time,
    with_value,
)
from madoguchi.core.vocabulary import CallOutcome

BOUNDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
AGAIN_WITHIN = timedelta(hours=24)
IN_THE_VOICE = (CallOutcome.IVR_ABANDONED, CallOutcome.IVR_SELFSERVICE, CallOutcome.QUEUE_EXIT_KEY)
VOICE_BOUNDS = (5, 10, 20, 30, 60, 120)


def waits(data: CallData) -> CallTable:
    """Return how many were answered and gave up within each time, and the service level three ways."""
    answered = with_value((each for each in data.calls if each.is_answered), "wait_seconds")
    lost = with_value((each for each in data.calls if each.is_abandoned), "wait_seconds")
    whole = [each for each, _wait in answered]
    with_lost = [*whole, *(each for each in data.calls if each.is_abandoned)]
    lines = []
    for bound in (*BOUNDS, None):
        within = [each for each, wait in answered if bound is None or wait <= bound]
        gone = [each for each, wait in lost if bound is None or wait <= bound]
        gone_sources = {each.source for each in gone}
        stayed = [each for each in with_lost if each.source not in gone_sources]
        label = Words(f"{bound}秒以内", f"within {bound} s") if bound is not None else Words("全体", "all")
        cells = (
            count_cell(within), rate_cell(within, whole), rate_cell(within, with_lost), rate_cell(within, stayed),
            count_cell(gone),
        )  # fmt: skip
        lines.append(Line(key=str(bound or "all"), label=label, cells=cells))
    notes = (*NOTES[:1], *_without_wait(data))
    columns = (
        Column(key="answered", words=Words("応答", "Answered")),
        Column(key="of_answered", words=Words("応答に占める割合", "Of answered")),
        Column(key="of_counted", words=Words("放棄を未達に数えた割合", "Abandoned counted as missed")),
        Column(key="without_short", words=Words("時間内の放棄を除いた割合", "Abandoned within the time left out")),
        Column(key="abandoned", words=Words("放棄", "Abandoned")),
    )
    return CallTable(head=Words("待ち時間", "Wait"), columns=columns, lines=tuple(lines), notes=notes)


def _without_wait(data: CallData) -> Iterator[Words]:
    """Say how many calls stand in no line because nothing tells how long they waited: in the voice nobody waits."""
    unknown = [each for each in data.calls if each.seconds("wait_seconds") is None]
    answered, lost = sum(each.is_answered for each in unknown), sum(each.is_abandoned for each in unknown)
    if answered or lost:
        yield Words(
            f"待ち時間の記録がない呼（応答 {answered}件、音声案内での放棄を含む放棄 {lost}件）は、"
            "「応答」と「放棄」の列に入りません。",
            f"Calls without a recorded wait ({answered} answered; {lost} abandoned, those in the recorded voice "
            "among them) are not in the columns of answered and abandoned calls.",
        )


def abandoned(data: CallData) -> CallTable:
    """Return every abandoned call: how long it waited, and whether the same number called again and was answered."""
    columns = (
        Column(key="caller", words=Words("発信者番号", "Caller"), is_number=False),
        Column(key="where", words=Words("放棄した場所", "Where"), is_number=False),
        Column(key="queue", words=Words("受付キュー", "Queue"), is_number=False),
        Column(key="wait", words=Words("待ち時間", "Wait")),
        Column(key="voice", words=Words("着信からの時間", "Since it came")),
        Column(key="positions", words=Words("並び順（入→放棄）", "Position (in → given up)"), is_number=False),
        Column(key="menu", words=Words("案内の選択", "Menu choices"), is_number=False),
        Column(key="again", words=Words("24時間以内の再入電", "Called again within 24 h")),
        Column(key="answered", words=Words("その応答", "Answered then")),
        Column(key="after", words=Words("応答までの時間", "Until then")),
    )
    later: dict[str, list[Counted]] = {}
    for each in data.calls:
        if each.text("caller"):
            later.setdefault(each.text("caller"), []).append(each)
    lines = [
        Line(key=each.source, label=same(f"{each.local:%Y-%m-%d %H:%M:%S}"), cells=_given_up(each, later))
        for each in data.calls
        if each.is_abandoned
    ]
    note = Words(
        "再入電は、同じ番号から24時間以内で、この期間に着信したものです。非通知は分かりません。",
        "Called again: from the same number within 24 hours and this period. Withheld numbers cannot be told.",
    )
    return CallTable(head=Words("着信日時", "Came at"), columns=columns, lines=tuple(lines), notes=(note,))


def _given_up(each: Counted, later: dict[str, list[Counted]]) -> tuple[Cell, ...]:
    own = (each,)
    again = [
        other for other in later.get(each.text("caller"), ()) if each.local < other.local <= each.local + AGAIN_WITHIN
    ]
    answered = [other for other in again if other.is_answered][:1]
    until = seconds_text(int((answered[0].local - each.local).total_seconds())) if answered else NONE
    wait, whole, steps = each.seconds("wait_seconds"), each.between("offered_at", "ended_at"), chosen(each)
    return (
        Cell(text=each.text("caller") or NONE, calls=own),
        Cell(text=each.outcome.label, en=each.outcome.label_en, calls=own),
        Cell(text=each.text("queue") or NONE, calls=own),
        Cell(text=NONE if wait is None else seconds_text(wait), calls=own),
        Cell(text=NONE if whole is None else seconds_text(whole), calls=own),
        positions_cell(each), Cell(text=steps.ja, en=steps.en, calls=own),
        count_cell(again), count_cell(answered), Cell(text=until, calls=tuple(answered)),
    )  # fmt: skip


def ivr(data: CallData) -> CallTable:
    """Return the calls that ended in the recorded voice, by the number dialled and how long they listened."""
    ended = [each for each in data.calls if each.outcome in IN_THE_VOICE]
    columns = (
        Column(key="calls", words=Words("件数", "Calls")),
        *(Column(key=each.value, words=Words(each.label, each.label_en)) for each in IN_THE_VOICE),
        *(
            Column(key=f"within_{bound}", words=Words(f"{bound}秒以内に終了", f"Ended within {bound} s"))
            for bound in VOICE_BOUNDS
        ),
        Column(key="mean", words=Words("平均時間", "Mean time")),
    )
    numbers = sorted({each.text("line") for each in ended})
    lines = tuple(
        Line(key=number, label=named(number), cells=_voice([each for each in ended if each.text("line") == number]))
        for number in numbers
    )
    note = Words(
        "着信から終了までの時間です。案内のどこで終わったかは「音声案内の選択」にあります。",
        "From arrival to end. Where in the menus callers left is in the report on choices.",
    )
    return CallTable(head=Words("着信番号", "Dialled number"), columns=columns, lines=lines, notes=(note,))


def _voice(calls: Sequence[Counted]) -> tuple[Cell, ...]:
    times = with_time(calls, "offered_at", "ended_at")
    return (
        count_cell(calls),
        *(count_cell(each for each in calls if each.outcome is outcome) for outcome in IN_THE_VOICE),
        *(count_cell(each for each, seconds in times if seconds <= bound) for bound in VOICE_BOUNDS),
        mean_cell(times),
    )
