"""The lines of the four kinds of log as values; named tuples, as there are millions of them."""

from enum import StrEnum
from typing import NamedTuple

from madoguchi.intake.asterisk.source import LogKind


class RawEvent(NamedTuple):
    """One line as it was given; what makes two of them the same is `kind` and `text` alone."""

    kind: LogKind
    text: str
    file: str
    line: int


class QueueEvent(NamedTuple):
    at: int
    call_id: str
    queue: str
    agent: str
    event: str
    parameters: tuple[str, ...]


class CdrRow(NamedTuple):
    """`call_id` and `linked_id` are empty where the PBX is not set to write them."""

    start: int
    end: int
    caller: str
    dialled: str
    context: str
    channel: str
    destination: str
    application: str
    disposition: str
    call_id: str
    linked_id: str
    user_field: str
    sequence: str


class CelEvent(NamedTuple):
    """`at` in microseconds: the order of events within a second matters."""

    at: int
    event: str
    caller: str
    extension: str
    context: str
    channel: str
    application: str
    data: str
    call_id: str
    linked_id: str
    peer: str
    extra: str


class AttemptResult(StrEnum):
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class CarrierAttempt(NamedTuple):
    """An attempt as the carrier saw it; `key` names the row."""

    at: int
    end: int | None
    caller: str | None
    dialled: str | None
    result: AttemptResult
    key: str
