"""A small model of a PBX: calls of a few kinds, and the lines each leaves in queue_log, CDR and CEL."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from tests.intake.asterisk.logs import AGENT, CALLER, LINE, T0, Logs, channel_id

from madoguchi.intake.asterisk.source import LogKind

KINDS = (LogKind.QUEUE_LOG, LogKind.CDR, LogKind.CEL)
QUEUE = "desk"


class Fate(StrEnum):
    """What becomes of a call, by the outcome it must be given."""

    ANSWERED = "answered"
    TRANSFERRED = "transferred"
    ABANDONED = "queue_abandoned"
    BUSY = "busy_pbx"
    CLOSED = "out_of_hours"

    @property
    def outcome(self) -> str:
        return Fate.ANSWERED if self is Fate.TRANSFERRED else self


class Line(NamedTuple):
    """`at` is the second in which the PBX writes it: CDR comes at the end of a call."""

    at: int
    kind: LogKind
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeCall:
    number: int
    fate: Fate
    at: int
    waits: int
    talks: int

    @property
    def id(self) -> str:
        return channel_id(self.at, 2 * self.number)

    @property
    def agent_id(self) -> str:
        return channel_id(self.entered_at + self.waits, 2 * self.number + 1)

    @property
    def trunk(self) -> str:
        return f"PJSIP/carrier-{self.number:08x}"

    @property
    def entered_at(self) -> int:
        return self.at + 5

    @property
    def left_at(self) -> int:
        """Return when the caller left the queue."""
        return self.entered_at + self.waits

    @property
    def ended_at(self) -> int:
        rest = {Fate.ANSWERED: self.talks, Fate.TRANSFERRED: self.talks + 30}
        short = {Fate.BUSY: self.at, Fate.CLOSED: self.at + 9}
        return short.get(self.fate, self.left_at + rest.get(self.fate, 0))

    def lines(self) -> list[Line]:
        writers: Mapping[Fate, Callable[[MadeCall], Iterable[tuple[int, Logs]]]] = {
            Fate.ANSWERED: _answered, Fate.TRANSFERRED: _transferred, Fate.ABANDONED: _abandoned, Fate.BUSY: _busy,
            Fate.CLOSED: _closed,
        }  # fmt: skip
        start = (self.at, Logs().cel(self.at, "CHAN_START", self.id, channel=self.trunk))
        written = (start, *writers[self.fate](self))
        return [Line(at, kind, text) for at, logs in written for kind, texts in logs.lines.items() for text in texts]

    def cel(
        self,
        at: float,
        event: str,
        *,
        app: str = "",
        data: str = "",
        peer: str = "",
        context: str = "incoming",
        exten: str = LINE,
    ) -> tuple[int, Logs]:
        logs = Logs().cel(
            at, event, self.id, channel=self.trunk, app=app, data=data, peer=peer, context=context, exten=exten
        )
        return int(at), logs

    def hangup(self, *, cause: int = 16, by: str = "", context: str = "incoming") -> tuple[int, Logs]:
        extra: dict[str, object] = {"hangupcause": cause, "hangupsource": by or self.trunk, "dialstatus": ""}
        logs = Logs().cel(self.ended_at + 0.5, "HANGUP", self.id, channel=self.trunk, context=context, extra=extra)
        return self.ended_at, logs

    def row(
        self, *, app: str, disposition: str = "ANSWERED", context: str = "incoming", to: str = ""
    ) -> tuple[int, Logs]:
        logs = Logs().cdr(
            self.id,
            self.at,
            self.ended_at,
            channel=self.trunk,
            app=app,
            disposition=disposition,
            context=context,
            to=to,
        )
        return self.ended_at, logs

    def queued(self, at: int, agent: str, event: str, *parameters: object) -> tuple[int, Logs]:
        return at, Logs().queue(at, self.id, QUEUE, agent, event, *parameters)


def _entered(call: MadeCall) -> Iterable[tuple[int, Logs]]:
    yield call.cel(call.at + 1, "ANSWER")
    yield call.cel(call.entered_at, "APP_START", app="Queue", data=QUEUE)
    yield call.queued(call.entered_at, "NONE", "ENTERQUEUE", "", CALLER, 1)


def _abandoned(call: MadeCall) -> Iterable[tuple[int, Logs]]:
    yield from _entered(call)
    yield call.queued(call.left_at, "NONE", "ABANDON", 1, 1, call.waits)
    yield call.cel(call.left_at + 0.2, "APP_END", app="Queue", data=QUEUE)
    yield call.hangup()
    yield call.row(app="Queue")


def _connected(call: MadeCall) -> Iterable[tuple[int, Logs]]:
    yield from _entered(call)
    agent = Logs().cel(
        call.left_at, "CHAN_START", call.agent_id, linked=call.id, channel=AGENT, exten="s", context="internal"
    )
    yield call.left_at, agent
    yield call.cel(call.left_at + 0.1, "BRIDGE_ENTER", app="Queue", data=QUEUE, peer=AGENT)
    yield call.queued(call.left_at, "Tanaka", "CONNECT", call.waits, call.agent_id, 3)


def _answered(call: MadeCall) -> Iterable[tuple[int, Logs]]:
    yield from _connected(call)
    yield call.queued(call.ended_at, "Tanaka", "COMPLETECALLER", call.waits, call.talks, 1)
    yield call.cel(call.ended_at + 0.1, "BRIDGE_EXIT", app="Queue", data=QUEUE, peer=AGENT)
    yield call.cel(call.ended_at + 0.2, "APP_END", app="Queue", data=QUEUE)
    yield call.hangup()
    yield call.row(app="Queue", to=AGENT)


def _transferred(call: MadeCall) -> Iterable[tuple[int, Logs]]:
    """Yield a call passed on to the second level, who talks for half a minute."""
    yield from _connected(call)
    passed_at = call.left_at + call.talks
    yield call.queued(passed_at, "Tanaka", "BLINDTRANSFER", "7001", "internal", call.waits, call.talks, 1)
    yield call.cel(passed_at + 0.1, "BRIDGE_EXIT", app="Queue", data=QUEUE, peer=AGENT)
    yield call.cel(passed_at + 0.2, "APP_END", app="Queue", data=QUEUE)
    yield call.cel(passed_at + 0.4, "APP_START", app="Dial", data="PJSIP/7001", context="internal", exten="7001")
    yield call.hangup(context="internal")
    yield call.row(app="Queue", to=AGENT)


def _busy(call: MadeCall) -> Iterable[tuple[int, Logs]]:
    yield call.hangup(cause=17, by="dialplan/builtin")
    yield call.row(app="Busy", disposition="BUSY")


def _closed(call: MadeCall) -> Iterable[tuple[int, Logs]]:
    yield call.cel(call.at + 1, "ANSWER")
    yield call.cel(call.at + 2, "APP_START", app="Playback", data="closed", context="closed", exten="s")
    yield call.hangup(by="dialplan/builtin", context="closed")
    yield call.row(app="Playback", context="closed")


def write_lines(folder: Path, name: str, lines: Iterable[Line]) -> list[Path]:
    """Write lines into one file for each kind of log, in the order given."""
    folder.mkdir(parents=True, exist_ok=True)
    texts: dict[LogKind, list[str]] = {}
    for line in lines:
        texts.setdefault(line.kind, []).append(line.text)
    paths = []
    for kind, of_kind in texts.items():
        path = folder / f"{name}-{kind}"
        path.write_text("\n".join(of_kind) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def source_name(call: MadeCall) -> str:
    return f"pbx:{T0 + call.at}.{2 * call.number}"
