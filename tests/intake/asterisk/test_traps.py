"""The traps that real telephone logs set, each as a small log."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.intake.asterisk.logs import AGENT, CALLER, LINE, SOURCE, TRUNK, Logs, answered, channel_id, moment

from madoguchi.core.vocabulary import CallFinding

CALL = channel_id(0)
SECOND = channel_id(10, 2)


def test_an_answered_row_of_the_ivr_is_not_an_answered_call(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 30, context="menu", dst="s", app="Read")
    assert logs.call(tmp_path)["outcome"] == "ivr_abandoned"


def test_the_closed_announcement_answers_and_is_out_of_hours(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 12, context="closed", dst="s", app="Hangup")
    assert logs.call(tmp_path)["outcome"] == "out_of_hours"


def test_a_busy_agent_phone_makes_no_busy_call(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).queue(12, CALL, "desk", "Sato", "RINGNOANSWER", 0)
    logs.cdr(CALL, 0, 12, to="PJSIP/1002-00000009", disposition="BUSY", sequence=1)
    logs.cdr(CALL, 12, 115, to=AGENT, sequence=2)
    call = logs.call(tmp_path)
    assert (call["outcome"], call["agent_leg_count"]) == ("answered", 1)


def test_a_call_the_pbx_refuses_is_busy(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 0, app="Busy", disposition="BUSY")
    assert logs.call(tmp_path)["outcome"] == "busy_pbx"


def test_overflow_and_transfer_are_visits_of_one_call(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(130, CALL, "desk", "NONE", "EXITWITHTIMEOUT", 1, 1, 120)
    logs.queue(130, CALL, "overflow", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(140, CALL, "overflow", "Sato", "CONNECT", 10, SECOND, 4)
    logs.queue(200, CALL, "overflow", "Sato", "BLINDTRANSFER", "7001", "internal", 10, 60, 1)
    logs.queue(200, CALL, "level2", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(220, CALL, "level2", "Ito", "CONNECT", 20, channel_id(210, 5), 4)
    logs.queue(300, CALL, "level2", "Ito", "COMPLETEAGENT", 20, 80, 1)
    call = logs.call(tmp_path)
    assert (call["queue_visit_count"], call["agent_leg_count"]) == (3, 2)
    assert (call["outcome"], call["queue"], call["agent"]) == ("answered", "overflow", "Sato")
    assert (call["wait_seconds"], call["talk_seconds"]) == (130, 60)
    assert (call["escalated_at"], call["escalated_to"]) == (moment(200), "7001")


def test_a_queue_entered_by_the_consulting_channel_belongs_to_the_call(tmp_path: Path) -> None:
    consult = channel_id(60, 7)
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(15, CALL, "desk", "Sato", "CONNECT", 5, SECOND, 3)
    logs.queue(61, consult, "level2", "NONE", "ENTERQUEUE", "", "1001", 1)
    logs.queue(80, CALL, "desk", "Sato", "ATTENDEDTRANSFER", "LINK", "a", "b", 5, 65, 1)
    logs.queue(90, CALL, "level2", "Ito", "CONNECT", 29, channel_id(62, 8), 9)
    logs.queue(150, CALL, "level2", "Ito", "COMPLETECALLER", 29, 60, 1)
    logs.cel(0, "CHAN_START", CALL).hangup(150, CALL)
    logs.cel(
        60,
        "CHAN_START",
        consult,
        linked=CALL,
        channel="PJSIP/1001-00000007",
        exten="8500",
        context="internal",
    )
    call = logs.call(tmp_path)
    assert (call["outcome"], call["agent_leg_count"], call["talk_seconds"]) == ("answered", 2, 65)
    assert (call["escalated_at"], call["escalated_to"]) == (moment(61), "level2")


def test_a_call_given_up_after_its_transfer_stays_answered(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(15, CALL, "desk", "Sato", "CONNECT", 5, SECOND, 3)
    logs.queue(75, CALL, "desk", "Sato", "BLINDTRANSFER", "7001", "internal", 5, 60, 1)
    logs.queue(75, CALL, "level2", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(95, CALL, "level2", "NONE", "ABANDON", 1, 1, 20)
    call = logs.call(tmp_path)
    assert (call["outcome"], call["ended_at"], call["escalated_at"]) == ("answered", moment(95), moment(75))


def test_talk_of_a_local_member_ends_at_the_transfer_cel_shows(tmp_path: Path) -> None:
    agent = "Local/1001@from-queue/n"
    logs = answered(Logs(), CALL, talk=200, agent=agent)
    logs.cel(0, "CHAN_START", CALL).hangup(215, CALL)
    logs.cel(
        75,
        "BLINDTRANSFER",
        SECOND,
        linked=CALL,
        channel="PJSIP/1001-00000004",
        context="internal",
        extra={"extension": "7001", "context": "internal"},
    )
    call = logs.call(tmp_path)
    assert (call["talk_seconds"], call["escalated_at"], call["escalated_to"]) == (60, moment(75), "7001")


def test_handling_time_is_never_taken_from_cdr(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 250, to=AGENT)
    events, quality = logs.rebuilt(tmp_path)
    call = events[0]
    assert call["outcome"] == "answered"
    assert (call["talk_seconds"], call["answered_at"], call["wait_seconds"]) == (None, None, None)
    assert quality.count(CallFinding.TALK_UNKNOWN) == 1


def test_the_dialled_number_survives_a_transfer_in_cel(tmp_path: Path) -> None:
    logs = Logs().cdr(CALL, 0, 100, dst="7001", context="internal", to=AGENT)
    assert logs.call(tmp_path)["line"] is None
    logs.cel(0, "CHAN_START", CALL).hangup(100, CALL, context="internal")
    assert logs.call(tmp_path)["line"] == LINE


@pytest.mark.parametrize("userfield", [LINE, f" {LINE} "])
def test_the_dialled_number_is_taken_from_userfield(tmp_path: Path, userfield: str) -> None:
    logs = Logs().cdr(CALL, 0, 30, dst="s", context="menu", app="Read", userfield=userfield)
    assert logs.call(tmp_path)["line"] == LINE


def test_the_dialled_number_is_taken_from_a_did_row(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).queue(10, CALL, "desk", "NONE", "DID", LINE)
    assert logs.call(tmp_path)["line"] == LINE


def test_a_caller_who_gives_up_in_the_menu_is_seen_by_cel_alone(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL).cel(0.2, "ANSWER", CALL)
    logs.cel(8, "APP_START", CALL, context="menu", exten="s", app="Read").hangup(11, CALL, cause=0, context="menu")
    call = logs.call(tmp_path)
    assert (call["outcome"], call["queued_at"], call["ended_at"]) == ("ivr_abandoned", None, moment(11))


def test_a_call_the_carrier_refuses_is_only_in_its_report(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).attempt(0, "ANSWERED", seconds=115)
    logs.attempt(40, "BUSY", caller="08033334444")
    events, quality = logs.rebuilt(tmp_path)
    assert [(event["outcome"], event["line"]) for event in events] == [
        ("answered", LINE),
        ("busy_carrier", LINE),
    ]
    assert quality.count(CallFinding.ONLY_AT_CARRIER) == 1


@pytest.mark.parametrize(("ahead", "count", "said"), [(-47, 5, 1), (1, 5, 0), (-47, 4, 0)])
def test_a_carriers_clock_that_differs_is_named_with_its_setting(
    tmp_path: Path, ahead: int, count: int, said: int
) -> None:
    logs = Logs()
    for number in range(count):
        answered(logs, channel_id(1_000 * number), at=1_000 * number).attempt(
            1_000 * number + ahead, "ANSWERED", seconds=115
        )
    _events, quality = logs.rebuilt(tmp_path)
    found = [each.detail for each in quality.findings if each.finding is CallFinding.CLOCK_OFFSET]
    assert found == ["-47 s (clock_offsets: carrier = 47)"] * said


def test_without_the_carrier_the_busy_rate_is_said_to_be_a_lower_bound(tmp_path: Path) -> None:
    _, quality = answered(Logs(), CALL).rebuilt(tmp_path)
    missing = {found.detail for found in quality.findings if found.finding is CallFinding.MISSING_LOG}
    assert missing == {"cdr", "cel", "carrier"}


def test_a_full_queue_leaves_no_line_but_cel_shows_the_refusal(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL).cel(0.1, "ANSWER", CALL)
    logs.cel(5, "APP_START", CALL, app="Queue", data="desk,t,,,120")
    logs.cel(5.2, "APP_END", CALL, app="Queue", data="desk,t,,,120")
    logs.cel(5.3, "APP_START", CALL, app="Playback", data="all-busy").hangup(9, CALL, by="dialplan/builtin")
    call = logs.call(tmp_path)
    assert (call["outcome"], call["queue"]) == ("queue_empty_full", "desk")


def test_congestion_after_a_queue_time_out_is_a_time_out(tmp_path: Path) -> None:
    logs = Logs().queue(1, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(91, CALL, "desk", "NONE", "EXITWITHTIMEOUT", 1, 1, 90)
    logs.cdr(CALL, 0, 91, app="Congestion", disposition="CONGESTION")
    assert logs.call(tmp_path)["outcome"] == "queue_timeout"


def test_a_call_over_midnight_is_owned_by_its_arrival(tmp_path: Path) -> None:
    before_midnight = 7 * 3600 - 60
    call = answered(Logs(), channel_id(before_midnight), at=before_midnight).call(tmp_path)
    assert (call["offered_at"], call["ended_at"]) == (moment(before_midnight), moment(before_midnight + 115))


def test_the_file_of_the_next_day_ends_the_open_call(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(15, CALL, "desk", "Sato", "CONNECT", 5, SECOND, 3)
    open_call = logs.call(tmp_path / "day")
    assert (open_call["outcome"], open_call["answered_at"]) == ("open", moment(15))
    logs.queue(90, CALL, "desk", "Sato", "COMPLETECALLER", 5, 75, 1)
    assert logs.call(tmp_path / "both")["outcome"] == "answered"


def test_a_call_cut_by_file_rotation_is_told_by_its_second_half(tmp_path: Path) -> None:
    call = Logs().queue(115, CALL, "desk", "Sato", "COMPLETECALLER", 5, 100, 1).call(tmp_path)
    assert (call["outcome"], call["queued_at"], call["answered_at"]) == ("answered", moment(10), moment(15))


def test_a_call_answered_after_closing_time_is_answered(tmp_path: Path) -> None:
    closing = 45 * 60
    call = answered(Logs(), channel_id(closing - 1), at=closing - 1).call(tmp_path)
    assert (call["outcome"], call["offered_at"]) == ("answered", moment(closing - 1))


def test_a_caller_who_tries_again_makes_two_calls(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(30, CALL, "desk", "NONE", "ABANDON", 1, 1, 20)
    answered(logs, channel_id(60), at=60)
    events, _ = logs.rebuilt(tmp_path)
    assert [(event["outcome"], event["caller"]) for event in events] == [
        ("queue_abandoned", CALLER),
        ("answered", CALLER),
    ]


def test_phones_that_ring_unanswered_are_no_outcome(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL)
    logs.queue(11, CALL, "desk", "Sato", "RINGNOANSWER", 0).queue(12, CALL, "desk", "Sato", "RINGNOANSWER", 15000)
    logs.queue(14, CALL, "desk", "Ito", "RINGCANCELED", 900)
    call = logs.call(tmp_path)
    assert (call["outcome"], call["agent_leg_count"]) == ("answered", 1)


def test_two_pbxs_with_one_id_make_two_calls(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL)
    one = logs.call(tmp_path)
    other = logs.call(tmp_path, source=replace(SOURCE, name="branch"))
    assert one["source"] == f"pbx:{CALL}"
    assert other["source"] == f"branch:{CALL}"


@pytest.mark.parametrize("caller", ["anonymous", "Anonymous", "", "<unknown>", "非通知", "公衆電話", "表示圏外"])
def test_a_withheld_number_is_no_number(tmp_path: Path, caller: str) -> None:
    logs = Logs().cdr(CALL, 0, 30, context="menu", app="Read", src=caller)
    assert logs.call(tmp_path)["caller"] is None


def test_a_bar_in_an_agents_name_does_not_shift_the_fields(tmp_path: Path) -> None:
    call = answered(Logs(), CALL, agent="佐藤|花子").call(tmp_path)
    assert (call["agent"], call["talk_seconds"]) == ("佐藤|花子", 100)


def test_an_agent_logged_by_interface_and_by_name_is_one_person(tmp_path: Path) -> None:
    source = replace(SOURCE, agents={"PJSIP/1001": "佐藤 花子"})
    logs = answered(Logs(), CALL, agent="PJSIP/1001").pause(115, "佐藤 花子", "ACW")
    logs.pause(145, "佐藤 花子", "ACW", event="UNPAUSE")
    call = logs.call(tmp_path, source=source)
    assert (call["agent"], call["wrap_up_seconds"]) == ("佐藤 花子", 30)


def test_a_call_between_colleagues_is_no_call_from_outside(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL)
    inside = channel_id(5, 9)
    logs.cdr(inside, 5, 30, channel="PJSIP/1005-00000009", dst="1006", context="internal", app="Dial", to=AGENT)
    logs.cdr(CALL, 0, 115, to=AGENT, sequence=2)
    events, quality = logs.rebuilt(tmp_path)
    assert [event["source"] for event in events] == [f"pbx:{CALL}"]
    assert quality.count(CallFinding.NOT_INBOUND) == 1


def test_an_outbound_call_over_the_trunk_is_no_call_from_outside(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL, channel="PJSIP/1001-00000008", context="internal", exten="0355556666")
    logs.cel(0.1, "CHAN_START", SECOND, linked=CALL, channel=TRUNK, exten="s")
    logs.cel(30, "HANGUP", SECOND, linked=CALL).cel(30, "HANGUP", CALL, channel="PJSIP/1001-00000008")
    assert logs.rebuilt(tmp_path)[0] == []


def test_the_positions_are_those_of_the_queue_the_caller_gave_up_in(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 5)
    logs.queue(130, CALL, "desk", "NONE", "EXITWITHTIMEOUT", 2, 5, 120)
    logs.queue(131, CALL, "overflow", "NONE", "ENTERQUEUE", "", CALLER, 3)
    logs.queue(140, CALL, "overflow", "NONE", "ABANDON", 1, 3, 9)
    call = logs.call(tmp_path)
    assert (call["queue"], call["entered_position"], call["left_position"]) == ("overflow", 3, 1)


def test_an_answered_call_has_the_position_it_came_in_at_alone(tmp_path: Path) -> None:
    call = answered(Logs(), CALL).call(tmp_path)
    assert (call["entered_position"], call["left_position"]) == (1, None)


@pytest.mark.parametrize(("written", "entered"), [("", None), ("x", None), ("9" * 40, None), ("²", None), ("7", 7)])
def test_a_position_that_is_no_number_is_not_known(tmp_path: Path, written: str, entered: int | None) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, written)
    assert (
        logs.queue(20, CALL, "desk", "NONE", "EXITWITHKEY", 9, written, 1, 10).call(tmp_path)["entered_position"]
        == entered
    )


def test_keys_belong_to_the_menu_they_were_pressed_in(tmp_path: Path) -> None:
    logs = Logs().cel(0, "CHAN_START", CALL).cel(1, "ANSWER", CALL)
    logs.cel(2, "APP_START", CALL, context="menu", app="BackGround").cel(
        5, "APP_START", CALL, context="menu", app="WaitExten"
    )
    logs.cel(6, "DTMF", CALL, context="menu", app="WaitExten", extra={"digit": "1"})
    logs.cel(7, "APP_START", CALL, context="printers", app="Read").cel(
        8, "DTMF", CALL, context="printers", app="Read", extra={"digit": "#"}
    )
    logs.cel(9, "APP_START", CALL, context="last", app="Read").cel(10, "APP_END", CALL, context="last", app="Read")
    logs.cel(11, "APP_START", CALL, context="desk", app="Queue", data="desk")
    logs.cel(12, "DTMF", CALL, context="desk", app="Queue", extra={"digit": "9"}).hangup(13, CALL, context="desk")
    assert logs.call(tmp_path)["menu_steps"] == "menu:1 > printers:# > last:"
