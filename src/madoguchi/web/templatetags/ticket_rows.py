"""The rows of a list of tickets, written in one go: a template's loop over fifty rows takes half of a page's time."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import partial
from html import escape

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madoguchi.console.queries import ListedTicket
from madoguchi.core.calendar.elapsed import elapsed_business_seconds
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.vocabulary import LabelledEnum, Priority, TicketKind, TicketState
from madoguchi.desk.models import Ticket
from madoguchi.people.languages import is_japanese
from madoguchi.web.templatetags.words import spell

register = template.Library()


@register.simple_tag
def ticket_rows(
    tickets: Iterable[ListedTicket], contract_key: str, now: datetime, *, calendar: BusinessCalendar, has_boxes: bool
) -> SafeString:
    """Return a table row a ticket, every text escaped; the time left is of opening hours."""
    in_japanese = is_japanese()
    labels = {name: escape(_(text)) for name, text in LABELS.items()}
    pattern = reverse("ticket", kwargs={"contract_key": contract_key, "number": 0})
    zone = timezone.get_current_timezone()
    rows = [
        _row(
            each,
            pattern.replace("/0/", f"/{each.number}/"),
            labels,
            due=_due(each, labels, calendar, now, zone),
            zone=zone,
            has_box=has_boxes,
            is_late=each.next_due_at is not None and each.next_due_at < now,
            is_japanese=in_japanese,
        )
        for each in tickets
    ]
    return mark_safe("".join(rows))  # noqa: S308  # every text of a row is escaped


@register.simple_tag
def found_rows(rows: Iterable[tuple[Ticket, SafeString, SafeString]], contract_key: str) -> SafeString:
    """Return a list item a ticket that was found; the excerpts of its subject and text are escaped already."""
    in_japanese = is_japanese()
    pattern = reverse("ticket", kwargs={"contract_key": contract_key, "number": 0})
    items = (
        f'<li><a data-row href="{pattern.replace("/0/", f"/{each.number}/")}">{each.reference} {subject}</a> '
        f'<span class="tag">{_word(each.state, TicketState, is_japanese=in_japanese)}</span>'
        f'<p class="help">{text}</p></li>'
        for each, subject, text in rows
    )
    return mark_safe("".join(items))  # noqa: S308  # every text of an item is escaped


LABELS = {
    "number": gettext_noop("番号"),
    "due": gettext_noop("期限"),
    "state": gettext_noop("状態"),
    "kind": gettext_noop("種別"),
    "requester": gettext_noop("依頼者"),
    "assignee": gettext_noop("担当"),
    "received": gettext_noop("受付"),
    "late": gettext_noop("期限超過"),
    "left": gettext_noop("残り"),
    "select": gettext_noop("%(r)s を選択"),
}


def _row(
    each: ListedTicket,
    address: str,
    labels: dict[str, str],
    *,
    due: str,
    zone: tzinfo,
    has_box: bool,
    is_late: bool,
    is_japanese: bool,
) -> str:
    word = partial(_word, is_japanese=is_japanese)
    reference = each.reference
    title = labels["select"] % {"r": reference}
    box = f'<input type="checkbox" name="tickets" value="{each.number}">'
    first = f'<td><label><span class="hidden">{title}</span>{box}</label></td>' if has_box else ""
    urgent = "warn" if each.priority in (Priority.HIGH, Priority.URGENT) else ""
    priority = (
        ""
        if each.priority == Priority.NORMAL
        else f' <span class="tag {urgent}">{word(each.priority, Priority)}</span>'
    )
    who = escape(each.queue) + (f" / {escape(each.assignee)}" if each.assignee else "")
    cells = (
        ("number", reference),
        ("", f'<a data-row href="{address}">{escape(each.subject)}</a>{priority}'),
        ("due", due),
        ("state", word(each.state, TicketState)),
        ("kind", word(each.kind, TicketKind)),
        ("requester", escape(each.requester)),
        ("assignee", who),
        ("received", _moment(each.received_at, zone)),
    )
    body = "".join(
        f'<td data-label="{labels[name]}">{cell}</td>' if name else f"<td>{cell}</td>" for name, cell in cells
    )
    return f"<tr{' class=late' if is_late else ''}>{first}{body}</tr>"


def _word(value: str, words: type[LabelledEnum], *, is_japanese: bool) -> str:
    found = words(value)
    return escape(found.label if is_japanese else found.label_en)


def _due(each: ListedTicket, labels: dict[str, str], calendar: BusinessCalendar, now: datetime, zone: tzinfo) -> str:
    """Return the time left in opening hours and when it ends."""
    due_at = each.next_due_at
    if due_at is None:
        return "－"
    if due_at < now:
        return f'<span class="tag bad">{labels["late"]}</span> {_moment(due_at, zone)}'
    left = elapsed_business_seconds(calendar=calendar, start=now, end=due_at)
    return f"{labels['left']} {escape(spell(left))}<br>{_moment(due_at, zone)}"


def _moment(moment: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return f'<time datetime="{local.isoformat()}">{local:%Y-%m-%d %H:%M}</time>'
