"""Personnel changes of many people: looked at first, applied as one act, undone as one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.bulk import update_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Role
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import BatchState, PersonnelKind
from madoguchi.people.memberships import Belonging, belongings_of, moved, write_belongings
from madoguchi.people.models import Division, Person
from madoguchi.people.operations import add_people, set_search_keys
from madoguchi.people.sayings import kept, say
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import PersonnelBatch, PersonnelChange, PersonnelRow
from madoguchi.works.operations.personnel_file import Known, read_lines

CHUNK = 500
CHANGING = (PersonnelKind.MOVE.value, PersonnelKind.RENAME.value)
NAMES = ("name", "reading", "extension")
CELLS = (("name", "氏名"), ("reading", "よみ"), ("extension", "内線"))
PERSON_COLUMNS = (*NAMES, "search_key")
TASKS = {"account": "account_done_at", "device": "device_done_at"}


@transaction.atomic
def preview_personnel(*, access: Access, content: bytes, now: datetime) -> PersonnelBatch:
    """Keep a list as it was read, so that it can be looked at; nobody is changed yet. Raises RegisterFileError."""
    access.require(Right.MANAGE)
    lines = read_lines(content, _known(access, day=timezone.localdate(now)))
    batch = PersonnelBatch.objects.create(
        contract=access.contract, row_count=len(lines), broken_count=sum(bool(each.error) for each in lines),
        uploaded_at=now, uploaded_by=access.person,
    )  # fmt: skip
    PersonnelRow.objects.bulk_create(
        (
            PersonnelRow(
                batch=batch, line=each.number, kind=each.kind.value if each.kind else "", given=dict(each.cells),
                error=each.error, person_id=each.person_id, division_id=each.division_id,
                effective_date=each.effective_date,
            )
            for each in lines
        ),
        batch_size=CHUNK,
    )  # fmt: skip
    _note(access, batch, "preview_personnel", now=now, rows=batch.row_count, broken=batch.broken_count)
    return batch


def _known(access: Access, *, day: date) -> Known:
    people = people_of(contract=access.contract, day=day)
    mails = people.exclude(mail="").values_list("mail", "pk")
    organisations = people.exclude(organisation=None).order_by().values("organisation_id")
    divisions = Division.objects.filter(organisation_id__in=organisations).values_list("key", "pk")
    return Known(people={mail.lower(): key for mail, key in mails}, divisions=dict(divisions))


def batch_of(access: Access, batch_id: int) -> PersonnelBatch:
    """Return one list. Raises Http404 for another contract's."""
    access.require(Right.MANAGE)
    found = PersonnelBatch.objects.filter(contract=access.contract, pk=batch_id).first()
    if found is None:
        raise Http404
    return found


def _locked(access: Access, batch_id: int, state: BatchState) -> PersonnelBatch:
    batch_of(access, batch_id)
    batch = PersonnelBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state != state:
        raise NotNowError(_("この一覧は「%(state)s」です。") % {"state": BatchState(batch.state).label})
    return batch


@transaction.atomic
def apply_personnel(*, access: Access, batch_id: int, now: datetime) -> PersonnelBatch:
    """Change everybody whose line is good, as one act; lines with errors stay as they are."""
    batch = _locked(access, batch_id, BatchState.PREVIEWED)
    good = list(batch.rows.filter(error="").select_related("person", "division").order_by("line"))
    if not good:
        raise NotNowError(_("反映できる行がありません。誤りを直して、もう一度読み取ってください。"))
    changes = [
        *_join(access, [each for each in good if each.kind == PersonnelKind.JOIN], now=now),
        *_change([each for each in good if each.kind in CHANGING], day=timezone.localdate(now)),
        *_leave(access, [each for each in good if each.kind == PersonnelKind.LEAVE]),
    ]
    PersonnelChange.objects.bulk_create(changes, batch_size=CHUNK)
    batch.state, batch.applied_at = BatchState.APPLIED.value, now
    batch.save(update_fields=["state", "applied_at"])
    _note(access, batch, "apply_personnel", now=now, changed=len(good))
    return batch


def _join(access: Access, rows: Sequence[PersonnelRow], *, now: datetime) -> list[PersonnelChange]:
    people = add_people([
        Person(
            name=each.given["氏名"], reading=each.given["よみ"], mail=each.given["メール"],
            extension=each.given["内線"],
            organisation_id=each.division.organisation_id if each.division else None,
        )
        for each in rows
    ])  # fmt: skip
    Role.objects.bulk_create(
        (
            Role(
                contract=access.contract, person=person, kind=RoleKind.USER.value,
                start_date=row.effective_date or timezone.localdate(now),
            )
            for row, person in zip(rows, people, strict=True)
        ),
        batch_size=CHUNK,
    )  # fmt: skip
    write_belongings({
        person.pk: moved((), division_id=row.division_id, day=row.effective_date or timezone.localdate(now))
        for row, person in zip(rows, people, strict=True)
        if row.division_id
    })  # fmt: skip
    return [PersonnelChange(row=row, person=person) for row, person in zip(rows, people, strict=True)]


