"""Erasing: personal texts are emptied and people become numbers; every row stays, and with it every figure."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.audit.rules import canonical
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.handover_vocabulary import ErasureState, KeptKind
from madoguchi.desk.models import OPEN_STATES
from madoguchi.handover.disk import Taken
from madoguchi.handover.models import Erasure
from madoguchi.handover.naming import made_up
from madoguchi.handover.operations.empty import Rows, empty_rows
from madoguchi.handover.operations.erase_people import erase_all_of
from madoguchi.handover.operations.retention import note
from madoguchi.handover.retention import TARGETS, callers_due, people_due, rows_due, standing_holds
from madoguchi.people.models import Person
from madoguchi.people.sealing import sealed

PURPOSE = b"madoguchi erasure work"


class ErasureRefusedError(MadoguchiError):
    """What was asked cannot be erased; the message says why."""


@transaction.atomic
def approve_erasure(*, access: Access, erasure_id: int, now: datetime) -> Erasure:
    """Erase what was asked for from the tables, and leave the files to the background: see `clear`.

    Nobody approves what they asked for themselves.
    """
    access.require(Right.DECIDE)
    Contract.objects.select_for_update(no_key=True).get(pk=access.contract.pk)
    erasure = (
        Erasure.objects.select_for_update(of=("self",)).select_related("person", "asked_by")
        .filter(contract=access.contract, pk=erasure_id, state=ErasureState.ASKED.value).first()
    )  # fmt: skip
    if erasure is None:
        raise Http404
    if erasure.asked_by_id == access.person.pk:
        raise ErasureRefusedError(_("依頼した人とは別の人が承認してください。"))
    _refuse_held(erasure)
    taken = Taken()
    rows = _erase_person(erasure, taken) if erasure.person else _erase_kind(erasure, taken)
    _keep_rows(erasure, access, rows, now=now)
    erasure.sealed_work = sealed(taken.as_text(), purpose=PURPOSE)
    erasure.save()
    details = {"rows_sha256": rows_hash(erasure.rows), "rows": sum(len(keys) for keys in erasure.rows.values())}
    note(access, "approve_erasure", f"erasure:{erasure.pk}", now=now, **details)
    return erasure


def _refuse_held(erasure: Erasure) -> None:
    holds = standing_holds(erasure.contract)
    about = Q(person=erasure.person) if erasure.person else Q(person__isnull=True, kind=erasure.kind)
    hold = holds.filter(about | Q(person__isnull=True, kind="")).first()
    if hold is not None:
        raise ErasureRefusedError(_("消去が止められています: %(reason)s") % {"reason": hold.reason})


def _erase_kind(erasure: Erasure, taken: Taken) -> Rows:
    kind = KeptKind(erasure.kind)
    assert erasure.before_date is not None
    if kind is KeptKind.PEOPLE:
        due = people_due(contract=erasure.contract, before_date=erasure.before_date)
        return erase_all_of(people=list(due), contract=erasure.contract, taken=taken)
    if kind is KeptKind.CALLS:
        taken.numbers |= made_up(callers_due(contract=erasure.contract, before_date=erasure.before_date))
    rows = dict[str, list[int | str]]()
    for target in TARGETS[kind]:
        due_rows = rows_due(target, contract=erasure.contract, before_date=erasure.before_date)
        emptied = empty_rows(target, due_rows, contract=erasure.contract, taken=taken)
        rows[target.label] = [*rows.get(target.label, ()), *emptied]
    return rows


def _erase_person(erasure: Erasure, taken: Taken) -> Rows:
    person, contract = erasure.person, erasure.contract
    assert person is not None
    _refuse_busy(person, contract)
    return erase_all_of(people=[person], contract=contract, taken=taken)


def _refuse_busy(person: Person, contract: Contract) -> None:
    elsewhere = person.roles.exclude(contract=contract).exists()
    if elsewhere or person.requested_tickets.exclude(contract=contract).exists():
        raise ErasureRefusedError(_("この人は別の契約にも関わっているため、この契約だけでは消去できません。"))
    if person.requested_tickets.filter(state__in=OPEN_STATES).exists():
        raise ErasureRefusedError(_("この人には対応中の案件があります。完了してから消去してください。"))
    if person.held_items.exists():
        raise ErasureRefusedError(_("この人には貸し出している物があります。返却してから消去してください。"))


def rows_hash(rows: Rows) -> str:
    return hashlib.sha256(canonical(rows).encode()).hexdigest()


def _keep_rows(erasure: Erasure, access: Access, rows: Rows, *, now: datetime) -> None:
    """Keep what was erased as a list that can be checked later: its hash stands in the history."""
    erasure.rows = {label: keys for label, keys in rows.items() if keys}
    erasure.state, erasure.decided_by, erasure.decided_at = ErasureState.CLEARING.value, access.person, now
    erasure.proof = {
        "contract": erasure.contract.key,
        "kind": erasure.kind,
        "person": erasure.person.key if erasure.person else None,
        "closed_before": erasure.before_date.isoformat() if erasure.before_date else None,
        # the ground may name somebody who is erased later
        "ground_sha256": hashlib.sha256(erasure.ground.encode()).hexdigest(),
        "asked_by": erasure.asked_by.key,
        "asked_at": erasure.asked_at.isoformat(),
        "approved_by": access.person.key,
        "erased_at": now.isoformat(),
        "counts": {label: len(keys) for label, keys in erasure.rows.items()},
        "rows_sha256": rows_hash(erasure.rows),
    }
