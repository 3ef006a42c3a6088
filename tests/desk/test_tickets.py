"""What is done to a ticket, who may do it, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from tests.desk_world import NOW, World

from madoguchi.core.vocabulary import Act, Attribution, LinkKind, RoleKind, TicketState, Tier
from madoguchi.desk.clocks import steps_of
from madoguchi.desk.errors import FieldError, ImpossibleActError, StaleTicketError
from madoguchi.desk.models import Ticket, Watcher
from madoguchi.desk.operations.around import link_tickets, merge_ticket, set_parent, show_presence
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.desk.queries import visible_activities, visible_tickets
from madoguchi.desk.rules import summarise

HOUR = timedelta(hours=1)
OPERATOR, MANAGER, VENDOR, USER = RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER, RoleKind.VENDOR, RoleKind.USER


def test_tickets_are_numbered_one_after_the_other_within_a_contract(world: World, other: World) -> None:
    assert [world.ticket().number, world.ticket().number, other.ticket().number] == [1, 2, 1]


def test_a_fault_goes_to_the_vendor_and_back_and_its_columns_tell_it(world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.TAKE, at=NOW + HOUR * 0.1)
    world.act(ticket, Act.ESCALATE, at=NOW + HOUR * 0.2, queue=Tier.SECOND_LINE)
    world.act(ticket, Act.ESCALATE, at=NOW + HOUR * 0.3, queue=Tier.VENDOR, by=MANAGER)
    world.act(ticket, Act.PROGRESS, at=NOW + HOUR * 0.4, by=MANAGER, told=True, text="確認中です。")
    world.act(ticket, Act.RETURN, at=NOW + HOUR, queue=Tier.FIRST_LINE, by=VENDOR, text="部品を替えました。")
    world.act(ticket, Act.ANSWER, at=NOW + HOUR * 1.1, told=True, text="直りました。")
    closed = world.act(ticket, Act.RESOLVE, at=NOW + HOUR * 1.2)
    assert closed.state == TicketState.RESOLVED
    assert (closed.escalated_at, closed.escalated_to) == (NOW + HOUR * 0.2, "second")
    assert closed.vendor_contacted_at == NOW + HOUR * 0.3
    assert closed.progress_reported_at == NOW + HOUR * 0.4
    assert closed.first_answered_at == NOW + HOUR * 1.1
    assert closed.resolved_at == NOW + HOUR * 1.2
    assert closed.tier == Tier.FIRST_LINE


def test_the_columns_of_a_ticket_are_nothing_but_its_activities(world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.TAKE)
    world.act(ticket, Act.WAIT, at=NOW + HOUR, waits_for="elsewhere")
    world.act(ticket, Act.RESUME, at=NOW + 3 * HOUR)
    world.act(ticket, Act.COMPLAIN, at=NOW + 4 * HOUR, attribution=Attribution.SUPPLIER.value)
    world.act(ticket, Act.RESOLVE, at=NOW + 5 * HOUR)
    kept = world.act(ticket, Act.REOPEN, at=NOW + 6 * HOUR)
    summary = summarise(steps_of(ticket.activities.all()))
    for name in ("state", "tier", "latest_at", "triaged_at", "resolved_at", "reopened_count", "complaint_attribution"):
        assert getattr(kept, name) == getattr(summary, name), name
    # 11:00 to 14:00 with a break from 12:00 to 13:00
    assert kept.waiting_elsewhere_seconds == 2 * 3600 - 3600


def test_a_correction_moves_the_business_moment_and_keeps_both(world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.ANSWER, at=NOW + 2 * HOUR, told=True, text="回答")
    wrong = ticket.activities.get(number=2)
    fields = {**wrong.fields, "act": wrong.act, "visibility": wrong.visibility}
    from madoguchi.desk.operations.act import Step, act_on  # noqa: PLC0415

    step = Step(act=Act.CORRECT, at=NOW + HOUR, corrects=2, fields=fields, text="電話で先に答えていた")
    kept = act_on(access=world.access[OPERATOR], ticket_id=ticket.pk, version=None, steps=[step], now=NOW + 3 * HOUR)
    assert kept.first_answered_at == NOW + HOUR
    assert ticket.activities.count() == 3
    assert ticket.activities.get(number=2).at == NOW + 2 * HOUR


def test_a_stale_save_is_refused_and_changes_nothing(world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.TAKE, version=1)
    with pytest.raises(StaleTicketError, match="現在の版 2"):
        world.act(ticket, Act.NOTE, version=1, text="古い画面から", by=MANAGER)
    assert ticket.activities.count() == 2


def test_what_a_state_does_not_allow_is_refused_by_name(world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.RESOLVE)
    with pytest.raises(ImpossibleActError, match="「完了」の案件に「回答」はできません"):
        world.act(ticket, Act.ANSWER, text="もう一度")
    with pytest.raises(FieldError, match="未来"):
        receive_ticket(
            access=world.access[OPERATOR],
            new=_new(world, received_at=NOW + HOUR),
            now=NOW,
        )


def _new(world: World, **changes: object) -> NewTicket:
    from dataclasses import replace  # noqa: PLC0415

    from madoguchi.core.vocabulary import Channel, TicketKind  # noqa: PLC0415

    base = NewTicket(
        requester=world.person(USER),
        kind=TicketKind.INQUIRY,
        channel=Channel.WEB,
        subject="件名",
        text="本文",
        received_at=NOW,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_who_may_not_act_is_refused(world: World) -> None:
    ticket = world.ticket()
    with pytest.raises(PermissionDenied):
        world.act(ticket, Act.NOTE, by=RoleKind.AUDITOR, text="x")
    with pytest.raises(PermissionDenied):
        world.act(ticket, Act.RESOLVE, by=USER)
    with pytest.raises(PermissionDenied):
        world.act(ticket, Act.DECIDE_EXCLUSION, by=OPERATOR, is_approved=True)
    with pytest.raises(Http404):
        world.act(ticket, Act.NOTE, by=VENDOR, text="x")
    with pytest.raises(FieldError, match="本人の案件"):
        receive_ticket(access=world.access[USER], new=_new(world, requester=world.person(OPERATOR)), now=NOW)
    assert ticket.activities.count() == 1


def test_the_vendor_sees_only_what_was_passed_and_the_requester_only_what_was_told(world: World) -> None:
    passed, kept = world.ticket(), world.ticket()
    world.act(passed, Act.NOTE, text="内部の相談")
    world.act(passed, Act.ESCALATE, queue=Tier.VENDOR, text="確認をお願いします", by=MANAGER)
    world.act(passed, Act.ANSWER, told=True, text="お待ちください")
    assert list(visible_tickets(world.access[VENDOR])) == [passed]
    assert kept not in visible_tickets(world.access[VENDOR])
    texts = [each.text for each in visible_activities(access=world.access[VENDOR], ticket=passed)]
    assert "内部の相談" not in texts
    assert "確認をお願いします" in texts
    told = [each.text for each in visible_activities(access=world.access[USER], ticket=passed)]
    assert told == ["", "お待ちください"]


def test_an_exclusion_counts_only_once_the_responsible_division_approves(world: World) -> None:
    ticket = world.ticket()
    asked = world.act(ticket, Act.ASK_EXCLUSION, reason="人事異動の大規模作業")
    assert not asked.is_excluded
    decided = world.act(ticket, Act.DECIDE_EXCLUSION, by=RoleKind.RESPONSIBLE_DIVISION, is_approved=True)
    assert decided.is_excluded
    refused = world.act(ticket, Act.DECIDE_EXCLUSION, by=RoleKind.RESPONSIBLE_DIVISION, is_approved=False)
    assert not refused.is_excluded


def test_merging_closes_one_and_its_requester_follows_the_other(world: World) -> None:
    first, second = world.ticket(), world.ticket(requester=MANAGER)
    merge_ticket(access=world.access[OPERATOR], ticket=second, into=first, version=1, now=NOW)
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (TicketState.WITHDRAWN, first)
    assert Watcher.objects.filter(ticket=first, person=world.person(MANAGER)).exists()
    first.refresh_from_db()
    with pytest.raises(FieldError, match="別の案件"):
        merge_ticket(access=world.access[OPERATOR], ticket=first, into=first, version=first.version, now=NOW)


def test_parents_form_no_circle_and_a_ticket_is_not_linked_to_itself(world: World) -> None:
    top, middle, low = world.ticket(), world.ticket(), world.ticket()
    set_parent(access=world.access[OPERATOR], ticket=middle, parent=top, now=NOW)
    set_parent(access=world.access[OPERATOR], ticket=low, parent=Ticket.objects.get(pk=middle.pk), now=NOW)
    with pytest.raises(FieldError, match="循環"):
        set_parent(access=world.access[OPERATOR], ticket=top, parent=Ticket.objects.get(pk=low.pk), now=NOW)
    with pytest.raises(FieldError, match="それ自身"):
        link_tickets(access=world.access[OPERATOR], ticket=top, other=top, kind=LinkKind.RELATED, now=NOW)


def test_two_in_one_ticket_see_each_other_for_a_while(world: World) -> None:
    ticket = world.ticket()
    assert show_presence(ticket=ticket, person=world.person(OPERATOR), now=NOW) == []
    seen = show_presence(ticket=ticket, person=world.person(MANAGER), now=NOW + timedelta(seconds=20))
    assert seen == [world.person(OPERATOR)]
    assert show_presence(ticket=ticket, person=world.person(MANAGER), now=NOW + HOUR) == []
