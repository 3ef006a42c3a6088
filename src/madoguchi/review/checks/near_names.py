"""The contract's name, or its system's, with a few characters of another name inside."""

import re
from collections.abc import Iterator

from madoguchi.review.checks.names import SYSTEM, subject_of
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

KEPT_FIRST, KEPT_FINAL, KEPT_SHARE = 1, 4, 0.6
WIDEST, WIDEST_IN_SYSTEM = 4, 2
LETTERS = re.compile(r"[A-Za-z一-龥ァ-ヶー]*")
SHORTEST = 8


def check_near_names(document: Document) -> Iterator[Finding]:
    subject = subject_of(document)
    yield from _changed(document, subject, widest=WIDEST, is_same_length=False)
    system = SYSTEM.match(subject)
    if system is not None:
        yield from _changed(document, system["owner"], widest=WIDEST_IN_SYSTEM, is_same_length=True)


def _changed(document: Document, name: str, *, widest: int, is_same_length: bool) -> Iterator[Finding]:
    if len(name) < SHORTEST:
        return
    slack = 0 if is_same_length else widest
    for match in re.finditer(re.escape(name[-KEPT_FINAL:]), document.flow):
        for length in range(len(name) - slack, len(name) + slack + 1):
            start = match.end() - length
            text = document.flow[max(start, 0) : match.end()]
            if text != name and _is_near(text, name, widest):
                reason = f"この文書の対象は「{name}」。一部が違う名称になっている"
                yield finding_at(document=document, at=(start, match.end()), kind=Kind.NAME, right=name, reason=reason)
                break


def _is_near(text: str, name: str, widest: int) -> bool:
    """Say whether two names differ in one short run of letters only, well inside them."""
    first = _common(text, name)
    final = min(_common(text[::-1], name[::-1]), min(len(text), len(name)) - first)
    ours, theirs = text[first : len(text) - final], name[first : len(name) - final]
    is_kept = first >= KEPT_FIRST and final >= KEPT_FINAL and first + final >= KEPT_SHARE * len(name)
    is_short = max(len(ours), len(theirs)) <= widest and bool(ours) and bool(theirs)
    return is_kept and is_short and LETTERS.fullmatch(ours + theirs) is not None


def _common(text: str, name: str) -> int:
    """Return how many characters two texts begin with together."""
    pairs = zip(text, name, strict=False)
    return next((index for index, (mine, other) in enumerate(pairs) if mine != other), min(len(text), len(name)))
