"""Passages told twice in the same words but one: a particle lost or another, a letter that only one of the two has."""

from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind

GRAM, BEFORE, AFTER = 8, 10, 8
# longer words alike on both sides where no particle but a kanji differs
BEFORE_KANJI, AFTER_KANJI = 16, 10
QUOTED = 6
EDGES = frozenset("\n\t\v")
# 問い合わせ and 問合せ, 引継ぎ and 引き継ぎ are two spellings, は and が or る and た two views of one thing
SPELLING = frozenset("いきりみえけげわせち")
BOTH_RIGHT = ("はがもの", "にへで", "るた", "てた", "やと", "かが", "ずな", "りる")
NUMBERS = frozenset("一二三四五六七八九十前後上下左右内外新旧大小有無不未非各本当次")


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """How many letters each of two passages has where they differ."""

    mine: int
    theirs: int


EDITS = (Edit(mine=1, theirs=0), Edit(mine=0, theirs=1), Edit(mine=1, theirs=1))


def check_retold(document: Document) -> Iterator[Finding]:
    flow = document.flow
    first: dict[str, int] = {}
    place = 0
    while place + GRAM <= len(flow):
        known = first.setdefault(flow[place : place + GRAM], place)
        if known == place:
            place += 1
            continue
        length = _common(flow, known, place)
        edit = _edit(flow, known + length, place + length, length)
        is_cut = document.is_apart(known + length - 1) or document.is_apart(place + length - 1) if edit else True
        if edit is not None and not is_cut:
            yield _finding(document, known + length, place + length, edit)
        for start in range(place, place + length - GRAM + 1):
            first.setdefault(flow[start : start + GRAM], start)
        place += max(length - GRAM + 2, 1)


def _common(flow: str, earlier: int, later: int) -> int:
    length = 0
    while later + length < len(flow) and flow[earlier + length] == flow[later + length]:
        length += 1
    return length


def _edit(flow: str, earlier: int, later: int, length: int) -> Edit | None:
    """Return the one letter's difference after which two passages go on alike, where it looks like a slip."""
    for edit in EDITS:
        rest = flow[later + edit.mine : later + edit.mine + AFTER_KANJI]
        same = _alike(rest, flow[earlier + edit.theirs : earlier + edit.theirs + AFTER_KANJI])
        letters = flow[later : later + edit.mine] + flow[earlier : earlier + edit.theirs]
        context = flow[later - min(length, BEFORE) : later] + rest[:same]
        if letters and length >= BEFORE and same >= AFTER and not EDGES & set(letters + context[-same - BEFORE :]):
            is_long = length >= BEFORE_KANJI and same >= AFTER_KANJI
            around = flow[later - 1] + rest[:1]
            if _is_particle(letters, around) or (is_long and _is_kanji(letters)):
                return edit
    return None


def _alike(mine: str, theirs: str) -> int:
    pairs = zip(mine, theirs, strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(mine), len(theirs)))


def _is_particle(letters: str, around: str) -> bool:
    if not all("ぁ" <= letter <= "ん" for letter in letters):
        return False
    if len(letters) == 1:
        return not (letters in SPELLING and all("一" <= each <= "龥" for each in around))
    return not any(set(letters) <= set(pair) for pair in BOTH_RIGHT)


def _is_kanji(letters: str) -> bool:
    return all("一" <= letter <= "龥" for letter in letters) and not NUMBERS & set(letters)


def _finding(document: Document, earlier: int, later: int, edit: Edit) -> Finding:
    flow = document.flow
    mine = flow[later - QUOTED : later + edit.mine + QUOTED]
    theirs = flow[earlier - QUOTED : earlier + edit.theirs + QUOTED]
    line = document.place(start=earlier, end=earlier + 1).line
    return finding_at(
        document=document,
        at=(later - QUOTED, later + edit.mine + QUOTED),
        kind=Kind.TWO_WAYS,
        certainty=Certainty.POSSIBLE,
        right=f"「{theirs}」または「{mine}」",
        reason=f"前後が同じ文で、{line}行目では「{theirs}」",
    )
