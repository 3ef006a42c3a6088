"""Whom to ask: how many people, and which."""

import random
from collections.abc import Iterable
from fractions import Fraction

CHI_SQUARE = Fraction(3841, 1000)
"""Of one degree of freedom at 95 %, as in the published table."""


def needed_sample(population: int, *, margin_percent: int) -> int:
    """Return how many answers give a share within so many percentage points at 95 %, whatever the share is.

    R. V. Krejcie and D. W. Morgan, "Determining sample size for research activities", Educational and Psychological
    Measurement 30 (1970): with the finite-population correction, at a share of one half.
    """
    if population == 0:
        return 0
    margin = Fraction(margin_percent, 100)
    spread = CHI_SQUARE * population / 4
    exact = spread / (margin**2 * (population - 1) + CHI_SQUARE / 4)
    return min(population, -(-exact.numerator // exact.denominator))


def drawn(people: Iterable[int], *, size: int, seed: int) -> list[int]:
    """Return a simple random sample, the same for the same people and seed, in order; all where there are no more."""
    ordered = sorted(people)
    if size >= len(ordered):
        return ordered
    return sorted(random.Random(seed).sample(ordered, size))  # noqa: S311  # drawn again by whoever checks it
