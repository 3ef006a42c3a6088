"""An import of a register undone: one act, but for what something later stands on."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.assets.test_registers import item_of, loan_of, row, sheet, upload
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.assets.models import Holding, Item, ItemImport, ItemImportRow
from madoguchi.assets.operations.items import change_item, hand_over_item, renew_item
from madoguchi.assets.operations.stocktake import open_stocktake, scan
from madoguchi.audit.models import HistoryRow
from madoguchi.core.provisioning_vocabulary import SystemKind
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import Register
from madoguchi.handover.retention import TARGETS
from madoguchi.provisioning.models import Push, TargetSystem
from madoguchi.works.models import Application, FormVersion
from madoguchi.works.queries import packaged_texts

FIELDS = ("number", "name", "serial", "place", "holder", "valid_until", "state")


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world, RoleKind.OPERATIONS_MANAGER)


def registers() -> list[tuple[Any, ...]]:
    return list(Item.objects.order_by("number").values_list(*FIELDS))


def undo(manager: Client, run: ItemImport) -> Any:  # noqa: ANN401  # the test client's answer
    return manager.post(f"/c/alpha/registers/import/{run.pk}/", {"act": "undo"})


def brought_in(world: World, *rows: str) -> ItemImport:
    assert upload(world, sheet(*rows)).status_code == 302
    return ItemImport.objects.order_by("-pk")[0]


def kept() -> dict[str, str]:
    return {each.number: each.said for each in ItemImportRow.objects.exclude(note="")}


def test_an_import_goes_back_as_one_act_and_once(world: World, manager: Client) -> None:
    brought_in(world, row(number="A", 製造番号="1", 有効期限="2027-03-31"), row(number="B", 製造番号="2"))
    before = registers()
    # serials change places, somebody holds one, and two are new
    run = brought_in(
        world,
        row(number="A", 名前="別の名前", 製造番号="2", 設置場所="5階", 利用者メール="user-alpha@example.jp"),
        row(number="B", 製造番号="1"), row(number="C", 製造番号="3"), row(number="D"),
    )  # fmt: skip
    assert (run.added_count, run.changed_count) == (2, 2)
    page = manager.get(f"/c/alpha/registers/import/{run.pk}/").content.decode()
    assert "取り消しても残る品目" not in page
    assert undo(manager, run).status_code == 302
    assert registers() == before
    assert kept() == {}
    run.refresh_from_db()
    assert (run.kept_count, run.undone_by) == (0, world.person(RoleKind.OPERATIONS_MANAGER))
    [held] = Holding.objects.filter(item__number="A", end_at=None)
    assert (held.person, held.place, held.by_import) == (None, "", run)
    said = HistoryRow.objects.get(act="undo_item_import")
    assert json.loads(said.details) == {"removed": 2, "restored": 2, "kept": 0}
    assert undo(manager, run).status_code == 422
    assert HistoryRow.objects.filter(act="undo_item_import").count() == 1
    shown = manager.get("/c/alpha/registers/import/").content.decode()
    assert shown.count("取消済") == 1


def test_what_was_changed_since_is_kept_and_named(world: World, manager: Client) -> None:
    access = world.access[RoleKind.OPERATOR]
    brought_in(world, row(number="OLD", 名前="前の名前"))
    numbers = ("USED", "MOVED", "LENT", "SEEN", "SENT", "NAMED", "FREE")
    run = brought_in(world, row(number="OLD", 名前="後の名前"), *(row(number=each) for each in numbers))
    now, items = timezone.now(), {each.number: each for each in Item.objects.all()}
    renew_item(access=access, item_id=items["USED"].pk, until=date(2030, 1, 1), now=now)
    user = world.person(RoleKind.USER)
    for person in (user, None):  # there and back: its columns say nothing of it
        hand_over_item(access=access, item_id=items["MOVED"].pk, person=person, place=None, now=now)
    loan_of(world, items["LENT"])
    scan(access=access, stocktake_id=open_stocktake(access=access, register=Register.TERMINAL, now=now).pk,
         numbers=["SEEN"], now=now)  # fmt: skip
    system = TargetSystem.objects.create(contract=world.contract, name="s", kind=SystemKind.CSV.value, added_at=now)
    Push.objects.create(system=system, item=items["SENT"], wanted_hash="x", next_at=now, changed_at=now)
    form = FormVersion.objects.create(
        contract=world.contract, key="terminal_handover", number=1, text=packaged_texts()["terminal_handover"],
        added_at=now,
    )  # fmt: skip
    Application.objects.create(
        ticket=world.ticket(at=now), form=form, answers={"item": items["NAMED"].pk}, state="fulfilling"
    )
    change_item(access=access, item_id=items["OLD"].pk, changes={"note": "調整済"}, note="", now=now, ticket=None)
    page = manager.get(f"/c/alpha/registers/import/{run.pk}/").content.decode()
    assert "取り消しても残る品目" in page
    assert "その後に変更されています: 有効期限" in page
    assert undo(manager, run).status_code == 302
    assert {each.number for each in Item.objects.all()} == {"OLD", *numbers} - {"FREE"}
    assert Item.objects.get(number="OLD").name == "後の名前"
    assert kept() == {
        "OLD": "その後に変更されています: 備考", "USED": "その後に変更されています: 有効期限",
        "MOVED": "その後に持ち主か場所が変わっています。", "LENT": "貸出の記録があります。",
        "SEEN": "その後の棚卸で読み取られています。", "SENT": "他の記録から使われています。",
        "NAMED": "申請で使われています。",
    }  # fmt: skip
    run.refresh_from_db()
    assert run.kept_count == 7


def test_a_serial_that_is_taken_by_now_keeps_a_row_and_those_that_wait_for_it(world: World, manager: Client) -> None:
    brought_in(world, *(row(number=f"N-{each}", 製造番号=str(each)) for each in range(4)))
    # each takes the serial of the one before, the first a new one
    run = brought_in(world, *(row(number=f"N-{each}", 製造番号=str(each - 1) if each else "new") for each in range(4)))
    item_of(world, number="LATE", register=Register.TERMINAL, serial="3")
    assert undo(manager, run).status_code == 302
    assert list(Item.objects.order_by("number").values_list("number", "serial")) == [
        ("LATE", "3"), ("N-0", "new"), ("N-1", "0"), ("N-2", "1"), ("N-3", "2"),
    ]  # fmt: skip
    assert kept()["N-3"] == "製造番号「3」は管理番号 LATE で使われています。"
    assert kept()["N-0"] == "製造番号「0」は管理番号 N-1 で使われています。"


def test_the_later_import_is_undone_first_and_then_the_earlier(world: World, manager: Client) -> None:
    first = brought_in(world, row(number="A"), row(number="B"))
    second = brought_in(world, row(number="A", 名前="二度目"), row(number="B"))
    page = manager.get(f"/c/alpha/registers/import/{first.pk}/").content.decode()
    assert "その後に変更されています: 名前" in page
    assert undo(manager, second).status_code == 302
    assert undo(manager, first).status_code == 302
    assert not Item.objects.exists()
    # what is gone is shown by its number still
    assert "A" in manager.get(f"/c/alpha/registers/import/{second.pk}/").content.decode()


def test_an_import_whose_record_was_erased_is_kept(world: World, manager: Client) -> None:
    run = brought_in(world, row(number="A"))
    [target] = [each for targets in TARGETS.values() for each in targets if each.label == "assets.ItemImportRow"]
    ItemImportRow.objects.update(**target.empty)
    assert undo(manager, run).status_code == 302
    assert kept() == {"A": "取込の記録が消去されたため、元に戻せません。"}
    assert Item.objects.count() == 1


def test_only_managers_of_the_contract_undo_an_import(world: World, other: World, operator: Client) -> None:
    run = brought_in(world, row(number="A"))
    assert operator.post(f"/c/alpha/registers/import/{run.pk}/", {"act": "undo"}).status_code == 403
    elsewhere = signed_in(other, RoleKind.OPERATIONS_MANAGER)
    assert elsewhere.post(f"/c/beta/registers/import/{run.pk}/", {"act": "undo"}).status_code == 404
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    for wrong in ({"act": "apply"}, {}, {"act": "undo", "colour": "red"}):
        assert manager.post(f"/c/alpha/registers/import/{run.pk}/", wrong).status_code == 422
    assert Item.objects.count() == 1


def test_a_large_import_is_undone_with_few_queries(
    manager: Client,
    django_assert_max_num_queries: Any,  # noqa: ANN401
) -> None:
    file = SimpleUploadedFile("items.csv", sheet(*(row(number=f"T-{each}") for each in range(2_000))))
    assert manager.post("/c/alpha/registers/import/", {"file": file}).status_code == 302
    with django_assert_max_num_queries(120):
        assert undo(manager, ItemImport.objects.get()).status_code == 302
    assert not Item.objects.exists()
