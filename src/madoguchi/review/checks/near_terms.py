"""A word of the document's own, such as its system's name, once with another character or in another order."""

import re
from collections import Counter
from collections.abc import Iterator

from madoguchi.review.checks.names import OFFICES, subject_of
from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

TERM = re.compile(r"[A-Za-z一-龥ァ-ヶー]{4,40}?(?P<tail>業務|システム|センター|ネットワーク)")
OWNED = re.compile(rf"(?P<office>{OFFICES})(?P<tail>[A-Z]{{2,6}})")
ROLE = re.compile(
    rf"実施機関[\t\n:は]*(?P<named>{OFFICES})|(?P<called>{OFFICES})\(以下「当[省庁]」"
    rf"|(?P<given>{OFFICES})から提出された|(?P<own>{OFFICES})(?=全職員|設置法|情報セキュリティポリシー|の責任において|ポータルサイト)"
)
USUAL, FACTOR = 3, 3
CHANGED_SHARE = 3


def check_near_terms(document: Document) -> Iterator[Finding]:
    yield from _terms(document)
    yield from _acronyms(document)
    yield from _roles(document)


def _terms(document: Document) -> Iterator[Finding]:
    found = [Span(start=match.start(), end=match.end(), text=match.group()) for match in TERM.finditer(document.flow)]
    tails = {match.group(): match["tail"] for match in TERM.finditer(document.flow)}
    counts = {text: document.flow.count(text) for text in tails}
    for span in found:
        for usual, count in counts.items():
            often = count >= max(USUAL, FACTOR * counts[span.text])
            if often and tails[usual] == tails[span.text] and _is_slip(span.text, usual, tails[usual]):
                yield finding_at(
                    document=document, at=span, kind=Kind.NAME, right=usual, reason=f"他の{count}か所では「{usual}」"
                )
                break


def _is_slip(text: str, usual: str, tail: str) -> bool:
    """Say whether two terms differ in a third of their characters at most, or only in the order of two words."""
    if len(text) != len(usual):
        return False
    core = len(usual) - len(tail)
    places = [index for index, (mine, other) in enumerate(zip(text, usual, strict=True)) if mine != other]
    half = core // 2
    is_turned = text[:half] == usual[core - half : core] and text[core - half : core] == usual[:half] and core % 2 == 0
    is_near = len(places) <= 2 and CHANGED_SHARE * len(places) <= core  # noqa: PLR2004  # one word of two characters
    return bool(places) and (is_near or is_turned) and not _is_numbered(text, usual, places)


def _is_numbered(text: str, usual: str, places: list[int]) -> bool:
    """Say whether the terms are told apart on purpose, as 新 and 旧, 第一 and 第二."""
    return any(
        text[index] in "新旧前現次上下内外主副一二三四五六七八九" or usual[index] in "新旧前現次" for index in places
    )


def _acronyms(document: Document) -> Iterator[Finding]:
    """Find `総務省WAN` in a document that elsewhere says 総務省LAN."""
    found = list(OWNED.finditer(document.flow))
    counts = Counter(match.group() for match in found)
    for match in found:
        for usual, count in counts.items():
            mine, other = match.group(), usual
            is_near = len(mine) == len(other) and sum(a != b for a, b in zip(mine, other, strict=True)) == 1
            if is_near and other.startswith(match["office"]) and count >= max(USUAL, FACTOR * counts[mine]):
                span = Span(start=match.start(), end=match.end(), text=mine)
                yield finding_at(
                    document=document, at=span, kind=Kind.NAME, right=usual, reason=f"他の{count}か所では「{usual}」"
                )


def _roles(document: Document) -> Iterator[Finding]:
    """Find another office than the subject's where the document speaks of its own."""
    subject = re.match(OFFICES, subject_of(document))
    if subject is None:
        return
    for match in ROLE.finditer(document.flow):
        group = match.lastgroup or "named"
        is_usual = document.flow.count(match[group]) > document.flow.count(subject.group())
        if match[group] != subject.group() and not is_usual:
            span = Span(start=match.start(group), end=match.end(group), text=match[group])
            yield finding_at(
                document=document,
                at=span,
                kind=Kind.NAME,
                right=subject.group(),
                reason=f"この文書の対象は{subject.group()}の業務",
            )
