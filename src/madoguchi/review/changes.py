"""Printed differences with the rates printed for them, and the amounts they can have been taken from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from madoguchi.review.amounts import Amounts, amounts_above, amounts_of, column_of
from madoguchi.review.document import Document
from madoguchi.review.once import once_a_document
from madoguchi.review.quantities import Quantity, percentages
from madoguchi.review.tables import find_tables, row_at, table_at

RATE_LABEL = re.compile(r"(?:削減|減少|増減|節減|低減|増加)率[^\d△%]{0,12}$")
CHANGE_LABEL = re.compile(r"(?:削減|減少|増減|節減|低減|増加)額|差額")
RISE_AFTER = re.compile(r"\)?(?:の|と|が|、)?(?:経費|費用|コスト)?(?:の|が)?(?:増(?!減)|上昇)")
EITHER_WAY = re.compile(r"(?:増減|増加|差)")
LABEL_REACH, PAIR_REACH, CHANGE_REACH = 24, 3, 130
FALL, RISE = 1, -1
PAIR = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Find a printed difference and the rate printed for it."""

    amount: Quantity
    rate: Quantity
    is_labelled: bool


Base: TypeAlias = tuple[Quantity, Fraction]
"""An amount with the exact change taken from it."""


def changes_with_bases(document: Document) -> Iterator[tuple[Change, Quantity, Quantity]]:
    """Yield each printed change with the two amounts it was taken from."""
    for change, bases in changes_in(document):
        for base, exact in bases[:1]:
            yield change, base, amounts_of(document).between(base.value - exact, base.value - exact)[0]


@once_a_document
def changes_in(document: Document) -> tuple[tuple[Change, Sequence[Base]], ...]:
    """Return every rate of change that has an amount, with the amounts it can have been taken from."""
    return tuple((change, _bases_of(document, change)) for change in _changes(document))


def _changes(document: Document) -> Iterator[Change]:
    """Yield every rate of change with the amount printed beside it or labelled above it."""
    tables = find_tables(document)
    for rate in percentages(document):
        beside = _beside(document, rate)
        if beside is not None:
            yield Change(amount=beside, rate=rate, is_labelled=False)
            continue
        table = table_at(tables, rate.span.start)
        row = row_at(table, rate.span.start) if table else ()
        label = document.flow[row[0].span.start : rate.span.start] if row else ""
        before = document.flow[max(rate.span.start - LABEL_REACH, 0) : rate.span.start]
        if not (RATE_LABEL.search(before) or re.match(r"(?:削減|減少|増減|節減|低減)率", label)):
            continue
        labelled = _labelled(document, rate)
        if labelled is not None:
            yield Change(amount=labelled, rate=rate, is_labelled=True)


def _beside(document: Document, rate: Quantity) -> Quantity | None:
    """Return the amount of 170,790千円（37.1%） or 19.3%（4,875千円）."""
    amounts = amounts_of(document)
    for amount in (*amounts.before(rate.span.start, reach=PAIR_REACH), amounts.after(rate.span.end)):
        if amount is None:
            continue
        first, second = sorted((amount.span, rate.span), key=lambda span: span.start)
        between = document.flow[first.end : min(second.start, first.end + PAIR_REACH + 1)]
        if 0 < len(between) <= PAIR_REACH and re.fullmatch(r"減?[(](?:約)?", between):
            return amount
    return None


def _labelled(document: Document, rate: Quantity) -> Quantity | None:
    """Return the final amount before a rate that a word such as 削減額 introduces; in a table the same column's."""
    lines: dict[int, list[Quantity]] = {}
    for each in amounts_of(document).before(rate.span.start, reach=CHANGE_REACH):
        lines.setdefault(document.flow.rfind("\n", 0, each.span.start), []).append(each)
    for start, found in sorted(lines.items(), reverse=True):
        line = document.flow[start + 1 : document.flow.find("\n", start + 1)]
        if CHANGE_LABEL.search(line):
            column = column_of(document, rate)
            same = [each for each in found if column_of(document, each) == column]
            return (same or found)[-1]
    return None


def _bases_of(document: Document, change: Change) -> list[Base]:
    """Return the amounts that a change can have been taken from, with the exact change; that of a rise is negative."""
    found = _pairs(amounts_of(document), change.amount)
    ways = _ways(document, change)
    told = [pair for way in ways for pair in found if pair[1] * way > 0]
    return told or _by_sign(found, change.amount)


def _ways(document: Document, change: Change) -> tuple[int, ...]:
    """Return what a change can be, the likelier first: words, a table's order and the sign tell a rise from a fall.

    A change without a sign may have lost it, and a word may be turned round: only a table that goes on from the
    smaller amount to the larger one tells of a rise alone.
    """
    if change.amount.value < 0 or change.rate.value < 0:
        return (FALL,)
    if RISE_AFTER.match(document.flow, max(change.amount.span.end, change.rate.span.end)):
        return (RISE, FALL)
    if not EITHER_WAY.match(_row_label(document, change.amount)):
        return ()
    above = amounts_above(document, change.amount, count=PAIR)
    if len(above) == PAIR and above[0].value < above[1].value:
        return (RISE,)
    return (FALL, RISE)


def _row_label(document: Document, quantity: Quantity) -> str:
    """Return the words that a quantity's row of a table begins with."""
    start = document.flow.rfind("\n", 0, quantity.span.start) + 1
    cells = document.flow[start : quantity.span.start].split("\t")[:-1]
    return next((cell.strip("\v") for cell in cells if cell.strip("\v")), "")


def _pairs(amounts: Amounts, change: Quantity) -> list[Base]:
    """Return the amounts that lie a printed change above or below another, in the document's order."""
    found = []
    for larger, smaller in amounts.apart(abs(change.value), slack=change.step / 2):
        ways = ((larger, smaller), (smaller, larger)) if change.value > 0 else ((larger, smaller),)
        found += [(base, new) for base, new in ways if _is_comparable(base, new, change)]
    found.sort(key=lambda pair: (pair[0].span.start, pair[1].span.start))
    return [(base, base.value - new.value) for base, new in found]


def _is_comparable(base: Quantity, new: Quantity, change: Quantity) -> bool:
    return base.per == new.per and change.value not in (base.value, new.value)


def _by_sign(found: list[Base], change: Quantity) -> list[Base]:
    """Prefer the reading as a fall, as reports compare a new cost with an older one; drop the mirrored reading."""
    if change.value < 0 or any(exact > 0 for _, exact in found):
        return [(base, exact) for base, exact in found if exact > 0]
    return found
