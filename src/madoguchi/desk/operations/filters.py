"""Filters of the list that a person keeps by name, for themselves."""

from datetime import datetime

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import SavedFilter

LONGEST = 1_000


def kept_query(query: str) -> str:
    """Return a query as it is kept. Raises FieldError for one too long: letters beyond ASCII take up to nine there."""
    kept = QueryDict(query).urlencode()
    if len(kept) > LONGEST:
        raise FieldError("query", _("条件が長すぎます。"))
    return kept


@transaction.atomic
def save_filter(*, access: Access, name: str, query: str, now: datetime) -> SavedFilter:
    """Keep a filter; one of the same name is replaced."""
    access.require(Right.SEE_TICKETS)
    saved, _is_new = SavedFilter.objects.update_or_create(
        contract=access.contract, person=access.person, name=name, defaults={"query": kept_query(query)}
    )
    _record(access, saved.pk, act="save_filter", now=now)
    return saved


@transaction.atomic
def rename_filter(*, access: Access, saved: SavedFilter, name: str, now: datetime) -> SavedFilter:
    own = SavedFilter.objects.filter(contract=access.contract, person=access.person)
    if own.filter(name=name).exclude(pk=saved.pk).exists():
        raise FieldError("name", _("この名前は使われています。別の名前にしてください。"))
    saved.name = name
    saved.save(update_fields=["name"])
    _record(access, saved.pk, act="rename_filter", now=now)
    return saved


@transaction.atomic
def delete_filter(*, access: Access, saved: SavedFilter, now: datetime) -> None:
    number = saved.pk
    saved.delete()
    _record(access, number, act="delete_filter", now=now)


def _record(access: Access, number: int, *, act: str, now: datetime) -> None:
    entry = Entry(act=act, subject=f"filter:{number}")
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
