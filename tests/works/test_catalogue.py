"""Every ready form, from application to the ticket's facts; and forms that are refused."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.works.applying import answers_to, apply, approve_all, carry_out, item_for, waiting

from madoguchi.assets.models import Item, Loan
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.vocabulary import RoleKind, TicketKind, TicketState
from madoguchi.core.works_vocabulary import ApplicationState, FieldKind, ItemState, LoanState, Register
from madoguchi.desk.events import ticket_events
from madoguchi.desk.models import Activity, Notice, Ticket
from madoguchi.works.catalogue.load import load_form
from madoguchi.works.errors import AnswersError
from madoguchi.works.events import task_events
from madoguchi.works.models import Application, FormVersion
from madoguchi.works.operations.catalogue import save_form
from madoguchi.works.operations.fulfil import finish_task
from madoguchi.works.queries import all_forms, form_in_force, packaged_texts, task_lines

LATER = NOW + timedelta(hours=2)
KEYS = sorted(packaged_texts())
NAMED = {
    "service_use", "loan", "loan_return", "usb_registration", "usb_renewal", "media_scan", "password_reset",
    "remote_access_start", "remote_access_end", "lost_device", "account_open", "account_change", "account_close",
    "printer_setup", "printer_move", "printer_supplies", "terminal_handover", "remote_operation", "web_correction",
    "mail_magazine", "meeting_video", "layout_change", "training", "personnel_change",
}  # fmt: skip


def test_the_forms_of_the_contracts_are_ready() -> None:
    assert set(KEYS) >= NAMED


@pytest.mark.parametrize("key", KEYS)
def test_a_ready_form_goes_from_application_to_its_fact(world: World, key: str) -> None:
    application = apply(world, key)
    ticket = application.ticket
    assert ticket.kind == TicketKind.APPLICATION
    form, _ = form_in_force(contract=world.contract, key=key)
    if any(each.when is None for each in form.approvals):
        assert Ticket.objects.get(pk=ticket.pk).state == TicketState.WAITING_ELSEWHERE
    approve_all(world, application, at=NOW + timedelta(hours=1))
    application.refresh_from_db()
    assert application.state == ApplicationState.FULFILLING
    carry_out(world, application, at=LATER)
    assert application.state == ApplicationState.DONE
    [fact] = [each for each in ticket_events(world.contract, key="alpha") if each["reference"] == ticket.reference]
    assert fact["kind"] == "application"
    assert fact["resolved_at"] == LATER
    assert fact["resolved_by_first_line"] is True
    assert bool(fact["agreed_due_at"]) == any(each.agrees_due for each in form.approvals)


@pytest.mark.parametrize("key", KEYS)
def test_a_ready_form_says_everything_in_english(key: str) -> None:
    form = load_form(packaged_texts()[key], file=key)
    labels = [each.label for each in form.all_fields()] + [each.label for each in form.tasks]
    texts = [form.title, form.description, *labels, *(each.label for each in form.approvals)]
    assert [each.ja for each in texts if each.en == each.ja] == []


@pytest.mark.parametrize("key", KEYS)
def test_the_page_of_a_form_takes_what_it_asks_and_names_what_is_missing(world: World, key: str) -> None:
    form, _ = form_in_force(contract=world.contract, key=key)
    kind = RoleKind.USER if RoleKind.USER in form.who else RoleKind.OPERATOR
    client = signed_in(world, kind)
    page: Any = client.get(f"/c/alpha/portal/apply/{key}/")
    assert page.status_code == 200
    for field in form.fields:
        assert f'name="{field.key}"' in page.content.decode()
    empty: Any = client.post(f"/c/alpha/portal/apply/{key}/", {})
    assert empty.status_code == 422
    asked = [each.key for each in form.fields if each.is_required and each.when is None]
    assert set(asked) <= set(empty.context["errors"])
    assert not Application.objects.exists()


def test_a_user_applies_on_the_page_and_follows_it(world: World) -> None:
    client = signed_in(world, RoleKind.USER)
    form, _ = form_in_force(contract=world.contract, key="password_reset")
    answer: Any = client.post("/c/alpha/portal/apply/password_reset/", answers_to(world, form))
    assert answer.status_code == 302
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "本人を確認する" in shown
    assert "申請の進み方" in shown


def test_the_secret_is_shown_once_and_stored_nowhere(world: World, operator: Client) -> None:
    application = apply(world, "password_reset")
    address = f"/c/alpha/tickets/{application.ticket.number}/application/"
    checked = {"method": "card", "is_confirmed": "on"}
    assert operator.post(f"{address}1/", checked).status_code == 302
    shown: Any = operator.post(f"{address}2/")
    secret = shown.context["secret"]
    assert secret in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    assert operator.post(f"{address}2/").status_code == 409
    assert secret not in operator.get(address).content.decode()
    for model in (Activity, Ticket, Application, Notice):
        for row in model.objects.values_list():
            assert secret not in str(row)
    for row in application.tasks.values_list("records", flat=True):
        assert secret not in str(row)
    notes = "\n".join(Activity.objects.filter(ticket=application.ticket).values_list("text", flat=True))
    assert "確認の方法: 職員証の提示" in notes


def test_a_password_is_not_reset_before_the_identity_was_checked(world: World, operator: Client) -> None:
    application = apply(world, "password_reset")
    answer = operator.post(f"/c/alpha/tickets/{application.ticket.number}/application/2/")
    assert answer.status_code == 409
    assert not application.tasks.exclude(done_at=None).exists()


def test_a_clean_medium_goes_back_and_a_suspected_one_is_isolated_and_reported(world: World) -> None:
    clean = apply(world, "media_scan")
    carry_out(world, clean, at=LATER)
    assert not Ticket.objects.filter(kind=TicketKind.INCIDENT.value).exists()
    assert [each.task.key for each in task_lines(clean) if each.is_wanted] == ["scan", "give_back"]
    suspected = apply(world, "media_scan")
    carry_out(world, suspected, at=LATER, result="suspected")
    assert [each.task.key for each in task_lines(suspected) if each.is_wanted] == ["scan", "isolate", "report"]
    incident = Ticket.objects.get(kind=TicketKind.INCIDENT.value)
    assert incident.links.get().other_id == suspected.ticket_id
    assert Notice.objects.filter(kind="report", person=world.person(RoleKind.RESPONSIBLE_DIVISION)).exists()


def test_a_lost_phone_is_locked_reported_and_marked_with_its_minutes(world: World) -> None:
    application = apply(world, "lost_device")
    carry_out(world, application, at=NOW + timedelta(minutes=25), leak="possible")
    minutes = {each.task.key: each.minutes for each in task_lines(application)}
    assert minutes == {"lock": 25, "report": 25, "incident": 25, "register": 25}
    assert Item.objects.get(register="phone").state == ItemState.LOST
    assert Ticket.objects.filter(kind=TicketKind.INCIDENT.value).count() == 1


def test_a_loan_is_reserved_lent_and_taken_back(world: World) -> None:
    application = apply(world, "loan")
    carry_out(world, application, at=LATER)
    loan = Loan.objects.get(ticket=application.ticket)
    assert (loan.state, str(loan.start_date), str(loan.until_date)) == (LoanState.OUT, "2026-06-01", "2026-06-01")
    assert loan.item.holder == world.person(RoleKind.USER)
    back = apply(world, "loan_return")
    carry_out(world, back, at=LATER, condition="破損なし")
    assert Loan.objects.filter(state=LoanState.RETURNED.value, condition="破損なし").count() == 1


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("until_date", "2026-05-31"),
        ("until_date", "2026-02-30"),
        ("start_date", "昨日"),
        ("start_date", "0001-01-01"),
        ("wanted", "submarine"),
        ("purpose", ""),
        ("purpose", "a\x00b"),
        ("purpose", "あ" * 5001),
        ("colour", "red"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_saved(world: World, field: str, given: str) -> None:
    client = signed_in(world, RoleKind.USER)
    form, _ = form_in_force(contract=world.contract, key="loan")
    answer: Any = client.post("/c/alpha/portal/apply/loan/", answers_to(world, form) | {field: given})
    assert answer.status_code == 422
    assert list(answer.context["errors"]) == [field]
    assert not Ticket.objects.exists()


def test_a_condition_decides_what_is_asked(world: World) -> None:
    client = signed_in(world, RoleKind.USER)
    form, _ = form_in_force(contract=world.contract, key="service_use")
    given = answers_to(world, form)
    needless: Any = client.post("/c/alpha/portal/apply/service_use/", given | {"service_name": "地図"})
    assert list(needless.context["errors"]) == ["service_name"]
    lacking: Any = client.post("/c/alpha/portal/apply/service_use/", given | {"service": "other"})
    assert list(lacking.context["errors"]) == ["service_name"]


def test_only_those_a_form_is_for_may_use_it(world: World) -> None:
    client = signed_in(world, RoleKind.USER)
    assert client.get("/c/alpha/portal/apply/personnel_change/").status_code == 403
    assert client.get("/c/alpha/portal/apply/no_such_form/").status_code == 404
    assert "人事異動（一括）" not in client.get("/c/alpha/portal/catalogue/").content.decode()


def test_an_operator_takes_an_application_for_a_caller(world: World, operator: Client) -> None:
    form, _ = form_in_force(contract=world.contract, key="printer_supplies")
    given = answers_to(world, form) | {"requester": f"利用者 #{world.person(RoleKind.USER).pk}", "channel": "phone"}
    answer: Any = operator.post("/c/alpha/applications/new/printer_supplies/", given)
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.requester_id) == ("phone", world.person(RoleKind.USER).pk)
    refused: Any = operator.post("/c/alpha/applications/new/printer_supplies/", given | {"requester": ""})
    assert refused.status_code == 422
    assert Ticket.objects.count() == 1


def test_a_required_document_is_asked_for(world: World) -> None:
    client = signed_in(world, RoleKind.USER)
    form, _ = form_in_force(contract=world.contract, key="layout_change")
    answer: Any = client.post("/c/alpha/portal/apply/layout_change/", answers_to(world, form))
    assert list(answer.context["errors"]) == ["plan"]
    assert waiting(apply(world, "layout_change")) is not None
    assert Ticket.objects.get().attachments.count() == 1


def test_items_and_people_of_another_contract_cannot_be_chosen(world: World, other: World, operator: Client) -> None:
    foreign = item_for(other, Register.LOAN, "B-1")
    application = apply(world, "loan")
    address = f"/c/alpha/tickets/{application.ticket.number}/application/1/"
    for given in (str(foreign.pk), "999999999", "²", "x"):
        answer: Any = operator.post(address, {"item": given})
        assert answer.status_code == 422, given
    assert not Loan.objects.exists()


def test_an_administrator_changes_a_form_and_applications_keep_theirs(world: World) -> None:
    before = apply(world, "training")
    client = signed_in(world, RoleKind.ADMINISTRATOR)
    text = packaged_texts()["training"].replace("研修・操作説明", "研修の申込み")
    assert client.post("/c/alpha/forms/training/", {"text": text}).status_code == 302
    assert [each.title.ja for each in all_forms(world.contract) if each.key == "training"] == ["研修の申込み"]
    before.refresh_from_db()
    assert "研修・操作説明" in before.form.text
    assert apply(world, "training").form.number == 2
    off = text + "\noffered = false\n"
    wrong: Any = client.post("/c/alpha/forms/training/", {"text": off})
    assert wrong.status_code == 422
    client.post("/c/alpha/forms/training/", {"text": text.replace("position = 72", "offered = false")})
    assert signed_in(world, RoleKind.USER).get("/c/alpha/portal/apply/training/").status_code == 403


GOOD = 'key = "x"\ntitle = "様式"\ngroup = "web"\n[[task]]\nkey = "a"\nlabel = "する"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "title"),
        ("not toml", "not TOML"),
        (GOOD.replace("web", "moon"), "group"),
        (GOOD + 'colour = "red"\n', "unknown key"),
        (GOOD + '[[task]]\nkey = "a"\nlabel = "もう一度"\n', "twice"),
        (GOOD + '[[field]]\nkey = "f"\nlabel = "項目"\nkind = "secret"\n', "kind"),
        (GOOD + '[[field]]\nkey = "f"\nlabel = "項目"\nkind = "choice"\n', "choices"),
        (GOOD + 'effect = "pass_on"\n[[task.field]]\nkey = "f"\nlabel = "項目"\n', "tick it by themselves"),
        (GOOD + '[[field]]\nkey = "f"\nlabel = "項目"\nwhen = { field = "g", is = ["x"] }\n', "condition on 'g'"),
        (GOOD.replace('label = "する"', 'label = "する"\neffect = "lend_all"'), "effect"),
        (GOOD.replace('label = "する"', 'label = "する"\neffect = "renew"'), "without a field 'item'"),
        (GOOD.split("[[task]]", maxsplit=1)[0], "at least one task"),
        (GOOD + "a" * 100_001, "100000 bytes"),
    ],
)
def test_a_wrong_form_is_refused_with_file_and_key(world: World, text: str, said: str) -> None:
    access = world.access[RoleKind.ADMINISTRATOR]
    with pytest.raises(InvalidInputError) as refused:
        save_form(access=access, key="x", text=text, now=NOW)
    assert said in str(refused.value)
    assert "x.toml" in str(refused.value)
    assert not FormVersion.objects.exists()


def test_no_kind_of_field_holds_a_secret() -> None:
    assert "secret" not in set(FieldKind)
    assert "password" not in set(FieldKind)


def test_a_remote_operation_needs_consent_and_its_moments_run_forwards(world: World) -> None:
    declined, agreed = apply(world, "remote_operation"), apply(world, "remote_operation")

    def record(application: Application, number: int, **given: str) -> None:
        finish_task(
            access=world.access[RoleKind.OPERATOR], application_id=application.pk, task_number=number, given=given,
            now=LATER,
        )  # fmt: skip

    asked = {"consented_at": "2026-05-20T10:00", "consent_way": "telephone"}
    record(declined, 1, is_agreed="declined", **asked)
    declined.refresh_from_db()
    assert declined.state == ApplicationState.DONE
    record(agreed, 1, is_agreed="agreed", **asked)
    with pytest.raises(AnswersError) as refused:
        record(agreed, 2, started_at="2026-05-20T09:59", tool="遠隔支援")
    assert refused.value.errors == {"started_at": "2026-05-20 10:00 より前にはできません。"}
    record(agreed, 2, started_at="2026-05-20T10:01", tool="遠隔支援")
    done = {"done": "既定のプリンターを変えた", "is_disconnected": "on"}
    with pytest.raises(AnswersError):
        record(agreed, 3, ended_at="2026-05-20T10:00", **done)
    record(agreed, 3, ended_at="2026-05-20T10:20", **done)
    facts = [str(each["task"]) for each in task_events(world.contract, key="alpha")]
    assert sorted(facts) == ["consent", "consent", "end", "start"]


def test_what_is_wrong_with_a_task_is_named_by_its_fields(world: World, operator: Client) -> None:
    number = apply(world, "remote_operation").ticket.number
    shown = operator.post(f"/c/alpha/tickets/{number}/application/1/", {}).content.decode()
    alert = shown.partition('<div role="alert">')[2].partition("</div>")[0]
    assert re.findall("<li>(.*?): ", alert) == ["同意", "確認した日時", "確認の方法"]
