"""What was done at a desk since its facts were written, read from the contract's history."""

from dataclasses import dataclass

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.models import Contract

# who only looks changes no fact
LOOKED = ("view_", "export_", "search", "download_")
TICKET = "ticket"
# what these acts were done to makes no fact of a ticket other than those that have a row of their own
APART = frozenset(
    {
        "account_system", "announced", "approval", "article", "call_exclusion", "call_sending", "calls", "category",
        "confirmed", "decision", "desk_record", "desk_records", "division", "document", "file_import", "filter",
        "firm_comment", "form", "item", "items", "macro", "mail", "mailbox", "maintenance", "mapping_rule", "message",
        "month", "organisation", "outage", "outgoing_mail", "person", "personnel", "plan", "procurement", "queue",
        "register", "round", "sending", "source", "staffing", "stocktake", "template",
    }
)  # fmt: skip
# these reach further than what they name
FAR_REACHING = frozenset({"approve_erasure", "erase_personal_data"})
# who decides what counts looks next at what it made of the figures
DECIDES = frozenset({"decide_call_exclusion", "decide_exclusion"})
# more are sooner written with all others than picked out
MOST_TICKETS = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """The keys of the tickets something was done to, and whether anything was done apart from them."""

    tickets: frozenset[int]
    is_other: bool


def done_since(contract: Contract, *, head: int) -> Done | None:
    """Return what the history's rows after one tell; None where they do not tell which facts they change."""
    rows = HistoryRow.objects.filter(chain=contract.key, number__gt=head)
    for prefix in LOOKED:
        rows = rows.exclude(act__startswith=prefix)
    if rows.filter(act__in=FAR_REACHING).exists():
        return None
    tickets: set[int] = set()
    is_other = False
    for subject in rows.values_list("subject", flat=True).distinct():
        kind, _, key = subject.partition(":")
        if kind == TICKET and key.isdecimal():
            tickets.add(int(key))
        elif kind in APART:
            is_other = True
        else:
            return None
    return Done(tickets=frozenset(tickets), is_other=is_other) if len(tickets) <= MOST_TICKETS else None


def is_decided_since(contract: Contract, *, head: int) -> bool:
    """Say whether it was decided, after one of the history's rows, what is left out of the figures."""
    return HistoryRow.objects.filter(chain=contract.key, number__gt=head, act__in=DECIDES).exists()
