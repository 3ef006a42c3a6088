"""What a macro comes to on one ticket: its steps, with the places of its texts filled in."""

import re
from collections.abc import Callable, Iterator, Mapping

from madoguchi.core.vocabulary import Act, Visibility
from madoguchi.desk.models import Macro, Ticket
from madoguchi.desk.operations.act import Step
from madoguchi.people.models import Person

PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
PLACES: Mapping[str, Callable[[Ticket, Person], str]] = {
    "requester": lambda ticket, _person: ticket.requester.name,
    "reference": lambda ticket, _person: ticket.reference,
    "subject": lambda ticket, _person: ticket.subject,
    "operator": lambda _ticket, person: person.name,
}


def unknown_places(text: str) -> list[str]:
    """Return the places of a text that nothing is known for."""
    return sorted({name for name in PLACE.findall(text) if name not in PLACES})


def filled(text: str, *, ticket: Ticket, person: Person) -> str:
    """Return a text with its places filled in; what is filled in is not looked through again."""
    return PLACE.sub(lambda found: _filled_place(found, ticket, person), text)


def _filled_place(found: re.Match[str], ticket: Ticket, person: Person) -> str:
    fill = PLACES.get(found.group(1))
    return fill(ticket, person) if fill else found.group(0)


def steps_of_macro(macro: Macro, *, ticket: Ticket, person: Person) -> Iterator[Step]:
    """Yield the steps a macro does to a ticket, in their order."""
    if macro.takes:
        yield Step(act=Act.TAKE)
    columns = {"kind": macro.kind, "category": macro.category, "priority": macro.priority}
    if any(columns.values()):
        yield Step(act=Act.CLASSIFY, columns={name: value for name, value in columns.items() if value})
    if macro.note:
        yield Step(act=Act.NOTE, text=filled(macro.note, ticket=ticket, person=person))
    if macro.answer:
        text = filled(macro.answer, ticket=ticket, person=person)
        yield Step(act=Act.ANSWER, text=text, visibility=Visibility.PUBLIC)
    if macro.queue is not None:
        yield Step(act=Act.ESCALATE, queue=macro.queue)
    if macro.waits_for:
        yield Step(act=Act.WAIT, fields={"waits_for": macro.waits_for})
    if macro.resolves:
        visibility = Visibility.PUBLIC if macro.answer else Visibility.INTERNAL
        yield Step(act=Act.RESOLVE, visibility=visibility)
