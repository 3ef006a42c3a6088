"""Favourable verdicts that the document's own figures do not bear out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from madoguchi.review.document import Cell, Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.requirements import (
    Requirement,
    Value,
    is_requirement_cell,
    is_same_unit,
    loosest,
    plain_label,
    promised,
    requirements_in,
    strictest,
    values_in,
)
from madoguchi.review.tables import Table, find_tables, label_of

GOOD = re.compile(
    r"確保されて(?:いる|おり)|(?<!未)達成(?:して|されて)(?:いる|おり)|(?:^|\v)(?:適|○)(?=\v|$)|満たして(?:いる|おり)"
)
EXCEPT = re.compile(r"を除(?:き|いて)")
ALL_MONTHS = re.compile(r"(?:すべて|全て)の月(?:で|において)(?:[^。]{0,10})?達成")
MONTH_CELL = re.compile(r"^(?:(?:明治|大正|昭和|平成|令和)?(?:元|\d+)年)?\d{1,2}月$")
TARGET_CLAIM = re.compile(r"(?:質にかかる|質に係る|達成)?目標(?:値)?は[^。]{0,60}達成(?:して|されて)(?:いる|おり)")
NEARLY = re.compile(r"(?P<figure>\d[\d.]*%)(?:程度)?と?[^。、\d]{0,6}目標(?:とする水準|値|水準)")
MISSED_NOTE = re.compile(
    r"未達成(?:の)?項目が(?:ある|あった)|未達成(?:であった|となった)|達成(?:できなかった|していない)"
)
HAPPENED = re.compile(r"(?P<what>漏えい|漏洩|重大障害)(?:の)?(?:発生)?(?:件数)?は(?P<count>[1-9]\d*件)(?:で|と)")
FAILED = re.compile(r"不落(?:による)?(?:となり)?(?:不落)?随意契約|不落随契|(?:一|1)者応札(?!の状況[はも]解消)")
CRITERION = re.compile(r"目標を達成しているか")
ACHIEVED = re.compile(r"^(?:概ね)?達成(?:されて|して)いる")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One measure's months in a table, with the bounds promised for it elsewhere."""

    label: str
    bounds: tuple[Requirement, ...]
    values: tuple[Value, ...]

    @property
    def missed(self) -> list[Value]:
        return strictest(self.bounds, self.values)


def check_verdicts(document: Document) -> Iterator[Finding]:
    tables = find_tables(document)
    bounds = promised(document)
    columns = [column for table in tables for column in _columns(table, bounds)]
    for table in tables:
        yield from _own_row(document, table)
        yield from _all_months(document, table, columns)
        yield from _competition(document, table)
    yield from _target_claims(document, columns)
    yield from _nearly(document, bounds)
    yield from _none_happened(document)
    yield from _missed_notes(document, tables)


def _own_row(document: Document, table: Table) -> Iterator[Finding]:
    """Find a row whose final cell is favourable although its figures keep none of the row's bounds."""
    for row in table.rows:
        wanted = [bound for cell in row[:-1] if is_requirement_cell(cell) for bound in requirements_in(cell.span)]
        verdict = row[-1].span
        if not wanted or not GOOD.search(verdict.text) or EXCEPT.search(verdict.text):
            continue
        wanted = [bound for bound in wanted if _is_plain(bound, wanted)]
        failing = loosest(wanted, values_in(verdict))
        if failing:
            texts = "、".join(value.span.text for value in failing)
            promised_text = "・".join(bound.span.text for bound in wanted)
            first = failing[0].span
            good = GOOD.search(verdict.text)
            assert good is not None
            praise = good.group().strip("\v")
            reason = f"約束は{promised_text}。{texts}はどの基準も満たさないが、「{praise}」と評価している"
            yield finding_at(
                document=document, at=first, kind=Kind.VERDICT, right="未達（理由を付した評価）", reason=reason
            )


def _is_plain(bound: Requirement, wanted: Sequence[Requirement]) -> bool:
    """Say whether a row bounds a unit in one direction only, so that its figures can be told to it."""
    return len({each.comparator for each in wanted if each.unit == bound.unit}) == 1


def _none_happened(document: Document) -> Iterator[Finding]:
    """Find praise on a leak or incident that did happen."""
    for sentence in document.sentences():
        match = HAPPENED.search(sentence.text)
        if match is not None and GOOD.search(sentence.text):
            start = sentence.start + match.start("count")
            reason = f"{match['what']}が{match['count']}あるのに、質が確保されたと評価している"
            yield finding_at(
                document=document,
                at=(start, start + len(match["count"])),
                kind=Kind.VERDICT,
                right="未達",
                reason=reason,
            )


def _columns(table: Table, bounds: Mapping[str, Sequence[Requirement]]) -> Iterator[Column]:
    """Return the measures of a table whose rows are months."""
    rows = [row for row in table.rows if MONTH_CELL.match(plain_label(row[0].span.text))]
    heading = table.rows[0]
    if len(rows) < 2 or heading in rows:  # noqa: PLR2004  # one row is no series
        return
    for cell in heading[1:]:
        label = plain_label(cell.span.text)
        found = next((each for name, each in bounds.items() if label and (name in label or label in name)), ())
        if found:
            values = [value for row in rows for value in _value_at(row, cell.index)]
            yield Column(label=label, bounds=tuple(found), values=tuple(values))


