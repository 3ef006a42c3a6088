"""Small telephone logs made by hand, as a PBX would write them."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from madoguchi.core.events import Event
from madoguchi.intake.asterisk.quality import Quality
from madoguchi.intake.asterisk.reading import read_log
from madoguchi.intake.asterisk.rebuild import rebuild_calls
from madoguchi.intake.asterisk.records import RawEvent
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

T0 = 1_790_755_200  # 2026-09-30 17:00:00 in Japan
LINE = "0312345001"
CALLER = "09011112222"
TRUNK = "PJSIP/carrier-00000001"
AGENT = "PJSIP/1001-00000002"
SOURCE = AsteriskSource(
    name="pbx",
    contract="desk",
    zone="Asia/Tokyo",
    trunk_channels=("PJSIP/carrier-*",),
    ivr_contexts=("menu",),
    closed_contexts=("closed",),
    exit_contexts=("callback",),
    self_service_exits=("menu/Hangup",),
    second_level_queues=("level2",),
    second_level_extensions=("7001", "7010"),
)
NAMES = {
    LogKind.QUEUE_LOG: "queue_log",
    LogKind.CDR: "Master.csv",
    LogKind.CEL: "cel.csv",
    LogKind.CARRIER: "carrier.csv",
}
CARRIER_HEADING = "start,answer,end,calling_number,dialled_number,duration,billsec,disposition"


def moment(second: int) -> datetime:
    """Return the moment so many seconds after T0."""
    return datetime.fromtimestamp(T0 + second, tz=UTC)


def local(second: float, *, zone: str = "Asia/Tokyo") -> str:
    text = datetime.fromtimestamp(T0 + second, tz=ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
    fraction = round(second % 1 * 1_000_000)
    return f"{text}.{fraction:06d}" if fraction else text


def channel_id(second: int, number: int = 1) -> str:
    return f"{T0 + second}.{number}"


def csv_line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return text.getvalue()


@dataclass(kw_only=True)
class Logs:
    """Lines by kind of log; seconds count from T0."""

    lines: dict[LogKind, list[str]] = field(default_factory=dict)

    def _add(self, kind: LogKind, line: str) -> "Logs":
        self.lines.setdefault(kind, []).append(line)
        return self

    def queue(self, at: int, call: str, queue: str, agent: str, event: str, *parameters: object) -> "Logs":
        fields = [T0 + at, call, queue, agent, event, *parameters]
        return self._add(LogKind.QUEUE_LOG, "|".join(str(each) for each in fields))

    def pause(self, at: int, agent: str, reason: str, *, event: str = "PAUSE") -> "Logs":
        self.queue(at, "NONE", "NONE", agent, f"{event}ALL", reason)
        return self.queue(at, "NONE", "desk", agent, event, reason)

    def cdr(
        self,
        call: str,
        start: int,
        end: int,
        *,
        dst: str = LINE,
        context: str = "incoming",
        channel: str = TRUNK,
        to: str = "",
        app: str = "Queue",
        disposition: str = "ANSWERED",
        linked: str | None = None,
        src: str = CALLER,
        userfield: str = "",
        sequence: int = 1,
        columns: int = 21,
    ) -> "Logs":
        answer = local(start) if disposition == "ANSWERED" else ""
        cells = ["", src, dst, context, f'"" <{src}>', channel, to, app, "", local(start), answer, local(end)]
        cells += [str(end - start), str(end - start), disposition, "DOCUMENTATION"]
        cells += [call, userfield, "", call if linked is None else linked, str(sequence)]
        return self._add(LogKind.CDR, csv_line(cells[:columns]))

    def cel(
        self,
        at: float,
        event: str,
        call: str,
        *,
        linked: str | None = None,
        channel: str = TRUNK,
        context: str = "incoming",
        exten: str = LINE,
        app: str = "",
        data: str = "",
        peer: str = "",
        extra: dict[str, object] | None = None,
        caller: str = CALLER,
    ) -> "Logs":
        cells = [event, local(at), "", caller, caller, "", exten, exten, context, channel, app, data, "3", ""]
        cells += [call, call if linked is None else linked, peer, "", "", json.dumps(extra) if extra else ""]
        return self._add(LogKind.CEL, csv_line(cells))

    def hangup(self, at: float, call: str, *, cause: int = 16, by: str = TRUNK, context: str = "incoming") -> "Logs":
        extra: dict[str, object] = {"hangupcause": cause, "hangupsource": by, "dialstatus": ""}
        return self.cel(at, "HANGUP", call, extra=extra, context=context)

    def attempt(self, at: int, result: str, *, caller: str = CALLER, line: str = LINE, seconds: int = 0) -> "Logs":
        cells = [local(at), "", local(at + seconds), caller, line, str(seconds), "0", result]
        return self._add(LogKind.CARRIER, ",".join(cells))

    def write(self, folder: Path) -> list[Path]:
        """Write each kind of log into its file."""
        folder.mkdir(parents=True, exist_ok=True)
        for kind, lines in self.lines.items():
            heading = [CARRIER_HEADING] if kind is LogKind.CARRIER else []
            (folder / NAMES[kind]).write_text("\n".join(heading + lines) + "\n", encoding="utf-8")
        return [folder / NAMES[kind] for kind in self.lines]

    def raw(self, folder: Path, *, source: AsteriskSource = SOURCE) -> list[RawEvent]:
        self.write(folder)
        return [
            line.raw for kind in self.lines for line in read_log(path=folder / NAMES[kind], kind=kind, source=source)
        ]

    def rebuilt(self, folder: Path, *, source: AsteriskSource = SOURCE) -> tuple[list[Event], Quality]:
        return rebuild_calls(source=source, raw_events=self.raw(folder, source=source))

    def call(self, folder: Path, *, source: AsteriskSource = SOURCE) -> Event:
        """Return the one call these logs hold."""
        events, _ = self.rebuilt(folder, source=source)
        assert len(events) == 1, events
        return events[0]


def answered(logs: Logs, call: str, *, at: int = 0, talk: int = 100, agent: str = "Tanaka") -> Logs:
    """Add a call that waits five seconds and talks."""
    logs.queue(at + 10, call, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(at + 15, call, "desk", agent, "CONNECT", 5, f"{T0 + at + 10}.2", 3)
    return logs.queue(at + 15 + talk, call, "desk", agent, "COMPLETECALLER", 5, talk, 1)
