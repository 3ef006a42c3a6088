"""Secrets made anew: the one before is taken until the set moment, and not after."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.webhooks.test_incoming import GIVEN, send

from madoguchi.audit.models import HistoryRow
from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.models import Source as MonitoringSource
from madoguchi.monitoring.operations.sources import add_source as add_monitoring_source
from madoguchi.monitoring.operations.sources import known_source, revoke_source
from madoguchi.monitoring.operations.sources import renew_secret as renew_monitoring_secret
from madoguchi.webhooks.models import Receiver, Source
from madoguchi.webhooks.operations import add_receiver, add_source, renew_secret
from madoguchi.webhooks.signing import secrets_of

ADMIN = RoleKind.ADMINISTRATOR
HOUR = timedelta(hours=1)


def program(world: World) -> tuple[Source, str]:
    person = world.person(RoleKind.OPERATOR)
    return add_source(access=world.access[ADMIN], name="監視", key="watch", person=person, now=timezone.now())


def monitor(world: World) -> tuple[MonitoringSource, str]:
    return add_monitoring_source(
        access=world.access[ADMIN], name="Zabbix", key="zabbix", kind=SourceKind.ZABBIX, clerk=None, join_seconds=0,
        now=timezone.now(),
    )  # fmt: skip


def body(number: int) -> bytes:
    return json.dumps({**GIVEN, "source": f"zbx:{number}"}).encode()


def test_both_secrets_sign_until_the_set_moment(world: World) -> None:
    source, old = program(world)
    now = timezone.now()
    new = renew_secret(access=world.access[ADMIN], source=source, overlap=HOUR, now=now)
    assert send(old, body(1), message="a").status_code == 201
    assert send(new, body(2), message="b").status_code == 201
    source.refresh_from_db()
    assert secrets_of(source, now=now + HOUR) == [new]
    Source.objects.update(previous_until=timezone.now())
    assert send(old, body(3), message="c").status_code == 401
    assert send(new, body(3), message="c").status_code == 201
    assert HistoryRow.objects.filter(act="renew_source_secret").count() == 1


def test_without_overlap_the_old_secret_ends_at_once_and_a_third_drops_the_first(world: World) -> None:
    source, first = program(world)
    second = renew_secret(access=world.access[ADMIN], source=source, overlap=HOUR, now=timezone.now())
    third = renew_secret(access=world.access[ADMIN], source=source, overlap=HOUR, now=timezone.now())
    answers = [send(each, body(place), message=str(place)) for place, each in enumerate((first, second, third))]
    assert [each.status_code for each in answers] == [401, 201, 201]
    renew_secret(access=world.access[ADMIN], source=source, overlap=timedelta(), now=timezone.now())
    assert send(third, body(9), message="9").status_code == 401


def test_a_monitoring_source_takes_both_until_then(world: World) -> None:
    source, old = monitor(world)
    now = timezone.now()
    new = renew_monitoring_secret(access=world.access[ADMIN], source=source, overlap=HOUR, now=now)
    for secret, moment, is_known in (
        (old, now, True), (new, now, True), (old, now + HOUR, False), (new, now + HOUR, True), ("", now, False),
    ):  # fmt: skip
        assert bool(known_source(key="zabbix", secret=secret, now=moment)) is is_known
    row = HistoryRow.objects.get(act="renew_monitoring_secret")
    assert json.loads(row.details)["previous_until"] == (now + HOUR).isoformat()
    revoke_source(access=world.access[ADMIN], source=source, now=now)
    assert [known_source(key="zabbix", secret=each, now=now) for each in (old, new)] == [None, None]
    with pytest.raises(FieldError):
        renew_monitoring_secret(access=world.access[ADMIN], source=source, overlap=HOUR, now=now)


def test_a_source_that_came_without_a_secret_gets_one(world: World) -> None:
    source, old = monitor(world)
    MonitoringSource.objects.update(secret_hash="")
    now = timezone.now()
    assert known_source(key="zabbix", secret=old, now=now) is None
    new = renew_monitoring_secret(access=world.access[ADMIN], source=source, overlap=HOUR, now=now)
    source.refresh_from_db()
    assert (source.previous_hash, source.previous_until) == ("", None)
    assert [bool(known_source(key="zabbix", secret=each, now=now)) for each in (old, "", new)] == [False, False, True]


def receiver(world: World) -> tuple[Receiver, str]:
    return add_receiver(access=world.access[ADMIN], name="受け手", url="https://93.184.215.14/in", now=timezone.now())


@pytest.mark.parametrize(
    ("page", "what", "make"),
    [
        ("webhooks", "renew", program),
        ("webhooks", "renew_receiver", receiver),
        ("monitoring/sources", "renew", monitor),
    ],
)
def test_an_administrator_renews_on_the_page_and_sees_the_secret_once(
    world: World, other: World, page: str, what: str, make: Callable[[World], Any]
) -> None:
    source = make(world)[0]
    client, address = signed_in(world, ADMIN), f"/c/alpha/{page}/"
    given = {"what": what, "id": source.pk, "hours": "24"}
    answer: Any = client.post(address, given)
    assert answer.status_code == 200
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    later = client.get(address).content.decode()
    assert secret not in later
    assert "以前の鍵は" in later
    for wrong in ({"hours": "-1"}, {"hours": "721"}, {"hours": "x"}, {"id": "0"}, {"hours": ""}, {"hours": "1\x00"}):
        assert client.post(address, {**given, **wrong}).status_code == 422, wrong
    assert client.post(address, {**given, "id": "999"}).status_code == 404
    theirs = signed_in(other, ADMIN)
    assert theirs.post(f"/c/beta/{page}/", given).status_code == 404
    assert signed_in(world, RoleKind.OPERATIONS_MANAGER).post(address, given).status_code == 403
    assert Client().post(address, given).status_code == 302


def test_only_administrators_renew(world: World) -> None:
    source, _old = program(world)
    with pytest.raises(PermissionDenied):
        renew_secret(access=world.access[RoleKind.OPERATOR], source=source, overlap=HOUR, now=timezone.now())
