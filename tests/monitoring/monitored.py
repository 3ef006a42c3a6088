"""A contract whose services are monitored, and the bodies that monitoring programs send of them."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.desk_world import NOW, World, definition_texts

from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.core.vocabulary import RoleKind
from madoguchi.monitoring.models import Outage, Source
from madoguchi.monitoring.operations.mapping import add_rule
from madoguchi.monitoring.operations.receive import Receipt, receive
from madoguchi.monitoring.operations.sources import add_source, confirm_days

MANAGER, DIVISION, ADMIN = RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION, RoleKind.ADMINISTRATOR
LATER = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
AVAILABILITY = """
id = "availability_{name}"
label = "稼働率：{name}"
label_en = "Availability"
requirement = "99.9％以上"
statistic = "availability"
decimals = 2
services = ["{name}"]
around_the_clock = {all_day}
[[objective]]
comparator = "at_least"
target = 99.9
"""
RECOVERY = """
id = "recovery"
label = "障害復旧時間"
label_en = "Recovery time"
requirement = "2時間以内"
statistic = "share_within"
table = "outages"
[value]
from = "started_at"
to = "ended_at"
clock = "elapsed"
[within]
time = "2h"
[[objective]]
comparator = "at_least"
target = 100
"""
START_TIME = """
id = "start_time"
label = "起動時間"
label_en = "Start-up time"
requirement = "5.25秒以内"
statistic = "maximum"
table = "probes"
unit = "duration"
style = "seconds"
decimals = 2
[value]
column = "milliseconds"
[[objective]]
comparator = "at_most"
target = "5.25s"
"""
PATCHES = """
id = "patches"
label = "パッチ適用"
label_en = "Patches"
requirement = "100％"
statistic = "share_within"
table = "patches"
[value]
from = "released_at"
to = "applied_at"
[within]
until = "due_at"
[[objective]]
comparator = "at_least"
target = 100
"""
INDICATORS = {
    "indicators/availability_mail.toml": AVAILABILITY.format(name="mail", all_day="true"),
    "indicators/availability_wan.toml": AVAILABILITY.format(name="wan", all_day="false"),
    "indicators/recovery.toml": RECOVERY,
    "indicators/start_time.toml": START_TIME,
    "indicators/patches.toml": PATCHES,
}


def japan(text: str) -> datetime:
    """Return a moment of Japan's time: `2026-05-10 01:00`."""
    return datetime.fromisoformat(f"{text}+09:00").astimezone(UTC)


def promise_services(world: World) -> None:
    texts = definition_texts(world.contract.key) | INDICATORS
    world.contract.definitions.update(texts=texts, added_at=NOW + timedelta(seconds=7))


def monitored(
    world: World,
    *,
    kind: SourceKind = SourceKind.ALERTMANAGER,
    key: str = "prom",
    clerk: bool = False,
    join_seconds: int = 0,
) -> Source:
    """Return a source of the contract with rules for mail and wan."""
    promise_services(world)
    source, _secret = add_source(
        access=world.access[ADMIN], name=f"監視 {key}", key=key, kind=kind, join_seconds=join_seconds,
        clerk=world.person(RoleKind.OPERATOR) if clerk else None, now=NOW,
    )  # fmt: skip
    label = {SourceKind.ALERTMANAGER: "instance"}.get(kind, "host")
    for service in ("mail", "wan"):
        rule: dict[str, Any] = {"tests": [[label, f"{service}*"]], "service": service, "severity": ""}
        add_rule(access=world.access[MANAGER], source_id=source.pk, now=NOW, **rule)
    return source


def vouch(world: World, first: date, last: date, *, services: Iterable[str] = ()) -> None:
    confirm_days(
        access=world.access[MANAGER], services=list(services), start_date=first, closing_date=last,
        reason="監視サーバーの記録を確認した", now=LATER,
    )  # fmt: skip


def alert(
    start: str, end: str = "", *, instance: str = "mail1:25", fingerprint: str = "", **labels: str
) -> dict[str, Any]:
    """Return an alert as Alertmanager writes it: firing, or resolved where it has an end."""
    return {
        "status": "resolved" if end else "firing",
        "labels": {"alertname": "Down", "instance": instance, "severity": "critical"} | labels,
        "annotations": {"summary": f"{instance} が応答しません"},
        "startsAt": japan(start).isoformat(),
        "endsAt": japan(end).isoformat() if end else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example.jp/graph",
        "fingerprint": fingerprint or f"f-{instance}",
    }


def group(*alerts: dict[str, Any], **changed: Any) -> bytes:  # noqa: ANN401  # whatever JSON holds
    body = {
        "version": "4", "groupKey": '{}:{alertname="Down"}', "truncatedAlerts": 0, "status": "firing",
        "receiver": "madoguchi", "groupLabels": {"alertname": "Down"}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.jp", "alerts": list(alerts),
    }  # fmt: skip
    return json.dumps(body | changed).encode()


def send(source: Source, raw: bytes, *, now: datetime = LATER) -> Receipt:
    return receive(source_id=source.pk, raw=raw, now=now)


def told(source: Source) -> list[tuple[str, str, datetime | None, datetime | None]]:
    """Return what is known of a source's outages."""
    found = Outage.objects.filter(source=source)
    return sorted(
        ((each.problem, each.service, each.started_at, each.ended_at) for each in found),
        key=lambda each: [str(part) for part in each],
    )
