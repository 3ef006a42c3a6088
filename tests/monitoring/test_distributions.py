"""Patches and policies by terminal: joined to the register, late ones first, and who was left out."""

from datetime import timedelta
from typing import Any

from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.assets.operations.items import NewItem, add_item, end_item
from madoguchi.console.distributions import distributions_of, units_of
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import ItemState, Register
from madoguchi.monitoring.models import Patch

DAY = timedelta(days=1)
PAGE = "/c/alpha/registers/distributions/"


def told(world: World, unit: str, *, applied: int | None, patch: str = "ポリシー 第3版", device: str = "端末") -> None:
    Patch.objects.create(
        contract=world.contract, device=device, unit=unit, patch=patch, released_at=NOW - 10 * DAY,
        due_at=NOW - 2 * DAY, applied_at=None if applied is None else NOW + applied * DAY,
    )  # fmt: skip


def terminals(world: World, *numbers: str) -> None:
    for number in numbers:
        new = NewItem(register=Register.TERMINAL, number=number, name="PC", holder=world.person(RoleKind.USER))
        item = add_item(access=world.access[RoleKind.OPERATOR], new=new, now=NOW)
        if number.startswith("X"):
            end_item(access=world.access[RoleKind.OPERATOR], item_id=item.pk, state=ItemState.RETIRED, now=NOW)


def test_every_terminal_stands_with_what_is_known_of_it(world: World, other: World) -> None:
    terminals(world, "T-1", "T-2", "T-3", "X-9")
    told(world, "T-1", applied=-3)
    told(world, "T-2", applied=None)
    told(world, "T-7", applied=-1)
    told(other, "T-2", applied=-3)
    [found] = distributions_of(world.contract, now=NOW)
    assert (found.unit_count, found.applied_count, found.late_count) == (3, 2, 1)
    units = units_of(world.contract, device="端末", patch="ポリシー 第3版", now=NOW)
    # T-3 is a terminal nobody told of, T-7 none of the register, X-9 is retired
    assert [(each.number, each.state, each.item is not None) for each in units] == [
        ("T-2", "late", True), ("T-3", "untold", True), ("T-7", "applied_late", False), ("T-1", "applied", True),
    ]  # fmt: skip


def test_devices_that_do_not_go_by_the_register_lack_nobody(world: World) -> None:
    terminals(world, "T-1")
    told(world, "", applied=None, device="サーバー")
    [unit] = units_of(world.contract, device="サーバー", patch="ポリシー 第3版", now=NOW - 3 * DAY)
    assert (unit.state, unit.item) == ("waiting", None)


def test_the_page_leads_from_a_policy_to_its_terminals_and_their_holders(world: World, operator: Client) -> None:
    assert "まだありません" in operator.get(PAGE).content.decode()
    terminals(world, "T-1", "T-2")
    told(world, "T-1", applied=None, patch="方針 & 第1版")
    page = operator.get(PAGE).content.decode()
    assert "?device=%E7%AB%AF%E6%9C%AB&amp;patch=%E6%96%B9%E9%87%9D%20%26%20%E7%AC%AC1%E7%89%88" in page
    shown: Any = operator.get(PAGE, {"device": "端末", "patch": "方針 & 第1版"})
    assert [each.state for each in shown.context["units"]] == ["late", "untold"]
    assert world.person(RoleKind.USER).name in shown.content.decode()
    assert operator.get(PAGE, {"device": "端末", "patch": "ない"}).status_code == 404
    file = signed_in(world, RoleKind.OPERATIONS_MANAGER).get("/c/alpha/export/distributions.csv")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[2:4] for line in lines[1:]] == [["T-1", "期限超過・未適用"], ["T-2", "配布の記録なし"]]
