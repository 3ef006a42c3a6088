"""Changing forms: every change is a version, and applications keep the version they were made with."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.people.models import Person
from madoguchi.works.catalogue.load import load_form
from madoguchi.works.locks import lock_forms
from madoguchi.works.models import FormVersion


@transaction.atomic
def save_form(*, access: Access, key: str, text: str, now: datetime) -> FormVersion:
    """Keep a form's new text, in force from now on. Raises InvalidInputError with every problem in it."""
    access.require(Right.ADMINISTER)
    file = f"{key}.toml"
    if "\x00" in text:
        raise InvalidInputError([Problem(where=file, key="", given="a NUL character", allowed="a TOML file")])
    form = load_form(text, file=file)
    if form.key != key:
        raise InvalidInputError([Problem(where=file, key="key", given=f"given {form.key!r}", allowed=repr(key))])
    version = _added(access.contract, key, text, person=access.person, is_changed_here=True, now=now)
    entry = Entry(act="save_form", subject=f"form:{key}", details={"version": version.number})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return version


def version_with(*, contract: Contract, key: str, text: str, now: datetime) -> FormVersion:
    """Return the stored version with this text; a form of the package is stored when it is first used."""
    return _latest_if(contract, key, text) or _first_used(contract, key, text, now=now)


def _latest_if(contract: Contract, key: str, text: str) -> FormVersion | None:
    latest = FormVersion.objects.filter(contract=contract, key=key).order_by("-number").first()
    return latest if latest is not None and latest.text == text else None


def _first_used(contract: Contract, key: str, text: str, *, now: datetime) -> FormVersion:
    lock_forms(contract)
    known = _latest_if(contract, key, text)
    return known or _added(contract, key, text, person=None, is_changed_here=False, now=now)


def _added(
    contract: Contract, key: str, text: str, *, person: Person | None, is_changed_here: bool, now: datetime
) -> FormVersion:
    lock_forms(contract)
    number = FormVersion.objects.filter(contract=contract, key=key).aggregate(latest=Max("number"))["latest"] or 0
    return FormVersion.objects.create(
        contract=contract, key=key, number=number + 1, text=text, is_changed_here=is_changed_here, added_at=now,
        author=person,
    )  # fmt: skip
