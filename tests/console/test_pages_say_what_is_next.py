"""Pages of the works say what comes next, where nothing can be done, and how things hang together."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.assets.test_registers import item_of, row, sheet, upload
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.works.applying import apply, approve_all

from madoguchi.assets.models import Item, ItemImport
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import DeskRecordKind, ImprovementKind, Register
from madoguchi.desk.models import Category, Ticket
from madoguchi.works.models import DeskRecord
from madoguchi.works.operations.improve import Proposal, propose


def shown(client: Client, path: str) -> str:
    answer = client.get(f"/c/alpha/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_application_that_waits_says_so_until_it_is_approved(world: World, operator: Client) -> None:
    waiting = apply(world, "usb_registration")
    path = f"tickets/{waiting.ticket.number}/application/"
    assert "承認が済むと、作業を記録できます。" in shown(operator, path)
    approve_all(world, waiting, at=NOW + timedelta(hours=1))
    assert "承認が済むと" not in shown(operator, path)


def test_a_proposal_waits_for_the_division(world: World, operator: Client) -> None:
    proposal = Proposal(
        title="自動化", kind=ImprovementKind.AUTOMATION, ground="件数が多い", category=None, cost=1_200_000,
        minutes_before=6, minutes_after=1, expected_minutes_per_week=100,
    )  # fmt: skip
    found = propose(access=world.access[RoleKind.OPERATOR], proposal=proposal, now=NOW)
    page = shown(operator, f"improvements/{found.pk}/")
    assert "主管課の判断を待っています。" in page
    assert "1,200,000" in page
    assert "待っています" not in shown(signed_in(world, RoleKind.RESPONSIBLE_DIVISION), f"improvements/{found.pk}/")


def test_recurring_faults_lead_to_their_tickets(world: World, operator: Client) -> None:
    category = Category.objects.create(contract=world.contract, key="faxes", name="ファクス")
    for _each in range(3):
        world.ticket()
    Ticket.objects.update(category=category, received_at=timezone.now())
    address = "/c/alpha/desk/?category=faxes&amp;state=all"
    assert f'3件 <a href="{address}">ファクス</a>' in shown(operator, "improvements/")
    listed = shown(operator, "desk/?category=faxes&state=all")
    assert all(each.reference in listed for each in Ticket.objects.all())


def test_an_item_names_the_import_that_changed_it_and_leads_back(world: World, operator: Client) -> None:
    assert upload(world, sheet(row(number="T-1"))).status_code == 302
    run, item = ItemImport.objects.get(), Item.objects.get()
    address = f"/c/alpha/registers/import/{run.pk}/"
    assert f'<a href="{address}">CSVの取込み</a>' in shown(
        signed_in(world, RoleKind.OPERATIONS_MANAGER), f"registers/{item.pk}/"
    )
    page = shown(operator, f"registers/{item.pk}/")
    # who may not import has nothing to open there
    assert "CSVの取込み" in page
    assert address not in page
    assert 'href="/c/alpha/registers/"' in page


def test_the_day_shows_how_long_a_duty_is_and_what_it_is_about(world: World, operator: Client) -> None:
    person = world.person(RoleKind.OPERATOR)
    DeskRecord.objects.create(
        contract=world.contract, kind=DeskRecordKind.DUTY.value, date="2026-05-20", title="早番", text="電話",
        minutes=480, owner=person, author=person, written_at=NOW,
    )  # fmt: skip
    assert "早番 480分 電話" in shown(operator, "running/?date=2026-05-20")


def test_loans_lead_to_where_items_are_reserved(world: World, operator: Client) -> None:
    item_of(world, register=Register.LOAN)
    assert 'href="/c/alpha/registers/?register=loan"' in shown(operator, "loans/")
