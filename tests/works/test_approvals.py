"""Approvals: by page and by mail link, by delegates, in order, once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.works.applying import apply, waiting

from madoguchi.core.vocabulary import Act, RoleKind, TicketState
from madoguchi.core.works_vocabulary import ApplicationState, ApprovalState
from madoguchi.desk.models import Activity, Ticket
from madoguchi.people.models import Division, DivisionPlace
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import Absence, Application, Approval, ApprovalAsk
from madoguchi.works.operations.approve import Decision, decide_approval, name_approver
from madoguchi.works.tasks import mail_asks

DIVISION = RoleKind.RESPONSIBLE_DIVISION


@pytest.fixture
def application(world: World) -> Application:
    return apply(world, "service_use", at=timezone.now())


def link_in_mail() -> str:
    mail_asks.enqueue()
    found = re.search(r"http://\S+(/answer/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found.group(1)


def state_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state


def test_a_mail_link_shows_and_only_its_button_approves(application: Application) -> None:
    address = link_in_mail()
    visitor = Client()
    for _ in range(3):
        shown = visitor.get(address)
        assert shown.status_code == 200
        assert "利用目的" in shown.content.decode()
    assert visitor.head(address).status_code == 405
    assert state_of(application) == ApplicationState.APPROVING
    assert visitor.post(address, {"decision": "approve"}).status_code == 200
    assert state_of(application) == ApplicationState.FULFILLING
    approval = Approval.objects.get()
    assert approval.is_by_link
    assert approval.state == ApprovalState.APPROVED


def test_a_link_works_once(application: Application) -> None:
    address = link_in_mail()
    assert Client().post(address, {"decision": "refuse", "reason": "不要です"}).status_code == 200
    again = Client().post(address, {"decision": "approve"})
    assert again.status_code == 422
    assert "すでに終わっています" in again.content.decode()
    assert state_of(application) == ApplicationState.REFUSED
    assert "終わっています" in Client().get(address).content.decode()


def test_a_link_expires_and_cannot_be_made_up(application: Application) -> None:
    address = link_in_mail()
    ApprovalAsk.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"decision": "approve"}).status_code == 404
    ApprovalAsk.objects.update(expires_at=timezone.now() + timedelta(days=1))
    for wrong in (address[:-2] + "x/", "/answer/1/", "/answer/1:aaaa/"):
        assert Client().post(wrong, {"decision": "approve"}).status_code == 404
    assert state_of(application) == ApplicationState.APPROVING


def test_a_link_checks_that_the_form_was_ours(application: Application) -> None:
    address = link_in_mail()
    assert Client(enforce_csrf_checks=True).post(address, {"decision": "approve"}).status_code == 403
    assert state_of(application) == ApplicationState.APPROVING


def test_a_link_of_somebody_who_left_the_contract_is_dead(world: World, application: Application) -> None:
    address = link_in_mail()
    world.contract.roles.filter(person=world.person(DIVISION)).update(end_date="2026-04-02")
    assert Client().post(address, {"decision": "approve"}).status_code == 404
    assert state_of(application) == ApplicationState.APPROVING


def test_a_mail_is_sent_once_to_each_who_is_asked(application: Application) -> None:
    mail_asks.enqueue()
    mail_asks.enqueue()
    assert [each.to for each in mail.outbox] == [["responsible_division-alpha@example.jp"]]
    assert application.ticket.reference in mail.outbox[0].subject


def test_a_refusal_needs_a_reason_and_is_told(world: World, application: Application) -> None:
    client = signed_in(world, DIVISION)
    approval = waiting(application)
    assert approval is not None
    address = f"/c/alpha/portal/approvals/{approval.pk}/"
    assert client.post(address, {"decision": "refuse"}).status_code == 422
    assert client.post(address, {"decision": "perhaps"}).status_code == 422
    assert state_of(application) == ApplicationState.APPROVING
    assert client.post(address, {"decision": "refuse", "reason": "予算がありません"}).status_code == 302
    told = Activity.objects.get(ticket=application.ticket, act=Act.RESOLVE.value)
    assert "予算がありません" in told.text
    assert told.visibility == "public"
    assert Ticket.objects.get().state == TicketState.RESOLVED


def test_the_ticket_waits_for_the_approval_and_goes_on_after_it(world: World, application: Application) -> None:
    assert Ticket.objects.get().state == TicketState.WAITING_ELSEWHERE
    approval = waiting(application)
    assert approval is not None
    decision = Decision(is_approved=True)
    decide_approval(access=world.access[DIVISION], approval_id=approval.pk, decision=decision, now=timezone.now())
    assert Ticket.objects.get().state == TicketState.IN_PROGRESS
    with pytest.raises(NotNowError):
        decide_approval(access=world.access[DIVISION], approval_id=approval.pk, decision=decision, now=timezone.now())


def test_a_taken_back_application_cannot_be_approved(world: World, application: Application) -> None:
    user = signed_in(world, RoleKind.USER)
    answer = user.post(f"/c/alpha/portal/tickets/{application.ticket.number}/answer/", {"act": "withdraw"})
    assert answer.status_code == 302
    approval = waiting(application)
    assert approval is not None
    client = signed_in(world, DIVISION)
    assert client.post(f"/c/alpha/portal/approvals/{approval.pk}/", {"decision": "approve"}).status_code == 422
    assert "承認を待っている申請はありません" in client.get("/c/alpha/portal/approvals/").content.decode()


def test_nobody_approves_their_own_application_nor_another_contracts(world: World, other: World) -> None:
    with pytest.raises(NotNowError):
        apply(world, "layout_change", by=DIVISION, at=timezone.now())
    assert not Application.objects.exists()
    application = apply(world, "service_use", at=timezone.now())
    approval = waiting(application)
    assert approval is not None
    stranger = signed_in(other, DIVISION)
    for key in ("alpha", "beta"):
        page = f"/c/{key}/portal/approvals/{approval.pk}/"
        assert stranger.post(page, {"decision": "approve"}).status_code == 404
    assert signed_in(world, RoleKind.OPERATOR).get(f"/c/alpha/portal/approvals/{approval.pk}/").status_code == 404


def test_a_large_work_gets_its_agreed_due_date_from_the_responsible_division(world: World) -> None:
    now = timezone.now()
    application = apply(world, "layout_change", at=now)
    approval = waiting(application)
    assert approval is not None
    client = signed_in(world, DIVISION)
    address = f"/c/alpha/portal/approvals/{approval.pk}/"
    assert client.post(address, {"decision": "approve"}).status_code == 422
    assert client.post(address, {"decision": "approve", "due_at": "2020-01-01T10:00"}).status_code == 422
    assert client.post(address, {"decision": "approve", "due_at": "9999-12-31T23:59"}).status_code == 422
    assert Ticket.objects.get().agreed_due_at is None
    due = (timezone.localtime(now) + timedelta(days=30)).strftime("%Y-%m-%dT17:00")
    assert client.post(address, {"decision": "approve", "due_at": due}).status_code == 302
    agreed = Ticket.objects.get().agreed_due_at
    assert agreed is not None
    assert timezone.localtime(agreed).strftime("%Y-%m-%dT%H:%M") == due


def in_division(world: World, *, approver: RoleKind) -> None:
    """Put the user into a section whose department has an approver."""
    organisation = world.person(RoleKind.USER).organisation
    assert organisation is not None
    department = Division.objects.create(organisation=organisation, key="department")
    section = Division.objects.create(organisation=organisation, key="section")
    DivisionPlace.objects.create(division=department, name="部", start_date="2026-04-01")
    DivisionPlace.objects.create(division=section, name="課", parent=department, start_date="2026-04-01")
    user = world.person(RoleKind.USER)
    user.division = section
    user.save()
    access = world.access[RoleKind.ADMINISTRATOR]
    name_approver(access=access, division_id=department.pk, person=world.person(approver), now=NOW)


def test_the_approver_of_the_nearest_division_above_is_asked(world: World) -> None:
    in_division(world, approver=RoleKind.OPERATOR)
    approval = waiting(apply(world, "service_use"))
    assert approval is not None
    assert [each.person_id for each in approval.asks.all()] == [world.person(RoleKind.OPERATOR).pk]


def test_an_administrator_names_approvers(world: World) -> None:
    in_division(world, approver=RoleKind.OPERATOR)
    client = signed_in(world, RoleKind.ADMINISTRATOR)
    section = Division.objects.get(key="section")
    given = {"division": section.pk, "person": world.person(RoleKind.OPERATIONS_MANAGER).pk}
    assert client.post("/c/alpha/approvers/", given).status_code == 302
    assert "課: 運用管理者" in client.get("/c/alpha/approvers/").content.decode()
    assert client.post("/c/alpha/approvers/", {**given, "person": 10**9}).status_code == 422


def test_a_delegate_is_asked_while_the_approver_is_away(world: World) -> None:
    client = signed_in(world, DIVISION)
    today = timezone.localdate()
    days = {"start_date": str(today), "end_date": str(today + timedelta(days=3))}
    delegate = {"mail": "operations_manager-alpha@example.jp"}
    assert client.post("/c/alpha/portal/absences/", days | {"mail": "nobody@example.jp"}).status_code == 422
    assert client.post("/c/alpha/portal/absences/", delegate).status_code == 422
    backwards = {"start_date": days["end_date"], "end_date": days["start_date"]}
    assert client.post("/c/alpha/portal/absences/", backwards | delegate).status_code == 422
    before = waiting(apply(world, "service_use", at=timezone.now()))
    assert client.post("/c/alpha/portal/absences/", days | delegate).status_code == 302
    manager = world.person(RoleKind.OPERATIONS_MANAGER)
    assert before is not None
    assert before.asks.filter(person=manager, instead_of=world.person(DIVISION)).exists()
    after = waiting(apply(world, "service_use", at=timezone.now()))
    assert after is not None
    assert [each.person_id for each in after.asks.all()] == [manager.pk]
    absence = Absence.objects.get()
    stranger = signed_in(world, RoleKind.USER)
    assert stranger.post("/c/alpha/portal/absences/", {"end": absence.pk}).status_code == 404
    assert client.post("/c/alpha/portal/absences/", {"end": absence.pk}).status_code == 302


def test_an_approver_passes_one_approval_on(world: World, application: Application) -> None:
    approval = waiting(application)
    assert approval is not None
    client = signed_in(world, DIVISION)
    address = f"/c/alpha/portal/approvals/{approval.pk}/pass/"
    assert client.post(address, {"mail": "user-alpha@example.jp"}).status_code == 422
    assert client.post(address, {"mail": ""}).status_code == 422
    assert client.post(address, {"mail": "operations_manager-alpha@example.jp"}).status_code == 302
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert manager.post(f"/c/alpha/portal/approvals/{approval.pk}/", {"decision": "approve"}).status_code == 302
    decided: Any = Approval.objects.get()
    assert decided.decided_by == world.person(RoleKind.OPERATIONS_MANAGER)
