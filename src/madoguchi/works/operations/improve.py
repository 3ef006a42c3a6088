"""Improvements and problems: proposed, decided, done, and their effect counted from the tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ImprovementKind, ImprovementState, ProblemState
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Category, Ticket
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import Improvement, Problem
from madoguchi.works.rules import effect_per_week

MOST_WEEKS = 26


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What is proposed; minutes are those one case takes now, and will take then."""

    title: str
    kind: ImprovementKind
    ground: str
    cost: int
    expected_minutes_per_week: int
    minutes_before: int
    minutes_after: int
    category: Category | None = None
    wish: Ticket | None = None


@transaction.atomic
def propose(*, access: Access, proposal: Proposal, now: datetime) -> Improvement:
    access.require(Right.RECEIVE)
    found = Improvement.objects.create(
        contract=access.contract, title=proposal.title, kind=proposal.kind.value, ground=proposal.ground,
        cost=proposal.cost, expected_minutes_per_week=proposal.expected_minutes_per_week,
        minutes_before=proposal.minutes_before, minutes_after=proposal.minutes_after, category=proposal.category,
        wish=proposal.wish, proposed_at=now, proposed_by=access.person,
    )  # fmt: skip
    _note(access, "propose_improvement", f"improvement:{found.pk}", now=now)
    return found


@transaction.atomic
def decide_improvement(
    *, access: Access, improvement_id: int, is_approved: bool, reason: str, now: datetime
) -> Improvement:
    """Approve a proposal or not, once, by the responsible division."""
    access.require(Right.DECIDE)
    found = _locked(access, improvement_id, ImprovementState.PROPOSED)
    if not is_approved and not reason.strip():
        raise FieldError("reason", _("見送る理由を入力してください。"))
    found.state = (ImprovementState.APPROVED if is_approved else ImprovementState.REFUSED).value
    found.decided_at, found.decided_by, found.reason = now, access.person, reason
    found.save()
    _note(access, "decide_improvement", f"improvement:{found.pk}", now=now)
    return found


@transaction.atomic
def finish_improvement(*, access: Access, improvement_id: int, now: datetime) -> Improvement:
    access.require(Right.RECEIVE)
    found = _locked(access, improvement_id, ImprovementState.APPROVED)
    found.state, found.done_at = ImprovementState.DONE.value, now
    found.save()
    _note(access, "finish_improvement", f"improvement:{found.pk}", now=now)
    return found


@transaction.atomic
def review_improvement(*, access: Access, improvement_id: int, weeks: int, now: datetime) -> Improvement:
    """Count the tickets of the category so many weeks before and after, and keep what was saved a week.

    Raises NotNowError while the weeks after are not over yet.
    """
    access.require(Right.RECEIVE)
    found = _locked(access, improvement_id, ImprovementState.DONE)
    assert found.done_at is not None
    span = timedelta(weeks=weeks)
    if not 1 <= weeks <= MOST_WEEKS:
        raise FieldError("weeks", _("1から%(n)sまでの週数にしてください。") % {"n": MOST_WEEKS})
    if now < found.done_at + span:
        raise NotNowError(_("実施から%(n)s週間たっていません。") % {"n": weeks})
    tickets = Ticket.objects.filter(contract=access.contract, merged_into=None)
    if found.category_id is not None:
        tickets = tickets.filter(category=found.category_id)
    before = tickets.filter(received_at__gte=found.done_at - span, received_at__lt=found.done_at).count()
    after = tickets.filter(received_at__gte=found.done_at, received_at__lt=found.done_at + span).count()
    found.weeks, found.count_before, found.count_after = weeks, before, after
    found.effect_minutes_per_week = effect_per_week(
        count_before=before, count_after=after, minutes_before=found.minutes_before,
        minutes_after=found.minutes_after, weeks=weeks,
    )  # fmt: skip
    found.state, found.reviewed_at = ImprovementState.REVIEWED.value, now
    found.save()
    _note(access, "review_improvement", f"improvement:{found.pk}", now=now)
    return found


def _locked(access: Access, improvement_id: int, state: ImprovementState) -> Improvement:
    """Return an improvement in a state. Raises Http404 for another contract's, NotNowError for another state."""
    found = Improvement.objects.select_for_update(of=("self",), no_key=True)
    improvement = found.filter(contract=access.contract, pk=improvement_id).first()
    if improvement is None:
        raise Http404
    if improvement.state != state:
        text = _("この提案は「%(state)s」です。")
        raise NotNowError(text % {"state": ImprovementState(improvement.state).label})
    return improvement


@transaction.atomic
def open_problem(*, access: Access, title: str, numbers: Sequence[int], now: datetime) -> Problem:
    """Open a problem behind tickets. Raises FieldError for a number the contract does not have."""
    access.require(Right.RECEIVE)
    tickets = list(Ticket.objects.filter(contract=access.contract, number__in=numbers))
    missing = sorted(set(numbers) - {each.number for each in tickets})
    if missing:
        raise FieldError("tickets", _("受付番号 %(number)s の案件はありません。") % {"number": missing[0]})
    problem = Problem.objects.create(contract=access.contract, title=title, opened_at=now)
    problem.tickets.set(tickets)
    _note(access, "open_problem", f"problem:{problem.pk}", now=now)
    return problem


@transaction.atomic
def change_problem(*, access: Access, problem_id: int, texts: Mapping[str, str], now: datetime) -> Problem:
    """Write what is known of a problem; a permanent fix ends it, a cause makes it known."""
    access.require(Right.RECEIVE)
    problem = Problem.objects.select_for_update(no_key=True).filter(contract=access.contract, pk=problem_id).first()
    if problem is None:
        raise Http404
    for name in ("cause", "workaround", "permanent_fix", "preventive_action"):
        setattr(problem, name, texts[name])
    if problem.permanent_fix:
        problem.state, problem.fixed_at = ProblemState.FIXED.value, problem.fixed_at or now
    else:
        problem.state, problem.fixed_at = (ProblemState.KNOWN if problem.cause else ProblemState.OPEN).value, None
    problem.save()
    _note(access, "change_problem", f"problem:{problem.pk}", now=now)
    return problem


def _note(access: Access, act: str, subject: str, *, now: datetime) -> None:
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[Entry(act=act, subject=subject)])
