"""The ready profiles against a made export of each tool."""

from collections.abc import Sequence

import pytest
from tests.desk_world import World
from tests.imports.making import DATA, at, imported
from tests.imports.workbooks import zammad_report

from madoguchi.core.vocabulary import Act
from madoguchi.desk.models import Ticket
from madoguchi.imports.guesses import guessed_mapping
from madoguchi.imports.profiles import ready_profiles

SAMPLES = {
    "servicenow": "servicenow.csv", "servicenow-log": "servicenow-log.csv", "znuny": "znuny.csv",
    "request-tracker": "request-tracker.tsv", "redmine": "redmine-ja.csv", "jira": "jira.csv",
}  # fmt: skip


def sample(name: str) -> bytes:
    if name == "zammad":
        return zammad_report()
    content = (DATA / SAMPLES[name]).read_bytes()
    # Redmine writes cp932 for who reads Japanese
    return content.decode().encode("cp932") if name == "redmine" else content


def brought(world: World, name: str) -> Sequence[Ticket]:
    run = imported(world, sample(name), profile=name)
    assert run.refused_count == 0, list(run.refused_rows.values_list("line", "reasons"))
    return list(Ticket.objects.order_by("number"))


@pytest.mark.parametrize("name", [*SAMPLES, "zammad"])
def test_each_export_is_told_by_its_headings(name: str) -> None:
    assert guessed_mapping(sample(name)) == ready_profiles()[name]


def test_servicenow(world: World) -> None:
    closed, held, cancelled = brought(world, "servicenow")
    assert (closed.state, closed.channel, closed.resolved_at) == ("resolved", "phone", at("2026-04-06T10:40"))
    assert (held.state, held.priority) == ("waiting_elsewhere", "high")
    assert cancelled.state == "withdrawn"


def test_a_servicenow_log_gives_the_history_of_states(world: World) -> None:
    done, active = brought(world, "servicenow-log")
    steps = list(done.activities.order_by("number").values_list("act", flat=True))
    assert steps == [Act.RECEIVE, Act.WAIT, Act.RESOLVE]
    assert done.resolved_at == at("2026-04-29T20:29")
    assert done.category is None
    assert (active.state, active.subject) == ("in_progress", "Symptom 471")


def test_zammad(world: World) -> None:
    closed, opened = brought(world, "zammad")
    assert (closed.first_answered_at, closed.resolved_at) == (at("2026-04-06T10:00"), at("2026-04-06T11:00"))
    assert (opened.state, opened.channel, opened.priority) == ("in_progress", "mail", "high")


def test_znuny(world: World) -> None:
    closed, waiting = brought(world, "znuny")
    assert closed.subject == "印刷設定; 両面にならない"
    assert closed.requester.mail == waiting.requester.mail == "user-alpha@example.jp"
    assert closed.first_answered_at == at("2026-04-01T09:25")
    assert (waiting.state, waiting.priority) == ("waiting_requester", "high")


def test_request_tracker_takes_quotation_marks_as_they_are(world: World) -> None:
    resolved, stalled = brought(world, "request-tracker")
    assert resolved.subject == 'Keyboard "A" broken'
    assert resolved.first_answered_at == at("2026-04-01T09:30")
    assert stalled.state == "waiting_requester"


def test_redmine_in_japanese(world: World) -> None:
    closed, waiting = brought(world, "redmine")
    assert (closed.subject, closed.kind, closed.priority) == ("①帳票の罫線が欠ける㈱", "fault", "high")
    assert closed.text == "PDFにすると\n右端が欠ける"
    assert waiting.state == "waiting_requester"


def test_redmine_in_english_asks_for_the_order_of_days(world: World) -> None:
    content = (DATA / "redmine-en.csv").read_bytes()
    refused = imported(world, content, profile="redmine")
    assert "日付の順" in refused.refused_rows.get().texts[0]


def test_jira_comments_become_steps_of_their_own(world: World) -> None:
    resolved, waiting = brought(world, "jira")
    notes = list(resolved.activities.filter(act=Act.NOTE).order_by("at").values_list("at", "text"))
    assert notes == [
        (at("2026-04-13T09:40"), "aoki: 再現を確認しました"),
        (at("2026-04-13T13:00"), "aoki: 設定を直しました。\n確認してください"),
    ]
    assert (resolved.kind, waiting.state) == ("application", "waiting_elsewhere")
