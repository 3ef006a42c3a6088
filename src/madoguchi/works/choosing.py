"""People, things and tickets that a form can name: of the contract, without the desk's right only what is near."""

import re
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from madoguchi.assets.models import Item
from madoguchi.assets.queries import choosable_items
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import FieldKind
from madoguchi.desk.queries import visible_tickets
from madoguchi.people.models import DivisionMembership, Person
from madoguchi.people.queries import division_id_of
from madoguchi.people.typed import narrow_digits
from madoguchi.works.catalogue.answers import Resolve
from madoguchi.works.catalogue.spec import Field

CHOSEN = re.compile(r"(?:^|#)([0-9]{1,15})$")
NUMBER = re.compile("[0-9]{1,9}")


def items_to_choose(access: Access, field: Field) -> QuerySet[Item]:
    """Return the things a field can name: the person's own, or with the desk's right everybody's."""
    found = choosable_items(contract=access.contract, register=field.register or "")
    return found if access.may(Right.RECEIVE) else found.filter(holder=access.person)


def people_to_choose(access: Access, *, day: date) -> QuerySet[Person]:
    """Return the people a field can name: those of the person's own division, or with the desk's right everybody."""
    found = people_of(contract=access.contract, day=day)
    if not access.may(Right.RECEIVE):
        division = division_id_of(access.person, day=day)
        in_force = Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gt=day))
        near = DivisionMembership.objects.filter(in_force, division_id=division or 0).values("person_id")
        found = found.filter(Q(pk__in=near) | Q(pk=access.person.pk))
    return found.order_by("reading", "name", "pk")


def _ticket_number(access: Access, typed: str) -> int:
    """Return the number of a ticket that the person may see. Raises ValueError with what to do."""
    narrow = narrow_digits(typed)
    number = int(narrow) if NUMBER.fullmatch(narrow) else 0
    if not visible_tickets(access).filter(number=number).exists():
        raise ValueError(_("受付番号「%(given)s」の案件はありません。番号を確かめてください。") % {"given": typed[:40]})
    return number


def resolver(access: Access, *, day: date) -> Resolve:
    """Return how what was chosen is found: by its key, or as people write it (a number or name; a mail address)."""

    def resolve(field: Field, typed: str) -> int:
        if field.kind is FieldKind.TICKET:
            return _ticket_number(access, typed)
        rows = people_to_choose(access, day=day) if field.kind is FieldKind.PERSON else items_to_choose(access, field)
        written = Q(mail__iexact=typed) if field.kind is FieldKind.PERSON else Q(number=typed) | Q(name=typed)
        chosen = CHOSEN.search(typed)
        keys = list(rows.filter(pk=int(chosen.group(1))).values_list("pk", flat=True)) if chosen else []
        keys = keys or list(rows.filter(written).values_list("pk", flat=True)[:2])
        if len(keys) == 1:
            return keys[0]
        text = (
            _("「%(given)s」は候補が複数あります。番号で指定してください。")
            if keys
            else _("「%(given)s」は候補にありません。候補から選んでください。")
        )
        raise ValueError(text % {"given": typed[:40]})

    return resolve
