"""Submitting, approving and returning a month's figures."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.quality_vocabulary import MonthState, RoundState
from madoguchi.core.vocabulary import Verdict
from madoguchi.quality.errors import FiguresChangedError, MonthNotReadyError
from madoguchi.quality.locks import lock_months
from madoguchi.quality.models import FrozenFigure, Revision
from madoguchi.quality.months import MeasuredMonth, measured_month, period_of
from madoguchi.quality.queries import approved_revision, facts_of_revision, latest_revision
from madoguchi.quality.rules import differences, revision_hash
from madoguchi.surveys.queries import counted_rounds

EXPLANATION_LIMIT = 2_000


@transaction.atomic
def submit_month(
    *, access: Access, month: date, explanations: Mapping[str, str], why: str, comment: str, now: datetime
) -> Revision:
    """Freeze a month's figures for approval; `explanations` say by indicator why it was missed.

    After an approval it is a correction: `why` must say why, and some figure or explanation must differ.
    Raises MonthNotReadyError.
    """
    access.require(Right.MANAGE)
    lock_months(access.contract)
    _check_time(access, month, now=now)
    measured = measured_month(contract=access.contract, month=month, now=now)
    kept = {name: text.strip() for name, text in explanations.items()}
    _check_explained(measured, kept)
    earlier = latest_revision(contract=access.contract, month=month)
    if earlier is not None:
        _check_correction(access, earlier, measured, kept, why=why)
    figures = [dict(each.facts) for each in measured.figures]
    revision = Revision.objects.create(
        contract=access.contract, month=month, number=earlier.number + 1 if earlier else 1,
        state=MonthState.SUBMITTED.value, definitions_number=measured.definitions_number,
        definitions_hash=measured.definitions_hash,
        hash=revision_hash(figures, definitions_hash=measured.definitions_hash), why=why.strip(),
        comment=comment.strip(), submitted_by=access.person, submitted_at=now,
    )  # fmt: skip
    FrozenFigure.objects.bulk_create(
        FrozenFigure(
            revision=revision, place=place, indicator=str(each.facts["indicator"]), window=str(each.facts["window"]),
            verdict=str(each.facts["verdict"]), facts=each.facts, shown=each.shown,
            explanation=kept.get(str(each.facts["indicator"]), "") if each.facts["verdict"] == Verdict.MISSED else "",
        )
        for place, each in enumerate(measured.figures)
    )  # fmt: skip
    _record(access, "submit_month", revision, now=now)
    return revision


def _check_time(access: Access, month: date, *, now: datetime) -> None:
    period, contract = period_of(month), access.contract
    if period.end_date <= contract.start_date or period.start_date >= contract.end_date:
        raise MonthNotReadyError(_("%(month)s は契約期間に含まれません。") % {"month": f"{month:%Y-%m}"})
    if timezone.localdate(now) < period.end_date:
        raise MonthNotReadyError(_("%(month)s はまだ終わっていません。") % {"month": f"{month:%Y-%m}"})
    open_rounds = counted_rounds(contract).filter(
        state=RoundState.OPEN.value, closing_date__gte=period.start_date, closing_date__lt=period.end_date
    )
    if found := open_rounds.first():
        raise MonthNotReadyError(_("アンケート「%(round)s」を先に締め切ってください。") % {"round": found.label})


def _check_explained(measured: MeasuredMonth, explanations: Mapping[str, str]) -> None:
    missing = [
        str(each.facts["label"])
        for each in measured.figures
        if each.facts["verdict"] == Verdict.MISSED and not explanations.get(str(each.facts["indicator"]))
    ]
    if missing:
        raise MonthNotReadyError(_("未達の理由を入力してください: %(names)s") % {"names": "、".join(missing)})
    if any(len(text) > EXPLANATION_LIMIT for text in explanations.values()):
        raise MonthNotReadyError(_("未達の理由は2,000字以内で入力してください。"))


def _check_correction(
    access: Access, earlier: Revision, measured: MeasuredMonth, explanations: Mapping[str, str], *, why: str
) -> None:
    if earlier.state == MonthState.SUBMITTED:
        raise MonthNotReadyError(_("この月は承認待ちです。"))
    approved = approved_revision(contract=access.contract, month=measured.month)
    if approved is None:
        return
    if not why.strip():
        raise MonthNotReadyError(_("承認済みの月を訂正するには、訂正の理由が必要です。"))
    missed = {each.indicator: each.explanation for each in approved.figures.filter(verdict=Verdict.MISSED.value)}
    is_same_text = all(explanations.get(name, "") == text for name, text in missed.items())
    new = [each.facts for each in measured.figures]
    if is_same_text and not differences(facts_of_revision(approved), new):
        raise MonthNotReadyError(_("承認済みの値と変わったところがありません。"))


@transaction.atomic
def approve_month(*, access: Access, month: date, number: int, comment: str, now: datetime) -> Revision:
    """Approve what was submitted. Raises FiguresChangedError where it would be measured otherwise now."""
    revision = _waiting(access, month, number)
    again = measured_month(
        contract=access.contract, month=month, now=now, definitions_number=revision.definitions_number
    )  # fmt: skip
    changed = differences(facts_of_revision(revision), [each.facts for each in again.figures])
    if changed or again.definitions_hash != revision.definitions_hash:
        raise FiguresChangedError([each.indicator for each in changed])
    return _decide(access, revision, MonthState.APPROVED, comment=comment, now=now)


@transaction.atomic
def return_month(*, access: Access, month: date, number: int, comment: str, now: datetime) -> Revision:
    """Send what was submitted back, saying why."""
    revision = _waiting(access, month, number)
    if not comment.strip():
        raise MonthNotReadyError(_("差戻しの理由を入力してください。"))
    return _decide(access, revision, MonthState.RETURNED, comment=comment, now=now)


def _waiting(access: Access, month: date, number: int) -> Revision:
    access.require(Right.DECIDE)
    lock_months(access.contract)
    revision = latest_revision(contract=access.contract, month=month)
    if revision is None or revision.number != number or revision.state != MonthState.SUBMITTED:
        raise MonthNotReadyError(_("この版は承認待ちではありません。最新の状態を確認してください。"))
    return revision


def _decide(access: Access, revision: Revision, state: MonthState, *, comment: str, now: datetime) -> Revision:
    revision.state, revision.decided_by, revision.decided_at = state.value, access.person, now
    revision.decision_comment = comment.strip()
    revision.save(update_fields=["state", "decided_by", "decided_at", "decision_comment"])
    _record(access, "approve_month" if state is MonthState.APPROVED else "return_month", revision, now=now)
    return revision


def _record(access: Access, act: str, revision: Revision, *, now: datetime) -> None:
    details = {"month": f"{revision.month:%Y-%m}", "revision": revision.number, "hash": revision.hash}
    entry = Entry(act=act, subject=f"month:{revision.month:%Y-%m}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
