"""The three ways an event of TaskRouter is written down: by the API, as a callback, as an event stream's CloudEvent."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

NAMES = {
    name.replace("_", ""): name
    for name in (
        "sid", "event_type", "task_sid", "task_attributes", "task_queue_sid", "task_queue_name",
        "task_channel_unique_name", "task_canceled_reason", "reason", "reservation_sid", "worker_sid", "worker_name",
    )
}  # fmt: skip
MILLISECONDS, MOMENTS = ("eventdatems", "timestampms"), ("eventdate", "timestamp")
TYPE = "com.twilio.taskrouter."
LONGEST = 1_000


def is_event(table: Mapping[str, object]) -> bool:
    return "eventtype" in _plain(_opened(table))


def plain_event(table: Mapping[str, object]) -> dict[str, object]:
    """Return an event by the names of the API, without what no call needs."""
    plain = _plain(_opened(table))
    found = {NAMES[name]: value for name, value in plain.items() if name in NAMES}
    times = [name for name in (*MILLISECONDS, *MOMENTS) if name in plain]
    if times:
        found["event_date"] = _moment(next((plain[name] for name in times if plain[name]), None))
    if "task_attributes" in found:
        found["task_attributes"] = _attributes(found["task_attributes"])
    return found


def _plain(table: Mapping[str, object]) -> dict[str, object]:
    return {"".join(filter(str.isalnum, name)).lower(): value for name, value in table.items()}


def _opened(table: Mapping[str, object]) -> Mapping[str, object]:
    """Return an event's own fields and those of what it is about on one level."""
    data = _object(table.get("data"))
    if str(table.get("type", "")).startswith(TYPE) and isinstance(data, dict):
        payload = _object(data.get("payload"))
        return {"eventtype": str(table["type"]).removeprefix(TYPE), **(payload if isinstance(payload, dict) else {})}
    about = _object(table.get("event_data"))
    return {**about, **table} if isinstance(about, dict) else table


def _object(value: object) -> object:
    """Return what a JSON text holds; another value as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _moment(value: object) -> object:
    """Return seconds or milliseconds since 1970 as a text with its zone; another value as it is."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) in (10, 13)):
        return value
    seconds = int(text) if len(text) == 10 else int(text) // 1000  # noqa: PLR2004  # the digits of our century
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat()


def _attributes(value: object) -> object:
    """Return a task's attributes that are single values; what is no object is left for its reader to refuse."""
    found = _object(value or None)
    if not isinstance(found, dict):
        return found
    return {name: str(each)[:LONGEST] for name, each in found.items() if isinstance(each, str | int)}
