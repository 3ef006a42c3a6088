"""Holds of contact centres: taken over where a record tells them, missing where none does."""

from pathlib import Path

from tests.intake.test_contact_centres import DATA, Json, calls, import_into, imported, written


def test_holds_are_carried_to_the_call_where_a_centre_records_them(tmp_path: Path) -> None:
    connect = imported(tmp_path / "connect", "amazon-connect", DATA / "connect.jsonl")
    genesys = imported(tmp_path / "genesys", "genesys-cloud", DATA / "genesys.json")
    twilio = imported(tmp_path / "twilio", "twilio", DATA / "twilio.csv")
    held = {name: (each["hold_seconds"], each["hold_count"]) for name, each in {**connect, **genesys, **twilio}.items()}
    assert (held["connect:c1"], held["genesys:g1"]) == ((30, 1), (30, 1))
    assert (held["connect:c2"], held["genesys:g2"], held["twilio:CA1"]) == ((None, None),) * 3


def conference(number: int, kind: str, minute: int, second: int = 0) -> Json:
    return {
        "ConferenceSid": "CF1", "StatusCallbackEvent": kind, "SequenceNumber": str(number), "FriendlyName": "desk",
        "Timestamp": f"Wed, 20 May 2026 00:{minute:02d}:{second:02d} +0000", "CallSid": "CA1", "Muted": "false",
    }  # fmt: skip


def test_holds_of_twilio_come_from_its_conference_callbacks_in_any_order_and_once(tmp_path: Path) -> None:
    steps = [
        conference(1, "participant-join", 0, 40), conference(2, "participant-hold", 1),
        conference(3, "participant-unhold", 1, 30), conference(4, "participant-hold", 2),
        conference(5, "participant-leave", 2, 15),
    ]  # fmt: skip
    import_into(tmp_path, "twilio", written(tmp_path, "late.json", *reversed(steps)))
    import_into(tmp_path, "twilio", DATA / "twilio.csv", written(tmp_path, "again.json", *steps))
    found = calls(tmp_path)["twilio:CA1"]
    assert (found["hold_count"], found["hold_seconds"], found["talk_seconds"]) == (2, 45, 200)
