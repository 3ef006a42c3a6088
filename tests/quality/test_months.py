"""Months from submission to approval and correction, and the proof that they still come out of the facts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from tests.desk_world import NOW, World, definition_texts
from tests.survey_world import opened

from madoguchi.core.quality_vocabulary import MonthState
from madoguchi.core.vocabulary import Act, RoleKind, Verdict
from madoguchi.desk.models import Ticket
from madoguchi.quality.errors import FiguresChangedError, MonthNotReadyError
from madoguchi.quality.models import FrozenFigure, Revision
from madoguchi.quality.operations import approve_month, return_month, submit_month
from madoguchi.quality.queries import facts_of_revision, month_rows
from madoguchi.quality.rules import differences
from madoguchi.quality.verify import verified_months

MAY = date(2026, 5, 1)
LATER = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
MANAGER, DIVISION = RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION
STRICT = """
id = "ticket_count"
label = "受付件数"
label_en = "Tickets"
requirement = "1か月当たり2件以下"
statistic = "count"
table = "tickets"
[[objective]]
comparator = "at_most"
target = 2
"""
WITHIN = """
id = "first_answer"
label = "1時間以内の回答"
label_en = "Answered within the hour"
requirement = "90％以上"
statistic = "share_within"
table = "tickets"
[value]
clock = "business"
from = "received_at"
to = "first_answered_at"
[within]
time = "1h"
[[objective]]
comparator = "at_least"
target = 90
"""


def worked(world: World, count: int = 3) -> None:
    texts = definition_texts(world.contract.key) | {
        "indicators/ticket_count.toml": STRICT, "indicators/first_answer.toml": WITHIN,
    }  # fmt: skip
    world.contract.definitions.update(texts=texts, added_at=NOW + timedelta(seconds=3))
    for number in range(count):
        ticket = world.ticket(at=NOW + timedelta(minutes=number))
        world.act(ticket, Act.ANSWER, at=NOW + timedelta(minutes=10 * number + 1), told=True, text="回答")


def submit(
    world: World, *, why: str = "", now: datetime = LATER, reason: str = "件数が想定を超えた", month: date = MAY
) -> Revision:
    return submit_month(
        access=world.access[MANAGER], month=month, why=why,
        explanations={"ticket_count": reason, "first_answer": reason}, comment="ご確認ください", now=now,
    )  # fmt: skip


def approve(world: World, number: int = 1, *, now: datetime = LATER) -> Revision:
    return approve_month(access=world.access[DIVISION], month=MAY, number=number, comment="", now=now)


def faults(world: World, *, now: datetime = LATER) -> list[str]:
    return [fault for each in verified_months(contract=world.contract, now=now) for fault in each.faults]


def test_a_month_is_submitted_approved_and_comes_out_again(world: World) -> None:
    worked(world)
    revision = submit(world)
    frozen = list(revision.figures.order_by("place"))
    assert {each.indicator: each.verdict for each in frozen} == {"ticket_count": "missed", "first_answer": "met"}
    count = next(each for each in frozen if each.indicator == "ticket_count")
    assert count.facts["exact"] == "3"
    assert count.facts["key_count"] == 3
    assert count.explanation == "件数が想定を超えた"
    assert count.shown["ja"]["figure"] == "3件"
    approve(world)
    months = list(verified_months(contract=world.contract, now=LATER))
    assert [(each.month, each.revision, each.figure_count, each.faults) for each in months] == [(MAY, 1, 2, ())]
    rows = month_rows(contract=world.contract, today=LATER.date())
    assert [(each.month.month, each.state, each.approved_number) for each in rows] == [
        (6, MonthState.RUNNING, None), (5, MonthState.APPROVED, 1), (4, MonthState.ENDED, None),
    ]  # fmt: skip
    assert rows[1].verdicts == {"missed": 1, "met": 1}


def test_a_ticket_that_comes_late_shows_in_the_proof_and_needs_a_correction_with_a_reason(world: World) -> None:
    worked(world)
    submit(world)
    approve(world)
    world.ticket(at=NOW + timedelta(minutes=40))
    again = LATER + timedelta(hours=1)
    said = faults(world, now=again)
    assert len(said) == 2
    assert any("ticket_count 2026-05: measured again" in each and "exact 3 -> 4" in each for each in said)
    with pytest.raises(MonthNotReadyError):
        submit(world, now=again)
    second = submit(world, why="電話で受けた1件の記録が漏れていた", now=again)
    old, new = (facts_of_revision(each) for each in Revision.objects.order_by("number"))
    changed = differences(old, new)
    assert {each.indicator for each in changed} == {"ticket_count", "first_answer"}
    # until it is approved the first one holds
    assert len(faults(world, now=again)) == 2
    approve(world, 2, now=again)
    assert faults(world, now=again) == []
    assert (second.number, Revision.objects.get(number=1).state) == (2, MonthState.APPROVED)


def test_the_same_count_of_other_events_is_not_the_same_month(world: World) -> None:
    worked(world)
    submit(world)
    approve(world)
    Ticket.objects.filter(number=1).update(number=99)
    world.ticket(at=LATER)
    said = faults(world, now=LATER + timedelta(hours=1))
    assert said
    assert all("key_hash" in each and "exact" not in each for each in said)


def test_nothing_changed_is_no_correction(world: World) -> None:
    worked(world)
    submit(world)
    approve(world)
    with pytest.raises(MonthNotReadyError):
        submit(world, why="なんとなく")
    assert submit(world, why="理由の書き直し", reason="繁忙期の見込み違い").number == 2


def test_each_missed_figure_needs_a_reason(world: World) -> None:
    worked(world)
    with pytest.raises(MonthNotReadyError) as refused:
        submit(world, reason="")
    assert "受付件数" in str(refused.value)
    with pytest.raises(MonthNotReadyError):
        submit(world, reason="あ" * 2_001)
    assert not Revision.objects.exists()


@pytest.mark.parametrize("month", [date(2026, 6, 1), date(2025, 1, 1), date(2040, 1, 1)])
def test_only_months_of_the_contract_that_are_over_can_be_submitted(world: World, month: date) -> None:
    with pytest.raises(MonthNotReadyError):
        submit(world, month=month)


def test_a_month_without_data_is_frozen_as_not_measurable(world: World) -> None:
    worked(world, 0)
    revision = submit(world, reason="")
    verdicts = {each.indicator: (each.verdict, each.facts["exact"]) for each in revision.figures.all()}
    assert verdicts == {"ticket_count": (Verdict.MET, "0"), "first_answer": (Verdict.NOT_MEASURABLE, None)}


def test_a_returned_month_is_submitted_again_and_only_the_latest_is_decided(world: World) -> None:
    worked(world)
    submit(world)
    with pytest.raises(MonthNotReadyError):
        submit(world)
    division = world.access[DIVISION]
    with pytest.raises(MonthNotReadyError):
        return_month(access=division, month=MAY, number=1, comment=" ", now=LATER)
    return_month(access=division, month=MAY, number=1, comment="件数を確認してください", now=LATER)
    with pytest.raises(MonthNotReadyError):
        approve(world)
    assert submit(world).number == 2
    assert approve(world, 2).state == MonthState.APPROVED


def test_what_changed_after_submission_is_not_approved(world: World) -> None:
    worked(world)
    submit(world)
    world.ticket(at=NOW + timedelta(minutes=50))
    with pytest.raises(FiguresChangedError):
        approve(world, now=LATER + timedelta(minutes=5))
    assert Revision.objects.get().state == MonthState.SUBMITTED


def test_nobody_does_what_is_not_theirs(world: World) -> None:
    worked(world)
    for kind in (DIVISION, RoleKind.OPERATOR, RoleKind.AUDITOR):
        with pytest.raises(PermissionDenied):
            submit_month(access=world.access[kind], month=MAY, explanations={}, why="", comment="", now=LATER)
    submit(world)
    with pytest.raises(PermissionDenied):
        approve_month(access=world.access[MANAGER], month=MAY, number=1, comment="", now=LATER)


def test_the_database_refuses_to_change_what_is_frozen(world: World) -> None:
    worked(world)
    submit(world)
    for act in (lambda: FrozenFigure.objects.update(explanation="x"), lambda: FrozenFigure.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_changed_definitions_and_a_missing_approval_show(world: World) -> None:
    worked(world)
    submit(world)
    approve(world)
    definition = world.contract.definitions.get()
    definition.texts = definition.texts | {"indicators/ticket_count.toml": STRICT.replace("target = 2", "target = 9")}
    definition.added_at = NOW + timedelta(seconds=4)
    definition.save()
    said = " ".join(faults(world))
    assert "version 1 of the definitions is not what it was" in said
    assert "verdict missed -> met" in said
    Revision.objects.update(hash="0" * 64)
    said = " ".join(faults(world))
    assert "its figures are not what was frozen" in said
    assert "the history holds no approval of these figures" in said


def test_a_month_waits_for_its_survey_to_be_closed(world: World) -> None:
    found = opened(world)
    with pytest.raises(MonthNotReadyError) as refused:
        submit(world, month=date(2026, 6, 1), now=datetime(2026, 7, 2, tzinfo=UTC))
    assert found.label in str(refused.value)
