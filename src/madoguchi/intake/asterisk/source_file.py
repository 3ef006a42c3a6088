"""Reads a PBX's profile from TOML, with every problem in it reported at once."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.reader import Reader, parse_toml
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.headed import CDR_COLUMNS, CDR_NEEDED, DIALLED, columns_in_profile
from madoguchi.intake.asterisk.source import (
    CEL_COLUMNS,
    CEL_NEEDED,
    WRAP_UP_REASONS,
    AsteriskSource,
    CarrierReport,
    ConsultMoment,
    LogKind,
    QueueLogTime,
    WrapUpEnd,
)
from madoguchi.intake.rows import ENCODINGS

Word = TypeVar("Word", bound=StrEnum)
DAY_SECONDS = 86_400
OUTCOMES_AFTER_CONGESTION = (CallOutcome.OUT_OF_HOURS, CallOutcome.BUSY_PBX, CallOutcome.FAILED)
OUTCOMES_OF_EMPTY_QUEUE = (CallOutcome.QUEUE_EMPTY_FULL, CallOutcome.QUEUE_TIMEOUT)


def read_source(path: Path) -> AsteriskSource:
    """Return a profile file as a value. Raises InvalidInputError with every problem in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(where=path.name, key="", given=f"does not open: {error}", allowed="a UTF-8 TOML file")
        raise InvalidInputError([problem]) from error
    return load_source(text, file=path.name)


def load_source(text: str, *, file: str) -> AsteriskSource:
    problems: list[Problem] = []
    table = parse_toml(file, text, problems)
    if table is None:
        raise InvalidInputError(problems)
    source = _load(Reader(file=file, table=table, problems=problems))
    if problems:
        raise InvalidInputError(problems)
    return source


def _load(reader: Reader) -> AsteriskSource:
    reader.text("format", required=True)
    queue_log = _child(reader, "queue_log")
    calls = _child(reader, "calls")
    cdr = _child(reader, "cdr")
    cel = _child(reader, "cel")
    source = AsteriskSource(
        name=reader.identifier("system"),
        contract=reader.text("contract", required=True),
        zone=_zone(reader, "zone", is_required=True),
        zones={kind: name for kind, name in _zones(reader).items() if name},
        clock_offsets=_offsets(reader),
        lines=_names(reader, "lines"),
        line_of=_names(reader, "line_of"),
        agents=_names(reader, "agents"),
        queue_log_time=_word(queue_log, "time", QueueLogTime, default=QueueLogTime.EPOCH),
        restart_events=queue_log.texts("restart_events") or ("QUEUESTART",),
        wrap_up_reasons=queue_log.texts("wrap_up_reasons") or WRAP_UP_REASONS,
        wrap_up_within_seconds=queue_log.integer("wrap_up_within_seconds", default=3, maximum=600),
        wrap_up_limit_seconds=queue_log.integer("wrap_up_limit_seconds", default=1800, maximum=DAY_SECONDS),
        wrap_up_ends_at=_word(queue_log, "wrap_up_ends_at", WrapUpEnd, default=WrapUpEnd.RELEASE),
        trunk_channels=calls.texts("trunk_channels"),
        ivr_contexts=calls.texts("ivr_contexts"),
        closed_contexts=calls.texts("closed_contexts"),
        exit_contexts=calls.texts("exit_contexts"),
        self_service_exits=_exits(calls),
        second_level_queues=calls.texts("second_level_queues"),
        second_level_extensions=calls.texts("second_level_extensions"),
        attended_transfer_at=_word(calls, "attended_transfer_at", ConsultMoment, default=ConsultMoment.CONSULT),
        congestion_outcome=_outcome(calls, "congestion_outcome", OUTCOMES_AFTER_CONGESTION),
        empty_queue_outcome=_outcome(calls, "empty_queue_outcome", OUTCOMES_OF_EMPTY_QUEUE),
        cdr_columns=cdr.texts("columns"),
        cdr_headings=_names(cdr, "headings"),
        cel_columns=_cel_columns(cel),
        carrier=_carrier(reader),
        carrier_match_seconds=reader.integer("carrier_match_seconds", default=5, maximum=60),
    )
    _check_cdr(cdr, source)
    for child in (queue_log, calls, cdr, cel):
        child.finish()
    reader.finish()
    return source


