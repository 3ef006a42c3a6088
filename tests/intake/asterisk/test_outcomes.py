"""Outcomes by the profile's names, by evidence alone, and of calls whose end is not written."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.intake.asterisk.logs import AGENT, CALLER, LINE, SOURCE, Logs, answered, channel_id, moment

from madoguchi.core.vocabulary import CallFinding, CallOutcome
from madoguchi.intake.asterisk.source import AsteriskSource

CALL = channel_id(0)
SECOND = channel_id(10, 2)
NAMELESS = AsteriskSource(name="pbx", contract="desk", zone="Asia/Tokyo")


def queued(logs: Logs, event: str, *parameters: object) -> Logs:
    logs.queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    return logs.queue(40, CALL, "desk", "NONE", event, *parameters)


@pytest.mark.parametrize(
    ("event", "parameters", "outcome"),
    [
        ("ABANDON", (1, 1, 30), "queue_abandoned"),
        ("EXITWITHTIMEOUT", (1, 1, 30), "queue_timeout"),
        ("EXITEMPTY", (1, 1, 30), "queue_empty_full"),
        ("EXITWITHKEY", ("9", 1, 1, 30), "queue_exit_key"),
        ("EXITWITHKEY", ("9", 1), "queue_exit_key"),
        ("WITHDRAW", (1, 1, 30, "by hand"), "unknown"),
        ("SYSCOMPAT", (), "failed"),
    ],
)
def test_the_way_a_caller_leaves_the_queue_is_the_outcome(
    tmp_path: Path, event: str, parameters: tuple[object, ...], outcome: str
) -> None:
    logs = queued(Logs(), event, *parameters).queue(400, "NONE", "NONE", "NONE", "CONFIGRELOAD")
    assert logs.call(tmp_path)["outcome"] == outcome


def test_an_empty_queue_may_count_as_a_time_out(tmp_path: Path) -> None:
    source = replace(SOURCE, empty_queue_outcome=CallOutcome.QUEUE_TIMEOUT)
    logs = queued(Logs(), "EXITEMPTY", 1, 1, 30).cdr(CALL, 0, 60, app="Hangup")
    assert logs.call(tmp_path, source=source)["outcome"] == "queue_timeout"


def test_a_time_out_at_the_end_of_the_log_may_still_lead_on(tmp_path: Path) -> None:
    logs = queued(Logs(), "EXITWITHTIMEOUT", 1, 1, 30)
    assert logs.call(tmp_path / "cut")["outcome"] == "open"
    logs.queue(161, "NONE", "NONE", "NONE", "CONFIGRELOAD")
    assert logs.call(tmp_path / "on")["outcome"] == "queue_timeout"


def test_a_restart_shows_that_nothing_followed_a_time_out(tmp_path: Path) -> None:
    logs = queued(Logs(), "EXITWITHTIMEOUT", 1, 1, 30).queue(50, "NONE", "NONE", "NONE", "QUEUESTART")
    assert logs.call(tmp_path)["outcome"] == "queue_timeout"


def test_a_restart_closes_a_waiting_call_as_unknown(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(60, "NONE", "NONE", "NONE", "QUEUESTART")
    events, quality = logs.rebuilt(tmp_path)
    assert [event["outcome"] for event in events] == ["unknown"]
    assert quality.count(CallFinding.CUT_OFF) == 1


def test_a_restart_leaves_an_answered_call_answered_without_its_talk(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(15, CALL, "desk", "Sato", "CONNECT", 5, SECOND, 3)
    logs.queue(60, "NONE", "NONE", "NONE", "QUEUESTART")
    call = logs.call(tmp_path)
    assert (call["outcome"], call["talk_seconds"], call["ended_at"]) == ("answered", None, None)


def test_a_reload_of_the_configuration_closes_nothing(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(60, "NONE", "NONE", "NONE", "CONFIGRELOAD")
    assert logs.call(tmp_path)["outcome"] == "open"


def test_a_call_open_for_more_than_a_day_is_reported(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    answered(logs, channel_id(90_000), at=90_000)
    _, quality = logs.rebuilt(tmp_path)
    assert (quality.count(CallFinding.LONG_OPEN), quality.count(CallFinding.OPEN)) == (1, 0)


def test_a_channel_without_its_hang_up_is_open(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL).cel(1, "ANSWER", CALL)
    assert logs.call(tmp_path)["outcome"] == "open"


def test_cel_tells_the_end_that_queue_log_lacks(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.cel(0, "CHAN_START", CALL).cel(10, "APP_START", CALL, app="Queue", data="desk,t")
    logs.cel(35, "APP_END", CALL, app="Queue", data="desk,t").hangup(35, CALL, cause=0)
    assert logs.call(tmp_path)["outcome"] == "queue_abandoned"


@pytest.mark.parametrize(("app", "outcome"), [("Queue", "queue_abandoned"), ("Hangup", "queue_timeout")])
def test_cdr_tells_the_end_that_queue_log_lacks(tmp_path: Path, app: str, outcome: str) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1).cdr(CALL, 0, 60, app=app)
    events, quality = logs.rebuilt(tmp_path)
    assert [event["outcome"] for event in events] == [outcome]
    assert quality.count(CallFinding.LOG_INCOMPLETE) == 1


@pytest.mark.parametrize(
    ("context", "app", "disposition", "outcome"),
    [
        ("menu", "Hangup", "ANSWERED", "ivr_selfservice"),
        ("menu", "WaitExten", "ANSWERED", "ivr_abandoned"),
        ("closed", "Playback", "ANSWERED", "out_of_hours"),
        ("callback", "Hangup", "ANSWERED", "queue_exit_key"),
        ("incoming", "Congestion", "FAILED", "out_of_hours"),
        ("incoming", "Busy", "ANSWERED", "busy_pbx"),
        ("incoming", "Wait", "ANSWERED", "ivr_abandoned"),
        ("incoming", "", "FAILED", "failed"),
        ("incoming", "Dial", "NO ANSWER", "queue_abandoned"),
    ],
)
def test_the_profile_says_what_a_place_means(
    tmp_path: Path, context: str, app: str, disposition: str, outcome: str
) -> None:
    logs = Logs().cdr(CALL, 0, 30, context=context, app=app, disposition=disposition)
    assert logs.call(tmp_path)["outcome"] == outcome


def test_congestion_may_mean_busy(tmp_path: Path) -> None:
    source = replace(SOURCE, congestion_outcome=CallOutcome.BUSY_PBX)
    logs = Logs().cdr(CALL, 0, 0, app="Congestion", disposition="CONGESTION")
    assert logs.call(tmp_path, source=source)["outcome"] == "busy_pbx"


def test_a_menu_is_told_by_its_applications_without_any_profile(tmp_path: Path) -> None:
    logs = Logs()
    for second, app in ((0, "Read"), (100, "Hangup"), (200, "Wait")):
        logs.cdr(channel_id(second), second, second + 30, context="x-17", dst="s", app=app)
    events, quality = logs.rebuilt(tmp_path, source=NAMELESS)
    assert [event["outcome"] for event in events] == ["ivr_abandoned", "ivr_selfservice", "ivr_abandoned"]
    assert quality.count(CallFinding.GUESSED) == 1


def test_a_closed_desk_is_told_by_its_announcement_without_any_profile(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL).cel(0.1, "ANSWER", CALL)
    logs.cel(1, "APP_START", CALL, context="x-18", exten="s", app="Playback", data="sorry")
    logs.hangup(9, CALL, by="dialplan/builtin", context="x-18")
    assert logs.call(tmp_path, source=NAMELESS)["outcome"] == "out_of_hours"


def test_a_caller_who_leaves_the_closed_announcement_is_out_of_hours_too(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 9, context="x-18", app="Hangup").cdr(SECOND, 10, 12, context="x-18", app="Playback")
    events, _ = logs.rebuilt(tmp_path, source=NAMELESS)
    assert [event["outcome"] for event in events] == ["out_of_hours", "out_of_hours"]


def test_a_message_left_after_the_closed_announcement_is_out_of_hours_too(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 9, context="x-18", app="Hangup").cdr(SECOND, 10, 40, context="x-18", app="VoiceMail")
    events, _ = logs.rebuilt(tmp_path, source=NAMELESS)
    assert [event["outcome"] for event in events] == ["out_of_hours", "out_of_hours"]


def test_a_call_nothing_is_known_of_is_reported_with_its_place(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 9, context="odd", app="Hangup").cdr(SECOND, 10, 40, context="odd", app="Queue")
    events, quality = logs.rebuilt(tmp_path, source=NAMELESS)
    assert [event["outcome"] for event in events] == ["unknown", "queue_abandoned"]
    unclassified = [found for found in quality.findings if found.finding is CallFinding.UNCLASSIFIED]
    assert [(found.detail, found.examples) for found in unclassified] == [("odd/Hangup", (f"pbx:{CALL}",))]


def test_a_call_answered_without_a_queue_is_answered(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL)
    logs.cel(5, "CHAN_START", SECOND, linked=CALL, channel=AGENT, exten="s", context="internal")
    logs.cel(8, "BRIDGE_ENTER", CALL, app="Dial", data="PJSIP/1001", peer=AGENT)
    logs.cel(68, "BRIDGE_EXIT", CALL, app="Dial", data="PJSIP/1001", peer=AGENT).hangup(68, CALL)
    call = logs.call(tmp_path)
    assert (call["outcome"], call["answered_at"], call["talk_seconds"]) == ("answered", moment(8), 60)
    assert (call["queued_at"], call["agent"]) == (None, "PJSIP/1001")


def test_cel_alone_tells_waiting_and_talking(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL).cel(10, "APP_START", CALL, app="Queue", data="desk,t")
    logs.cel(20, "BRIDGE_ENTER", CALL, app="Queue", data="desk,t", peer=AGENT)
    logs.cel(80, "BRIDGE_EXIT", CALL, app="Queue", data="desk,t", peer=AGENT)
    logs.cel(80, "APP_END", CALL, app="Queue", data="desk,t").hangup(80, CALL)
    call = logs.call(tmp_path)
    assert (call["outcome"], call["wait_seconds"], call["talk_seconds"], call["queue"]) == (
        "answered",
        10,
        60,
        "desk",
    )


def test_cel_alone_tells_a_caller_who_left_by_key(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL).cel(10, "APP_START", CALL, app="Queue", data="desk,t")
    logs.cel(30, "DTMF", CALL, app="Queue", data="desk,t")
    logs.cel(30.1, "APP_END", CALL, app="Queue", data="desk,t", context="anywhere")
    logs.cel(31, "APP_START", CALL, app="Playback", context="anywhere").hangup(40, CALL, by="dialplan/builtin")
    assert logs.call(tmp_path)["outcome"] == "queue_exit_key"


def test_a_line_may_be_told_by_a_context_or_a_queue(tmp_path: Path) -> None:
    source = replace(SOURCE, line_of={"desk": LINE}, lines={LINE: "other"})
    call = answered(Logs(), CALL).call(tmp_path, source=source)
    assert (call["line"], call["contract"]) == (LINE, "other")


def test_lines_of_one_second_are_put_in_the_order_they_can_have_happened(tmp_path: Path) -> None:
    logs = Logs().queue(0, CALL, "b", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(0, CALL, "a", "NONE", "EXITEMPTY", 1, 1, 0).queue(0, CALL, "a", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(30, CALL, "b", "NONE", "ABANDON", 1, 1, 30)
    call = logs.call(tmp_path)
    assert (call["outcome"], call["queue_visit_count"], call["queue"]) == ("queue_abandoned", 2, "b")


def test_two_callers_put_together_by_an_agent_stay_two_calls(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL).cel(10, "CHAN_START", SECOND, channel="PJSIP/carrier-00000002")
    logs.cel(60, "BRIDGE_ENTER", SECOND, linked=CALL, channel="PJSIP/carrier-00000002", app="Dial", peer=AGENT)
    logs.hangup(90, CALL)
    logs.cel(95, "HANGUP", SECOND, linked=CALL, channel="PJSIP/carrier-00000002")
    events, _ = logs.rebuilt(tmp_path)
    assert [event["source"] for event in events] == [f"pbx:{CALL}", f"pbx:{SECOND}"]
