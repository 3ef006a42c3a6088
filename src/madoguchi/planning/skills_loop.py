"""The compiled loop of a desk of several kinds of contacts and groups of agents: a plain event list.

Waiting contacts are linked lists, one for each kind; who gave up stays in the list and is passed over. A desk
closes at the end of a day: callers still waiting are lost, mail waits for the next morning.
"""
# ruff: noqa: PLR0917  # arrays go one by one: in a tuple each would be counted at every call

import math
from typing import NamedTuple

import numpy as np

from madoguchi.planning.chance import (
    EXPONENTIAL,
    FIXED,
    LOGNORMAL,
    Array,
    bare,
    begin,
    compiled,
    exponential,
    handle_variate,
    normal,
    uniform,
)
from madoguchi.planning.queue_loop import next_arrival, observed_variate

DONE, GIVES_UP, CALLS_AGAIN, SLOT_ENDS = 0, 1, 2, 3
ATTEMPTS, ANSWERED, ABANDONED, WITHIN = 0, 1, 2, 3
COUNTS = 4
WAITED, BUSY = 0, 1
SUMS = 2
NOBODY = -1
EVENTS, CONTACTS, SLOT = 0, 1, 2
ROOM = 4096


class Kinds(NamedTuple):
    """What holds for each kind of contact; times in seconds. `preference` is groups x kinds, below 0: cannot.

    `patience_seconds` scales the law of patience; inf is a kind that never gives up. `absence` is of each group.
    """

    rates: Array
    handle_seconds: Array
    handle_shape: Array
    patience_law: Array
    patience_seconds: Array
    patience_shape: Array
    patience_times: Array
    patience_shares: Array
    redial_share: Array
    redial_seconds: Array
    within_seconds: Array
    priority: Array
    reserve: Array
    preference: Array
    absence: Array


class Desk(NamedTuple):
    """What changes: the event heap, contacts in their lists, and each group's people."""

    times: Array
    acts: Array
    whos: Array
    arrived: Array
    kind_of: Array
    is_waiting: Array
    follower: Array
    heads: Array
    tails: Array
    idle: Array
    people: Array
    leaving: Array
    sizes: Array
    streams: Array
    fresh: Array


@compiled
def run_skills(kinds: Kinds, agents: Array, slot_seconds: float, seeds: Array, counts: Array, sums: Array) -> None:
    """Run all days once for every seed; counts and sums are runs x days x slots x kinds x figures."""
    room = ROOM
    for run in range(seeds.size):
        while True:
            desk = empty_desk(room, kinds.priority.size, agents.shape[2])
            here = agents if kinds.absence.max() == 0 else present(kinds, agents, desk, seeds[run])
            if run_days(kinds, here, slot_seconds, seeds[run], desk, counts[run], sums[run]):
                break
            room *= 2
            counts[run] = 0
            sums[run] = 0


@compiled
def present(kinds: Kinds, agents: Array, desk: Desk, seed: int) -> Array:
    """Return the agents who are there: each person of a group is absent for a whole day with one chance."""
    here = agents.copy()
    for day in range(agents.shape[0]):
        for group in range(agents.shape[2]):
            begin(desk.streams, 0, seed, -2 - day * agents.shape[2] - group)
            there = np.zeros(agents[day, :, group].max() + 1, np.int64)
            for person in range(1, there.size):
                there[person] = there[person - 1] + (uniform(desk.streams, 0) >= kinds.absence[group])
            here[day, :, group] = there[agents[day, :, group]]
    return here


@compiled
def empty_desk(room: int, kinds: int, groups: int) -> Desk:
    return Desk(
        np.empty(room), np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room), np.empty(room, np.int64),
        np.zeros(room, np.bool_), np.empty(room, np.int64), np.full(kinds, NOBODY), np.full(kinds, NOBODY),
        np.zeros(groups, np.int64), np.zeros(groups, np.int64), np.zeros(groups, np.int64), np.zeros(3, np.int64),
        np.empty(2 * kinds, np.uint64), np.empty(kinds),
    )  # fmt: skip


@bare
def run_days(
    kinds: Kinds, agents: Array, slot_seconds: float, seed: int, desk: Desk, counts: Array, sums: Array
) -> bool:
    """Run the days one after the other. Returns false where there was no room for all events and contacts."""
    days, slots, count = kinds.rates.shape
    fresh = desk.fresh
    for day in range(days):
        for stream in range(2 * count):
            begin(desk.streams, stream, seed, day)
        for kind in range(count):
            fresh[kind] = next_arrival(desk.streams, kind, 0.0, slot_seconds, kinds.rates[day, :, kind])
        open_day(desk, agents[day, 0], slot_seconds)
        start = day * slots * slot_seconds
        for group in range(agents.shape[2]):
            while desk.idle[group] > 0 and serve(kinds, desk, start, group, 0, counts[day], sums[day], start):
                pass
        while step(kinds, agents[day], slot_seconds, day, fresh, desk, counts[day], sums[day]):
            if desk.sizes[EVENTS] > desk.times.size - 8 or desk.sizes[CONTACTS] > desk.arrived.size - 8:
                return False
        close_day(kinds, desk, counts[day], slots - 1)
    return True


