"""Fifty people want one item at once: one gets it, the others read who has it and until when."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.desk_postgres import at_once, desk_on_postgres
from tests.desk_sqlite import desk_on_sqlite
from tests.desk_world import NOW, World, make_world
from tests.postgres import programs

from madoguchi.assets.errors import BookedError, ItemStateError
from madoguchi.assets.models import Item, Loan, LoanDay
from madoguchi.assets.operations.items import NewItem, add_item, change_stock
from madoguchi.assets.operations.loans import NewLoan, lend_item, reserve_item
from madoguchi.audit.queries import faults_of
from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import LoanState, Register
from madoguchi.desk.errors import FieldError

pytestmark = pytest.mark.xdist_group("postgres")
MANY = 50
START = date(2026, 6, 1)


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
    return make_world(f"w{Contract.objects.count()}")


def item_of(world: World, *, register: Register = Register.LOAN, quantity: int = 1) -> Item:
    new = NewItem(register=register, number="PC-1", name="出張用端末", quantity=quantity)
    return add_item(access=world.access[RoleKind.OPERATOR], new=new, now=NOW)


def test_of_fifty_reservations_of_one_item_exactly_one_wins(world: World) -> None:
    item = item_of(world)
    kinds = list(world.access)
    reservations = [
        partial(
            reserve_item, access=world.access[RoleKind.OPERATOR], now=NOW,
            new=NewLoan(
                item_id=item.pk, person=world.person(kinds[number % len(kinds)]),
                start_date=START + timedelta(days=number % 3), until_date=START + timedelta(days=5),
            ),
        )
        for number in range(MANY)
    ]  # fmt: skip
    results = at_once(reservations)
    won = [each for each in results if isinstance(each, Loan)]
    lost = [each for each in results if not isinstance(each, Loan)]
    assert len(won) == 1
    assert {type(each) for each in lost} == {BookedError}
    assert all(str(won[0].start_date) in str(each) and "出張用端末" in str(each) for each in lost)
    assert Loan.objects.filter(item=item).count() == 1
    assert LoanDay.objects.filter(item=item).count() == (won[0].until_date - won[0].start_date).days + 1
    assert list(faults_of(chain=world.contract.key)) == []


def test_days_that_do_not_meet_are_all_booked(world: World) -> None:
    item = item_of(world)
    access, person = world.access[RoleKind.OPERATOR], world.person(RoleKind.USER)
    days = [START + timedelta(days=number) for number in range(20)]
    reservations = [
        partial(
            reserve_item, access=access, now=NOW,
            new=NewLoan(item_id=item.pk, person=person, start_date=day, until_date=day),
        )
        for day in days
    ]  # fmt: skip
    assert all(isinstance(each, Loan) for each in at_once(reservations))
    assert Loan.objects.filter(item=item).count() == len(days)


def test_a_reservation_is_handed_out_once(world: World) -> None:
    item = item_of(world)
    access = world.access[RoleKind.OPERATOR]
    new = NewLoan(item_id=item.pk, person=world.person(RoleKind.USER), start_date=START, until_date=START)
    loan = reserve_item(access=access, new=new, now=NOW)
    results = at_once([partial(lend_item, access=access, loan_id=loan.pk, now=NOW) for _ in range(10)])
    assert sum(isinstance(each, Loan) for each in results) == 1
    assert sum(isinstance(each, ItemStateError) for each in results) == 9
    assert Loan.objects.get(pk=loan.pk).state == LoanState.OUT
    assert item.holdings.filter(end_at=None).count() == 1


def test_stock_never_falls_below_nothing(world: World) -> None:
    item = item_of(world, register=Register.SUPPLY, quantity=7)
    access = world.access[RoleKind.OPERATOR]
    results = at_once([partial(change_stock, access=access, item_id=item.pk, by=-1, now=NOW) for _ in range(20)])
    assert sum(isinstance(each, FieldError) for each in results) == 13
    item.refresh_from_db()
    assert item.quantity == 0


def test_a_number_is_given_once(world: World) -> None:
    new = NewItem(register=Register.MEDIA, number="USB-1", name="USBメモリ", serial="S-1")
    access = world.access[RoleKind.OPERATOR]
    results = at_once([partial(add_item, access=access, new=new, now=NOW) for _ in range(10)])
    assert sum(isinstance(each, Item) for each in results) == 1
    assert sum(isinstance(each, FieldError) for each in results) == 9