def _value_at(row: Sequence[Cell], index: int) -> tuple[Value, ...]:
    return values_in(row[index].span) if index < len(row) else ()


def _all_months(document: Document, table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """`すべての月で達成` beside a month of the same measure that keeps no bound."""
    for row in table.rows:
        label = plain_label(label_of(row))
        claim = ALL_MONTHS.search(row[-1].span.text)
        column = next((each for each in columns if each.label and (each.label in label or label in each.label)), None)
        if column is not None and claim is None and all(bound.bound == 0 for bound in column.bounds):
            claim = GOOD.search(row[-1].span.text)
        if claim is None or column is None:
            continue
        failing = loosest(column.bounds, column.values)
        if failing:
            lines = "、".join(
                f"{document.place(start=v.span.start, end=v.span.end).line}行目の{v.span.text}" for v in failing
            )
            start = row[-1].span.start + claim.start()
            reason = f"{column.bounds[0].span.text}に対し、{lines}は未達"
            yield finding_at(
                document=document,
                at=(start, start + len(claim.group())),
                kind=Kind.VERDICT,
                certainty=Certainty.CERTAIN,
                right=f"{len(failing)}か月は未達",
                reason=reason,
            )


def _target_claims(document: Document, columns: Sequence[Column]) -> Iterator[Finding]:
    """Find an overall claim that targets were kept, in a document whose monthly table shows missed months."""
    missed = [(column, column.missed) for column in columns if column.missed]
    if not missed:
        return
    for match in TARGET_CLAIM.finditer(document.flow):
        texts = [f"{column.label}は{len(column.values)}か月中{len(values)}か月が未達" for column, values in missed]
        bounds = "、".join(f"{column.label} {column.bounds[0].span.text}" for column, _ in missed)
        reason = f"月別の表では{'、'.join(texts)}（基準：{bounds}）"
        yield finding_at(
            document=document,
            at=match.span(),
            kind=Kind.VERDICT,
            certainty=Certainty.POSSIBLE,
            right="未達の月を挙げた評価",
            reason=reason,
        )


def _nearly(document: Document, bounds: Mapping[str, Sequence[Requirement]]) -> Iterator[Finding]:
    """`約80%程度と概ね目標とする水準` of a measure whose target is another."""
    for match in NEARLY.finditer(document.flow):
        sentence = document.sentence_at(match.start())
        span = Span(start=match.start(), end=match.end(), text=match.group())
        values = values_in(span)
        for label, wanted in bounds.items():
            if label not in sentence.text or not values or not any(is_same_unit(each, values[0]) for each in wanted):
                continue
            failing = strictest(wanted, values[:1])
            if failing:
                texts = "・".join(each.span.text for each in wanted)
                reason = f"{label}の約束は{texts}。{match['figure']}では届かない期間がある"
                yield finding_at(
                    document=document,
                    at=match.span(),
                    kind=Kind.VERDICT,
                    certainty=Certainty.POSSIBLE,
                    right="目標に対する達成・未達の別",
                    reason=reason,
                )


def _missed_notes(document: Document, tables: Sequence[Table]) -> Iterator[Finding]:
    """Find a favourable verdict in a cell that names missed items, or on the criterion that asks for the targets."""
    notes = list(MISSED_NOTE.finditer(document.flow))
    if not notes:
        return
    line = document.place(start=notes[0].start(), end=notes[0].end()).line
    for table in tables:
        for row in table.rows:
            yield from _favourable(document, row)
            if CRITERION.search("".join(cell.span.text for cell in row)):
                for cell in row:
                    if ACHIEVED.match(cell.span.text):
                        reason = f"{line}行目は「{notes[0].group()}」としている"
                        yield finding_at(
                            document=document,
                            at=cell.span,
                            kind=Kind.VERDICT,
                            certainty=Certainty.POSSIBLE,
                            right="一部未達（期間と項目を示す）",
                            reason=reason,
                        )


def _competition(document: Document, table: Table) -> Iterator[Finding]:
    """Find a criterion on competition marked ○ in a row that tells of a single or a failed bidding."""
    for row in table.rows:
        words = "".join(cell.span.text for cell in row)
        failed = next((match for cell in row for match in [FAILED.search(cell.span.text)] if match), None)
        marks = [cell.span for cell in row if cell.span.text.strip("\v") == "○"]
        if failed is None or not marks or "競争性" not in words:
            continue
        reason = f"同じ行に「{failed.group()}」とある。○とした理由の明記が要る"
        yield finding_at(
            document=document,
            at=marks[0],
            kind=Kind.VERDICT,
            certainty=Certainty.POSSIBLE,
            right="競争性の判断の理由",
            reason=reason,
        )


def _favourable(document: Document, row: Sequence[Cell]) -> Iterator[Finding]:
    for cell in row:
        note, good = MISSED_NOTE.search(cell.span.text), re.match(r"\v*適(?=\v|\s|$)", cell.span.text)
        if note is not None and good is not None:
            start = cell.span.start + note.start()
            reason = f"「適」の理由のなかに「{note.group()}」とある。未達の月と項目、適とした理由の明記が要る"
            yield finding_at(
                document=document,
                at=(start, start + len(note.group())),
                kind=Kind.VERDICT,
                certainty=Certainty.POSSIBLE,
                right="未達の項目を示した判定",
                reason=reason,
            )