@bare
def open_day(desk: Desk, agents: Array, slot_seconds: float) -> None:
    desk.sizes[EVENTS], desk.sizes[SLOT] = 0, 0
    for group in range(agents.size):
        desk.leaving[group] = 0
        desk.people[group] = desk.idle[group] = agents[group]
    push(desk, slot_seconds, SLOT_ENDS, 0)


@bare
def step(
    kinds: Kinds, agents: Array, slot_seconds: float, day: int, fresh: Array, desk: Desk, counts: Array, sums: Array
) -> bool:
    """Let the next thing happen; false at the end of the day."""
    start = day * agents.shape[0] * slot_seconds
    kind = np.argmin(fresh)
    is_fresh = desk.sizes[EVENTS] == 0 or fresh[kind] <= desk.times[0]
    at = fresh[kind] if is_fresh else desk.times[0]
    if at >= agents.shape[0] * slot_seconds:
        return False
    slot = desk.sizes[SLOT]
    if is_fresh:
        fresh[kind] = next_arrival(desk.streams, kind, at, slot_seconds, kinds.rates[day, :, kind])
        arrive(kinds, desk, start + at, kind, slot, counts, sums, start)
        return True
    act, who = desk.acts[0], desk.whos[0]
    pop(desk)
    if act == DONE:
        release(kinds, desk, start + at, who, slot, counts, sums, start)
    elif act == GIVES_UP:
        give_up(kinds, desk, at, who, slot, counts)
    elif act == CALLS_AGAIN:
        arrive(kinds, desk, start + at, who, slot, counts, sums, start)
    else:
        change_slot(kinds, agents, slot_seconds, desk, start + at, counts, sums, start)
    return True


@bare
def arrive(kinds: Kinds, desk: Desk, at: float, kind: int, slot: int, counts: Array, sums: Array, start: float) -> None:
    """Let a contact join its list, and the most fitting idle agent look for work."""
    counts[slot, kind, ATTEMPTS] += 1
    contact = desk.sizes[CONTACTS]
    desk.sizes[CONTACTS] += 1
    desk.arrived[contact], desk.kind_of[contact] = at, kind
    desk.is_waiting[contact], desk.follower[contact] = True, NOBODY
    if desk.heads[kind] == NOBODY:
        desk.heads[kind] = contact
    else:
        desk.follower[desk.tails[kind]] = contact
    desk.tails[kind] = contact
    group = best_group(kinds, desk, kind)
    if group != NOBODY:
        serve(kinds, desk, at, group, slot, counts, sums, start)
    if desk.is_waiting[contact] and kinds.patience_seconds[kind] < math.inf:
        push(desk, at - start + patience_of(kinds, desk, kind), GIVES_UP, contact)


@bare
def patience_of(kinds: Kinds, desk: Desk, kind: int) -> float:
    stream, law, value = kinds.priority.size + kind, kinds.patience_law[kind], kinds.patience_seconds[kind]
    if law == EXPONENTIAL:
        value *= exponential(desk.streams, stream)
    elif law == LOGNORMAL:
        value *= math.exp(kinds.patience_shape[kind] * normal(desk.streams, stream))
    elif law != FIXED:
        still = 1.0 - uniform(desk.streams, stream)
        value = observed_variate(still, kinds.patience_times[kind], kinds.patience_shares[kind])
    return float(value)


@bare
def best_group(kinds: Kinds, desk: Desk, kind: int) -> int:
    """Return the group that should take a kind of contact now, by preference, then by most idle."""
    found = NOBODY
    for group in range(desk.idle.size):
        if kinds.preference[group, kind] < 0 or desk.idle[group] <= kinds.reserve[kind]:
            continue
        if found != NOBODY:
            difference = kinds.preference[group, kind] - kinds.preference[found, kind]
            if difference > 0 or (difference == 0 and desk.idle[group] <= desk.idle[found]):
                continue
        found = group
    return found


@bare
def serve(kinds: Kinds, desk: Desk, at: float, group: int, slot: int, counts: Array, sums: Array, start: float) -> bool:
    """Let an idle agent of a group take the contact that comes first. Returns false where there is none."""
    kind = next_kind(kinds, desk, group)
    if kind == NOBODY:
        return False
    contact = desk.heads[kind]
    desk.heads[kind] = desk.follower[contact]
    desk.is_waiting[contact] = False
    wait = at - desk.arrived[contact]
    counts[slot, kind, ANSWERED] += 1
    if wait <= kinds.within_seconds[kind]:
        counts[slot, kind, WITHIN] += 1
    sums[slot, kind, WAITED] += wait
    work = kinds.handle_seconds[kind]
    if kinds.handle_shape[kind] < 0:
        work *= exponential(desk.streams, kind)
    else:
        work *= handle_variate(desk.streams, kind, LOGNORMAL, kinds.handle_shape[kind])
    sums[slot, kind, BUSY] += work
    desk.idle[group] -= 1
    push(desk, at - start + work, DONE, group)
    return True


