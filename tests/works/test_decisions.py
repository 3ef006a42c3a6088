"""Decisions: asked, answered by one press, timed without waits for others, kept as criteria, measured."""

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.contracts.operations import add_definitions
from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience, RoleKind, TicketState
from madoguchi.desk.models import Ticket
from madoguchi.intake.definitions import read_definitions
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.operations import ArticleContent, add_article, change_article
from madoguchi.quality.figures import figures_of_month
from madoguchi.samples.shifted import moved_to
from madoguchi.works.errors import NotNowError
from madoguchi.works.events import decision_events, revision_events
from madoguchi.works.models import DecisionAsk, DecisionRequest
from madoguchi.works.operations.decide import (
    NewDecision,
    answer_decision,
    ask_decision,
    begin_wait,
    end_wait,
    make_criterion,
)
from madoguchi.works.tasks import mail_decisions

DIVISION, OPERATOR = RoleKind.RESPONSIBLE_DIVISION, RoleKind.OPERATOR
HOUR = timedelta(hours=1)
QUESTION = {
    "subject": "私物端末の接続", "question": "私物端末を接続してよいか", "options": "認めない\n条件付きで認める",
    "recommended": "1", "evidence": "規程第5条",
}  # fmt: skip


def asked_about(world: World, *, ticket: Ticket | None = None, at: datetime = NOW) -> DecisionRequest:
    new = NewDecision(
        subject="私物端末", question="接続してよいか", options=("認めない", "認める"), recommended=0, ticket=ticket
    )
    return ask_decision(access=world.access[OPERATOR], new=new, now=at)


def test_a_matter_without_a_criterion_is_asked_answered_and_kept(world: World, operator: Client) -> None:
    ticket = world.ticket()
    answer: Any = operator.post(f"/c/alpha/decisions/new/?ticket={ticket.number}", QUESTION)
    assert answer.status_code == 302
    asked = DecisionRequest.objects.get()
    assert Ticket.objects.get().state == TicketState.WAITING_ELSEWHERE
    page = f"/c/alpha/decisions/{asked.pk}/"
    assert operator.post(page, {"choice": "0"}).status_code == 403
    division = signed_in(world, DIVISION)
    assert "推奨" in division.get(page).content.decode()
    assert division.post(page, {"choice": "7"}).status_code == 422
    assert division.post(page, {"choice": "1", "answer": "申請があるとき"}).status_code == 302
    assert division.post(page, {"choice": "0"}).status_code == 422
    asked.refresh_from_db()
    assert (asked.chosen, asked.answer) == ("条件付きで認める", "申請があるとき")
    assert Ticket.objects.get().state == TicketState.IN_PROGRESS
    assert operator.post(page, {"act": "criterion", "title": "私物端末の接続"}).status_code == 302
    assert operator.post(page, {"act": "criterion", "title": "もう一度"}).status_code == 422
    article = Article.objects.get()
    assert (article.kind, article.state) == (ArticleKind.DECISION_CRITERION, ArticleState.PUBLISHED)
    assert "条件付きで認める" in article.body
    assert "私物端末の接続" in operator.get("/c/alpha/criteria/").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"options": "一つだけ"}, "options"),
        ({"options": "同じ\n同じ"}, "options"),
        ({"options": "\n".join("abcdefg")}, "options"),
        ({"options": "あ" * 201 + "\n短い"}, "options"),
        ({"recommended": "3"}, "recommended"),
        ({"recommended": "0"}, "recommended"),
        ({"question": ""}, "question"),
        ({"subject": "a\x00"}, "subject"),
        ({"colour": "red"}, "__all__"),
    ],
)
def test_a_wrong_question_is_named_and_nothing_is_asked(operator: Client, change: dict[str, str], field: str) -> None:
    answer: Any = operator.post("/c/alpha/decisions/new/", QUESTION | change)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not DecisionRequest.objects.exists()


def test_a_mail_link_answers_by_one_press_and_opening_it_answers_nothing(world: World) -> None:
    asked = asked_about(world, at=timezone.now())
    mail_decisions.enqueue()
    mail_decisions.enqueue()
    [sent] = mail.outbox
    assert sent.to == ["responsible_division-alpha@example.jp"]
    found = re.search(r"http://\S+(/answer/decision/\S+)", str(sent.body))
    assert found is not None
    address = found.group(1)
    visitor = Client()
    assert "認めない" in visitor.get(address).content.decode()
    assert DecisionRequest.objects.get().decided_at is None
    assert Client(enforce_csrf_checks=True).post(address, {"choice": "0"}).status_code == 403
    assert visitor.post(address, {"choice": "9"}).status_code == 422
    assert visitor.post(address, {"choice": "1"}).status_code == 200
    assert visitor.post(address, {"choice": "0"}).status_code == 422
    asked.refresh_from_db()
    assert (asked.choice, asked.is_by_link) == (1, True)
    approval_token = address.replace("/answer/decision/", "/answer/")
    assert visitor.get(approval_token).status_code == 404
    DecisionAsk.objects.update(expires_at=timezone.now() - HOUR)
    assert visitor.get(address).status_code == 404


