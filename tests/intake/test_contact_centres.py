"""Records of cloud contact centres: made samples with outcomes written by hand, copies, order and bad input."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from madoguchi.cli.main import main
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import Event
from madoguchi.intake.contact_centres.files import parsed
from madoguchi.intake.contact_centres.importing import KeptRecords
from madoguchi.intake.contact_centres.profile import load_profile
from madoguchi.intake.facts import open_facts
from madoguchi.intake.importing import ImportReport, import_files
from madoguchi.intake.store import FactStore

DATA = Path(__file__).parents[1] / "data/contact_centres"
PROFILES = Path(__file__).parents[2] / "examples/profiles"
NOW = datetime(2026, 5, 21, tzinfo=UTC)
SAMPLES = {"amazon-connect": "connect.jsonl", "genesys-cloud": "genesys.json", "twilio": "twilio.csv"}
EXPECTED = {
    "amazon-connect": {
        "connect:c1": "answered", "connect:c2": "queue_abandoned", "connect:c3": "ivr_abandoned",
        "connect:c4": "queue_timeout", "connect:c5": "out_of_hours", "connect:c6": "unknown",
        "connect:c7": "busy_pbx", "connect:c8": "failed", "connect:c9": "answered", "connect:c10": "answered",
        "connect:c11": "queue_exit_key", "connect:c12": "open", "connect:c13": "open", "connect:c14": "unknown",
    },
    "genesys-cloud": {
        "genesys:g1": "answered", "genesys:g2": "queue_abandoned", "genesys:g3": "ivr_abandoned",
        "genesys:g4": "queue_timeout", "genesys:g5": "out_of_hours", "genesys:g6": "unknown",
        "genesys:g7": "queue_timeout", "genesys:g8": "queue_exit_key", "genesys:g9": "open",
        "genesys:g10": "answered", "genesys:g11": "failed",
    },
    "twilio": {
        "twilio:CA1": "answered", "twilio:CA2": "queue_abandoned", "twilio:CA3": "queue_timeout",
        "twilio:CA4": "busy_pbx", "twilio:CA5": "ivr_abandoned", "twilio:CA6": "ivr_selfservice",
        "twilio:CA7": "open", "twilio:CA8": "failed", "twilio:CA9": "unknown", "twilio:CA10": "answered",
    },
}  # fmt: skip
LEFT_OUT = {"amazon-connect": 3, "genesys-cloud": 2, "twilio": 1}
Json = dict[str, Any]


def import_into(folder: Path, profile: str, *files: Path) -> ImportReport:
    return import_files(store=FactStore(folder), profile=PROFILES / f"{profile}.toml", files=files, now=NOW)


def calls(folder: Path) -> dict[str, Event]:
    return {str(each["source"]): each for each in open_facts(folder).events("calls", contract="helpdesk")}


def imported(folder: Path, profile: str, *files: Path) -> dict[str, Event]:
    import_into(folder, profile, *files)
    return calls(folder)


def at(minute: int, second: int = 0) -> datetime:
    return datetime(2026, 5, 20, 0, minute, second, tzinfo=UTC)


def contact(name: str) -> Json:
    lines = (DATA / "connect.jsonl").read_text("utf-8").splitlines()
    found: Json = next(each for each in map(json.loads, lines) if each["ContactId"] == name)
    return found


def written(folder: Path, name: str, *records: Json) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return path


@pytest.mark.parametrize("profile", list(EXPECTED))
def test_every_call_has_the_outcome_written_by_hand_however_often_it_is_imported(profile: str, tmp_path: Path) -> None:
    for _ in range(2):
        report = import_into(tmp_path, profile, DATA / SAMPLES[profile])
        assert {source: each["outcome"] for source, each in calls(tmp_path).items()} == EXPECTED[profile]
        assert report.rows_left_out == LEFT_OUT[profile]
    assert (report.changes[0].new, report.changes[0].changed, report.changes[0].removed) == (0, 0, 0)


def test_times_of_a_connect_contact(tmp_path: Path) -> None:
    call = imported(tmp_path, "amazon-connect", DATA / "connect.jsonl")["connect:c1"]
    assert (call["offered_at"], call["queued_at"], call["answered_at"], call["ended_at"]) == (
        at(0), at(0, 10), at(0, 25), at(4),
    )  # fmt: skip
    assert (call["wait_seconds"], call["talk_seconds"], call["wrap_up_seconds"]) == (15, 180, 45)
    assert (call["line"], call["caller"], call["queue"], call["agent"]) == (
        "+81312345001", "+819000000001", "一次窓口", "sato",
    )  # fmt: skip
    assert call["source_file"] == "connect.jsonl"


def test_transfers_of_connect_are_legs_of_one_call(tmp_path: Path) -> None:
    found = imported(tmp_path, "amazon-connect", DATA / "connect.jsonl")
    passed, moved = found["connect:c9"], found["connect:c10"]
    assert (passed["queue_visit_count"], passed["agent_leg_count"]) == (2, 1)
    assert (passed["escalated_at"], passed["escalated_to"], passed["ended_at"]) == (at(9, 50), "二次窓口", at(11))
    assert (moved["queue_visit_count"], moved["agent_leg_count"], moved["escalated_at"]) == (2, 1, None)
    assert (moved["wait_seconds"], moved["talk_seconds"], moved["queue"], moved["agent"]) == (80, 140, "応援", "ito")


def test_a_call_back_is_no_answer_of_the_call_before_it(tmp_path: Path) -> None:
    call = imported(tmp_path, "amazon-connect", DATA / "connect.jsonl")["connect:c11"]
    assert (call["answered_at"], call["agent_leg_count"], call["ended_at"]) == (None, 0, at(15))


def test_times_of_a_genesys_conversation(tmp_path: Path) -> None:
    found = imported(tmp_path, "genesys-cloud", DATA / "genesys.json")
    call, passed = found["genesys:g1"], found["genesys:g10"]
    assert (call["queued_at"], call["answered_at"], call["ended_at"]) == (at(0, 10), at(0, 25), at(4))
    assert (call["wait_seconds"], call["talk_seconds"], call["wrap_up_seconds"]) == (15, 215, 40)
    assert (call["queue"], call["agent"], call["line"]) == ("一次窓口", "佐藤", "+81312345001")
    assert (passed["escalated_at"], passed["escalated_to"], passed["agent"]) == (at(12), "二次窓口", "鈴木")
    assert (passed["queue_visit_count"], passed["agent_leg_count"], passed["wrap_up_seconds"]) == (2, 2, None)
    assert found["genesys:g9"]["ended_at"] is None


def test_times_of_twilio_legs_and_what_they_do_not_say(tmp_path: Path) -> None:
    found = imported(tmp_path, "twilio", DATA / "twilio.csv")
    call = found["twilio:CA1"]
    assert (call["answered_at"], call["talk_seconds"], call["agent"]) == (at(0, 40), 200, "佐藤")
    assert (call["queued_at"], call["wait_seconds"], call["queue_visit_count"], call["wrap_up_seconds"]) == (None,) * 4
    assert (found["twilio:CA10"]["escalated_at"], found["twilio:CA10"]["escalated_to"]) == (at(15), "+81312349000")


def test_records_of_one_call_in_several_files_and_any_order_make_the_same_calls(tmp_path: Path) -> None:
    lines = (DATA / "connect.jsonl").read_text("utf-8").splitlines()
    whole = imported(tmp_path / "whole", "amazon-connect", DATA / "connect.jsonl")
    for number, line in enumerate(reversed(lines)):
        (tmp_path / f"{number}.json").write_text(line, encoding="utf-8")
    for number in range(len(lines)):
        import_into(tmp_path / "split", "amazon-connect", tmp_path / f"{number}.json")
    split = calls(tmp_path / "split")
    assert [{**each, "source_file": ""} for each in split.values()] == [
        {**each, "source_file": ""} for each in whole.values()
    ]


@pytest.mark.parametrize("is_newer_first", [True, False])
def test_a_later_copy_of_a_contact_counts_whichever_comes_first(is_newer_first: bool, tmp_path: Path) -> None:  # noqa: FBT001
    ongoing = contact("c12")
    ended = {**ongoing, "DisconnectTimestamp": "2026-05-20T00:17:00Z", "DisconnectReason": "CUSTOMER_DISCONNECT",
             "LastUpdateTimestamp": "2026-05-20T00:18:00Z"}  # fmt: skip
    copies = [ended, ongoing] if is_newer_first else [ongoing, ended]
    for number, each in enumerate(copies):
        import_into(tmp_path / "facts", "amazon-connect", written(tmp_path, f"{number}.json", each))
    assert [each["outcome"] for each in calls(tmp_path / "facts").values()] == ["queue_abandoned"]


def test_the_record_a_contact_names_next_closes_an_open_call(tmp_path: Path) -> None:
    first = written(tmp_path, "first.json", contact("c13"))
    assert imported(tmp_path / "facts", "amazon-connect", first)["connect:c13"]["outcome"] == "open"
    moved = {
        **contact("c10b"),
        "ContactId": "not-yet",
        "InitialContactId": "c13",
        "PreviousContactId": "c13",
        "InitiationTimestamp": "2026-05-20T00:18:00Z",
        "DisconnectTimestamp": "2026-05-20T00:19:00Z",
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "Queue": None,
        "Agent": None,
    }
    second = written(tmp_path, "second.json", moved)
    assert imported(tmp_path / "facts", "amazon-connect", second)["connect:c13"]["outcome"] == "queue_abandoned"


def test_lists_and_records_without_a_break_between_are_read(tmp_path: Path) -> None:
    lines = (DATA / "connect.jsonl").read_text("utf-8").splitlines()
    for name, text in (("list.json", f"[{','.join(lines)}]"), ("joined.json", "".join(lines))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        found = imported(tmp_path / f"{name}.facts", "amazon-connect", tmp_path / name)
        assert {source: each["outcome"] for source, each in found.items()} == EXPECTED["amazon-connect"]


def test_a_csv_without_rows_is_refused_for_what_every_record_has(tmp_path: Path) -> None:
    (tmp_path / "twilio.csv").write_text("Call Sid,Status\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"twilio\.csv direction: a column the file does not have"):
        imported(tmp_path / "facts", "twilio", tmp_path / "twilio.csv")


def test_headings_of_a_twilio_csv_may_be_written_in_other_ways(tmp_path: Path) -> None:
    heading, rest = (DATA / "twilio.csv").read_text("utf-8").split("\n", 1)
    other = heading.replace("parent_call_sid", "Parent Call SID").replace("start_time", "startTime")
    (tmp_path / "twilio.csv").write_text(f"{other}\n{rest}", encoding="utf-8")
    found = imported(tmp_path / "facts", "twilio", tmp_path / "twilio.csv")
    assert {source: each["outcome"] for source, each in found.items()} == EXPECTED["twilio"]


def without(name: str) -> Callable[[Json], Json]:
    return lambda record: {key: value for key, value in record.items() if key != name}


def having(**changes: object) -> Callable[[Json], Json]:
    return lambda record: {**record, **changes}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without("ContactId"), "ContactId: missing"),
        (without("InitiationTimestamp"), "InitiationTimestamp: missing"),
        (having(ContactId="c\0"), "ContactId: given"),
        (having(ContactId="\ud800"), "ContactId: given"),
        (having(ContactId="x" * 1_001), "ContactId: given"),
        (having(Channel="FAX"), "Channel: given 'FAX'; allowed: one of VOICE"),
        (having(InitiationMethod="MAGIC"), "InitiationMethod: given 'MAGIC'"),
        (having(DisconnectReason="MAGIC"), "DisconnectReason: given 'MAGIC'; allowed: one of CUSTOMER_DISCONNECT"),
        (having(DisconnectTimestamp="2026-05-19T00:00:00Z"), "DisconnectTimestamp: given '2026-05-19"),
        (having(InitiationTimestamp="2026-05-20T00:00:00"), "InitiationTimestamp: given '2026-05-20T00:00:00'"),
        (having(InitiationTimestamp=5), "InitiationTimestamp: given '5'"),
        (having(InitiationTimestamp="1999-05-20T00:00:00Z"), "offered_at: c1: given 1999"),
        (having(Queue=[1]), "Queue: given '[1]'; allowed: an object"),
        (having(Agent={"AgentInteractionDuration": -1}), "Agent.AgentInteractionDuration: given '-1'"),
        (having(Agent={"AgentInteractionDuration": True}), "Agent.AgentInteractionDuration: given 'True'"),
    ],
)
def test_a_wrong_field_is_refused_with_file_line_field_and_what_is_allowed(
    change: Callable[[Json], Json], named: str, tmp_path: Path
) -> None:
    file = written(tmp_path, "bad.json", contact("c2"), change(contact("c1")))
    with pytest.raises(InvalidInputError) as refused:
        import_into(tmp_path / "facts", "amazon-connect", file)
    assert f"bad.json:2 {named}" in str(refused.value)
    assert not (tmp_path / "facts").exists()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "bad.json: an empty file"),
        ('{"a": 1}\n{"a": ', "bad.json:2: not JSON"),
        ('{"a": 1}\n7', "bad.json:2: given '7'; allowed: JSON objects"),
        ("[[1]]", "bad.json:1 [1]: given '[1]'"),
        ('{"a": NaN}', "bad.json:1: not JSON"),
        ('{"a":' * 100 + "1" + "}" * 100, "bad.json:1: objects more than 40 levels deep"),
        ("[" * 100_000, "bad.json:1: not JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "bad.json:1: not JSON"),
    ],
)
def test_text_that_is_not_records_is_refused(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        import_into(tmp_path / "facts", "genesys-cloud", tmp_path / "bad.json")
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("profile", "old", "new", "named"),
    [
        ("genesys-cloud", '"endpoint"', '"magic"', "[1].participants[0].sessions[0].segments[0].disconnectType"),
        ("genesys-cloud", '"conversationId": "g1"', '"conversationId": null', "[1].conversationId: missing"),
        ("twilio", ",canceled,", ",gone,", "twilio.csv:6 status: given 'gone'; allowed: one of queued"),
        ("twilio", "Wed, 20 May 2026 00:04:00 +0000", "Tue, 19 May 2026 00:00:00 +0000", "twilio.csv:2 end_time"),
    ],
)
def test_unknown_words_of_the_others_are_refused_too(
    profile: str, old: str, new: str, named: str, tmp_path: Path
) -> None:
    file = tmp_path / SAMPLES[profile]
    file.write_text((DATA / SAMPLES[profile]).read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        import_into(tmp_path / "facts", profile, file)
    assert named in str(refused.value)


def paths_in(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to everything inside a record."""
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in named:
        yield (*path, name)
        yield from paths_in(inner, (*path, name))


