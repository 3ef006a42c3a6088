"""Tasks of applications that the push itself ticks, and by hand only where no system is connected."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.provisioning.scim_server import TOKEN, Service, running_service
from tests.works.applying import apply, approve_all

from madoguchi.audit.models import HistoryRow
from madoguchi.core.provisioning_vocabulary import AccountField, CsvEncoding, UpdateWay
from madoguchi.core.vocabulary import RoleKind, TicketState
from madoguchi.core.works_vocabulary import ApplicationState
from madoguchi.desk.models import Ticket
from madoguchi.provisioning.operations import add_csv_system, add_scim_system, hand_out_file, set_system_active
from madoguchi.provisioning.sending import LOOKED_EVERY
from madoguchi.provisioning.tasks import push_accounts
from madoguchi.provisioning.ticking import tick_tasks
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import Application
from madoguchi.works.operations.fulfil import finish_task

ADMIN, OPERATOR = RoleKind.ADMINISTRATOR, RoleKind.OPERATOR
NOW = timezone.now()
COLUMNS = (("番号", AccountField.NUMBER), ("名前", AccountField.USER_NAME))


@pytest.fixture
def service() -> Iterator[Service]:
    with running_service() as found:
        yield found


def finished(world: World, application: Application, number: int, now: datetime = NOW, **given: str) -> str | None:
    return finish_task(
        access=world.access[OPERATOR], application_id=application.pk, task_number=number, given=given, now=now
    )


def opened_account(world: World) -> Application:
    application = apply(world, "account_open", at=NOW)
    approve_all(world, application, at=NOW)
    finished(world, application, 1, item_number="A-9", item_name="sato.k")
    return application


def open_keys(application: Application) -> list[str]:
    return list(application.tasks.filter(done_at=None).order_by("number").values_list("key", flat=True))


def test_without_a_system_the_task_is_done_by_hand(world: World) -> None:
    application = opened_account(world)
    assert tick_tasks(now=NOW) == 0
    finished(world, application, 2)
    assert open_keys(application) == ["first_password"]


def test_an_account_that_the_system_took_ticks_its_task(world: World, service: Service, settings: Any) -> None:  # noqa: ANN401  # pytest-django's
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    add_scim_system(
        access=world.access[ADMIN], name="認証基盤", url=service.url, token=TOKEN, update_way=UpdateWay.PATCH, now=NOW
    )
    application = opened_account(world)
    page = signed_in(world, OPERATOR).get(f"/c/alpha/tickets/{application.ticket.number}/application/")
    assert "自動で済になります" in page.content.decode()
    with pytest.raises(NotNowError, match="自動"):
        finished(world, application, 2)
    assert tick_tasks(now=NOW) == 0
    push_accounts.func()
    assert service.named("sato.k")["active"] is True
    assert open_keys(application) == ["first_password"]
    task = application.tasks.get(key="distribute")
    assert (task.done_by, HistoryRow.objects.filter(actor="system:provisioning", act="finish_task").count()) == (
        None,
        1,
    )
    finished(world, application, 3, timezone.now())
    assert Ticket.objects.get(pk=application.ticket_id).state == TicketState.RESOLVED


def test_every_connected_system_must_have_taken_it(world: World, service: Service, settings: Any) -> None:  # noqa: ANN401
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    admin = world.access[ADMIN]
    add_scim_system(access=admin, name="認証基盤", url=service.url, token=TOKEN, update_way=UpdateWay.PATCH, now=NOW)
    file = add_csv_system(access=admin, name="文書管理", columns=COLUMNS, encoding=CsvEncoding.UTF_8, now=NOW)
    application = opened_account(world)
    push_accounts.func()
    assert "distribute" in open_keys(application)
    hand_out_file(access=admin, system=file, changes_only=False, now=timezone.now())
    assert "distribute" in open_keys(application)
    hand_out_file(access=admin, system=file, changes_only=True, now=timezone.now())
    assert "distribute" not in open_keys(application)


def test_the_last_task_completes_the_application_by_itself(world: World) -> None:
    admin = world.access[ADMIN]
    file = add_csv_system(access=admin, name="文書管理", columns=COLUMNS, encoding=CsvEncoding.UTF_8, now=NOW)
    closed = apply(world, "account_close", at=NOW, data="erase")
    hand_out_file(access=admin, system=file, changes_only=True, now=NOW)
    approve_all(world, closed, at=NOW)
    finished(world, closed, 1)
    finished(world, closed, 3)
    assert open_keys(closed) == ["data", "distribute"]
    hand_out_file(access=admin, system=file, changes_only=True, now=timezone.now() + LOOKED_EVERY)
    closed.refresh_from_db()
    assert (closed.state, Ticket.objects.get(pk=closed.ticket_id).state) == (
        ApplicationState.DONE, TicketState.RESOLVED,
    )  # fmt: skip


def test_a_paused_system_is_not_waited_for(world: World) -> None:
    admin = world.access[ADMIN]
    file = add_csv_system(access=admin, name="文書管理", columns=COLUMNS, encoding=CsvEncoding.UTF_8, now=NOW)
    application = opened_account(world)
    with pytest.raises(NotNowError):
        finished(world, application, 2)
    set_system_active(access=admin, system=file, is_active=False, now=NOW)
    finished(world, application, 2, NOW + timedelta(minutes=1))
    assert open_keys(application) == ["first_password"]
