"""Totals against the parts printed above or beside them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from madoguchi.review.checks.formulas import formulas
from madoguchi.review.document import Cell, Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER, Quantity, moneys, number_of, printed_money, printed_number, step_of
from madoguchi.review.tables import Table, find_tables, label_of

TOTAL_WORD = re.compile(r"合計|総計|小計|(?<![一-龥])計(?![一-龥])")
TOTAL_BEFORE = re.compile(r"(?:合計|総計|小計)[:は\t]?(?:約)?$")
CELL_NUMBER = re.compile(rf"(?P<number>{NUMBER})(?P<unit>[^\d\s]{{0,4}})")
TERM_REACH = 90
PARTS = 2


def check_totals(document: Document) -> Iterator[Finding]:
    tables = find_tables(document)
    yield from _listed(document, tables)
    for table in tables:
        yield from _columns(document, table)
        yield from _rows(document, table)


def _listed(document: Document, tables: Sequence[Table]) -> Iterator[Finding]:
    """`… 18,905千円 … 2,434千円 合計 21,338千円`: the amounts since the total or the gap before it."""
    amounts = moneys(document)
    for index, total in enumerate(amounts):
        if not TOTAL_BEFORE.search(document.flow[max(total.span.start - 6, 0) : total.span.start]):
            continue
        if any(table.start <= total.span.start <= table.end for table in tables):
            continue
        parts = _parts_before(document, amounts[:index], total)
        yield from _other_unit(document, amounts[max(index - PARTS, 0) : index], total)
        expected = sum((part.value for part in parts), Fraction(0))
        if len(parts) >= PARTS and expected != total.value:
            yield from _wrong_total(document, total, parts, expected)


def _other_unit(document: Document, parts: Sequence[Quantity], total: Quantity) -> Iterator[Finding]:
    """Find a total of two parts whose digits add up although one of the three stands in another unit."""
    three = [*parts, total]
    units = Counter(each.unit for each in three)
    digits = [number_of(re.sub(r"[^\d,.]", "", each.span.text)) for each in three]
    is_near = total.span.start - parts[0].span.end <= PARTS * TERM_REACH if parts else False
    if len(parts) != PARTS or len(units) != PARTS or not is_near or sum(digits[:-1]) != digits[-1]:
        return
    usual = units.most_common(1)[0][0]
    odd = next(each for each in three if each.unit != usual)
    reason = "＋".join(each.span.text for each in parts) + f"＝{total.span.text}。数は合うが単位が違う"
    yield finding_at(
        document=document, at=odd.span, kind=Kind.UNITS, right=odd.span.text.replace(odd.unit, usual), reason=reason
    )


def _parts_before(document: Document, before: Sequence[Quantity], total: Quantity) -> list[Quantity]:
    """Return the amounts of the same unit that lead up to a total without another total or a long gap between."""
    parts: list[Quantity] = []
    edge = total.span.start
    for amount in reversed(before):
        between = document.flow[amount.span.end : edge]
        is_total = TOTAL_BEFORE.search(document.flow[max(amount.span.start - 6, 0) : amount.span.start])
        if amount.unit != total.unit or is_total or len(between) > TERM_REACH or "=" in between:
            break
        if parts and _opens_group(between):
            break
        parts.insert(0, amount)
        edge = amount.span.start
    return parts


def _opens_group(between: str) -> bool:
    return bool(re.search(r"\n[^\n(]{3,}\n", between))


def _wrong_total(
    document: Document, total: Quantity, parts: Sequence[Quantity], expected: Fraction
) -> Iterator[Finding]:
    right = printed_money(expected, unit=total.unit, step=total.step)
    is_rounding = abs(expected - total.value) * 2 <= total.step * len(parts)
    sum_text = "＋".join(part.span.text for part in parts)
    note = "。端数処理によるものなら注記が要る" if is_rounding else ""
    yield finding_at(
        document=document,
        at=total.span,
        kind=Kind.TOTAL,
        certainty=Certainty.LIKELY if is_rounding else Certainty.CERTAIN,
        right=right,
        reason=f"{sum_text}＝{right}{note}",
    )
    yield from _carried(document, total, right, expected)


def _carried(document: Document, total: Quantity, right: str, expected: Fraction) -> Iterator[Finding]:
    """Find calculations that start from a wrong total and carry the slip on."""
    number = re.sub(r"[^\d,.]", "", total.span.text)
    for formula in formulas(document):
        if number not in formula.numbers or formula.start < total.span.start or formula.unit != total.unit:
            continue
        result = formula.exact - total.value + expected
        if formula.numbers[0] == number and result != formula.result:
            meant = printed_money(result, unit=formula.unit, step=formula.step)
            yield finding_at(
                document=document,
                at=(formula.result_start, formula.end),
                kind=Kind.DIFFERENCE,
                right=meant,
                reason=f"合計を{right}に直すと{meant}",
            )


def _columns(document: Document, table: Table) -> Iterator[Finding]:
    """Compare a total row with the rows above it, column by column."""
    rows = table.rows
    for number, row in enumerate(rows):
        if not _is_total(label_of(row)):
            continue
        first = max((index + 1 for index in range(number) if _is_total(label_of(rows[index]))), default=0)
        for cell in row[1:]:
            parts = [part for each in rows[first:number] for part in each if part.index == cell.index]
            yield from _compared(document, cell, parts)


def _rows(document: Document, table: Table) -> Iterator[Finding]:
    """Compare a total column with the cells before it, row by row."""
    rows = table.rows
    totals = [cell.index for cell in rows[0][PARTS:] if _is_total(cell.span.text)]
    for row in rows[1:]:
        for index in totals:
            cell = next((each for each in row if each.index == index), None)
            if cell is not None:
                yield from _compared(document, cell, [each for each in row[1:] if each.index < index])


def _is_total(label: str) -> bool:
    return bool(TOTAL_WORD.search(label)) and len(label) <= 8  # noqa: PLR2004  # a heading, not a sentence


def _compared(document: Document, cell: Cell, parts: Sequence[Cell]) -> Iterator[Finding]:
    total = CELL_NUMBER.fullmatch(cell.span.text)
    numbers = [CELL_NUMBER.fullmatch(part.span.text) for part in parts]
    given = [match for match in numbers if match is not None]
    if total is None or len(given) < PARTS or any(match["unit"] != total["unit"] for match in given):
        return
    if "%" in total["unit"]:
        return
    expected = sum((number_of(match["number"]) for match in given), Fraction(0))
    step = max(step_of(match["number"]) for match in (*given, total))
    if expected != number_of(total["number"]):
        is_rounding = abs(expected - number_of(total["number"])) * 2 <= step * len(given) and step < 1
        right = printed_number(expected, decimals=len(str(step.denominator)) - 1) + total["unit"]
        reason = "＋".join(match["number"] for match in given) + f"＝{right}"
        yield finding_at(
            document=document,
            at=cell.span,
            kind=Kind.TOTAL,
            certainty=Certainty.LIKELY if is_rounding else Certainty.CERTAIN,
            right=right,
            reason=reason,
        )
