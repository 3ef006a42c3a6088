"""Surveys through HTTP: answering without signing in, running a round, reading its results."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.survey_world import QUESTIONNAIRE, add_users, answer, closed, opened, planned, running_round

from madoguchi.core.vocabulary import RoleKind
from madoguchi.surveys.models import Comment, Response, Round, StoredQuestionnaire
from madoguchi.surveys.operations.invite import send_survey_mails
from madoguchi.surveys.operations.plan import open_round

FIELDS = {"電話": "q1", "メール": "q2", "理由": "q3", "所属": "q4", "意見": "q5"}
NASTY = ["&<>{}#$@ <script>alert(1)</script>", "=1+1", "\u202eمرحبا", "{{ csrf_token }}", "%s %(x)s"]


def text_of(answer_given: Any) -> str:  # noqa: ANN401  # the test client's answer
    return str(answer_given.content.decode())


def link_of_today(world: World) -> str:
    add_users(world, 2)
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    upload(manager)
    today = timezone.localdate().isoformat()
    data = {
        "key": "r", "label": "今日", "questionnaire": StoredQuestionnaire.objects.get().pk, "mode": "personal",
        "start_date": today, "closing_date": today, "seed": 1, "minimum": 5,
    }  # fmt: skip
    assert manager.post("/c/alpha/surveys/new/", data).status_code == 302
    found = Round.objects.get()
    assert manager.post(f"/c/alpha/surveys/{found.pk}/act/", {"act": "open"}).status_code == 302
    send_survey_mails(now=timezone.now())
    address = re.findall(r"http://testserver(/s/\S+/)", str(mail.outbox[0].body))
    return str(address[0])


def upload(client: Client, text: str = QUESTIONNAIRE, name: str = "s.toml") -> Any:  # noqa: ANN401
    file = SimpleUploadedFile(name, text.encode())
    return client.post("/c/alpha/surveys/questionnaires/", {"file": file})


def test_a_link_takes_one_answer_without_signing_in(world: World) -> None:
    link, client = link_of_today(world), Client()
    shown = text_of(client.get(link))
    assert "電話での対応はいかがでしたか" in shown
    assert "How was the telephone?" in text_of(client.get(f"{link}?lang=en"))
    assert "電話での対応" in text_of(client.get(f"{link}?lang=xx"))
    wrong: Any = client.post(link, {"q2": "満足"})
    assert wrong.status_code == 422
    assert 'value="満足" checked' in text_of(wrong)
    done: Any = client.post(link, {"q1": "不満", "q3": NASTY[0]})
    assert (done.status_code, done.headers["Location"]) == (302, "/s/")
    assert "受け付けました" in text_of(client.get("/s/"))
    assert "回答済み" in text_of(client.get(link))
    assert "回答済み" in text_of(client.post(link, {"q1": "満足"}))
    assert Response.objects.get().answers == {"電話": "不満"}
    assert Comment.objects.get().text == NASTY[0]


@pytest.mark.parametrize(
    "given",
    [
        {"q1": "満足", "name": "x"},
        {"q1": "大満足"},
        {"q1": "不満", "q3": "あ" * 300_000},
        {"q1": "不満", "q3": "\x00"},
        {},
    ],
)
def test_a_bad_sheet_is_refused_with_what_is_allowed(world: World, given: dict[str, str]) -> None:
    link = link_of_today(world)
    assert Client().post(link, given).status_code == 422
    assert Response.objects.count() == 0


def test_what_is_no_link_is_not_found(world: World) -> None:
    assert world.contract.pk
    for link in ("/s/x/", "/s/x.y/", f"/s/{'a' * 3000}/"):
        assert Client().get(link).status_code == 404


def test_nothing_of_a_link_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    from madoguchi.web.logs import NoSurveyLinks  # noqa: PLC0415

    link = link_of_today(world)
    with caplog.at_level(logging.INFO):
        Client().post(link, {"q1": "大満足"})
        Client().get("/s/x.y/")
        Client().get("/nowhere/")
    kept = [record for record in caplog.records if NoSurveyLinks().filter(record)]
    assert len(kept) < len(caplog.records)
    assert not any("/s/" in record.getMessage() for record in kept)
    assert any("/nowhere/" in record.getMessage() for record in kept)


def test_a_user_is_asked_in_the_portal(world: World) -> None:
    found = running_round(world)
    user = signed_in(world, RoleKind.USER)
    assert "窓口の満足度調査" in text_of(user.get("/c/alpha/portal/"))
    page = f"/c/alpha/portal/surveys/{found.pk}/"
    assert user.get(page).status_code == 200
    assert user.post(page, {"q1": "満足"}).status_code == 302
    assert "回答済み" in text_of(user.get(page))
    assert "窓口の満足度調査" not in text_of(user.get("/c/alpha/portal/"))


def test_the_portal_says_that_a_survey_is_over(world: World) -> None:
    found = running_round(world)
    Round.objects.update(closing_date=timezone.localdate() - timedelta(days=1), start_date="2026-01-01")
    page = f"/c/alpha/portal/surveys/{found.pk}/"
    assert "受け付けていません" in text_of(signed_in(world, RoleKind.USER).post(page, {"q1": "満足"}))
    assert Response.objects.count() == 0


def test_a_questionnaire_with_faults_is_refused_with_all_of_them(world: World) -> None:
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    text = QUESTIONNAIRE.replace('id = "メール"', 'id = "電話"').replace("format = 1", "format = 2\nbad = 1")
    refused = upload(manager, text)
    assert refused.status_code == 422
    shown = text_of(refused)
    assert "question[2].id" in shown
    assert "bad" in shown
    assert not StoredQuestionnaire.objects.exists()
    for name, content in (("s.txt", "x"), ("s.toml", ""), ("s.json", "[1]"), ("s.toml", "あ" * 100_000)):
        assert upload(manager, content, name).status_code == 422
    file = SimpleUploadedFile("s.toml", "満足".encode("cp932"))
    assert manager.post("/c/alpha/surveys/questionnaires/", {"file": file}).status_code == 422
    for _ in range(2):
        assert upload(manager).status_code == 302
    assert list(StoredQuestionnaire.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def results(world: World) -> Round:
    found = opened(world, users=14)
    people = [each.person for each in found.invitations.select_related("person")]
    for number, person in enumerate(people[:12]):
        given = {"電話": "満足" if number < 9 else "不満", "メール": "ほぼ満足" if number < 3 else ""}
        answer(found, person, given | {"意見": NASTY[number % len(NASTY)], "所属": "本省"})
    return found


def test_results_are_shown_once_the_round_is_closed_and_small_ones_never(world: World) -> None:
    found = results(world)
    auditor = signed_in(world, RoleKind.AUDITOR)
    shown = text_of(auditor.get(f"/c/alpha/surveys/{found.pk}/"))
    assert "12 / 15" in shown
    assert "設問ごとの結果" not in shown
    closed(world, found)
    shown = text_of(auditor.get(f"/c/alpha/surveys/{found.pk}/"))
    # mean 75 of 12 of 15 people: s2 = 2045.45, 1.96 * sqrt(s2 / 12 * 3 / 15) = 11.4
    assert "63.6 ～ 86.4" in shown
    # three people answered about mail
    assert "5 人に満たないため、表示しません" in shown
    table = text_of(auditor.get(f"/c/alpha/surveys/{found.pk}/results.csv"))
    assert "ほぼ満足,3" not in table
    assert auditor.get(f"/c/alpha/surveys/{found.pk}/results.xlsx").status_code == 200
    assert auditor.get(f"/c/alpha/surveys/{found.pk}/results.exe").status_code == 404


def test_free_texts_are_shown_as_they_were_typed(world: World) -> None:
    found = closed(world, results(world))
    division = signed_in(world, RoleKind.RESPONSIBLE_DIVISION)
    shown = text_of(division.get(f"/c/alpha/surveys/{found.pk}/comments/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert "{{ csrf_token }}" in shown
    assert 'dir="auto">\u202e' in shown
    hit = text_of(division.get(f"/c/alpha/surveys/{found.pk}/comments/?q=＝１＋１"))
    assert "=1+1" in hit
    assert "alert(1)" not in hit
    assert division.get(f"/c/alpha/surveys/{found.pk}/comments/?q=%00&question=%00&page=x").status_code == 200


def test_paper_is_typed_in_on_a_page(world: World) -> None:
    found = running_round(world)
    manager, operator = signed_in(world, RoleKind.OPERATIONS_MANAGER), signed_in(world, RoleKind.OPERATOR)
    page = f"/c/alpha/surveys/{found.pk}/paper/"
    assert manager.post(f"/c/alpha/surveys/{found.pk}/act/", {"act": "hand_out", "count": "2"}).status_code == 302
    assert manager.post(f"/c/alpha/surveys/{found.pk}/act/", {"act": "hand_out"}).status_code == 422
    refused: Any = operator.post(page, {"text": "電話\n最高\n"})
    assert refused.status_code == 422
    assert "最高" in text_of(refused)
    assert operator.post(page, {"text": "電話\n満足\n1\n2\n"}).status_code == 422
    assert operator.post(page, {"text": "電話\n満足\n2\n"}).status_code == 302
    assert Response.objects.count() == 2


def test_acts_that_cannot_be_are_said(world: World) -> None:
    found = running_round(world)
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    page = f"/c/alpha/surveys/{found.pk}/act/"
    for given in ({"act": "open"}, {"act": "close"}, {"act": "dance"}, {}, {"act": "remind", "more": "1"}):
        assert manager.post(page, given).status_code == 422
    assert manager.post(page, {"act": "remind"}).status_code == 302


def test_years_are_compared(world: World) -> None:
    first = closed(world, results(world))
    second = planned(world, key="二回目")
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    open_round(access=manager, round_id=second.pk, address="http://testserver/", now=NOW)
    for each in second.invitations.select_related("person")[:10]:
        answer(second, each.person, {"電話": "ほぼ満足"})
    closed(world, second)
    shown = text_of(signed_in(world, RoleKind.AUDITOR).get(f"/c/alpha/surveys/{second.pk}/"))
    assert first.label in shown
    assert re.search(r"75\.0</td><td class=\"number\">80\.0</td><td class=\"number\">\+5\.0", shown)
