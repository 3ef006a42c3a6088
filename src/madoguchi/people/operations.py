"""Writes on people and their organisations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from madoguchi.audit.operations import Entry, record
from madoguchi.audit.rules import INSTALLATION
from madoguchi.core.errors import MadoguchiError
from madoguchi.people.models import Division, DivisionPlace, Organisation, Person
from madoguchi.people.rules import person_search_key


class DivisionLoopError(MadoguchiError):
    """A division cannot hang below itself; choose another parent."""


@transaction.atomic
def add_person(
    *,
    name: str,
    actor: str,
    at: datetime,
    reading: str = "",
    mail: str = "",
    extension: str = "",
    sign_in_name: str | None = None,
    password: str | None = None,
    organisation: Organisation | None = None,
    chain: str = INSTALLATION,
) -> Person:
    """Add a person; without a sign-in name they are known but cannot sign in."""
    person = Person(
        name=name, reading=reading, mail=mail, extension=extension, sign_in_name=sign_in_name,
        organisation=organisation,
        search_key=person_search_key(name=name, reading=reading, mail=mail, extension=extension),
    )  # fmt: skip
    person.set_password(password)
    person.save()
    record(chain=chain, at=at, actor=actor, entries=[Entry(act="add_person", subject=person.key)])
    return person


def add_people(people: Sequence[Person]) -> list[Person]:
    """Add many people who cannot sign in yet; the caller writes the one history row of the whole act."""
    for person in people:
        person.set_unusable_password()
    set_search_keys(people)
    return Person.objects.bulk_create(people, batch_size=500)


def set_search_keys(people: Sequence[Person]) -> None:
    """Set what people are found by, after their names or addresses changed."""
    for person in people:
        person.search_key = person_search_key(
            name=person.name, reading=person.reading, mail=person.mail, extension=person.extension
        )


@transaction.atomic
def change_person(*, person: Person, actor: str, at: datetime, changes: dict[str, str], chain: str) -> Person:
    """Change what is known of a person; the history names the fields, not their content."""
    changed = sorted(field for field, value in changes.items() if getattr(person, field) != value)
    if not changed:
        return person
    for field in changed:
        setattr(person, field, changes[field])
    person.search_key = person_search_key(
        name=person.name, reading=person.reading, mail=person.mail, extension=person.extension
    )
    person.save(update_fields=[*changed, "search_key"])
    entry = Entry(act="change_person", subject=person.key, details={"fields": changed})
    record(chain=chain, at=at, actor=actor, entries=[entry])
    return person


@transaction.atomic
def welcome_person(*, sign_in_name: str, name: str, mail: str, actor: str, at: datetime) -> Person:
    """Return the person a directory vouches for, with the name and mail it gives; known from now on if not before.

    Directories do not tell capital letters apart; where two local names differ by them alone, the exact one is meant.
    """
    fitting = Person.objects.filter(sign_in_name__iexact=sign_in_name).order_by("pk")
    known = fitting.filter(sign_in_name=sign_in_name).first() or fitting.first()
    if known is None:
        known = add_person(name=name or sign_in_name, mail=mail, sign_in_name=sign_in_name, actor=actor, at=at)
    vouch_for(person=known, by="directory", actor=actor, at=at)
    changes = {field: value for field, value in (("name", name), ("mail", mail)) if value}
    return change_person(person=known, actor=actor, at=at, changes=changes, chain=INSTALLATION)


@transaction.atomic
def vouch_for(*, person: Person, by: str, actor: str, at: datetime) -> None:
    """Leave the proof of a person to the ministry's directory or provider: a password of ours is good no more."""
    if person.vouched_by == by and not person.has_usable_password():
        return
    person.vouched_by = by
    person.set_unusable_password()
    person.save(update_fields=["vouched_by", "password"])
    entry = Entry(act="vouch_for_person", subject=person.key, details={"by": by})
    record(chain=INSTALLATION, at=at, actor=actor, entries=[entry])


def record_act_of(*, person: Person, act: str, at: datetime, details: Mapping[str, object] | None = None) -> None:
    """Write that a person did something to their own account or session."""
    entry = Entry(act=act, subject=person.key, details=details or {})
    record(chain=INSTALLATION, at=at, actor=person.key, entries=[entry])


def record_refused_sign_in(*, person: Person | None, reason: str, at: datetime) -> None:
    """Write that somebody was not let in; a name nobody has is not written, it may be a password in the wrong field."""
    subject = person.key if person else "person:unknown"
    entry = Entry(act="refuse_sign_in", subject=subject, details={"reason": reason})
    record(chain=INSTALLATION, at=at, actor="system:sign_in", entries=[entry])


@transaction.atomic
def place_division(
    *, division: Division, name: str, parent: Division | None, start_date: date, actor: str, at: datetime
) -> DivisionPlace:
    """Name and place a division from a day on; the place before it ends there."""
    _refuse_loop(division, parent, start_date)
    reaching = Q(end_date__isnull=True) | Q(end_date__gt=start_date)
    division.places.filter(reaching, start_date__lt=start_date).update(end_date=start_date)
    following = division.places.filter(start_date__gt=start_date).order_by("start_date").first()
    end_date = following.start_date if following else None
    place, _ = DivisionPlace.objects.update_or_create(
        division=division, start_date=start_date, defaults={"name": name, "parent": parent, "end_date": end_date}
    )
    details = {"from": start_date, "parent": parent.key if parent else None}
    entry = Entry(act="place_division", subject=f"division:{division.pk}", details=details)
    record(chain=INSTALLATION, at=at, actor=actor, entries=[entry])
    return place


def _refuse_loop(division: Division, parent: Division | None, day: date) -> None:
    above: Division | None = parent
    while above is not None:
        if above.pk == division.pk:
            raise DivisionLoopError(str(DivisionLoopError.__doc__))
        place = above.places.filter(start_date__lte=day).order_by("-start_date").first()
        above = place.parent if place else None
