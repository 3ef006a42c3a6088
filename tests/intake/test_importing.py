"""Imports by a mapping: idempotent, free of order, all or nothing."""

import csv
import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.shared_data import shared_folder

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.events import FACT_TABLES
from madoguchi.intake.columnar import arrow_schema
from madoguchi.intake.facts import open_facts
from madoguchi.intake.importing import ImportReport, import_files
from madoguchi.intake.store import FactStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROFILES = Path(__file__).parents[2] / "examples" / "profiles"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "imports.md"
HEADING = "受付番号,種別,受付日時,完了日時"
ROWS = [
    "A-1,問合せ,2018/10/01 09:00,2018/10/01 09:20",
    "A-2,不具合,2018/10/01 10:00,-",
    "A-3,問合せ,2018/10/02 11:30,2018/10/03 12:00",
]


def mapping(folder: Path, *, change: tuple[str, str] = ("", "")) -> Path:
    """Write the mapping that the guide shows."""
    text = GUIDE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    path = folder / "ledger.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    return path


def run(folder: Path, files: list[Path], *, profile: Path | None = None) -> ImportReport:
    store = FactStore(folder / "facts")
    store.folder.mkdir(exist_ok=True)
    return import_files(store=store, profile=profile or mapping(folder), files=files, now=NOW)


