"""What is typed wrongly on the pages of the works is named in the reader's language, and changes nothing."""

import pytest
from django.test import Client
from tests.assets.test_registers import item_of
from tests.desk_world import NOW, World

from madoguchi.assets.models import Item, Loan
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import Register
from madoguchi.people.models import Person
from madoguchi.works.models import DeskRecord, Problem

NEW = {"register": "terminal", "number": "Q-1", "name": "端末", "quantity": "1", "reorder_below": "0"}
YEARS = "1990年から2099年までの日を入力してください。"
IN_ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "2100-01-01", "9999-12-31"])
def test_days_of_years_that_cannot_be_meant_are_refused(world: World, operator: Client, day: str) -> None:
    item = item_of(world, register=Register.TERMINAL)
    person = str(world.person(RoleKind.USER).pk)
    for path, given in (
        ("registers/new/", NEW | {"valid_until": day}), (f"registers/{item.pk}/", {"act": "renew", "until": day}),
        (f"registers/{item.pk}/", {"act": "reserve", "person": person, "start_date": day, "until_date": day}),
        ("running/", {"kind": "training", "date": day, "title": "研修"}),
        ("running/", {"copy": "week", "start_date": day, "to_date": "2026-05-20"}),
    ):  # fmt: skip
        answer = operator.post(f"/c/alpha/{path}", given)
        assert answer.status_code == 422
        assert YEARS in answer.content.decode()
    assert (Item.objects.count(), Loan.objects.count(), DeskRecord.objects.count()) == (1, 0, 0)


def test_days_of_absence_too(operator: Client) -> None:
    given = {"mail": "user-alpha@example.jp", "start_date": "0001-01-01", "end_date": "9999-12-31"}
    answer = operator.post("/c/alpha/portal/absences/", given)
    assert answer.status_code == 422
    assert answer.content.decode().count(YEARS) == 2


def test_a_nul_is_called_what_it_is(operator: Client) -> None:
    for path, given in (("registers/new/", NEW | {"number": "a\x00b"}), ("portal/absences/", {"mail": "a\x00b"})):
        answer = operator.post(f"/c/alpha/{path}", given)
        assert answer.status_code == 422
        assert "使えない制御文字が含まれています。" in answer.content.decode()


def test_a_page_that_refuses_names_fields_by_their_labels(operator: Client) -> None:
    given = {"copy": "week", "start_date": "2026-02-30", "to_date": ""}
    shown = operator.post("/c/alpha/running/", given).content.decode()
    assert "写し元の最初の日: 日付を正しく入力してください。 写し先の最初の日: " in shown
    shown = operator.post("/c/alpha/running/", given, **IN_ENGLISH).content.decode()  # type: ignore[arg-type]
    assert "写し" not in shown
    assert "start_date" not in shown


def test_somebody_whose_address_is_typed_is_not_added_again(world: World, operator: Client) -> None:
    user, count = world.person(RoleKind.USER), Person.objects.count()
    item = item_of(world, register=Register.TERMINAL)
    given = {"channel": "phone", "terminal": str(item.pk), "purpose": "設定"}
    for typed in (user.mail, f" {user.mail.upper()} "):
        answer = operator.post("/c/alpha/applications/new/remote_operation/", given | {"requester": typed})
        assert answer.status_code == 302
    assert Person.objects.count() == count
    assert user.requested_tickets.count() == 2
    operator.post("/c/alpha/applications/new/remote_operation/", given | {"requester": "nobody@elsewhere.example"})
    assert Person.objects.count() == count + 1


def test_numbers_of_tickets_may_be_written_wide(world: World, operator: Client) -> None:
    number = world.ticket(at=NOW).number
    wide = str(number).translate({ord("0") + each: ord("０") + each for each in range(10)})
    assert operator.post("/c/alpha/problems/new/", {"title": "紙詰まり", "tickets": wide}).status_code == 302
    assert [each.number for each in Problem.objects.get().tickets.all()] == [number]
