"""Months of the example desks: one approved and frozen, the latest one waiting for its approval."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import Verdict
from madoguchi.quality.months import measured_month
from madoguchi.quality.operations import approve_month, submit_month
from madoguchi.quality.rules import month_of

EXPLANATION = "受付の集中により一次窓口の対応が遅れた。翌月から要員を1名増やす。"


def freeze_months(*, contract: Contract, manager: Access, division: Access, now: datetime) -> None:
    """Submit the two latest months that are over, and approve the earlier one."""
    latest = month_of(month_of(timezone.localdate(now)) - timedelta(days=1))
    before = month_of(latest - timedelta(days=1))
    for month in (before, latest):
        if contract.start_date <= month < contract.end_date:
            _submit(contract, month, manager, now=now)
    if contract.start_date <= before:
        approve_month(access=division, month=before, number=1, comment="確認しました。", now=now)


def _submit(contract: Contract, month: date, manager: Access, *, now: datetime) -> None:
    measured = measured_month(contract=contract, month=month, now=now)
    missed = [each.facts for each in measured.figures if each.facts["verdict"] == Verdict.MISSED]
    submit_month(
        access=manager, month=month, explanations={str(each["indicator"]): EXPLANATION for each in missed}, why="",
        comment="ご確認をお願いします。", now=now,
    )  # fmt: skip
