"""Claims in words against figures: "all" beside a rate below 100%, "falling" beside figures that rise."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER, Quantity, number_of, percentages

ALL_KEPT = re.compile(r"(?:全て|すべて)[^。、]{0,10}(?:基準|目標|期限|期間|時間)[^。、]{0,8}(?:満たし|達成し|守)")
SAME_WORDS = 16
REACH = 220
FULL = 100
SERIES = re.compile(
    rf"(?P<list>{NUMBER}(?P<unit>件|回|%|点|名|人|時間|分)(?:(?:、|→|,){NUMBER}(?P=unit)){{2,}})"
    r"[^。\n\t\d]{0,16}?(?P<word>減少|増加|低下|上昇|改善)(?:して|し|傾向|となって)"
)
DOWN, UP = {"減少", "低下"}, {"増加", "上昇"}


def check_claims(document: Document) -> Iterator[Finding]:
    yield from _all_kept(document)
    yield from _series(document)


def _all_kept(document: Document) -> Iterator[Finding]:
    """Find a sentence that says all were kept, of a thing whose row gives a rate below 100%."""
    rates = percentages(document)
    for sentence in document.sentences():
        claim = ALL_KEPT.search(sentence.text)
        if claim is None:
            continue
        place, words = _same_words(document, sentence, claim.start())
        low = _low_rates(document, rates, place)
        if low:
            texts = "、".join(dict.fromkeys(each.span.text for each in low))
            line = document.place(start=low[0].span.start, end=low[0].span.end).line
            reason = f"「{words}」の実績は{line}行目で{texts}。すべてではない"
            start = sentence.start + claim.start()
            yield _finding(
                document, (start, start + len(claim.group())), Kind.VERDICT, f"{texts}が基準を満たした", reason
            )


def _same_words(document: Document, sentence: Span, claim: int) -> tuple[int, str]:
    """Return the end and text of the longest run of words before the claim that stands elsewhere too; -1 if none."""
    words = sentence.text[:claim]
    for length in range(len(words), SAME_WORDS - 1, -1):
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            found = document.flow.find(part)
            if found >= 0 and not sentence.start <= found < sentence.end:
                return found + length, part
    return -1, ""


def _low_rates(document: Document, rates: Sequence[Quantity], place: int) -> list[Quantity]:
    if place < 0:
        return []
    near = [each for each in rates if 0 <= each.span.start - place <= REACH and each.value < FULL]
    return [each for each in near if not re.match(r"以上|以下|以内|未満", document.flow[each.span.end :][:2])]


def _series(document: Document) -> Iterator[Finding]:
    for match in SERIES.finditer(document.flow):
        values = [number_of(each) for each in re.findall(NUMBER, match["list"])]
        if not _is_against(values, match["word"]):
            continue
        rise = "上がっている" if match["word"] in DOWN else "下がっている"
        reason = f"{match['list']}には{rise}ところがある"
        yield _finding(document, (match.start("word"), match.end()), Kind.TREND, "数値に合う記述", reason)


def _is_against(values: Sequence[Fraction], word: str) -> bool:
    if word in DOWN:
        return values[-1] >= values[0] or any(after > before for before, after in pairwise(values))
    if word in UP:
        return values[-1] <= values[0] or any(after < before for before, after in pairwise(values))
    return False


def _finding(document: Document, stretch: tuple[int, int], kind: Kind, right: str, reason: str) -> Finding:
    return finding_at(
        document=document,
        start=stretch[0],
        end=stretch[1],
        kind=kind,
        certainty=Certainty.LIKELY,
        right=right,
        reason=reason,
    )