@bare
def next_kind(kinds: Kinds, desk: Desk, group: int) -> int:
    """Return the kind a group should serve next: by priority, then the longest waiting; NOBODY for none."""
    found = NOBODY
    for kind in range(desk.heads.size):
        if kinds.preference[group, kind] < 0 or desk.idle[group] <= kinds.reserve[kind]:
            continue
        while desk.heads[kind] != NOBODY and not desk.is_waiting[desk.heads[kind]]:
            desk.heads[kind] = desk.follower[desk.heads[kind]]
        if desk.heads[kind] == NOBODY:
            continue
        if found != NOBODY:
            difference = kinds.priority[kind] - kinds.priority[found]
            is_later = desk.arrived[desk.heads[kind]] >= desk.arrived[desk.heads[found]]
            if difference > 0 or (difference == 0 and is_later):
                continue
        found = kind
    return found


@bare
def release(
    kinds: Kinds, desk: Desk, at: float, group: int, slot: int, counts: Array, sums: Array, start: float
) -> None:
    """Let an agent end a contact: who should have gone goes, the others look for work."""
    if desk.leaving[group] > 0:
        desk.leaving[group] -= 1
        return
    desk.idle[group] += 1
    serve(kinds, desk, at, group, slot, counts, sums, start)


@bare
def give_up(kinds: Kinds, desk: Desk, at: float, contact: int, slot: int, counts: Array) -> None:
    if not desk.is_waiting[contact]:
        return
    kind = desk.kind_of[contact]
    desk.is_waiting[contact] = False
    counts[slot, kind, ABANDONED] += 1
    stream = kinds.priority.size + kind
    if uniform(desk.streams, stream) < kinds.redial_share[kind]:
        push(desk, at + kinds.redial_seconds[kind] * exponential(desk.streams, stream), CALLS_AGAIN, kind)


@bare
def change_slot(
    kinds: Kinds, agents: Array, slot_seconds: float, desk: Desk, at: float, counts: Array, sums: Array, start: float
) -> None:
    """Let agents of each group come or go: idle ones at once, busy ones after the contact in hand."""
    desk.sizes[SLOT] += 1
    slot = desk.sizes[SLOT]
    if slot + 1 < agents.shape[0]:
        push(desk, (slot + 1) * slot_seconds, SLOT_ENDS, 0)
    for group in range(desk.idle.size):
        change = agents[slot, group] - desk.people[group]
        desk.people[group] = agents[slot, group]
        back = min(max(change, 0), desk.leaving[group])
        desk.leaving[group] -= back
        gone = min(max(-change, 0), desk.idle[group])
        desk.leaving[group] += max(-change, 0) - gone
        desk.idle[group] += max(change, 0) - back - gone
        while desk.idle[group] > 0 and serve(kinds, desk, at, group, slot, counts, sums, start):
            pass


@bare
def close_day(kinds: Kinds, desk: Desk, counts: Array, slot: int) -> None:
    """Lose the callers still waiting; mail, which never gives up, waits on."""
    for kind in range(desk.heads.size):
        if kinds.patience_seconds[kind] == math.inf:
            continue
        contact = desk.heads[kind]
        while contact != NOBODY:
            counts[slot, kind, ABANDONED] += desk.is_waiting[contact]
            desk.is_waiting[contact] = False
            contact = desk.follower[contact]
        desk.heads[kind] = NOBODY


@bare
def push(desk: Desk, time: float, act: int, who: int) -> None:
    times, place = desk.times, desk.sizes[EVENTS]
    while place > 0 and times[(place - 1) // 2] > time:
        above = (place - 1) // 2
        times[place], desk.acts[place], desk.whos[place] = times[above], desk.acts[above], desk.whos[above]
        place = above
    times[place], desk.acts[place], desk.whos[place] = time, act, who
    desk.sizes[EVENTS] += 1


@bare
def pop(desk: Desk) -> None:
    """Take the first event, at the front, away."""
    desk.sizes[EVENTS] -= 1
    count, place, child = desk.sizes[EVENTS], 0, 1
    times = desk.times
    time, act, who = times[count], desk.acts[count], desk.whos[count]
    while child < count:
        if child + 1 < count and times[child + 1] < times[child]:
            child += 1
        if times[child] >= time:
            break
        times[place], desk.acts[place], desk.whos[place] = times[child], desk.acts[child], desk.whos[child]
        place, child = child, 2 * child + 1
    times[place], desk.acts[place], desk.whos[place] = time, act, who
