"""Rounds drawn by organisation: who is asked, what is kept of it, what is shown."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.survey_world import CLOSING, KEY, QUESTIONNAIRE, add_users, answer, closed, promise_survey

from madoguchi.core.calendar.periods import Period
from madoguchi.core.quality_vocabulary import Allocation, RoundMode
from madoguchi.core.values import Rate
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.documents.survey_tables import weighed_tables
from madoguchi.people.models import Organisation, Person
from madoguchi.reports.blocks import Block, Paragraph, PrintedFigure, Table
from madoguchi.surveys.models import Invitation, Response, Round, RoundStratum
from madoguchi.surveys.operations.paper import enter_paper
from madoguchi.surveys.operations.plan import NewRound, add_questionnaire, open_round, plan_round
from madoguchi.surveys.queries import stratum_rates
from madoguchi.surveys.rules import LEAST_ASKED
from madoguchi.surveys.weighing import Weighing, weighing_of

GROUP = QUESTIONNAIRE[
    QUESTIONNAIRE.index('[[question]]\nid = "所属"') : QUESTIONNAIRE.index('[[question]]\nid = "意見"')
]
UNGROUPED = QUESTIONNAIRE.replace(GROUP, "")


def stratified(
    world: World,
    *,
    sample: int,
    paper: int = 0,
    text: str = QUESTIONNAIRE,
    bureau: int = 20,
    allocation: Allocation = Allocation.PROPORTIONAL,
) -> Round:
    """Prepare a round of 80 people, the last of them of a bureau, some of these without mail."""
    promise_survey(world)
    organisation = Organisation.objects.create(key="bureau", name="地方<局>")
    Person.objects.filter(roles__kind=RoleKind.USER.value).delete()
    people = add_users(world, 80)
    Person.objects.filter(pk__in=[each.pk for each in people[80 - bureau :]]).update(organisation=organisation)
    Person.objects.filter(pk__in=[each.pk for each in people[60 : 60 + paper]]).update(mail="")
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    stored = add_questionnaire(access=manager, file="satisfaction.toml", text=text, now=NOW)
    new = NewRound(
        key=KEY, label=KEY, questionnaire=stored, mode=RoundMode.PERSONAL, start_date=date(2026, 5, 11),
        closing_date=CLOSING, sample_size=sample, is_stratified=True, allocation=allocation,
    )  # fmt: skip
    return plan_round(access=manager, new=new, now=NOW)


def begun(world: World, found: Round) -> Round:
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    return open_round(access=manager, round_id=found.pk, address="http://testserver/", now=NOW)


def answered(found: Round, name: str, count: int, *, choice: str = "満足") -> None:
    own = Invitation.objects.filter(round=found, stratum__name=name, is_used=False).exclude(channel="paper")
    for each in own.select_related("person").order_by("pk")[:count]:
        answer(found, each.person, {"電話": choice})


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


def kept(found: Round) -> dict[str | None, int]:
    """Return how many answers are kept with each stratum."""
    counts: dict[str | None, int] = {}
    for name in Response.objects.filter(round=found).values_list("stratum__name", flat=True):
        counts[name] = counts.get(name, 0) + 1
    return counts


def weighed(found: Round) -> Weighing:
    weighing = weighing_of(found)
    assert weighing is not None
    return weighing


def voted(world: World) -> Round:
    """Let ten of each stratum answer: of the bureau eight are content, of the others five."""
    found = begun(world, stratified(world, sample=40, text=UNGROUPED))
    answered(found, "地方<局>", 8)
    answered(found, "地方<局>", 2, choice="不満")
    answered(found, "", 5)
    answered(found, "", 5, choice="不満")
    return found


def test_figures_are_weighed_by_the_organisations_people(world: World) -> None:
    found = closed(world, voted(world))
    assert kept(found) == {"地方<局>": 10, "": 10}
    weighing = weighed(found)
    assert [(each.names, each.population, each.answered) for each in weighing.strata] == [
        (("地方<局>",), 20, 10), (("",), 60, 10),
    ]  # fmt: skip
    phone, mail = weighing.questions
    assert [mean.exact() if mean else None for mean in phone.means] == [80, 50]
    # 0.25 x 80 + 0.75 x 50; of all answers alone it would be 65
    assert phone.mean is not None
    assert phone.mean.exact == Fraction(115, 2)
    # s^2 = 16000/9 and 25000/9: 0.0625 x 1/2 x 1600/9 + 0.5625 x 5/6 x 2500/9 = 135.76388..., its root 11.651776
    assert phone.mean.interval is not None
    assert round(phone.mean.interval.low, 3) == Decimal("34.663")
    assert round(phone.mean.interval.high, 3) == Decimal("80.337")
    assert phone.satisfied is not None
    assert phone.satisfied.exact == Fraction(23, 40)
    assert (mail.means, mail.mean, mail.satisfied) == ((None, None), None, None)
    assert weighing.left_out_count == 0


def test_the_page_the_table_and_the_english_page_show_them(world: World) -> None:
    found = closed(world, voted(world))
    client = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    page = client.get(f"/c/alpha/surveys/{found.pk}/").content.decode()
    for text in ("組織の人数で重みづけた結果", "57.5", "34.7 ～ 80.3", "57.5%", "25.0%", "75.0%", "地方&lt;局&gt;"):
        assert text in page
    assert "組織と結び付けて保存していません" not in page
    assert "なし（ある組織で、設問のどれかに答えた人が 5 人に満たない）" in page
    table = client.get(f"/c/alpha/surveys/{found.pk}/results.csv").content.decode("utf-8-sig")
    assert "組織の人数で重みづけ" in table
    client.cookies["django_language"] = "en"
    english = client.get(f"/c/alpha/surveys/{found.pk}/").content.decode()
    assert "Weighed by the organisations' people" in english


def test_a_score_over_two_questions_has_the_weighed_figure_and_its_interval(world: World) -> None:
    found = begun(world, stratified(world, sample=40, text=UNGROUPED))
    for name, content in (("地方<局>", 8), ("", 5)):
        own = Invitation.objects.filter(round=found, stratum__name=name).select_related("person").order_by("pk")
        for place, each in enumerate(own[:10]):
            choice = "満足" if place < content else "不満"
            answer(found, each.person, {"電話": choice, "メール": choice})
    closed(world, found)
    page = signed_in(world, RoleKind.OPERATIONS_MANAGER).get(f"/c/alpha/surveys/{found.pk}/").content.decode()
    # everybody's two answers are alike, so the score is the mean of one question worked out above; the contract's is 65
    assert "重みづけた値 57.5（34.7 ～ 80.3）" in page
    assert "65.0" in page
    assert "契約の定めるとおり回答全体から" in page


def test_the_surveys_document_has_them(world: World) -> None:
    voted_round = closed(world, voted(world))
    period = Period(start_date=date(2026, 4, 1), end_date=date(2027, 4, 1))
    questions, strata, note = weighed_tables(contract=world.contract, period=period, language="ja")
    assert isinstance(questions, Table)
    assert isinstance(strata, Table)
    figure = questions.rows[0][1]
    assert isinstance(figure, PrintedFigure)
    assert (figure.text, figure.exact) == ("57.5", Fraction(115, 2))
    assert (figure.indicator, figure.window) == (f"survey:{voted_round.key}:電話", voted_round.label)
    assert questions.rows[0][2] == "34.7 ～ 80.3"
    assert strata.rows[1][:4] == ("所属なし", "60", "75.0%", "10")
    assert (
        weighed_tables(contract=world.contract, period=Period(start_date=CLOSING, end_date=CLOSING), language="ja")
        == ()
    )
    english = weighed_tables(contract=world.contract, period=period, language="en")
    assert [each for block in english for each in numbers(block)] == [
        each for block in (questions, strata, note) for each in numbers(block)
    ]


def numbers(block: Block) -> list[str]:
    texts = [block] if isinstance(block, Paragraph) else []
    rows = block.rows if isinstance(block, Table) else ()
    cells = [part for each in texts for part in each.parts] + [cell for row in rows for cell in row]
    plain = " ".join(cell.text if isinstance(cell, PrintedFigure) else str(cell) for cell in cells)
    return re.findall(r"\d+(?:\.\d+)?%?", plain)


def test_equal_parts_are_drawn_where_the_round_says_so(world: World) -> None:
    found = begun(world, stratified(world, sample=40, text=UNGROUPED, allocation=Allocation.EQUAL))
    assert list(found.strata.order_by("pk").values_list("name", "invited_count")) == [("地方<局>", 20), ("", 20)]


def test_the_page_offers_equal_parts(world: World) -> None:
    promise_survey(world)
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    stored = add_questionnaire(access=manager, file="satisfaction.toml", text=UNGROUPED, now=NOW)
    client = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    page = client.get("/c/alpha/surveys/new/").content.decode()
    assert "均等配分" in page
    given = {
        "key": KEY, "label": KEY, "questionnaire": str(stored.pk), "mode": "personal", "start_date": "2026-05-11",
        "closing_date": "2026-06-10", "sample_size": "40", "is_stratified": "on", "allocation": "equal", "seed": "1",
        "minimum": "5",
    }  # fmt: skip
    assert client.post("/c/alpha/surveys/new/", {**given, "allocation": "half"}).status_code == 422
    assert client.post("/c/alpha/surveys/new/", given).status_code == 302
    assert Round.objects.get().allocation == "equal"


def test_an_answer_forgets_a_stratum_of_which_few_were_asked_at_once(world: World) -> None:
    # nine of eighteen: one less than a stratum must have
    found = begun(world, stratified(world, sample=40, text=UNGROUPED, bureau=18))
    assert list(found.strata.order_by("pk").values_list("invited_count", "is_joined")) == [(9, True), (31, True)]
    answered(found, "地方<局>", 9)
    answered(found, "", 20)
    assert kept(found) == {None: 29}
    assert weighing_of(closed(world, found)) is None
    page = signed_in(world, RoleKind.OPERATIONS_MANAGER).get(f"/c/alpha/surveys/{found.pk}/").content.decode()
    assert "組織と結び付けて保存していません" in page


def test_an_answer_that_says_where_somebody_works_does_not_say_it_twice(world: World) -> None:
    found = begun(world, stratified(world, sample=40))
    answered(found, "地方<局>", 10)
    answered(found, "", 10)
    assert kept(found) == {None: 20}


def test_closing_joins_strata_of_few_answers_and_forgets_them_where_one_is_left(world: World) -> None:
    found = begun(world, stratified(world, sample=40, text=UNGROUPED))
    answered(found, "地方<局>", 4)
    answered(found, "", 20)
    assert kept(found) == {"地方<局>": 4, "": 20}
    found = closed(world, found)
    assert kept(found) == {None: 24}
    assert weighing_of(found) is None


def test_a_stratum_of_few_answers_is_counted_with_the_smallest_other(world: World) -> None:
    planned_round = stratified(world, sample=60, text=UNGROUPED, bureau=40)
    second = Organisation.objects.create(key="third", name="第三局")
    people = Person.objects.filter(roles__kind=RoleKind.USER.value, organisation=None).order_by("pk")[:20]
    Person.objects.filter(pk__in=[each.pk for each in people]).update(organisation=second)
    found = begun(world, planned_round)
    assert list(found.strata.order_by("pk").values_list("name", "population_count", "invited_count")) == [
        ("地方<局>", 40, 30), ("第三局", 20, 15), ("", 20, 15),
    ]  # fmt: skip
    answered(found, "地方<局>", 20)
    answered(found, "第三局", 1, choice="不満")
    answered(found, "", 7)
    found = closed(world, found)
    assert kept(found) == {"地方<局>": 20, "第三局": 8}
    weighing = weighed(found)
    assert [(each.names, each.population, each.answered) for each in weighing.strata] == [
        (("地方<局>",), 40, 20), (("第三局", ""), 40, 8),
    ]  # fmt: skip
    assert weighing.has_joined
    assert not weighing.has_lean
    phone = weighing.questions[0].mean
    assert phone is not None
    assert phone.exact == (100 + Fraction(700, 8)) / 2
    page = f"/c/alpha/surveys/{found.pk}/"
    client = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert "小さい組織の側に寄ります" not in client.get(page).content.decode()
    Round.objects.filter(pk=found.pk).update(allocation=Allocation.EQUAL.value)
    assert "小さい組織の側に寄ります" in client.get(page).content.decode()
    period = Period(start_date=date(2026, 4, 1), end_date=date(2027, 4, 1))
    note = weighed_tables(contract=world.contract, period=period, language="ja")[-1]
    assert "この偏りを含まない" in str(note)


def test_few_sheets_without_a_stratum_would_follow_from_the_others(world: World) -> None:
    """The bureau's paper has no stratum: few such sheets take it from all, many are left out and counted."""
    few, many = (typed(world, count) for count in (2, 6))
    assert (few, many) == ({None: 22}, {"地方<局>": 10, "": 10, None: 6})


def typed(world: World, count: int) -> dict[str | None, int]:
    Round.objects.all().delete()
    Person.objects.filter(roles__kind=RoleKind.USER.value).delete()
    Organisation.objects.filter(key="bureau").delete()
    found = begun(world, stratified(world, sample=80, paper=10, text=UNGROUPED))
    answered(found, "地方<局>", 10)
    answered(found, "", 10)
    sheets = "電話\n" + "満足\n" * count
    enter_paper(access=world.access[RoleKind.OPERATIONS_MANAGER], round_id=found.pk, text=sheets, now=NOW)
    found = closed(world, found)
    weighing = weighing_of(found)
    assert (weighing.left_out_count if weighing else None) == (count if count >= found.minimum else None)
    return kept(found)


def test_an_answers_stratum_is_all_that_joins_it_to_anything(world: World) -> None:
    found = voted(world)
    crowd = {each.pk: each.invitations.count() for each in found.strata.all()}
    for stratum in Response.objects.values_list("stratum", flat=True):
        assert stratum is not None
        assert crowd[stratum] >= LEAST_ASKED
