"""Phrases that such reports write in one way only: 以下「本業務」という, 1件当たり, 年1回, 0件であること."""

import re
from collections import Counter
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind

CALLED = re.compile(r"\((?P<word>以上)、?(?=(?:「[^」]{1,24}」|[^()。]{2,24})という)")
CLOSED = re.compile(r"(?<=\n)(?P<word>以下)\n")
FOLLOWS = re.compile(
    r"(?P<word>以上)(?:のとおり(?:である)?|の内容により|のような[^。\n]{0,24}を実施した)。?\n(?P<next>[^\n]*)"
)
LIST_BEGINS = re.compile(r"記(?:\n|$)|[^\n]*\t|[\v]?(?:[・•*○-]|[①-⑳]|(?:平成|令和)\d+年度)")
PER_ONE = re.compile(r"(?<![\d.])(?P<count>\d+)(?P<of>件|か月|人|台)(?:当|あ)たり")
YEARLY = re.compile(
    r"年に?(?P<count>\d)回(?:の割合で)?[^。\n\t]{0,40}?(?:満足度調査|アンケート|職員に対して)|"
    r"(?:満足度調査|アンケート)\n?を年(?P<later>\d)回"
)
NONE_WANTED = re.compile(r"(?:漏えい|漏洩|重大障害|事故)(?:の)?(?:発生)?(?:件数)?[はが](?P<count>[1-9]\d*件)であること")
CONVERTED = re.compile(r"(?P<years>\d+)年間(?:\(\d+か月\))?換算")
WITHIN = re.compile(r"(?P<days>\d+)(?P<unit>開庁日|営業日)以内に完了すること")
ALL_WITHIN = re.compile(r"(?:すべて|全て)(?P<days>\d+)(?P<unit>開庁日|営業日)以内")
SAME_ARROW = re.compile(r"(?P<before>\d+)(?P<unit>か月|日|名|人|件|%)→(?P<after>\d+)(?P=unit)")
WITHIN_REACH = 400


def check_set_phrases(document: Document) -> Iterator[Finding]:
    for match in CALLED.finditer(document.flow):
        reason = "名称をこれから定める書き方は「以下」"
        yield finding_at(document=document, at=match.span("word"), kind=Kind.WORDING, right="以下", reason=reason)
    for match in CLOSED.finditer(document.flow):
        reason = "文書の終わりは「以上」"
        yield finding_at(document=document, at=match.span("word"), kind=Kind.WORDING, right="以上", reason=reason)
    for match in FOLLOWS.finditer(document.flow):
        if LIST_BEGINS.match(match["next"]):
            yield finding_at(
                document=document,
                at=match.span("word"),
                kind=Kind.WORDING,
                certainty=Certainty.POSSIBLE,
                right="以下",
                reason="内容がこの後に続いている",
            )
    yield from _per_one(document)
    yield from _yearly(document)
    yield from _years_converted(document)
    yield from _within(document)
    for match in NONE_WANTED.finditer(document.flow):
        reason = "起きてはならないことの件数"
        yield finding_at(document=document, at=match.span("count"), kind=Kind.COMPARATOR, right="0件", reason=reason)
    for match in SAME_ARROW.finditer(document.flow):
        if match["before"] == match["after"]:
            reason = "変わる前と後が同じ値"
            yield finding_at(document=document, at=match.span(), kind=Kind.TREND, right="二つの値", reason=reason)


def _per_one(document: Document) -> Iterator[Finding]:
    """Find `2件当たり`: means are taken of one."""
    for match in PER_ONE.finditer(document.flow):
        if match["count"] != "1":
            right = match.group().replace(match["count"], "1", 1)
            reason = "平均や基準は一つ当たりで示す"
            yield finding_at(
                document=document,
                at=match.span(),
                kind=Kind.UNITS,
                certainty=Certainty.POSSIBLE,
                right=right,
                reason=reason,
            )


def _yearly(document: Document) -> Iterator[Finding]:
    """Find a survey held once a year here and twice there."""
    first: re.Match[str] | None = None
    for match in YEARLY.finditer(document.flow):
        first = first or match
        usual, count = (each["count"] or each["later"] for each in (first, match))
        if count != usual:
            line = document.place(start=first.start(), end=first.end()).line
            yield finding_at(
                document=document,
                at=match.span(),
                kind=Kind.TWO_WAYS,
                certainty=Certainty.POSSIBLE,
                right=f"年{usual}回または年{count}回",
                reason=f"{line}行目では満足度調査は年{usual}回",
            )


def _years_converted(document: Document) -> Iterator[Finding]:
    found = list(CONVERTED.finditer(document.flow))
    counts = Counter(match["years"] for match in found)
    for match in found:
        usual = counts.most_common(1)[0][0]
        if match["years"] != usual:
            right = match.group().replace(match["years"], usual, 1)
            reason = f"他の{counts[usual]}か所では{usual}年間換算"
            yield finding_at(document=document, at=match.span(), kind=Kind.UNITS, right=right, reason=reason)


def _within(document: Document) -> Iterator[Finding]:
    """Find a promise of days, and a result of other days right after it."""
    for promise in WITHIN.finditer(document.flow.replace("\n", " ")):
        told = ALL_WITHIN.search(document.flow, promise.end(), promise.end() + WITHIN_REACH)
        if told is not None and told["unit"] == promise["unit"] and told["days"] != promise["days"]:
            line = document.place(start=promise.start(), end=promise.end()).line
            right = f"{promise['days']}{promise['unit']}以内または{told['days']}{told['unit']}以内"
            reason = f"{line}行目の約束は{promise['days']}{promise['unit']}以内"
            yield finding_at(document=document, at=told.span(), kind=Kind.TWO_WAYS, right=right, reason=reason)
