"""Lines of the four logs read into values, and told apart."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.intake.asterisk.logs import CALLER, LINE, SOURCE, T0, Logs, answered, channel_id, local

from madoguchi.core.errors import InvalidInputError
from madoguchi.intake.asterisk.carrier import CarrierParser
from madoguchi.intake.asterisk.cdr import CdrParser
from madoguchi.intake.asterisk.cel import CelParser, extra_of
from madoguchi.intake.asterisk.detect import detect_kind
from madoguchi.intake.asterisk.ids import peer_of, started_at
from madoguchi.intake.asterisk.line_error import LineError
from madoguchi.intake.asterisk.moments import LocalClock, MomentError
from madoguchi.intake.asterisk.numbers import is_same_number, number_key, shown_number
from madoguchi.intake.asterisk.queue_log import QueueLogParser
from madoguchi.intake.asterisk.reading import read_log
from madoguchi.intake.asterisk.records import AttemptResult, CarrierAttempt
from madoguchi.intake.asterisk.source import AsteriskSource, CarrierReport, LogKind, QueueLogTime

CALL = channel_id(0)
BERLIN = replace(SOURCE, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        ("Asia/Tokyo", "2026-09-30 17:00:00", T0),
        ("Asia/Tokyo", "2026/09/30 17:00:00.999999", T0),
        ("Asia/Tokyo", "2026-9-30 17:00", T0),
        ("Asia/Tokyo", "2026-09-30T08:00:00Z", T0),
        ("Asia/Tokyo", "2026-09-30 10:00:00+02:00", T0),
        ("UTC", "2026-09-30 08:00:59", T0 + 59),
        ("America/New_York", f"{T0}.833080", T0),
    ],
)
def test_a_local_time_is_a_whole_utc_second(zone: str, text: str, expected: int) -> None:
    assert LocalClock(zone=zone).seconds(text) == expected


def test_a_time_shown_twice_is_the_one_nearest_to_what_is_known() -> None:
    clock = LocalClock(zone="Europe/Berlin")
    first = clock.seconds("2026-10-25 02:30:00")
    assert clock.seconds("2026-10-25 02:30:00", near=first + 3000) == first + 3600
    assert clock.is_shown_twice("2026-10-25 02:30:00")
    assert not clock.is_shown_twice("2026-10-25 03:30:00")


def test_a_call_in_the_hour_shown_twice_is_placed_by_its_channels_id() -> None:
    clock = LocalClock(zone="Europe/Berlin")
    second_showing = clock.seconds("2026-10-25 02:30:00") + 3600
    line = Logs().cdr(f"{second_showing}.1", 0, 60).lines[LogKind.CDR][0]
    line = line.replace(local(0), "2026-10-25 02:30:00").replace(local(60), "2026-10-25 02:31:00")
    row = CdrParser(BERLIN).parse(line)
    assert (row.start, row.end) == (second_showing, second_showing + 60)


@pytest.mark.parametrize("text", ["", "now", "2026-02-30 10:00:00", "2026-09-30 24:00:00", "2026-09-30 10:00:60", "12"])
def test_a_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(MomentError):
        LocalClock(zone="Asia/Tokyo").seconds(text)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (QueueLogTime.EPOCH, f"{T0}"),
        (QueueLogTime.EPOCH, f"{T0}.123"),
        (QueueLogTime.LOCAL, "2026-09-30 17:00:00.123456"),
        (QueueLogTime.UTC, "2026-09-30 08:00:00.123456"),
    ],
)
def test_queue_log_of_a_file_or_of_a_database(form: QueueLogTime, text: str) -> None:
    parser = QueueLogParser(replace(SOURCE, queue_log_time=form))
    assert parser.parse(f"{text}|{CALL}|desk|NONE|ENTERQUEUE||{CALLER}|1").at == T0


def test_a_bad_time_of_a_database_is_refused() -> None:
    parser = QueueLogParser(replace(SOURCE, queue_log_time=QueueLogTime.LOCAL))
    with pytest.raises(LineError, match="time"):
        parser.parse(f"noon|{CALL}|desk|NONE|ENTERQUEUE||{CALLER}|1")


def test_an_event_a_dialplan_made_up_is_read() -> None:
    event = QueueLogParser(SOURCE).parse(f"{T0}|{CALL}|desk|NONE|SURVEY|5|good")
    assert (event.event, event.parameters) == ("SURVEY", ("5", "good"))


@pytest.mark.parametrize("offset", [-2, 0, 90])
def test_a_clocks_offset_is_added(offset: int) -> None:
    source = replace(SOURCE, clock_offsets=dict.fromkeys(LogKind, offset))
    logs = answered(Logs(), CALL).cdr(CALL, 0, 60).cel(0, "CHAN_START", CALL).attempt(0, "BUSY")
    queue = QueueLogParser(source).parse(logs.lines[LogKind.QUEUE_LOG][0])
    row = CdrParser(source).parse(logs.lines[LogKind.CDR][0])
    event = CelParser(source).parse(logs.lines[LogKind.CEL][0])
    assert (queue.at, row.start, row.end) == (T0 + 10 + offset, T0 + offset, T0 + 60 + offset)
    assert event.at == (T0 + offset) * 1_000_000


@pytest.mark.parametrize(
    ("columns", "extra", "expected"),
    [
        (16, [], ("", "", "")),
        (17, [CALL], (CALL, "", "")),
        (17, [LINE], ("", "", LINE)),
        (18, [CALL, LINE], (CALL, "", LINE)),
        (19, ["", CALL, "7"], ("", CALL, "")),
        (20, [CALL, "", CALL, "7"], (CALL, CALL, "")),
        (20, [LINE, "", CALL, "7"], ("", CALL, LINE)),
        (21, [CALL, LINE, "", CALL, "7"], (CALL, CALL, LINE)),
    ],
)
def test_cdr_of_every_column_count(columns: int, extra: list[str], expected: tuple[str, str, str]) -> None:
    fixed = Logs().cdr(CALL, 0, 60, columns=16).lines[LogKind.CDR][0]
    row = CdrParser(SOURCE).parse(",".join([fixed, *(f'"{cell}"' for cell in extra)]))
    assert (row.call_id, row.linked_id, row.user_field) == expected
    assert len(fixed.split('","')) + len(extra) == columns


def test_cel_in_any_column_order() -> None:
    columns = ("linkedid", "uniqueid", "channel", "eventtime", "eventtype", "context")
    event = CelParser(replace(SOURCE, cel_columns=columns)).parse(f'"{CALL}","{CALL}","SIP/x-1",{T0}.5,"ANSWER","in"')
    assert (event.event, event.at, event.context, event.extra) == (
        "ANSWER",
        T0 * 1_000_000 + 500_000,
        "in",
        "",
    )


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ('{"hangupcause":17,"hangupsource":"","dialstatus":""}', "17"),
        ("17,SIP/x-1,", "17"),
        ("{broken", "None"),
        ("[1]", "None"),
        ("", "None"),
    ],
)
def test_the_cause_of_a_hang_up_in_old_and_new_form(extra: str, expected: str) -> None:
    event = CelParser(SOURCE).parse(Logs().cel(0, "HANGUP", CALL).lines[LogKind.CEL][0])
    assert str(extra_of(event._replace(extra=extra)).get("hangupcause")) == expected


def test_a_japanese_report_in_cp932_is_read(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    heading = "着信番号,発信者番号,開始日時,終了日時,結果"
    row = f"312345001,非通知,{local(0).replace('-', '/')},{local(3).replace('-', '/')},話中"
    path.write_bytes(f"{heading}\r\n{row}\r\n".encode("cp932"))
    assert detect_kind(path) is LogKind.CARRIER
    (line,) = read_log(path=path, kind=LogKind.CARRIER, source=SOURCE)
    assert isinstance(line.record, CarrierAttempt)
    assert (line.record.at, line.record.end) == (T0, T0 + 3)
    assert (line.record.caller, line.record.result) == (None, AttemptResult.BUSY)


def test_the_same_row_under_other_headings_order_is_the_same_row() -> None:
    one = json.dumps({"start": local(0), "dialled_number": LINE, "disposition": "BUSY"}, sort_keys=True)
    assert CarrierParser(SOURCE).parse(one) == CarrierParser(SOURCE).parse(one)
    assert CarrierParser(SOURCE).parse(one).end is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("09011112222", "+819011112222"),
        ("0312345001", "312345001"),
        ("0312345001", "81312345001"),
        ("050-1234-5678", "05012345678"),
        (None, None),
    ],
)
def test_two_writings_of_one_number_are_the_same(one: str | None, other: str | None) -> None:
    assert is_same_number(number_key(one), number_key(other))


@pytest.mark.parametrize(("one", "other"), [("09011112222", "08011112222"), ("0312345001", None), ("1001", "2001001")])
def test_two_callers_are_not_the_same(one: str, other: str | None) -> None:
    assert not is_same_number(number_key(one), number_key(other))


def test_full_width_digits_are_digits() -> None:
    assert shown_number("０９０１") == "0901"


def test_ids_with_and_without_a_systems_name() -> None:
    assert started_at("hq-1790755200.17") == T0
    assert started_at("one.two") is None
    assert [peer_of(each) for each in ("SIP/trunk-0000003d", "Local/7010@in-1;2", "DAHDI/1")] == [
        "SIP/trunk",
        "Local/7010@in",
        "DAHDI/1",
    ]


def test_every_kind_of_log_is_told_by_its_content(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).cdr(CALL, 0, 60).cel(0, "CHAN_START", CALL).attempt(0, "BUSY")
    for kind, path in zip(logs.lines, logs.write(tmp_path), strict=True):
        other = tmp_path / f"export-{kind}.txt"
        other.write_bytes(gzip.compress(path.read_bytes()))
        assert detect_kind(other) is kind
        assert len(list(read_log(path=other, kind=kind, source=SOURCE))) == len(logs.lines[kind])


def test_a_carriers_part_without_its_heading_is_told_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "part"
    path.write_text(Logs().attempt(0, "BUSY").lines[LogKind.CARRIER][0] + "\n")
    assert detect_kind(path) is LogKind.CARRIER
    other = CarrierReport(columns=("a", "b"))
    with pytest.raises(InvalidInputError, match="none of the known logs"):
        detect_kind(path, source=replace(SOURCE, carrier=other))


def test_a_large_file_is_told_by_its_first_lines(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text(f"{T0}|NONE|NONE|NONE|CONFIGRELOAD|日本\n" * 3000, encoding="utf-8")
    assert detect_kind(path) is LogKind.QUEUE_LOG


def test_lines_with_windows_breaks_are_the_same_lines(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_bytes(b"\xef\xbb\xbf" + f"{T0}|NONE|NONE|NONE|QUEUESTART|\r\n\r\n".encode())
    (line,) = read_log(path=path, kind=LogKind.QUEUE_LOG, source=SOURCE)
    assert line.raw.text == f"{T0}|NONE|NONE|NONE|QUEUESTART|"


def test_a_profile_may_name_another_zone_for_one_log() -> None:
    source = AsteriskSource(name="pbx", contract="desk", zone="Asia/Tokyo", zones={LogKind.CEL: "UTC"})
    logs = Logs().cel(9 * 3600, "CHAN_START", CALL)
    assert CelParser(source).parse(logs.lines[LogKind.CEL][0]).at == (T0 + 18 * 3600) * 1_000_000
