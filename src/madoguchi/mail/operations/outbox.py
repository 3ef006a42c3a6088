"""The outbox: what people are told becomes mails, and each mail is sent, tried again or given up."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from madoguchi.audit.operations import Entry, record
from madoguchi.core.mail_vocabulary import MailState, OutgoingState
from madoguchi.core.vocabulary import Act, Visibility
from madoguchi.desk.models import Activity, Notice, Ticket
from madoguchi.mail.looking import kept_text
from madoguchi.mail.models import KeptMail, Mailbox, OutgoingMail
from madoguchi.mail.operations.answering import written
from madoguchi.mail.rules import wait_after
from madoguchi.people.rules import one_line
from madoguchi.post.composing import AnswerRefusedError
from madoguchi.post.message import Address, Message
from madoguchi.post.reading import read_message
from madoguchi.post.tokens import TokenRefusedError

AT_ONCE = 200
STALE = timedelta(minutes=10)
"""A mail whose sending began so long ago and never ended is sent again, under the same Message-ID."""


def fill_outbox(*, now: datetime) -> int:
    """Write a mail for everything people were told, once each; whoever has no address reads it in the portal."""
    waiting = Notice.objects.filter(kind="told", mailed_at__isnull=True).order_by("sent_at", "pk")
    return sum(_write_for(notice, now=now) for notice in waiting.select_related("person", "ticket__contract")[:AT_ONCE])


@transaction.atomic
def _write_for(notice: Notice, *, now: datetime) -> int:
    if not Notice.objects.filter(pk=notice.pk, mailed_at__isnull=True).update(mailed_at=now):
        return 0
    step = Activity.objects.filter(ticket=notice.ticket, number=notice.activity_number or 0).first()
    if step is None or not notice.person.mail or step.visibility != Visibility.PUBLIC.value:
        return 0
    with override(notice.person.language):
        mail = _mail_of(notice, step, now=now)
    mail.notice, mail.activity_number = notice, step.number
    mail.save(force_insert=True)
    return 1


def _mail_of(notice: Notice, step: Activity, *, now: datetime) -> OutgoingMail:
    """Return the mail that tells of a public step; it never holds anything else of the ticket."""
    ticket, address = notice.ticket, notice.person.mail
    act = Act(step.act)
    label = act.label if notice.person.language == "ja" else act.label_en
    text = step.text if act is Act.ANSWER and step.text else f"{label}\n\n{step.text}".rstrip()
    box = box_for(ticket)
    if box is None:
        return _plain(ticket, address, label=label, text=text, now=now)
    answered = _answered(ticket, address)
    try:
        return written(
            box=box, ticket=ticket, to=Address(name="", address=address), text=text, now=now, answered=answered
        )
    except (AnswerRefusedError, TokenRefusedError) as error:
        return OutgoingMail(
            contract=ticket.contract, mailbox=box, ticket=ticket, recipient=address, sender=box.address, raw=b"",
            made_at=now, next_try_at=now, state=OutgoingState.DEAD.value, fault=kept_text(str(error), 400),
        )  # fmt: skip


def box_for(ticket: Ticket) -> Mailbox | None:
    """Return the box a ticket is answered from: the one it came by, else the contract's first."""
    came_by = ticket.mails.filter(mailbox__is_active=True).order_by("pk").values_list("mailbox", flat=True).first()
    boxes = Mailbox.objects.filter(contract=ticket.contract, is_active=True).select_related("contract")
    return (boxes.filter(pk=came_by).first() if came_by else None) or boxes.order_by("pk").first()


def _answered(ticket: Ticket, address: str) -> Message | None:
    """Return what the person wrote last, for the thread and a short quote."""
    own = KeptMail.objects.filter(ticket=ticket, sender=address.casefold(), state=MailState.TAKEN.value)
    latest = own.select_related("content").order_by("-received_at", "-pk").first()
    return read_message(bytes(latest.content.raw)) if latest else None


def _plain(ticket: Ticket, address: str, *, label: str, text: str, now: datetime) -> OutgoingMail:
    """Return a mail of a contract without a box: nobody reads answers to it, so it asks machines for none."""
    sender = settings.DEFAULT_FROM_EMAIL
    message_id = f"{secrets.token_hex(12)}@{sender.rpartition('@')[2].rstrip('>')}"
    subject = one_line(f"[窓口 {ticket.reference}] {label}: {ticket.subject}", longest=300)
    body = f"{text}\n\n{ticket.reference} {ticket.subject}\n{ticket.contract.name}\n"
    raw = _bytes_of(sender, address, subject=subject, body=body, message_id=message_id, now=now)
    return OutgoingMail(
        contract=ticket.contract, ticket=ticket, recipient=address, sender=sender, raw=raw, message_id=message_id,
        is_automatic=True, made_at=now, next_try_at=now,
    )  # fmt: skip


def _bytes_of(sender: str, to: str, *, subject: str, body: str, message_id: str, now: datetime) -> bytes:
    from django.core.mail import EmailMessage  # noqa: PLC0415  # only contracts without a box need it

    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{message_id}>", "Date": format_datetime(now)}
    return EmailMessage(subject, body, sender, [to], headers=headers).message().as_bytes()


def due_mails(*, now: datetime) -> Iterator[OutgoingMail]:
    """Yield mails whose time has come, each taken for ourselves: another sender passes it by."""
    open_states = (OutgoingState.WAITING.value, OutgoingState.SENDING.value)
    due = OutgoingMail.objects.filter(state__in=open_states, next_try_at__lte=now).order_by("next_try_at", "pk")
    for mail in due[:AT_ONCE]:
        mine = OutgoingMail.objects.filter(pk=mail.pk, state=mail.state, attempts=mail.attempts)
        mail.attempts += 1
        if mine.update(state=OutgoingState.SENDING.value, attempts=mail.attempts, next_try_at=now + STALE):
            yield mail


def note_sent(mail: OutgoingMail, *, now: datetime) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingState.SENT.value, sent_at=now, fault="")


def note_unsent(mail: OutgoingMail, *, fault: str, is_final: bool, now: datetime) -> None:
    """Write down why a mail was not sent; it waits for its next try or, at the end of all, for a person."""
    wait = None if is_final else wait_after(mail.attempts)
    state = OutgoingState.DEAD if wait is None else OutgoingState.WAITING
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=state.value, fault=fault, next_try_at=now + (wait or timedelta())
    )


@transaction.atomic
def resend_mail(*, mail: OutgoingMail, actor: str, now: datetime) -> bool:
    """Send a mail that was given up once more; return False where it was not given up or has nothing to send."""
    again = OutgoingMail.objects.filter(pk=mail.pk, state__in=(OutgoingState.DEAD.value, OutgoingState.RETURNED.value))
    if not mail.raw or not again.update(state=OutgoingState.WAITING.value, attempts=0, next_try_at=now):
        return False
    entry = Entry(act="resend_mail", subject=f"outgoing_mail:{mail.pk}", details={"number": mail.ticket.number})
    record(chain=mail.contract.key, at=now, actor=actor, entries=[entry])
    return True
