"""Erasing: personal texts are emptied and people become numbers; every row stays, and with it every figure."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.audit.rules import canonical
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.handover_vocabulary import ErasureState, KeptKind
from madoguchi.core.vocabulary import Act
from madoguchi.desk.models import OPEN_STATES, Activity, Attachment, SavedFilter
from madoguchi.desk.operations.around import stored_path
from madoguchi.handover.mentions import erase_mentions, names_of
from madoguchi.handover.models import Erasure
from madoguchi.handover.operations.export import forget_archives
from madoguchi.handover.operations.retention import note
from madoguchi.handover.retention import TARGETS, Target, people_due, rows_due, standing_holds
from madoguchi.handover.tables import BY_LABEL, ERASED
from madoguchi.knowledge.search.index import TextKind, forget_words, withdraw_text
from madoguchi.mail.models import KeptMail, MailContent
from madoguchi.people.models import DivisionMembership, Person
from madoguchi.people.rules import person_search_key
from madoguchi.quality.figures import forget_figures

CHUNK = 500
# rows of which only a name was taken out
NAMES = ":names"
Rows = dict[str, list[int | str]]


class ErasureRefusedError(MadoguchiError):
    """What was asked cannot be erased; the message says why."""


@transaction.atomic
def approve_erasure(*, access: Access, erasure_id: int, now: datetime) -> Erasure:
    """Erase what was asked for, and keep the proof. Nobody approves what they asked for themselves."""
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
    files = list[str]()
    rows = _erase_person(erasure, files) if erasure.person else _erase_kind(erasure, files)
    _keep_proof(erasure, access, rows, now=now)
    details = {"proof": erasure.sha256, "rows": sum(len(keys) for keys in rows.values())}
    note(access, "erase_personal_data", f"erasure:{erasure.pk}", now=now, **details)
    transaction.on_commit(lambda: _clear_disk(access.contract, files))
    return erasure


def _refuse_held(erasure: Erasure) -> None:
    holds = standing_holds(erasure.contract)
    about = Q(person=erasure.person) if erasure.person else Q(person__isnull=True, kind=erasure.kind)
    hold = holds.filter(about | Q(person__isnull=True, kind="")).first()
    if hold is not None:
        raise ErasureRefusedError(_("消去が止められています: %(reason)s") % {"reason": hold.reason})


def _erase_kind(erasure: Erasure, files: list[str]) -> Rows:
    kind = KeptKind(erasure.kind)
    assert erasure.before_date is not None
    if kind is KeptKind.PEOPLE:
        due = people_due(contract=erasure.contract, before_date=erasure.before_date)
        return {"people.Person": erase_people(list(due.values_list("pk", flat=True)))}
    rows = dict[str, list[int | str]]()
    for target in TARGETS[kind]:
        due_rows = rows_due(target, contract=erasure.contract, before_date=erasure.before_date)
        emptied = _empty(target, due_rows, contract=erasure.contract, files=files)
        rows[target.label] = [*rows.get(target.label, ()), *emptied]
    return rows


def _empty(target: Target, due: QuerySet[Any], *, contract: Contract, files: list[str]) -> list[int | str]:
    """Empty the rows of a target, in pieces. Returns their keys."""
    keys = [each if isinstance(each, int) else str(each) for each in due.values_list("pk", flat=True)]
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        found = apps.get_model(target.label)._default_manager.filter(pk__in=part)
        if target.label == "desk.Attachment":
            files += found.values_list("sha256", flat=True)
        found.update(**target.empty)
        if target.label == "desk.Activity":
            _unname_files(part)
        if target.label == "desk.Ticket":
            for key in part:
                withdraw_text(contract=contract, kind=TextKind.TICKET, object_id=int(key))
    return keys


def _unname_files(keys: Sequence[int | str]) -> None:
    """Take the names of attached files out of the steps that attached them."""
    steps = list(Activity.objects.filter(pk__in=keys, act=Act.ATTACH.value))
    for each in steps:
        each.fields = {**each.fields, "file": ERASED}
    Activity.objects.bulk_update(steps, ["fields"], batch_size=CHUNK)


def _erase_person(erasure: Erasure, files: list[str]) -> Rows:
    """Erase one person: what they asked and sent, what is kept of them, and where others name them."""
    person, contract = erasure.person, erasure.contract
    assert person is not None
    names = names_of(person)
    _refuse_busy(person, contract)
    rows = dict[str, list[int | str]]()
    for target in (each for targets in TARGETS.values() for each in targets if each.person):
        model = apps.get_model(target.label)
        about = model._default_manager.filter(**{BY_LABEL[target.label].by: contract.pk, target.person: person.pk})
        rows[target.label] = _empty(target, about.exclude(target.done).order_by("pk"), contract=contract, files=files)
    if person.mail:
        _erase_letters(person.mail, contract, rows)
    SavedFilter.objects.filter(person=person).delete()
    for label, keys in erase_mentions(contract=contract, person=person).items():
        rows[f"{label}{NAMES}"] = keys
    rows["people.Person"] = erase_people([person.pk])
    for name in names:
        forget_words(name)
    return rows


def _erase_letters(address: str, contract: Contract, rows: Rows) -> None:
    """Erase the mails an address sent that became no ticket of its own."""
    sent = KeptMail.objects.filter(contract=contract, sender__iexact=address)
    keys = list(sent.order_by("pk").values_list("pk", flat=True))
    MailContent.objects.filter(mail__in=keys).update(raw=b"")
    KeptMail.objects.filter(pk__in=keys).update(sender="", sender_name="", subject=ERASED, detail="")
    for label in ("mail.KeptMail", "mail.MailContent"):
        rows[label] = sorted({*rows.get(label, ()), *keys}, key=str)


def _refuse_busy(person: Person, contract: Contract) -> None:
    elsewhere = person.roles.exclude(contract=contract).exists()
    if elsewhere or person.requested_tickets.exclude(contract=contract).exists():
        raise ErasureRefusedError(_("この人は別の契約にも関わっているため、この契約だけでは消去できません。"))
    if person.requested_tickets.filter(state__in=OPEN_STATES).exists():
        raise ErasureRefusedError(_("この人には対応中の案件があります。完了してから消去してください。"))
    if person.held_items.exists():
        raise ErasureRefusedError(_("この人には貸し出している物があります。返却してから消去してください。"))


def erase_people(keys: Sequence[int]) -> list[int | str]:
    """Make people numbers: no name, no address, no way to sign in; their rows stay, and history's keys with them."""
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user__in=keys).delete()
    DivisionMembership.objects.filter(person__in=keys).delete()
    people = list(Person.objects.filter(pk__in=keys).order_by("pk"))
    for each in people:
        each.name = f"{ERASED}{each.pk}"
        each.reading = each.mail = each.extension = each.vouched_by = ""
        each.sign_in_name, each.is_active, each.last_login = None, False, None
        each.search_key = person_search_key(name=each.name, reading="", mail="", extension="")
        each.set_unusable_password()
    columns = [
        "name", "reading", "mail", "extension", "vouched_by", "sign_in_name", "is_active", "last_login", "search_key",
        "password",
    ]  # fmt: skip
    Person.objects.bulk_update(people, columns, batch_size=CHUNK)
    return [each.pk for each in people]


