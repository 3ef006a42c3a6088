"""The logs of a simulated desk and the truth about them, as far as the tests need them."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.shared_data import shared_folder

from madoguchi.core.events import Event
from madoguchi.intake.asterisk.detect import detect_kind
from madoguchi.intake.asterisk.reading import read_log
from madoguchi.intake.asterisk.records import RawEvent
from madoguchi.intake.asterisk.source import AsteriskSource
from madoguchi.intake.asterisk.source_file import read_source

FILES = ("queue_log", "Master.csv", "cel.csv", "carrier_report.csv")
PROFILE = Path(__file__).parents[3] / "examples" / "profiles" / "asterisk.toml"
TOKYO = ZoneInfo("Asia/Tokyo")
Call = Mapping[str, Any]  # the truth's own JSON


def folder() -> Path:
    return shared_folder("data/telephony")


def profile() -> AsteriskSource:
    return read_source(PROFILE)


def nameless_profile() -> AsteriskSource:
    """Return a profile that names nothing of the PBX but its zone and its second level."""
    return AsteriskSource(
        name="asterisk",
        contract="helpdesk",
        zone="Asia/Tokyo",
        second_level_queues=("l2-infra",),
        second_level_extensions=("7001", "7010"),
    )


def truth() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((folder() / "ground_truth.json").read_text(encoding="utf-8"))
    return found


def raw_events(files: Sequence[Path], *, source: AsteriskSource) -> list[RawEvent]:
    return [
        line.raw for path in files for line in read_log(path=path, kind=detect_kind(path, source=source), source=source)
    ]


def outcomes_by_id(events: Sequence[Event]) -> dict[str, str]:
    """Return outcomes by the PBX's id; "" stands for the one call the carrier refused."""
    found = {}
    for event in events:
        key = str(event["source"]).split(":", 1)[1]
        found["" if key.startswith("carrier-") else key] = str(event["outcome"])
    return found


def true_outcomes() -> dict[str, str]:
    return {call["pbx_uniqueid"] or "": call["outcome"] for call in truth()["calls"]}


def seconds_between(event: Event, start: str, end: str) -> float | None:
    one, other = event[start], event[end]
    if not isinstance(one, datetime) or not isinstance(other, datetime):
        return None
    return (other - one).total_seconds()


def mean(values: Sequence[float]) -> float:
    assert values
    return sum(values) / len(values)


def cut_columns(path: Path, target: Path, *, columns: int) -> Path:
    """Write CDR as a PBX that is set to fewer columns would."""
    rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    return write_rows(target, [row[:columns] for row in rows])


def write_rows(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return path


def as_local(text: str, *, shift: int, zone: str) -> str:
    """Return a time of the development set so many seconds later, as the clocks of a zone show it."""
    if not text:
        return text
    at = datetime.fromisoformat(text).replace(tzinfo=TOKYO).timestamp() + shift
    return datetime.fromtimestamp(at, tz=UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S.%f")
