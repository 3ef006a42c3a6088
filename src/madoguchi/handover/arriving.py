"""What an archive's keys become on this installation: rows get keys of their own, people are matched or made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import connection, models, transaction
from django.db.models import Max
from django.db.models.functions import Lower

from madoguchi.handover.archive import Reader
from madoguchi.handover.tables import DIVISION, ORGANISATION, PERSON, TABLES, Table
from madoguchi.people.models import Division, DivisionMembership, DivisionPlace, Organisation, Person
from madoguchi.people.operations import set_search_keys

CHUNK = 500
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """How an archive's people stand to those of this installation."""

    known: Mapping[int, int]
    new: tuple[int, ...]
    unclear: tuple[str, ...]


@dataclass(kw_only=True)
class Keys:
    """From an archive's keys to those of this installation."""

    shared: dict[str, dict[int, int]] = field(default_factory=lambda: {ORGANISATION: {}, DIVISION: {}, PERSON: {}})
    offsets: dict[str, int] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)

    def new(self, label: str, old: object) -> int:
        """Return the key a row has here. Raises KeyError for one that is not in the archive."""
        if not isinstance(old, int) or isinstance(old, bool):
            raise KeyError(old)
        if label in self.shared:
            return self.shared[label][old]
        first, final = self.spans[label]
        if not first <= old <= final:
            raise KeyError(old)
        return old + self.offsets[label]


def shared_lines(reader: Reader, label: str) -> Iterator[tuple[int, Row]]:
    return reader.lines(f"shared/{label}.jsonl")


def matched_people(reader: Reader) -> Matched:
    """Match people by what their provider calls them, else by mail address; two of one address match nobody."""
    by_subject = {
        (provider, uid): user
        for user, provider, uid in SocialAccount.objects.values_list("user_id", "provider", "uid").iterator()
    }
    by_mail: dict[str, list[int]] = {}
    named = Person.objects.exclude(mail="").annotate(address=Lower("mail")).values_list("address", "pk")
    for address, key in named.iterator():
        by_mail.setdefault(address, []).append(key)
    known, new, unclear, taken = dict[int, int](), [], [], set[int]()
    for _line, row in shared_lines(reader, PERSON):
        address = str(row.get("mail") or "").lower()
        subjects = [by_subject.get((each["provider"], each["uid"])) for each in row.get("subjects", ())]
        found = [each for each in subjects if each is not None] or by_mail.get(address, [])
        if len(set(found)) > 1 or any(each in taken for each in found):
            unclear.append(f"person {row['id']} <{address}>")
        elif found:
            known[int(row["id"])] = found[0]
            taken.add(found[0])
        else:
            new.append(int(row["id"]))
    return Matched(known=known, new=tuple(new), unclear=tuple(unclear))


def bring_shared(reader: Reader, keys: Keys, matched: Matched) -> None:
    """Bring organisations, divisions and people that are not here yet, and where those people belonged."""
    _bring_organisations(reader, keys)
    _bring_divisions(reader, keys)
    keys.shared[PERSON] = dict(matched.known)
    wanted, batch = set(matched.new), list[tuple[int, Person]]()
    for _line, row in shared_lines(reader, PERSON):
        if row["id"] in wanted:
            batch.append((int(row["id"]), _person(row, keys)))
        if len(batch) == CHUNK:
            _save_people(batch, keys)
    _save_people(batch, keys)
    _bring_memberships(reader, keys, wanted)


def _person(row: Row, keys: Keys) -> Person:
    home = row["organisation_id"]
    person = Person(
        name=row["name"], reading=row["reading"], mail=row["mail"], extension=row["extension"],
        language=row["language"], is_active=row["is_active"],
        organisation_id=None if home is None else keys.new(ORGANISATION, home),
    )  # fmt: skip
    person.set_unusable_password()
    return person


def _save_people(batch: list[tuple[int, Person]], keys: Keys) -> None:
    people = [person for _old, person in batch]
    set_search_keys(people)
    Person.objects.bulk_create(people)
    keys.shared[PERSON].update({old: person.pk for old, person in batch})
    batch.clear()


def _bring_organisations(reader: Reader, keys: Keys) -> None:
    for _line, row in shared_lines(reader, ORGANISATION):
        found, _ = Organisation.objects.get_or_create(key=row["key"], defaults={"name": row["name"]})
        keys.shared[ORGANISATION][int(row["id"])] = found.pk


def _bring_divisions(reader: Reader, keys: Keys) -> None:
    """Bring divisions by their key; of one that is known here, name and place stay as they are here."""
    new, merged = set[int](), list[tuple[int, int]]()
    for _line, row in shared_lines(reader, DIVISION):
        home = keys.new(ORGANISATION, row["organisation_id"])
        found, is_new = Division.objects.get_or_create(organisation_id=home, key=row["key"])
        keys.shared[DIVISION][int(row["id"])] = found.pk
        if is_new:
            new.add(int(row["id"]))
            merged += [(found.pk, row["merged_into_id"])] if row["merged_into_id"] else []
    for key, into in merged:
        Division.objects.filter(pk=key).update(merged_into=keys.new(DIVISION, into))
    places = [
        DivisionPlace(
            division_id=keys.new(DIVISION, row["division_id"]), name=row["name"],
            parent_id=None if row["parent_id"] is None else keys.new(DIVISION, row["parent_id"]),
            start_date=date.fromisoformat(row["start_date"]), end_date=_day(row["end_date"]),
        )
        for _line, row in shared_lines(reader, "people.DivisionPlace") if row["division_id"] in new
    ]  # fmt: skip
    DivisionPlace.objects.bulk_create(places, batch_size=CHUNK)


def _bring_memberships(reader: Reader, keys: Keys, wanted: set[int]) -> None:
    rows = [
        DivisionMembership(
            person_id=keys.new(PERSON, row["person_id"]), division_id=keys.new(DIVISION, row["division_id"]),
            start_date=date.fromisoformat(row["start_date"]), end_date=_day(row["end_date"]),
        )
        for _line, row in shared_lines(reader, "people.DivisionMembership") if row["person_id"] in wanted
    ]  # fmt: skip
    DivisionMembership.objects.bulk_create(rows, batch_size=CHUNK)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def has_own_keys(table: Table) -> bool:
    """Return whether rows are numbered by the database; the others take their key from a row or are random."""
    return isinstance(table.model._meta.pk, models.AutoField)


def reserve_keys(spans: Mapping[str, tuple[int, int]], keys: Keys) -> None:
    """Take a stretch of free keys for each table; nobody who writes meanwhile gets one of them."""
    keys.spans = dict(spans)
    with transaction.atomic():
        for table in TABLES:
            if table.label in spans and has_own_keys(table):
                keys.offsets[table.label] = _offset(table, *spans[table.label])


def _offset(table: Table, first: int, final: int) -> int:
    taken = _latest_key(table)
    # an empty table takes the keys as they are
    offset = 0 if taken < first else taken + 1 - first
    if connection.vendor == "postgresql":
        name = table.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [f'"{name}"', final + offset])
    return offset


def _latest_key(table: Table) -> int:
    name = table.model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'LOCK TABLE "{name}" IN SHARE ROW EXCLUSIVE MODE')
            cursor.execute("SELECT last_value FROM pg_sequences WHERE sequencename = %s", [f"{name}_id_seq"])
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
        given = cursor.fetchone()
    stored = table.model._default_manager.aggregate(latest=Max("pk"))["latest"]
    return max(int(given[0] or 0) if given else 0, int(stored or 0))
