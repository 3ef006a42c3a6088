"""Random numbers inside compiled loops: SplitMix64 streams and ziggurats (Marsaglia and Tsang 2000, 256 layers).

A stream is one 64-bit number of an array, so thousands of independent ones cost nothing: every replication, day
and purpose has its own, and a change of the plan does not move the calls (common random numbers).
"""

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

Array = Any  # numpy arrays; compiled functions are not typed


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop to machine code, kept between runs; a division by zero gives infinity."""
    return numba.njit(nogil=True, error_model="numpy", cache=True)(function)  # type: ignore[no-any-return]


def bare(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop that makes no arrays and so need not count who holds them, which doubles its speed.

    The option is one that numba does not promise to keep; without it the results are the same.
    """
    return numba.njit(nogil=True, error_model="numpy", cache=True, _nrt=False)(function)  # type: ignore[no-any-return]


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a step of a loop into its place."""
    options = {"inline": "always", "error_model": "numpy", "_nrt": False, "cache": True}
    return numba.njit(**options)(function)  # type: ignore[no-any-return]


GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR, SECOND_FACTOR = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
U8, U11, U27, U30, U31 = (np.uint64(each) for each in (8, 11, 27, 30, 31))
LAYERS = 256
LAYER_BITS, SIGN_BIT = np.uint64(LAYERS - 1), np.uint64(1)
UNIT = 2.0**-53
EXPONENTIAL_TAIL, EXPONENTIAL_AREA = 7.69711747013104972, 0.0039496598225815571993
NORMAL_TAIL, NORMAL_AREA = 3.6541528853610088, 0.00492867323399


def _layers(
    tail: float, area: float, density: Callable[[float], float], inverse: Callable[[float], float]
) -> tuple[Array, Array]:
    """Return the right ends of the layers, from the base up, and the density there."""
    ends = np.zeros(LAYERS + 1)
    ends[0], ends[1] = area / density(tail), tail
    for layer in range(2, LAYERS):
        ends[layer] = inverse(density(ends[layer - 1]) + area / ends[layer - 1])
    heights = np.array([density(each) for each in ends])
    return ends, heights


EXPONENTIAL_ENDS, EXPONENTIAL_HEIGHTS = _layers(
    EXPONENTIAL_TAIL, EXPONENTIAL_AREA, lambda x: math.exp(-x), lambda y: -math.log(y)
)
NORMAL_ENDS, NORMAL_HEIGHTS = _layers(
    NORMAL_TAIL, NORMAL_AREA, lambda x: math.exp(-x * x / 2), lambda y: math.sqrt(-2 * math.log(y))
)


@compiled
def mixed(number: Array) -> Array:
    number = (number ^ (number >> U30)) * FIRST_FACTOR
    number = (number ^ (number >> U27)) * SECOND_FACTOR
    return number ^ (number >> U31)


@compiled
def begin(streams: Array, which: int, seed: int, number: int) -> None:
    """Set a stream to its start; streams of other seeds, numbers or places start elsewhere."""
    start = mixed(np.uint64(seed) * GOLDEN + np.uint64(which + 1))
    streams[which] = mixed(start + np.uint64(number + 1) * GOLDEN)


@compiled
def bits(streams: Array, which: int) -> Array:
    streams[which] += GOLDEN
    return mixed(streams[which])


@compiled
def uniform(streams: Array, which: int) -> float:
    """Return a number from 0 to below 1."""
    return float((bits(streams, which) >> U11) * UNIT)


@compiled
def exponential(streams: Array, which: int) -> float:
    """Return a number of the exponential law with mean 1."""
    while True:
        given = bits(streams, which)
        layer = np.int64(given & LAYER_BITS)
        value = (given >> U11) * UNIT * EXPONENTIAL_ENDS[layer]
        if value < EXPONENTIAL_ENDS[layer + 1]:
            return float(value)
        if layer == 0:
            return float(EXPONENTIAL_TAIL - math.log(1.0 - uniform(streams, which)))
        low, high = EXPONENTIAL_HEIGHTS[layer], EXPONENTIAL_HEIGHTS[layer + 1]
        if low + uniform(streams, which) * (high - low) < math.exp(-value):
            return float(value)


@compiled
def normal(streams: Array, which: int) -> float:
    """Return a number of the standard normal law."""
    while True:
        given = bits(streams, which)
        layer = np.int64(given & LAYER_BITS)
        sign = 1.0 if (given >> U8) & SIGN_BIT else -1.0
        value = (given >> U11) * UNIT * NORMAL_ENDS[layer]
        if value < NORMAL_ENDS[layer + 1]:
            return float(sign * value)
        if layer == 0:
            return float(sign * _normal_tail(streams, which))
        low, high = NORMAL_HEIGHTS[layer], NORMAL_HEIGHTS[layer + 1]
        if low + uniform(streams, which) * (high - low) < math.exp(-value * value / 2):
            return float(sign * value)


@compiled
def _normal_tail(streams: Array, which: int) -> float:
    while True:
        beyond = -math.log(1.0 - uniform(streams, which)) / NORMAL_TAIL
        height = -math.log(1.0 - uniform(streams, which))
        if 2 * height > beyond * beyond:
            return NORMAL_TAIL + beyond


EXPONENTIAL, FIXED, LOGNORMAL, OBSERVED = 0, 1, 2, 3


@compiled
def handle_variate(streams: Array, which: int, kind: int, shape: float) -> float:
    """Return a handling time over its mean."""
    if kind == LOGNORMAL:
        return math.exp(shape * normal(streams, which) - shape * shape / 2)
    return exponential(streams, which) if kind == EXPONENTIAL else 1.0
