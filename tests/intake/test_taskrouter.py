"""Events of Twilio's TaskRouter: made journeys with what they come to, in each shape, order and beside the calls."""

import csv
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.intake.test_contact_centres import calls, import_into, written

from madoguchi.core.errors import InvalidInputError

Json = dict[str, Any]
START = datetime(2026, 5, 20, tzinfo=UTC)
TALK = [(12, "reservation.accepted"), (72, "reservation.wrapup"), (90, "reservation.completed"), (90, "task.completed")]


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def journey(
    call: str,
    *steps: tuple[int, str],
    task: str = "",
    queue: str = "一次窓口",
    direction: str = "inbound",
    **more: object,
) -> list[Json]:
    """Return the events of a task, as the API gives them."""
    numbers, task = count(1), task or f"WT{call}"
    attributes = {"call_sid": call, "from": "+819000000001", "to": "+81312345001", "direction": direction}
    events = []
    for seconds, kind in [(0, "workflow.entered"), (0, "task.created"), (2, "task-queue.entered"), *steps]:
        about = {
            "task_sid": task, "task_queue_name": queue, "task_channel_unique_name": "voice",
            "task_attributes": json.dumps(attributes), **more,
        }  # fmt: skip
        if kind.startswith("reservation."):
            about |= {"reservation_sid": f"WR{task}", "worker_name": "sato", "worker_sid": "WK1"}
        moment = (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
        events.append(
            {"sid": f"EV{task}{next(numbers)}", "event_type": kind, "event_date": moment, "event_data": about}
        )
    return events


def callback(event: Json) -> Json:
    """Return an event as it is posted to a workspace's address."""
    said = event["event_data"]
    return {
        "Sid": event["sid"], "EventType": event["event_type"],
        "Timestamp": str(int(datetime.fromisoformat(event["event_date"]).timestamp())),
        "TaskSid": said["task_sid"], "TaskQueueName": said["task_queue_name"],
        "TaskAttributes": said["task_attributes"], "TaskChannelUniqueName": "voice",
        "ReservationSid": said.get("reservation_sid", ""),
        "WorkerName": said.get("worker_name", ""), "TaskCanceledReason": said.get("task_canceled_reason", ""),
    }  # fmt: skip


def stream(event: Json) -> Json:
    """Return an event as an event stream delivers it."""
    payload = {"sid": event["sid"], "eventtype": event["event_type"], "timestamp": event["event_date"]}
    kind = f"com.twilio.taskrouter.{event['event_type']}"
    return {"type": kind, "specversion": "1.0", "data": {"name": "x", "payload": payload | event["event_data"]}}


ALL = [
    *journey("CA1", (4, "reservation.created"), *TALK),
    *journey("CA2", (32, "task.canceled"), task_canceled_reason="hangup"),
    *journey("CA3", (62, "workflow.timeout"), (62, "task.canceled"), task_canceled_reason="Workflow timeout"),
    *journey("CA4", (4, "reservation.created"), (19, "reservation.timeout")),
    *journey("CA5", (32, "task.completed")),
    *journey("CA6", (32, "task.canceled"), task_canceled_reason="redirected"),
    *journey("CA7", *TALK[:1]),
    *journey("CA8", *TALK, direction="outbound-api"),
    {"sid": "EVw", "event_type": "worker.activity.update", "event_date": "2026-05-20T00:00:00Z", "event_data": {}},
]  # fmt: skip
OUTCOMES = {
    "CA1": "answered", "CA2": "queue_abandoned", "CA3": "queue_timeout", "CA4": "open", "CA5": "ivr_selfservice",
    "CA6": "unknown", "CA7": "answered",
}  # fmt: skip


def outcomes(folder: Path) -> dict[str, object]:
    return {source.removeprefix("twilio:"): each["outcome"] for source, each in calls(folder).items()}


@pytest.mark.parametrize("shape", [dict, callback, stream])
def test_events_come_to_the_same_calls_in_every_shape_and_order(shape: Callable[[Json], Json], tmp_path: Path) -> None:
    events = [each for each in ALL if shape is dict or each["sid"] != "EVw"]
    for number, part in enumerate((events[::-2], events[-2::-2], events[:5])):
        import_into(tmp_path / "facts", "twilio", written(tmp_path, f"{number}.jsonl", *map(shape, part)))
    found = calls(tmp_path / "facts")
    assert outcomes(tmp_path / "facts") == OUTCOMES
    call = found["twilio:CA1"]
    names = ("offered_at", "queued_at", "answered_at", "ended_at", "wait_seconds", "talk_seconds", "wrap_up_seconds")
    assert [call[name] for name in names] == [at(0), at(2), at(12), at(72), 10, 60, 18]
    assert (call["line"], call["caller"], call["queue"], call["agent"], call["queue_visit_count"]) == (
        "+81312345001", "+819000000001", "一次窓口", "sato", 1,
    )  # fmt: skip
    assert [found[f"twilio:{name}"]["ended_at"] for name in ("CA2", "CA4", "CA7")] == [at(32), None, None]


def test_events_as_csv_and_as_the_answer_of_the_api(tmp_path: Path) -> None:
    rows = [callback(each) for each in ALL[:7]]
    with (tmp_path / "events.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "list.json").write_text(json.dumps({"events": ALL[7:12], "meta": {}}), encoding="utf-8")
    report = import_into(tmp_path / "facts", "twilio", tmp_path / "events.csv", tmp_path / "list.json")
    assert (report.rows_read, outcomes(tmp_path / "facts")) == (12, {"CA1": "answered", "CA2": "queue_abandoned"})
    (tmp_path / "bad.csv").write_text("Sid,EventType\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"bad\.csv event_date: a column the file does not have"):
        import_into(tmp_path / "facts", "twilio", tmp_path / "bad.csv")


def leg(id_: str, status: str = "completed", parent: str = "", **more: object) -> Json:
    return {
        "sid": id_, "parent_call_sid": parent, "direction": "outbound-dial" if parent else "inbound", "status": status,
        "from": "+819000000001", "to": "+81312345001", "start_time": "2026-05-19T23:59:50Z",
        "end_time": "2026-05-20T00:01:20Z", "duration": 90, **more,
    }  # fmt: skip


@pytest.mark.parametrize("events_first", [True, False])
def test_calls_and_their_events_are_one_call_each(events_first: bool, tmp_path: Path) -> None:  # noqa: FBT001
    records = [leg("CA1"), leg("CA2"), leg("CA9"), leg("CA10", "canceled")]
    files = [
        written(tmp_path, "events.jsonl", *ALL[:12], *redacted("WT77")), written(tmp_path, "calls.jsonl", *records)
    ]  # fmt: skip
    for file in files if events_first else reversed(files):
        import_into(tmp_path / "facts", "twilio", file)
    # who never reached a queue is known from the call alone
    assert outcomes(tmp_path / "facts") == {
        "CA1": "answered", "CA2": "queue_abandoned", "CA9": "ivr_selfservice", "CA10": "ivr_abandoned",
    }  # fmt: skip
    call = calls(tmp_path / "facts")["twilio:CA1"]
    assert (call["offered_at"], call["queued_at"], call["wait_seconds"], call["talk_seconds"]) == (
        at(-10),
        at(2),
        10,
        60,
    )
    assert (call["ended_at"], call["agent"]) == (at(80), "sato")


def redacted(task: str) -> Sequence[Json]:
    """Return events that are so old that Twilio erased the attributes."""
    return journey("CA77", *TALK, task=task, task_attributes="{}")


def test_tasks_whose_attributes_were_erased_are_calls_where_nothing_else_tells_of_them(tmp_path: Path) -> None:
    import_into(tmp_path, "twilio", written(tmp_path, "events.jsonl", *redacted("WT77")))
    (call,) = calls(tmp_path).values()
    assert (call["source"], call["outcome"], call["caller"], call["line"]) == ("twilio:WT77", "answered", None, None)


def test_a_queue_of_the_second_level_after_an_answer_is_an_escalation(tmp_path: Path) -> None:
    first = journey("CA1", (12, "reservation.accepted"), (40, "reservation.completed"), task="WTa")
    second = journey("CA1", task="WTb", queue="二次窓口")
    moved = [{**each, "event_date": f"2026-05-20T00:00:{45 + n}Z"} for n, each in enumerate(second)]
    import_into(tmp_path, "twilio", written(tmp_path, "events.jsonl", *first, *moved))
    call = calls(tmp_path)["twilio:CA1"]
    assert (call["escalated_at"], call["escalated_to"], call["queue_visit_count"]) == (at(47), "二次窓口", 2)
    assert (call["outcome"], call["talk_seconds"], call["wrap_up_seconds"]) == ("answered", 28, None)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"event_date": "2026-05-20 00:00"}, "event_date: given '2026-05-20 00:00'"),
        ({"event_date": None}, "event_date: missing"),
        ({"event_data": {"task_sid": "WT1", "task_attributes": "["}}, "task_attributes: given '['; allowed: an object"),
        ({"sid": ""}, "sid: missing"),
        ({"event_date": "99999999999999"}, "event_date: given '99999999999999'"),
    ],
)
def test_broken_events_are_refused_by_line(change: Json, named: str, tmp_path: Path) -> None:
    file = written(tmp_path, "bad.jsonl", ALL[0], {**ALL[1], **change})
    with pytest.raises(InvalidInputError) as refused:
        import_into(tmp_path / "facts", "twilio", file)
    assert f"bad.jsonl:2 {named}" in str(refused.value)
    assert not (tmp_path / "facts").exists()
