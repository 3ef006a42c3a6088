"""Tickets found by their words."""

from madoguchi.contracts.access import Access
from madoguchi.desk.models import OPEN_STATES, Ticket
from madoguchi.desk.queries import sees_everything, visible_tickets
from madoguchi.knowledge.search.find import MAX_FOUND, Found, find_texts
from madoguchi.knowledge.search.index import TextKind

STATES = frozenset(("open", "closed"))


def found_tickets(
    *, access: Access, query: str, state: str = "", limit: int, related: tuple[str, ...] = ()
) -> tuple[list[Ticket], Found]:
    """Return the best of the visible tickets that hold every word, and how many there are in all.

    `related` names what of them is read along.

    Where a state or the person's sight narrows them, the best 5,000 matches are looked through.
    """
    is_narrowed = state in STATES or not sees_everything(access)
    wanted = MAX_FOUND if is_narrowed else limit
    found = find_texts(contract=access.contract, kind=TextKind.TICKET, query=query, needs_all=True, limit=wanted)
    tickets = visible_tickets(access).select_related(*related) if related else visible_tickets(access)
    if not is_narrowed:
        by_id = tickets.in_bulk(found.object_ids)
        return [by_id[each] for each in found.object_ids if each in by_id], found
    narrowed = visible_tickets(access).filter(pk__in=found.object_ids)
    if state == "open":
        narrowed = narrowed.filter(state__in=OPEN_STATES)
    elif state == "closed":
        narrowed = narrowed.exclude(state__in=OPEN_STATES)
    kept = set(narrowed.values_list("pk", flat=True))
    ids = [each for each in found.object_ids if each in kept]
    by_id = tickets.in_bulk(ids[:limit])
    shown = Found(object_ids=tuple(ids), count=len(ids), words=found.words)
    return [by_id[each] for each in ids[:limit]], shown