def changed(record: Json, path: tuple[str | int, ...], value: object) -> Json:
    copy: Json = json.loads(json.dumps(record))
    inner: Any = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return copy


@pytest.mark.parametrize(("profile", "name"), [("amazon-connect", "connect.jsonl"), ("genesys-cloud", "genesys.json")])
def test_no_field_whatever_stands_in_it_ends_in_anything_but_a_call_or_a_refusal(
    profile: str, name: str, tmp_path: Path
) -> None:
    loaded = load_profile((PROFILES / f"{profile}.toml").read_text("utf-8"), file=profile)
    record = next(parsed((DATA / name).read_text("utf-8"), file=name)).table
    odd: tuple[object, ...] = (
        None,
        0,
        -1,
        1.5,
        1e999,
        True,
        "",
        "\0",
        "()",
        "0001-01-01T00:00:00+14:00",
        "Mon,,",
        [],
        [1],
        {},
        {"a": 1},
    )
    problems: list[Problem] = []
    for path in paths_in(record):
        for value in odd:
            kept = KeptRecords(folder=tmp_path, profile=loaded)
            try:
                kept.add([written(tmp_path, "odd.json", changed(record, path, value))])
            except InvalidInputError as error:
                problems += error.problems
    assert problems
    assert all(each.where == "odd.json" and each.allowed for each in problems)


