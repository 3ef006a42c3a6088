"""Rows of cel_custom: one per channel event, in the column order the PBX is set to."""

import json
from collections.abc import Mapping

from madoguchi.intake.asterisk.csv_line import cells_of
from madoguchi.intake.asterisk.ids import started_at
from madoguchi.intake.asterisk.line_error import LineError
from madoguchi.intake.asterisk.moments import MILLION, LocalClock, MomentError
from madoguchi.intake.asterisk.records import CelEvent
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

EVENTS = frozenset(
    {
        "CHAN_START", "CHAN_END", "ANSWER", "HANGUP", "APP_START", "APP_END", "BRIDGE_ENTER", "BRIDGE_EXIT",
        "BLINDTRANSFER", "ATTENDEDTRANSFER", "LINKEDID_END", "USER_DEFINED", "LOCAL_OPTIMIZE",
        "LOCAL_OPTIMIZE_BEGIN", "PARK_START", "PARK_END", "PICKUP", "FORWARD", "DTMF", "STREAM_BEGIN",
        "STREAM_END", "BRIDGE_START", "BRIDGE_END", "CONF_START", "CONF_END", "CONF_ENTER", "CONF_EXIT",
        "TRANSFER", "3WAY_START", "3WAY_END", "BRIDGE_UPDATE", "HOOKFLASH",
    }
)  # fmt: skip
HANGUP_VALUES = ("hangupcause", "hangupsource", "dialstatus")
FIELDS = {
    "caller": "cid_num", "extension": "exten", "context": "context", "channel": "channel",
    "application": "appname", "data": "appdata", "call_id": "uniqueid", "linked_id": "linkedid",
    "peer": "peer", "extra": "eventextra",
}  # fmt: skip


class CelParser:
    def __init__(self, source: AsteriskSource) -> None:
        self._columns = source.cel_columns
        self._positions = {field: _position(self._columns, name) for field, name in FIELDS.items()}
        self._event = _position(self._columns, "eventtype")
        self._time = _position(self._columns, "eventtime")
        self._clock = LocalClock(zone=source.zone_of(LogKind.CEL))
        self._offset = source.offset_of(LogKind.CEL) * MILLION

    def parse(self, text: str) -> CelEvent:
        cells = cells_of(text)
        if len(cells) != len(self._columns):
            allowed = f"{len(self._columns)} columns: {', '.join(self._columns)} (set cel.columns)"
            raise LineError(column="columns", given=f"{len(cells)} columns", allowed=allowed)
        found = {field: cells[at] if at >= 0 else "" for field, at in self._positions.items()}
        if not cells[self._event].strip():
            raise LineError(column="eventtype", given="nothing", allowed="an event such as CHAN_START")
        if not found["call_id"]:
            raise LineError(column="uniqueid", given="nothing", allowed="the channel's uniqueid")
        return CelEvent(
            at=self._moment(cells[self._time], found["call_id"]) + self._offset,
            event=cells[self._event].strip().upper(),
            **found,
        )

    def _moment(self, text: str, call_id: str) -> int:
        try:
            return self._clock.microseconds(text, near=started_at(call_id))
        except MomentError as error:
            raise LineError(column="eventtime", given=repr(text), allowed=str(error)) from error


def _position(columns: tuple[str, ...], name: str) -> int:
    return columns.index(name) if name in columns else -1


def extra_of(event: CelEvent) -> Mapping[str, object]:
    """Return what eventextra holds: an object, or up to Asterisk 11 the hang-up's three values."""
    if event.extra.startswith("{"):
        try:
            found = json.loads(event.extra)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}
    values = event.extra.split(",")
    is_hangup = event.event == "HANGUP" and len(values) == len(HANGUP_VALUES)
    return dict(zip(HANGUP_VALUES, values, strict=True)) if is_hangup else {}
