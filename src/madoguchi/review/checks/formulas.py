"""Calculations written out with their result, as in 76,670千円÷45か月×12か月＝20,445千円."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.once import once_a_document
from madoguchi.review.quantities import NUMBER, UNIT, YEN, moneys, number_of, printed_money, printed_number, step_of

CONVERSION_REACH = 40
LABEL = r"(?:[①-⑳]|[一-龥ァ-ヶー]{1,10}[:は]?)?"
TERM = rf"{LABEL}(?P<number>{NUMBER})(?P<unit>{UNIT}|か月|年|人|名|件|点|日|時間|%)?"
FIRST = re.compile(TERM)
NEXT = re.compile(rf"(?P<operator>[+\-−ー×÷/*])(?:{TERM})")
RESULT = re.compile(rf"[=≒](?P<about>約)?(?:{TERM})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Formula:
    """Find a chain of terms and its printed result; money is in yen, `exact` is what the terms give."""

    start: int
    end: int
    result_start: int
    exact: Fraction
    numbers: tuple[str, ...]
    result: Fraction
    step: Fraction
    unit: str
    term_unit: str
    is_about: bool


@once_a_document
def formulas(document: Document) -> tuple[Formula, ...]:
    return tuple(_formulas(document.flow))


def _formulas(flow: str) -> Iterator[Formula]:
    position = 0
    while match := FIRST.search(flow, position):
        position = match.end()
        terms: list[tuple[str, Fraction]] = [("+", _value(match))]
        numbers, unit = [match["number"]], match["unit"] or ""
        while following := NEXT.match(flow, position):
            terms.append((following["operator"], _value(following)))
            numbers.append(following["number"])
            unit = unit if unit in YEN else following["unit"] or unit
            position = following.end()
        result = RESULT.match(flow, position)
        exact = _evaluated(terms)
        if result is None or len(terms) == 1 or exact is None:
            continue
        yield Formula(
            start=match.start(),
            end=result.end(),
            result_start=result.start("number"),
            exact=exact,
            numbers=tuple(numbers),
            result=_value(result),
            step=step_of(result["number"]) * YEN.get(result["unit"] or "", 1),
            unit=result["unit"] or "",
            term_unit=unit,
            is_about=bool(result["about"]),
        )
        position = result.end()


def _value(match: re.Match[str]) -> Fraction:
    return number_of(match["number"]) * YEN.get(match["unit"] or "", 1)


def _evaluated(terms: list[tuple[str, Fraction]]) -> Fraction | None:
    """Return the value with × and ÷ before + and -; None for a division by zero."""
    sums: list[Fraction] = []
    for operator, value in terms:
        if operator in "×*":
            sums[-1] *= value
        elif operator in "÷/":
            if value == 0:
                return None
            sums[-1] /= value
        else:
            sums.append(value if operator == "+" else -value)
    return sum(sums, Fraction(0))


def check_formulas(document: Document) -> Iterator[Finding]:
    for formula in formulas(document):
        expected = 100 * formula.exact if formula.unit == "%" and formula.term_unit != "%" else formula.exact
        if abs(expected - formula.result) <= formula.step / 2 or (
            formula.is_about and abs(expected - formula.result) <= formula.step
        ):
            continue
        yield _wrong(document, formula, expected)
    yield from _other_start(document)


def _other_start(document: Document) -> Iterator[Finding]:
    """Find a conversion (換算) that starts from another amount than the one just stated."""
    amounts = moneys(document)
    for formula in formulas(document):
        first = next((each for each in amounts if each.span.start >= formula.start), None)
        before = [each for each in amounts if 0 <= formula.start - each.span.end <= CONVERSION_REACH]
        if first is None or not before or not _is_conversion(document, formula) or first.value == before[-1].value:
            continue
        if any(each.value == first.value for each in amounts if each.span.start < formula.start):
            continue
        yield finding_at(
            document=document,
            at=first.span,
            kind=Kind.TWO_WAYS,
            right=f"{before[-1].span.text}または{first.span.text}",
            reason=f"直前に記された額は{before[-1].span.text}",
        )


def _is_conversion(document: Document, formula: Formula) -> bool:
    return "換算" in document.flow[max(formula.start - CONVERSION_REACH, 0) : formula.start + 6]


def _wrong(document: Document, formula: Formula, expected: Fraction) -> Finding:
    """Tell a result that only lost its unit from one that is wrong itself."""
    printed = document.flow[formula.result_start : formula.end]
    meant = _other_unit(formula, expected)
    if meant is not None:
        right = printed.replace(formula.unit, meant)
        exact = printed_money(expected, unit=meant, step=Fraction(YEN[meant], 100))
        reason = f"計算すると{exact}。単位が{meant}から{formula.unit}になっている"
        return finding_at(
            document=document,
            at=(formula.result_start, formula.end),
            kind=Kind.UNITS,
            certainty=Certainty.CERTAIN,
            right=right,
            reason=reason,
        )
    if formula.unit in YEN:
        right = printed_money(expected, unit=formula.unit, step=formula.step)
    else:
        right = printed_number(expected, decimals=len(str(formula.step.denominator)) - 1) + formula.unit
    reason = f"{document.flow[formula.start : formula.result_start]}{right}".replace("\n", "")
    return finding_at(
        document=document,
        at=(formula.result_start, formula.end),
        kind=Kind.FORMULA,
        certainty=Certainty.CERTAIN,
        right=right,
        reason=reason,
    )


def _other_unit(formula: Formula, expected: Fraction) -> str | None:
    if formula.unit not in YEN:
        return None
    number = formula.result / YEN[formula.unit]
    step = formula.step / YEN[formula.unit]
    return next((unit for unit, size in YEN.items() if abs(number - expected / size) <= step / 2), None)
