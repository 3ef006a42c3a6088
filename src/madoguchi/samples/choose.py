"""Whole numbers whose rounded ratio is a published figure."""

import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.values import rounded

SEARCH_WIDTH = 200
CHOICE_WEIGHTS = (34, 40, 18, 6, 2)


def nearest_part(whole: int, *, percent: str) -> int:
    """Return the part of `whole` that comes nearest to a percentage, whatever it then prints as."""
    return int(rounded(Fraction(Decimal(percent)) * whole / 100, decimals=0))


def part_of(whole: int, *, percent: str) -> int:
    """Return the part of `whole` whose percentage prints as `percent`, the nearest one to it.

    Raises ValueError where no whole number does: the published figure is not possible for that volume.
    """
    part = nearest_part(whole, percent=percent)
    printed = rounded(Fraction(100 * part, whole), decimals=_decimals(percent))
    if printed != Decimal(percent):
        raise ValueError(f"{percent}% of {whole} is not possible: the nearest, {part}, is {printed}%")
    return part


def total_of(count: int, *, mean: int, unit: int, rng: random.Random) -> int:
    """Return a sum of `count` values whose mean, rounded to whole `unit`s, is `mean`; not just `mean` times `count`."""
    slack = count * unit * 9 // 20
    return count * mean + rng.randint(-slack, slack)


def score_total(count: int, *, mean: str, step: int, lowest: bool = False) -> int:
    """Return a sum of `count` scores, in whole steps, whose mean prints as `mean`.

    The nearest sum is taken, or the lowest possible one where `lowest` is set.
    """
    wanted = Decimal(mean)
    middle = int(rounded(Fraction(wanted) * count / step, decimals=0))
    fitting = [
        total * step
        for total in range(middle - SEARCH_WIDTH, middle + SEARCH_WIDTH)
        if rounded(Fraction(total * step, count), decimals=_decimals(mean)) == wanted
    ]
    if not fitting:
        raise ValueError(f"a mean of {mean} of {count} scores in steps of {step} is not possible")
    return fitting[0] if lowest else min(fitting, key=lambda total: abs(total - Fraction(wanted) * count))


def durations(count: int, *, total: int, rng: random.Random, least: int = 1, sigma: float = 0.6) -> list[int]:
    """Return `count` whole durations of a long-tailed shape that add up to `total`, none below `least`."""
    weights = [rng.lognormvariate(0.0, sigma) for _ in range(count)]
    spare = total - count * least
    if spare < 0:
        raise ValueError(f"{count} durations of at least {least} s do not fit into {total} s")
    scale = spare / sum(weights)
    found = [least + int(weight * scale) for weight in weights]
    for index in range(total - sum(found)):
        found[index % count] += 1
    return found


def choices_for(count: int, *, total: int, scores: Sequence[tuple[str, int]], rng: random.Random) -> list[str]:
    """Return `count` choices on a scale whose scores add up to `total`."""
    by_score = sorted(scores, key=lambda each: -each[1])
    answers = rng.choices(range(len(by_score)), weights=CHOICE_WEIGHTS[: len(by_score)], k=count)
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


def flags_for(whole: int, *, part: int, rng: random.Random) -> list[bool]:
    """Return `whole` flags of which `part` are set, in no order."""
    flags = [True] * part + [False] * (whole - part)
    rng.shuffle(flags)
    return flags


def _decimals(printed: str) -> int:
    return max(0, -int(Decimal(printed).as_tuple().exponent))
