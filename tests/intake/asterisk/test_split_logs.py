"""The simulated desk's logs, cut anywhere and given in any order: the same calls."""

import gc
import random
from pathlib import Path

import pytest
from tests.shared_data import shared_folder

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.events import Event
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.importing import import_logs
from madoguchi.intake.asterisk.source_file import read_source

PROFILE = Path(__file__).parents[3] / "examples" / "profiles" / "asterisk.toml"
NAMES = ("queue_log", "Master.csv", "cel.csv", "carrier_report.csv")
WITH_HEADING = "carrier_report.csv"


def without_file(calls: tuple[Event, ...]) -> list[Event]:
    return [{name: value for name, value in call.items() if name != "source_file"} for call in calls]


def parts(folder: Path, *, rng: random.Random) -> list[Path]:
    """Cut every log at one line into two files, each with the heading where there is one; shuffle them all."""
    made = []
    for name in NAMES:
        lines = (shared_folder("data/telephony") / name).read_text(encoding="utf-8").splitlines(keepends=True)
        heading, lines = ([lines[0]], lines[1:]) if name == WITH_HEADING else ([], lines)
        cut = rng.randrange(1, len(lines))
        for number, piece in enumerate((lines[:cut], lines[cut:])):
            path = folder / f"{number}-{name}"
            path.write_text("".join([*heading, *piece]), encoding="utf-8")
            made.append(path)
    rng.shuffle(made)
    return made


@pytest.mark.parametrize("seed", range(4))
def test_logs_cut_anywhere_in_any_order_make_the_same_calls(tmp_path: Path, seed: int) -> None:
    source = read_source(PROFILE)
    whole = import_logs(
        source=source, files=[shared_folder("data/telephony") / name for name in NAMES], store=tmp_path / "whole"
    )
    report = whole
    for path in [*(pieces := parts(tmp_path, rng=random.Random(seed))), pieces[0]]:
        report = import_logs(source=source, files=[path], store=tmp_path / "parts")
    assert without_file(report.calls) == without_file(whole.calls)
    assert report.quality.outcomes == whole.quality.outcomes


def test_half_a_file_leaves_calls_open_and_the_other_half_ends_them(tmp_path: Path) -> None:
    source = read_source(PROFILE)
    lines = (shared_folder("data/telephony") / "queue_log").read_text(encoding="utf-8").splitlines(keepends=True)
    first, second = tmp_path / "queue_log.1", tmp_path / "queue_log.2"
    first.write_text("".join(lines[:60]), encoding="utf-8")
    second.write_text("".join(lines[60:]), encoding="utf-8")
    half = import_logs(source=source, files=[first], store=tmp_path / "store")
    still_open = {str(call["source"]) for call in half.calls if call["outcome"] == CallOutcome.OPEN}
    assert len(still_open) == 6
    whole = import_logs(source=source, files=[second], store=tmp_path / "store")
    ended = {str(call["source"]): call["outcome"] for call in whole.calls}
    assert all(ended[name] != CallOutcome.OPEN for name in still_open)


def test_a_refused_import_leaves_the_collector_as_it_was(tmp_path: Path) -> None:
    broken = tmp_path / "queue_log"
    broken.write_text("1790755200|1.1|desk|NONE|ENTERQUEUE\n", encoding="utf-8")
    assert gc.isenabled()
    with pytest.raises(InvalidInputError):
        import_logs(source=read_source(PROFILE), files=[broken], store=tmp_path / "store")
    assert gc.isenabled()
