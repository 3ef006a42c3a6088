"""An import of a register undone while somebody applies, lends, changes or counts: one after the other."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import transaction
from django.http import Http404
from tests.assets.test_registers import row, sheet
from tests.desk_postgres import at_once, desk_on_postgres
from tests.desk_sqlite import desk_on_sqlite
from tests.desk_world import NOW, World, make_world
from tests.postgres import programs
from tests.works.applying import apply

from madoguchi.assets.models import Item, ItemImport, ItemImportRow
from madoguchi.assets.operations.importing import import_items
from madoguchi.assets.operations.items import change_item
from madoguchi.assets.operations.loans import NewLoan, reserve_item
from madoguchi.assets.operations.stocktake import open_stocktake, scan
from madoguchi.assets.operations.taking_back import undo_import
from madoguchi.contracts.models import Contract
from madoguchi.core.provisioning_vocabulary import SystemKind
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import Register
from madoguchi.provisioning.models import Push, TargetSystem
from madoguchi.provisioning.sending import find_changes
from madoguchi.works.errors import AnswersError
from madoguchi.works.models import Application
from madoguchi.works.queries import items_named_since

pytestmark = pytest.mark.xdist_group("postgres")
LATER = NOW + timedelta(hours=1)
WHILE = 0.6
Act = Callable[[], Any]


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def database(
    request: pytest.FixtureRequest,
    django_db_blocker: Any,  # noqa: ANN401  # pytest-django's
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    if request.param == "postgresql" and programs() is None:
        pytest.skip("PostgreSQL is not installed here (Debian: postgresql)")
    on = desk_on_postgres() if request.param == "postgresql" else desk_on_sqlite(tmp_path_factory.mktemp("sqlite"))
    with django_db_blocker.unblock(), on:
        yield request.param


@pytest.fixture
def world(database: str, settings: Any, tmp_path: Path) -> World:  # noqa: ANN401, ARG001
    for name in ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER"):
        setattr(settings, name, tmp_path / name.lower())
    TargetSystem.objects.all().delete()
    return make_world(f"w{Contract.objects.count()}")


@pytest.fixture
def run(world: World) -> ItemImport:
    held = {"利用者メール": world.person(RoleKind.USER).mail}
    content = sheet(row(number="T-1"), row(number="A-1", 台帳="アカウント", **held))
    return import_items(access=world.access[RoleKind.OPERATIONS_MANAGER], content=content, now=NOW)


def items(world: World) -> dict[str, int]:
    return dict(Item.objects.filter(contract=world.contract).values_list("number", "pk"))


def applying(world: World) -> Act:
    return partial(apply, world, "remote_operation", at=LATER, terminal=str(items(world)["T-1"]))


def lending(world: World) -> Act:
    day = date(2026, 6, 1)
    new = NewLoan(item_id=items(world)["T-1"], person=world.person(RoleKind.USER), start_date=day, until_date=day)
    return partial(reserve_item, access=world.access[RoleKind.OPERATOR], new=new, now=LATER)


def changing(world: World) -> Act:
    return partial(
        change_item, access=world.access[RoleKind.OPERATOR], item_id=items(world)["T-1"], changes={"note": "調整済"},
        note="", now=LATER, ticket=None,
    )  # fmt: skip


def counting(world: World) -> Act:
    access = world.access[RoleKind.OPERATOR]
    opened = open_stocktake(access=access, register=Register.TERMINAL, now=NOW)
    return partial(scan, access=access, stocktake_id=opened.pk, numbers=["T-1"], now=LATER)


def passing_on(world: World) -> Act:
    TargetSystem.objects.create(
        contract=world.contract, name="s", kind=SystemKind.SCIM.value, url="https://directory.example.jp/scim",
        sealed_token="sealed", added_at=NOW,
    )  # fmt: skip
    return partial(find_changes, now=LATER)


ACTS: Mapping[Callable[[World], Act], tuple[str, str]] = {
    applying: ("T-1", "申請で使われています。"), lending: ("T-1", "貸出の記録があります。"),
    changing: ("T-1", "その後に変更されています: 備考"), counting: ("T-1", "その後の棚卸で読み取られています。"),
    passing_on: ("A-1", "他の記録から使われています。"),
}  # fmt: skip


def undoing(world: World, run: ItemImport, *, asked: Event | None = None) -> Any:  # noqa: ANN401  # as at_once gives it
    def named_in(found: ItemImport) -> set[int]:
        named = items_named_since(found.contract, found.imported_at)
        if asked is not None:
            asked.set()
            sleep(WHILE)
        return named

    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    return undo_import(access=manager, import_id=run.pk, named_in=named_in, now=LATER)


@pytest.mark.parametrize("doing", ACTS, ids=lambda each: each.__name__)
def test_what_was_begun_before_the_undo_is_kept(world: World, run: ItemImport, doing: Callable[[World], Act]) -> None:
    act, begun = doing(world), Event()

    def first() -> Any:  # noqa: ANN401  # as at_once gives it
        with transaction.atomic():
            result = act()
            begun.set()
            sleep(WHILE)
        return result

    def second() -> Any:  # noqa: ANN401  # as at_once gives it
        begun.wait(timeout=30)
        return undoing(world, run)

    done, undone = at_once([first, second])
    assert not isinstance(done, Exception), done
    assert isinstance(undone, ItemImport), undone
    number, why = ACTS[doing]
    assert set(items(world)) == {number}
    [kept] = ItemImportRow.objects.filter(run=run).exclude(note="")
    assert why in str(kept.said)


@pytest.mark.parametrize("doing", ACTS, ids=lambda each: each.__name__)
def test_what_is_begun_while_the_undo_runs_finds_nothing(
    world: World, run: ItemImport, doing: Callable[[World], Act]
) -> None:
    act, asked = doing(world), Event()

    def second() -> Any:  # noqa: ANN401  # as at_once gives it
        asked.wait(timeout=30)
        return act()

    undone, done = at_once([lambda: undoing(world, run, asked=asked), second])
    assert isinstance(undone, ItemImport), undone
    assert items(world) == {}
    if doing is applying:
        assert isinstance(done, AnswersError)
        assert not Application.objects.filter(ticket__contract=world.contract).exists()
    elif doing in (lending, changing):
        assert isinstance(done, Http404)
    else:
        assert not isinstance(done, Exception), done
        assert not Push.objects.filter(system__contract=world.contract).exists()
