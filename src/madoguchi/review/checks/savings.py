"""Rates of saving or change, worked out once from the unrounded amounts they stand beside."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from madoguchi.review.amounts import Amounts, amounts_above, amounts_of
from madoguchi.review.changes import CHANGE_REACH, PAIR, Change, changes_in
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.once import once_a_document
from madoguchi.review.quantities import (
    TABLE_UNIT,
    YEN,
    Quantity,
    number_of,
    percentages,
    printed_money,
    printed_number,
)
from madoguchi.review.tables import find_tables, table_at

NEAR_SHARE, FARTHEST = Fraction(1, 10), 10_000
FALL = re.compile(r"削減|減")
LARGE = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d.,])")
COST_WORD = re.compile(r"経費|コスト")
FALL_AFTER = re.compile(
    r"^\)?(?:\([^()]*\))?(?:、\d[\d.]*%(?:\([^()]*\))?)*(?:の|と共に|と)?(?:経費)?(?:の)?(?:削減|減)"
)


def check_savings(document: Document) -> Iterator[Finding]:
    proven: list[Fraction] = []
    changes = changes_in(document)
    for change, bases in changes:
        own = _own_block(document, change) if change.is_labelled else []
        if own:
            yield from own
            continue
        proven += [100 * abs(exact) / base.value for base, exact in bases]
        if bases:
            yield from _wrong_rate(document, change, bases)
        elif change.is_labelled:
            yield from _wrong_difference(document, change)
        else:
            near = list(_near_difference(document, change))
            yield from near or _unfounded(document, change)
    yield from _loose_rates(document, [change.rate for change, _ in changes], proven)


def _loose_rates(document: Document, used: Sequence[Quantity], proven: Sequence[Fraction]) -> Iterator[Finding]:
    """Find rates of saving printed alone that no worked-out rate of the document rounds to."""
    starts, known = {rate.span.start for rate in used}, sorted(proven)
    for rate in percentages(document):
        sentence = document.sentence_at(rate.span.start)
        after = document.flow[rate.span.end : rate.span.end + 40]
        if not proven or rate.span.start in starts or not (FALL_AFTER.match(after) and COST_WORD.search(sentence.text)):
            continue
        slack = rate.step if rate.is_about else rate.step / 2
        place = bisect_left(known, abs(rate.value) - slack)
        if place == len(known) or known[place] > abs(rate.value) + slack:
            rates = "・".join(dict.fromkeys(f"{printed_number(each, decimals=rate.decimals)}%" for each in proven))
            reason = "この文書の金額から計算できるどの削減率とも合わない"
            yield finding_at(document=document, at=rate.span, kind=Kind.RATE, right=rates, reason=reason)


def _near_difference(document: Document, change: Change) -> Iterator[Finding]:
    """Find a difference in a sentence that no two amounts give, while its rate fits two that give nearly the same.

    Of several such pairs the nearest in the text is meant.
    """
    pairs = _near_pairs(amounts_of(document), abs(change.amount.value), abs(change.rate.value), change.rate.step)
    here = change.amount.span.start
    near = min(pairs, key=lambda pair: sum(abs(each.span.start - here) for each in pair), default=None)
    if near is not None:
        base, new = near
        right = printed_money(base.value - new.value, unit=change.amount.unit, step=change.amount.step)
        reason = f"{base.span.text}－{new.span.text}＝{right}"
        yield finding_at(document=document, at=change.amount.span, kind=Kind.DIFFERENCE, right=right, reason=reason)


def _near_pairs(
    amounts: Amounts, fall: Fraction, rate: Fraction, step: Fraction
) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield two amounts whose difference is a fall give or take a tenth of it, and that share of the larger a rate."""
    least, most = fall / (1 + NEAR_SHARE), fall / (1 - NEAR_SHARE)
    lower, upper = (rate - step) / 100, (rate + step) / 100
    for base in amounts.between(least / upper, most / lower if lower > 0 else most * FARTHEST):
        first = max(base.value - most, base.value * (1 - upper))
        final = min(base.value - least, base.value * (1 - lower))
        yield from ((base, new) for new in amounts.between(first, final) if new.value < base.value)


