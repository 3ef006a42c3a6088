"""CDR and CEL taken out of a database: with a heading, other columns, another order."""

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.intake.asterisk.logs import AGENT, CALLER, LINE, SOURCE, T0, Logs, answered, csv_line

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.events import Event
from madoguchi.intake.asterisk.headed import CDR_COLUMNS
from madoguchi.intake.asterisk.importing import import_logs
from madoguchi.intake.asterisk.source import CEL_COLUMNS, AsteriskSource, LogKind
from madoguchi.intake.asterisk.source_file import load_source

ANSWERED, BUSY, GIVEN_UP = (f"{T0 + second}.{second + 1}" for second in (0, 300, 600))
# as FreePBX keeps them: no answer and no end, a column for the number dialled
FREEPBX = (
    "calldate", "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "duration", "billsec",
    "disposition", "amaflags", "accountcode", "uniqueid", "userfield", "did", "recordingfile", "linkedid", "sequence",
)  # fmt: skip
FEW = (
    "start",
    "answer",
    "end",
    "src",
    "dst",
    "dcontext",
    "channel",
    "dstchannel",
    "lastapp",
    "disposition",
    "uniqueid",
)
LEAST = 'format = "x"\nsystem = "pbx"\ncontract = "desk"\nzone = "Asia/Tokyo"\n'


def day() -> Logs:
    """Return the logs of an answered call, a refused one and one given up in the menu."""
    logs = answered(Logs(), ANSWERED).cdr(ANSWERED, 0, 115, to=AGENT)
    logs.cdr(BUSY, 300, 300, app="Busy", disposition="BUSY").cdr(GIVEN_UP, 600, 606, app="Read", context="menu")
    for at, call in ((0, ANSWERED), (300, BUSY), (600, GIVEN_UP)):
        logs.cel(at, "CHAN_START", call)
    logs.hangup(115, ANSWERED).hangup(300.2, BUSY, cause=17, by="")
    return logs.hangup(606, GIVEN_UP, context="menu")


def calls_of(folder: Path, files: Sequence[Path], *, source: AsteriskSource = SOURCE) -> list[Event]:
    calls = import_logs(source=source, files=files, store=folder / "store").calls
    rows = [{name: value for name, value in call.items() if name != "source_file"} for call in calls]
    return sorted(rows, key=lambda call: str(call["source"]))


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.write_text("".join(f"{csv_line(row)}\n" for row in rows), encoding="utf-8")
    return path


