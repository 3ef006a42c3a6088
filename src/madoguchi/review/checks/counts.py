"""Counts of people, firms and cases that contradict each other."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.written_periods import KANJI_DIGITS, count_of

DONE = re.compile(
    r"(?P<all>\d+)件\)?[^。\n\t\d]{0,24}\(?(?:同時点で|うち)?(?P<done>\d+)件(?:が|を|は)?(?:対応済|完了|解決済|実施済|対応を完了)"
)
BREAKDOWN = re.compile(r"\((?P<list>[^()]*?[x×]\s?\d+名(?:、[^()、]*?[x×]\s?\d+名)+)\)")
EACH = re.compile(r"[x×](\d+)名")
FIRMS = rf"(?P<count>\d+|[{KANJI_DIGITS[1:]}十]{{1,2}})(?:事業者|者|社)"
HANDED_IN = re.compile(r"\(?(?P<count>\d+)者\)?から提出")
WITHDREW = re.compile(r"開札日?(?:の)?前に(?P<out>\d+)者が辞退[^。\d]{0,14}(?P<left>\d+)者が応札")
HANDED_IN_REACH = 600
EARLIER = re.compile(r"(?:前回|前々回|従前|従来|過去|第\d+期)(?!に引き続き)[^、。\n\t]*$")
EVENTS = {
    "説明会への参加": (re.compile(rf"説明会にも?、?{FIRMS}が参加"),),
    "応札者数": (
        re.compile(rf"{FIRMS}が?応札"),
        re.compile(rf"(?:入札|応札)(?:参加)?者数?[:は(]?{FIRMS}"),
        re.compile(rf"{FIRMS}(?:から|が)入札"),
    ),
    "意見の提出": (re.compile(rf"{FIRMS}から(?:の|\d+件の)?意見"),),
    "資料の提供": (re.compile(rf"{FIRMS}から(?:の)?資料(?:の)?提供"),),
}


def check_counts(document: Document) -> Iterator[Finding]:
    yield from _more_done_than_all(document)
    yield from _breakdowns(document)
    yield from _events(document)
    yield from _withdrawn(document)


def _withdrawn(document: Document) -> Iterator[Finding]:
    """`（3者）から提出`, then `1者が辞退したものの、2者が応札`: those who stayed and left are those who came."""
    for match in WITHDREW.finditer(document.flow):
        came = list(HANDED_IN.finditer(document.flow, max(match.start() - HANDED_IN_REACH, 0), match.start()))
        total = int(match["out"]) + int(match["left"])
        if came and int(came[-1]["count"]) != total:
            line = document.place(start=came[-1].start(), end=came[-1].end()).line
            came_text, gone = f"{came[-1]['count']}者", f"辞退{match['out']}者と応札{match['left']}者"
            reason = f"{line}行目で提出したのは{came_text}。{gone}では{total}者"
            yield finding_at(
                document=document, at=match.span(), kind=Kind.TOTAL, right=f"合わせて{came_text}", reason=reason
            )


def _more_done_than_all(document: Document) -> Iterator[Finding]:
    for match in DONE.finditer(document.flow):
        if int(match["done"]) > int(match["all"]):
            reason = f"全体は{match['all']}件"
            yield finding_at(
                document=document, at=match.span("done"), kind=Kind.SHARE, right=f"{match['all']}件以下", reason=reason
            )


def _breakdowns(document: Document) -> Iterator[Finding]:
    """Find a list of grades, each with its heads, whose sum is no number of people in its paragraph."""
    for match in BREAKDOWN.finditer(document.flow):
        total = sum(int(each) for each in EACH.findall(match["list"]))
        start = document.flow.rfind("\n", 0, match.start()) + 1
        end = document.flow.find("\n", match.end())
        around = document.flow[start : match.start()] + document.flow[match.end() : end]
        stated = re.findall(r"(\d+)名", around)
        if stated and str(total) not in stated:
            reason = f"内訳の合計は{total}名で、本文の人数（{'、'.join(stated)}名）のどれとも合わない"
            yield finding_at(
                document=document,
                at=match.span("list"),
                kind=Kind.TOTAL,
                right=f"合計{total}名、または内訳の訂正",
                reason=reason,
            )


def _events(document: Document) -> Iterator[Finding]:
    """Find one event with two numbers of firms."""
    for name, patterns in EVENTS.items():
        found = [match for pattern in patterns for match in pattern.finditer(document.flow)]
        told = sorted((each for each in found if not _is_earlier(document, each)), key=lambda match: match.start())
        for match in told[1:]:
            if count_of(match["count"]) != count_of(told[0]["count"]):
                line = document.place(start=told[0].start(), end=told[0].end()).line
                right = f"{told[0]['count']}または{match['count']}"
                reason = f"{line}行目では{name}は{told[0]['count']}"
                yield finding_at(document=document, at=match.span(), kind=Kind.TWO_WAYS, right=right, reason=reason)


def _is_earlier(document: Document, match: re.Match[str]) -> bool:
    """Say whether the clause tells of an earlier tender."""
    start = document.sentence_at(match.start()).start
    return EARLIER.search(document.flow[start : match.start()]) is not None
