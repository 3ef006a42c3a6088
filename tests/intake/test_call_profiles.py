"""Call records of other telephone systems, made samples with outcomes written by hand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.events import Event
from madoguchi.intake.facts import open_facts
from madoguchi.intake.importing import import_files
from madoguchi.intake.store import FactStore

HERE = Path(__file__).parents[1] / "data/calls"
PROFILES = Path(__file__).parents[2] / "examples/profiles"
NOW = datetime(2026, 5, 21, tzinfo=UTC)
EXPECTED = {
    "freeswitch-callcenter": (
        "freeswitch.csv",
        {
            "freeswitch:a1": "answered", "freeswitch:a2": "queue_abandoned", "freeswitch:a3": "queue_timeout",
            "freeswitch:a4": "queue_empty_full", "freeswitch:a5": "queue_exit_key",
        },
    ),
    "cloud-pbx": (
        "cloud-pbx.csv",
        {
            "cloudpbx:c1": "answered", "cloudpbx:c2": "queue_abandoned", "cloudpbx:c3": "ivr_abandoned",
            "cloudpbx:c4": "out_of_hours", "cloudpbx:c6": "busy_pbx",
        },
    ),
}  # fmt: skip


def imported(profile: str, file: Path, folder: Path) -> dict[str, Event]:
    import_files(store=FactStore(folder), profile=PROFILES / f"{profile}.toml", files=[file], now=NOW)
    return {str(each["source"]): each for each in open_facts(folder).events("calls", contract="helpdesk")}


@pytest.mark.parametrize("profile", list(EXPECTED))
def test_every_call_has_the_outcome_written_by_hand_however_often_it_is_imported(profile: str, tmp_path: Path) -> None:
    name, outcomes = EXPECTED[profile]
    for _ in range(2):
        found = imported(profile, HERE / name, tmp_path)
        assert {source: each["outcome"] for source, each in found.items()} == outcomes


def test_freeswitch_epochs_are_moments_and_agents_legs_are_no_calls(tmp_path: Path) -> None:
    call = imported("freeswitch-callcenter", HERE / "freeswitch.csv", tmp_path)["freeswitch:a1"]
    assert call["offered_at"] == datetime(2026, 5, 20, 0, 0, tzinfo=UTC)
    assert (call["answered_at"], call["wait_seconds"], call["talk_seconds"]) == (
        datetime(2026, 5, 20, 0, 0, 20, tzinfo=UTC), 15, None,
    )  # fmt: skip


def test_holds_of_freeswitch_are_those_of_the_leg_that_held(tmp_path: Path) -> None:
    calls = imported("freeswitch-callcenter-holds", HERE / "freeswitch-holds.csv", tmp_path)
    assert {source: (each["outcome"], each["agent"], each["hold_seconds"]) for source, each in calls.items()} == {
        "freeswitch:m1": ("answered", "1001", 67), "freeswitch:m2": ("queue_abandoned", None, None),
    }  # fmt: skip


def test_local_times_and_durations_of_a_cloud_pbx_are_read(tmp_path: Path) -> None:
    calls = imported("cloud-pbx", HERE / "cloud-pbx.csv", tmp_path)
    call = calls["cloudpbx:c1"]
    assert call["offered_at"] == datetime(2026, 5, 20, 0, 0, tzinfo=UTC)
    assert (call["wait_seconds"], call["talk_seconds"], call["agent"]) == (12, 180, "佐藤")
    assert calls["cloudpbx:c2"]["answered_at"] is None


def test_a_duration_below_zero_and_an_end_before_the_start_are_refused_with_their_line(tmp_path: Path) -> None:
    lines = (HERE / "cloud-pbx.csv").read_text(encoding="utf-8").splitlines()
    headings = lines[0].split(",")
    first, second = (dict(zip(headings, each.split(","), strict=True)) for each in lines[1:3])
    first["通話時間"], second["終了日時"] = "-0:03:00", "2026/05/20 08:00:00"
    file = tmp_path / "cloud-pbx.csv"
    rows = [headings, list(first.values()), list(second.values())]
    file.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        imported("cloud-pbx", file, tmp_path / "facts")
    assert [(each.where, each.line, each.key) for each in refused.value.problems] == [
        ("cloud-pbx.csv", 2, "talk_seconds"), ("cloud-pbx.csv", 3, "ended_at"),
    ]  # fmt: skip
    assert not (tmp_path / "facts" / "calls").exists()


@pytest.mark.parametrize("profile", list(EXPECTED))
def test_a_result_nobody_knows_is_refused_with_its_line(profile: str, tmp_path: Path) -> None:
    name = EXPECTED[profile][0]
    text = (HERE / name).read_text(encoding="utf-8").replace("BREAK_OUT", "SOMETHING").replace("放棄", "謎")
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        imported(profile, file, tmp_path / "facts")
    assert "SOMETHING" in str(refused.value.problems[0]) or "謎" in str(refused.value.problems[0])
    assert not (tmp_path / "facts" / "calls").exists()