def written(folder: Path, name: str, lines: list[str], *, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def tickets(folder: Path) -> list[dict[str, object]]:
    path = FactStore(folder / "facts").table_path("tickets")
    assert path is not None
    rows = pq.read_table(path).to_pylist()
    return [{name: value for name, value in row.items() if name != "source_file"} for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_ledger_is_read_in_the_encodings_offices_use(tmp_path: Path, encoding: str) -> None:
    report = run(tmp_path, [written(tmp_path, "ledger.csv", [HEADING, *ROWS], encoding=encoding)])
    assert (report.rows_read, report.changes[0].new) == (3, 3)
    first = tickets(tmp_path)[0]
    assert (first["reference"], first["kind"]) == ("A-1", "inquiry")
    assert first["received_at"] == int(datetime(2018, 10, 1, 0, 0, tzinfo=UTC).timestamp())
    assert tickets(tmp_path)[1]["resolved_at"] is None


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "ledger.csv", [HEADING, *ROWS])
    run(tmp_path, [path])
    before = tickets(tmp_path)
    change = run(tmp_path, [path]).changes[0]
    assert (change.new, change.same, change.changed) == (0, 3, 0)
    assert tickets(tmp_path) == before


def test_excel_gives_the_same_facts_as_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in [HEADING, *ROWS]:
        book.worksheets[0].append(line.split(","))
    book.save(tmp_path / "ledger.xlsx")
    run(tmp_path, [tmp_path / "ledger.xlsx"])
    from_excel = tickets(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    run(other, [written(other, "ledger.csv", [HEADING, *ROWS])])
    assert tickets(other) == from_excel


# fmt: off
BAD_FILES = {
    "an unknown kind": ([HEADING, "A-1,苦言,2018/10/01 09:00,-"], "ledger.csv:2 種別", "問合せ"),
    "a date that does not exist": ([HEADING, "A-1,問合せ,2018/11/31 09:00,-"], "ledger.csv:2 受付日時", "%Y/%m/%d"),
    "an end before its start": (
        [HEADING, "A-1,問合せ,2018/10/02 09:00,2018/10/01 09:00"], "ledger.csv:2 resolved_at",
        "not before received_at"),
    "a missing cell": ([HEADING, "A-1,問合せ"], "ledger.csv:2", "4 cells"),
    "a missing column": (["受付番号,種別,受付日時", "A-1,問合せ,2018/10/01 09:00"], "完了日時", "受付番号"),
    "one key twice": (
        [HEADING, "A-1,問合せ,2018/10/01 09:00,-", "A-1,問合せ,2018/10/01 09:01,-"], "ledger.csv:3",
        "one content a key"),
    "a heading twice": (["受付番号,種別,種別,完了日時", "A-1,x,y,-"], "ledger.csv:1", "each heading once"),
    "an open quotation": ([HEADING, 'A-1,"問合せ,2018/10/01 09:00,-'], "ledger.csv", "a whole file"),
    "the first moment": ([HEADING, "A-1,問合せ,0001/01/01 00:00,-"], "ledger.csv:2 受付日時", "a year between"),
    "the final moment": ([HEADING, "A-1,問合せ,9999/12/31 23:59,-"], "ledger.csv:2 受付日時", "a year between"),
    "a moment far away": ([HEADING, "A-1,問合せ,1918/10/01 09:00,-"], "ledger.csv:2 received_at", "2000"),
}
# fmt: on


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_files_are_refused_by_line_and_nothing_is_kept(tmp_path: Path, case: str) -> None:
    lines, where, allowed = BAD_FILES[case]
    with pytest.raises(InvalidInputError) as caught:
        run(tmp_path, [written(tmp_path, "ledger.csv", lines)])
    assert where in str(caught.value)
    assert allowed in str(caught.value)
    assert FactStore(tmp_path / "facts").manifest()["tables"] == {}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("is_grouped", [False, True])
def test_a_file_without_rows_is_refused_for_headings_it_lacks(tmp_path: Path, kind: str, *, is_grouped: bool) -> None:
    path = tmp_path / f"ledger.{kind}"
    _write_headings(path, ["受付番号", "種別", "受付日時"])
    order = 'key = ["受付番号"]'
    profile = mapping(tmp_path, change=(order, order + '\norder = ["受付日時"]') if is_grouped else ("", ""))
    with pytest.raises(InvalidInputError) as caught:
        run(tmp_path, [path], profile=profile)
    (problem,) = caught.value.problems
    assert (problem.where, problem.key) == (path.name, "完了日時")
    assert problem.allowed == "one of 受付番号, 種別, 受付日時"
    assert FactStore(tmp_path / "facts").manifest()["imports"] == []
    _write_headings(path, HEADING.split(","))
    assert run(tmp_path, [path], profile=profile).rows_read == 0


def _write_headings(path: Path, names: list[str]) -> None:
    if path.suffix == ".csv":
        path.write_text(",".join(names) + "\n", encoding="utf-8")
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({name: pa.array([], type=pa.string()) for name in names}), path)
    else:
        book = openpyxl.Workbook()
        book.worksheets[0].append(names)
        book.save(path)


def test_a_row_of_a_workbook_may_end_early(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cells in (HEADING.split(","), ROWS[0].split(","), ROWS[1].split(",")[:3]):
        book.worksheets[0].append(cells)
    book.save(tmp_path / "ledger.xlsx")
    run(tmp_path, [tmp_path / "ledger.xlsx"])
    assert [each["source"] for each in tickets(tmp_path)] == ["ledger:A-1", "ledger:A-2"]


def test_broken_bytes_name_their_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes((HEADING + "\nA-1,").encode("cp932") + b"\x81\xff,2018/10/01 09:00,-\n")
    with pytest.raises(InvalidInputError, match=r"ledger\.csv:2"):
        run(tmp_path, [path])


def test_a_file_cut_in_its_last_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(("\n".join([HEADING, *ROWS]) + "\nA-4,問合").encode())
    with pytest.raises(InvalidInputError, match="last line cut short"):
        run(tmp_path, [path])


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.touch()
    with pytest.raises(InvalidInputError, match="an empty file"):
        run(tmp_path, [path])


def test_an_hour_that_the_clocks_skipped_is_refused(tmp_path: Path) -> None:
    profile = mapping(tmp_path, change=("Asia/Tokyo", "America/New_York"))
    path = written(tmp_path, "ledger.csv", [HEADING, "A-1,問合せ,2018/03/11 02:30,-"])
    with pytest.raises(InvalidInputError, match="the clocks of America/New_York skipped it"):
        run(tmp_path, [path], profile=profile)


def test_a_changed_row_is_refused_unless_the_mapping_replaces(tmp_path: Path) -> None:
    run(tmp_path, [written(tmp_path, "ledger.csv", [HEADING, *ROWS])])
    before = tickets(tmp_path)
    changed = written(tmp_path, "later.csv", [HEADING, "A-2,不具合,2018/10/01 10:00,2018/10/05 10:00"])
    with pytest.raises(InvalidInputError, match="ledger:A-2"):
        run(tmp_path, [changed])
    assert tickets(tmp_path) == before
    profile = mapping(tmp_path, change=('system = "ledger"', 'replaces = true\nsystem = "ledger"'))
    assert run(tmp_path, [changed], profile=profile).changes[0].changed == 1
    assert len(tickets(tmp_path)) == 3


def test_a_mapping_names_all_its_problems(tmp_path: Path) -> None:
    profile = mapping(tmp_path, change=("[columns.resolved_at]", "[columns.finished_at]"))
    profile.write_text(profile.read_text(encoding="utf-8").replace("zone =", "zon ="), encoding="utf-8")
    with pytest.raises(InvalidInputError) as caught:
        run(tmp_path, [written(tmp_path, "ledger.csv", [HEADING, *ROWS])], profile=profile)
    assert {problem.key for problem in caught.value.problems} == {"columns.finished_at", "zon"}


def incident_lines() -> list[str]:
    source = next(shared_folder("data/servicenow-incidents").glob("*.csv.gz"))
    with gzip.open(source, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


def test_incidents_agree_with_a_count_of_the_log_itself(tmp_path: Path) -> None:
    lines = incident_lines()
    run(tmp_path, [written(tmp_path, "log.csv", lines)], profile=PROFILES / "servicenow.toml")
    reopened: dict[str, int] = {}
    opened: dict[str, str] = {}
    for row in csv.DictReader(io.StringIO("\n".join(lines))):
        reopened[row["number"]] = max(reopened.get(row["number"], 0), int(row["reopen_count"]))
        opened[row["number"]] = row["opened_at"]
    found = {str(row["reference"]): row for row in tickets(tmp_path)}
    assert {name: row["reopened_count"] for name, row in found.items()} == reopened
    moment = datetime.strptime(opened["INC0000047"], "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
    assert found["INC0000047"]["received_at"] == int(moment.timestamp())


def test_a_row_of_many_for_one_event_is_named_by_its_file_and_line(tmp_path: Path) -> None:
    profile = PROFILES / "servicenow.toml"
    heading = "number,incident_state,reassignment_count,reopen_count,sys_mod_count,opened_at,sys_updated_at,"
    heading += "contact_type,category,priority,resolved_at"

    def line(number: int, opened: str, *, count: str = "0") -> str:
        return f"INC{number},New,{count},0,0,{opened},1/2/2016 10:00,Phone,c,3 - Moderate,?"

    kept = written(tmp_path, "kept.csv", [heading, *(line(number, "1/2/2016 10:00") for number in range(4))])
    run(tmp_path, [kept], profile=profile)
    one = written(tmp_path, "one.csv", [heading, line(1, "1/2/2016 10:00"), line(7, "99/2/2016 10:00")])
    two = written(tmp_path, "two.csv", [heading, line(8, "1/2/2016 10:00"), line(9, "1/2/2016 10:00", count="x")])
    with pytest.raises(InvalidInputError) as caught:
        run(tmp_path, [one, two], profile=profile)
    places = [(each.where, each.line, each.key) for each in caught.value.problems]
    assert places == [("one.csv", 3, "opened_at"), ("two.csv", 3, "reassignment_count")]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(1, 600), swap=st.booleans())
def test_a_log_split_anywhere_in_any_order_gives_the_same_incidents(
    tmp_path_factory: pytest.TempPathFactory, cut: int, *, swap: bool
) -> None:
    heading, *lines = incident_lines()[:700]
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    profile = PROFILES / "servicenow.toml"
    run(whole, [written(whole, "log.csv", [heading, *lines])], profile=profile)
    halves = [lines[:cut], lines[cut:]]
    for number, half in enumerate(reversed(halves) if swap else halves):
        run(parts, [written(parts, f"{number}.csv", [heading, *half])], profile=profile)
    assert tickets(parts) == tickets(whole)


def test_plain_csv_facts_name_line_and_column(tmp_path: Path) -> None:
    lines = ["contract,source,offered_at,outcome,colour", "004,a:1,2018-10-01T09:00,answered,red",
             "004,a:1,2018-10-01T09:00+09:00,lost,red"]  # fmt: skip
    written(tmp_path, "calls.csv", lines)
    with pytest.raises(InvalidInputError) as caught:
        open_facts(tmp_path)
    text = str(caught.value)
    for part in ("calls.csv:1 colour", "calls.csv:2 offered_at", "calls.csv:3 outcome", "calls.csv:3 source"):
        assert part in text


def test_plain_csv_facts_without_rows_need_their_columns_too(tmp_path: Path) -> None:
    written(tmp_path, "calls.csv", ["contract,source,colour"])
    with pytest.raises(InvalidInputError) as caught:
        open_facts(tmp_path)
    assert [each.key for each in caught.value.problems] == ["colour", "offered_at", "outcome"]


def test_a_folder_that_holds_no_facts_says_what_it_should(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"calls\.parquet"):
        open_facts(tmp_path)


def test_parquet_facts_are_checked_row_by_row(tmp_path: Path) -> None:
    early, late = 1_540_000_000, 1_540_000_100
    columns = {
        "contract": ["004"] * 3,
        "source": ["a:1", "a:1", "a:2"],
        "offered_at": [early, late, 5],
        "ended_at": [late, early, None],
        "outcome": ["answered", "lost", "answered"],
    }
    whole = arrow_schema(FACT_TABLES["calls"])
    schema = pa.schema([whole.field(name) for name in columns])
    pq.write_table(pa.table(columns, schema=schema), tmp_path / "calls.parquet")
    with pytest.raises(InvalidInputError) as caught:
        open_facts(tmp_path)
    found = {(problem.key, problem.allowed.split(",")[0]) for problem in caught.value.problems}
    assert found == {
        ("source", "each source once a contract"),
        ("offered_at", "epoch seconds from 2000 to 2030"),
        ("outcome", "one of answered"),
        ("ended_at", "a moment not before offered_at"),
    }
    assert open_facts(tmp_path, is_checked=False).count("calls") == 3


def test_a_missing_profile_and_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        run(tmp_path, [tmp_path / "gone.csv"], profile=tmp_path / "gone.toml")
    assert [Path(problem.where).name for problem in caught.value.problems] == ["gone.toml", "gone.csv"]


def test_the_same_bad_text_is_reported_on_every_line_it_stands(tmp_path: Path) -> None:
    lines = [HEADING, *(f"A-{number},苦言,2018/10/01 09:00,2018/11/31 09:00" for number in range(3))]
    with pytest.raises(InvalidInputError) as caught:
        run(tmp_path, [written(tmp_path, "ledger.csv", lines)])
    found = [(problem.line, problem.key) for problem in caught.value.problems]
    assert found == [(line, key) for line in (2, 3, 4) for key in ("種別", "完了日時")]
    assert {problem.given for problem in caught.value.problems} == {"given '苦言'", "given '2018/11/31 09:00'"}


def test_rows_whose_order_is_the_same_are_put_in_order_by_their_content(tmp_path: Path) -> None:
    heading = "number,incident_state,reassignment_count,reopen_count,sys_mod_count,opened_at,sys_updated_at"
    heading += ",contact_type,category,priority,resolved_at"
    rows = [f"INC1,Active,0,0,1,1/10/2026 09:00,1/10/2026 09:10,Phone,Category {each},3,?" for each in (2, 1, 3)]
    found = []
    for number, order in enumerate((rows, rows[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        run(folder, [written(folder, "log.csv", [heading, *order])], profile=PROFILES / "servicenow.toml")
        found.append(tickets(folder))
    assert found[0] == found[1]
    assert found[0][0]["category"] == "Category 3"
