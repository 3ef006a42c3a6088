"""Monitoring of an example desk whose contract promises services: told by the same bodies and files as everybody's."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period, month_period, months_in
from madoguchi.core.monitoring_vocabulary import MaintenanceState, MonitoringFile, SourceKind
from madoguchi.monitoring.models import Source
from madoguchi.monitoring.operations.files import import_file
from madoguchi.monitoring.operations.maintenance import decide_maintenance, propose_maintenance
from madoguchi.monitoring.operations.mapping import add_rule
from madoguchi.monitoring.operations.receive import receive
from madoguchi.monitoring.operations.sources import add_source
from madoguchi.monitoring.queries import services_of
from madoguchi.monitoring.tables import COLUMNS

People = Mapping[str, Access]
DAY = timedelta(days=1)
MONTHS_BACK = 2
HEARTBEAT = b'{"heartbeat": true}'
LINES = ("data_centre", "internet", "remote_access", "wan", "wireless_lan")
PROBED = ("virtual_desktop", "mail", "groupware", "internal_web")
DEVICES, UNITS = ("server", "thin_client", "network"), 10
OUTAGE_EVERY = 3
SATURDAY = 6
CAUSES = ("応答がありません", "接続が時間切れになりました", "5xx応答が続いています")


def add_monitoring(*, contract: Contract, people: People, now: datetime) -> None:
    """Let two programs watch the services for two months and the running one; nothing where none are promised."""
    services = services_of(contract, day=timezone.localdate(now))
    if not services:
        return
    chance = random.Random(f"monitoring-{contract.key}")  # noqa: S311  # invented data, the same every time
    months = _months(contract, now)
    watched = [each for each in services if each not in LINES]
    prometheus = _source(people, SourceKind.ALERTMANAGER, name="Prometheus", services=watched, now=now)
    zabbix = _source(
        people, SourceKind.ZABBIX, name="Zabbix（回線）", services=[each for each in services if each in LINES], now=now
    )
    bodies = [(_local(day, 0), source, HEARTBEAT) for day in _days(months, now) for source in (prometheus, zabbix)]
    for month in months:
        bodies += _outages((prometheus, zabbix), month, services, chance, now=now)
    for moment, source, raw in sorted(bodies, key=lambda each: each[0]):
        receive(source_id=source.pk, raw=raw, now=moment)
    ahead = month_period(year=months[-1].end_date.year, month=months[-1].end_date.month)
    for month in (*months, ahead):
        _maintenance(people, month, services, now=now)
    _left_over(prometheus, watched, now=now)
    _files(contract, people["manager"], months, chance, now=now)


def _months(contract: Contract, now: datetime) -> tuple[Period, ...]:
    today = timezone.localdate(now)
    first = today.replace(day=1)
    for _ in range(MONTHS_BACK):
        first = (first - DAY).replace(day=1)
    start = max(first, contract.start_date)
    return months_in(Period(start_date=start, end_date=today + DAY))


def _local(day: date, minutes: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(minutes=minutes)


def _days(months: Sequence[Period], now: datetime) -> Iterator[date]:
    day = months[0].start_date
    while day <= timezone.localdate(now):
        yield day
        day += DAY


def _source(people: People, kind: SourceKind, *, name: str, services: Sequence[str], now: datetime) -> Source:
    access = people["admin"]
    source, _secret = add_source(
        access=access,
        name=name,
        key=f"{kind.value}-{access.contract.key}",
        kind=kind,
        clerk=None,
        join_seconds=0,
        now=now,
    )
    label = "host" if kind is SourceKind.ZABBIX else "instance"
    for service in services:
        add_rule(
            access=people["manager"], source_id=source.pk, tests=[[label, f"{service}-*"]], service=service,
            severity="minor", now=now,
        )  # fmt: skip
    return source


def _maintenance(people: People, month: Period, services: Sequence[str], *, now: datetime) -> None:
    """Stop every service for four hours on the evening of the first Saturday; what lies ahead waits for approval."""
    week = [month.start_date + number * DAY for number in range(7)]
    saturday = next(day for day in week if day.isoweekday() == SATURDAY)
    start = _local(saturday, 20 * 60)
    proposed_at = min(start - 5 * DAY, now)
    made = propose_maintenance(
        access=people["manager"], services=services, started_at=start, ended_at=start + timedelta(hours=4),
        reason="定期保守（OS更新・バックアップ確認）", now=proposed_at,
    )  # fmt: skip
    if start < now:
        for each in made:
            decide_maintenance(
                access=people["division"], maintenance_id=each.pk, state=MaintenanceState.APPROVED, remark="",
                now=proposed_at,
            )  # fmt: skip


def _outages(
    programs: Sequence[Source], month: Period, services: Sequence[str], chance: random.Random, *, now: datetime
) -> Iterator[tuple[datetime, Source, bytes]]:
    """Yield what is told of a short outage of a third of the services each month, in turn, and when."""
    prometheus, zabbix = programs
    length = (month.end_date - month.start_date).days * 24 * 60
    for index, service in enumerate(services):
        if (index + month.start_date.month) % OUTAGE_EVERY:
            continue
        start = _local(month.start_date, chance.randrange(60, length - 60))
        end = start + timedelta(seconds=chance.randrange(300, 2_100))
        cause = chance.choice(CAUSES)
        for moment in (start, end) if end < now else ():
            told = end if moment == end else None
            if service in LINES:
                yield moment, zabbix, _zabbix(service, cause, start, told)
            else:
                yield moment, prometheus, _alert(f"{service}-01:443", cause, start, told)


def _alert(instance: str, cause: str, start: datetime, end: datetime | None) -> bytes:
    alert = {
        "status": "resolved" if end else "firing",
        "labels": {"alertname": "ServiceDown", "instance": instance, "severity": "critical"},
        "annotations": {"summary": f"{instance} {cause}"}, "startsAt": start.isoformat(),
        "endsAt": end.isoformat() if end else "0001-01-01T00:00:00Z", "fingerprint": f"{_number_of(instance):016x}",
    }  # fmt: skip
    return json.dumps({"version": "4", "status": alert["status"], "alerts": [alert]}).encode()


def _number_of(text: str) -> int:
    """Return a number for a text, the same every time."""
    return int.from_bytes(text.encode()[-8:], "big")


def _zabbix(service: str, cause: str, start: datetime, end: datetime | None) -> bytes:
    body = {
        "event_id": str(int(start.timestamp())), "event_value": "0" if end else "1",
        "trigger_id": str(_number_of(service)),
        "host": f"{service}-01", "host_groups": "Network", "trigger": cause, "name": f"{service}-01 {cause}",
        "severity": "High", "tags": "scope:availability", "event_timestamp": str(int(start.timestamp())),
        "recovery_timestamp": str(int(end.timestamp())) if end else "{EVENT.RECOVERY.TIMESTAMP}",
    }  # fmt: skip
    return json.dumps(body).encode()


def _left_over(prometheus: Source, watched: Sequence[str], *, now: datetime) -> None:
    """Leave something for people: what no rule fits, what goes on, what cannot be read."""
    start = now - timedelta(minutes=25)
    # a service in no availability, where there is one: what goes on counts as down to the end of the month
    service = "printers" if "printers" in watched else watched[0]
    receive(source_id=prometheus.pk, raw=_alert("relay-07:25", CAUSES[0], start, None), now=start)
    receive(source_id=prometheus.pk, raw=_alert(f"{service}-02:443", CAUSES[1], start, None), now=now)
    receive(source_id=prometheus.pk, raw=b'{"version": "4", "alerts": [{"status": "firing"', now=now)


def _files(
    contract: Contract, manager: Access, months: Sequence[Period], chance: random.Random, *, now: datetime
) -> None:
    probes = list(_probe_lines(contract, months, chance, now=now))
    patches = list(_patch_lines(months, chance, now=now))
    for kind, lines in ((MonitoringFile.PROBES, probes), (MonitoringFile.PATCHES, patches)):
        if lines:
            content = "\n".join(",".join(line) for line in (COLUMNS[kind], *lines)).encode()
            import_file(access=manager, kind=kind, name=f"{kind.value}.csv", content=content, now=now)


def _probe_lines(
    contract: Contract, months: Sequence[Period], chance: random.Random, *, now: datetime
) -> Iterator[tuple[str, ...]]:
    """Yield a start-up time for each watched application and hour of the desk."""
    calendar = definitions_on(contract=contract, day=timezone.localdate(now)).promised.calendar
    known = services_of(contract, day=timezone.localdate(now))
    for day in _days(months, now):
        for hours in calendar.hours_on(day):
            for second in range(hours.start, hours.end, 3_600):
                at = _local(day, second // 60)
                for service in PROBED:
                    if at < now and service in known:
                        seconds = 1.5 + 3.75 * chance.betavariate(2, 6)
                        yield service, f"{at:%Y-%m-%d %H:%M}", f"{seconds:.3f}"


def _patch_lines(months: Sequence[Period], chance: random.Random, *, now: datetime) -> Iterator[tuple[str, ...]]:
    """Yield patches released on the eleventh, due in fourteen days; what is not applied yet has no time."""
    for month in months:
        released = _local(month.start_date + 10 * DAY, 10 * 60)
        for device in DEVICES if released < now else ():
            for unit in range(UNITS):
                applied = released + timedelta(hours=chance.randrange(4, 13 * 24))
                yield (
                    device, f"{device}-{unit:02d}", f"{month.start_date:%Y-%m}", f"{released:%Y-%m-%d %H:%M}",
                    f"{released + 14 * DAY:%Y-%m-%d %H:%M}", f"{applied:%Y-%m-%d %H:%M}" if applied < now else "",
                )  # fmt: skip