def test_waiting_for_others_is_counted_apart(world: World) -> None:
    asked = asked_about(world)
    access = world.access[DIVISION]
    begin_wait(access=access, request_id=asked.pk, whom="人事課", now=NOW + HOUR)
    with pytest.raises(NotNowError):
        begin_wait(access=access, request_id=asked.pk, whom="人事課", now=NOW + HOUR)
    end_wait(access=access, request_id=asked.pk, now=NOW + 3 * HOUR)
    with pytest.raises(NotNowError):
        end_wait(access=access, request_id=asked.pk, now=NOW + 3 * HOUR)
    begin_wait(access=access, request_id=asked.pk, whom="会計課", now=NOW + 4 * HOUR)
    answer_decision(access=access, request_id=asked.pk, choice=0, answer="", now=NOW + 5 * HOUR)
    [fact] = decision_events(world.contract, key="alpha")
    assert fact["waiting_elsewhere_seconds"] == 3 * 3600
    assert fact["waited_elsewhere"] is True
    assert fact["decided_at"] == NOW + 5 * HOUR


def test_only_what_came_into_force_is_a_revision(world: World) -> None:
    access = world.access[OPERATOR]

    def content(state: ArticleState, kind: ArticleKind = ArticleKind.RESPONSE_POLICY) -> ArticleContent:
        return ArticleContent(kind=kind, audience=Audience.OPERATORS, state=state, title="方針", body="本文")

    article = add_article(access=access, content=content(ArticleState.DRAFT), at=NOW)
    change_article(access=access, article=article, content=content(ArticleState.PUBLISHED), version=1, at=NOW)
    change_article(access=access, article=article, content=content(ArticleState.RETIRED), version=2, at=NOW + HOUR)
    add_article(access=access, content=content(ArticleState.PUBLISHED, ArticleKind.FAQ), at=NOW)
    assert [each["at"] for each in revision_events(world.contract, key="alpha")] == [NOW, NOW + HOUR]


def test_the_meeting_of_any_quarter_has_its_list(world: World, operator: Client) -> None:
    may = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
    kept, open_still, erased = (asked_about(world, at=may) for _ in range(3))
    for each in (kept, open_still, erased):
        answer_decision(access=world.access[DIVISION], request_id=each.pk, choice=1, answer="", now=may)
    article = make_criterion(access=world.access[OPERATOR], request_id=kept.pk, title="私物端末の接続", now=may)
    Article.objects.filter(pk=article.pk).update(review_date="2026-09-30")
    DecisionRequest.objects.filter(pk=erased.pk).update(options=[], subject="（消去済み）")
    page, file = "/c/alpha/criteria/", "/c/alpha/export/revisions.csv"
    assert "2026-04-01 – 2026-06-30" in operator.get(f"{page}?month=2026-05").content.decode()
    spring, summer, autumn = (
        operator.get(f"{file}?month={month}").content.decode("utf-8-sig").splitlines()[1:]
        for month in ("2026-04", "2026-07", "2026-12")
    )
    assert [line.partition(",")[0] for line in spring] == ["改定", *["判断基準になっていない判断"] * 2]
    assert [line.rpartition(",")[2] for line in spring] == [spring[0].rpartition(",")[2], "認める", ""]
    assert summer == autumn == ["見直し日が来たもの,2026-09-30,私物端末の接続,第1版"]
    assert operator.get(f"{page}?month=2026-13").status_code == 404


def test_decisions_of_another_contract_are_not_there(world: World, other: World) -> None:
    asked = asked_about(other)
    client = signed_in(world, DIVISION)
    assert client.get(f"/c/alpha/decisions/{asked.pk}/").status_code == 404
    assert client.post(f"/c/alpha/decisions/{asked.pk}/", {"choice": "0"}).status_code == 404


def test_the_three_indicators_of_the_network_contract_come_out_of_the_desk(world: World) -> None:
    """Count a quarter's questions, the share answered the same day, and revisions by the example's own definitions."""
    texts = read_definitions(Path(__file__).parents[2] / "examples" / "001-mic-lan")
    moved = moved_to(texts, day=NOW.date())
    add_definitions(
        contract=world.contract, texts=moved, in_force_from=date(2026, 4, 1), actor="system:test", at=NOW + HOUR
    )
    division = world.access[DIVISION]
    for at, spent in ((NOW, HOUR), (NOW + timedelta(days=20), 30 * HOUR), (NOW + timedelta(days=30), HOUR)):
        asked = asked_about(world, at=at)
        answer_decision(access=division, request_id=asked.pk, choice=0, answer="", now=at + spent)
    make_criterion(access=world.access[OPERATOR], request_id=asked.pk, title="私物端末", now=NOW + timedelta(days=30))
    ended = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
    figures = figures_of_month(contract=world.contract, month=date(2026, 6, 1), now=ended)
    exact = {each.indicator.id: each.figure.exact for each in figures.measurements}
    assert exact["decision_requests_per_month"] == 1
    assert exact["decision_within_same_day"] == Fraction(200, 3)
    assert exact["average_decision_time"] == (1 + 30 + 1) * 3600 / Fraction(3)
    assert exact["criterion_revision_count"] == 1


def test_a_question_needs_somebody_to_answer_it(world: World) -> None:
    world.contract.roles.filter(kind=DIVISION.value).update(end_date="2026-04-02")
    with pytest.raises(NotNowError):
        asked_about(world)
    assert not DecisionRequest.objects.exists()
