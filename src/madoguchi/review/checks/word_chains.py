"""Words that cannot follow one another: 対応た, さている, 基準につては; a kana is lost, added or exchanged."""

from collections.abc import Iterator, Sequence

from madoguchi.review.broken_chains import HIRAGANA, Rule, broken_rule
from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.words import Word, clauses_of, cost_of, words_in

LOST = (*"いうえおかがきくけげこさしすせただちってでとどなにねのはばびべまみむめもやよらりるれろわをん", "して", "てい")
USUAL = (
    "について",
    "における",
    "において",
    "によって",
    "により",
    "することと",
    "している",
    "られ",
    "のとおり",
    "ことから",
)
REACH = 3
TAKEN_OUT, PUT_IN, PUT_FOR, IS_USUAL = 2_000, 1_500, 4_000, -5_000
"""What counts for and against a guess: a kana lost is likelier than one typed for another."""
DEARER = 1_500
"""How much dearer than the printed words a guess may be in the dictionary's measure."""


def check_word_chains(document: Document) -> Iterator[Finding]:
    for clause in clauses_of(document):
        if HIRAGANA.search(clause.text):
            yield from _in_clause(document, clause)


def _in_clause(document: Document, clause: Span) -> Iterator[Finding]:
    """Find the first break of a clause: what follows it is read with the same slip."""
    words = words_in(clause.text)
    for place in range(1, len(words)):
        rule = broken_rule(words, place)
        if rule is None or _is_apart(document, clause.start + words[place - 1].start, clause.start + words[place].end):
            continue
        first, final = _around(words, place)
        right = _meant(clause.text, words, place, rule)
        if right is not None:
            at = (clause.start + words[first].start, clause.start + words[final].end)
            yield finding_at(document=document, at=at, kind=Kind.WORDING, right=right, reason=rule.reason)
            return


def _is_apart(document: Document, start: int, end: int) -> bool:
    """Say whether the gap between two columns, or a line's end, runs through a stretch: no one wrote it as one."""
    return any(document.is_apart(place) for place in range(start, end - 1))


def _around(words: Sequence[Word], place: int) -> tuple[int, int]:
    return max(place - REACH, 0), min(place + REACH - 1, len(words) - 1)


def _meant(clause: str, words: Sequence[Word], place: int, rule: Rule) -> str | None:
    """Return the words around with the one stroke changed that makes them hold together, or None."""
    first, final = _around(words, place)
    start, end = words[first].start, words[final].end
    text = clause[start:end]
    border = words[place].start - start
    usual = (text[:border] + lost + text[border:] for lost in rule.lost)
    told = next((each for each in usual if _holds_together(each)), None)
    return rule.told or told or _guessed(text, _near(words, place, start, len(text)))


def _near(words: Sequence[Word], place: int, start: int, length: int) -> range:
    return range(max(words[place - 1].start - start - 1, 0), min(words[place].end - start + 2, length))


def _guessed(text: str, near: range) -> str | None:
    """Return the soundest of the texts that one stroke makes, or None."""
    dearest = cost_of(text) + DEARER
    best: tuple[int, str] | None = None
    for weight, each in _strokes(text, near):
        cost = cost_of(each)
        weighed = cost + weight + (IS_USUAL if any(phrase in each and phrase not in text for phrase in USUAL) else 0)
        if cost < dearest and (best is None or weighed < best[0]) and _holds_together(each):
            best = (weighed, each)
    return None if best is None else best[1]


def _holds_together(text: str) -> bool:
    words = words_in(text)
    has_unknown = any(each.is_unknown and HIRAGANA.search(each.text) for each in words)
    return not has_unknown and not any(broken_rule(words, place) for place in range(1, len(words)))


def _strokes(text: str, near: range) -> Iterator[tuple[int, str]]:
    """Yield a text with one kana taken out, moved, put in or put for another, and what that weighs."""
    for place in near:
        is_kana = HIRAGANA.match(text[place]) is not None
        following = text[place + 1 : place + 2]
        if is_kana:
            is_twice = text[place - 1 : place] == text[place] or following == text[place]
            yield 0 if is_twice else TAKEN_OUT, text[:place] + following + text[place + 2 :]
        if is_kana and HIRAGANA.match(following) and following != text[place]:
            yield 0, text[:place] + following + text[place] + text[place + 2 :]
        for lost in LOST:
            yield PUT_IN, text[:place] + lost + text[place:]
            if is_kana and len(lost) == 1:
                yield PUT_FOR, text[:place] + lost + following + text[place + 2 :]
