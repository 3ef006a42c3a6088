"""A file handed out while somebody works on the ticket whose task it ticks: neither waits for the other for ever."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from tests.desk_postgres import at_once, desk_on_postgres
from tests.desk_world import World, make_world
from tests.postgres import programs
from tests.provisioning.test_ticking import ADMIN, COLUMNS, NOW, opened_account

from madoguchi.contracts.models import Contract
from madoguchi.core.provisioning_vocabulary import CsvEncoding
from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.locks import locked_ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.provisioning import operations
from madoguchi.provisioning.operations import add_csv_system, hand_out_file
from madoguchi.provisioning.ticking import tick_tasks_of

pytestmark = [
    pytest.mark.xdist_group("postgres"),
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed here (Debian: postgresql)"),
]


@pytest.fixture
def world(django_db_blocker: Any, settings: Any, tmp_path: Path) -> Iterator[World]:  # noqa: ANN401  # pytest-django's
    for name in ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER"):
        setattr(settings, name, tmp_path / name.lower())
    with django_db_blocker.unblock(), desk_on_postgres():
        yield make_world("alpha")


def test_a_file_and_an_act_on_its_ticket_both_come_to_their_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = world.access[ADMIN]
    file = add_csv_system(access=admin, name="文書管理", columns=COLUMNS, encoding=CsvEncoding.UTF_8, now=NOW)
    application = opened_account(world)
    is_held, is_ticking = Event(), Event()

    def ticking(contract: Contract, **given: Any) -> int:  # noqa: ANN401
        is_ticking.set()
        return tick_tasks_of(contract, **given)

    monkeypatch.setattr(operations, "tick_tasks_of", ticking)

    def hand_out() -> object:
        assert is_held.wait(20)
        return hand_out_file(access=admin, system=file, changes_only=True, now=timezone.now())

    def act() -> object:
        with transaction.atomic():
            ticket = locked_ticket(contract=world.contract, ticket_id=application.ticket_id)
            is_held.set()
            assert is_ticking.wait(20)
            return act_on(
                access=world.access[RoleKind.OPERATOR], ticket_id=ticket.pk, version=None,
                steps=[Step(act=Act.NOTE, text="確認しました。")], now=timezone.now(),
            )  # fmt: skip

    found = at_once([hand_out, act])
    assert not [each for each in found if isinstance(each, Exception)], found
    assert "distribute" not in application.tasks.filter(done_at=None).values_list("key", flat=True)
    assert application.ticket.activities.filter(text="確認しました。").count() == 1
