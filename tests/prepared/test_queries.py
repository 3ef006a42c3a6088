"""A query whose text was made once answers as the same query made anew."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.test.utils import CaptureQueriesContext
from tests.desk_fixtures import world
from tests.desk_world import NOW, World

from madoguchi.contracts.models import Role
from madoguchi.core.vocabulary import Act
from madoguchi.desk.models import Activity, Ticket
from madoguchi.prepared.queries import prepared

__all__ = ["world"]
DAY = NOW.date()


def activities(ticket_id: int) -> QuerySet[Activity]:
    return Activity.objects.filter(ticket=ticket_id).select_related("actor").order_by("at", "number")


def roles(person_id: int, contract_key: str, day: date) -> QuerySet[Role]:
    in_force = Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gt=day))
    return Role.objects.filter(in_force, person=person_id, contract__key=contract_key).select_related("contract")


def numbered(number: int) -> QuerySet[Ticket]:
    return Ticket.objects.filter(number=number)


def names(*keys: int) -> QuerySet[Ticket, tuple[int, str]]:
    return Ticket.objects.filter(pk__in=keys, state="received").order_by("pk").values_list("pk", "requester__name")


def subjects(contract_id: int, subject: str) -> QuerySet[Ticket, str]:
    return Ticket.objects.filter(contract=contract_id, subject=subject).values_list("subject", flat=True)[:2]


def test_rows_and_text_are_those_of_the_query_itself(world: World) -> None:
    ticket, second = world.ticket(), world.ticket()
    world.act(ticket, Act.NOTE, text="控え")
    person = world.access[next(iter(world.access))].person
    questions: list[tuple[Any, tuple[Any, ...]]] = [
        (activities, (ticket.pk,)), (activities, (second.pk,)), (activities, (second.pk + 1,)),
        (numbered, (1,)), (numbered, (2**31,)), (numbered, (-(10**30),)),
        (roles, (person.pk, "alpha", DAY)), (roles, (person.pk, "beta", DAY)),
        (roles, (person.pk, "alpha", DAY - timedelta(days=36_500))),
        (names, (ticket.pk, second.pk)), (names, (ticket.pk,)),
        (subjects, (world.contract.pk, ticket.subject)), (subjects, (world.contract.pk, "' OR 1=1 --")),
    ]  # fmt: skip
    kept = {make: prepared(make) for make, _ in questions}
    for make, given in questions * 2:
        with CaptureQueriesContext(connection) as asked:
            expected, found = list(make(*given)), kept[make](*given)
        assert found == expected
        assert [str(getattr(each, "__dict__", each)) for each in found if not hasattr(each, "_state")] == [
            str(getattr(each, "__dict__", each)) for each in expected if not hasattr(each, "_state")
        ]
        texts = [each["sql"] for each in asked.captured_queries]
        assert texts[: len(texts) // 2] == texts[len(texts) // 2 :]


def test_what_was_counted_beside_a_row_is_there_and_what_was_left_out_is_asked_for(world: World) -> None:
    def counted(ticket_id: int) -> QuerySet[Any]:
        return Ticket.objects.filter(pk=ticket_id).annotate(steps=Count("activities")).only("number")

    ticket = world.ticket()
    world.act(ticket, Act.NOTE, text="控え")
    (found,) = prepared(counted)(ticket.pk)
    assert vars(found)["steps"] == 2
    assert found.get_deferred_fields() >= {"subject", "text"}
    assert found.subject == ticket.subject


def test_what_was_selected_beside_a_row_is_there(world: World) -> None:
    ticket = world.ticket()
    (found,) = prepared(activities)(ticket.pk)
    with CaptureQueriesContext(connection) as asked:
        assert found.actor is not None
        assert found.actor.name
    assert not asked.captured_queries
    assert found.act == Act.RECEIVE.value


def test_a_query_whose_text_depends_on_what_is_asked_is_refused(world: World) -> None:
    def by_turn(number: int) -> QuerySet[Ticket]:
        tickets = Ticket.objects.filter(number=number)
        return tickets.order_by("pk") if number % 2 else tickets

    def shifted(number: int) -> QuerySet[Ticket]:
        return Ticket.objects.filter(number=number + 1)

    def fetched(number: int) -> QuerySet[Ticket]:
        return Ticket.objects.filter(number=number).prefetch_related("activities")

    def named(number: int) -> QuerySet[Ticket, Any]:
        return Ticket.objects.filter(number=number).values("number")

    with pytest.raises(ValueError, match="neither objects nor a list"):
        prepared(named)(1)
    for make in (by_turn, shifted):
        with pytest.raises(ValueError, match="depends on what it is asked"):
            prepared(make)(world.ticket().number)
    with pytest.raises(ValueError, match="more than one question"):
        prepared(fetched)(1)


@pytest.mark.parametrize("given", [(None,), ([1],), (NOW,), (1.5,), (Act.NOTE,)])
def test_values_of_other_types_are_refused(world: World, given: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="whole numbers, texts and days, not by"):
        prepared(activities)(*given)
    with pytest.raises(TypeError, match="by position"):
        prepared(activities)(ticket_id=world.contract.pk)