def _child(reader: Reader, name: str) -> Reader:
    """Read a table that may be left out."""
    child = reader.child(name)
    return child or Reader(file=reader.file, table={}, problems=reader.problems, path=reader.key(name))


def _word(reader: Reader, name: str, words: type[Word], *, default: Word) -> Word:
    given = reader.text(name, default=default)
    if given not in list(words):
        reader.report(name, given=given, allowed="one of " + ", ".join(words))
        return default
    return words(given)


def _outcome(reader: Reader, name: str, possible: tuple[CallOutcome, ...]) -> CallOutcome:
    given = reader.text(name, default=possible[0])
    if given not in possible:
        reader.report(name, given=given, allowed="one of " + ", ".join(possible))
        return possible[0]
    return CallOutcome(given)


def _zone(reader: Reader, name: str, *, is_required: bool = False) -> str:
    allowed = "a zone such as Asia/Tokyo or UTC: the files do not say in which zone their local times are"
    given = reader.text(name)
    if not given and is_required:
        reader.problems.append(Problem(where=reader.file, key=reader.key(name), given="missing", allowed=allowed))
    if given and given not in available_timezones():
        reader.report(name, given=given, allowed=allowed)
        return "UTC"
    return given


def _zones(reader: Reader) -> dict[LogKind, str]:
    child = _child(reader, "zones")
    zones = {kind: _zone(child, kind) for kind in LogKind}
    child.finish()
    return zones


def _offsets(reader: Reader) -> dict[LogKind, int]:
    child = _child(reader, "clock_offsets")
    offsets = {kind: child.integer(kind, default=0, minimum=-DAY_SECONDS, maximum=DAY_SECONDS) for kind in LogKind}
    child.finish()
    return offsets


def _names(reader: Reader, name: str) -> Mapping[str, str]:
    child = _child(reader, name)
    names = {key: child.text(key, required=True) for key in child.table}
    child.finish()
    return names


def _exits(reader: Reader) -> tuple[str, ...]:
    exits = reader.texts("self_service_exits")
    for each in exits:
        if "/" not in each:
            reader.report("self_service_exits", given=each, allowed="context/application, such as ivr-main/Hangup")
    return exits


def _check_cdr(reader: Reader, source: AsteriskSource) -> None:
    possible = (*CDR_COLUMNS, DIALLED)
    for heading, name in source.cdr_headings.items():
        if name not in possible:
            reader.report(f"headings.{heading}", given=name, allowed="one of " + ", ".join(possible))
    if source.cdr_columns and not columns_in_profile(kind=LogKind.CDR, source=source):
        given = ", ".join(source.cdr_columns)
        reader.report("columns", given=given, allowed="a list with " + ", ".join(CDR_NEEDED))


def _cel_columns(reader: Reader) -> tuple[str, ...]:
    columns = reader.texts("columns") or CEL_COLUMNS
    missing = [name for name in CEL_NEEDED if name not in columns]
    if missing:
        reader.report("columns", given="without " + ", ".join(missing), allowed="a list with these columns")
    return columns


def _carrier(reader: Reader) -> CarrierReport:
    """Read `[carrier]`: headings and words are a text or a list; what is left out keeps its default."""
    child = _child(reader, "carrier")
    usual = CarrierReport()

    def given(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = child.table.get(name)
        return (child.text(name),) if isinstance(value, str) else child.texts(name) or default

    encoding = child.text("encoding", default=usual.encoding)
    if encoding not in (*ENCODINGS, "auto"):
        child.report("encoding", given=encoding, allowed="one of " + ", ".join((*ENCODINGS, "auto")))
    report = CarrierReport(
        encoding=encoding,
        start=given("start", usual.start),
        date=given("date", usual.date),
        caller=given("caller", usual.caller),
        dialled=given("dialled", usual.dialled),
        result=given("result", usual.result),
        end=given("end", usual.end),
        answered_words=given("answered_words", usual.answered_words),
        busy_words=given("busy_words", usual.busy_words),
        no_answer_words=given("no_answer_words", usual.no_answer_words),
        failed_words=given("failed_words", usual.failed_words),
        columns=given("columns", usual.columns),
    )
    child.finish()
    return report
