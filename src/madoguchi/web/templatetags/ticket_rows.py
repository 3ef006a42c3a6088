"""The rows of a list of tickets, written in one go: a template's loop over fifty rows takes half of a page's time."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.core.vocabulary import LabelledEnum, Priority, TicketKind, TicketState
from madoguchi.desk.models import Ticket

register = template.Library()


@register.simple_tag
def ticket_rows(tickets: Iterable[Ticket], contract_key: str, now: datetime, *, has_boxes: bool) -> SafeString:
    """Return a table row a ticket, every text escaped."""
    is_japanese = (get_language() or "ja").startswith("ja")
    labels = {name: escape(_(text)) for name, text in LABELS.items()}
    pattern = reverse("ticket", kwargs={"contract_key": contract_key, "number": 0})
    rows = [
        _row(each, pattern.replace("/0/", f"/{each.number}/"), labels, now, has_box=has_boxes, is_japanese=is_japanese)
        for each in tickets
    ]
    return mark_safe("".join(rows))  # noqa: S308  # every text of a row is escaped


LABELS = {
    "number": "番号", "due": "期限", "state": "状態", "kind": "種別", "requester": "依頼者", "assignee": "担当",
    "received": "受付",
    "late": "期限超過", "select": "%(r)s を選択",
}  # fmt: skip


def _row(each: Ticket, address: str, labels: dict[str, str], now: datetime, *, has_box: bool, is_japanese: bool) -> str:
    def word(value: str, words: type[LabelledEnum]) -> str:
        found = words(value)
        return escape(found.label if is_japanese else found.label_en)

    reference, is_late = each.reference, each.next_due_at is not None and each.next_due_at < now
    title = labels["select"] % {"r": reference}
    box = f'<input type="checkbox" name="tickets" value="{each.number}">'
    first = f'<td><label><span class="hidden">{title}</span>{box}</label></td>' if has_box else ""
    late = f'<span class="tag bad">{labels["late"]}</span> ' if is_late else ""
    due = late + moment_html(each.next_due_at) if each.next_due_at else "－"
    urgent = "warn" if each.priority in (Priority.HIGH, Priority.URGENT) else ""
    priority = (
        ""
        if each.priority == Priority.NORMAL
        else f' <span class="tag {urgent}">{word(each.priority, Priority)}</span>'
    )
    who = escape(each.queue.name) + (f" / {escape(each.assignee.name)}" if each.assignee else "")
    cells = (
        ("number", reference),
        ("", f'<a data-row href="{address}">{escape(each.subject)}</a>{priority}'),
        ("due", due),
        ("state", word(each.state, TicketState)),
        ("kind", word(each.kind, TicketKind)),
        ("requester", escape(each.requester.name)),
        ("assignee", who),
        ("received", moment_html(each.received_at)),
    )
    body = "".join(
        f'<td data-label="{labels[name]}">{cell}</td>' if name else f"<td>{cell}</td>" for name, cell in cells
    )
    return f"<tr{' class=late' if is_late else ''}>{first}{body}</tr>"


def moment_html(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f'<time datetime="{local.isoformat()}">{local:%Y-%m-%d %H:%M}</time>'
