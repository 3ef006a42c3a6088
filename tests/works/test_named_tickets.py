"""A form that names the ticket it is for: the two tickets show each other."""

import pytest
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.works.applying import apply

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.vocabulary import LinkKind, RoleKind
from madoguchi.desk.models import Ticket, TicketLink
from madoguchi.works.catalogue.load import load_form
from madoguchi.works.errors import AnswersError
from madoguchi.works.models import Application
from madoguchi.works.queries import packaged_texts


@pytest.mark.parametrize("written", ["{number}", "{number:06d}", "０００{number}", " {number} "])
def test_a_remote_operation_and_its_ticket_show_each_other(world: World, operator: Client, written: str) -> None:
    ticket = world.ticket(at=NOW, subject="印刷できない")
    made = apply(world, "remote_operation", reference=written.format(number=ticket.number))
    assert made.answers["reference"] == ticket.number
    link = TicketLink.objects.get()
    assert (link.ticket_id, link.other_id, link.kind) == (made.ticket_id, ticket.pk, LinkKind.RELATED.value)
    shown = operator.get(f"/c/alpha/tickets/{made.ticket.number}/application/").content.decode()
    assert f'もとの案件: <a href="/c/alpha/tickets/{ticket.number}/">{ticket.reference} 印刷できない</a>' in shown
    for one, other in ((ticket, made.ticket), (made.ticket, ticket)):
        shown = operator.get(f"/c/alpha/tickets/{one.number}/").content.decode()
        assert f'href="/c/alpha/tickets/{other.number}/">{other.reference}' in shown


def test_a_number_may_stay_out_and_another_contracts_is_none(world: World, other: World) -> None:
    apply(world, "remote_operation")
    assert not TicketLink.objects.exists()
    far = max((other.ticket(at=NOW) for _each in range(3)), key=lambda each: each.number)
    for wrong in (str(far.number), "0", "-1", "一", "9" * 30, "12 34", "#1", "²", "①"):
        with pytest.raises(AnswersError) as refused:
            apply(world, "remote_operation", reference=wrong)
        said = refused.value.errors["reference"]
        assert said == f"受付番号「{wrong[:40]}」の案件はありません。番号を確かめてください。"
    assert Application.objects.count() == Ticket.objects.filter(contract=world.contract).count() == 1


def test_users_name_only_tickets_of_their_own(world: World) -> None:
    text = packaged_texts()["remote_operation"].replace('who = ["operator"', 'who = ["user", "operator"')
    form = load_form(text, file="remote_operation.toml")
    assert RoleKind.USER in form.who
    strange = world.ticket(at=NOW, requester=RoleKind.OPERATOR)
    client = signed_in(world, RoleKind.ADMINISTRATOR)
    assert client.post("/c/alpha/forms/remote_operation/", {"text": text}).status_code == 302
    with pytest.raises(AnswersError) as refused:
        apply(world, "remote_operation", reference=str(strange.number))
    assert list(refused.value.errors) == ["reference"]
    own = world.ticket(at=NOW)
    assert apply(world, "remote_operation", reference=str(own.number)).answers["reference"] == own.number


def test_a_task_names_no_ticket() -> None:
    text = packaged_texts()["remote_operation"].replace(
        'label_en = "Tool used"', 'label_en = "Tool used"\nkind = "ticket"'
    )
    with pytest.raises(InvalidInputError) as refused:
        load_form(text, file="remote_operation.toml")
    assert "the kind ticket in a task" in str(refused.value)
