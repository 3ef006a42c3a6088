"""Calls one by one, as they stand behind a number."""

from collections.abc import Iterable

from madoguchi.core.calls.counted import Counted
from madoguchi.core.calls.groups import same
from madoguchi.core.calls.menu import chosen
from madoguchi.core.calls.table import NONE, CallTable, Cell, Column, Line, Words, positions_cell, seconds_text

COLUMNS = (
    Column(key="source", words=Words("出典", "Source"), is_number=False),
    Column(key="line", words=Words("着信番号", "Dialled number"), is_number=False),
    Column(key="caller", words=Words("発信者番号", "Caller"), is_number=False),
    Column(key="outcome", words=Words("結果", "Outcome"), is_number=False),
    Column(key="counted_as", words=Words("扱い", "Counted as"), is_number=False),
    Column(key="queue", words=Words("受付キュー", "Queue"), is_number=False),
    Column(key="positions", words=Words("並び順（入→出）", "Position (in → out)"), is_number=False),
    Column(key="menu", words=Words("案内の選択", "Menu choices"), is_number=False),
    Column(key="agent", words=Words("応答者", "Agent"), is_number=False),
    Column(key="wait", words=Words("待ち時間", "Wait")),
    Column(key="talk", words=Words("通話時間", "Talk")),
    Column(key="hold", words=Words("うち保留", "Of it on hold")),
    Column(key="wrap_up", words=Words("後処理", "Wrap-up")),
    Column(key="ticket", words=Words("案件", "Ticket"), is_number=False),
    Column(key="file", words=Words("取込元", "File"), is_number=False),
)


def calls_table(calls: Iterable[Counted]) -> CallTable:
    lines = tuple(
        Line(key=each.source, label=same(f"{each.local:%Y-%m-%d %H:%M:%S}"), cells=_cells(each)) for each in calls
    )
    return CallTable(head=Words("着信日時", "Came at"), columns=COLUMNS, lines=lines)


def _cells(each: Counted) -> tuple[Cell, ...]:
    menu = chosen(each)
    why = f"（{each.reason}）" if each.reason else ""
    return (
        _text(each.source), _text(each.text("line")), _text(each.text("caller")),
        Cell(text=each.outcome.label, en=each.outcome.label_en),
        Cell(text=each.counted_as.label + why, en=each.counted_as.label_en + why),
        _text(each.text("queue")), positions_cell(each), Cell(text=menu.ja, en=menu.en), _text(each.text("agent")),
        *(_seconds(each, name) for name in ("wait_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds")),
        _text(each.text("ticket")), _text(each.text("source_file")),
    )  # fmt: skip


def _text(text: str) -> Cell:
    return Cell(text=text or NONE)


def _seconds(each: Counted, name: str) -> Cell:
    seconds = each.seconds(name)
    return Cell(text=NONE if seconds is None else seconds_text(seconds))
