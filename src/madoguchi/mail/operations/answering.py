"""Writing mails of ours into the outbox: answers, acknowledgements; and what came back."""

import secrets
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.core.mail_vocabulary import OutgoingState
from madoguchi.core.vocabulary import Act
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.mail.keys import keys_of
from madoguchi.mail.looking import kept_text
from madoguchi.mail.models import Mailbox, OutgoingMail
from madoguchi.mail.queries import clerk_access
from madoguchi.mail.values import Looked
from madoguchi.people.rules import one_line
from madoguchi.post.composing import Answer, compose_answer
from madoguchi.post.message import Address, Message
from madoguchi.post.tokens import make_message_id, sign_address

NONCE_BYTES = 10


def written(
    *, box: Mailbox, ticket: Ticket, to: Address, text: str, now: datetime, answered: Message | None,
    is_automatic: bool = False,
) -> OutgoingMail:  # fmt: skip
    """Return a mail to be sent from a box, not saved yet. Raises AnswerRefusedError for an address unfit for mail."""
    key, nonce = keys_of(box.contract)[0], secrets.token_hex(NONCE_BYTES)
    answer = Answer(
        reference=ticket.reference, mailbox=Address(name=box.display_name, address=box.address), to=(to,),
        subject=one_line(ticket.subject, longest=200), text=text, date=now, nonce=nonce, is_automatic=is_automatic,
        answered=answered, is_reply_signed=box.has_extensions,
    )  # fmt: skip
    raw = compose_answer(answer=answer, key=key)
    domain = box.address.rpartition("@")[2]
    message_id = make_message_id(reference=ticket.reference, nonce=nonce, domain=domain, key=key)
    sender = box.address
    if box.has_extensions:
        sender = sign_address(mailbox=box.address, reference=ticket.reference, key=key)
    return OutgoingMail(
        contract=box.contract, mailbox=box, ticket=ticket, recipient=to.address, raw=raw, message_id=message_id,
        sender=sender, is_automatic=is_automatic, made_at=now, next_try_at=now,
    )  # fmt: skip


def acknowledgement(*, box: Mailbox, ticket: Ticket, looked: Looked, now: datetime) -> OutgoingMail:
    """Return the mail that says a letter has come; only a person's letter gets one."""
    author = looked.message.author
    assert author is not None
    with override(ticket.requester.language):
        text = _(
            "お問い合わせを受け付けました。受付番号は %(reference)s です。\n"
            "追加のご連絡は、このメールにそのまま返信してください。"
        ) % {"reference": ticket.reference}
    to = Address(name="", address=author.address)
    return written(box=box, ticket=ticket, to=to, text=text, now=now, answered=looked.message, is_automatic=True)


def note_return(*, box: Mailbox, ticket: Ticket, looked: Looked, now: datetime) -> None:
    """Write in the ticket that a mail of ours did not arrive, and mark it in the outbox."""
    report = looked.sorting.report
    failed = report.failed if report else ()
    if report is None or not failed:
        return
    detail = "; ".join(f"{each.address} {each.status} {each.diagnostic}" for each in failed[:5])
    sent = OutgoingMail.objects.filter(contract=box.contract, message_id=report.original_message_id or "")
    sent.update(state=OutgoingState.RETURNED.value, fault=kept_text(detail, 400))
    text = kept_text(f"メールが届きませんでした: {detail}", 2_000)
    step = Step(act=Act.NOTE, text=text)
    act_on(access=clerk_access(box), ticket_id=ticket.pk, version=None, steps=[step], now=now)
