"""Adaptive integration of several functions at once (Gauss and Kronrod, 7 and 15 points, the worst part first)."""

import heapq
from collections.abc import Callable, Sequence
from itertools import pairwise

Values = tuple[float, ...]
Part = tuple[float, int, float, float, Values, Values]
KRONROD = (
    (0.991455371120812639206854697526329, 0.022935322010529224963732008058970),
    (0.949107912342758524526189684047851, 0.063092092629978553290700663189204),
    (0.864864423359769072789712788640926, 0.104790010322250183839876322541518),
    (0.741531185599394439863864773280788, 0.140653259715525918745189590510238),
    (0.586087235467691130294144691149735, 0.169004726639267902826583426598550),
    (0.405845151377397166906606412076961, 0.190350578064785409913256402421014),
    (0.207784955007898467600689403773245, 0.204432940075298892414161999234649),
)
KRONROD_MIDDLE = 0.209482141084727828012999174891714
GAUSS = {
    1: 0.129484966168869693270611432679082,
    3: 0.279705391489276667901467771423780,
    5: 0.381830050505118944950369775488975,
}
GAUSS_MIDDLE = 0.417959183673469387755102040816327
TOLERANCE = 1e-11
MOST_PARTS = 400


def integrate(function: Callable[[float], Values], *, points: Sequence[float]) -> Values:
    """Return the integrals from the first to the last point; the function may have kinks at those between.

    The estimated error of each is below 1e-11 of it; the true one is usually some digits smaller.
    """
    parts: list[Part] = [_part(function, low, high, number) for number, (low, high) in enumerate(pairwise(points))]
    totals, errors = _summed([part[4] for part in parts]), _summed([part[5] for part in parts])
    heapq.heapify(parts)
    while parts and len(parts) < MOST_PARTS and not _is_good(totals, errors):
        _, _, low, high, found, error = heapq.heappop(parts)
        middle = (low + high) / 2
        halves = [
            _part(function, *ends, len(parts) + side) for side, ends in enumerate(((low, middle), (middle, high)))
        ]
        for half in halves:
            heapq.heappush(parts, half)
        totals = _exchanged(totals, found, halves[0][4], halves[1][4])
        errors = _exchanged(errors, error, halves[0][5], halves[1][5])
    return _summed([part[4] for part in parts])


def _summed(values: Sequence[Values]) -> Values:
    return tuple(sum(each) for each in zip(*values, strict=True))


def _exchanged(sums: Values, old: Values, one: Values, two: Values) -> Values:
    return tuple(a - b + c + d for a, b, c, d in zip(sums, old, one, two, strict=True))


def _is_good(totals: Values, errors: Values) -> bool:
    return all(error <= TOLERANCE * abs(total) for total, error in zip(totals, errors, strict=True))


def _part(function: Callable[[float], Values], low: float, high: float, number: int) -> Part:
    centre, half = (low + high) / 2, (high - low) / 2
    middle = function(centre)
    fine = [KRONROD_MIDDLE * each for each in middle]
    coarse = [GAUSS_MIDDLE * each for each in middle]
    for index, (node, weight) in enumerate(KRONROD):
        pair = [a + b for a, b in zip(function(centre - half * node), function(centre + half * node), strict=True)]
        gauss = GAUSS.get(index, 0.0)
        for place, each in enumerate(pair):
            fine[place] += weight * each
            coarse[place] += gauss * each
    errors = tuple(half * abs(a - b) for a, b in zip(fine, coarse, strict=True))
    found = tuple(half * each for each in fine)
    worst = max((error / abs(value) if value else error) for error, value in zip(errors, found, strict=True))
    return -worst * abs(found[0]), number, low, high, found, errors
