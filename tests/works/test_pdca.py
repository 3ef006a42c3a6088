"""The month's sheet: every count of it against the records it was counted from, and each month as it stood."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.test import Client
from tests.desk_world import World

from madoguchi.core.vocabulary import Act, ArticleKind, ArticleState, Audience, RoleKind, TicketKind
from madoguchi.core.works_vocabulary import ImprovementKind
from madoguchi.knowledge.operations import ArticleContent, add_article
from madoguchi.works.models import DecisionRequest, DecisionWait, Improvement
from madoguchi.works.operations.improve import (
    Proposal,
    decide_improvement,
    finish_improvement,
    propose,
    review_improvement,
)
from madoguchi.works.pdca import sheet_of

DIVISION, OPERATOR, MANAGER = RoleKind.RESPONSIBLE_DIVISION, RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER
ZONE = ZoneInfo("Asia/Tokyo")
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
# in Japan the first minute of June, elsewhere still May
EDGE = datetime(2026, 6, 1, 0, 0, tzinfo=ZONE)


def on(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def proposed(world: World, title: str, at: datetime) -> int:
    proposal = Proposal(
        title=title, kind=ImprovementKind.FAQ, ground="多い", cost=0, expected_minutes_per_week=30, minutes_before=10,
        minutes_after=0,
    )  # fmt: skip
    return propose(access=world.access[OPERATOR], proposal=proposal, now=at).pk


def approved(world: World, title: str, at: datetime) -> int:
    key = proposed(world, title, at)
    decide_improvement(access=world.access[DIVISION], improvement_id=key, is_approved=True, reason="", now=at)
    return key


def titles(found: object) -> list[str]:
    assert hasattr(found, "values_list")
    return list(found.values_list("title", flat=True))


def decision(world: World, *, asked: datetime, decided: datetime | None, waited_hours: int = 0) -> None:
    made = DecisionRequest.objects.create(
        contract=world.contract, subject="x", question="y", options=["a"], recommended=0, asked_at=asked,
        asked_by=world.person(OPERATOR), decided_at=decided, choice=None if decided is None else 0,
    )  # fmt: skip
    if waited_hours:
        DecisionWait.objects.create(
            request=made, whom="他課", start_at=asked, end_at=asked.replace(hour=10 + waited_hours)
        )


def test_proposals_stand_in_the_months_in_which_they_were_made_done_and_counted(world: World) -> None:
    key = approved(world, "手順", on(5, 11))
    proposed(world, "未決", EDGE)
    refused = proposed(world, "見送り", on(5, 12))
    decide_improvement(
        access=world.access[DIVISION], improvement_id=refused, is_approved=False, reason="高い", now=EDGE
    )
    for day in (25, 26, 29):
        world.ticket(at=on(5, day))
    before = sheet_of(world.contract, month=MAY)
    assert (titles(before.plan), titles(before.do), titles(before.act)) == (["手順", "見送り"], [], ["手順"])
    finish_improvement(access=world.access[OPERATOR], improvement_id=key, now=on(6, 1))
    review_improvement(access=world.access[OPERATOR], improvement_id=key, weeks=1, now=on(6, 10))
    may, june = sheet_of(world.contract, month=MAY), sheet_of(world.contract, month=JUNE)
    # what came later leaves May's sheet as it was
    assert (titles(may.plan), titles(may.do), titles(may.check), titles(may.act)) == (
        ["手順", "見送り"],
        [],
        [],
        ["手順"],
    )
    assert (titles(june.plan), titles(june.do), titles(june.act)) == (["未決"], ["手順"], [])
    # three tickets of ten minutes in the week before, none after
    assert [each.effect_minutes_per_week for each in june.check] == [30]
    assert (may.counts.effect_minutes_per_week, june.counts.effect_minutes_per_week) == (0, 30)


def test_the_counts_are_those_of_the_records(world: World, other: World) -> None:
    first = world.ticket(kind=TicketKind.WISH, at=on(4, 20))
    second = world.ticket(kind=TicketKind.WISH, at=on(5, 20))
    world.ticket(kind=TicketKind.WISH, at=EDGE)
    world.ticket(at=on(5, 20))
    other.ticket(kind=TicketKind.WISH, at=on(5, 20))
    world.act(first, Act.RESOLVE, at=on(5, 21))
    world.act(second, Act.RESOLVE, at=EDGE)
    decision(world, asked=on(4, 30), decided=on(5, 1, 12))
    decision(world, asked=on(5, 7), decided=on(5, 7, 16), waited_hours=4)
    decision(world, asked=on(5, 29), decided=EDGE)
    decision(world, asked=on(5, 29), decided=None)
    for kind, state, at in (
        (ArticleKind.DECISION_CRITERION, ArticleState.PUBLISHED, on(5, 8)),
        (ArticleKind.RESPONSE_POLICY, ArticleState.PUBLISHED, EDGE),
        (ArticleKind.DECISION_CRITERION, ArticleState.DRAFT, on(5, 8)),
        (ArticleKind.FAQ, ArticleState.PUBLISHED, on(5, 8)),
    ):
        content = ArticleContent(title="基準", body="本文", kind=kind, audience=Audience.OPERATORS, state=state)
        add_article(access=world.access[MANAGER], content=content, at=at)
    counts = sheet_of(world.contract, month=MAY).counts
    assert (counts.wishes_received, counts.wishes_done) == (1, 1)
    assert (counts.total_wishes_received, counts.total_wishes_done) == (2, 1)
    # decided in May: 26 hours, and 6 of which 4 were waited for others
    assert (counts.decisions_asked, counts.decisions_made, counts.decision_minutes) == (3, 2, (26 + 2) * 60 // 2)
    assert counts.revisions == 1
    june = sheet_of(world.contract, month=JUNE).counts
    assert (june.wishes_received, june.wishes_done, june.total_wishes_done, june.revisions) == (1, 1, 2, 1)
    assert sheet_of(world.contract, month=date(2026, 7, 1)).counts.decision_minutes is None


def test_the_page_prints_the_sheet_with_the_judged_figures(world: World, operator: Client) -> None:
    approved(world, "手順", on(5, 11))
    world.ticket(kind=TicketKind.WISH, at=on(5, 20))
    shown = operator.get("/c/alpha/pdca/?month=2026-05").content.decode()
    assert "受付 1件、対応 0件（月末までの累計 1件、0件）" in shown
    assert "依頼 0件、判断 0件" in shown
    assert "判断までの平均" not in shown
    assert shown.count(f"/improvements/{Improvement.objects.get().pk}/") == 2  # planned, and to be carried out
    assert "受付件数" in shown
    assert "この月に効果を確かめたものはありません。" in shown
