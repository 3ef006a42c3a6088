"""Rounds from preparation to closing, and what the measure makes of them."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.http import Http404
from tests.desk_world import NOW, World
from tests.survey_world import AFTER, KEY, add_users, answer, closed, opened, planned, promise_survey

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.quality_vocabulary import RoundMode, RoundState
from madoguchi.core.vocabulary import ReasonCode, RoleKind, Verdict
from madoguchi.desk.errors import FieldError
from madoguchi.quality.figures import figures_of_month
from madoguchi.surveys.errors import AlreadyAnsweredError, EmptySheetError, SheetError, SurveyClosedError
from madoguchi.surveys.models import Comment, Invitation, Response, Round
from madoguchi.surveys.operations.answer import answer_in_portal
from madoguchi.surveys.operations.invite import mark_due_reminders, remind, send_survey_mails
from madoguchi.surveys.operations.paper import enter_paper, hand_out_paper
from madoguchi.surveys.operations.plan import NewRound, close_round, open_round, plan_round
from madoguchi.surveys.queries import comments_of, invitation_by_token, results_of, rounds_to_answer
from madoguchi.surveys.rules import nonce_of, token_of

GOOD, BAD = {"電話": "満足", "メール": "ほぼ満足"}, {"電話": "不満", "理由": "長く待った"}
JUNE = date(2026, 6, 1)


def verdicts(world: World, *, minutes: int = 0) -> dict[str, tuple[Verdict, str]]:
    figures = figures_of_month(contract=world.contract, month=JUNE, now=AFTER + timedelta(minutes=minutes))
    return {
        each.indicator.id: (each.judgement.verdict, str(each.figure.exact)) for each in figures.measurements
    }  # fmt: skip


def test_a_round_is_asked_answered_closed_and_measured_as_the_contract_says(world: World) -> None:
    found = opened(world, users=9)
    people = [each.person for each in found.invitations.select_related("person")]
    for person in people[:7]:
        answer(found, person, GOOD)
    answer(found, people[7], BAD)
    assert verdicts(world)["satisfaction_score"] == (Verdict.NOT_MEASURABLE, "None")
    closed(world, found)
    results = results_of(Round.objects.get())
    assert (results.invited, results.answered, results.is_shown) == (10, 8, True)
    phone, by_mail = results.questions
    assert phone is not None
    assert by_mail is not None
    assert (phone.mean.exact(), by_mail.mean.exact()) == (Fraction(175, 2), Fraction(80))
    assert phone.satisfied.percent(decimals=1) is not None
    assert verdicts(world, minutes=1)["satisfaction_score"] == (Verdict.MET, "335/4")
    assert verdicts(world, minutes=1)["response_rate"] == (Verdict.MET, "80")


def test_a_survey_nobody_answered_is_not_measurable(world: World) -> None:
    found = opened(world)
    closed(world, found)
    figures = figures_of_month(contract=world.contract, month=JUNE, now=AFTER)
    score = next(each for each in figures.measurements if each.indicator.id == "satisfaction_score")
    assert score.judgement.verdict is Verdict.NOT_MEASURABLE
    assert score.figure.exact is None
    assert ReasonCode.NOTHING_COUNTED in {reason.code for reason in score.judgement.reasons}
    assert verdicts(world)["response_rate"] == (Verdict.MISSED, "0")
    results = results_of(found)
    assert results.is_shown is False
    assert results.response_rate.part == 0


def test_fewer_answers_than_the_minimum_are_shown_nowhere(world: World) -> None:
    found = opened(world, minimum=5)
    for each in found.invitations.select_related("person")[:4]:
        answer(found, each.person, BAD)
    closed(world, found)
    assert results_of(Round.objects.get()).is_shown is False
    assert not comments_of(Round.objects.get()).exists()
    assert verdicts(world)["satisfaction_score"] == (Verdict.NOT_MEASURABLE, "None")
    assert verdicts(world)["response_rate"][1] == "400/13"


def test_nobody_answers_twice(world: World) -> None:
    found = opened(world)
    person = found.invitations.select_related("person")[0].person
    answer(found, person, GOOD)
    with pytest.raises(AlreadyAnsweredError):
        answer(found, person, BAD)
    assert Response.objects.count() == 1
    assert Comment.objects.count() == 0


def test_a_wrong_sheet_keeps_nothing_and_the_link(world: World) -> None:
    found = opened(world)
    person = found.invitations.select_related("person")[0].person
    for given in ({"電話": "最高"}, {"メール": "満足"}, {"電話": "不満", "理由": "あ" * 20_001}):
        with pytest.raises(SheetError):
            answer(found, person, given)
    assert Response.objects.count() == 0
    answer(found, person, GOOD)
    assert Response.objects.count() == 1


def test_answers_are_taken_on_the_days_of_the_round_alone(world: World) -> None:
    found = opened(world)
    person = found.invitations.select_related("person")[0].person
    for now in (NOW - timedelta(days=30), AFTER):
        with pytest.raises(SurveyClosedError):
            answer(found, person, GOOD, now=now)


def test_a_user_answers_once_in_the_portal_and_latecomers_may_too(world: World) -> None:
    found = opened(world, mode=RoundMode.PORTAL, users=3)
    # those who cannot sign in get paper
    assert (found.invited_count, found.paper_count) == (4, 3)
    user = world.access[RoleKind.USER]
    assert rounds_to_answer(access=user, day=NOW.date()) == [found]
    answer_in_portal(access=user, round_id=found.pk, given=GOOD, now=NOW)
    assert rounds_to_answer(access=user, day=NOW.date()) == []
    with pytest.raises(AlreadyAnsweredError):
        answer_in_portal(access=user, round_id=found.pk, given=GOOD, now=NOW)
    with pytest.raises(AlreadyAnsweredError):
        answer_in_portal(access=world.access[RoleKind.OPERATOR], round_id=found.pk, given=GOOD, now=NOW)
    Invitation.objects.filter(person=user.person).delete()
    answer_in_portal(access=user, round_id=found.pk, given=GOOD, now=NOW)
    assert Round.objects.get().invited_count == 5


def test_another_contracts_round_is_not_there(world: World, other: World) -> None:
    found = opened(world, mode=RoundMode.PORTAL)
    with pytest.raises(Http404):
        answer_in_portal(access=other.access[RoleKind.USER], round_id=found.pk, given=GOOD, now=NOW)


def test_mails_carry_a_link_of_ones_own_and_reminders_go_to_those_who_have_not_answered(world: World) -> None:
    found = opened(world, users=3)
    assert send_survey_mails(now=NOW) == 4
    assert send_survey_mails(now=NOW) == 0
    body = str(mail.outbox[0].body)
    link = next(line for line in body.splitlines() if line.startswith("http://testserver/s/"))
    invitation = invitation_by_token(link.rstrip("/").rpartition("/")[2])
    assert invitation is not None
    answer(found, invitation.person, GOOD)
    mail.outbox.clear()
    assert remind(access=world.access[RoleKind.OPERATIONS_MANAGER], round_id=found.pk, now=NOW) == 3
    assert send_survey_mails(now=NOW) == 3
    assert invitation.person.mail not in {each.to[0] for each in mail.outbox}


def test_a_reminder_is_sent_on_its_day(world: World) -> None:
    found = opened(world, users=3)
    send_survey_mails(now=NOW)
    Round.objects.update(reminder_date=date(2026, 5, 25))
    mark_due_reminders(now=NOW)
    assert send_survey_mails(now=NOW) == 0
    for _ in range(2):
        mark_due_reminders(now=NOW + timedelta(days=5))
    assert send_survey_mails(now=NOW + timedelta(days=5)) == found.invited_count


def test_links_not_of_ours_lead_nowhere(world: World) -> None:
    opened(world)
    for token in ("abc", "abc.def", "", "a" * 5_000, token_of("x") + "y"):
        with pytest.raises(Http404):
            invitation_by_token(token)
    assert invitation_by_token(token_of("unknown")) is None
    assert nonce_of(token_of("x")) == "x"


def test_paper_is_typed_in_all_or_nothing(world: World) -> None:
    found = opened(world)
    operator, manager = world.access[RoleKind.OPERATOR], world.access[RoleKind.OPERATIONS_MANAGER]
    hand_out_paper(access=manager, round_id=found.pk, count=3, now=NOW)
    text = "電話,メール,理由,意見\n満足,2,,よい\n3,,=1+1 & <b>,\n"
    assert enter_paper(access=operator, round_id=found.pk, text=text, now=NOW) == 2
    assert sorted(each.answers["電話"] for each in Response.objects.all()) == ["不満", "満足"]
    assert set(Comment.objects.values_list("text", flat=True)) == {"よい", "=1+1 & <b>"}
    with pytest.raises(InvalidInputError) as refused:
        enter_paper(access=operator, round_id=found.pk, text="電話\n満足\n最高\n\n7\n", now=NOW)
    assert [(each.line, each.key) for each in refused.value.problems] == [(3, "電話"), (4, "電話")]
    with pytest.raises(FieldError):
        enter_paper(access=operator, round_id=found.pk, text="電話\n満足\n満足\n", now=NOW)
    assert Response.objects.count() == 2


@pytest.mark.parametrize(
    "text", ["", "電話", "電話,空\n満足,", "電話\n\x00\n", "電話\n満足,満足\n", "電話\n" + "満足\n" * 501, '電話\n"']
)
def test_paper_that_cannot_be_read_is_refused(world: World, text: str) -> None:
    found = opened(world)
    hand_out_paper(access=world.access[RoleKind.OPERATIONS_MANAGER], round_id=found.pk, count=600, now=NOW)
    with pytest.raises(InvalidInputError):
        enter_paper(access=world.access[RoleKind.OPERATOR], round_id=found.pk, text=text, now=NOW)
    assert Response.objects.count() == 0


def test_a_sample_is_drawn_and_the_population_remembered(world: World) -> None:
    promise_survey(world)
    add_users(world, 30)
    found = planned(world)
    Round.objects.update(sample_size=10)
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    found = open_round(access=manager, round_id=found.pk, address="http://testserver/", now=NOW)
    assert (found.population_count, found.invited_count, found.invitations.count()) == (31, 10, 10)
    with pytest.raises(FieldError):
        open_round(access=manager, round_id=found.pk, address="http://testserver/", now=NOW)


def test_rounds_that_cannot_be_are_refused(world: World) -> None:
    promise_survey(world)
    found = planned(world)
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    usual = {
        "key": "別", "label": "別", "questionnaire": found.questionnaire, "mode": RoundMode.PERSONAL,
        "start_date": date(2026, 5, 11), "closing_date": date(2026, 5, 12),
    }  # fmt: skip
    wrong: list[tuple[str, dict[str, object]]] = [
        ("key", {"key": KEY}),
        ("closing_date", {"closing_date": date(2026, 5, 10)}),
        ("reminder_date", {"reminder_date": date(2026, 6, 1)}),
        ("minimum", {"minimum": 1}),
        ("start_date", {"key": KEY, "start_date": date(2026, 5, 1)}),
    ]
    for field, change in wrong:
        with pytest.raises(FieldError) as refused:
            plan_round(access=manager, new=NewRound(**(usual | change)), now=NOW)  # type: ignore[arg-type]
        assert refused.value.field == field
    with pytest.raises(FieldError):
        close_round(access=manager, round_id=found.pk, now=AFTER)
    with pytest.raises(PermissionDenied):
        close_round(access=world.access[RoleKind.OPERATOR], round_id=found.pk, now=AFTER)


def test_a_round_is_not_closed_before_its_latest_day_is_over(world: World) -> None:
    found = opened(world)
    with pytest.raises(FieldError):
        close_round(access=world.access[RoleKind.OPERATIONS_MANAGER], round_id=found.pk, now=NOW)
    assert closed(world, found).state == RoundState.CLOSED


def test_an_empty_sheet_is_no_answer(world: World) -> None:
    found = opened(world)
    Round.objects.get().questionnaire.text = ""
    stored = found.questionnaire
    stored.text = stored.text.replace("required = true\n", "")
    stored.save()
    with pytest.raises(EmptySheetError):
        answer(found, found.invitations.select_related("person")[0].person, {"電話": " "})


def test_free_texts_are_found_by_their_words_in_any_form(world: World) -> None:
    found = opened(world, users=12)
    texts = ["ｺﾋﾟｰ機が遅い", "コピー機 は速い & <b>", "\u202eRTL", "=HYPERLINK(1)", "#REF! {x} $y @z", "待った"]
    for each, text in zip(found.invitations.select_related("person"), texts, strict=False):
        answer(found, each.person, GOOD | {"意見": text})
    assert not comments_of(found).exists()
    found = closed(world, found)
    assert {each.text for each in comments_of(found, query="こぴー機")} == set(texts[:2])
    assert {each.text for each in comments_of(found, query="コピー 速い")} == {texts[1]}
    assert {each.text for each in comments_of(found)} == set(texts)
    assert not comments_of(found, question="理由").exists()
