"""Files of accounts with each system's own columns, and the page on which systems are kept."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from tests.desk_world import World
from tests.provisioning.test_scim import NOW, account

from madoguchi.assets.operations.items import end_item
from madoguchi.audit.models import HistoryRow
from madoguchi.core.provisioning_vocabulary import CsvEncoding
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import ItemState
from madoguchi.people.models import Person
from madoguchi.people.sealing import opened
from madoguchi.provisioning.models import TargetSystem
from madoguchi.provisioning.sending import PURPOSE

PAGE = "/c/alpha/account-systems/"
COLUMNS = "利用者ID=user_name\r\n氏名=name\r\n有効=is_active\r\n期限=valid_until"
CSV = {"what": "csv", "name": "グループウェア", "columns": COLUMNS, "encoding": CsvEncoding.UTF_8.value}


def signed_in(world: World, kind: RoleKind = RoleKind.ADMINISTRATOR) -> Client:
    client = Client()
    client.force_login(world.person(kind), backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows(answer: Any, encoding: str = "utf-8-sig") -> list[list[str]]:  # noqa: ANN401  # a response
    assert answer.status_code == 200, answer.content.decode()
    return list(csv.reader(io.StringIO(answer.content.decode(encoding))))


def test_a_file_has_the_systems_columns_and_changes_are_handed_out_once(world: World) -> None:
    admin, person = signed_in(world), world.person(RoleKind.USER)
    Person.objects.filter(pk=person.pk).update(name="=1+1")
    one, two = account(world), account(world, name="sato.k", number="A-2")
    assert admin.post(PAGE, CSV).status_code == 302
    folder = f"{PAGE}{TargetSystem.objects.get().pk}/"
    assert rows(admin.get(f"{folder}all.csv")) == [
        ["利用者ID", "氏名", "有効", "期限"], ["tanaka.h", "'=1+1", "1", ""], ["sato.k", "'=1+1", "1", ""],
    ]  # fmt: skip
    assert len(rows(admin.post(f"{folder}changes.csv"))) == 3
    assert len(rows(admin.post(f"{folder}changes.csv"))) == 1
    end_item(access=world.access[RoleKind.OPERATOR], item_id=two.pk, state=ItemState.RETIRED, now=NOW)
    assert rows(admin.post(f"{folder}changes.csv"))[1:] == [["sato.k", "", "0", ""]]
    end_item(access=world.access[RoleKind.OPERATOR], item_id=one.pk, state=ItemState.LOST, now=NOW)
    assert len(rows(admin.get(f"{folder}all.csv"))) == 3
    assert HistoryRow.objects.filter(chain="alpha", act="export_accounts").count() == 5


def test_a_letter_that_the_encoding_lacks_is_named(world: World) -> None:
    admin = signed_in(world)
    Person.objects.filter(pk=world.person(RoleKind.USER).pk).update(name="𠮷野 家")
    account(world)
    admin.post(PAGE, {**CSV, "encoding": CsvEncoding.CP932.value})
    answer = admin.get(f"{PAGE}{TargetSystem.objects.get().pk}/all.csv")
    assert (answer.status_code, "2行目の「𠮷」" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": "a"}, {"columns": "a=b"}, {"columns": "=name"}, {"columns": ""}, {"columns": "a=name\na=mail"},
        {"columns": "a\0=name"}, {"encoding": "latin-1"}, {"name": ""}, {"name": "a" * 61}, {"name": "a\0"},
        {"what": "ldap"}, {"more": "1"}, {"columns": f"{'a' * 61}=name"},
    ],
)  # fmt: skip
def test_wrong_columns_are_refused_by_line(world: World, wrong: dict[str, str]) -> None:
    assert signed_in(world).post(PAGE, {**CSV, **wrong}).status_code == 422
    assert not TargetSystem.objects.exists()


def test_systems_are_paused_and_removed_and_only_by_administrators(world: World, other: World) -> None:
    admin = signed_in(world)
    admin.post(PAGE, CSV)
    assert admin.post(PAGE, CSV).status_code == 422
    system = TargetSystem.objects.get()
    assert "グループウェア" in admin.get(PAGE).content.decode()
    for what in ("pause", "resume"):
        assert admin.post(PAGE, {"what": what, "id": system.pk}).status_code == 302
    assert admin.post(PAGE, {"what": "remove", "id": 999}).status_code == 404
    assert admin.post(PAGE, {"what": "again", "id": 999}).status_code == 404
    assert admin.post(PAGE, {"what": "remove", "id": "x"}).status_code == 422
    assert signed_in(other).get(f"/c/beta/account-systems/{system.pk}/all.csv").status_code == 404
    assert signed_in(world, RoleKind.OPERATOR).get(PAGE).status_code == 403
    assert admin.post(PAGE, {"what": "remove", "id": system.pk}).status_code == 302
    assert not TargetSystem.objects.exists()


def test_a_token_is_replaced_and_nothing_else(world: World, other: World, settings: Settings) -> None:
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    admin = signed_in(world)
    scim = {"what": "scim", "name": "認証", "url": "http://127.0.0.1:9/v2", "token": "old", "update_way": "patch"}
    assert admin.post(PAGE, scim).status_code == 302
    assert admin.post(PAGE, CSV).status_code == 302
    system = TargetSystem.objects.get(name="認証")
    given = {"what": "token", "id": system.pk, "token": "new-token"}
    for wrong in ({"token": "a b"}, {"token": ""}, {"token": "鍵"}, {"id": TargetSystem.objects.get(kind="csv").pk}):
        assert admin.post(PAGE, {**given, **wrong}).status_code == 422, wrong
    theirs = Client()
    theirs.force_login(other.person(RoleKind.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend")
    assert theirs.post("/c/beta/account-systems/", given).status_code == 404
    system.refresh_from_db()
    assert opened(system.sealed_token, purpose=PURPOSE) == "old"
    assert admin.post(PAGE, given).status_code == 302
    system.refresh_from_db()
    assert opened(system.sealed_token, purpose=PURPOSE) == "new-token"
    assert "new-token" not in admin.get(PAGE).content.decode()
    row = HistoryRow.objects.get(act="replace_account_token")
    assert "new-token" not in row.details
