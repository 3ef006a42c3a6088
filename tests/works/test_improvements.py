"""Wishes, proposals with effects counted from tickets, candidates for the FAQ, problems, the month's sheet."""

from datetime import timedelta
from typing import Any

import pytest
from bench.clusters import purity, read
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.shared_data import shared_folder

from madoguchi.core.vocabulary import Act, RoleKind, TicketKind
from madoguchi.core.works_vocabulary import ImprovementKind, ImprovementState, ProblemState
from madoguchi.desk.models import Ticket
from madoguchi.knowledge.search.words import spans_of
from madoguchi.works.errors import NotNowError
from madoguchi.works.events import improvement_events
from madoguchi.works.models import Improvement, Problem
from madoguchi.works.operations.improve import (
    Proposal,
    decide_improvement,
    finish_improvement,
    propose,
    review_improvement,
)
from madoguchi.works.rules import clusters, effect_per_week

DIVISION, OPERATOR = RoleKind.RESPONSIBLE_DIVISION, RoleKind.OPERATOR
WEEK = timedelta(weeks=1)
GIVEN = {
    "title": "FAQを載せる", "kind": "faq", "ground": "同じ質問が多い", "cost": "0", "minutes_before": "10",
    "minutes_after": "10", "expected_minutes_per_week": "150", "category": "",
}  # fmt: skip


def proposed(world: World) -> Improvement:
    proposal = Proposal(
        title="FAQ", kind=ImprovementKind.FAQ, ground="多い", cost=0, expected_minutes_per_week=20, minutes_before=10,
        minutes_after=8,
    )  # fmt: skip
    return propose(access=world.access[OPERATOR], proposal=proposal, now=NOW)


def test_an_effect_is_counted_from_the_tickets_before_and_after(world: World) -> None:
    found = proposed(world)
    decide_improvement(access=world.access[DIVISION], improvement_id=found.pk, is_approved=True, reason="", now=NOW)
    finish_improvement(access=world.access[OPERATOR], improvement_id=found.pk, now=NOW)
    for day in (-13, -8, -1, 0, 3, 30):
        world.ticket(at=NOW + timedelta(days=day))
    access = world.access[OPERATOR]
    with pytest.raises(NotNowError):
        review_improvement(access=access, improvement_id=found.pk, weeks=2, now=NOW + WEEK)
    review_improvement(access=access, improvement_id=found.pk, weeks=2, now=NOW + 2 * WEEK)
    found.refresh_from_db()
    assert (found.count_before, found.count_after, found.effect_minutes_per_week) == (3, 2, 7)
    [fact] = improvement_events(world.contract, key="alpha")
    assert (fact["effect_minutes_per_week"], fact["done_at"], fact["kind"]) == (7, NOW, "faq")


