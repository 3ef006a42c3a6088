"""Outages follow from the set of what was said: no order and no repetition changes them."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk_world import World
from tests.monitoring.monitored import LATER, alert, group, japan, monitored, send, told

from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.monitoring.models import Message, Outage, Sighting
from madoguchi.monitoring.rules import Said, Span, fits, spans_of

START = datetime(2026, 5, 1, tzinfo=UTC)


def at(minutes: int | None) -> datetime | None:
    return None if minutes is None else START + timedelta(minutes=minutes)


def said(*pairs: tuple[int | None, int | None]) -> list[Said]:
    return [Said(key=f"{start}-{end}", started_at=at(start), ended_at=at(end)) for start, end in pairs]


def spans(*pairs: tuple[int | None, int | None], join: int = 0) -> list[tuple[datetime | None, datetime | None]]:
    return [(each.started_at, each.ended_at) for each in spans_of(said(*pairs), join_seconds=join)]


@pytest.mark.parametrize(
    ("pairs", "wanted"),
    [
        ([(0, None)], [(0, None)]),
        ([(0, None), (0, 5)], [(0, 5)]),
        # Nagios tells ends alone
        ([(0, None), (None, 5)], [(0, 5)]),
        ([(0, None), (None, 5), (10, None), (None, 12)], [(0, 5), (10, 12)]),
        # an end nobody began
        ([(None, 5)], [(None, 5)]),
        ([(None, 5), (10, None), (None, 12)], [(10, 12), (None, 5)]),
        # the end of the first was lost: it lasts until the next one that was told
        ([(0, None), (10, 12)], [(0, 12)]),
        ([(0, None), (3, None)], [(0, None)]),
        # two servers tell two ends of the same
        ([(0, 5), (0, 6)], [(0, 6)]),
        ([(0, 5), (5, 8)], [(0, 8)]),
        ([(0, 5), (6, 8)], [(0, 5), (6, 8)]),
        ([(4, 4)], [(4, 4)]),
    ],
)
def test_what_was_said_becomes_outages(
    pairs: list[tuple[int | None, int | None]], wanted: list[tuple[int | None, int | None]]
) -> None:
    assert spans(*pairs) == [(at(start), at(end)) for start, end in wanted]


def test_flapping_within_the_agreed_time_is_one_outage() -> None:
    flapping = [(0, 1), (2, 3), (4, 5), (20, 21)]
    assert len(spans(*flapping)) == 4
    assert spans(*flapping, join=60) == [(at(0), at(5)), (at(20), at(21))]


minutes = st.integers(0, 40)
pairs_of = st.one_of(
    st.tuples(minutes, st.none()),
    st.tuples(st.none(), minutes),
    st.tuples(minutes, minutes).map(lambda pair: (min(pair), max(pair))),
)


@given(st.lists(pairs_of, max_size=8), st.randoms(use_true_random=False), st.integers(0, 180))
def test_no_order_and_no_repetition_changes_the_outages(
    pairs: list[tuple[int | None, int | None]],
    chance: Random,
    join: int,
) -> None:
    known = spans_of(said(*pairs), join_seconds=join)
    shuffled = [*pairs, *pairs[:3]]
    chance.shuffle(shuffled)
    assert spans_of(said(*shuffled), join_seconds=join) == known
    begun = [each for each in known if each.started_at]
    assert all(one.ended_at and two.started_at and one.ended_at < two.started_at for one, two in pairwise(begun))
    assert {each.started_at for each in begun} <= {at(start) for start, _ in pairs}


def test_a_pattern_fits_its_parts_in_order() -> None:
    assert fits("mail*", "mail1:25")
    assert fits("*.example.jp:*", "a.example.jp:443")
    assert fits("", "")
    assert not fits("mail", "mail1")
    assert not fits("a*a", "a")
    assert not fits("*x", "xy")
    # what a regular expression would try for ever
    assert not fits("*a" * 60 + "b", "a" * 20_000)


FLAPS = [alert("2026-05-10 01:00"), alert("2026-05-10 01:00", "2026-05-10 01:30"), alert("2026-05-10 02:00"),
         alert("2026-05-10 02:00", "2026-05-10 03:00"), alert("2026-05-11 01:00", instance="wan1")]  # fmt: skip


def test_the_same_notifications_in_any_order_ten_times_give_the_same_outages(world: World) -> None:
    wanted = [
        ("f-mail1:25", "mail", japan("2026-05-10 01:00"), japan("2026-05-10 01:30")),
        ("f-mail1:25", "mail", japan("2026-05-10 02:00"), japan("2026-05-10 03:00")),
        ("f-wan1", "wan", japan("2026-05-11 01:00"), None),
    ]
    for number, order in enumerate(list(permutations(FLAPS))[::11]):
        source = monitored(world, key=f"prom{number}")
        for each in order * 2:
            send(source, group(each))
        assert told(source) == wanted
        assert Message.objects.filter(source=source).count() == len(FLAPS)
        assert source.sightings.count() == len(FLAPS)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_groups_of_any_cut_and_order_give_the_same_outages(world: World, data: st.DataObject) -> None:
    order = data.draw(st.permutations(FLAPS))
    cuts = data.draw(st.lists(st.integers(0, len(order)), max_size=3).map(sorted))
    source = monitored(world, key=f"cut{Outage.objects.count()}-{Sighting.objects.count()}")
    for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
        if order[start:end]:
            send(source, group(*order[start:end]))
    assert [each[1:] for each in told(source)] == [
        ("mail", japan("2026-05-10 01:00"), japan("2026-05-10 01:30")),
        ("mail", japan("2026-05-10 02:00"), japan("2026-05-10 03:00")),
        ("wan", japan("2026-05-11 01:00"), None),
    ]


def test_the_same_alert_ten_times_is_one_outage_and_one_message(world: World) -> None:
    source = monitored(world)
    for minute in range(10):
        receipt = send(source, group(alert("2026-05-10 01:00")), now=LATER + timedelta(minutes=minute))
    assert receipt.is_repeated
    message = Message.objects.get()
    assert (message.count, message.latest_at) == (10, LATER + timedelta(minutes=9))
    assert told(source) == [("f-mail1:25", "mail", japan("2026-05-10 01:00"), None)]


def test_recoveries_of_nagios_find_their_problem_whichever_came_first(world: World) -> None:
    source = monitored(world, kind=SourceKind.NAGIOS)
    down, up = japan("2026-05-10 01:00"), japan("2026-05-10 02:00")

    def body(kind: str, moment: datetime) -> bytes:
        said_so = {"type": kind, "host": "mail1", "service": "SMTP", "state": "X"}
        return json.dumps(said_so | {"changed_at": int(moment.timestamp())}).encode()

    send(source, body("RECOVERY", up))
    assert told(source) == [("mail1/SMTP", "mail", None, up)]
    send(source, body("PROBLEM", down))
    assert told(source) == [("mail1/SMTP", "mail", down, up)]
    for kind in ("ACKNOWLEDGEMENT", "FLAPPINGSTART", "downtimestart"):
        assert send(source, body(kind, up)).count == 0
    assert len(told(source)) == 1


def test_spans_know_what_they_are_described_by() -> None:
    assert spans_of(said((3, None), (1, None)))[0] == Span(first="1-None", started_at=at(1), ended_at=None)
