"""Which divisions many people belong to, read and written at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from madoguchi.people.models import DivisionMembership

CHUNK = 500


class Belonging(NamedTuple):
    """A division by its key, from a day until the day before another."""

    division_id: int
    start_date: date
    end_date: date | None


def belongings_of(people: Iterable[int]) -> dict[int, list[Belonging]]:
    """Return what people belonged, belong and will belong to, by their keys, in order of days."""
    keys, found = list(people), dict[int, list[Belonging]]()
    for start in range(0, len(keys), CHUNK):
        rows = DivisionMembership.objects.filter(person__in=keys[start : start + CHUNK]).order_by("start_date")
        for person, division, since, until in rows.values_list("person_id", "division_id", "start_date", "end_date"):
            found.setdefault(person, []).append(Belonging(division, since, until))
    return found


def moved(held: Sequence[Belonging], *, division_id: int, day: date) -> list[Belonging]:
    """Return what somebody belongs to when they come into a division on a day; what was planned for later stays."""
    kept = [
        each._replace(end_date=day)
        if each.start_date < day and (each.end_date is None or each.end_date > day)
        else each
        for each in held
        if each.start_date != day
    ]
    following = min((each.start_date for each in kept if each.start_date > day), default=None)
    return sorted([*kept, Belonging(division_id, day, following)], key=lambda each: each.start_date)


def write_belongings(wanted: Mapping[int, Sequence[Belonging]]) -> None:
    """Write what people belong to, in the place of all that was there; the caller writes the history."""
    keys = list(wanted)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        DivisionMembership.objects.filter(person__in=part).delete()
        DivisionMembership.objects.bulk_create(
            [DivisionMembership(person_id=key, **each._asdict()) for key in part for each in wanted[key]],
            batch_size=CHUNK,
        )
