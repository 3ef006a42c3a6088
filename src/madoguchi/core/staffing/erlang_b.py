"""Erlang B: calls that find every channel taken are lost (M/G/n/n; Erlang 1917).

The recursion 1/B(k) = 1 + k / (a B(k-1)) adds positive numbers only, so it loses no digits. An error at its
start shrinks by k/a a step, so below the load it may begin some standard deviations short of the channels.
"""

import math

from madoguchi.core.staffing.inputs import MOST_AGENTS, Inputs

DEVIATIONS = 9.0
SPARE_STEPS = 40


def blocking_probability(*, erlangs: float, channels: int) -> float:
    """Return the share of calls lost, 0 to 1, of an offered load in erlang."""
    Inputs().at_least_zero("erlangs", erlangs).agents("channels", channels).refuse_wrong()
    return blocking(erlangs, channels)


def blocking(erlangs: float, channels: int) -> float:
    """Return Erlang B of values already checked."""
    if channels == 0:
        return 1.0
    if erlangs == 0:
        return 0.0
    first = max(0, int(min(float(channels), erlangs) - DEVIATIONS * math.sqrt(erlangs)) - SPARE_STEPS)
    inverse = 1.0 if first == 0 else 1.0 / (1.0 - first / erlangs)
    for channel in range(first + 1, channels + 1):
        inverse = 1.0 + channel / erlangs * inverse
        if inverse == math.inf:
            return 0.0
    return 1.0 / inverse


def offered_erlangs(*, channels: int, blocking_share: float) -> float:
    """Return the load in erlang that so many channels carry at this share of lost calls (by halving)."""
    Inputs().agents("channels", channels).check(
        "blocking_share", blocking_share, is_right=0 <= blocking_share < 1, allowed="a share from 0 to below 1"
    ).refuse_wrong()
    if channels == 0 or blocking_share == 0:
        return 0.0
    low, high = 0.0, channels / (1.0 - blocking_share) + 1.0
    middle = high / 2
    while low < middle < high:
        low, high = (middle, high) if blocking(middle, channels) < blocking_share else (low, middle)
        middle = (low + high) / 2
    return low


def required_channels(*, erlangs: float, blocking_share: float) -> int:
    """Return the least number of channels (telephone lines) that lose at most this share of calls."""
    Inputs().at_least_zero("erlangs", erlangs).check(
        "blocking_share", blocking_share, is_right=0 < blocking_share <= 1, allowed="a share above 0, up to 1"
    ).check(
        "erlangs", erlangs, is_right=erlangs <= MOST_AGENTS / 2, allowed=f"at most {MOST_AGENTS // 2}"
    ).refuse_wrong()
    inverse, channels = 1.0, 0
    while erlangs > 0 and 1.0 / inverse > blocking_share:
        channels += 1
        inverse = 1.0 + channels / erlangs * inverse
    return channels
