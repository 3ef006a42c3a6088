"""Brackets that are opened and not closed, or closed and never opened."""

import re
from collections.abc import Iterator
from itertools import pairwise

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

PAIRS = {"(": ")", "「": "」", "『": "』", "【": "】", "〔": "〕", "《": "》"}
OPENERS = {closer: opener for opener, closer in PAIRS.items()}
BRACKET = re.compile("[" + re.escape("".join((*PAIRS, *OPENERS))) + r"]|。\n|\n\n|[\t\v]")
LIST_MARK = re.compile(r"(?:^|[\t|・、。：: 　>#-])(?:\d{1,2}|[A-Za-zア-ンあ-んⅰ-ⅹ①-⑳※*注]{1,2}\d?)$")
HALF_OPEN = re.compile(r"\[[^\[\]()]{1,40}$")
LONGEST, NEAR = 300, 4
JAPANESE = re.compile(r"[ぁ-ヿ一-龥]")


def check_brackets(document: Document) -> Iterator[Finding]:
    """Find lone brackets beside Japanese; those of formulas and half-open intervals are left."""
    for place, finding in _without_pairs(document, list(_lone(document))):
        if JAPANESE.search(document.flow[max(place - NEAR, 0) : place + NEAR]):
            yield finding


def _without_pairs(document: Document, lone: list[tuple[int, Finding]]) -> list[tuple[int, Finding]]:
    """Leave out two halves of a bracket around the end of a sentence, where the line ends too."""
    joined = set[int]()
    for (first, _), (second, _) in pairwise(sorted(lone, key=lambda each: each[0])):
        between = document.flow[first:second]
        is_pair = PAIRS.get(document.flow[first]) == document.flow[second]
        if is_pair and between.count("\n") == 1 and "。\n" in between:
            joined |= {first, second}
    return [each for each in lone if each[0] not in joined]


def _lone(document: Document) -> Iterator[tuple[int, Finding]]:
    """Match brackets up to the end of a paragraph or cell; a list mark such as `1)` needs no opening."""
    opened: list[int] = []
    for match in BRACKET.finditer(document.flow):
        sign, place = match.group(), match.start()
        yield from ((each, _unclosed(document, each)) for each in opened if place - each > LONGEST)
        opened = [each for each in opened if place - each <= LONGEST]
        if sign in PAIRS:
            opened.append(place)
        elif sign in OPENERS:
            inside = _after(document, opened, OPENERS[sign])
            if inside is None:
                yield from _unopened(document, place)
                continue
            yield from ((each, _unclosed(document, each)) for each in opened[inside + 1 :])
            del opened[inside:]
        else:
            yield from ((each, _unclosed(document, each)) for each in opened)
            opened.clear()
    yield from ((each, _unclosed(document, each)) for each in opened)


def _after(document: Document, opened: list[int], opener: str) -> int | None:
    places = [index for index, place in enumerate(opened) if document.flow[place] == opener]
    return places[-1] if places else None


def _unclosed(document: Document, place: int) -> Finding:
    closer = PAIRS[document.flow[place]]
    end = min(place + 8, document.sentence_at(place).end)
    right, reason = f"「{closer}」で閉じる", "開いた括弧が閉じていない"
    return finding_at(document=document, at=(place, max(end, place + 1)), kind=Kind.WORDING, right=right, reason=reason)


def _unopened(document: Document, place: int) -> Iterator[tuple[int, Finding]]:
    sentence = document.sentence_at(place).start
    line, column = document.line_of[place], document.column_of[place]
    if LIST_MARK.search(document.lines[line][:column]) or HALF_OPEN.search(document.flow[sentence:place]):
        return
    start = max(place - 7, sentence)
    right, reason = f"「{OPENERS[document.flow[place]]}」で開く", "閉じた括弧の始まりがない"
    yield place, finding_at(document=document, at=(start, place + 1), kind=Kind.WORDING, right=right, reason=reason)
