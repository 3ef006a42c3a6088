"""One act as somebody asks for it, on a page or by a program: what it needs, and the operation that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.contracts.access import Access
from madoguchi.core.vocabulary import Act, Attribution, LinkKind, Priority, TicketKind, Visibility
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Category, Queue, Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.around import (
    leave_parent,
    link_tickets,
    merge_ticket,
    set_parent,
    unlink_tickets,
    use_article,
    watch,
)  # fmt: skip
from madoguchi.desk.queries import ticket_by_number
from madoguchi.desk.rules import NEEDED, TOLD
from madoguchi.knowledge.queries import readable_articles
from madoguchi.people.models import Person

PARENT, CHILD = "parent", "child"


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedAct:
    """An act with everything that may be said with it; what is left empty says nothing."""

    act: Act
    version: int | None = None
    text: str = ""
    is_public: bool = False
    resolves: bool = False
    at: datetime | None = None
    queue: Queue | None = None
    assignee: Person | None = None
    kind: TicketKind | None = None
    category: Category | None = None
    priority: Priority | None = None
    waits_for: str = ""
    attribution: Attribution | None = None
    is_approved: bool = False
    agreed_due_at: datetime | None = None
    rating: int | None = None
    other: int | None = None
    link: str = ""
    corrects: int | None = None
    corrected_at: datetime | None = None
    article: int | None = None
    is_watching: bool | None = None


@transaction.atomic
def carry_out(*, access: Access, ticket: Ticket, asked: AskedAct, now: datetime) -> None:
    """Do one act on a ticket, all or nothing. Raises FieldError for what is missing or does not fit."""
    for name in NEEDED.get(asked.act, ()):
        if getattr(asked, name, None) in (None, ""):
            raise FieldError(name, _("この操作には必須です。"))
    SPECIAL.get(asked.act, _do_step)(access, ticket, asked, now)


def _do_step(access: Access, ticket: Ticket, asked: AskedAct, now: datetime) -> None:
    is_told = asked.act in TOLD or asked.is_public
    step = Step(
        act=asked.act, text=asked.text, at=asked.at, fields=_fields(asked), columns=_columns(asked),
        visibility=Visibility.PUBLIC if is_told else Visibility.INTERNAL,
        queue=asked.queue, assignee=asked.assignee,
    )  # fmt: skip
    act_on(access=access, ticket_id=ticket.pk, version=asked.version, steps=[step], now=now)


def _fields(asked: AskedAct) -> Mapping[str, object]:
    """Return what an act carries beyond its text."""
    carried: Mapping[Act, Mapping[str, object]] = {
        Act.WAIT: {"waits_for": asked.waits_for},
        Act.COMPLAIN: {"attribution": asked.attribution},
        Act.ASK_EXCLUSION: {"reason": asked.text[:400]},
        Act.DECIDE_EXCLUSION: {"is_approved": asked.is_approved},
        Act.AGREE_DUE: {"agreed_due_at": asked.agreed_due_at.isoformat() if asked.agreed_due_at else None},
        Act.RATE: {"rating": asked.rating},
    }
    return carried.get(asked.act, {})


def _columns(asked: AskedAct) -> Mapping[str, object]:
    if asked.act is not Act.CLASSIFY:
        return {}
    given = {"kind": asked.kind, "category": asked.category, "priority": asked.priority}
    found = {name: value for name, value in given.items() if value}
    if not found:
        raise FieldError("kind", _("種別・分類・優先度のどれかを指定してください。"))
    return found


def _answer(access: Access, ticket: Ticket, asked: AskedAct, now: datetime) -> None:
    """Answer; where asked, resolve with it; where the text came from an article, count its use."""
    steps = [
        Step(
            act=Act.ANSWER, text=asked.text, at=asked.at, visibility=Visibility.PUBLIC, queue=asked.queue,
            assignee=asked.assignee,
        )
    ]  # fmt: skip
    if asked.resolves:
        steps.append(Step(act=Act.RESOLVE, at=asked.at, visibility=Visibility.PUBLIC))
    article = None
    if asked.article is not None:
        article = readable_articles(access).filter(pk=asked.article).first()
        if article is None:
            raise FieldError("article", _("このナレッジは見つかりません。"))
    act_on(access=access, ticket_id=ticket.pk, version=asked.version, steps=steps, now=now)
    if article is not None:
        use_article(access=access, ticket=ticket, article=article, now=now)


def _link(access: Access, ticket: Ticket, asked: AskedAct, now: datetime) -> None:
    other = _other(access, asked.other)
    if asked.link == PARENT:
        set_parent(access=access, ticket=ticket, parent=other, now=now)
    elif asked.link == CHILD:
        set_parent(access=access, ticket=other, parent=ticket, now=now)
    else:
        link_tickets(access=access, ticket=ticket, other=other, kind=LinkKind(asked.link), now=now)


def _unlink(access: Access, ticket: Ticket, asked: AskedAct, now: datetime) -> None:
    other = _other(access, asked.other)
    if asked.link == PARENT:
        leave_parent(access=access, ticket=ticket, parent=other, now=now)
    elif asked.link == CHILD:
        leave_parent(access=access, ticket=other, parent=ticket, now=now)
    else:
        unlink_tickets(access=access, ticket=ticket, other=other, kind=LinkKind(asked.link), now=now)


def _merge(access: Access, ticket: Ticket, asked: AskedAct, now: datetime) -> None:
    if asked.version is None:
        raise FieldError("version", _("この操作には必須です。"))
    merge_ticket(access=access, ticket=ticket, into=_other(access, asked.other), version=asked.version, now=now)


def _other(access: Access, number: int | None) -> Ticket:
    if number is None:
        raise FieldError("other", _("この操作には必須です。"))
    try:
        return ticket_by_number(access=access, number=number)
    except Http404 as error:
        raise FieldError("other", _("受付番号 %(n)s の案件は見つかりません。") % {"n": number}) from error


def _watch(access: Access, ticket: Ticket, asked: AskedAct, now: datetime) -> None:
    """Watch or stop watching; where neither is said, whichever the person does not do yet."""
    is_watching = asked.is_watching
    if is_watching is None:
        is_watching = not ticket.watchers.filter(person=access.person).exists()
    watch(access=access, ticket=ticket, person=access.person, is_watching=is_watching, now=now)


def _correct(access: Access, ticket: Ticket, asked: AskedAct, now: datetime) -> None:
    """Write a step that stands in for an earlier one, at another moment."""
    wrong = ticket.activities.filter(number=asked.corrects or 0).first()
    if wrong is None:
        raise FieldError("corrects", _("訂正する経過が見つかりません。"))
    if wrong.corrects is not None:
        raise FieldError("corrects", _("訂正そのものは訂正できません。元の経過を選んでください。"))
    fields = {**wrong.fields, "act": wrong.act, "visibility": wrong.visibility}
    step = Step(act=Act.CORRECT, text=asked.text, at=asked.corrected_at, corrects=wrong.number, fields=fields)
    act_on(access=access, ticket_id=ticket.pk, version=asked.version, steps=[step], now=now)


SPECIAL: Mapping[Act, Callable[[Access, Ticket, AskedAct, datetime], None]] = {
    Act.LINK: _link,
    Act.UNLINK: _unlink,
    Act.MERGE: _merge,
    Act.WATCH: _watch,
    Act.CORRECT: _correct,
    Act.ANSWER: _answer,
}
