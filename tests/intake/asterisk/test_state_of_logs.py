"""What is known of the logs themselves after an import."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.intake.asterisk.development_set import FILES, folder, profile
from tests.intake.asterisk.logs import CALLER, LINE, SOURCE, T0, Logs, answered, channel_id

from madoguchi.core.calls.sources import BY_NAME, OUTSIDE, ClockPair, SourceState
from madoguchi.intake.asterisk.importing import import_logs
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.facts import open_facts
from madoguchi.intake.importing import import_files
from madoguchi.intake.store import FactStore

NOW = datetime(2026, 10, 2, tzinfo=UTC)
PROFILE = """
format = "madoguchi/asterisk/1"
system = "pbx"
contract = "desk"
zone = "Asia/Tokyo"
"""


def state_of(logs: Logs, folder: Path, *, source: AsteriskSource = SOURCE) -> SourceState:
    return import_logs(source=source, files=logs.write(folder), store=folder / "store").state


def known_calls(*, count: int, behind: int = 0) -> Logs:
    """Return answered calls that both queue_log and CDR know; CDR's clock goes behind by so many seconds."""
    logs = Logs()
    for number in range(count):
        call = channel_id(1000 * number, 11 + 2 * number)
        answered(logs, call, at=1000 * number)
        logs.cdr(call, 1000 * number - behind, 1000 * number + 115 - behind, app="Queue")
    return logs


@pytest.mark.parametrize("behind", [0, 7, 300])
def test_the_clocks_of_two_logs_are_compared_by_the_calls_callers_ended(tmp_path: Path, behind: int) -> None:
    state = state_of(known_calls(count=6, behind=behind), tmp_path)
    assert state.clocks == (ClockPair(log="queue_log", other="cdr", seconds=-behind, compared=6),)


def test_an_offset_that_is_set_is_taken_into_account(tmp_path: Path) -> None:
    source = replace(SOURCE, clock_offsets={LogKind.CDR: 7})
    assert state_of(known_calls(count=6, behind=7), tmp_path, source=source).clocks[0].seconds == 0


def test_a_few_calls_say_nothing_of_a_clock(tmp_path: Path) -> None:
    assert state_of(known_calls(count=4), tmp_path).clocks[0].seconds is None


def test_files_hours_and_calls_in_one_log_alone(tmp_path: Path) -> None:
    logs = known_calls(count=3)
    lone = channel_id(1500, 99)
    logs.queue(1500, lone, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(1520, lone, "desk", "NONE", "ABANDON", 1, 1, 20)
    logs.cdr(channel_id(1600, 101), 1600, 1650, app="Queue")
    state = state_of(logs, tmp_path)
    assert [(each.name, each.log, each.first - T0, each.line_count) for each in state.files] == [
        ("Master.csv", "cdr", 0, 4), ("queue_log", "queue_log", 10, 11),
    ]  # fmt: skip
    assert state.hours == dict.fromkeys(("queue_log", "cdr"), ((T0 // 3600, T0 // 3600),))
    assert state.only_in == {"queue_log": 1, "cdr": 1}


def test_names_that_the_profile_does_not_place(tmp_path: Path) -> None:
    logs = Logs()
    for number, target in enumerate(("7001", "8000", "09012345678", "0312349999")):
        call, at = channel_id(100 * number, 11 + number), 100 * number
        logs.queue(at, call, "hidden", "NONE", "ENTERQUEUE", "", CALLER, 1)
        logs.queue(at + 5, call, "hidden", "PJSIP/1001" if number else "Tanaka", "CONNECT", 5)
        logs.queue(at + 10, call, "hidden", "PJSIP/1001", "BLINDTRANSFER", target, "internal", 5, 5, 1)
        logs.queue(at + 10, call, "hidden", "NONE", "DID", LINE)
    source = replace(SOURCE, line_of={"desk": LINE}, agents={"PJSIP/2001": "Sato"}, lines={"0312340000": "desk"})
    found = {(each.kind, each.about): each.count for each in state_of(logs, tmp_path, source=source).unplaced}
    assert found == {
        ("queue", "hidden"): 4, ("transfer", "8000"): 1, ("transfer", OUTSIDE): 2, ("agent", "PJSIP/1001"): 3,
        ("agent", BY_NAME): 1, ("line", LINE): 4,
    }  # fmt: skip


def test_a_real_pbx_has_one_clock_and_no_hole(tmp_path: Path) -> None:
    files = [folder() / name for name in FILES]
    state = import_logs(source=profile(), files=files, store=tmp_path).state
    clocks = {(each.log, each.other): each for each in state.clocks}
    assert clocks.keys() == {("queue_log", "cdr"), ("queue_log", "cel"), ("cdr", "cel")}
    assert all(abs(each.seconds or 0) <= 1 and each.compared > 100 for each in clocks.values())
    assert state.only_in == {"queue_log": 0, "cdr": 0}


def test_the_state_is_kept_beside_the_facts(tmp_path: Path) -> None:
    logs = known_calls(count=6, behind=7).write(tmp_path)
    profile_file = tmp_path / "pbx.toml"
    profile_file.write_text(PROFILE, encoding="utf-8")
    store = FactStore(tmp_path / "facts")
    import_files(store=store, profile=profile_file, files=logs, now=NOW)
    (state,) = open_facts(store.folder).sources
    assert (state.system, state.contracts, state.clocks[0].seconds) == ("pbx", ("desk",), -7)
    assert {each.kind for each in state.findings} >= {"missing_log", "no_second_level"}
    assert state.hours["cdr"]
