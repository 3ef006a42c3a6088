"""Accounts of the register reach a strict SCIM service: made, changed, ended; sent again after a failure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.provisioning.scim_server import ENTERPRISE, TOKEN, Service, running_service

from madoguchi.assets.models import Item
from madoguchi.assets.operations.items import NewItem, add_item, end_item, hand_over_item
from madoguchi.audit.models import HistoryRow
from madoguchi.core.provisioning_vocabulary import UpdateWay
from madoguchi.core.vocabulary import DeliveryFault, DeliveryState, RoleKind
from madoguchi.core.works_vocabulary import ItemState, Register
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Person
from madoguchi.provisioning.models import Push, TargetSystem
from madoguchi.provisioning.operations import add_scim_system, push_again, remove_system, set_system_active
from madoguchi.provisioning.sending import LOOKED_EVERY, find_changes, send_due
from madoguchi.webhooks.outgoing import BACKOFF

ADMIN = RoleKind.ADMINISTRATOR
NOW = timezone.now()


@pytest.fixture
def service() -> Iterator[Service]:
    with running_service() as found:
        yield found


@pytest.fixture
def system(world: World, service: Service, settings: Any) -> TargetSystem:  # noqa: ANN401  # pytest-django's
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    return added(world, service)


def added(world: World, service: Service, way: UpdateWay = UpdateWay.PATCH) -> TargetSystem:
    return add_scim_system(
        access=world.access[ADMIN], name="認証基盤", url=service.url, token=TOKEN, update_way=way, now=NOW
    )


def account(world: World, *, name: str = "tanaka.h", number: str = "A-1") -> Item:
    new = NewItem(register=Register.ACCOUNT, number=number, name=name, holder=world.person(RoleKind.USER))
    return add_item(access=world.access[RoleKind.OPERATOR], new=new, now=NOW)


def pushed(now: datetime = NOW) -> tuple[int, int]:
    return find_changes(now=now), send_due(now=now)


@pytest.mark.parametrize("way", UpdateWay)
def test_an_account_is_made_changed_and_ended(world: World, service: Service, settings: Any, way: UpdateWay) -> None:  # noqa: ANN401
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    added(world, service, way)
    item, person = account(world, name='a "quoted" 名前'), world.person(RoleKind.USER)
    Person.objects.filter(pk=person.pk).update(extension="03-1234-5678")
    assert pushed() == (1, 1)
    user = service.named(item.name)
    assert (user["externalId"], user["active"], user["displayName"]) == ("A-1", True, person.name)
    assert user["emails"] == [{"value": person.mail, "type": "work", "primary": True}]
    assert user["phoneNumbers"][0]["value"] == "03-1234-5678"
    assert pushed(NOW + LOOKED_EVERY) == (0, 0)
    Person.objects.filter(pk=person.pk).update(name="新しい 名前", extension="", mail="")
    assert pushed(NOW + 2 * LOOKED_EVERY) == (1, 1)
    user = service.named(item.name)
    assert (user["displayName"], "phoneNumbers" in user, "emails" in user) == ("新しい 名前", False, False)
    end_item(access=world.access[RoleKind.OPERATOR], item_id=item.pk, state=ItemState.RETIRED, now=NOW)
    assert pushed(NOW + 3 * LOOKED_EVERY) == (1, 1)
    user = service.named(item.name)
    assert (user["active"], "displayName" in user, "name" in user) == (False, False, False)
    assert [method for method, _path in service.asked] == ["POST", way.value.upper(), way.value.upper()]
    assert service.refused == []


def test_the_division_goes_along(world: World, service: Service, system: TargetSystem) -> None:
    assert system.is_active
    account(world)
    pushed()
    division = service.named("tanaka.h").get(ENTERPRISE)
    assert division is None or division["department"]


def test_an_account_that_never_was_active_is_not_made(world: World, service: Service, system: TargetSystem) -> None:
    item = account(world)
    end_item(access=world.access[RoleKind.OPERATOR], item_id=item.pk, state=ItemState.RETIRED, now=NOW)
    assert (pushed(), service.asked, system.pushes.count()) == ((0, 0), [], 0)


def test_an_account_past_its_day_is_ended_without_anybodys_act(
    world: World, service: Service, system: TargetSystem
) -> None:
    item = account(world)
    Item.objects.filter(pk=item.pk).update(valid_until=timezone.localdate(NOW))
    assert (pushed(), service.named("tanaka.h")["active"]) == ((1, 1), True)
    assert pushed(NOW + timedelta(days=1)) == (1, 1)
    assert not service.named("tanaka.h")["active"]
    assert system.pushes.count() == 1


def test_an_attempt_whose_answer_was_lost_makes_no_second_user(
    world: World, service: Service, system: TargetSystem
) -> None:
    account(world)
    service.loses_answers = True
    assert pushed() == (1, 0)
    assert send_due(now=NOW + timedelta(seconds=BACKOFF[0])) == 1
    assert [method for method, _path in service.asked] == ["POST", "POST", "GET", "PATCH"]
    assert (len(service.users), system.pushes.get().remote_id) == (1, next(iter(service.users)))


def test_a_user_deleted_there_is_made_again(world: World, service: Service, system: TargetSystem) -> None:
    item = account(world)
    pushed()
    service.users.clear()
    hand_over_item(
        access=world.access[RoleKind.OPERATOR], item_id=item.pk, person=world.person(RoleKind.OPERATOR), place=None,
        now=NOW,
    )  # fmt: skip
    assert pushed(NOW + LOOKED_EVERY) == (1, 1)
    assert service.named("tanaka.h")["displayName"] == world.person(RoleKind.OPERATOR).name
    assert system.pushes.get().remote_id == next(iter(service.users))


def test_what_fails_is_sent_again_later_and_given_up_at_last(
    world: World, service: Service, system: TargetSystem
) -> None:
    account(world)
    service.failures = [503] * len(BACKOFF)
    now = NOW
    find_changes(now=now)
    for wait in BACKOFF:
        assert (send_due(now=now), send_due(now=now)) == (0, 0)
        now += timedelta(seconds=wait)
    push = system.pushes.get()
    assert (push.state, push.attempts, push.outcome) == (DeliveryState.DEAD, len(BACKOFF), "HTTP 503 later, please")
    assert send_due(now=now + timedelta(days=30)) == 0
    push_again(access=world.access[ADMIN], push=push, now=now)
    assert send_due(now=now) == 1
    with pytest.raises(FieldError):
        push_again(access=world.access[ADMIN], push=push, now=now)


def test_a_wrong_token_and_a_private_address_are_told(
    world: World, service: Service, system: TargetSystem, settings: Any  # noqa: ANN401
) -> None:  # fmt: skip
    account(world)
    remove_system(access=world.access[ADMIN], system=system, now=NOW)
    again = add_scim_system(
        access=world.access[ADMIN],
        name="別",
        url=service.url,
        token="wrong",
        update_way=UpdateWay.PUT,
        now=NOW,
    )
    assert pushed() == (1, 0)
    assert again.pushes.get().outcome == "HTTP 401 the token"
    settings.PRIVATE_TARGETS = []
    asked = len(service.asked)
    assert send_due(now=NOW + timedelta(seconds=BACKOFF[0])) == 0
    assert (len(service.asked), "127.0.0.1" in again.pushes.get().outcome) == (asked, True)
    assert "公開されていません" in again.pushes.get().outcome_said
    client = signed_in(world, ADMIN)
    client.cookies["django_language"] = "en"
    assert "is not public" in client.get("/c/alpha/account-systems/").content.decode()


def test_an_answer_without_sense_fails_its_own_account_alone(
    world: World, system: TargetSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(world)
    find_changes(now=NOW)
    answers: tuple[object, ...] = ({"schemas": None}, {"schemas": 7}, {"Resources": 1}, [])
    for wrong in answers:
        monkeypatch.setattr(
            "tests.provisioning.scim_server._of_all",
            lambda _service, method, *_given, wrong=wrong: (409 if method == "POST" else 200, wrong, ""),
        )
        Push.objects.update(state=DeliveryState.WAITING.value, attempts=0, next_at=NOW)
        assert send_due(now=NOW) == 0
    assert system.pushes.get().state == DeliveryState.WAITING


def test_a_kept_token_that_cannot_be_read_is_said_with_what_to_do(
    world: World, service: Service, system: TargetSystem
) -> None:
    account(world)
    TargetSystem.objects.update(sealed_token="of another installation")
    assert pushed() == (1, 0)
    assert (system.pushes.get().outcome, service.asked) == (DeliveryFault.UNREADABLE_TOKEN, [])
    page = signed_in(world, ADMIN).get("/c/alpha/account-systems/").content.decode()
    assert "「トークンを入れ替える」で同じトークンを入れ直してください" in page


def test_a_paused_system_is_told_afterwards(world: World, service: Service, system: TargetSystem) -> None:
    access = world.access[ADMIN]
    set_system_active(access=access, system=system, is_active=False, now=NOW)
    account(world)
    assert (pushed(), service.asked) == ((0, 0), [])
    set_system_active(access=access, system=system, is_active=True, now=NOW)
    assert pushed() == (1, 1)


def test_another_contracts_accounts_stay_where_they_are(
    world: World, other: World, service: Service, system: TargetSystem
) -> None:
    account(other)
    assert system.contract_id == world.contract.pk
    assert (pushed(), service.asked) == ((0, 0), [])


def test_the_token_is_in_no_table_as_it_is_and_in_no_history(system: TargetSystem) -> None:
    assert TOKEN not in TargetSystem.objects.get(pk=system.pk).sealed_token
    assert not HistoryRow.objects.filter(details__contains=TOKEN).exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/scim", "https://169.254.169.254/x", "ftp://a/", "https://user:pass@example.jp/", "x",
        "https://93.184.216.34/scim?x=1", "http://93.184.216.34/scim",
    ],
)  # fmt: skip
def test_no_place_inside_and_none_without_encryption_can_be_added(world: World, url: str) -> None:
    with pytest.raises(FieldError) as refused:
        add_scim_system(
            access=world.access[ADMIN],
            name="内",
            url=url,
            token="a",
            update_way=UpdateWay.PATCH,
            now=NOW,
        )
    assert (refused.value.field, TargetSystem.objects.count()) == ("url", 0)


@pytest.mark.parametrize("token", ["", "a b", "トークン", "a\nb", "a\0"])
def test_a_token_that_no_header_can_carry_is_refused(
    world: World, service: Service, settings: Any, token: str  # noqa: ANN401
) -> None:  # fmt: skip
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    with pytest.raises(FieldError) as refused:
        add_scim_system(
            access=world.access[ADMIN], name="内", url=service.url, token=token, update_way=UpdateWay.PATCH, now=NOW
        )
    assert refused.value.field == "token"


def test_only_an_administrator_adds_systems(world: World, service: Service) -> None:
    with pytest.raises(PermissionDenied):
        add_scim_system(
            access=world.access[RoleKind.OPERATIONS_MANAGER], name="内", url=service.url, token="a",
            update_way=UpdateWay.PATCH, now=NOW,
        )  # fmt: skip


def test_ten_accounts_are_looked_at_with_as_many_queries_as_one(
    world: World, system: TargetSystem, django_assert_num_queries: Any  # noqa: ANN401
) -> None:  # fmt: skip
    account(world)
    find_changes(now=NOW)
    with CaptureQueriesContext(connection) as one:
        find_changes(now=NOW + LOOKED_EVERY)
    for number in range(10):
        account(world, name=f"user{number}", number=f"B-{number}")
    find_changes(now=NOW + 2 * LOOKED_EVERY)
    with django_assert_num_queries(len(one)):
        find_changes(now=NOW + 3 * LOOKED_EVERY)
    assert (system.pushes.count(), Push.objects.count()) == (11, 11)
