"""Where callers went in the recorded menus, and where they left."""

from collections.abc import Iterable
from hashlib import blake2b

from madoguchi.core.calls.counted import CallData, Counted
from madoguchi.core.calls.groups import same
from madoguchi.core.calls.table import NONE, CallTable, Cell, Column, Line, Words, count_cell, rate_cell
from madoguchi.core.vocabulary import CallOutcome

ENDED_INSIDE = frozenset((CallOutcome.IVR_ABANDONED, CallOutcome.IVR_SELFSERVICE))
BETWEEN, BEFORE_KEYS = " > ", ":"
LONGEST_KEY = 200
Path = tuple[str, ...]


def steps_text(steps: Iterable[tuple[str, str]]) -> str:
    """Return menus with the keys pressed in them as one text: `main:1 > printers:`."""
    return BETWEEN.join(f"{menu}{BEFORE_KEYS}{keys}" for menu, keys in steps)


def steps_of(call: Counted) -> Path:
    text = call.text("menu_steps")
    return tuple(text.split(BETWEEN)) if text else ()


def menu(data: CallData) -> CallTable:
    """Return every way through the menus, step by step: how many came, where they left, how many were answered."""
    columns = (
        Column(key="calls", words=Words("通った通話", "Calls")),
        Column(key="share", words=Words("案内に入った通話に占める割合", "Of calls in a menu")),
        Column(key="left", words=Words("ここで終了", "Ended here")),
        Column(key="left_rate", words=Words("終了の割合", "Ended, share")),
        Column(key="abandoned", words=Words("うち案内中の放棄", "Given up in the voice")),
        Column(key="answered", words=Words("その後の応答", "Answered later")),
        Column(key="lost", words=Words("その後の放棄", "Abandoned later")),
    )
    entered = [(each, steps) for each in data.calls if (steps := steps_of(each))]
    whole = [each for each, _steps in entered]
    ways: dict[Path, list[tuple[Counted, bool]]] = {}
    for each, steps in entered:
        for length in range(1, len(steps) + 1):
            ways.setdefault(steps[:length], []).append((each, length == len(steps)))
    lines = tuple(Line(key=_key(way), label=_said(way), cells=_cells(ways[way], whole)) for way in sorted(ways))
    notes = (
        Words(
            "選択は、電話機の記録（CEL）に番号の操作が残る場合だけ分かります。残らない場合は「選択なし」と出ます。",
            "Keys are known where the telephone system logs them (CEL); where it does not, a step shows no key.",
        ),
        Words(
            f"案内の記録がない通話は{len(data.calls) - len(whole)}件です。",
            f"Calls without a record of a menu: {len(data.calls) - len(whole)}.",
        ),
    )
    return CallTable(head=Words("案内の選択", "Choices"), columns=columns, lines=lines, notes=notes)


def _said(way: Path) -> Words:
    steps = [each.rpartition(BEFORE_KEYS) for each in way]
    return Words(
        " → ".join(f"{name} {keys or '選択なし'}" for name, _mark, keys in steps),
        " → ".join(f"{name} {keys or 'no key'}" for name, _mark, keys in steps),
    )


def _cells(calls: list[tuple[Counted, bool]], whole: list[Counted]) -> tuple[Cell, ...]:
    own = [each for each, _is_final in calls]
    left = [each for each, is_final in calls if is_final and each.outcome in ENDED_INSIDE]
    left_sources = {each.source for each in left}
    return (
        count_cell(own), rate_cell(own, whole), count_cell(left), rate_cell(left, own),
        count_cell(each for each in left if each.outcome is CallOutcome.IVR_ABANDONED),
        count_cell(each for each in own if each.is_answered),
        count_cell(each for each in own if each.is_abandoned and each.source not in left_sources),
    )  # fmt: skip


def _key(way: Path) -> str:
    """Return the way itself, or where that is too long for an address a short name of it."""
    text = BETWEEN.join(way)
    return text if len(text) <= LONGEST_KEY else blake2b(text.encode(), digest_size=16).hexdigest()


def chosen(call: Counted) -> Words:
    """Return how one call went through the menus, a dash where nothing is known of it."""
    steps = steps_of(call)
    return _said(steps) if steps else same(NONE)
