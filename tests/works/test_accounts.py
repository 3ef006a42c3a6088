"""Accounts applied for: chosen from the register, held by whom they are for, changed there with their history."""

from datetime import timedelta
from typing import Any

import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.works.applying import apply, approve_all, carry_out

from madoguchi.assets.models import Item
from madoguchi.assets.operations.items import NewItem, add_item
from madoguchi.assets.queries import history_of
from madoguchi.core.vocabulary import Channel, RoleKind
from madoguchi.core.works_vocabulary import Register
from madoguchi.people.models import Person
from madoguchi.works.errors import AnswersError
from madoguchi.works.models import Application
from madoguchi.works.operations.apply import NewApplication, apply_for
from madoguchi.works.operations.fulfil import finish_task

LATER = NOW + timedelta(hours=2)


def account_of(world: World, holder: RoleKind, number: str = "A-1") -> Item:
    new = NewItem(register=Register.ACCOUNT, number=number, name="tanaka.h", holder=world.person(holder))
    return add_item(access=world.access[RoleKind.OPERATOR], new=new, now=NOW)


def changed(world: World, item: Item, what: str, **given: str) -> tuple[Item, list[str]]:
    """Apply for a change of an account as its holder, approve and carry out; return it with its history's notes."""
    form = {"item": str(item.pk), "what": what, "from_date": "2026-06-01", **given}
    new = NewApplication(
        form="account_change", answers=form, requester=world.person(RoleKind.USER), channel=Channel.WEB, documents={}
    )
    application = apply_for(access=world.access[RoleKind.USER], new=new, now=NOW)
    approve_all(world, application, at=NOW)
    application.refresh_from_db()
    carry_out(world, application, at=LATER)
    item.refresh_from_db()
    return item, [each.note for each in history_of(item)]


def test_a_change_of_an_account_changes_its_row_with_history(world: World) -> None:
    item = account_of(world, RoleKind.USER)
    item, notes = changed(world, item, "user_name", to="sato.h")
    assert (item.name, notes) == ("sato.h", ["名称: tanaka.h → sato.h", ""])
    item, notes = changed(world, item, "rights", to="共有フォルダーの管理")
    assert (item.note, notes[0]) == ("共有フォルダーの管理", "備考: － → 共有フォルダーの管理")
    item, notes = changed(world, item, "until", to_date="2026-09-30")
    assert (str(item.valid_until), notes[0]) == ("2026-09-30", "有効期限: － → 2026-09-30")
    item, notes = changed(world, item, "mail", to="new@example.jp")
    assert notes[0] == "メールアドレス: new@example.jp"
    assert world.person(RoleKind.USER).mail == "user-alpha@example.jp"
    item, notes = changed(world, item, "name", to="新しい 名前")
    assert Person.objects.get(pk=world.person(RoleKind.USER).pk).name == "新しい 名前"
    ticket = Application.objects.latest("pk").ticket_id
    assert history_of(item)[0].ticket_id == ticket
    item, notes = changed(world, item, "holder", to_person=str(world.person(RoleKind.USER).pk))
    assert item.holder == world.person(RoleKind.USER)


def test_a_user_chooses_among_their_own_accounts_and_the_desk_among_all(world: World) -> None:
    own, others = account_of(world, RoleKind.USER), account_of(world, RoleKind.OPERATOR, "A-2")
    user, operator = signed_in(world, RoleKind.USER), signed_in(world, RoleKind.OPERATOR)
    address = "/c/alpha/portal/apply/account_change/"
    page = user.get(address).content.decode()
    assert f'value="{own.pk}"' in page
    assert "A-2" not in page
    answers = {"item": str(others.pk), "what": "user_name", "to": "x", "from_date": "2026-06-01"}
    refused: Any = user.post(address, answers)
    assert refused.status_code == 422
    assert "候補にありません" in refused.context["errors"]["item"]
    assert "A-2" in operator.get("/c/alpha/applications/new/account_change/").content.decode()
    taken = {**answers, "requester": f"利用者 #{world.person(RoleKind.USER).pk}", "channel": "phone"}
    assert operator.post("/c/alpha/applications/new/account_change/", taken).status_code == 302
    assert Application.objects.get().ticket.text.startswith("アカウント: A-2 tanaka.h")


def test_another_contracts_account_cannot_be_chosen(world: World, other: World) -> None:
    theirs = account_of(other, RoleKind.USER)
    answers = {"item": str(theirs.pk), "what": "user_name", "to": "x", "from_date": "2026-06-01"}
    refused: Any = signed_in(world, RoleKind.OPERATOR).post("/c/alpha/portal/apply/account_change/", answers)
    assert refused.status_code == 422


def test_among_very_many_accounts_one_is_named_by_its_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.works.pages.SHOWN_OPTIONS", 1)
    first, second = account_of(world, RoleKind.USER), account_of(world, RoleKind.USER, "A-2")
    user, address = signed_in(world, RoleKind.USER), "/c/alpha/portal/apply/account_change/"
    assert "管理番号または名称" in user.get(address).content.decode()
    answers = {"item": "A-2", "what": "user_name", "to": "x", "from_date": "2026-06-01"}
    assert user.post(address, answers).status_code == 302
    assert Application.objects.get().answers["item"] == second.pk
    doubtful: Any = user.post(address, answers | {"item": first.name})
    assert "複数" in doubtful.context["errors"]["item"]


def test_an_account_is_held_by_whom_it_is_for(world: World) -> None:
    colleague, newcomer = world.person(RoleKind.OPERATOR), world.person(RoleKind.VENDOR)
    mine = apply(world, "account_open")
    listed = apply(
        world, "account_open", by=RoleKind.OPERATOR, whom="listed", holder=str(world.person(RoleKind.AUDITOR).pk)
    )
    new = apply(world, "account_open", whom="new", person_name="新しい人", reading="あたらしいひと", division="総務課")
    for place, each in enumerate((mine, listed, new)):
        approve_all(world, each, at=NOW)
        given = {"item_number": f"A-{place}", "item_name": f"name-{place}"}
        if each is new:
            with pytest.raises(AnswersError):
                finish_task(
                    access=world.access[RoleKind.OPERATOR], application_id=each.pk, task_number=1, given=given, now=NOW
                )
            given["new_holder"] = str(newcomer.pk)
        finish_task(access=world.access[RoleKind.OPERATOR], application_id=each.pk, task_number=1, given=given, now=NOW)
    holders = {each.number: each.holder for each in Item.objects.filter(register="account")}
    assert holders == {"A-0": world.person(RoleKind.USER), "A-1": world.person(RoleKind.AUDITOR), "A-2": newcomer}
    with pytest.raises(AnswersError, match="候補にありません"):
        apply(world, "account_open", whom="listed", holder=str(colleague.pk))
