"""The compiled loop of one desk: calls first in first out, mail where enough agents are idle.

No event list is kept. Callers are answered in order, so a call meets the earliest free agent; the times at which
agents become free, sorted, are the whole state (Kiefer and Wolfowitz 1955, with patience). It stays exact with
abandonment, changing staff (who goes, goes after the call in hand) and mail started in idle time with a reserve.
"""
# ruff: noqa: PLR0917  # arrays go one by one: in a tuple each would be counted at every call, four times slower

import math
from typing import NamedTuple

import numpy as np

from madoguchi.planning.chance import (
    EXPONENTIAL,
    FIXED,
    GOLDEN,
    LOGNORMAL,
    Array,
    bare,
    begin,
    bits,
    compiled,
    exponential,
    handle_variate,
    inlined,
    mixed,
    normal,
    uniform,
)

FRESH, AGAIN, MAIL, PATIENCE, DAY = 0, 1, 2, 3, 4
STREAMS = 5
ATTEMPTS, IVR_LOST, ANSWERED, ABANDONED, WITHIN, MAILS = 0, 1, 2, 3, 4, 5
COUNTS = 6
WAITED, BUSY, MAIL_WAITED = 0, 1, 2
SUMS = 3
PEOPLE, SLOT, REDIALS, NO_ROOM = 0, 1, 2, 3
REDIAL_ROOM = 1024
MAIL_AT, DAY_START, DAY_END = 0, 1, 2


class Numbers(NamedTuple):
    """What holds for a whole run; times in seconds."""

    slot_seconds: float
    handle_kind: int
    handle_shape: float
    mail_handle_seconds: float
    mail_shape: float
    patience_kind: int
    patience_scale: float
    patience_shape: float
    redial_share: float
    redial_seconds: float
    ivr_loss: float
    reserve: int
    within_seconds: float
    day_shape: float
    run_shape: float
    absence: float


class Tables(NamedTuple):
    """What changes by slot: days x slots, rates per second, times in seconds; and the observed patience."""

    call_rates: Array
    mail_rates: Array
    agents: Array
    handle_seconds: Array
    patience_times: Array
    patience_shares: Array


@compiled
def run_many(numbers: Numbers, tables: Tables, seeds: Array, counts: Array, sums: Array) -> None:
    """Run all days once for every seed; counts and sums are runs x days x slots x kinds, at first 0."""
    again = np.empty(REDIAL_ROOM)
    free = np.zeros(max(tables.agents.max(), numbers.reserve) + 1)
    for run in range(seeds.size):
        while not run_once(numbers, tables, seeds[run], free, again, counts[run], sums[run]):
            again = np.empty(2 * again.size)
            counts[run] = 0
            sums[run] = 0


@compiled
def run_once(
    numbers: Numbers, tables: Tables, seed: int, free: Array, again: Array, counts: Array, sums: Array
) -> bool:
    """Run all days of one seed. Returns false where more callers call again than there was room to remember."""
    days, slots = tables.call_rates.shape
    length = slots * numbers.slot_seconds
    streams, clock, staff = np.empty(STREAMS, np.uint64), np.zeros(3), np.zeros(4, np.int64)
    mail_rates = tables.mail_rates.ravel()
    begin(streams, DAY, seed, -1)
    begin(streams, MAIL, seed, 0)
    level = variation(streams, numbers.run_shape)
    clock[MAIL_AT] = next_arrival(streams, MAIL, 0.0, numbers.slot_seconds, mail_rates)
    for day in range(days):
        for stream in (FRESH, AGAIN, PATIENCE, DAY):
            begin(streams, stream, seed, day)
        rates = level * variation(streams, numbers.day_shape) * tables.call_rates[day]
        agents = present(tables.agents[day], numbers.absence, streams)
        clock[DAY_START], clock[DAY_END] = day * length, (day + 1) * length
        staff[PEOPLE], staff[SLOT], staff[REDIALS] = agents[0], 0, 0
        free[: agents[0]] = clock[DAY_START]
        run_day(
            numbers, streams, clock, staff, free, again, agents, rates, mail_rates, tables.handle_seconds[day],
            tables.patience_times, tables.patience_shares, counts[day], sums[day],
        )  # fmt: skip
    return bool(staff[NO_ROOM] == 0)


@compiled
def variation(streams: Array, shape: float) -> float:
    """Return a lognormal factor with mean 1."""
    return math.exp(shape * normal(streams, DAY) - shape * shape / 2)