def rows_hash(rows: Rows) -> str:
    return hashlib.sha256(canonical(rows).encode()).hexdigest()


def _keep_proof(erasure: Erasure, access: Access, rows: Rows, *, now: datetime) -> None:
    """Keep what was erased as a list that can be checked later: its hash stands in the history."""
    erasure.rows = {label: keys for label, keys in rows.items() if keys}
    erasure.state, erasure.decided_by, erasure.decided_at = ErasureState.DONE.value, access.person, now
    erasure.proof = {
        "contract": erasure.contract.key,
        "kind": erasure.kind,
        "person": erasure.person.key if erasure.person else None,
        "closed_before": erasure.before_date.isoformat() if erasure.before_date else None,
        "ground": erasure.ground,
        "asked_by": erasure.asked_by.key,
        "asked_at": erasure.asked_at.isoformat(),
        "approved_by": access.person.key,
        "erased_at": now.isoformat(),
        "counts": {label: len(keys) for label, keys in erasure.rows.items()},
        "rows_sha256": rows_hash(erasure.rows),
    }
    erasure.sha256 = hashlib.sha256(canonical(erasure.proof).encode()).hexdigest()
    erasure.save()


def _clear_disk(contract: Contract, digests: Iterable[str]) -> None:
    """Delete files nobody keeps any more, and what was written from the tables: archives and the figures' facts."""
    for digest in set(digests):
        if not Attachment.objects.filter(sha256=digest).exclude(name=ERASED).exists():
            stored_path(digest).unlink(missing_ok=True)
    forget_archives(contract)
    forget_figures(contract)
