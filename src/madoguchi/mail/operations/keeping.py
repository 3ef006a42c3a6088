"""Writing mails down: their bytes, what was made of them, and the history of those that did nothing else."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from madoguchi.audit.bulk import insert_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.core.mail_vocabulary import MailReason, MailState
from madoguchi.mail.looking import kept_text
from madoguchi.mail.models import KeptMail, Mailbox, MailContent, MailTry
from madoguchi.mail.rules import Decision
from madoguchi.mail.values import Arrived, Looked
from madoguchi.people.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A mail with what was decided on it and, as far as there is one, its requester and ticket."""

    looked: Looked
    decision: Decision
    requester: Person | None = None
    ticket_id: int | None = None
    activity_number: int | None = None
    is_from_participant: bool = False


@transaction.atomic
def keep(*, box: Mailbox, cases: Sequence[Case], now: datetime) -> None:
    """Write mails with their bytes. Comes after their effects, for its history rows lock the chain."""
    _write(box, [_row(box, each, now=now) for each in cases], [each.looked.arrived for each in cases], now=now)


@transaction.atomic
def keep_unread(*, box: Mailbox, arrived: Arrived, detail: str, now: datetime) -> None:
    """Set a message aside that could not be taken, without reading it again."""
    digest = hashlib.sha256(arrived.raw).hexdigest()
    row = KeptMail(
        contract=box.contract, mailbox=box, source_key=arrived.source_key, state=MailState.QUARANTINED.value,
        reason=MailReason.FAILED.value, detail=kept_text(detail, 400), received_at=arrived.received_at, kept_at=now,
        sameness=digest, size=arrived.size, sha256=digest, is_whole=arrived.is_whole,
    )  # fmt: skip
    _write(box, [row], [arrived], now=now)


def _row(box: Mailbox, case: Case, *, now: datetime) -> KeptMail:
    looked, decision = case.looked, case.decision
    message, arrived = looked.message, looked.arrived
    return KeptMail(
        contract=box.contract, mailbox=box, source_key=arrived.source_key, state=decision.state.value,
        reason=decision.reason.value if decision.reason else "", detail=kept_text(decision.detail, 400),
        received_at=arrived.received_at, kept_at=now, message_id=kept_text(message.message_id or "", 500),
        sameness=looked.sameness, sender=kept_text(looked.sender, 320),
        sender_name=kept_text(message.author.name if message.author else "", 200),
        subject=kept_text(message.subject, 300), size=arrived.size, sha256=message.fingerprint,
        is_whole=arrived.is_whole, ticket_id=case.ticket_id, activity_number=case.activity_number,
        is_from_participant=case.is_from_participant,
    )  # fmt: skip


def _write(box: Mailbox, rows: Sequence[KeptMail], arrived: Sequence[Arrived], *, now: datetime) -> None:
    kept = KeptMail.objects.bulk_create(rows)
    contents = [(row.pk, each.raw) for row, each in zip(kept, arrived, strict=True)]
    insert_rows(table=MailContent._meta.db_table, columns=("mail_id", "raw"), rows=contents)
    MailTry.objects.filter(mailbox=box, source_key__in=[each.source_key for each in arrived]).delete()
    # what changed a ticket has its row in the history already
    silent = [each for each in kept if each.state != MailState.TAKEN.value]
    if silent:
        entries = [Entry(act="keep_mail", subject=f"mail:{each.pk}", details={"state": each.state}) for each in silent]
        record(chain=box.contract.key, at=now, actor=box.clerk.key, entries=entries)