@compiled
def present(planned: Array, absence: float, streams: Array) -> Array:
    """Return the agents of each slot who are there: each person is absent for the whole day with one chance."""
    if absence == 0:
        return planned
    there = np.zeros(planned.max() + 1, np.int64)
    for person in range(1, there.size):
        there[person] = there[person - 1] + (uniform(streams, DAY) >= absence)
    return there[planned]


@inlined
def next_arrival(streams: Array, which: int, at: float, length: float, rates: Array) -> float:
    """Return the next moment of a Poisson stream whose rate changes by slot of a length; infinite after the last."""
    amount = exponential(streams, which)
    slot = int(at / length)
    while slot < rates.size:
        room = rates[slot] * ((slot + 1) * length - at)
        if amount < room:
            break
        amount -= room
        slot += 1
        at = slot * length
    return at + amount / rates[slot] if slot < rates.size else math.inf


@bare
def run_day(
    numbers: Numbers, streams: Array, clock: Array, staff: Array, free: Array, again: Array, agents: Array,
    call_rates: Array, mail_rates: Array, handle_seconds: Array, times: Array, shares: Array, counts: Array,
    sums: Array,
) -> None:  # fmt: skip
    start, end, length = clock[DAY_START], clock[DAY_END], numbers.slot_seconds
    base, number = streams[PATIENCE], 0
    fresh = start + next_arrival(streams, FRESH, 0.0, length, call_rates)
    while True:
        is_again = staff[REDIALS] > 0 and again[0] < fresh
        at = again[0] if is_again else fresh
        if at >= end:
            break
        slot = min(int((at - start) / length), agents.size - 1)
        stream = FRESH
        if is_again:
            stream = AGAIN
            heap_pop(again, staff)
        work = handle_seconds[slot] * handle_variate(streams, stream, numbers.handle_kind, numbers.handle_shape)
        is_lost = numbers.ivr_loss > 0 and uniform(streams, stream) < numbers.ivr_loss
        if not is_again:
            fresh = start + next_arrival(streams, FRESH, at - start, length, call_rates)
        counts[slot, ATTEMPTS] += 1
        if is_lost:
            counts[slot, IVR_LOST] += 1
            continue
        number += not is_again
        streams[PATIENCE] = bits(streams, AGAIN) if is_again else base + np.uint64(number) * GOLDEN
        if clock[MAIL_AT] < at and (free[numbers.reserve] < at or next_change(clock, staff, agents, length) < at):
            serve_mails(numbers, streams, clock, staff, free, agents, mail_rates, counts, sums, at)
        begins = free_from(clock, staff, free, agents, length, at)
        patience = math.inf
        if begins > at:
            patience = draw_patience(numbers, streams, times, shares)
        if begins - at <= patience and begins < math.inf:
            answer(numbers, staff, free, counts, sums, slot, begins - at, begins, work)
            continue
        redial_at = lose(numbers, streams, counts, sums, slot, at, patience)
        if redial_at < end:
            heap_push(again, staff, redial_at)
    serve_mails(numbers, streams, clock, staff, free, agents, mail_rates, counts, sums, end)


@inlined
def answer(
    numbers: Numbers, staff: Array, free: Array, counts: Array, sums: Array, slot: int, wait: float, begins: float,
    work: float,
) -> None:  # fmt: skip
    counts[slot, ANSWERED] += 1
    if wait <= numbers.within_seconds:
        counts[slot, WITHIN] += 1
    sums[slot, WAITED] += wait
    sums[slot, BUSY] += work
    occupy(free, staff[PEOPLE], begins + work)


@inlined
def lose(numbers: Numbers, streams: Array, counts: Array, sums: Array, slot: int, at: float, patience: float) -> float:
    """Count a caller who gave up. Returns when they call again, infinite for never."""
    counts[slot, ABANDONED] += 1
    waited = patience if patience < math.inf else 0.0
    sums[slot, WAITED] += waited
    redial_at = math.inf
    if numbers.redial_share > 0 and uniform(streams, PATIENCE) < numbers.redial_share:
        redial_at = at + waited + numbers.redial_seconds * exponential(streams, PATIENCE)
    return redial_at


