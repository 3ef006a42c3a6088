"""Rounds drawn by organisation: who is asked, what is kept of it, what is shown."""

from datetime import date

import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.survey_world import CLOSING, KEY, QUESTIONNAIRE, add_users, answer, closed, promise_survey

from madoguchi.core.quality_vocabulary import RoundMode
from madoguchi.core.values import Rate
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Organisation, Person
from madoguchi.surveys.models import Invitation, Round, RoundStratum
from madoguchi.surveys.operations.plan import NewRound, add_questionnaire, open_round, plan_round
from madoguchi.surveys.queries import stratum_rates


def stratified(world: World, *, sample: int, paper: int = 0) -> Round:
    """Prepare a round of 60 people without an organisation and 20 of a bureau, some of these without mail."""
    promise_survey(world)
    bureau = Organisation.objects.create(key="bureau", name="地方<局>")
    Person.objects.filter(roles__kind=RoleKind.USER.value).delete()
    people = add_users(world, 80)
    Person.objects.filter(pk__in=[each.pk for each in people[60:]]).update(organisation=bureau)
    Person.objects.filter(pk__in=[each.pk for each in people[60 : 60 + paper]]).update(mail="")
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    stored = add_questionnaire(access=manager, file="satisfaction.toml", text=QUESTIONNAIRE, now=NOW)
    new = NewRound(
        key=KEY, label=KEY, questionnaire=stored, mode=RoundMode.PERSONAL, start_date=date(2026, 5, 11),
        closing_date=CLOSING, sample_size=sample, is_stratified=True,
    )  # fmt: skip
    return plan_round(access=manager, new=new, now=NOW)


def begun(world: World, found: Round) -> Round:
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    return open_round(access=manager, round_id=found.pk, address="http://testserver/", now=NOW)


def answered(found: Round, name: str, count: int) -> None:
    own = Invitation.objects.filter(round=found, stratum__name=name).exclude(channel="paper")
    for each in own.select_related("person").order_by("pk")[:count]:
        answer(found, each.person, {"電話": "満足"})


def test_each_organisation_is_drawn_in_proportion(world: World) -> None:
    found = begun(world, stratified(world, sample=40))
    counts = found.strata.order_by("pk").values_list("name", "population_count", "invited_count", "answered_count")
    assert list(counts) == [("地方<局>", 20, 10, None), ("", 60, 30, None)]
    assert (found.population_count, found.invited_count) == (80, 40)
    for invitation in found.invitations.select_related("stratum", "person__organisation"):
        assert invitation.stratum is not None
        organisation = invitation.person.organisation
        assert invitation.stratum.name == (organisation.name if organisation else "")


def test_rates_are_kept_when_it_is_forgotten_who_was_asked(world: World) -> None:
    found = begun(world, stratified(world, sample=40))
    answered(found, "地方<局>", 4)
    answered(found, "", 21)
    assert stratum_rates(found) == []
    found = closed(world, found)
    assert not found.invitations.exists()
    rates = [(each.name, each.invited, each.response_rate) for each in stratum_rates(found)]
    assert rates == [("地方<局>", 10, Rate(part=4, whole=10)), ("", 30, Rate(part=21, whole=30))]
    page = signed_in(world, RoleKind.OPERATIONS_MANAGER).get(f"/c/alpha/surveys/{found.pk}/").content.decode()
    for text in ("組織ごとの回収率", "地方&lt;局&gt;", "所属なし", "40.0%", "70.0%", "回答全体のばらつき"):
        assert text in page
    assert "地方<局>" not in page


def test_paper_is_no_part_of_an_organisations_rate_and_small_ones_are_hidden(world: World) -> None:
    found = begun(world, stratified(world, sample=40, paper=20))
    assert found.paper_count == 10
    answered(found, "", 15)
    found = closed(world, found)
    assert list(found.strata.order_by("pk").values_list("paper_count", "answered_count")) == [(10, 0), (0, 15)]
    assert [each.response_rate for each in stratum_rates(found)] == [None, Rate(part=15, whole=30)]


def test_few_asked_hide_their_own_rate_and_the_one_that_gives_it_away(world: World) -> None:
    found = begun(world, stratified(world, sample=10))
    answered(found, "", 7)
    assert [each.response_rate for each in stratum_rates(closed(world, found))] == [None, None]


def test_a_sample_too_small_for_two_of_each_is_refused_and_keeps_nothing(world: World) -> None:
    found = stratified(world, sample=3)
    with pytest.raises(FieldError, match="4人以上にしてください（今回 3人）"):
        begun(world, found)
    assert not RoundStratum.objects.exists()
    assert not Invitation.objects.exists()