def _unfounded(document: Document, change: Change) -> Iterator[Finding]:
    """Find a difference with a rate in a cost statement, where no two printed amounts give the difference."""
    sentence = document.sentence_at(change.amount.span.start)
    if not change.rate.value or not COST_WORD.search(sentence.text) or not FALL.search(sentence.text):
        return
    if _is_founded_on_bare_numbers(document, change):
        return
    implied = abs(change.amount.value) * 100 / abs(change.rate.value)
    shown = printed_money(implied, unit=change.amount.unit, step=change.amount.step)
    reason = f"この差額と率から逆算する元の額は約{shown}だが、差が合う二つの額が文書にない"
    yield finding_at(
        document=document,
        at=change.amount.span,
        kind=Kind.DIFFERENCE,
        certainty=Certainty.POSSIBLE,
        right="元の二つの額に合う差額",
        reason=reason,
    )


def _is_founded_on_bare_numbers(document: Document, change: Change) -> bool:
    """Say whether two large numbers without a unit, as of a table copied out of a PDF, give a difference and its rate.

    Their unit is the difference's own, or one that a heading such as 単位：千円 names.
    """
    numbers, named = _bare_numbers(document)
    return any(_is_founded(numbers, change, YEN[unit]) for unit in sorted(named | {change.amount.unit}))


@once_a_document
def _bare_numbers(document: Document) -> tuple[Sequence[int], frozenset[str]]:
    """Return the large numbers in order, and the units that headings name."""
    numbers = sorted({int(number_of(match.group())) for match in LARGE.finditer(document.flow)})
    return numbers, frozenset(match["unit"] for match in TABLE_UNIT.finditer(document.flow))


def _is_founded(numbers: Sequence[int], change: Change, size: int) -> bool:
    fall, slack = abs(change.amount.value) / size, change.amount.step / size
    least, most = ceil(fall - slack), floor(fall + slack)
    for base in numbers:
        first, end = bisect_left(numbers, base - most), bisect_right(numbers, base - least)
        if any(
            abs(Fraction(100 * (base - new), base) - abs(change.rate.value)) <= change.rate.step
            for new in numbers[first:end]
        ):
            return True
    return False


def _own_block(document: Document, change: Change) -> list[Finding]:
    """Return a difference in a table that is not that of the two amounts right above it, in its column."""
    table = table_at(find_tables(document), change.amount.span.start)
    return list(_wrong_difference(document, change)) if table is not None else []


def _wrong_rate(document: Document, change: Change, bases: Sequence[tuple[Quantity, Fraction]]) -> Iterator[Finding]:
    decimals = change.rate.decimals
    rates = [100 * abs(exact) / base.value for base, exact in bases]
    printed = abs(change.rate.value)
    if any(abs(rate - printed) <= change.rate.step / 2 for rate in rates):
        return
    if change.rate.is_about and any(abs(rate - printed) <= change.rate.step for rate in rates):
        return
    base, exact = bases[0]
    rate = rates[0]
    right = f"{printed_number(rate, decimals=decimals)}%"
    shown = printed_money(abs(exact), unit=base.unit, step=base.step)
    reason = f"{shown}÷{base.span.text}＝{printed_number(rate, decimals=decimals + 3)}…%、一度だけ丸めて{right}"
    if _is_rounded_twice(rate, printed, decimals=decimals):
        reason += "（二度丸めた値が記されている）"
    yield finding_at(
        document=document, at=change.rate.span, kind=Kind.RATE, certainty=Certainty.CERTAIN, right=right, reason=reason
    )


def _is_rounded_twice(rate: Fraction, printed: Fraction, *, decimals: int) -> bool:
    once = Fraction(printed_number(rate, decimals=decimals + 1).replace(",", ""))
    return Fraction(printed_number(once, decimals=decimals).replace(",", "")) == printed


def _wrong_difference(document: Document, change: Change) -> Iterator[Finding]:
    """No two amounts give the labelled difference: take the two printed just before it."""
    before = amounts_above(document, change.amount, count=PAIR)
    if len(before) < PAIR or change.amount.span.start - before[0].span.start > 3 * CHANGE_REACH:
        return
    exact = max(each.value for each in before) - min(each.value for each in before)
    if abs(exact - abs(change.amount.value)) <= change.amount.step / 2:
        return
    right = printed_money(exact, unit=change.amount.unit, step=change.amount.step)
    texts = sorted(before, key=lambda each: each.value, reverse=True)
    reason = f"{texts[0].span.text}－{texts[1].span.text}＝{right}"
    yield finding_at(document=document, at=change.amount.span, kind=Kind.DIFFERENCE, right=right, reason=reason)
