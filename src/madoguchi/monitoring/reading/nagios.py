"""Bodies of the Nagios and Icinga command of docs/guides/monitoring.md: one state change."""

from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.monitoring.reading.values import (
    MAX_PROBLEM,
    MAX_SUMMARY,
    MAX_TEXT,
    MAX_WORD,
    Item,
    ItemError,
    Reading,
    check_item,
    epoch_of,
    short,
)

NAMES = ("host", "service", "host_groups", "state")
BEGINS, ENDS = "PROBLEM", "RECOVERY"
# told to people; none of them begins or ends anything
OTHERS = frozenset((
    "ACKNOWLEDGEMENT", "FLAPPINGSTART", "FLAPPINGSTOP", "FLAPPINGEND", "FLAPPINGDISABLED", "DOWNTIMESTART",
    "DOWNTIMEEND", "DOWNTIMECANCELLED", "DOWNTIMEREMOVED", "CUSTOM",
))  # fmt: skip


def read(body: dict[str, object], *, now: datetime) -> Reading:
    """Read a notification; kinds that say nothing of up and down are taken and lead to nothing."""
    reading = Reading()
    try:
        item = _item(body)
        if item is not None:
            check_item(item, now=now)
            reading.items.append(item)
    except ItemError as error:
        reading.problems.append(str(error))
    return reading


def _item(body: dict[str, object]) -> Item | None:
    kind = short(body.get("type"), 40).upper()
    if kind.split(" ")[0] in OTHERS:
        return None
    if kind not in (BEGINS, ENDS):
        given = {"given": kind, "allowed": "、".join((BEGINS, ENDS, *sorted(OTHERS)))}
        raise ItemError(_("type が「%(given)s」です。使える値: %(allowed)s") % given)
    labels = {name: short(body.get(name), MAX_TEXT) for name in NAMES}
    if not labels["host"]:
        raise ItemError(_("host がありません。"))
    at = epoch_of(body.get("changed_at"), "changed_at")
    return Item(
        problem=f"{labels['host']}/{labels['service']}"[:MAX_PROBLEM], labels=labels,
        summary=short(body.get("output"), MAX_SUMMARY), severity=short(body.get("state"), MAX_WORD),
        started_at=at if kind == BEGINS else None, ended_at=at if kind == ENDS else None,
    )  # fmt: skip
