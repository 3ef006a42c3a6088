"""What hangs on a ticket: links, merges, parents, watchers, files, articles, presence."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, LinkKind, Visibility
from madoguchi.desk.errors import FieldError
from madoguchi.desk.locks import lock_family, locked_tickets
from madoguchi.desk.models import ArticleUse, Attachment, Presence, Ticket, TicketLink, Watcher
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.knowledge.models import Article
from madoguchi.people.models import Person

PRESENT_SECONDS = 45


@transaction.atomic
def link_tickets(*, access: Access, ticket: Ticket, other: Ticket, kind: LinkKind, now: datetime) -> Ticket:
    """Link a ticket with another. Raises FieldError for itself, and where this very link is there already."""
    if ticket.pk == other.pk:
        raise FieldError("other", _("案件をそれ自身に関連付けることはできません。"))
    locked_tickets(contract=access.contract, ticket_ids=[ticket.pk, other.pk])
    _link_made, is_new = TicketLink.objects.get_or_create(ticket=ticket, other=other, kind=kind.value)
    if not is_new:
        raise FieldError("other", _("案件 %(r)s とはすでに関連付けられています。") % {"r": other.reference})
    step = Step(act=Act.LINK, fields={"other": other.number, "link": kind.value})
    return act_on(access=access, ticket_id=ticket.pk, version=None, steps=[step], now=now)


@transaction.atomic
def unlink_tickets(*, access: Access, ticket: Ticket, other: Ticket, kind: LinkKind, now: datetime) -> None:
    """Take away the links of a kind between two tickets, whichever leads to the other; both keep a step that tells it.

    Raises FieldError where there is none.
    """
    locked_tickets(contract=access.contract, ticket_ids=[ticket.pk, other.pk])
    between = Q(ticket=ticket.pk, other=other.pk) | Q(ticket=other.pk, other=ticket.pk)
    count, _of_each = TicketLink.objects.filter(between, kind=kind.value).delete()
    if not count:
        raise FieldError("other", _("この関連付けはありません。"))
    for each, its_other in ((ticket, other), (other, ticket)):
        step = Step(act=Act.UNLINK, fields={"other": its_other.number, "link": kind.value})
        act_on(access=access, ticket_id=each.pk, version=None, steps=[step], now=now)


@transaction.atomic
def merge_ticket(*, access: Access, ticket: Ticket, into: Ticket, version: int, now: datetime) -> Ticket:
    """Close a ticket as the same matter as another; its requester goes on following the other."""
    locked = {each.pk: each for each in locked_tickets(contract=access.contract, ticket_ids=[ticket.pk, into.pk])}
    into = locked[into.pk]
    if ticket.pk in (into.pk, into.merged_into_id):
        raise FieldError("other", _("統合先には別の案件を指定してください。"))
    if not into.is_open:
        raise FieldError(
            "other", _("統合先の案件 %(r)s は終了しています。対応中の案件を指定してください。") % {"r": into.reference}
        )
    Watcher.objects.get_or_create(ticket=into, person=ticket.requester)
    step = Step(act=Act.MERGE, fields={"other": into.number}, columns={"merged_into": into})
    merged = act_on(access=access, ticket_id=ticket.pk, version=version, steps=[step], now=now)
    note = Step(act=Act.LINK, fields={"other": ticket.number, "link": "merged"})
    act_on(access=access, ticket_id=into.pk, version=None, steps=[note], now=now)
    return merged


@transaction.atomic
def set_parent(*, access: Access, ticket: Ticket, parent: Ticket, now: datetime) -> Ticket:
    """Hang a ticket below another. Raises FieldError for a circle."""
    lock_family(access.contract)
    above: int | None = parent.pk
    while above is not None:
        if above == ticket.pk:
            raise FieldError("other", _("親案件が循環します。別の案件を指定してください。"))
        above = Ticket.objects.values_list("parent_id", flat=True).get(pk=above)
    step = Step(act=Act.LINK, fields={"other": parent.number, "link": "parent"}, columns={"parent": parent})
    return act_on(access=access, ticket_id=ticket.pk, version=None, steps=[step], now=now)


@transaction.atomic
def leave_parent(*, access: Access, ticket: Ticket, parent: Ticket, now: datetime) -> None:
    """Hang a ticket below its parent no more; both keep a step that tells it. Raises FieldError for no parent of it."""
    locked = {each.pk: each for each in locked_tickets(contract=access.contract, ticket_ids=[ticket.pk, parent.pk])}
    if locked[ticket.pk].parent_id != parent.pk:
        raise FieldError("other", _("この関連付けはありません。"))
    leave = Step(act=Act.UNLINK, fields={"other": parent.number, "link": "parent"}, columns={"parent": None})
    act_on(access=access, ticket_id=ticket.pk, version=None, steps=[leave], now=now)
    note = Step(act=Act.UNLINK, fields={"other": ticket.number, "link": "child"})
    act_on(access=access, ticket_id=parent.pk, version=None, steps=[note], now=now)


@transaction.atomic
def watch(*, access: Access, ticket: Ticket, person: Person, is_watching: bool, now: datetime) -> None:
    if is_watching:
        Watcher.objects.get_or_create(ticket=ticket, person=person)
    else:
        Watcher.objects.filter(ticket=ticket, person=person).delete()
    step = Step(act=Act.WATCH, fields={"person": person.pk, "watching": is_watching})
    act_on(access=access, ticket_id=ticket.pk, version=None, steps=[step], now=now)


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    name: str
    media_type: str
    content: bytes


def attach(*, access: Access, ticket: Ticket, file: File, visibility: Visibility, now: datetime) -> Attachment:
    """Keep a file with a ticket, stored by its hash; the same content is stored once."""
    return attach_files(access=access, ticket=ticket, files=[file], visibility=visibility, now=now)[0]


@transaction.atomic
def attach_files(
    *, access: Access, ticket: Ticket, files: Sequence[File], visibility: Visibility, now: datetime
) -> list[Attachment]:
    """Keep files with a ticket, a step for each. Raises FieldError where one is empty or too large."""
    for file in files:
        _check_size(file)
    named = [(_printable(file.name)[:200], _printable(file.media_type)[:100], file.content) for file in files]
    steps = [
        Step(act=Act.ATTACH, visibility=visibility, fields={"file": name, "size": len(content)})
        for name, _media_type, content in named
    ]
    changed = act_on(access=access, ticket_id=ticket.pk, version=None, steps=steps, now=now)
    first = changed.activity_count - len(files) + 1
    return Attachment.objects.bulk_create(
        Attachment(
            ticket=ticket, activity_number=number, name=name, media_type=media_type, size=len(content),
            sha256=_stored(content), visibility=visibility.value,
        )
        for number, (name, media_type, content) in enumerate(named, start=first)
    )  # fmt: skip


def _check_size(file: File) -> None:
    if len(file.content) > settings.MAX_ATTACHMENT_BYTES:
        limit = settings.MAX_ATTACHMENT_BYTES // 1_000_000
        raise FieldError(
            "file",
            _("ファイルが大きすぎます（%(size)s バイト）。%(limit)s MB 以下にしてください。")
            % {"size": len(file.content), "limit": limit},
        )
    if not file.content:
        raise FieldError("file", _("ファイル「%(name)s」は空です。") % {"name": file.name})


def _printable(text: str) -> str:
    return "".join(each for each in text if each.isprintable())


def _stored(content: bytes) -> str:
    """Keep content under its hash, and return that; called once the act was allowed: a refusal leaves no file."""
    digest = hashlib.sha256(content).hexdigest()
    path = stored_path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # a name of its own: the same file may be sent by several at once
        aside = path.with_name(f".{digest}.{secrets.token_hex(8)}")
        aside.write_bytes(content)
        aside.replace(path)
    return digest


def stored_path(digest: str) -> Path:
    return Path(settings.FILES_FOLDER) / digest[:2] / digest


@transaction.atomic
def use_article(*, access: Access, ticket: Ticket, article: Article, now: datetime) -> None:
    """Count an article as used in a ticket, once."""
    access.require(Right.WORK)
    _, is_new = ArticleUse.objects.get_or_create(ticket=ticket, article=article, defaults={"at": now})
    if is_new:
        Article.objects.filter(pk=article.pk).update(use_count=F("use_count") + 1)


def show_presence(*, ticket: Ticket, person: Person, now: datetime) -> list[Person]:
    """Note that a person has the ticket open; return who else has."""
    Presence.objects.update_or_create(ticket=ticket, person=person, defaults={"seen_at": now})
    since = now - timedelta(seconds=PRESENT_SECONDS)
    others = Presence.objects.filter(ticket=ticket, seen_at__gte=since).exclude(person=person)
    return [each.person for each in others.select_related("person")]
