"""Rules, holds, and erasures asked for and refused; the erasing itself is in `erase`."""

from datetime import date, datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, members_of
from madoguchi.contracts.rules import Right
from madoguchi.core.handover_vocabulary import ErasureState, KeptKind
from madoguchi.desk.errors import FieldError
from madoguchi.handover.models import Erasure, Hold, RetentionRule
from madoguchi.handover.retention import DEFAULT_RULES, before
from madoguchi.people.models import Person

LONGEST = 400


def note(access: Access, act: str, subject: str, *, now: datetime, **details: object) -> None:
    entry = Entry(act=act, subject=subject, details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])


def plain(name: str, text: str) -> str:
    """Return a text as it may be kept. Raises FieldError."""
    if not text.strip() or len(text) > LONGEST or "\0" in text:
        raise FieldError(name, _("1文字以上%(limit)s文字以内で入力してください。") % {"limit": LONGEST})
    return text.strip()


@transaction.atomic
def add_default_rules(*, access: Access, now: datetime) -> int:
    """Enter the proposed rule of every kind that has none yet. Returns how many."""
    access.require(Right.DECIDE)
    known = set(RetentionRule.objects.filter(contract=access.contract).values_list("kind", flat=True))
    new = [
        RetentionRule(contract=access.contract, kind=kind.value, years=years, ground=ground)
        for kind, years, ground in DEFAULT_RULES if kind.value not in known
    ]  # fmt: skip
    RetentionRule.objects.bulk_create(new)
    note(access, "add_retention_rules", "retention", now=now, count=len(new))
    return len(new)


@transaction.atomic
def set_rule(*, access: Access, kind: KeptKind, years: int, ground: str, now: datetime) -> RetentionRule:
    """Say how long a kind of data is kept and on what ground; the responsible division says it."""
    access.require(Right.DECIDE)
    if not 0 <= years <= 30:  # noqa: PLR2004  # as the table holds it
        raise FieldError("years", _("0から30までの年数を入力してください。"))
    rule, _is_new = RetentionRule.objects.update_or_create(
        contract=access.contract, kind=kind.value, defaults={"years": years, "ground": plain("ground", ground)}
    )
    note(access, "set_retention_rule", f"retention:{kind.value}", now=now, years=years)
    return rule


@transaction.atomic
def place_hold(*, access: Access, kind: KeptKind | None, person: Person | None, reason: str, now: datetime) -> Hold:
    """Stop every erasure of a kind, of a person, or (neither named) of the whole contract."""
    access.require(Right.DECIDE)
    if person is not None and not is_of(access, person):
        raise Http404
    hold = Hold.objects.create(
        contract=access.contract, kind=kind.value if kind else "", person=person, reason=plain("reason", reason),
        placed_by=access.person, placed_at=now,
    )  # fmt: skip
    note(access, "place_hold", f"hold:{hold.pk}", now=now, kind=hold.kind, person=person.key if person else "")
    return hold


@transaction.atomic
def lift_hold(*, access: Access, hold_id: int, now: datetime) -> None:
    access.require(Right.DECIDE)
    lifted = Hold.objects.filter(contract=access.contract, pk=hold_id, lifted_at__isnull=True).update(
        lifted_by=access.person, lifted_at=now
    )
    if not lifted:
        raise Http404
    note(access, "lift_hold", f"hold:{hold_id}", now=now)


def is_of(access: Access, person: Person) -> bool:
    """Return whether a person ever had a role or a matter in the contract."""
    asked = access.contract.tickets.filter(requester=person).exists()
    return asked or members_of(access.contract).filter(pk=person.pk).exists()


@transaction.atomic
def ask_erasure(*, access: Access, kind: KeptKind, now: datetime, day: date) -> Erasure:
    """Ask for what is due by a kind's rule to be erased; somebody of the responsible division approves."""
    access.require(Right.HAND_OVER)
    rule = RetentionRule.objects.filter(contract=access.contract, kind=kind.value).first()
    if rule is None:
        raise FieldError("kind", _("この種類の保存期間が決まっていません。先に保存期間を登録してください。"))
    erasure = Erasure.objects.create(
        contract=access.contract, kind=kind.value, before_date=before(rule.years, day=day), ground=rule.ground,
        state=ErasureState.ASKED.value, asked_by=access.person, asked_at=now,
    )  # fmt: skip
    note(access, "ask_erasure", f"erasure:{erasure.pk}", now=now, kind=kind.value, before=erasure.before_date)
    return erasure


@transaction.atomic
def ask_erasure_of_person(*, access: Access, person: Person, ground: str, now: datetime) -> Erasure:
    """Ask for one person to be erased, as on their own request."""
    access.require(Right.HAND_OVER)
    if not is_of(access, person):
        raise Http404
    erasure = Erasure.objects.create(
        contract=access.contract, person=person, ground=plain("ground", ground), state=ErasureState.ASKED.value,
        asked_by=access.person, asked_at=now,
    )  # fmt: skip
    note(access, "ask_erasure", f"erasure:{erasure.pk}", now=now, person=person.key)
    return erasure


@transaction.atomic
def refuse_erasure(*, access: Access, erasure_id: int, now: datetime) -> None:
    access.require(Right.DECIDE)
    refused = Erasure.objects.filter(
        contract=access.contract, pk=erasure_id, state=ErasureState.ASKED.value
    ).update(state=ErasureState.REFUSED.value, decided_by=access.person, decided_at=now)  # fmt: skip
    if not refused:
        raise Http404
    note(access, "refuse_erasure", f"erasure:{erasure_id}", now=now)
