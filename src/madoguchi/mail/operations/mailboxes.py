"""Setting boxes up, and writing down how they fare."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.models import Contract
from madoguchi.core.mail_vocabulary import MailProtocol
from madoguchi.desk.errors import FieldError
from madoguchi.mail.models import Mailbox
from madoguchi.mail.rules import ALARM_AFTER
from madoguchi.people.operations import add_person

PLACE = ("protocol", "host", "port", "account", "folder")


@transaction.atomic
def add_mailbox(*, contract: Contract, name: str, address: str, actor: str, at: datetime, **given: Any) -> Mailbox:  # noqa: ANN401  # the box's columns
    """Add a box with the clerk it acts as. Raises FieldError for a name, an address or a server that will not do."""
    if Mailbox.objects.filter(contract=contract, name=name).exists():
        raise FieldError("name", _("この名前のメールボックスは登録されています。別の名前にしてください。"))
    _check(address, given, known=None)
    clerk = add_person(name="メール受付", actor=actor, at=at, chain=contract.key)
    box = Mailbox.objects.create(contract=contract, name=name, address=address, clerk=clerk, **given)
    entry = Entry(act="add_mailbox", subject=f"mailbox:{box.pk}", details={"name": name, "protocol": box.protocol})
    record(chain=contract.key, at=at, actor=actor, entries=[entry])
    return box


@transaction.atomic
def change_mailbox(*, box: Mailbox, actor: str, at: datetime, changes: Mapping[str, Any]) -> Mailbox:
    """Change a box; the history names the fields. Another place to fetch from is read from its beginning."""
    changed = sorted(field for field, value in changes.items() if getattr(box, field) != value)
    if not changed:
        return box
    _check(str(changes.get("address", box.address)), {**_columns(box), **changes}, known=box)
    for field in changed:
        setattr(box, field, changes[field])
    if not {*PLACE}.isdisjoint(changed):
        box.uid_validity, box.next_uid = None, 1
    box.save()
    entry = Entry(act="change_mailbox", subject=f"mailbox:{box.pk}", details={"fields": changed})
    record(chain=box.contract.key, at=at, actor=actor, entries=[entry])
    return box


def _columns(box: Mailbox) -> dict[str, Any]:
    return {name: getattr(box, name) for name in ("protocol", "host", "account")}


def _check(address: str, given: Mapping[str, Any], *, known: Mailbox | None) -> None:
    same = Mailbox.objects.filter(address__iexact=address)
    if (same.exclude(pk=known.pk) if known else same).exists():
        raise FieldError("address", _("このアドレスのメールボックスは登録されています。"))
    if given.get("protocol", MailProtocol.IMAP.value) != MailProtocol.PIPE.value:
        for field in ("host", "account"):
            if not given.get(field):
                raise FieldError(field, _("メールサーバーから受信するには、サーバー名とアカウントが必要です。"))


def note_success(box: Mailbox, *, now: datetime) -> None:
    """Write down that a box was read to its end: what was wrong is over."""
    Mailbox.objects.filter(pk=box.pk).update(latest_success_at=now, fault="", fault_since=None, alarm_at=None)


def note_fault(box: Mailbox, *, fault: str, now: datetime, is_alarm: bool) -> None:
    """Write down what is wrong with a box; what lasts for a while, or cannot pass by itself, is an alarm."""
    faulty = Mailbox.objects.filter(pk=box.pk)
    faulty.update(fault=fault)
    faulty.filter(fault_since__isnull=True).update(fault_since=now)
    lasting = Q() if is_alarm else Q(fault_since__lte=now - ALARM_AFTER)
    faulty.filter(lasting, alarm_at__isnull=True).update(alarm_at=now)


def note_place(box: Mailbox, *, uid_validity: int, next_uid: int) -> None:
    """Write down up to where a box is settled; it never goes back within one UIDVALIDITY."""
    Mailbox.objects.filter(pk=box.pk).exclude(uid_validity=uid_validity, next_uid__gte=next_uid).update(
        uid_validity=uid_validity, next_uid=next_uid
    )
