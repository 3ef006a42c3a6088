"""Recorded values as texts, people and items by their names."""

from collections.abc import Iterable

from madoguchi.assets.models import Item
from madoguchi.contracts.access import Access
from madoguchi.core.works_vocabulary import FieldKind
from madoguchi.desk.models import Ticket
from madoguchi.desk.queries import visible_tickets
from madoguchi.people.models import Person
from madoguchi.works.catalogue.answers import shown
from madoguchi.works.catalogue.spec import Answers, Field, Form, Text
from madoguchi.works.models import Application


def recorded(fields: Iterable[Field], values: Answers, *, is_japanese: bool = True) -> list[tuple[Text, str]]:
    """Return the labels and texts of the fields that were recorded."""
    known = [each for each in fields if each.key in values]
    people = Person.objects.in_bulk(_keys(known, values, FieldKind.PERSON))
    items = Item.objects.in_bulk(_keys(known, values, FieldKind.ITEM))
    found = []
    for field in known:
        value: object = values[field.key]
        if field.kind is FieldKind.PERSON:
            value = people.get(value, value)
        elif field.kind is FieldKind.ITEM:
            value = items.get(value, value)
        found.append((field.label, shown(field, value, is_japanese=is_japanese)))
    return found


def tickets_named(access: Access, form: Form, application: Application) -> list[Ticket]:
    """Return the tickets an application says it is for, of those that the person may see."""
    said = (application.answers.get(each.key) for each in form.fields if each.kind is FieldKind.TICKET)
    numbers = sorted({each for each in said if isinstance(each, int)})
    return list(visible_tickets(access).filter(number__in=numbers).order_by("number")) if numbers else []


def _keys(fields: Iterable[Field], values: Answers, kind: FieldKind) -> list[int]:
    found = (values[each.key] for each in fields if each.kind is kind)
    return [each for each in found if isinstance(each, int)]
