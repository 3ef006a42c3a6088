"""What a person decides on a mail that was set aside: take it all the same, try it again, or discard it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.mail_vocabulary import MailState
from madoguchi.mail.keys import keys_of
from madoguchi.mail.looking import look
from madoguchi.mail.models import KeptMail
from madoguchi.mail.operations.effects import keep_prepared, keep_with_ticket, prepared
from madoguchi.mail.queries import own_addresses
from madoguchi.mail.values import Arrived

RELEASABLE: Sequence[str] = (MailState.QUARANTINED.value, MailState.MACHINE.value)


class NotReleasableError(MadoguchiError):
    """A mail that is part of a ticket already, or is not here whole, cannot be taken again."""

    def __init__(self) -> None:
        super().__init__(_("このメールは隔離されていないか、全体が保存されていないため、取り込めません。"))


def release_mail(*, mail: KeptMail, actor: str, now: datetime) -> KeptMail:
    """Take a mail from its kept bytes although it looked like spam, a machine's or a stranger's; return its new row.

    What cannot be read or names no author goes back to quarantine. Raises what taking it raises.
    """
    box = mail.mailbox
    arrived = Arrived(
        source_key=mail.source_key, raw=bytes(mail.content.raw), received_at=mail.received_at, size=mail.size
    )
    looked = look(arrived, own_addresses=own_addresses(box.contract), keys=keys_of(box.contract))
    cases = prepared(box=box, looked=[looked], now=now, released=mail)
    with transaction.atomic():
        _locked(mail)
        old = mail.pk
        mail.delete()
        if not keep_with_ticket(box=box, looked=looked, now=now, released=mail):
            keep_prepared(box=box, cases=cases, now=now)
        kept = KeptMail.objects.get(mailbox=box, source_key=arrived.source_key)
        entry = Entry(act="release_mail", subject=f"mail:{old}", details={"as": kept.pk, "state": kept.state})
        record(chain=box.contract.key, at=now, actor=actor, entries=[entry])
    return kept


@transaction.atomic
def discard_mail(*, mail: KeptMail, actor: str, now: datetime) -> None:
    """Put a mail out of the quarantine without taking it; its bytes stay."""
    _locked(mail)
    KeptMail.objects.filter(pk=mail.pk).update(state=MailState.DISCARDED.value)
    entry = Entry(act="discard_mail", subject=f"mail:{mail.pk}", details={"reason": mail.reason})
    record(chain=mail.contract.key, at=now, actor=actor, entries=[entry])


def _locked(mail: KeptMail) -> None:
    """Hold the row. Raises NotReleasableError where somebody else was faster."""
    found = KeptMail.objects.select_for_update(of=("self",)).filter(pk=mail.pk, state__in=RELEASABLE).first()
    if found is None or not found.is_whole:
        raise NotReleasableError
