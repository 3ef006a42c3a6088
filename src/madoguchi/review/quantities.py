"""Numbers with their units as a running text prints them: money, percentages and counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from madoguchi.review.document import Document, Span
from madoguchi.review.once import once_a_document
from madoguchi.review.tables import Table, find_tables

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
YEN = {"円": 1, "千円": 1_000, "万円": 10_000, "百万円": 1_000_000, "億円": 100_000_000}
UNIT = "|".join(sorted(YEN, key=len, reverse=True))
MONEY = re.compile(
    rf"(?P<sign>[△-]?)(?:(?P<large>{NUMBER})億)?(?P<number>{NUMBER})(?P<unit>{UNIT})(?P<per>/年|/月|/年度)?"
)
BARE = re.compile(rf"\(?(?P<sign>[△-]?)(?P<number>{NUMBER})\)?")
TABLE_UNIT = re.compile(rf"単位[:は]?(?P<unit>{UNIT})")
PERCENT = re.compile(rf"(?P<sign>[△-]?)(?P<number>{NUMBER})%")
NEAR = 4
PER_WORDS = {"年間": "年", "年額": "年", "単年": "年", "月額": "月", "毎月": "月"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A number as printed: its value in the base unit (yen, percent) and the size of its final digit."""

    span: Span
    value: Fraction
    step: Fraction
    unit: str
    is_about: bool = False
    per: str = ""

    @property
    def decimals(self) -> int:
        digits = re.search(r"\.(\d+)", self.span.text)
        return len(digits[1]) if digits else 0


def number_of(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def step_of(text: str) -> Fraction:
    """Return the size of the final digit of a printed number: 0.1 for 36.8."""
    return Fraction(1, 10 ** len(text.partition(".")[2]))


@once_a_document
def percentages(document: Document) -> tuple[Quantity, ...]:
    return tuple(_percentages(document))


def _percentages(document: Document) -> Iterator[Quantity]:
    for match in PERCENT.finditer(document.flow):
        sign = -1 if _is_sign(document.flow, match) else 1
        yield Quantity(
            span=Span(start=match.start(), end=match.end(), text=match.group()),
            value=sign * number_of(match["number"]),
            step=step_of(match["number"]),
            unit="%",
            is_about=is_about(document.flow, match.start(), match.end()),
        )


@once_a_document
def moneys(document: Document) -> tuple[Quantity, ...]:
    """Return every amount of money in order, also those of tables whose heading alone names the unit."""
    found = {each.span.start: each for each in _table_moneys(document)}
    found.update({each.span.start: each for each in _written_moneys(document.flow)})
    return tuple(found[start] for start in sorted(found))


def _written_moneys(flow: str) -> Iterator[Quantity]:
    for match in MONEY.finditer(flow):
        size = YEN[match["unit"]]
        value = number_of(match["number"]) * size
        if match["large"]:
            value += number_of(match["large"]) * YEN["億円"]
        yield Quantity(
            span=Span(start=match.start(), end=match.end(), text=match.group()),
            value=-value if _is_sign(flow, match) else value,
            step=step_of(match["number"]) * size,
            unit=match["unit"],
            is_about=is_about(flow, match.start(), match.end()),
            per=_per(flow, match),
        )


def _table_moneys(document: Document) -> Iterator[Quantity]:
    for table in find_tables(document):
        unit = _unit_of(document, table)
        if unit is None:
            continue
        for cell in table.cells:
            for match in BARE.finditer(cell.span.text):
                if _is_amount(cell.span.text, match):
                    yield _table_money(cell.span, match, unit)


def _is_amount(text: str, match: re.Match[str]) -> bool:
    """Say whether a number in a money table is an amount: alone in its cell, or the final one with thousands."""
    is_alone = not text[: match.start()].strip() and not text[match.end() :].strip()
    return is_alone or ("," in match["number"] and not re.match(rf"{UNIT}", text[match.end() :]))


def _table_money(cell: Span, match: re.Match[str], unit: str) -> Quantity:
    value = number_of(match["number"]) * YEN[unit]
    return Quantity(
        span=Span(start=cell.start + match.start(), end=cell.start + match.end(), text=match.group()),
        value=-value if match["sign"] else value,
        step=step_of(match["number"]) * YEN[unit],
        unit=unit,
    )


def _unit_of(document: Document, table: Table) -> str | None:
    """Return the money unit a table's heading row, or the line above it, names."""
    above = document.flow[max(table.start - 60, 0) : table.start]
    heading = "".join(cell.span.text for cell in table.cells if cell.row == 0)
    match = TABLE_UNIT.search(heading) or TABLE_UNIT.search(above.rsplit("\n", 2)[-2] if above.count("\n") > 1 else "")
    return match["unit"] if match else None


def _is_sign(flow: str, match: re.Match[str]) -> bool:
    """Say whether a leading minus is a sign, and not the one of a subtraction between two numbers."""
    if not match["sign"]:
        return False
    return match["sign"] == "△" or match.start() == 0 or not (flow[match.start() - 1].isalnum())


def is_about(flow: str, start: int, end: int) -> bool:
    return flow[max(start - 2, 0) : start].endswith(("約", "およそ")) or flow[end : end + 2] in ("程度", "前後")


def _per(flow: str, match: re.Match[str]) -> str:
    if match["per"]:
        return match["per"].strip("/度")
    before = flow[max(match.start() - NEAR, 0) : match.start()]
    return next((per for word, per in PER_WORDS.items() if word in before), "")


def printed_number(exact: Fraction, *, decimals: int) -> str:
    """Return a figure rounded half away from zero, with thousands apart."""
    scaled = abs(exact) * 10**decimals
    whole = (scaled.numerator * 2 + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if exact < 0 and whole else ""
    digits = f"{whole:0{decimals + 1}d}"
    integer, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    return f"{sign}{int(integer):,}" + (f".{fraction}" if fraction else "")


def printed_money(yen: Fraction, *, unit: str, step: Fraction) -> str:
    """Return an amount in a unit, with as many decimals as `step` (the final digit's size in yen) asks for."""
    share = step / YEN[unit]
    decimals = len(str(share.denominator)) - 1 if share < 1 else 0
    return printed_number(yen / YEN[unit], decimals=decimals) + unit
