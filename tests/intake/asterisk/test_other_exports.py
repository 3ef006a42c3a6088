"""The same desk as another PBX would have logged it: other names, numbers, dates, zone, columns and order."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.intake.asterisk.development_set import (
    as_local,
    folder,
    mean,
    outcomes_by_id,
    seconds_between,
    true_outcomes,
    truth,
    write_rows,
)

from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.importing import import_logs
from madoguchi.intake.asterisk.source import CEL_COLUMNS, AsteriskSource, LogKind

# one of the sessions then lies in the night in which Berlin's clocks show an hour twice
SHIFT = 24 * 86_400
ZONE = "Europe/Berlin"
RENAMED = {
    "ivr-main": "m01",
    "ivr-closed": "x99",
    "queue-exit": "k9",
    "q-general": "d1",
    "q-network": "d2",
    "from-trunk": "pstn",
    "internal": "phones",
    "SIP/": "PJSIP/",
    "PJSIP/trunk": "PJSIP/ntt-east",
    "hd-general": "ippan",
    "hd-network": "nw",
    "l2-infra": "niji",
    "emerg24": "k24",
    "03123450": "06612340",
    "7001": "8811",
    "7010": "8812",
    "ACW": "後処理",
}
CEL_ORDER = ("linkedid", "uniqueid", *(name for name in CEL_COLUMNS if name not in ("uniqueid", "linkedid")))
ID = re.compile(r"\b(1790\d{6})\.(\d+)\b")


def renamed(text: str) -> str:
    """Return a text with the other PBX's names; its channels' ids move with its dates."""
    for name, other in RENAMED.items():
        text = text.replace(name, other)
    return moved_id(text)


def moved_id(text: str) -> str:
    return ID.sub(lambda match: f"{int(match[1]) + SHIFT}.{match[2]}", text)


def rows_of(name: str) -> Iterable[list[str]]:
    text = (folder() / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    return csv.reader(renamed(text).splitlines())


def other_queue_log(target: Path) -> Path:
    lines = renamed((folder() / "queue_log").read_text(encoding="utf-8")).splitlines()
    moved = (f"{int(line[:10]) + SHIFT}{line[10:]}\n" for line in lines)
    target.write_text("".join(moved), encoding="utf-8")
    return target


def other_cdr(target: Path, *, columns: int) -> Path:
    rows = []
    for row in rows_of("Master.csv"):
        row[9:12] = [as_local(cell, shift=SHIFT, zone=ZONE)[:19] for cell in row[9:12]]
        rows.append(row[:columns])
    return write_rows(target, rows)


def other_cel(target: Path) -> Path:
    rows = []
    for row in rows_of("cel.csv"):
        cells = dict(zip(CEL_COLUMNS, row, strict=True))
        cells["eventtime"] = as_local(cells["eventtime"], shift=SHIFT, zone=ZONE)
        rows.append([cells[name] for name in CEL_ORDER])
    return write_rows(target, rows)


def other_carrier(target: Path) -> Path:
    heading, *rows = rows_of("carrier_report.csv")
    titles = {
        "start": "着信日時",
        "calling_number": "発信者番号",
        "dialled_number": "着信番号",
        "disposition": "結果",
    }
    words = {"ANSWERED": "応答", "BUSY": "話中", "NO ANSWER": "不応答", "CONGESTION": "規制"}
    kept = [heading.index(name) for name in titles]
    table = [list(titles.values())]
    for row in rows:
        row[0] = as_local(row[0], shift=SHIFT, zone="UTC")[:19].replace("-", "/")
        row[-1] = words[row[-1]]
        row[3] = "非通知" if row[3] == "anonymous" else row[3].lstrip("0")
        table.append([row[position] for position in kept])
    with target.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows(table)
    return target


OTHER = AsteriskSource(
    name="other",
    contract="desk",
    zone=ZONE,
    zones={LogKind.CARRIER: "UTC"},
    cel_columns=CEL_ORDER,
    second_level_queues=("niji",),
    second_level_extensions=("8811", "8812"),
)


@pytest.mark.parametrize("columns", [16, 17, 18, 21])
def test_another_pbx_gives_the_true_calls_without_a_single_name_of_it(tmp_path: Path, columns: int) -> None:
    files = [
        other_carrier(tmp_path / "a"),
        other_cdr(tmp_path / "b", columns=columns),
        other_cel(tmp_path / "c"),
        other_queue_log(tmp_path / "d"),
    ]
    report = import_logs(source=OTHER, files=files, store=tmp_path / "store")
    assert [file.kind for file in report.files] == [
        LogKind.CARRIER,
        LogKind.CDR,
        LogKind.CEL,
        LogKind.QUEUE_LOG,
    ]
    expected = {
        ID.sub(lambda match: f"{int(match[1]) + SHIFT}.{match[2]}", key): outcome
        for key, outcome in true_outcomes().items()
    }
    assert outcomes_by_id(report.calls) == expected
    totals = truth()["totals"]
    answered = [event for event in report.calls if event["outcome"] == CallOutcome.ANSWERED]
    handling = [int(str(event["talk_seconds"])) + int(str(event["wrap_up_seconds"])) for event in answered]
    assert abs(mean(handling) - totals["mean_handling_seconds_logged"]) < 1
    times = [seconds_between(event, "answered_at", "escalated_at") for event in report.calls]
    escalated = [time for time in times if time is not None]
    assert len(escalated) == totals["escalations"]
    assert abs(mean(escalated) - totals["mean_answer_to_escalation_seconds"]) < 2
    lines = sorted(str(event["line"]) for event in report.calls)
    assert lines == sorted(renamed(call["did"]) for call in truth()["calls"])


def test_queue_log_and_cdr_of_another_pbx_give_the_true_outcomes(tmp_path: Path) -> None:
    files = [other_cdr(tmp_path / "b", columns=18), other_queue_log(tmp_path / "d")]
    report = import_logs(source=OTHER, files=files, store=tmp_path / "store")
    expected = sorted(outcome for key, outcome in true_outcomes().items() if key)
    assert sorted(str(event["outcome"]) for event in report.calls) == expected
