"""The amounts of a document in order, so that those beside, above or a difference apart are found without a search."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

from madoguchi.review.document import Document
from madoguchi.review.once import once_a_document
from madoguchi.review.quantities import Quantity, moneys


@dataclass(frozen=True, kw_only=True, slots=True)
class Amounts:
    """Every amount in the document's order, and the exact ones above zero by their value.

    Of several such amounts with one value the first stands for all. Values are counted in the largest unit that all of
    them are whole multiples of, as comparing integers takes a tenth of the time.
    """

    every: tuple[Quantity, ...]
    starts: tuple[int, ...]
    by_value: tuple[Quantity, ...]
    values: tuple[int, ...]
    scale: int
    by_column: Mapping[int, Sequence[Quantity]]

    def before(self, position: int, *, reach: int) -> tuple[Quantity, ...]:
        """Return the amounts that end before a position, at most so many characters away."""
        final = bisect_left(self.starts, position)
        first = final
        while first and position - self.every[first - 1].span.end <= reach:
            first -= 1
        return tuple(each for each in self.every[first:final] if each.span.end < position)

    def after(self, position: int) -> Quantity | None:
        """Return the first amount that begins at a position or later."""
        place = bisect_left(self.starts, position)
        return self.every[place] if place < len(self.every) else None

    def within(self, start: int, end: int) -> tuple[Quantity, ...]:
        """Return the amounts that begin in a stretch of the text."""
        return self.every[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def between(self, least: Fraction, most: Fraction) -> tuple[Quantity, ...]:
        """Return the exact amounts from one value to another, the smaller first."""
        first, end = bisect_left(self.values, ceil(least * self.scale)), bisect_right(self.values, most * self.scale)
        return self.by_value[first:end]

    def apart(self, difference: Fraction, *, slack: Fraction) -> Iterator[tuple[Quantity, Quantity]]:
        """Yield the larger and the smaller of every two exact amounts that lie a difference apart."""
        least = max(ceil((difference - slack) * self.scale), 1)
        most = floor((difference + slack) * self.scale)
        for place, value in enumerate(self.values):
            other = bisect_left(self.values, value + least, place + 1)
            while other < len(self.values) and self.values[other] <= value + most:
                yield self.by_value[other], self.by_value[place]
                other += 1


@once_a_document
def amounts_of(document: Document) -> Amounts:
    every = moneys(document)
    first: dict[tuple[Fraction, str], Quantity] = {}
    columns: dict[int, list[Quantity]] = {}
    for each in every:
        columns.setdefault(column_of(document, each), []).append(each)
        if not each.is_about and each.value > 0:
            first.setdefault((each.value, each.per), each)
    by_value = sorted(first.values(), key=lambda each: (each.value, each.span.start))
    scale = lcm(*(each.value.denominator for each in by_value))
    return Amounts(
        every=every,
        starts=tuple(each.span.start for each in every),
        by_value=tuple(by_value),
        values=tuple(int(each.value * scale) for each in by_value),
        scale=scale,
        by_column=columns,
    )


def column_of(document: Document, quantity: Quantity) -> int:
    line = document.flow.rfind("\n", 0, quantity.span.start)
    return document.flow.count("\t", line + 1, quantity.span.start)


def amounts_above(document: Document, change: Quantity, *, count: int) -> list[Quantity]:
    """Return the final exact amounts before a change in its own column, the final one of each line."""
    column = column_of(document, change)
    inside = amounts_of(document).by_column.get(column, ())
    own = document.flow.rfind("\n", 0, change.span.start)
    found: list[Quantity] = []
    latest = -2
    for each in reversed(inside[: bisect_right(inside, change.span.start, key=lambda each: each.span.end)]):
        line = document.flow.rfind("\n", 0, each.span.start)
        if line != latest and (line != own or column == 0) and not each.is_about and each.value > 0:
            found.insert(0, each)
        latest = line
        if len(found) == count:
            break
    return found
