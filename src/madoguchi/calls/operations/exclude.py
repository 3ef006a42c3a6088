"""A call asked to be left out of the figures, and what the client's division decided; both are in the history."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.calls.models import CallExclusion
from madoguchi.calls.rules import KnownCall
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError


@transaction.atomic
def ask_exclusion(*, access: Access, call: KnownCall, indicator: str, reason: str, now: datetime) -> CallExclusion:
    """Ask to leave a call out of one indicator, or of all (""). It counts as before until it is approved.

    Raises FieldError where the same was asked and not refused.
    """
    access.require(Right.MANAGE)
    try:
        with transaction.atomic():
            asked = CallExclusion.objects.create(
                contract=access.contract, source=call.source, offered_at=call.offered_at, indicator=indicator,
                reason=reason, asked_by=access.person, asked_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise FieldError("call", _("この通話の除外は、すでに申請されています。")) from error
    _note(access, "ask_call_exclusion", asked, now=now)
    return asked


@transaction.atomic
def decide_exclusion(*, access: Access, exclusion_id: int, is_approved: bool, remark: str, now: datetime) -> None:
    """Approve or refuse; an approval may be taken back later, a refusal stands. Raises Http404 and FieldError."""
    access.require(Right.DECIDE)
    found = CallExclusion.objects.select_for_update(of=("self",), no_key=True)
    asked = found.filter(contract=access.contract, pk=exclusion_id).first()
    if asked is None:
        raise Http404
    if asked.is_approved is False or (asked.is_approved and is_approved):
        raise FieldError("decision", _("この除外は、すでに決定されています。"))
    if asked.asked_by_id == access.person.pk:
        raise FieldError("decision", _("申請した本人は決定できません。"))
    if not is_approved and not remark:
        raise FieldError("remark", _("認めない理由を記入してください。"))
    asked.is_approved, asked.remark = is_approved, remark
    asked.decided_by, asked.decided_at = access.person, now
    asked.save()
    _note(access, "decide_call_exclusion", asked, now=now, is_approved=is_approved)


def _note(access: Access, act: str, asked: CallExclusion, *, now: datetime, **details: object) -> None:
    known = {"call": asked.source, "indicator": asked.indicator, **details}
    entry = Entry(act=act, subject=f"call_exclusion:{asked.pk}", details=known)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
