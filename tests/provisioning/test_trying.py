"""A system that takes accounts, tried: what it answers is said in plain words, and nothing is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.provisioning.scim_server import LIST, Service, running_service
from tests.provisioning.test_scim import ADMIN, NOW, account, added

from madoguchi.audit.models import HistoryRow
from madoguchi.core.provisioning_vocabulary import AccountField, CsvEncoding
from madoguchi.core.vocabulary import RoleKind
from madoguchi.provisioning.models import Push, TargetSystem
from madoguchi.provisioning.operations import add_csv_system, replace_token
from madoguchi.provisioning.trying import try_system

PAGE = "/c/alpha/account-systems/"
PATCHES: dict[str, Any] = {"patch": {"supported": True}, "filter": {"supported": True}}


@pytest.fixture
def service() -> Iterator[Service]:
    with running_service() as found:
        found.can = PATCHES
        yield found


@pytest.fixture
def system(world: World, service: Service, settings: Any) -> TargetSystem:  # noqa: ANN401  # pytest-django's
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    return added(world, service)


@pytest.fixture
def admin(world: World) -> Client:
    return signed_in(world, ADMIN)


def said(world: World, system: TargetSystem) -> tuple[bool, str]:
    trial = try_system(access=world.access[ADMIN], system=system, now=NOW)
    return trial.is_good, trial.said


def test_a_trial_asks_and_sends_nothing(world: World, service: Service, system: TargetSystem, admin: Client) -> None:
    account(world)
    service.users["1"] = {"userName": "x"}
    answer: Any = admin.post(PAGE, {"what": "try", "id": system.pk}, follow=True)
    assert (
        "認証基盤: つながりました。トークンは有効で、相手には利用者が1人います。何も送っていません。"
        in answer.content.decode()
    )
    assert service.asked == [("GET", "/scim/ServiceProviderConfig"), ("GET", "/scim/Users?count=0")]
    assert not Push.objects.exists()
    assert HistoryRow.objects.filter(act="try_account_system", subject=f"account_system:{system.pk}").count() == 1
    service.can = None  # what a system can do is left unsaid by some
    assert said(world, system)[0] is True


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "トークンが受け付けられませんでした（HTTP 401 later, please）"), (403, "権限がありません（HTTP 403"),
     (302, "別のアドレスへ案内されました（HTTP 302）"), (429, "混み合っています"), (503, "障害があります（HTTP 503"),
     (400, "断られました（HTTP 400")],
)  # fmt: skip
def test_a_refusal_is_said_in_plain_words(
    world: World, service: Service, system: TargetSystem, status: int, words: str
) -> None:
    service.failures = [status]
    is_good, told = said(world, system)
    assert (is_good, words in told) == (False, True), told
    # one request: a refused token is not shown again
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("can", "words"),
    [({"patch": {"supported": False}}, "PATCHに対応していません"),
     ({"filter": {"supported": False}}, "検索に対応していません"),
     ([1], "SCIMの形ではありません"), ("<html>", "SCIMの形ではありません")],
)  # fmt: skip
def test_what_a_system_cannot_do_is_said(
    world: World, service: Service, system: TargetSystem, can: object, words: str
) -> None:
    service.can = can
    is_good, told = said(world, system)
    assert (is_good, words in told) == (False, True), told


def test_a_wrong_token_an_unreachable_and_a_private_address_are_said(
    world: World,
    service: Service,
    system: TargetSystem,
    settings: Any,  # noqa: ANN401  # pytest-django's
) -> None:
    replace_token(access=world.access[ADMIN], system=system, token="wrong", now=NOW)
    system.refresh_from_db()
    assert "トークンが受け付けられませんでした" in said(world, system)[1]
    settings.PRIVATE_TARGETS = []
    before = len(service.asked)
    assert "MADOGUCHI_PRIVATE_TARGETS" in said(world, system)[1]
    assert len(service.asked) == before
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    system.url = "http://127.0.0.1:9/scim"
    assert "つながりませんでした: 接続を断られました。" in said(world, system)[1]


def test_a_list_of_something_else_is_no_good(world: World, system: TargetSystem, monkeypatch: Any) -> None:  # noqa: ANN401
    for wrong in ({"schemas": [LIST]}, {"schemas": None, "totalResults": 1}, {"schemas": [LIST], "totalResults": True}):
        monkeypatch.setattr("tests.provisioning.scim_server._of_all", lambda *_given, wrong=wrong: (200, wrong, ""))
        assert "SCIMの形ではありません" in said(world, system)[1]


def test_only_administrators_try_and_only_their_own_scim_systems(
    world: World, other: World, service: Service, system: TargetSystem, admin: Client
) -> None:
    theirs = added(other, service)
    assert admin.post(PAGE, {"what": "try", "id": theirs.pk}).status_code == 404
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert manager.post(PAGE, {"what": "try", "id": system.pk}).status_code == 403
    columns = [("id", AccountField.USER_NAME)]
    file = add_csv_system(access=world.access[ADMIN], name="人事", columns=columns, encoding=CsvEncoding.UTF_8, now=NOW)
    assert admin.post(PAGE, {"what": "try", "id": file.pk}).status_code == 422
    assert service.asked == []
