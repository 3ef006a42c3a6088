"""Webhook bodies of Prometheus Alertmanager, version 4: a group with its alerts."""

from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.monitoring.reading.values import (
    MAX_ITEMS,
    MAX_PROBLEM,
    MAX_SUMMARY,
    MAX_WORD,
    BodyError,
    Item,
    ItemError,
    Reading,
    check_item,
    labels_of,
    moment_of,
    short,
)

VERSION = "4"
STATES = ("firing", "resolved")


def read(body: dict[str, object], *, now: datetime) -> Reading:
    """Read every alert of a group; one that cannot be taken stops no other. Raises BodyError."""
    if body.get("version") != VERSION:
        given = {"given": short(body.get("version"), 20), "allowed": VERSION}
        raise BodyError(_("version が「%(given)s」です。「%(allowed)s」だけを受け付けます。") % given)
    alerts = body.get("alerts")
    if not isinstance(alerts, list) or not alerts:
        raise BodyError(_("alerts がありません。1件以上の配列にしてください。"))
    if len(alerts) > MAX_ITEMS:
        raise BodyError(_("alerts が%(n)s件あります。%(limit)s件までです。") % {"n": len(alerts), "limit": MAX_ITEMS})
    reading = Reading()
    for number, alert in enumerate(alerts, start=1):
        try:
            item = _item(alert)
            check_item(item, now=now)
            reading.items.append(item)
        except ItemError as error:
            reading.problems.append(_("alerts の%(n)s件目: %(what)s") % {"n": number, "what": error})
    truncated = body.get("truncatedAlerts")
    if isinstance(truncated, int) and truncated > 0:
        text = _("送信元が%(n)s件を省いています（truncatedAlerts）。max_alerts を 0 にしてください。")
        reading.problems.append(text % {"n": truncated})
    return reading


def _item(alert: object) -> Item:
    if not isinstance(alert, dict):
        raise ItemError(_("オブジェクトではありません。"))
    state = alert.get("status")
    if state not in STATES:
        given = {"given": short(state, 20), "allowed": "、".join(STATES)}
        raise ItemError(_("status が「%(given)s」です。使える値: %(allowed)s") % given)
    labels = labels_of(alert.get("labels"))
    fingerprint = short(alert.get("fingerprint"), MAX_PROBLEM)
    if not fingerprint:
        raise ItemError(_("fingerprint がありません。"))
    notes = alert.get("annotations")
    summary = notes.get("summary") if isinstance(notes, dict) else None
    return Item(
        problem=fingerprint, labels=labels, severity=short(labels.get("severity"), MAX_WORD),
        summary=short(summary or labels.get("alertname"), MAX_SUMMARY),
        started_at=moment_of(alert.get("startsAt"), "startsAt"),
        # the end of what still fires is when it would be forgotten, not when it ended
        ended_at=moment_of(alert.get("endsAt"), "endsAt") if state == "resolved" else None,
    )  # fmt: skip
