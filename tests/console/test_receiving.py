"""Receiving a matter: somebody new with where to reach them, an answer given at once, what is known beside it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.console.test_forms import NEW
from tests.desk_world import NOW, World

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience, RoleKind, TicketState
from madoguchi.desk.models import Activity, ArticleUse, Ticket
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.operations import ArticleContent, add_article
from madoguchi.people.models import Person

REACHED_BY = {"reading": "あたらしいひと", "extension": "045-111-2222", "mail": "new@example.jp"}


def article(world: World, title: str = "印刷できないとき", *, body: str = "電源を入れ直してください。") -> Article:
    content = ArticleContent(
        kind=ArticleKind.FAQ, audience=Audience.PUBLIC, state=ArticleState.PUBLISHED, title=title, body=body,
        review_date=date(2030, 1, 1),
    )  # fmt: skip
    return add_article(access=world.access[RoleKind.OPERATIONS_MANAGER], content=content, at=NOW)


def test_somebody_new_is_kept_with_where_to_reach_them_and_known_at_the_next_call(operator: Client) -> None:
    assert operator.post("/c/alpha/desk/new/", NEW | REACHED_BY).status_code == 302
    person = Ticket.objects.get().requester
    assert {name: getattr(person, name) for name in REACHED_BY} == REACHED_BY
    page = operator.get("/c/alpha/desk/new/?caller=0451112222").content.decode()
    assert f"新しい人 #{person.pk}" in page
    assert "あたらしいひと" in operator.get("/c/alpha/desk/people/?requester=あたらしい").content.decode()


def test_an_unknown_callers_number_stands_where_it_will_be_kept(operator: Client) -> None:
    form: Any = operator.get("/c/alpha/desk/new/?caller=%2B81-45-111-2222").context["form"]
    assert form["extension"].value() == "0451112222"


def test_an_address_that_is_somebodys_adds_nobody_and_says_whose(operator: Client, world: World) -> None:
    known = world.person(RoleKind.USER)
    Person.objects.filter(pk=known.pk).update(mail="known@example.jp")
    people = Person.objects.count()
    answer: Any = operator.post("/c/alpha/desk/new/", NEW | {"mail": "Known@example.jp"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["mail"])
    assert known.name in answer.content.decode()
    assert (Ticket.objects.count(), Person.objects.count()) == (0, people)


def test_an_address_of_another_contracts_people_is_nobodys_here(operator: Client, other: World) -> None:
    Person.objects.filter(pk=other.person(RoleKind.USER).pk).update(mail="known@example.jp")
    assert operator.post("/c/alpha/desk/new/", NEW | {"mail": "known@example.jp"}).status_code == 302


def test_contact_details_typed_for_a_known_person_change_nothing_and_that_is_said(
    operator: Client, world: World
) -> None:
    known = world.person(RoleKind.USER)
    given = NEW | {"requester": f"{known.name} #{known.pk}", "extension": "9999"}
    page = operator.post("/c/alpha/desk/new/", given, follow=True).content.decode()
    assert "書き換えていません" in page
    known.refresh_from_db()
    assert known.extension != "9999"


def test_a_matter_answered_at_once_is_received_answered_and_resolved_in_one_go(operator: Client, world: World) -> None:
    used = article(world)
    given = NEW | {"answer": "電源を入れ直してください。", "resolves": "on", "article": str(used.pk)}
    assert operator.post("/c/alpha/desk/new/", given).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.state == TicketState.RESOLVED.value
    assert ticket.assignee == world.person(RoleKind.OPERATOR)
    acts = Activity.objects.filter(ticket=ticket).order_by("number")
    assert [each.act for each in acts] == ["receive", "answer", "resolve"]
    assert ArticleUse.objects.get().article == used


def test_an_answer_may_leave_the_matter_open_and_without_one_nothing_is_answered(operator: Client) -> None:
    operator.post("/c/alpha/desk/new/", NEW | {"answer": "確認して折り返します。"})
    first = Ticket.objects.latest("pk")
    assert first.first_answered_at is not None
    assert first.resolved_at is None
    operator.post("/c/alpha/desk/new/", NEW | {"requester": "別の人", "resolves": "on"})
    second = Ticket.objects.latest("pk")
    assert (second.first_answered_at, second.resolved_at, second.assignee) == (None, None, None)


def test_a_matter_typed_in_later_was_answered_when_it_came(operator: Client) -> None:
    given = NEW | {"answer": "ご案内しました。", "resolves": "on", "received_at": "2026-05-20T09:30"}
    assert operator.post("/c/alpha/desk/new/", given).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.received_at == ticket.first_answered_at == ticket.resolved_at


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mail": "no address"}, "mail"),
        ({"extension": "1" * 41}, "extension"),
        ({"reading": "a\x00"}, "reading"),
        ({"answer": "x" * 20_001}, "answer"),
        ({"answer": "回答", "article": "999999"}, "answer"),
        ({"article": "x"}, "article"),
    ],
)
def test_what_is_wrong_is_named_and_neither_ticket_nor_person_is_kept(
    operator: Client, change: dict[str, str], field: str
) -> None:
    people = Person.objects.count()
    answer: Any = operator.post("/c/alpha/desk/new/", NEW | {"answer": "回答", **change})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert NEW["text"] in answer.content.decode()
    assert (Ticket.objects.count(), Person.objects.count()) == (0, people)


def test_beside_a_new_ticket_stand_the_requesters_tickets_and_articles_on_the_subject(
    operator: Client, world: World, other: World
) -> None:
    ticket, known = world.ticket(subject="先週の件"), world.person(RoleKind.USER)
    world.ticket(subject="別の人の件", requester=RoleKind.RESPONSIBLE_DIVISION)
    article(world, body="<b>電源</b>")
    rows = HistoryRow.objects.count()
    page = operator.get(f"/c/alpha/desk/new/beside/?requester=x+%23{known.pk}&subject=印刷").content.decode()
    assert f"/c/alpha/tickets/{ticket.number}/" in page
    assert "別の人の件" not in page
    assert "印刷できないとき" in page
    assert 'data-text="&lt;b&gt;電源&lt;/b&gt;"' in page
    assert HistoryRow.objects.count() == rows + 1
    foreign = operator.get(f"/c/alpha/desk/new/beside/?requester=x+%23{other.person(RoleKind.USER).pk}")
    assert "この依頼者" not in foreign.content.decode()
    assert HistoryRow.objects.count() == rows + 1


def test_what_is_for_operators_alone_is_never_offered_as_an_answer(operator: Client, world: World) -> None:
    inside = ArticleContent(
        kind=ArticleKind.PROCEDURE, audience=Audience.OPERATORS, state=ArticleState.PUBLISHED,
        title="印刷できないときの内部手順", body="管理者用の番号は秘密", review_date=date(2030, 1, 1),
    )  # fmt: skip
    kept = add_article(access=world.access[RoleKind.OPERATIONS_MANAGER], content=inside, at=NOW)
    beside = operator.get("/c/alpha/desk/new/beside/?subject=印刷").content.decode()
    assert inside.title in beside
    page = operator.get(f"/c/alpha/tickets/{world.ticket().number}/").content.decode()
    assert f'<option data-article="{kept.pk}">' in page
    assert inside.body not in beside + page
