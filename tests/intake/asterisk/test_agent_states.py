"""What agents were doing, read from small logs and from the simulated desk's."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from tests.intake.asterisk import development_set
from tests.intake.asterisk.logs import SOURCE, Logs, answered, channel_id, moment

from madoguchi.core.call_vocabulary import AgentState
from madoguchi.core.events import AGENT_STATES, Event
from madoguchi.intake.asterisk.importing import import_logs
from madoguchi.intake.asterisk.source import AsteriskSource
from madoguchi.intake.check import row_problems

CALL = channel_id(0)


def states(folder: Path, logs: Logs, *, source: AsteriskSource = SOURCE) -> Sequence[Event]:
    return import_logs(source=source, files=logs.write(folder), store=folder / "store").agent_states


def spans(folder: Path, logs: Logs, state: AgentState) -> list[tuple[object, object, object, object]]:
    return [
        (each["agent"], each["reason"], each["started_at"], each["ended_at"])
        for each in states(folder, logs)
        if each["state"] == state
    ]


def test_a_login_lasts_until_the_logout_and_is_one_for_all_queues(tmp_path: Path) -> None:
    logs = Logs().queue(10, "MANAGER", "desk", "Tanaka", "ADDMEMBER", "")
    logs.queue(11, CALL, "second", "Tanaka", "ADDMEMBER", "")  # from the dialplan: with the channel's id
    logs.queue(500, "MANAGER", "desk", "Tanaka", "REMOVEMEMBER", "")
    logs.queue(600, "MANAGER", "second", "Tanaka", "REMOVEMEMBER", "")
    logs.queue(900, "MANAGER", "desk", "Tanaka", "ADDMEMBER", "")
    assert spans(tmp_path, logs, AgentState.LOGGED_IN) == [
        ("Tanaka", None, moment(10), moment(600)), ("Tanaka", None, moment(900), None),
    ]  # fmt: skip


def test_a_pause_has_its_reason_and_another_reason_ends_it(tmp_path: Path) -> None:
    logs = (
        Logs()
        .pause(100, "Tanaka", "Break")
        .pause(200, "Tanaka", "Meeting")
        .pause(300, "Tanaka", "Meeting", event="UNPAUSE")
    )
    assert spans(tmp_path, logs, AgentState.PAUSED) == [
        ("Tanaka", "Break", moment(100), moment(200)), ("Tanaka", "Meeting", moment(200), moment(300)),
    ]  # fmt: skip


def test_a_pause_for_wrap_up_is_wrap_up_and_a_logout_ends_it(tmp_path: Path) -> None:
    logs = Logs().pause(100, "Tanaka", "ACW").queue(160, "MANAGER", "desk", "Tanaka", "REMOVEMEMBER", "")
    assert spans(tmp_path, logs, AgentState.WRAP_UP) == [("Tanaka", "ACW", moment(100), moment(160))]


def test_a_pause_of_no_length_and_one_taken_up_again_in_the_same_second(tmp_path: Path) -> None:
    logs = Logs().queue(100, "NONE", "desk", "Sato", "UNPAUSE", "").queue(100, "NONE", "desk", "Sato", "PAUSE", "Break")
    logs.queue(200, "NONE", "desk", "Mori", "PAUSE", "Break").queue(300, "NONE", "desk", "Mori", "UNPAUSE", "")
    logs.queue(300, "NONE", "desk", "Mori", "PAUSE", "Lunch")
    assert spans(tmp_path, logs, AgentState.PAUSED) == [
        ("Sato", "Break", moment(100), moment(100)), ("Mori", "Break", moment(200), moment(300)),
        ("Mori", "Lunch", moment(300), None),
    ]  # fmt: skip


def test_a_pause_logged_for_all_queues_alone_still_counts(tmp_path: Path) -> None:
    logs = Logs().queue(100, "NONE", "NONE", "Tanaka", "PAUSEALL", "Break")
    logs.queue(160, "NONE", "NONE", "Tanaka", "UNPAUSEALL", "Break")
    assert spans(tmp_path, logs, AgentState.PAUSED) == [("Tanaka", "Break", moment(100), moment(160))]


def test_talks_and_calls_not_answered(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL, talk=100).queue(12, CALL, "desk", "Sato", "RINGNOANSWER", 2000)
    logs.queue(12, CALL, "desk", "Mori", "RINGNOANSWER", 0)
    assert spans(tmp_path, logs, AgentState.TALKING) == [("Tanaka", None, moment(15), moment(115))]
    assert sorted(spans(tmp_path, logs, AgentState.NOT_ANSWERED)) == [
        ("Mori", None, moment(12), moment(12)), ("Sato", None, moment(10), moment(12)),
    ]  # fmt: skip


def test_a_queue_of_another_contract_is_that_contracts(tmp_path: Path) -> None:
    source = AsteriskSource(
        name="pbx", contract="one", zone="Asia/Tokyo", lines={"0311112222": "two"}, line_of={"other": "0311112222"}
    )
    logs = (
        Logs()
        .queue(10, "MANAGER", "other", "Tanaka", "ADDMEMBER", "")
        .queue(10, "MANAGER", "desk", "Tanaka", "ADDMEMBER", "")
    )
    assert sorted(str(each["contract"]) for each in states(tmp_path, logs, source=source)) == ["one", "two"]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_desks_states_are_the_true_ones_in_any_order_of_files(tmp_path: Path, *, is_reversed: bool) -> None:
    files = [development_set.folder() / name for name in development_set.FILES]
    lines = files[0].read_text(encoding="utf-8").splitlines()
    halves = [tmp_path / name for name in ("early", "late")]
    for path, part in zip(halves, (lines[:700], lines[700:]), strict=True):
        path.write_text("\n".join(part) + "\n", encoding="utf-8")
    given = [*halves, *files[1:]]
    source = development_set.profile()
    store = tmp_path / "store"
    for path in reversed(given) if is_reversed else given:
        found = import_logs(source=source, files=[path], store=store).agent_states
    whole = import_logs(source=source, files=files, store=tmp_path / "whole").agent_states
    assert [_content(each) for each in found] == [_content(each) for each in whole]
    assert len({each["source"] for each in whole}) == len(whole)
    assert [problem for each in whole for problem in row_problems(each, table=AGENT_STATES, where="", line=1)] == []


def _content(event: Event) -> dict[str, object]:
    return {name: value for name, value in event.items() if name != "source_file"}


def test_talks_and_logins_of_the_simulated_desk_are_counted(tmp_path: Path) -> None:
    files = [development_set.folder() / name for name in development_set.FILES]
    found = import_logs(source=development_set.profile(), files=files, store=tmp_path).agent_states
    talks = {(str(each["agent"]), each["started_at"]): _seconds(each) for each in found if each["state"] == "talking"}
    log = files[0].read_text(encoding="utf-8")
    assert len(talks) == log.count("|CONNECT|")
    for call in development_set.truth()["calls"]:
        for leg in call["legs"]:
            if leg["role"] == "first_level" and leg["answer"]:
                answer = datetime.fromisoformat(leg["answer"])
                near = [
                    seconds
                    for (agent, at), seconds in talks.items()
                    if agent == leg["agent"] and isinstance(at, datetime) and abs((at - answer).total_seconds()) <= 2
                ]
                assert [abs(seconds - leg["talk_seconds"]) <= 2 for seconds in near] == [True], call["sim_id"]
    logins = [_seconds(each) for each in found if each["state"] == AgentState.LOGGED_IN]
    assert logins == [1200, 1200, 1200]
    assert sum(each["state"] == AgentState.NOT_ANSWERED for each in found) == log.count("|RINGNOANSWER|")


def _seconds(event: Event) -> int:
    start, end = event["started_at"], event["ended_at"]
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    return int((end - start).total_seconds())
