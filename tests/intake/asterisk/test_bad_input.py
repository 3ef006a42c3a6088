"""What a person is told about a log that cannot be right, and that nothing of it is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.intake.asterisk.logs import CALLER, LINE, SOURCE, T0, Logs, answered, channel_id, csv_line, local

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.intake.asterisk.importing import import_logs, store_path, stored_calls
from madoguchi.intake.asterisk.reading import read_log
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

CALL = channel_id(0)
BERLIN = AsteriskSource(name="pbx", contract="desk", zone="Europe/Berlin")


def problems(path: Path, kind: LogKind, *, source: AsteriskSource = SOURCE) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInputError) as raised:
        list(read_log(path=path, kind=kind, source=source))
    return raised.value.problems


def write(tmp_path: Path, *lines: str, end: str = "\n") -> Path:
    path = tmp_path / "log"
    path.write_text("\n".join(lines) + end, encoding="utf-8")
    return path


def cdr_cells(**changes: str) -> list[str]:
    logs = Logs().cdr(CALL, 0, 60)
    cells = [cell.strip('"') for cell in logs.lines[LogKind.CDR][0].split('","')]
    names = {"start": 9, "answer": 10, "end": 11, "disposition": 14}
    for name, value in changes.items():
        cells[names[name]] = value
    return cells


@pytest.mark.parametrize(
    ("line", "column", "given"),
    [
        (f"{T0}|{CALL}|desk", "fields", "3 fields"),
        (f"soon|{CALL}|desk|NONE|ABANDON|1|1|5", "time", "'soon'"),
        (f"12|{CALL}|desk|NONE|ABANDON|1|1|5", "time", "'12'"),
        (f"{T0}|{CALL}|desk|NONE|ABANDON|1", "ABANDON", "1 parameters"),
        (f"{T0}|{CALL}|desk|Sato|COMPLETECALLER|5|-3|1", "COMPLETECALLER", "'-3'"),
        (f"{T0}|{CALL}|desk|Sato|left the room|5", "event", "'left the room'"),
    ],
)
def test_a_bad_line_of_queue_log_is_named(tmp_path: Path, line: str, column: str, given: str) -> None:
    path = write(tmp_path, f"{T0}|NONE|NONE|NONE|QUEUESTART|", line)
    found = problems(path, LogKind.QUEUE_LOG)
    assert [(each.where, each.line, each.key) for each in found] == [("log", 2, column)]
    assert given in found[0].given


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"end": local(-60)}, "end", "before the start"),
        ({"answer": local(90)}, "answer", "after the end"),
        ({"start": "yesterday"}, "start", "'yesterday'"),
        ({"start": "2026-09-31 10:00:00"}, "start", "2026-09-31"),
        ({"disposition": "MAYBE"}, "disposition", "'MAYBE'"),
    ],
)
def test_a_bad_row_of_cdr_is_named(tmp_path: Path, changes: dict[str, str], column: str, words: str) -> None:
    found = problems(write(tmp_path, csv_line(cdr_cells(**changes))), LogKind.CDR)
    assert [(each.line, each.key) for each in found] == [(1, column)]
    assert words in found[0].given


def test_an_hour_the_clocks_skipped_is_refused(tmp_path: Path) -> None:
    skipped = csv_line(cdr_cells(start="2026-03-29 02:30:00", answer="", end="2026-03-29 03:30:00"))
    found = problems(write(tmp_path, skipped), LogKind.CDR, source=BERLIN)
    assert (found[0].line, found[0].key) == (1, "start")
    assert "Europe/Berlin skipped it" in found[0].allowed


@pytest.mark.parametrize("count", [12, 15, 22])
def test_a_wrong_number_of_cdr_columns_is_refused(tmp_path: Path, count: int) -> None:
    cells = (cdr_cells() + ["x"] * 3)[:count]
    found = problems(write(tmp_path, csv_line(cells)), LogKind.CDR)
    assert (found[0].key, found[0].given) == ("columns", f"{count} columns")


def test_a_file_of_two_kinds_of_cdr_rows_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, csv_line(cdr_cells()), csv_line(cdr_cells()[:18]))
    found = problems(path, LogKind.CDR)
    assert [(each.line, each.allowed) for each in found] == [(2, "21 columns, as on the file's first line")]


def test_a_cel_row_of_another_column_order_is_refused(tmp_path: Path) -> None:
    line = Logs().cel(0, "CHAN_START", CALL).lines[LogKind.CEL][0]
    found = problems(write(tmp_path, line, line + ',"more"'), LogKind.CEL)
    assert [(each.line, each.key, each.given) for each in found] == [(2, "columns", "21 columns")]


@pytest.mark.parametrize(("column", "position"), [("eventtime", 1), ("uniqueid", 14), ("eventtype", 0)])
def test_an_empty_cell_cel_needs_is_named(tmp_path: Path, column: str, position: int) -> None:
    cells = [cell.strip('"') for cell in Logs().cel(0, "CHAN_START", CALL).lines[LogKind.CEL][0].split('","')]
    cells[position] = ""
    assert problems(write(tmp_path, csv_line(cells)), LogKind.CEL)[0].key == column


def test_a_quotation_mark_left_open_is_named(tmp_path: Path) -> None:
    found = problems(write(tmp_path, '"CHAN_START","2026', csv_line(["x"])), LogKind.CEL)
    assert (found[0].line, found[0].given) == (1, "a quotation mark that is never closed")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (f"{local(0)},,{local(-5)},{CALLER},{LINE},0,0,BUSY", "end"),
        (f"{local(0)},,{local(5)},{CALLER},,0,0,BUSY", "dialled_number"),
        (f"{local(0)},,{local(5)},{CALLER},{LINE},0,0,LOST", "disposition"),
        (f"then,,{local(5)},{CALLER},{LINE},0,0,BUSY", "start"),
        (f"{local(0)},,{local(5)},{CALLER}", "columns"),
    ],
)
def test_a_bad_row_of_the_carrier_is_named(tmp_path: Path, row: str, column: str) -> None:
    heading = "start,answer,end,calling_number,dialled_number,duration,billsec,disposition"
    found = problems(write(tmp_path, heading, row, end=""), LogKind.CARRIER)
    assert [(each.line, each.key) for each in found] == [(2, column)]


def test_a_carriers_part_without_heading_and_of_other_columns_is_refused(tmp_path: Path) -> None:
    found = problems(write(tmp_path, "a,b,c"), LogKind.CARRIER)
    assert "no heading" in found[0].given


def test_broken_bytes_are_named_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(f"{T0}|NONE|NONE|NONE|QUEUESTART|\n{T0}|x|".encode() + b"\xff\n")
    found = problems(path, LogKind.QUEUE_LOG)
    assert (found[0].line, found[0].key) == (2, f"byte {len(f'{T0}|x|') + 1} of the line")
    assert "0xff" in found[0].given


def test_all_bad_lines_are_reported_up_to_a_limit(tmp_path: Path) -> None:
    found = problems(write(tmp_path, *(["nonsense"] * 60)), LogKind.QUEUE_LOG)
    assert len(found) == 51
    assert found[-1].given == "10 more lines with problems"


def import_two(tmp_path: Path, spoil: Callable[[Path], object]) -> tuple[Problem, ...]:
    """Import one good file and one that was spoilt; say what was wrong and check that nothing was kept."""
    good = answered(Logs(), CALL).write(tmp_path / "good")
    spoilt = answered(Logs(), channel_id(500), at=500).write(tmp_path / "spoilt")
    spoil(spoilt[0])
    with pytest.raises(InvalidInputError) as raised:
        import_logs(source=SOURCE, files=[*good, *spoilt], store=tmp_path / "store")
    assert not store_path(source=SOURCE, store=tmp_path / "store").exists()
    return raised.value.problems


def test_a_file_cut_in_the_middle_of_a_line_is_refused_whole(tmp_path: Path) -> None:
    found = import_two(tmp_path, lambda path: path.write_text(path.read_text()[:-4]))
    assert [(each.where, each.line) for each in found] == [("queue_log", 3)]
    assert "no line break" in found[0].given


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    found = import_two(tmp_path, lambda path: path.write_text(""))
    assert [each.given for each in found] == ["an empty file"]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    found = import_two(tmp_path, lambda path: path.write_text("Dear Sir,\nplease find enclosed\n"))
    assert [each.given for each in found] == ["none of the known logs"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    found = import_two(tmp_path, lambda path: path.unlink())
    assert "does not open" in found[0].given


def test_a_refused_file_changes_nothing_of_what_was_there(tmp_path: Path) -> None:
    store = tmp_path / "store"
    good = answered(Logs(), CALL).write(tmp_path / "good")
    before = import_logs(source=SOURCE, files=good, store=store).calls
    spoilt = answered(Logs(), channel_id(500), at=500).write(tmp_path / "spoilt")
    spoilt[0].write_text(spoilt[0].read_text() + "cut")
    with pytest.raises(InvalidInputError):
        import_logs(source=SOURCE, files=spoilt, store=store)
    assert tuple(stored_calls(source=SOURCE, store=store)[0]) == before


def test_two_rows_of_one_number_with_different_contents_are_refused(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 60, sequence=4).cdr(CALL, 0, 61, sequence=4)
    with pytest.raises(InvalidInputError) as raised:
        import_logs(source=SOURCE, files=logs.write(tmp_path / "logs"), store=tmp_path / "store")
    found = raised.value.problems[0]
    assert (found.where, found.key) == ("Master.csv", "sequence")
    assert CALL in found.given


def test_nothing_to_import_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no files"):
        import_logs(source=SOURCE, files=[], store=tmp_path)
    with pytest.raises(InvalidInputError, match="nothing imported yet"):
        stored_calls(source=SOURCE, store=tmp_path)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_times_read_in_a_wrong_zone_are_noticed(tmp_path: Path, zone: str) -> None:
    logs = Logs()
    for second in range(0, 1200, 60):
        logs.cdr(channel_id(second), second, second + 30)
    path = logs.write(tmp_path)[0]
    found = problems(path, LogKind.CDR, source=AsteriskSource(name="pbx", contract="desk", zone=zone))
    assert (found[0].where, found[0].key) == ("Master.csv", "start")
    assert f"read in {zone}" in found[0].given


def test_a_few_rows_of_a_long_call_are_no_wrong_zone(tmp_path: Path) -> None:
    path = Logs().cdr(CALL, 1800, 1900).write(tmp_path)[0]
    assert len(list(read_log(path=path, kind=LogKind.CDR, source=SOURCE))) == 1


def test_ids_of_another_time_altogether_are_no_wrong_zone(tmp_path: Path) -> None:
    logs = Logs()
    for second in range(0, 1200, 60):
        logs.cdr(channel_id(second - 40 * 86_400), second, second + 30)
    path = logs.write(tmp_path)[0]
    assert len(list(read_log(path=path, kind=LogKind.CDR, source=SOURCE))) == 20
