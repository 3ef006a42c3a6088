"""Points of the checklist confirmed, and taken back."""

from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.handover_vocabulary import Party
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.handover.checklist import CheckItem, items
from madoguchi.handover.models import Confirmation
from madoguchi.handover.operations.retention import LONGEST, note

# the next contractor has no role here yet: the division writes down that, and by whom, it was confirmed
SPEAKS_FOR = {
    Party.PRESENT: frozenset((RoleKind.OPERATIONS_MANAGER,)),
    Party.NEXT: frozenset((RoleKind.RESPONSIBLE_DIVISION,)),
    Party.DIVISION: frozenset((RoleKind.RESPONSIBLE_DIVISION,)),
}


def may_confirm(access: Access, party: Party) -> bool:
    return not SPEAKS_FOR[party].isdisjoint(access.roles)


@transaction.atomic
def confirm(*, access: Access, item: str, party: Party, comment: str, now: datetime) -> Confirmation:
    """Confirm a point for a party; confirming again replaces what was written."""
    _check(access, item, party)
    if len(comment) > LONGEST or "\0" in comment:
        raise FieldError("comment", _("%(limit)s文字以内で入力してください。") % {"limit": LONGEST})
    if party is Party.NEXT and not comment.strip():
        raise FieldError("comment", _("次期受託者の確認者と日付を入力してください。"))
    found, _is_new = Confirmation.objects.update_or_create(
        contract=access.contract, item=item, party=party.value,
        defaults={"person": access.person, "at": now, "note": comment.strip()},
    )  # fmt: skip
    note(access, "confirm_handover", f"handover:{item}", now=now, party=party.value)
    return found


@transaction.atomic
def take_back(*, access: Access, item: str, party: Party, now: datetime) -> None:
    """Take a confirmation back."""
    _check(access, item, party)
    if not Confirmation.objects.filter(contract=access.contract, item=item, party=party.value).delete()[0]:
        raise Http404
    note(access, "take_back_handover", f"handover:{item}", now=now, party=party.value)


def _check(access: Access, item: str, party: Party) -> CheckItem:
    access.require(Right.HAND_OVER)
    found = next((each for each in items() if each.key == item and party in each.parties), None)
    if found is None:
        raise Http404
    if not may_confirm(access, party):
        raise FieldError("party", _("この立場の確認は、あなたの役割では登録できません。"))
    return found
