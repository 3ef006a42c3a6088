"""Counts of people, firms and cases that contradict each other."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind

DONE = re.compile(
    r"(?P<all>\d+)件\)?[^。\n\t\d]{0,24}\(?(?:同時点で|うち)?(?P<done>\d+)件(?:が|を|は)?(?:対応済|完了|解決済|実施済|対応を完了)"
)
BREAKDOWN = re.compile(r"\((?P<list>[^()]*?[x×]\s?\d+名(?:、[^()、]*?[x×]\s?\d+名)+)\)")
EACH = re.compile(r"[x×](\d+)名")
FIRMS = r"(?P<count>\d+)(?:事業者|者|社)"
EARLIER = re.compile(r"前回|前々回|従前|従来|過去|第\d+期")
EVENTS = {
    "説明会への参加": re.compile(rf"説明会にも?、?{FIRMS}が参加"),
    "応札者数": re.compile(rf"{FIRMS}が?応札"),
    "意見の提出": re.compile(rf"{FIRMS}から(?:の|\d+件の)?意見"),
    "資料の提供": re.compile(rf"{FIRMS}から(?:の)?資料(?:の)?提供"),
}


def check_counts(document: Document) -> Iterator[Finding]:
    yield from _more_done_than_all(document)
    yield from _breakdowns(document)
    yield from _events(document)


def _more_done_than_all(document: Document) -> Iterator[Finding]:
    for match in DONE.finditer(document.flow):
        if int(match["done"]) > int(match["all"]):
            reason = f"全体は{match['all']}件"
            yield _finding(document, match.span("done"), Kind.SHARE, f"{match['all']}件以下", reason)


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
            yield _finding(document, match.span("list"), Kind.TOTAL, f"合計{total}名、または内訳の訂正", reason)


def _events(document: Document) -> Iterator[Finding]:
    """Find one event with two numbers of firms."""
    for name, pattern in EVENTS.items():
        found = list(pattern.finditer(document.flow))
        for match in found[1:]:
            if match["count"] != found[0]["count"] and not _is_earlier(document, match, found[0]):
                line = document.place(start=found[0].start(), end=found[0].end()).line
                right = f"{found[0]['count']}または{match['count']}"
                reason = f"{line}行目では{name}は{found[0]['count']}"
                yield _finding(document, match.span(), Kind.TWO_WAYS, right, reason)


def _is_earlier(document: Document, *matches: re.Match[str]) -> bool:
    """Say whether one of two sentences tells of an earlier tender."""
    return any(EARLIER.search(document.sentence_at(match.start()).text) for match in matches)


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
