"""Claims in words against figures: "all" beside a rate below 100%, "falling" beside figures that rise."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.quantities import NUMBER, Quantity, number_of, percentages

ALL_KEPT = re.compile(r"(?:全て|すべて)[^。、]{0,10}(?:基準|目標|期限|期間|時間)[^。、]{0,8}(?:満たし|達成し|守)")
SAME_WORDS = 16
REACH = 220
FULL = 100
SERIES = re.compile(
    rf"(?P<list>{NUMBER}(?P<unit>件|回|%|点|名|人|時間|分)(?:(?:、|→|,){NUMBER}(?P=unit)){{2,60}})"
    r"[^。\n\t\d]{0,16}?(?P<word>減少|増加|低下|上昇|改善)(?:して|し|傾向|となって)"
)
DOWN, UP = {"減少", "低下"}, {"増加", "上昇"}
STEADILY = re.compile(r"(?:着実に|年々|毎年|順調に|一貫して)[^。\n\d]{0,6}(?P<word>減少|増加|低下|上昇)")
YEAR_ROW = re.compile(
    rf"(?<=[\n件回%点名人間分])(?:[HRS]|平成|令和|昭和)(?:元|\d{{1,2}})(?:fy|年度|年)?[\t:]?"
    rf"(?P<value>{NUMBER})(?P<unit>件|回|%|点|名|人|時間|分)(?=[\nHRS平令昭])"
)
ARROW = re.compile(
    rf"(?P<before>{NUMBER})(?P<unit>か月|日間?|時間|分|名|人|件|点|%|円|千円|万円)→(?P<after>{NUMBER})(?P=unit)"
)
SIDE = re.compile(
    rf"(?P<bound>{NUMBER})(?P<unit>点|%|件|分|秒)\)?を(?:大きく|やや|大幅に|わずかに)?(?P<side>上回|下回)(?:る|り|って|った)"
    rf"[^。\d\n\t]{{0,12}}(?P<value>{NUMBER})(?P=unit)"
)
ALL_ITEMS = re.compile(r"(?:すべて|全て)の(?:項目|指標|目標)で?、?[^。]{0,14}達成し")
FAILED_MARK = re.compile(r"(?<=[\t上下内満%])×(?=[\n\t])")
LONGER = re.compile(r"延長|延ば|増や|増員|増加|拡大|引き?上げ|上昇|長く")
SHORTER = re.compile(r"短縮|縮め|減ら|減員|減少|縮小|引き?下げ|低下|短く|削減")
ROWS_REACH, ARROW_REACH, FEWEST_ROWS = 60, 40, 3


def check_claims(document: Document) -> Iterator[Finding]:
    yield from _all_kept(document)
    yield from _series(document)
    yield from _year_rows(document)
    yield from _arrows(document)
    yield from _above_or_below(document)
    yield from _all_items(document)


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
            yield finding_at(
                document=document,
                at=(start, start + len(claim.group())),
                kind=Kind.VERDICT,
                right=f"{texts}が基準を満たした",
                reason=reason,
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
        yield finding_at(
            document=document,
            at=(match.start("word"), match.end()),
            kind=Kind.TREND,
            right="数値に合う記述",
            reason=reason,
        )


def _year_rows(document: Document) -> Iterator[Finding]:
    """Find rows of years below a claim of steady growth or fall that their figures do not show."""
    for claim in STEADILY.finditer(document.flow):
        rows: list[re.Match[str]] = []
        for row in YEAR_ROW.finditer(document.flow, claim.end()):
            reach = rows[-1].end() if rows else claim.end() + ROWS_REACH
            if row.start() > reach + 1 or (rows and row["unit"] != rows[0]["unit"]):
                break
            rows.append(row)
        values = [number_of(row["value"]) for row in rows]
        if len(rows) >= FEWEST_ROWS and _is_against(values, claim["word"]):
            texts = "、".join(row["value"] + row["unit"] for row in rows)
            line = document.place(start=rows[0].start("value"), end=rows[0].end("value")).line
            reason = f"{line}行目からの表では{texts}"
            yield finding_at(document=document, at=claim.span(), kind=Kind.TREND, right="数値に合う記述", reason=reason)


def _arrows(document: Document) -> Iterator[Finding]:
    """`公告期間を延長する（2か月→3か月）`: the way the figures go against the word before them."""
    for match in ARROW.finditer(document.flow):
        line = document.flow.rfind("\n", 0, match.start()) + 1
        words = document.flow[max(line, match.start() - ARROW_REACH) : match.start()]
        longer, shorter = bool(LONGER.search(words)), bool(SHORTER.search(words))
        before, after = number_of(match["before"]), number_of(match["after"])
        if longer != shorter and before != after and (after > before) != longer:
            grown = "増えて" if after > before else "減って"
            reason = f"前の記述と逆に{match['before']}{match['unit']}から{match['after']}{match['unit']}へ{grown}いる"
            yield finding_at(document=document, at=match.span(), kind=Kind.TREND, right="記述に合う数値", reason=reason)


def _above_or_below(document: Document) -> Iterator[Finding]:
    """`75点を大きく下回る平均82.1点`: the word for the other side."""
    for match in SIDE.finditer(document.flow):
        bound, value = number_of(match["bound"]), number_of(match["value"])
        if value != bound and (value > bound) != (match["side"] == "上回"):
            right = "上回る" if value > bound else "下回る"
            reason = f"{match['value']}{match['unit']}は{match['bound']}{match['unit']}を{right}"
            yield finding_at(document=document, at=match.span("side"), kind=Kind.VERDICT, right=right, reason=reason)


def _all_items(document: Document) -> Iterator[Finding]:
    """Find a claim that all items were kept above a list that marks one as missed."""
    for claim in ALL_ITEMS.finditer(document.flow):
        mark = FAILED_MARK.search(document.flow, claim.end())
        if mark is not None:
            line = document.place(start=mark.start(), end=mark.end()).line
            reason = f"{line}行目は×"
            yield finding_at(
                document=document, at=claim.span(), kind=Kind.VERDICT, right="未達の項目を除いた記述", reason=reason
            )
            return


def _is_against(values: Sequence[Fraction], word: str) -> bool:
    if word in DOWN:
        return values[-1] >= values[0] or any(after > before for before, after in pairwise(values))
    if word in UP:
        return values[-1] <= values[0] or any(after < before for before, after in pairwise(values))
    return False
