"""A PBX's profile, and what is wrong with one."""

from pathlib import Path

import pytest
from tests.intake.asterisk.development_set import PROFILE

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.source import (
    AsteriskSource,
    CarrierReport,
    ConsultMoment,
    LogKind,
    QueueLogTime,
    WrapUpEnd,
)
from madoguchi.intake.asterisk.source_file import load_source, read_source

LEAST = 'format = "x"\nsystem = "pbx"\ncontract = "desk"\nzone = "Asia/Tokyo"\n'


def test_a_profile_needs_a_name_a_contract_and_a_zone() -> None:
    assert load_source(LEAST, file="p.toml") == AsteriskSource(
        name="pbx", contract="desk", zone="Asia/Tokyo", clock_offsets=dict.fromkeys(LogKind, 0)
    )


def test_a_profile_may_say_everything() -> None:
    source = load_source(
        LEAST
        + """
carrier_match_seconds = 9
[zones]
cdr = "UTC"
[clock_offsets]
carrier = -2
[lines]
"0312345001" = "other"
[line_of]
desk = "0312345001"
[agents]
"PJSIP/1001" = "佐藤"
[queue_log]
time = "local"
restart_events = ["QUEUESTART", "CONFIGRELOAD"]
wrap_up_reasons = ["後処理"]
wrap_up_within_seconds = 5
wrap_up_limit_seconds = 600
wrap_up_ends_at = "reason_change"
[calls]
trunk_channels = ["PJSIP/carrier-*"]
attended_transfer_at = "completion"
congestion_outcome = "busy_pbx"
empty_queue_outcome = "queue_timeout"
self_service_exits = ["menu/*"]
[cel]
columns = ["eventtype", "eventtime", "channel", "uniqueid", "linkedid"]
[carrier]
encoding = "cp932"
start = "日時"
busy_words = ["話中", "BUSY"]
""",
        file="p.toml",
    )
    assert source.zone_of(LogKind.CDR) == "UTC"
    assert source.zone_of(LogKind.CEL) == "Asia/Tokyo"
    assert source.offset_of(LogKind.CARRIER) == -2
    assert source.contract_of("0312345001") == "other"
    assert source.contract_of(None) == "desk"
    assert (source.queue_log_time, source.wrap_up_ends_at) == (QueueLogTime.LOCAL, WrapUpEnd.REASON_CHANGE)
    assert (source.wrap_up_within_seconds, source.wrap_up_limit_seconds) == (5, 600)
    assert source.attended_transfer_at is ConsultMoment.COMPLETION
    assert source.congestion_outcome is CallOutcome.BUSY_PBX
    assert source.empty_queue_outcome is CallOutcome.QUEUE_TIMEOUT
    assert source.carrier.start == ("日時",)
    assert source.carrier.caller == CarrierReport().caller
    assert source.carrier_match_seconds == 9


def test_the_example_profile_is_whole() -> None:
    source = read_source(PROFILE)
    assert (source.name, source.second_level_queues) == ("asterisk", ("l2-infra",))


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (LEAST.replace('zone = "Asia/Tokyo"\n', ""), "zone", "do not say in which zone"),
        (LEAST.replace("Asia/Tokyo", "JST-9"), "zone", "Asia/Tokyo or UTC"),
        (LEAST + 'colour = "red"', "colour", "one of"),
        (LEAST + '[zones]\ncel = "Mars"', "zones.cel", "Asia/Tokyo or UTC"),
        (LEAST + '[calls]\ncongestion_outcome = "answered"', "calls.congestion_outcome", "out_of_hours"),
        (
            LEAST + '[calls]\nattended_transfer_at = "later"',
            "calls.attended_transfer_at",
            "consult, completion",
        ),
        (
            LEAST + '[calls]\nself_service_exits = ["Hangup"]',
            "calls.self_service_exits",
            "context/application",
        ),
        (LEAST + '[cel]\ncolumns = ["eventtype"]', "cel.columns", "a list with these columns"),
        (LEAST + '[carrier]\nencoding = "utf-7"', "carrier.encoding", "cp932"),
        (LEAST + "[clock_offsets]\ncel = 100000", "clock_offsets.cel", "a whole number"),
    ],
)
def test_what_is_wrong_with_a_profile_is_named(text: str, key: str, words: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        load_source(text, file="p.toml")
    (problem,) = raised.value.problems
    assert (problem.where, problem.key) == ("p.toml", key)
    assert words in problem.allowed


def test_all_problems_of_a_profile_are_reported_at_once() -> None:
    with pytest.raises(InvalidInputError) as raised:
        load_source('format = "x"\nzone = "nowhere"', file="p.toml")
    assert [problem.key for problem in raised.value.problems] == ["system", "contract", "zone"]


@pytest.mark.parametrize("content", [b"not = [toml", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"p\.toml"):
        read_source(path)
