"""Answers are held against everything the database knows, to find whose they are."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db import connection
from tests.desk_world import NOW, World
from tests.survey_world import answer, closed, opened

from madoguchi.core.quality_vocabulary import RoundMode
from madoguchi.core.vocabulary import RoleKind
from madoguchi.surveys.models import Comment, Invitation, Response, Round
from madoguchi.surveys.operations.answer import MIXED, answer_in_portal
from madoguchi.surveys.queries import results_of

PHYSICAL = {"sqlite": "rowid", "postgresql": "ctid"}


def rows_in_place(table: str, column: str) -> list[Any]:
    """Return a column in the order in which the database keeps the rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY {PHYSICAL[connection.vendor]}")
        return [row[0] for row in cursor.fetchall()]


def everything() -> Iterator[tuple[str, str, str]]:
    """Yield table, column and value of all there is."""
    for model in apps.get_models():
        fields = list(model._meta.concrete_fields)
        for row in model._base_manager.values_list(*[field.attname for field in fields]):
            for field, value in zip(fields, row, strict=True):
                if value not in (None, "") and not isinstance(value, bool):
                    yield model._meta.db_table, field.attname, str(value)


def spoken(world: World, count: int) -> tuple[Round, list[int]]:
    """Let people answer one after the other; each leaves a text that says who they are, so that a test can look."""
    found = opened(world, users=count)
    people = [each.person for each in found.invitations.select_related("person").order_by("?")]
    for person in people:
        answer(found, person, {"電話": "不満", "理由": f"本人 {person.pk}", "所属": "本省"})
    return found, [person.pk for person in people]


def test_no_table_holds_a_value_that_joins_an_answer_to_a_person(world: World) -> None:
    found, _ = spoken(world, 12)
    answers = {"surveys_response", "surveys_comment"}
    known: dict[str, set[str]] = {}
    own: dict[str, set[str]] = {}
    for table, column, value in everything():
        where = own if table in answers else known
        where.setdefault(value, set()).add(f"{table}.{column}")
    shared = {value: (own[value], known[value]) for value in own.keys() & known.keys()}
    # the round they belong to is the one thing they share with anything
    assert set(shared) == {str(found.pk)}
    assert {name for names, _ in shared.values() for name in names} == {
        "surveys_response.round_id",
        "surveys_comment.round_id",
    }


def test_an_answer_has_no_moment_and_an_invitation_not_when_it_was_used() -> None:
    kinds = {
        field.get_internal_type()
        for model in (Response, Comment, Invitation)
        for field in model._meta.concrete_fields
    }  # fmt: skip
    assert not kinds & {"DateTimeField", "DateField", "TimeField", "AutoField"}


def test_the_order_of_rows_says_nothing(world: World) -> None:
    _, order = spoken(world, 60)
    kept = [int(text.split()[1]) for text in rows_in_place("surveys_comment", "text")]
    assert sorted(kept) == sorted(order)
    places = {person: place for place, person in enumerate(order)}
    rising = sum(places[one] < places[two] for one, two in pairwise(kept))
    # in the order of answering all 60 pairs would rise; by chance, half of them
    assert rising < 50
    ids = [int(text.split()[1]) for text in Comment.objects.order_by("pk").values_list("text", flat=True)]
    assert ids != order


def test_closing_forgets_the_order_and_who_was_asked(world: World) -> None:
    found, order = spoken(world, 30)
    before = set(Response.objects.values_list("pk", flat=True))
    closed(world, found)
    assert not Invitation.objects.exists()
    assert not before & set(Response.objects.values_list("pk", flat=True))
    kept = [int(text.split()[1]) for text in rows_in_place("surveys_comment", "text")]
    assert kept != order


def test_an_answer_is_written_among_others_anew(world: World) -> None:
    found = opened(world, users=MIXED + 10)
    people = [each.person for each in found.invitations.select_related("person")]
    for person in people[:-1]:
        answer(found, person, {"電話": "満足"})
    before = set(Response.objects.values_list("pk", flat=True))
    answer(found, people[-1], {"電話": "不満"})
    new = set(Response.objects.values_list("pk", flat=True)) - before
    assert len(new) == MIXED + 1
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM surveys_response WHERE xmin IN"
                " (SELECT xmin FROM surveys_invitation WHERE is_used AND person_id = %s)",
                [people[-1].pk],
            )
            # the transaction that used the invitation wrote this answer and thirty others
            assert cursor.fetchone() in [(0,), (MIXED + 1,)]


def test_history_names_the_round_alone(world: World) -> None:
    from madoguchi.audit.models import HistoryRow  # noqa: PLC0415

    found = opened(world, mode=RoundMode.PORTAL)
    answer_in_portal(access=world.access[RoleKind.USER], round_id=found.pk, given={"電話": "満足"}, now=NOW)
    row = HistoryRow.objects.get(act="answer_survey")
    assert (row.actor, row.subject, row.details) == ("system:survey", f"round:{found.pk}", "{}")
    assert (row.at.minute, row.at.second, row.at.microsecond) == (0, 0, 0)
    assert row.at != NOW


def test_groups_too_small_are_taken_off_the_answers_when_the_round_is_closed(world: World) -> None:
    found = opened(world, users=12)
    people = [each.person for each in found.invitations.select_related("person")]
    for number, person in enumerate(people):
        answer(found, person, {"電話": "満足", "所属": "地方" if number < 3 else "本省"})
    found = closed(world, found)
    # ten of the one and three of the other: who takes the ten from the total has the three
    assert all("所属" not in each.answers for each in Response.objects.all())
    assert [each.means for each in results_of(found).groups] == [None, None]


def test_groups_large_enough_are_shown(world: World) -> None:
    found = opened(world, users=12)
    people = [each.person for each in found.invitations.select_related("person")]
    for number, person in enumerate(people):
        answer(found, person, {"電話": "満足" if number < 6 else "不満", "所属": "地方" if number < 6 else "本省"})
    groups = {each.choice: each for each in results_of(closed(world, found)).groups}
    assert (groups["本省"].people, groups["地方"].people) == (7, 6)
    shown = groups["地方"].means
    assert shown is not None
    assert shown[0] is not None
    assert shown[0].exact() == 100
    assert shown[1] is None
