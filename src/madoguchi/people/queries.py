"""Reads on people and organisations."""

from datetime import date

from django.db.models import Q, QuerySet

from madoguchi.people.models import Division, DivisionPlace, Person
from madoguchi.people.rules import folded


def display_name(person: Person) -> str:
    return person.name


def people_matching(people: QuerySet[Person], typed: str) -> QuerySet[Person]:
    """Narrow people to those whose name, reading, extension or mail holds every word typed."""
    for word in typed.split()[:5]:
        people = people.filter(search_key__contains=folded(word))
    return people.order_by("reading", "name", "id")


def division_tree(*, organisation_id: int, day: date) -> list[tuple[int, DivisionPlace]]:
    """Return an organisation's divisions as they stood on a day, each with its depth, parents first."""
    in_force = Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gt=day))
    places = DivisionPlace.objects.filter(in_force, division__organisation_id=organisation_id)
    below: dict[int | None, list[DivisionPlace]] = {}
    for place in places.select_related("division").order_by("name"):
        below.setdefault(place.parent_id, []).append(place)
    known = {place.division_id for siblings in below.values() for place in siblings}
    roots = [place for parent, siblings in below.items() if parent not in known for place in siblings]
    tree: list[tuple[int, DivisionPlace]] = []
    waiting = [(0, place) for place in reversed(roots)]
    while waiting:
        depth, place = waiting.pop()
        tree.append((depth, place))
        waiting += [(depth + 1, child) for child in reversed(below.get(place.division_id, []))]
    return tree


def division_name(division: Division, *, day: date) -> str:
    place = division.places.filter(start_date__lte=day).order_by("-start_date").first()
    return place.name if place else division.key


def division_id_of(person: Person, *, day: date) -> int | None:
    """Return the division a person belongs to on a day."""
    in_force = Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gt=day))
    latest = person.divisions.filter(in_force).order_by("-start_date")
    return latest.values_list("division_id", flat=True).first()