def test_a_transfer_to_a_number_of_the_second_level_is_an_escalation(tmp_path: Path) -> None:
    passed = {
        **contact("c1"),
        "TransferredToEndpoint": {"Address": "+81312349000", "Type": "TELEPHONE_NUMBER"},
        "TransferCompletedTimestamp": "2026-05-20T00:03:00Z",
    }
    found = imported(tmp_path / "facts", "amazon-connect", written(tmp_path, "passed.json", passed))
    assert (found["connect:c1"]["escalated_at"], found["connect:c1"]["escalated_to"]) == (at(3), "+81312349000")


def test_a_message_left_from_the_queue_is_a_queue_left_by_key(tmp_path: Path) -> None:
    text = (DATA / "genesys.json").read_text("utf-8")
    record = next(each.table for each in parsed(text, file="genesys.json") if each.table["conversationId"] == "g4")
    left = {"purpose": "voicemail", "sessions": [{"mediaType": "voice", "direction": "inbound"}]}
    record["participants"].append(left)  # type: ignore[attr-defined]
    (tmp_path / "left.json.gz").write_bytes(gzip.compress(json.dumps(record).encode()))
    found = imported(tmp_path / "facts", "genesys-cloud", tmp_path / "left.json.gz")
    assert found["genesys:g4"]["outcome"] == "queue_exit_key"


