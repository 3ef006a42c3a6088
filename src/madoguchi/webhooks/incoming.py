"""Tickets opened by signed messages of other programs."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.contracts.access import access_to
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import Channel, Priority, TicketKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Category, Ticket
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.webhooks.models import Source, TakenMessage

LENGTHS = {"subject": 200, "text": 20_000, "source": 200, "category": 40}
WORDS = {"kind": TicketKind, "priority": Priority}


class ReplayError(MadoguchiError):
    """The message was taken before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a message asks for; every field was checked."""

    subject: str
    text: str
    kind: TicketKind = TicketKind.INCIDENT
    priority: Priority = Priority.NORMAL
    category: str = ""
    source: str = ""


def asked_from(given: object) -> Asked:
    """Return what a message asks for. Raises FieldError with the field for anything else."""
    if not isinstance(given, dict):
        raise FieldError("body", _("JSONのオブジェクトを送ってください。"))
    for name in given:
        if name not in LENGTHS and name not in WORDS:
            raise FieldError(str(name)[:60], _("この項目はありません。"))
    texts = {name: _text(given, name) for name in LENGTHS if name in given}
    for name in ("subject", "text"):
        if not texts.get(name, "").strip():
            raise FieldError(name, _("必須の項目です。"))
    kind = TicketKind(_word(given, "kind", TicketKind.INCIDENT.value))
    return Asked(**texts, kind=kind, priority=Priority(_word(given, "priority", Priority.NORMAL.value)))


def _text(given: dict[object, object], name: str) -> str:
    value = given[name]
    if not isinstance(value, str) or "\x00" in value or len(value) > LENGTHS[name] or not _is_whole(value):
        raise FieldError(name, _("%(n)s文字以内の文字列にしてください。") % {"n": LENGTHS[name]})
    return value.strip()


def _is_whole(text: str) -> bool:
    """Return whether a text has no half of a character: JSON can write one, no table takes it."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def _word(given: dict[object, object], name: str, default: str) -> str:
    value, words = given.get(name, default), [each.value for each in WORDS[name]]
    if not isinstance(value, str) or value not in words:
        raise FieldError(name, _("次のいずれかにしてください: %(words)s") % {"words": ", ".join(words)})
    return value


@transaction.atomic
def open_ticket(*, source: Source, message: str, asked: Asked, now: datetime) -> Ticket:
    """Open a ticket for a message, once. Raises ReplayError for one that was taken before, and FieldError."""
    try:
        with transaction.atomic():
            TakenMessage.objects.create(source=source, message=message, at=now)
    except IntegrityError as error:
        raise ReplayError("webhook-id") from error
    access = access_to(person=source.person, contract_key=source.contract.key, day=timezone.localdate(now))
    category = Category.objects.filter(contract=access.contract, key=asked.category).first() if asked.category else None
    if asked.category and category is None:
        raise FieldError("category", _("この契約にない値です。"))
    new = NewTicket(
        requester=source.person, kind=asked.kind, channel=Channel.WEB, subject=asked.subject, text=asked.text,
        received_at=now, category=category, priority=asked.priority, source=asked.source,
    )  # fmt: skip
    return receive_ticket(access=access, new=new, now=now)
