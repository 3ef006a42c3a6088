"""Moments no contract can have are refused by the field's name, and nothing is saved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.desk_world import NOW, World

from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Activity, Ticket
from madoguchi.desk.operations.act import Step, act_on

NEW = {
    "requester": "新しい人", "kind": "fault", "channel": "phone", "priority": "normal", "subject": "件名",
    "text": "本文",
}  # fmt: skip
FAR = (
    "0000-01-01T00:00",
    "0001-01-01T00:00",
    "1800-01-01T00:00",
    "1989-12-31T00:00",
    "2100-01-02T00:00",
    "9999-12-31T23:59",
)


@pytest.mark.parametrize("moment", FAR)
def test_a_moment_far_away_names_its_field(operator: Client, world: World, moment: str) -> None:
    ticket = world.ticket()
    refused: Any = operator.post("/c/alpha/desk/new/", NEW | {"received_at": moment})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["received_at"])
    for given in (
        {"act": "note", "text": "x", "at": moment},
        {"act": "agree_due", "agreed_due_at": moment},
        {"act": "correct", "corrects": "1", "corrected_at": moment},
    ):
        answer: Any = operator.post(f"/c/alpha/tickets/{ticket.number}/act/", {"version": "1", **given})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [list(given)[-1]]), given
    assert (Ticket.objects.count(), Activity.objects.count()) == (1, 1)
    assert operator.get(f"/c/alpha/tickets/{ticket.number}/").status_code == 200


@pytest.mark.parametrize("moment", ["1990-01-01T09:00", "1999-12-31T23:59", "2000-02-29T00:00", "2026-04-01T00:00"])
def test_a_ticket_typed_in_long_after_is_timed_all_the_same(operator: Client, moment: str) -> None:
    assert operator.post("/c/alpha/desk/new/", NEW | {"received_at": moment}).status_code == 302
    number = Ticket.objects.get().number
    noted = {"version": "1", "act": "note", "text": "x", "at": moment}
    assert operator.post(f"/c/alpha/tickets/{number}/act/", noted).status_code == 302
    for path in (f"tickets/{number}/", "desk/", "wallboard/", "figures/?month=1990-01", "figures/?month=2099-12"):
        assert operator.get(f"/c/alpha/{path}").status_code == 200, path


def test_an_answer_before_the_question_is_refused(world: World) -> None:
    ticket = world.ticket()
    early = Step(act=Act.ANSWER, text="回答", at=NOW - timedelta(seconds=1))
    with pytest.raises(FieldError) as refused:
        act_on(access=world.access[RoleKind.OPERATOR], ticket_id=ticket.pk, version=1, steps=[early], now=NOW)
    assert refused.value.field == "at"
    ticket.refresh_from_db()
    assert (ticket.version, ticket.first_answered_at, Activity.objects.count()) == (1, None, 1)


def test_a_step_may_follow_a_receipt_that_was_corrected_to_earlier(world: World) -> None:
    ticket = world.ticket()
    hour_ago = NOW - timedelta(hours=1)
    corrected = Step(act=Act.CORRECT, at=hour_ago, corrects=1, fields={"act": "receive", "to_state": "received"})
    answer = Step(act=Act.ANSWER, text="回答", at=hour_ago + timedelta(minutes=5))
    done = act_on(
        access=world.access[RoleKind.OPERATOR], ticket_id=ticket.pk, version=1, steps=[corrected, answer], now=NOW
    )
    assert done.first_answered_at == hour_ago + timedelta(minutes=5)


@pytest.mark.parametrize("agreed", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_due_time_beyond_every_calendar_is_refused_whatever_its_offset(world: World, agreed: str) -> None:
    ticket = world.ticket()
    step = Step(act=Act.AGREE_DUE, fields={"agreed_due_at": agreed})
    with pytest.raises(FieldError) as refused:
        act_on(
            access=world.access[RoleKind.OPERATOR], ticket_id=ticket.pk, version=1, steps=[step], now=datetime.now(UTC)
        )
    assert refused.value.field == "agreed_due_at"