@inlined
def draw_patience(numbers: Numbers, streams: Array, times: Array, shares: Array) -> float:
    """Return a caller's patience; drawn only for those who wait, from a stream of the caller's own."""
    streams[PATIENCE] = mixed(streams[PATIENCE])
    value = numbers.patience_scale
    if numbers.patience_kind == EXPONENTIAL:
        value *= exponential(streams, PATIENCE)
    elif numbers.patience_kind == LOGNORMAL:
        value *= math.exp(numbers.patience_shape * normal(streams, PATIENCE))
    elif numbers.patience_kind != FIXED:
        value = observed_variate(1.0 - uniform(streams, PATIENCE), times, shares)
    return value


@bare
def observed_variate(still: float, times: Array, shares: Array) -> float:
    for index in range(times.size):
        if shares[index] < still:
            return float(times[index])
    return math.inf


@inlined
def next_change(clock: Array, staff: Array, agents: Array, length: float) -> float:
    is_last = staff[SLOT] + 1 >= agents.size
    return math.inf if is_last else clock[DAY_START] + (staff[SLOT] + 1) * length


@inlined
def free_from(clock: Array, staff: Array, free: Array, agents: Array, length: float, at: float) -> float:
    """Return when the next agent is free for a call of this moment, after every change of staff until then."""
    begins = max(at, free[0]) if staff[PEOPLE] > 0 else math.inf
    change = next_change(clock, staff, agents, length)
    while begins >= change and change < math.inf:
        change_staff(staff, free, agents, change)
        begins = max(at, free[0]) if staff[PEOPLE] > 0 else math.inf
        change = next_change(clock, staff, agents, length)
    return begins


@bare
def change_staff(staff: Array, free: Array, agents: Array, moment: float) -> None:
    """Let agents come at a moment, or let those go who are idle then or next to be."""
    staff[SLOT] += 1
    count, wanted = staff[PEOPLE], agents[staff[SLOT]]
    if wanted < count:
        for index in range(wanted):
            free[index] = free[index + count - wanted]
    for new in range(count, wanted):
        index = new
        while index > 0 and free[index - 1] > moment:
            free[index] = free[index - 1]
            index -= 1
        free[index] = moment
    staff[PEOPLE] = wanted


@inlined
def occupy(free: Array, count: int, until: float) -> None:
    """Let the first agent be busy until a moment, and keep the moments sorted.

    Two loops without a way out are run many elements at a time by the compiler; a search step by step is not.
    """
    earlier = 0
    for index in range(1, count):
        earlier += free[index] < until
    for index in range(earlier):
        free[index] = free[index + 1]
    free[earlier] = until


@bare
def serve_mails(
    numbers: Numbers, streams: Array, clock: Array, staff: Array, free: Array, agents: Array, mail_rates: Array,
    counts: Array, sums: Array, until: float,
) -> None:  # fmt: skip
    """Start the mails that agents beyond the reserve find time for before a moment."""
    length = numbers.slot_seconds
    while clock[MAIL_AT] < until:
        has_people = staff[PEOPLE] > numbers.reserve
        begins = max(clock[MAIL_AT], free[numbers.reserve]) if has_people else math.inf
        change = next_change(clock, staff, agents, length)
        if begins >= change and change < until:
            change_staff(staff, free, agents, change)
            continue
        if begins >= until:
            break
        work = numbers.mail_handle_seconds * handle_variate(streams, MAIL, LOGNORMAL, numbers.mail_shape)
        slot = min(int((begins - clock[DAY_START]) / length), agents.size - 1)
        counts[slot, MAILS] += 1
        sums[slot, MAIL_WAITED] += begins - clock[MAIL_AT]
        sums[slot, BUSY] += work
        occupy(free, staff[PEOPLE], begins + work)
        clock[MAIL_AT] = next_arrival(streams, MAIL, clock[MAIL_AT], length, mail_rates)


@bare
def heap_push(heap: Array, staff: Array, value: float) -> None:
    """Put a moment into the heap of repeated calls; where it is full, say so."""
    if staff[REDIALS] == heap.size:
        staff[NO_ROOM] = 1
        return
    place = staff[REDIALS]
    while place > 0 and heap[(place - 1) // 2] > value:
        heap[place] = heap[(place - 1) // 2]
        place = (place - 1) // 2
    heap[place] = value
    staff[REDIALS] += 1


@bare
def heap_pop(heap: Array, staff: Array) -> None:
    """Take the least moment, at the front, away."""
    staff[REDIALS] -= 1
    count = staff[REDIALS]
    value, place, child = heap[count], 0, 1
    while child < count:
        if child + 1 < count and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[place] = heap[child]
        place, child = child, 2 * child + 1
    heap[place] = value