def _change(rows: Sequence[PersonnelRow], *, day: date) -> list[PersonnelChange]:
    held = belongings_of(each.person_id for each in rows if each.person_id)
    found, names, places = [], [], dict[int, list[Belonging]]()
    for row in rows:
        assert row.person is not None
        own, came_on = held.get(row.person.pk, []), row.effective_date or day
        before: dict[str, Any] = {name: getattr(row.person, name) for name in NAMES}
        found.append(PersonnelChange(row=row, person=row.person, before={**before, "divisions": own, "day": came_on}))
        names.append((row.person, {**before, **_named(row)}))
        if row.division_id:
            places[row.person.pk] = moved(own, division_id=row.division_id, day=came_on)
    _rename(names)
    write_belongings(places)
    return found


def _named(row: PersonnelRow) -> dict[str, str]:
    """Return what a line makes of a person's names; empty cells change nothing."""
    return {name: row.given[cell] for name, cell in CELLS if row.given[cell]}


def _rename(wanted: Sequence[tuple[Person, Mapping[str, Any]]]) -> None:
    renamed = []
    for person, values in wanted:
        if any(getattr(person, name) != values[name] for name in NAMES):
            for name in NAMES:
                setattr(person, name, values[name])
            renamed.append(person)
    set_search_keys(renamed)
    update_rows(renamed, PERSON_COLUMNS)


def _leave(access: Access, rows: Sequence[PersonnelRow]) -> list[PersonnelChange]:
    roles: dict[int, list[Role]] = {}
    held = Role.objects.filter(
        contract=access.contract, kind=RoleKind.USER.value, end_date=None, person__in=[each.person_id for each in rows]
    )
    for role in held.order_by("pk"):
        roles.setdefault(role.person_id, []).append(role)
    ended, found = [], []
    for row in rows:
        assert row.person is not None
        own = roles.get(row.person.pk, [])
        found.append(PersonnelChange(row=row, person=row.person, before={"roles": [each.pk for each in own]}))
        for role in own:
            role.end_date = max(row.effective_date or role.start_date, role.start_date)
        ended += own
    update_rows(ended, ["end_date"])
    return found


@transaction.atomic
def undo_personnel(*, access: Access, batch_id: int, now: datetime) -> PersonnelBatch:
    """Take a whole list back; who was changed again since keeps the later change, and the line says so."""
    batch = _locked(access, batch_id, BatchState.APPLIED)
    changes = list(PersonnelChange.objects.filter(row__batch=batch).select_related("row", "person").order_by("row"))
    _give_back([each for each in changes if each.row.kind in CHANGING])
    joined = [each.person_id for each in changes if each.row.kind == PersonnelKind.JOIN]
    for start in range(0, len(joined), CHUNK):
        part = joined[start : start + CHUNK]
        Role.objects.filter(contract=access.contract, person__in=part, kind=RoleKind.USER.value).delete()
        elsewhere = Role.objects.filter(person__in=part).values_list("person_id", flat=True)
        Person.objects.filter(pk__in=set(part) - set(elsewhere)).update(is_active=False)
    left = [role for each in changes for role in each.before.get("roles", ())]
    for start in range(0, len(left), CHUNK):
        Role.objects.filter(contract=access.contract, pk__in=left[start : start + CHUNK]).update(end_date=None)
    batch.state, batch.undone_at = BatchState.UNDONE.value, now
    batch.save(update_fields=["state", "undone_at"])
    _note(access, batch, "undo_personnel", now=now, rows=len(changes))
    return batch


def _give_back(changes: Sequence[PersonnelChange]) -> None:
    held = belongings_of(each.person_id for each in changes)
    staying, names, places = [], [], dict[int, list[Belonging]]()
    for each in changes:
        before, division_id = _belongings_from(each.before["divisions"]), each.row.division_id
        day = date.fromisoformat(each.before["day"])
        after = moved(before, division_id=division_id, day=day) if division_id else held.get(each.person_id, [])
        is_renamed = any(getattr(each.person, name) != value for name, value in _named(each.row).items())
        if is_renamed or held.get(each.person_id, []) != after:
            each.note = kept([say("その後に変更されているため、戻していません。")])
            staying.append(each)
            continue
        names.append((each.person, each.before))
        if division_id:
            places[each.person_id] = before
    _rename(names)
    write_belongings(places)
    update_rows(staying, ["note"])


def _belongings_from(kept: Sequence[Sequence[Any]]) -> list[Belonging]:
    """Return belongings from the JSON they were kept in."""
    return [
        Belonging(division_id, date.fromisoformat(start), date.fromisoformat(end) if end else None)
        for division_id, start, end in kept
    ]


@transaction.atomic
def mark_rows(*, access: Access, batch_id: int, task: str, lines: Sequence[int], now: datetime) -> int:
    """Note that the account or the devices of people were dealt with. Returns of how many."""
    batch = _locked(access, batch_id, BatchState.APPLIED)
    column = TASKS[task]
    if not lines:
        raise NotNowError(_("作業が済んだ人を選んでください。"))
    count = batch.rows.filter(error="", line__in=lines, **{column: None}).update(**{column: now})
    _note(access, batch, f"personnel_{task}", now=now, count=count)
    return count


def _note(access: Access, batch: PersonnelBatch, act: str, *, now: datetime, **details: int) -> None:
    entry = Entry(act=act, subject=f"personnel:{batch.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
