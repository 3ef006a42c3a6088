"""After-call work and escalations."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.intake.asterisk.logs import CALLER, SOURCE, T0, Logs, answered, channel_id, moment

from madoguchi.core.vocabulary import CallFinding
from madoguchi.intake.asterisk.importing import import_logs
from madoguchi.intake.asterisk.source import ConsultMoment, WrapUpEnd

CALL = channel_id(0)
SECOND = channel_id(10, 2)


def test_a_pause_for_all_queues_counts_once(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).pause(115, "Tanaka", "ACW").pause(140, "Tanaka", "ACW", event="UNPAUSE")
    assert logs.call(tmp_path)["wrap_up_seconds"] == 25


@pytest.mark.parametrize(("starts", "seconds"), [(115, 25), (118, 22), (119, 0), (114, 0)])
def test_wrap_up_starts_within_three_seconds_of_the_end(tmp_path: Path, starts: int, seconds: int) -> None:
    logs = answered(Logs(), CALL).pause(starts, "Tanaka", "ACW").pause(140, "Tanaka", "ACW", event="UNPAUSE")
    assert logs.call(tmp_path)["wrap_up_seconds"] == seconds


def test_a_break_after_the_call_is_no_wrap_up(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).pause(116, "Tanaka", "Break").pause(500, "Sato", "ACW")
    assert logs.call(tmp_path)["wrap_up_seconds"] == 0


def test_a_pause_with_a_call_on_its_line_counts_as_one_without(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).queue(116, CALL, "desk", "Tanaka", "PAUSE", "ACW")
    stored = import_logs(source=SOURCE, files=logs.write(tmp_path / "first"), store=tmp_path / "store").calls
    assert stored[0]["wrap_up_seconds"] is None  # the release is not in the log yet
    later = Logs().queue(140, CALL, "desk", "Tanaka", "UNPAUSE")
    stored = import_logs(source=SOURCE, files=later.write(tmp_path / "later"), store=tmp_path / "store").calls
    whole = logs.queue(140, CALL, "desk", "Tanaka", "UNPAUSE").call(tmp_path)
    assert stored[0]["wrap_up_seconds"] == whole["wrap_up_seconds"] == 24


def test_wrap_up_is_unknown_where_no_agent_ever_logs_it(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).pause(116, "Tanaka", "Break")
    assert logs.call(tmp_path)["wrap_up_seconds"] is None


@pytest.mark.parametrize(("ends", "seconds", "capped"), [(1915, 1800, 0), (1916, 1800, 1), (60_000, 1800, 1)])
def test_wrap_up_is_cut_at_half_an_hour_and_flagged(tmp_path: Path, ends: int, seconds: int, capped: int) -> None:
    logs = answered(Logs(), CALL).pause(115, "Tanaka", "ACW").pause(ends, "Tanaka", "ACW", event="UNPAUSE")
    events, quality = logs.rebuilt(tmp_path)
    assert events[0]["wrap_up_seconds"] == seconds
    assert quality.count(CallFinding.WRAP_UP_CAPPED) == capped


def test_wrap_up_without_an_end_is_not_known_yet(tmp_path: Path) -> None:
    events, quality = answered(Logs(), CALL).pause(115, "Tanaka", "ACW").rebuilt(tmp_path)
    assert events[0]["wrap_up_seconds"] is None
    assert quality.count(CallFinding.WRAP_UP_OPEN) == 1


def test_an_agent_who_leaves_without_a_release_is_cut_once_the_log_goes_on(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).pause(115, "Tanaka", "ACW").queue(1916, "NONE", "NONE", "NONE", "CONFIGRELOAD")
    assert logs.call(tmp_path)["wrap_up_seconds"] == 1800


@pytest.mark.parametrize(("ends_at", "seconds"), [(WrapUpEnd.RELEASE, 85), (WrapUpEnd.REASON_CHANGE, 25)])
def test_a_break_that_swallows_wrap_up_is_counted_as_the_profile_says(
    tmp_path: Path, ends_at: WrapUpEnd, seconds: int
) -> None:
    logs = answered(Logs(), CALL).pause(115, "Tanaka", "ACW").pause(140, "Tanaka", "Break")
    logs.pause(200, "Tanaka", "Break", event="UNPAUSE")
    events, quality = logs.rebuilt(tmp_path, source=replace(SOURCE, wrap_up_ends_at=ends_at))
    assert events[0]["wrap_up_seconds"] == seconds
    assert quality.count(CallFinding.WRAP_UP_MIXED) == int(ends_at is WrapUpEnd.RELEASE)


def test_wrap_up_released_in_its_own_second_is_nothing(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).pause(115, "Tanaka", "ACW").pause(115, "Tanaka", "ACW", event="UNPAUSE")
    logs.pause(900, "Tanaka", "Break")
    assert logs.call(tmp_path)["wrap_up_seconds"] == 0


def test_a_release_of_an_earlier_pause_does_not_end_wrap_up(tmp_path: Path) -> None:
    logs = answered(Logs(), CALL).pause(50, "Tanaka", "Meeting").pause(115, "Tanaka", "Meeting", event="UNPAUSE")
    logs.pause(115, "Tanaka", "ACW").pause(130, "Tanaka", "ACW", event="UNPAUSE")
    assert logs.call(tmp_path)["wrap_up_seconds"] == 15


def test_wrap_up_is_that_of_the_first_agent(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(15, CALL, "desk", "Sato", "CONNECT", 5, SECOND, 3)
    logs.queue(75, CALL, "desk", "Sato", "BLINDTRANSFER", "7001", "internal", 5, 60, 1)
    logs.pause(75, "Sato", "ACW").pause(95, "Sato", "ACW", event="UNPAUSE")
    logs.queue(75, CALL, "level2", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(80, CALL, "level2", "Ito", "CONNECT", 5, channel_id(76, 5), 3)
    logs.queue(180, CALL, "level2", "Ito", "COMPLETECALLER", 5, 100, 1)
    logs.pause(180, "Ito", "ACW").pause(380, "Ito", "ACW", event="UNPAUSE")
    call = logs.call(tmp_path)
    assert (call["talk_seconds"], call["wrap_up_seconds"]) == (60, 20)


def attended(logs: Logs) -> Logs:
    logs.queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(15, CALL, "desk", "Sato", "CONNECT", 5, SECOND, 3)
    return logs.queue(95, CALL, "desk", "Sato", "ATTENDEDTRANSFER", "BRIDGE", "b-1", 5, 80, 1)


@pytest.mark.parametrize(("at", "second"), [(ConsultMoment.CONSULT, 73), (ConsultMoment.COMPLETION, 95)])
def test_an_attended_transfer_escalates_at_the_moment_the_profile_names(
    tmp_path: Path, at: ConsultMoment, second: int
) -> None:
    logs = attended(Logs()).cel(0, "CHAN_START", CALL).hangup(200, CALL)
    logs.cel(73.4, "CHAN_START", channel_id(73, 6), linked=CALL, channel="Local/7010@in-1;1", exten="7010")
    call = logs.call(tmp_path, source=replace(SOURCE, attended_transfer_at=at))
    assert (call["escalated_at"], call["escalated_to"]) == (moment(second), "7010")


def test_cdr_tells_where_an_attended_transfer_went(tmp_path: Path) -> None:
    logs = attended(Logs()).cdr(CALL, 0, 200, to="PJSIP/1001-00000002")
    logs.cdr(
        SECOND,
        74,
        95,
        linked=CALL,
        channel="PJSIP/1001-00000002",
        to="Local/7010@in-1;1",
        app="AppQueue",
        src="",
    )
    assert logs.call(tmp_path)["escalated_at"] == moment(74)


def test_queue_log_alone_does_not_tell_where_an_attended_transfer_went(tmp_path: Path) -> None:
    logs = attended(Logs()).queue(500, "NONE", "NONE", "NONE", "CONFIGRELOAD")
    events, quality = logs.rebuilt(tmp_path)
    assert events[0]["escalated_at"] is None
    assert quality.count(CallFinding.TRANSFER_TARGET_UNKNOWN) == 1


def test_a_transfer_to_a_vendor_is_no_escalation(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(15, CALL, "desk", "Sato", "CONNECT", 5, SECOND, 3)
    logs.queue(75, CALL, "desk", "Sato", "BLINDTRANSFER", "7020", "internal", 5, 60, 1).cdr(CALL, 0, 200)
    assert logs.call(tmp_path)["escalated_at"] is None


def test_an_unnamed_extension_that_leads_to_the_second_level_queue_escalates(tmp_path: Path) -> None:
    logs = Logs().queue(10, CALL, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(15, CALL, "desk", "Sato", "CONNECT", 5, SECOND, 3)
    logs.queue(75, CALL, "desk", "Sato", "TRANSFER", "8500", "internal", 5, 60)
    logs.queue(76, CALL, "level2", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(90, CALL, "level2", "NONE", "ABANDON", 1, 1, 14)
    call = logs.call(tmp_path)
    assert (call["escalated_at"], call["escalated_to"], call["talk_seconds"]) == (moment(75), "8500", 60)


def test_where_no_second_level_is_named_it_is_said_that_none_is_counted(tmp_path: Path) -> None:
    source = replace(SOURCE, second_level_queues=(), second_level_extensions=())
    _, quality = answered(Logs(), CALL).rebuilt(tmp_path, source=source)
    assert quality.count(CallFinding.NO_SECOND_LEVEL) == 1


def test_the_second_of_an_id_is_the_arrival_where_nothing_else_tells_it(tmp_path: Path) -> None:
    assert answered(Logs(), f"hq-{T0}.77").call(tmp_path)["offered_at"] == moment(0)
    assert answered(Logs(), "not-an-id").call(tmp_path)["offered_at"] == moment(10)