def test_a_broken_gzip_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.json.gz").write_bytes(gzip.compress(b'{"conversationId": "g1"}')[:-9])
    with pytest.raises(InvalidInputError, match="does not open"):
        import_into(tmp_path / "facts", "genesys-cloud", tmp_path / "bad.json.gz")


def test_one_bad_file_leaves_what_was_there_as_it_was(tmp_path: Path) -> None:
    before = imported(tmp_path / "facts", "amazon-connect", written(tmp_path, "good.json", contact("c1")))
    good, bad = written(tmp_path, "more.json", contact("c2")), written(tmp_path, "bad.json", {"Channel": "VOICE"})
    with pytest.raises(InvalidInputError):
        import_into(tmp_path / "facts", "amazon-connect", good, bad)
    assert calls(tmp_path / "facts") == before
    assert list(imported(tmp_path / "facts", "amazon-connect", tmp_path / "good.json")) == ["connect:c1"]


def test_the_command_ends_with_2_and_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = written(tmp_path, "bad.json", {"Channel": "VOICE"})
    profile = str(PROFILES / "amazon-connect.toml")
    given = ["facts", "import", str(tmp_path / "facts"), str(bad), "--profile", profile]
    assert main(given) == 2
    assert "bad.json:1 ContactId" in capsys.readouterr().err
    assert main([*given[:3], str(DATA / "connect.jsonl"), "--profile", profile]) == 0


