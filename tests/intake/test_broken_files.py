"""Files and folders that are cut, changed or no text: each refused by name, and nothing left behind."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from madoguchi.core.errors import InvalidInputError
from madoguchi.intake.facts import open_facts
from madoguchi.intake.importing import import_files
from madoguchi.intake.store import FactStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROFILES = Path(__file__).parents[2] / "examples" / "profiles"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "imports.md"
HEADING = "受付番号,種別,受付日時,完了日時"
ROWS = ["A-1,問合せ,2018/10/01 09:00,2018/10/01 09:20", "A-2,不具合,2018/10/01 10:00,-"]


def mapping(folder: Path) -> Path:
    """Write the mapping that the guide shows."""
    path = folder / "ledger.toml"
    path.write_text(GUIDE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0], encoding="utf-8")
    return path


def run(folder: Path, files: list[Path], *, profile: Path | None = None) -> None:
    import_files(store=FactStore(folder / "facts"), profile=profile or mapping(folder), files=files, now=NOW)


def written(folder: Path, name: str, lines: list[str], *, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


@pytest.mark.parametrize("byte", [b"\x80", b"\xa0", b"\xfd", b"\xff"])
def test_a_byte_that_cp932_leaves_open_is_no_text(tmp_path: Path, byte: bytes) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes((HEADING + "\nA-1").encode("cp932") + byte + "号,問合せ,2018/10/01 09:00,-\n".encode("cp932"))
    with pytest.raises(InvalidInputError, match=rf"ledger\.csv:2: byte 0x{byte.hex()} that is not cp932"):
        run(tmp_path, [path])


def test_a_file_in_utf_16_is_called_that(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"ledger\.csv:1: text in UTF-16; allowed: text in utf-8-sig or utf-8"):
        run(tmp_path, [written(tmp_path, "ledger.csv", [HEADING, *ROWS], encoding="utf-16")])


@pytest.mark.parametrize(
    "harm",
    [
        lambda packed: packed[:-9],
        lambda packed: b"no" + packed[2:],
        lambda packed: packed[:20] + b"\xff" * 9 + packed[29:],
    ],
)
def test_a_packed_file_that_is_cut_or_changed_is_refused_by_name(
    tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "ledger.csv.gz"
    path.write_bytes(harm(gzip.compress("\n".join([HEADING, *ROWS * 40]).encode())))
    with pytest.raises(
        InvalidInputError, match=r"ledger\.csv\.gz: does not open: .*; allowed: a whole file packed by gzip"
    ):
        run(tmp_path, [path])


def test_a_number_too_large_for_a_column_is_refused_by_its_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in ([*HEADING.split(","), "回数"], ["A-1", "問合せ", "2018/10/01 09:00", "-", 2.0**64]):
        book.worksheets[0].append(line)
    book.save(tmp_path / "ledger.xlsx")
    profile = mapping(tmp_path)
    profile.write_text(profile.read_text("utf-8") + '[columns.reopened_count]\nfrom = "回数"\n', encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"ledger\.xlsx:2 回数: .*at most 15 digits"):
        run(tmp_path, [tmp_path / "ledger.xlsx"], profile=profile)


def test_a_folder_in_place_of_a_file_is_called_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="a folder; allowed: a file"):
        run(tmp_path, [tmp_path])


@pytest.mark.parametrize("profile", [None, "asterisk.toml", "amazon-connect.toml"])
def test_a_refused_first_import_leaves_no_folder_behind(tmp_path: Path, profile: str | None) -> None:
    path = written(tmp_path, "ledger.csv", ["a,b", "1"])
    facts = FactStore(tmp_path / "facts")
    chosen = PROFILES / profile if profile else mapping(tmp_path)
    with pytest.raises(InvalidInputError):
        import_files(store=facts, profile=chosen, files=[path], now=NOW)
    assert not facts.folder.exists()


@pytest.mark.parametrize(
    "text",
    ["junk", "[]", "{}",
     '{"tables": {"visits": {"file": "x"}}, "imports": []}', '{"tables": {"calls": 5}, "imports": []}',
     '{"tables": {"calls": {"file": "x", "covers": ["a", "b"]}}, "imports": []}', '{"tables": {}}', "[" * 9_000],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_a_manifest_that_no_import_wrote_is_named(tmp_path: Path, text: str) -> None:
    written(tmp_path, "manifest.json", [text])
    with pytest.raises(InvalidInputError, match=r"manifest\.json: not a manifest"):
        open_facts(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"PAR1 cut"])
def test_a_table_of_a_store_that_is_gone_or_cut_is_named(tmp_path: Path, content: bytes | None) -> None:
    run(tmp_path, [written(tmp_path, "ledger.csv", [HEADING, *ROWS])])
    path = FactStore(tmp_path / "facts").table_path("tickets")
    assert path is not None
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"000001\.parquet: does not open"):
        open_facts(tmp_path / "facts")
