"""The list of tickets as a table for export."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from madoguchi.console.list_columns import headings
from madoguchi.core.vocabulary import Channel, Priority, TicketKind, TicketState
from madoguchi.desk.models import Ticket
from madoguchi.people.languages import label_of


def ticket_table(tickets: QuerySet[Ticket]) -> Iterator[list[str]]:
    """Yield the headings and a row a ticket, in the order asked."""
    yield headings(
        "受付番号", "件名", "種別", "受付経路", "分類", "優先度", "状態", "依頼者", "担当", "受付先",
        "受付日時", "一次回答日時", "完了日時", "期限",
    )  # fmt: skip
    related = tickets.select_related("requester", "assignee", "queue", "category").defer("text")
    for each in related.iterator(chunk_size=2_000):
        yield [
            each.reference,
            each.subject,
            label_of(TicketKind(each.kind)),
            label_of(Channel(each.channel)),
            each.category.name if each.category else "",
            label_of(Priority(each.priority)),
            label_of(TicketState(each.state)),
            each.requester.name,
            each.assignee.name if each.assignee else "",
            each.queue.name,
            *(
                _local(moment)
                for moment in (each.received_at, each.first_answered_at, each.resolved_at, each.next_due_at)
            ),
        ]


def _local(moment: Any) -> str:  # noqa: ANN401  # a datetime or nothing
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