def test_a_profile_says_what_a_word_of_its_own_means(tmp_path: Path) -> None:
    profile = tmp_path / "own.toml"
    text = (PROFILES / "amazon-connect.toml").read_text("utf-8")
    profile.write_text(text + '[dispositions]\nMAGIC = "failed"\n', encoding="utf-8")
    file = written(tmp_path, "own.json", {**contact("c2"), "DisconnectReason": "MAGIC"})
    import_files(store=FactStore(tmp_path / "facts"), profile=profile, files=[file], now=NOW)
    assert [each["outcome"] for each in calls(tmp_path / "facts").values()] == ["failed"]


def test_a_wrong_profile_is_refused_with_its_keys() -> None:
    text = 'format = "madoguchi/contact-centre/9"\ncentre = "twilio"\nsystem = "T"\nmore = 1\n[marks]\nopen = ["a"]\n'
    with pytest.raises(InvalidInputError) as refused:
        load_profile(text + '[dispositions]\nbusy = "answered"\n', file="p.toml")
    assert {each.key for each in refused.value.problems} >= {"format", "system", "contract", "more", "marks.open"}
    for text in ("centre = ", 'format = "madoguchi/contact-centre/1"\ncentre = "avaya"\n'):
        with pytest.raises(InvalidInputError):
            load_profile(text, file="p.toml")
