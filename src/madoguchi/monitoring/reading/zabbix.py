"""Bodies of the Zabbix media type of docs/guides/monitoring.md: one event, or its recovery."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.monitoring.reading.values import (
    MAX_LABELS,
    MAX_PROBLEM,
    MAX_SUMMARY,
    MAX_TEXT,
    MAX_WORD,
    Item,
    ItemError,
    Reading,
    check_item,
    epoch_of,
    moment_of,
    short,
)

NAMES = ("host", "host_groups", "trigger", "severity")
DATE = re.compile(r"[0-9]{4}\.[0-9]{2}\.[0-9]{2}")
CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")
TAG = re.compile(r"([^:,]{1,80}):([^,]{0,200})")


def read(body: dict[str, object], *, now: datetime) -> Reading:
    """Read an event; its recovery tells the beginning as well."""
    reading = Reading()
    try:
        item = _item({name: _text(value) for name, value in body.items()})
        check_item(item, now=now)
        reading.items.append(item)
    except ItemError as error:
        reading.problems.append(str(error))
    return reading


def _text(value: object) -> str:
    """Return a macro's value; one that Zabbix did not resolve is nothing."""
    text = short(value, MAX_TEXT * 4)
    return "" if text.startswith("{") or text in ("*UNKNOWN*", "UNKNOWN") else text


def _item(body: dict[str, str]) -> Item:
    event, value = body.get("event_id", ""), body.get("event_value", "")
    if not event.isdigit():
        raise ItemError(_("event_id「%(given)s」は数字ではありません。") % {"given": event[:40]})
    if value not in ("0", "1"):
        raise ItemError(_("event_value が「%(given)s」です。使える値: 0、1") % {"given": value[:40]})
    ended_at = _moment(body, "recovery") if value == "0" else None
    labels = {name: body.get(name, "")[:MAX_TEXT] for name in NAMES} | _tags(body.get("tags", ""))
    return Item(
        problem=f"trigger {body['trigger_id']}"[:MAX_PROBLEM] if body.get("trigger_id") else f"event {event}",
        labels=labels, summary=short(body.get("name") or body.get("trigger"), MAX_SUMMARY),
        severity=short(body.get("severity"), MAX_WORD), started_at=_moment(body, "event"), ended_at=ended_at,
    )  # fmt: skip


def _moment(body: dict[str, str], name: str) -> datetime:
    """Return a moment by its timestamp, else by date and time of the Zabbix server in Japan."""
    if body.get(f"{name}_timestamp"):
        return epoch_of(body[f"{name}_timestamp"], f"{name}_timestamp")
    day, clock = body.get(f"{name}_date", ""), body.get(f"{name}_time", "")
    given = {"name": name, "given": f"{day} {clock}"[:40]}
    if not (DATE.fullmatch(day) and CLOCK.fullmatch(clock)):
        text = _("%(name)s の日時「%(given)s」は使えません。2026.05.20 と 10:00:00 の形にしてください。")
        raise ItemError(text % given)
    return moment_of(f"{day.replace('.', '-')}T{clock}+09:00", f"{name}_time")


def _tags(text: str) -> dict[str, str]:
    """Return `{EVENT.TAGS}` (name:value, name:value) as labels that begin with `tag:`."""
    found = [each.groups() for each in TAG.finditer(text)][: MAX_LABELS - len(NAMES)]
    return {f"tag:{name.strip()}": value.strip() for name, value in found}
