"""Writes on organisations and their divisions over time; a tree that cannot be is refused whole."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.audit.rules import INSTALLATION
from madoguchi.core.errors import MadoguchiError
from madoguchi.people.models import Division, DivisionMembership, DivisionPlace, Organisation, Person
from madoguchi.people.operations import place_division


class DivisionError(MadoguchiError):
    """A change of divisions is not possible; `field` is the one to look at."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def in_force(day: date) -> Q:
    return Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gt=day))


def place_on(*, division: Division, day: date, field: str = "division") -> DivisionPlace:
    """Return a division's name and place on a day. Raises DivisionError where it does not exist then."""
    place = division.places.filter(in_force(day)).select_related("parent").first()
    if place is None:
        text = _("この部署は %(day)s には存在しません。")
        raise DivisionError(field, text % {"day": day.isoformat()})
    return place


@transaction.atomic
def add_division(
    *, organisation: Organisation, key: str, name: str, parent: Division | None, day: date, actor: str, at: datetime
) -> Division:
    """Add a division from a day on."""
    _locked(organisation)
    if organisation.divisions.filter(key=key).exists():
        raise DivisionError("key", _("この記号は使われています。別の記号にしてください。"))
    division = Division.objects.create(organisation=organisation, key=key)
    place_division(division=division, name=name, parent=parent, start_date=day, actor=actor, at=at)
    _check_tree(organisation, day=day)
    return division


@transaction.atomic
def rename_division(*, division: Division, name: str, day: date, actor: str, at: datetime) -> None:
    """Give a division another name from a day on; its place stays."""
    _locked(division.organisation)
    parent = place_on(division=division, day=day).parent
    place_division(division=division, name=name, parent=parent, start_date=day, actor=actor, at=at)
    _check_tree(division.organisation, day=day)


@transaction.atomic
def move_division(*, division: Division, parent: Division | None, day: date, actor: str, at: datetime) -> None:
    """Hang a division below another, or below none, from a day on; its name stays."""
    _locked(division.organisation)
    name = place_on(division=division, day=day).name
    if parent is not None and parent.pk == division.pk:
        raise DivisionError("parent", _("部署をそれ自身の下に置くことはできません。"))
    place_division(division=division, name=name, parent=parent, start_date=day, actor=actor, at=at)
    _check_tree(division.organisation, day=day)


@transaction.atomic
def close_division(*, division: Division, day: date, actor: str, at: datetime) -> None:
    """End a division: on that day it is no more. Refused while divisions or people are below it."""
    _locked(division.organisation)
    _end(division, day=day)
    members = division.memberships.filter(Q(end_date__isnull=True) | Q(end_date__gt=day)).count()
    if members:
        raise DivisionError("day", _("所属している人が%(n)s人います。先に異動させてください。") % {"n": members})
    _check_tree(division.organisation, day=day)
    _record("close_division", division, day=day, actor=actor, at=at)


@transaction.atomic
def merge_division(*, division: Division, into: Division, day: date, actor: str, at: datetime) -> None:
    """End a division on a day; what hung below it and who belonged to it go to another from then on."""
    _locked(division.organisation)
    if into.pk == division.pk or into.organisation_id != division.organisation_id:
        raise DivisionError("parent", _("統合先には同じ組織の別の部署を指定してください。"))
    place_on(division=into, day=day, field="parent")
    for below in DivisionPlace.objects.filter(in_force(day), parent=division).select_related("division"):
        place_division(
            division=below.division, name=below.name, parent=into, start_date=day, actor=actor, at=at
        )  # fmt: skip
    for membership in division.memberships.filter(in_force(day)).select_related("person"):
        move_person(person=membership.person, division=into, day=day, actor=actor, at=at)
    division.memberships.filter(start_date__gt=day).update(division=into)
    _end(division, day=day)
    division.merged_into = into
    division.save(update_fields=["merged_into"])
    _check_tree(division.organisation, day=day)
    _record("merge_division", division, day=day, actor=actor, at=at, into=into.pk)


@transaction.atomic
def move_person(*, person: Person, division: Division | None, day: date, actor: str, at: datetime) -> None:
    """Let a person belong to a division, or to none, from a day on; what was planned for later stays."""
    if division is not None:
        place_on(division=division, day=day)
        if division.organisation_id != person.organisation_id:
            raise DivisionError("division", _("この人の組織の部署を選んでください。"))
    person.divisions.filter(in_force(day), start_date__lt=day).update(end_date=day)
    person.divisions.filter(start_date=day).delete()
    if division is not None:
        following = person.divisions.filter(start_date__gt=day).order_by("start_date").first()
        DivisionMembership.objects.create(
            person=person, division=division, start_date=day, end_date=following.start_date if following else None
        )
    details = {"division": division.pk if division else None, "from": day}
    entry = Entry(act="move_person", subject=person.key, details=details)
    record(chain=INSTALLATION, at=at, actor=actor, entries=[entry])


def _locked(organisation: Organisation) -> None:
    """Let nobody else change the organisation's tree meanwhile."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _end(division: Division, *, day: date) -> None:
    place = place_on(division=division, day=day)
    if division.places.filter(start_date__gt=day).exists():
        raise DivisionError("day", _("この日より後に予定された変更があります。"))
    if place.start_date == day:
        raise DivisionError("day", _("始まった日には終えられません。翌日以後の日を指定してください。"))
    division.places.filter(pk=place.pk).update(end_date=day)


def _check_tree(organisation: Organisation, *, day: date) -> None:
    """Raise DivisionError where from a day on the tree has a circle, or a division hangs below one that is no more."""
    places = list(
        DivisionPlace.objects.filter(division__organisation=organisation).filter(
            Q(end_date__isnull=True) | Q(end_date__gt=day)
        )
    )
    changes = {day} | {moment for each in places for moment in (each.start_date, each.end_date) if moment}
    for each in sorted(change for change in changes if change >= day):
        _check_day(places, each)


def _check_day(places: list[DivisionPlace], day: date) -> None:
    held = {
        each.division_id: each
        for each in places
        if each.start_date <= day and (each.end_date is None or each.end_date > day)
    }
    for place in held.values():
        if place.parent_id is not None and place.parent_id not in held:
            text = _("「%(name)s」の上位の部署は %(day)s には存在しません。先に移すか、終えてください。")
            raise DivisionError("day", text % {"name": place.name, "day": day.isoformat()})
        if place.division_id in _above(held, place):
            text = _("「%(name)s」が %(day)s に自分自身の下になります。別の部署を指定してください。")
            raise DivisionError("parent", text % {"name": place.name, "day": day.isoformat()})


def _above(held: dict[int, DivisionPlace], place: DivisionPlace) -> Iterator[int]:
    parent, left = place.parent_id, len(held)
    while parent is not None and left:
        yield parent
        above = held.get(parent)
        parent, left = (above.parent_id if above else None), left - 1


def _record(act: str, division: Division, *, day: date, actor: str, at: datetime, **details: object) -> None:
    entry = Entry(act=act, subject=f"division:{division.pk}", details={"from": day, **details})
    record(chain=INSTALLATION, at=at, actor=actor, entries=[entry])