def test_a_proposal_goes_from_page_to_page(world: World, operator: Client) -> None:
    assert operator.post("/c/alpha/improvements/new/", GIVEN).status_code == 302
    page = f"/c/alpha/improvements/{Improvement.objects.get().pk}/"
    assert operator.post(page, {"act": "approve"}).status_code == 403
    division = signed_in(world, DIVISION)
    assert division.post(page, {"act": "refuse"}).status_code == 422
    assert division.post(page, {"act": "approve"}).status_code == 302
    assert division.post(page, {"act": "approve"}).status_code == 422
    assert operator.post(page, {"act": "review", "weeks": "4"}).status_code == 422
    assert operator.post(page, {"act": "done"}).status_code == 302
    assert operator.post(page, {"act": "review", "weeks": "4"}).status_code == 422
    assert operator.post(page, {"act": "review", "weeks": "0"}).status_code == 422
    assert Improvement.objects.get().state == ImprovementState.DONE
    sheet = operator.get("/c/alpha/pdca/").content.decode()
    assert "FAQを載せる" in sheet
    assert operator.get("/c/alpha/pdca/?month=2026-13").status_code == 404
    assert operator.get("/c/alpha/pdca/?month=x").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("kind", "magic"),
        ("cost", "-1"),
        ("minutes_before", "many"),
        ("title", "a\x00"),
        ("title", "あ" * 201),
    ],
)
def test_a_wrong_proposal_is_named(operator: Client, field: str, value: str) -> None:
    answer: Any = operator.post("/c/alpha/improvements/new/", GIVEN | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Improvement.objects.exists()


def test_wishes_are_counted_and_like_questions_are_candidates(world: World, operator: Client) -> None:
    now = timezone.now()
    wish = world.ticket(kind=TicketKind.WISH, subject="席を増やしてほしい", at=now)
    world.ticket(kind=TicketKind.WISH, subject="画面を大きく", at=now)
    world.act(wish, Act.RESOLVE, at=now)
    for subject in ("共有フォルダーが開けない", "共有フォルダーが開けません", "共有フォルダーを開けない"):
        world.ticket(kind=TicketKind.INQUIRY, subject=subject, at=now)
    world.ticket(kind=TicketKind.INQUIRY, subject="会議室の予約", at=now)
    shown: Any = operator.get("/c/alpha/improvements/")
    assert (shown.context["received_count"], shown.context["done_count"]) == (2, 1)
    register = operator.get("/c/alpha/export/wishes.csv").content.decode("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[1] for line in register] == ["画面を大きく", "席を増やしてほしい"]
    assert [bool(line.split(",")[4]) for line in register] == [False, True], "when it was done"
    [(ticket, count)] = shown.context["candidates"]
    assert "共有フォルダー" in ticket.subject
    assert count == 3


def test_recurring_faults_become_a_problem_with_its_end(world: World, operator: Client, other: World) -> None:
    numbers = [world.ticket().number for _ in range(3)]
    typed = " ".join(str(each) for each in numbers)
    assert operator.post("/c/alpha/problems/new/", {"title": "複合機の停止", "tickets": typed}).status_code == 302
    problem = Problem.objects.get()
    page = f"/c/alpha/problems/{problem.pk}/"
    assert problem.tickets.count() == 3
    assert operator.post(page, {"cause": "部品の摩耗", "workaround": "再起動"}).status_code == 302
    assert Problem.objects.get().state == ProblemState.KNOWN
    fixed = {"cause": "部品の摩耗", "permanent_fix": "交換", "preventive_action": "年1回点検"}
    assert operator.post(page, fixed).status_code == 302
    assert Problem.objects.get().state == ProblemState.FIXED
    for wrong in ("999", "x", ""):
        assert operator.post("/c/alpha/problems/new/", {"title": "無", "tickets": wrong}).status_code == 422
    for _ in range(5):
        other.ticket()
    assert Ticket.objects.filter(contract=other.contract, number=5).exists()
    assert operator.post("/c/alpha/problems/new/", {"title": "他", "tickets": "5"}).status_code == 422
    assert signed_in(other, OPERATOR).get(f"/c/beta/problems/{problem.pk}/").status_code == 404


@given(st.dictionaries(st.integers(0, 50), st.frozensets(st.sampled_from("abcdef"), max_size=4), max_size=30))
def test_clusters_hold_each_matter_at_most_once(words: dict[int, frozenset[str]]) -> None:
    found = clusters(words)
    members = [key for group in found for key in group]
    assert len(members) == len(set(members))
    assert all(len(group) >= 3 for group in found)
    for group in found:
        for key in group:
            assert any(words[key] & words[each] for each in group if each != key)
    assert clusters(words) == found


def test_like_questions_in_japanese_come_together() -> None:
    subjects = (
        "パスワードを忘れた", "パスワードの初期化をお願いします", "パスワードを忘れてしまいました",
        "プリンターが印刷できない", "複合機のプリンターで印刷できません", "プリンターの印刷がかすれる",
        "会議室の予約方法",
    )  # fmt: skip
    words = {key: frozenset(word for _start, _end, word in spans_of(each)) for key, each in enumerate(subjects)}
    assert clusters(words) == [(0, 1, 2), (3, 4, 5)]


def test_groups_of_real_tickets_hold_mostly_one_topic() -> None:
    rows = read(shared_folder("data/it-tickets-en") / "tickets.csv.gz")[:500]
    words = {key: frozenset(text.split()[:10]) for key, (text, _topic) in enumerate(rows)}
    held, same = purity(clusters(words), {key: topic for key, (_text, topic) in enumerate(rows)})
    assert held >= 75
    assert same >= 0.7 * held


@pytest.mark.parametrize(
    ("before", "after", "weeks", "expected"), [(10, 4, 2, 30), (4, 10, 2, -30), (1, 0, 4, 3), (0, 0, 4, 0)]
)
def test_an_effect_is_a_whole_number_of_minutes(before: int, after: int, weeks: int, expected: int) -> None:
    found = effect_per_week(count_before=before, count_after=after, minutes_before=10, minutes_after=10, weeks=weeks)
    assert found == expected
