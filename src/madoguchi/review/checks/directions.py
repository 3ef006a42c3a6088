"""Less called more: a saving called a growth, a sign lost, one thing falling here and rising there."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER
from madoguchi.review.tables import find_tables, label_of

CALLED_MORE = re.compile(
    rf"(?P<figure>{NUMBER}(?:%|(?:千|万|百万|億)?円))(?:\({NUMBER}%\))?の(?:経費|費用|コスト)?(?P<word>増(?![員設やえ])|増加|増額)"
)
LESS = r"(?:減|削減|減少|減額|縮減|節減)"
GROWN_COST = re.compile(r"(?P<word>(?:経費|費用|コスト)増)(?=の(?:要因|理由)|に(?:つなが|繋が))")
SAVED = re.compile(r"(?:経費|費用|コスト)(?:の)?(?:減|削減)")
MOVED = re.compile(r"(?P<noun>[一-龥ァ-ヶー合い]{2,8})[はがも](?P<word>増加|減少)(?:して(?:いる|おり|い)|する)")
BOTH_SIGNED = re.compile(rf"(?P<first>[△-]?){NUMBER}(?:千|万|百万|億)?円\((?P<second>[△-]?){NUMBER}%\)")
CHANGE_ROW = re.compile(r"^(?:増減|差引?|増△減)(?P<of>額|率)")
YEAR_SIGN = re.compile(
    rf"(?<![A-Za-z0-9])(?:[HRS]|平成|令和)(?:元|\d{{1,2}})(?:fy|年度)(?P<sign>[△-]?)(?P<value>{NUMBER})%(?=[\nHRS平令])"
)
FEWEST_SIGNED = 3


def check_directions(document: Document) -> Iterator[Finding]:
    yield from _called_more(document)
    yield from _moved(document)
    yield from _signs(document)
    yield from _signs_of_years(document)


def _called_more(document: Document) -> Iterator[Finding]:
    """Find `37%の経費増` where the same figure elsewhere is a saving, and the cause of a growth nobody told of."""
    for match in CALLED_MORE.finditer(document.flow):
        figure = re.escape(match["figure"])
        number = re.escape(re.sub(r"(?:千|万|百万|億)?円|%", "", match["figure"]))
        less = re.compile(rf"{figure}(?:\({NUMBER}%\))?の?(?:経費)?{LESS}|[△-]{number}(?![\d,.])")
        told = less.search(document.flow)
        if told is not None:
            line = document.place(start=told.start(), end=told.end()).line
            reason = f"{line}行目では{match['figure']}は減少"
            right = match["word"].replace("増加", "減少").replace("増", "減")
            yield finding_at(document=document, at=match.span("word"), kind=Kind.TREND, right=right, reason=reason)
    saved = SAVED.search(document.flow)
    for match in GROWN_COST.finditer(document.flow) if saved else ():
        reason = f"この文書では経費は減っている（「{saved.group() if saved else ''}」）"
        right = match["word"].replace("増", "減")
        yield finding_at(document=document, at=match.span("word"), kind=Kind.TREND, right=right, reason=reason)


def _moved(document: Document) -> Iterator[Finding]:
    """Find a thing that falls in one place and rises in another."""
    first: dict[str, re.Match[str]] = {}
    for match in MOVED.finditer(document.flow):
        before = first.setdefault(match["noun"][-4:], match)
        if before["word"] != match["word"]:
            line = document.place(start=before.start(), end=before.end()).line
            reason = f"{line}行目では「{before.group()}」"
            yield finding_at(
                document=document,
                at=match.span("word"),
                kind=Kind.TREND,
                certainty=Certainty.POSSIBLE,
                right=f"{before['word']}、または{line}行目の訂正",
                reason=reason,
            )


def _signs(document: Document) -> Iterator[Finding]:
    """Find an amount of change and its rate of which one alone has the sign of a fall."""
    for match in BOTH_SIGNED.finditer(document.flow):
        if bool(match["first"]) != bool(match["second"]):
            sign = match["first"] or match["second"]
            reason = f"額と率の一方だけに{sign}が付いている"
            right = f"額と率の両方に{sign}"
            yield finding_at(document=document, at=match.span(), kind=Kind.TREND, right=right, reason=reason)
    for table in find_tables(document):
        amounts = rates = None
        for row in table.rows:
            label = CHANGE_ROW.match(label_of(row))
            if label is not None and label["of"] == "額":
                amounts = row
            elif label is not None:
                rates = row
        for mine, other in zip(amounts or (), rates or (), strict=False):
            texts = [cell.span.text.strip("\v") for cell in (mine, other)]
            is_number = [re.fullmatch(rf"[△-]?{NUMBER}%?", text) is not None for text in texts]
            if all(is_number) and (texts[0][0] in "△-") != (texts[1][0] in "△-"):
                reason = f"増減額（{texts[0]}）と増減率（{texts[1]}）の符号が合わない"
                bare = mine if texts[0][0] not in "△-" else other
                yield finding_at(document=document, at=bare.span, kind=Kind.TREND, right="同じ符号", reason=reason)


def _signs_of_years(document: Document) -> Iterator[Finding]:
    """Find the one year of a column of falls that has lost its sign."""
    found = list(YEAR_SIGN.finditer(document.flow))
    bare = [match for match in found if not match["sign"]]
    if len(bare) == 1 and len(found) > FEWEST_SIGNED:
        sign = next(match["sign"] for match in found if match["sign"])
        reason = f"並んだほかの年度にはすべて{sign}がある"
        right = sign + bare[0]["value"] + "%"
        yield finding_at(document=document, at=bare[0].span("value"), kind=Kind.TREND, right=right, reason=reason)
