"""Bidders who come, leave and stay through the openings of one tender, counted along its account."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

ACCOUNT = re.compile(
    r"(?P<bid>\d)者が応札に参加|(?P<left>\d)者が辞退し、残りの(?P<rest>\d)者|(?<=最後の)(?P<final>\d)者(?=も辞退)"
    r"|(?P<both>\d)者とも"
)
OPENING = re.compile(r"(?P<number>\d)回目の開札")
INSIDE = re.compile(r"(?P<all>\d)者から入札があり、(?P<one>\d)者は[^。]*?もう(?P<other>\d)者")
FIT = re.compile(r"\((?P<came>\d)者\)から提出された(?:[^。]*?満たし\n?ていたのは(?P<fit>\d)者)")


def check_bidders(document: Document) -> Iterator[Finding]:
    found = list(ACCOUNT.finditer(document.flow))
    remaining = 0
    for match in found:
        if match["bid"]:
            remaining = int(match["bid"])
            continue
        if remaining:
            yield from _counted(document, match, remaining)
            remaining = int(match["rest"] or match["final"] or match["both"])
    yield from _openings(document)
    for match in INSIDE.finditer(document.flow):
        total = int(match["one"]) + int(match["other"])
        if total != int(match["all"]):
            reason = f"入札は{match['all']}者、内訳は{match['one']}者と{match['other']}者で{total}者"
            right = f"合わせて{match['all']}者"
            yield finding_at(document=document, at=match.span(), kind=Kind.TOTAL, right=right, reason=reason)
    for match in FIT.finditer(document.flow):
        if int(match["fit"]) > int(match["came"]):
            reason = f"提出したのは{match['came']}者"
            right = f"{match['came']}者以下"
            yield finding_at(
                document=document, at=(match.start("fit"), match.end()), kind=Kind.TOTAL, right=right, reason=reason
            )


def _counted(document: Document, match: re.Match[str], remaining: int) -> Iterator[Finding]:
    told = int(match["rest"] or match["final"] or match["both"]) + int(match["left"] or 0)
    if told != remaining:
        reason = f"この前に残っているのは{remaining}者"
        right = f"合わせて{remaining}者"
        yield finding_at(document=document, at=match.span(), kind=Kind.TOTAL, right=right, reason=reason)


def _openings(document: Document) -> Iterator[Finding]:
    """Find openings told along one paragraph whose numbers do not go up one by one from the first."""
    told: list[tuple[Span, int]] = []
    for match in OPENING.finditer(document.flow):
        span = Span(start=match.start(), end=match.end(), text=match.group())
        is_next = told and document.flow.count("\n", told[-1][0].end, span.start) == 0
        expected = told[-1][1] + 1 if is_next else 1
        if int(match["number"]) != expected:
            reason = f"続けて記された開札の{expected}回目"
            yield finding_at(
                document=document, at=span, kind=Kind.TWO_WAYS, right=f"{expected}回目の開札", reason=reason
            )
        told.append((span, expected))
