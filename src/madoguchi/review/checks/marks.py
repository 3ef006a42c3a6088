"""The marks ○ and × of the exit criteria against the finding in their row, and things that never happened but did."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.tables import Table, find_tables

FAVOURABLE = re.compile(
    r"^(?:特に)?(?:なかった|(?:概ね)?(?:目標を)?達成(?:して|されて)いる|(?:経費削減の)?効果(?:が|は)?あった|"
    r"効果を上げて(?:いる|おり)|.{0,40}(?:チェック|評価)を受けている|競争性は?確保されて(?:いる|いた))。?$"
)
UNFAVOURABLE = re.compile(
    r"^(?:(?:目標を)?達成(?:して|されて)いない|未達成(?:である|であった)|効果(?:が|は)(?:なかった|認められない|上がっていない)|"
    r"(?:.{0,40}を)?(?:受けて|設けて)いない|(?:業務改善指示|法令違反行為)[^。]{0,12}(?:あった|を受けた))。?$"
)
WRONG = (
    r"(?:法令違反行為|業務改善指示|情報漏えい|情報漏洩|情報セキュリティ事故|重大障害)(?:等)?(?:の)?(?:発生)?(?:件数)?"
)
HAPPENED = re.compile(rf"(?P<what>{WRONG})[:はが]?(?P<count>[1-9]\d*件)")
NONE = re.compile(rf"(?:{WRONG})[^。\n]{{0,30}}(?:なかった|ありません|0件)(?!であること)")


def check_marks(document: Document) -> Iterator[Finding]:
    for table in find_tables(document):
        yield from _marks(document, table)
    yield from _happened(document)


def _marks(document: Document, table: Table) -> Iterator[Finding]:
    for row in table.rows:
        mark = next((cell.span for cell in row[1:] if cell.span.text.strip("\v") in ("○", "×", "〇")), None)
        found = [cell.span.text.strip("\v") for cell in row if cell.span is not mark]
        if mark is None:
            continue
        is_bad = mark.text.strip("\v") == "×"
        told = next((text for text in found if (FAVOURABLE if is_bad else UNFAVOURABLE).search(text)), None)
        if told is not None:
            right = "○" if is_bad else "×"
            reason = f"同じ行の実施状況は「{told}」"
            yield finding_at(document=document, at=mark, kind=Kind.VERDICT, right=right, reason=reason)


def _happened(document: Document) -> Iterator[Finding]:
    """Find a count of breaches in a document that elsewhere says there were none."""
    for match in HAPPENED.finditer(document.flow):
        what = match["what"].removesuffix("件数").removesuffix("の").removesuffix("等")
        for none in NONE.finditer(document.flow):
            if what in none.group() and not none.start() <= match.start() < none.end():
                line = document.place(start=none.start(), end=none.end()).line
                reason = f"{line}行目では「{none.group()}」"
                yield finding_at(
                    document=document,
                    at=match.span("count"),
                    kind=Kind.VERDICT,
                    right=f"0件、または{line}行目の訂正",
                    reason=reason.replace("\t", " "),
                )
                break
