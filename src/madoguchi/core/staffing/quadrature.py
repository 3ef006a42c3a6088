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
    heapq.heapify(parts)
    while parts and len(parts) < MOST_PARTS and not _is_good(parts):
        _, _, low, high, _, _ = heapq.heappop(parts)
        middle = (low + high) / 2
        if middle in (low, high):
            break
        for start, end in ((low, middle), (middle, high)):
            heapq.heappush(parts, _part(function, start, end, len(parts)))
    return tuple(sum(values) for values in zip(*(part[4] for part in parts), strict=True))


def _is_good(parts: Sequence[Part]) -> bool:
    totals = zip(*(part[4] for part in parts), strict=True)
    errors = zip(*(part[5] for part in parts), strict=True)
    return all(sum(error) <= TOLERANCE * abs(sum(total)) for total, error in zip(totals, errors, strict=True))


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
