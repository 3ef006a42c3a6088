"""Whole numbers whose rounded ratio is a published figure."""

import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.values import rounded

SEARCH_WIDTH = 200


def part_of(whole: int, *, percent: str) -> int:
    """Return the part of `whole` whose percentage prints as `percent`, the nearest one to it.

    Raises ValueError where no whole number does: the published figure is not possible for that volume.
    """
    wanted = Decimal(percent)
    decimals = max(0, -int(wanted.as_tuple().exponent))
    part = int(rounded(Fraction(wanted) * whole / 100, decimals=0))
    if rounded(Fraction(100 * part, whole), decimals=decimals) != wanted:
        raise ValueError(f"{percent}% of {whole} is not possible: {part} of them are {float(100 * part / whole):.3f}%")
    return part


def score_total(count: int, *, mean: str, step: int, lowest: bool = False) -> int:
    """Return a sum of `count` scores, in whole steps, whose mean prints as `mean`.

    The nearest sum is taken, or the lowest possible one where `lowest` is set.
    """
    wanted = Decimal(mean)
    decimals = max(0, -int(wanted.as_tuple().exponent))
    middle = int(rounded(Fraction(wanted) * count / step, decimals=0))
    fitting = [
        total * step
        for total in range(middle - SEARCH_WIDTH, middle + SEARCH_WIDTH)
        if rounded(Fraction(total * step, count), decimals=decimals) == wanted
    ]
    if not fitting:
        raise ValueError(f"a mean of {mean} of {count} scores in steps of {step} is not possible")
    return fitting[0] if lowest else min(fitting, key=lambda total: abs(total - Fraction(wanted) * count))


def durations(count: int, *, total: int, rng: random.Random, least: int = 1) -> list[int]:
    """Return `count` whole durations of a long-tailed shape that add up to `total`, none below `least`."""
    weights = [rng.lognormvariate(0.0, 0.6) for _ in range(count)]
    spare = total - count * least
    if spare < 0:
        raise ValueError(f"{count} durations of at least {least} s do not fit into {total} s")
    scale = spare / sum(weights)
    found = [least + int(weight * scale) for weight in weights]
    for index in range(total - sum(found)):
        found[index % count] += 1
    return found


def choices_for(count: int, *, total: int, scores: Sequence[tuple[str, int]], rng: random.Random) -> list[str]:
    """Return `count` choices on a scale (highest score first) whose scores add up to `total`."""
    by_score = sorted(scores, key=lambda each: -each[1])
    answers = [rng.choices(range(len(by_score)), weights=(34, 40, 18, 6, 2)[: len(by_score)])[0] for _ in range(count)]
    missing = total - sum(by_score[answer][1] for answer in answers)
    while missing:
        index = rng.randrange(count)
        answer = answers[index]
        moved = answer - 1 if missing > 0 else answer + 1
        if 0 <= moved < len(by_score):
            change = by_score[moved][1] - by_score[answer][1]
            if abs(missing - change) < abs(missing):
                answers[index], missing = moved, missing - change
    return [by_score[answer][0] for answer in answers]