def rows_of(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [dict(zip(columns, row, strict=True)) for row in csv.reader(file)]


def cdr_rows(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """Return the rows of a plain CDR file with other columns."""
    rows = rows_of(path, CDR_COLUMNS)
    named = ({**row, "calldate": row["start"], "did": LINE, "recordingfile": "a.wav"} for row in rows)
    return [[row[name] for name in columns] for row in named]


@pytest.fixture
def plain(tmp_path: Path) -> dict[LogKind, Path]:
    logs = day()
    return dict(zip(logs.lines, logs.write(tmp_path / "plain"), strict=True))


@pytest.mark.parametrize("columns", [CDR_COLUMNS, FREEPBX, FEW, tuple(reversed(CDR_COLUMNS))])
def test_a_cdr_export_with_a_heading_makes_the_same_calls(
    tmp_path: Path, plain: dict[LogKind, Path], columns: tuple[str, ...]
) -> None:
    rows = [list(columns), *cdr_rows(plain[LogKind.CDR], columns)]
    headed = plain | {LogKind.CDR: write(tmp_path / "export.csv", rows)}
    expected = calls_of(tmp_path / "a", list(plain.values()))
    assert [str(call["outcome"]) for call in expected] == ["answered", "busy_pbx", "ivr_abandoned"]
    assert calls_of(tmp_path / "b", list(headed.values())) == expected


def test_the_same_rows_in_another_order_of_columns_are_the_same_rows(
    tmp_path: Path, plain: dict[LogKind, Path]
) -> None:
    order = list(CDR_COLUMNS)
    random.Random(1).shuffle(order)
    first = write(tmp_path / "one.csv", [list(CDR_COLUMNS), *cdr_rows(plain[LogKind.CDR], CDR_COLUMNS)])
    other = write(tmp_path / "other.csv", [order, *cdr_rows(plain[LogKind.CDR], order)])
    for file, new in ((first, 3), (plain[LogKind.CDR], 0), (other, 0)):
        report = import_logs(source=SOURCE, files=[file], store=tmp_path / "store")
        assert report.files[0].new_count == new


def test_the_part_without_the_heading_is_read_by_the_profiles_columns(
    tmp_path: Path, plain: dict[LogKind, Path]
) -> None:
    source = replace(SOURCE, cdr_columns=FREEPBX)
    rows = cdr_rows(plain[LogKind.CDR], FREEPBX)
    head = write(tmp_path / "head.csv", [list(FREEPBX), rows[0]])
    tail = write(tmp_path / "tail.csv", rows[1:])
    expected = calls_of(tmp_path / "a", list(plain.values()))
    others = [plain[LogKind.QUEUE_LOG], plain[LogKind.CEL]]
    assert calls_of(tmp_path / "b", [tail, *others, head], source=source) == expected


def test_the_number_dialled_of_a_cdr_export_is_the_line(tmp_path: Path, plain: dict[LogKind, Path]) -> None:
    rows = [list(FREEPBX), *cdr_rows(plain[LogKind.CDR], FREEPBX)]
    for row in rows[1:]:
        row[FREEPBX.index("dst")] = "s"
    calls = calls_of(tmp_path, [write(tmp_path / "export.csv", rows)])
    assert {call["line"] for call in calls} == {LINE}


def test_headings_of_another_language_are_named_in_the_profile(tmp_path: Path, plain: dict[LogKind, Path]) -> None:
    rows = cdr_rows(plain[LogKind.CDR], FEW)
    words = ["開始", "応答", "終了", *FEW[3:6], "回線", *FEW[7:]]
    source = replace(SOURCE, cdr_headings={"開始": "start", "応答": "answer", "終了": "end", "回線": "channel"})
    file = write(tmp_path / "export.csv", [words, *rows])
    report = import_logs(source=source, files=[file], store=tmp_path / "store")
    assert (report.files[0].kind, report.files[0].new_count) == (LogKind.CDR, 3)


def test_what_a_database_writes_for_nothing_is_nothing(tmp_path: Path, plain: dict[LogKind, Path]) -> None:
    rows = [[cell or "\\N" for cell in row] for row in cdr_rows(plain[LogKind.CDR], FEW)]
    expected = calls_of(tmp_path / "a", [plain[LogKind.CDR]])
    assert calls_of(tmp_path / "b", [write(tmp_path / "export.csv", [list(FEW), *rows])]) == expected


@pytest.mark.parametrize("spelling", [str.upper, str.lower, str.title])
def test_a_cel_export_with_a_heading_makes_the_same_calls(
    tmp_path: Path, plain: dict[LogKind, Path], spelling: Callable[[str], str]
) -> None:
    columns = ["id", *reversed(CEL_COLUMNS)]
    rows = [{**row, "id": "7"} for row in rows_of(plain[LogKind.CEL], CEL_COLUMNS)]
    cells = [[spelling(row[name]) if name == "eventtype" else row[name] for name in columns] for row in rows]
    heading = ["extra" if name == "eventextra" else spelling(name) for name in columns]
    headed = plain | {LogKind.CEL: write(tmp_path / "export.csv", [heading, *cells])}
    expected = calls_of(tmp_path / "a", list(plain.values()))
    assert calls_of(tmp_path / "b", list(headed.values())) == expected


def test_a_carriers_report_that_says_answer_is_no_cel(tmp_path: Path) -> None:
    rows = [["開始日時", "発信者番号", "着信番号", "結果"], *([["2026/9/30 17:00", CALLER, LINE, "ANSWER"]] * 3)]
    report = import_logs(source=SOURCE, files=[write(tmp_path / "carrier.csv", rows)], store=tmp_path / "store")
    assert report.files[0].kind is LogKind.CARRIER


def test_a_row_that_does_not_fit_the_heading_is_named(tmp_path: Path, plain: dict[LogKind, Path]) -> None:
    rows = cdr_rows(plain[LogKind.CDR], FEW)
    file = write(tmp_path / "export.csv", [list(FEW), rows[0], rows[1][:-1]])
    with pytest.raises(InvalidInputError) as caught:
        import_logs(source=SOURCE, files=[file], store=tmp_path / "store")
    problem = caught.value.problems[0]
    assert (problem.where, problem.line, problem.given) == ("export.csv", 3, "10 columns")
    assert problem.allowed == "11 columns, as the heading has (or cdr.columns)"


def test_a_heading_that_stands_twice_is_refused(tmp_path: Path, plain: dict[LogKind, Path]) -> None:
    heading = ["src" if name == "dst" else name for name in FEW]
    file = write(tmp_path / "export.csv", [heading, *cdr_rows(plain[LogKind.CDR], FEW)])
    with pytest.raises(InvalidInputError, match=r"export\.csv:1 src: a heading 2 times"):
        import_logs(source=SOURCE, files=[file], store=tmp_path / "store")


def test_of_two_columns_for_the_start_the_one_that_says_something_is_read(
    tmp_path: Path, plain: dict[LogKind, Path]
) -> None:
    rows = [["", *row] for row in cdr_rows(plain[LogKind.CDR], FEW)]
    file = write(tmp_path / "export.csv", [["calldate", *FEW], *rows])
    assert calls_of(tmp_path / "a", [file]) == calls_of(tmp_path / "b", [plain[LogKind.CDR]])


def test_a_profile_names_columns_and_headings_of_cdr() -> None:
    text = '[cdr]\ncolumns = ["calldate", "channel", "x", "disposition"]\n[cdr.headings]\n"発信元" = "src"\n'
    source = load_source(LEAST + text, file="p.toml")
    assert source.cdr_columns == ("calldate", "channel", "x", "disposition")
    assert source.cdr_headings == {"発信元": "src"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[cdr]\ncolumns = ["start", "src"]\n', "cdr.columns"),
        ('[cdr.headings]\n"発信元" = "caller"\n', "cdr.headings.発信元"),
    ],
)
def test_columns_and_headings_that_cannot_be_are_refused(text: str, where: str) -> None:
    with pytest.raises(InvalidInputError, match=where):
        load_source(LEAST + text, file="p.toml")


def test_the_caller_of_a_cdr_export_is_read(tmp_path: Path, plain: dict[LogKind, Path]) -> None:
    rows = [list(FREEPBX), *cdr_rows(plain[LogKind.CDR], FREEPBX)]
    assert {call["caller"] for call in calls_of(tmp_path, [write(tmp_path / "export.csv", rows)])} == {CALLER}
