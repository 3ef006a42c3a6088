"""An account as other systems take it: from the register, its holder, and where the holder belongs today."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Q

from madoguchi.assets.models import Item
from madoguchi.contracts.models import Contract
from madoguchi.core.provisioning_vocabulary import AccountField
from madoguchi.core.works_vocabulary import ItemState, Register
from madoguchi.people.models import DivisionMembership, DivisionPlace


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What is known of one account on a day; one that nobody holds, or that ran out, is not active."""

    number: str
    user_name: str
    is_active: bool
    name: str = ""
    reading: str = ""
    mail: str = ""
    phone: str = ""
    division: str = ""
    language: str = ""
    valid_until: date | None = None

    @property
    def hash(self) -> str:
        """Return one hash of everything a system is told; nothing of a person can be read from it alone."""
        return hashlib.sha256(json.dumps(asdict(self), default=str, sort_keys=True).encode()).hexdigest()

    def text(self, field: AccountField) -> str:
        """Return what stands in a column of a file."""
        if field is AccountField.IS_ACTIVE:
            return "1" if self.is_active else "0"
        value = getattr(self, field.value)
        return "" if value is None else str(value)


def accounts_of(contract: Contract, *, day: date, items: Iterable[int] | None = None) -> dict[int, Account]:
    """Return a contract's accounts by the keys of their items, all or some; in as many queries for ten as for one."""
    found = Item.objects.filter(contract=contract, register=Register.ACCOUNT.value).select_related("holder")
    if items is not None:
        found = found.filter(pk__in=list(items))
    rows = list(found.order_by("pk"))
    divisions = _divisions({each.holder_id for each in rows if each.holder_id}, day=day)
    return {each.pk: _account(each, divisions, day=day) for each in rows}


def _account(item: Item, divisions: Mapping[int, str], *, day: date) -> Account:
    person = item.holder
    is_valid = item.valid_until is None or item.valid_until >= day
    is_active = item.state == ItemState.IN_USE.value and person is not None and person.is_active and is_valid
    if person is None:
        return Account(number=item.number, user_name=item.name, is_active=False, valid_until=item.valid_until)
    return Account(
        number=item.number, user_name=item.name, is_active=is_active, name=person.name, reading=person.reading,
        mail=person.mail, phone=person.extension, division=divisions.get(person.pk, ""), language=person.language,
        valid_until=item.valid_until,
    )  # fmt: skip


def _divisions(people: set[int], *, day: date) -> dict[int, str]:
    """Return the name of the division each of some people belongs to on a day."""
    on_day = Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gt=day))
    members = dict(
        DivisionMembership.objects.filter(on_day, person__in=people).order_by("start_date", "pk")
        .values_list("person_id", "division_id")
    )  # fmt: skip
    places = DivisionPlace.objects.filter(on_day, division__in=set(members.values())).order_by("start_date", "pk")
    names = dict(places.values_list("division_id", "name"))
    return {person: names.get(division, "") for person, division in members.items()}
