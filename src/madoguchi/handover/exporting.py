"""A whole contract written as one archive, row by row, from one moment's view of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import QuerySet

from madoguchi.audit.anchors import anchored
from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.core.errors import MadoguchiError
from madoguchi.desk.models import Attachment
from madoguchi.desk.operations.around import stored_path
from madoguchi.handover.archive import Writer, file_hash, pieces_of
from madoguchi.handover.links import Links
from madoguchi.handover.tables import DIVISION, ERASED, ORGANISATION, PERSON, SHARED, TABLES, Table
from madoguchi.handover.values import written
from madoguchi.imports.models import ImportRun
from madoguchi.imports.operations.runs import file_of
from madoguchi.people.models import Division, DivisionMembership, DivisionPlace, Organisation, Person

CHUNK = 500
# what a person is known by; never how they sign in
PERSON_FIELDS = ("id", "name", "reading", "mail", "extension", "organisation_id", "language", "is_active")
HISTORY = "history/rows.jsonl"
ANCHORS = "history/anchors.txt"
README = "README.txt"
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """What an archive holds: rows by table, and its hash, which the history keeps."""

    rows: dict[str, int]
    files: int
    sha256: str
    size: int


@dataclass(kw_only=True)
class Seen:
    """Keys of the shared tables that rows named, and the files that are written once each."""

    shared: dict[str, set[int]] = field(default_factory=lambda: {each: set() for each in SHARED})
    spans: dict[str, list[int]] = field(default_factory=dict)
    links: Links = field(default_factory=Links)
    files: set[str] = field(default_factory=set)


class MissingFileError(MadoguchiError):
    """An attachment's file is not in the folder of the files; bring it back from a backup, then export again."""


def exports_folder(contract: Contract) -> Path:
    return Path(settings.FILES_FOLDER).parent / "handover" / contract.key


def write_archive(*, contract: Contract, path: Path, now: datetime) -> Exported:
    """Write a contract to a file, which is there only once it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    try:
        with one_moment(), Writer(aside) as writer:
            rows = _write(writer, contract, now=now)
        exported = Exported(
            rows=rows, files=sum(each["name"].startswith("files/") for each in writer.members),
            sha256=file_hash(aside), size=aside.stat().st_size,
        )  # fmt: skip
        aside.chmod(0o600)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return exported


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it is at one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def _write(writer: Writer, contract: Contract, *, now: datetime) -> dict[str, int]:
    seen, rows = Seen(), {}
    writer.add(README, [Path(__file__).with_name("ARCHIVE.txt").read_bytes()])
    for each in TABLES:
        rows[each.label] = writer.add_lines(each.member, _rows(each, contract, seen))
    rows |= _write_shared(writer, seen)
    rows["audit.HistoryRow"] = writer.add_lines(HISTORY, _history(contract))
    writer.add(ANCHORS, (f"{number} {row_hash}\n".encode() for number, row_hash in _anchors(contract)))
    _write_files(writer, contract, seen)
    head = HistoryRow.objects.filter(chain=contract.key).order_by("-number").first()
    writer.finish({
        "contract": {"key": contract.key, "name": contract.name, "start_date": contract.start_date.isoformat(),
                     "end_date": contract.end_date.isoformat()},
        "exported_at": now.isoformat(),
        "history": {"rows": head.number if head else 0, "hash": head.hash if head else ""},
        "tables": [_description(each, rows[each.label], seen) for each in TABLES],
        "shared": {label: count for label, count in rows.items() if label.startswith("people.")},
    })  # fmt: skip
    return rows


def _description(each: Table, count: int, seen: Seen) -> dict[str, object]:
    columns = {one.attname: one.get_internal_type() for one in each.fields}
    return {
        "table": each.label, "member": each.member, "rows": count, "columns": columns, "personal": list(each.personal),
        "omitted": dict(each.omitted), "keys": seen.spans.get(each.label),
    }  # fmt: skip


def rows_of(each: Table, contract: Contract) -> QuerySet[Any]:
    return each.model._default_manager.filter(**{each.by: contract.pk}).order_by("pk")


def _rows(each: Table, contract: Contract, seen: Seen) -> Iterator[Row]:
    names = [one.attname for one in each.fields]
    keys = [
        (one.attname, one.related_model._meta.label) for one in each.fields
        if isinstance(one, models.ForeignKey) and one.related_model._meta.label in SHARED
    ]  # fmt: skip
    for values in rows_of(each, contract).values_list(*names).iterator(chunk_size=CHUNK):
        row = dict(zip(names, values, strict=True))
        for name, label in keys:
            if row[name] is not None:
                seen.shared[label].add(row[name])
        for link in seen.links.inside(each.label, row):
            if link.label in SHARED:
                seen.shared[link.label].add(link.key)
        _widen(seen.spans, each, row)
        yield {name: written(value) for name, value in row.items()}


def _widen(spans: dict[str, list[int]], each: Table, row: Row) -> None:
    key = row.get("id")
    if isinstance(key, int):
        span = spans.setdefault(each.label, [key, key])
        span[0], span[1] = min(span[0], key), max(span[1], key)


def _write_shared(writer: Writer, seen: Seen) -> dict[str, int]:
    """Write the people, divisions and organisations that the rows named, and the people's divisions."""
    people = Person.objects.filter(pk__in=sorted(seen.shared[PERSON])).order_by("pk")
    divisions = _divisions(seen.shared[DIVISION], people)
    organisations = set(seen.shared[ORGANISATION])
    organisations |= set(people.filter(organisation__isnull=False).values_list("organisation_id", flat=True))
    organisations |= set(Division.objects.filter(pk__in=divisions).values_list("organisation_id", flat=True))
    parts = {
        ORGANISATION: Organisation.objects.filter(pk__in=organisations).values("id", "key", "name"),
        DIVISION: Division.objects.filter(pk__in=divisions).values("id", "organisation_id", "key", "merged_into_id"),
        "people.DivisionPlace": DivisionPlace.objects.filter(division__in=divisions).values(),
        PERSON: people.values(*PERSON_FIELDS),
        "people.DivisionMembership": DivisionMembership.objects.filter(
            person__in=people.values("pk"), division__in=divisions
        ).values(),
    }
    subjects = _subjects(people)
    found = {}
    for label, values in parts.items():
        lines: Iterator[Row] = (
            {name: written(value) for name, value in row.items()}
            | ({"subjects": subjects.get(row["id"], [])} if label == PERSON else {})
            for row in values.order_by("pk").iterator(chunk_size=CHUNK)
        )
        found[label] = writer.add_lines(f"shared/{label}.jsonl", lines)
    return found


def _divisions(named: set[int], people: QuerySet[Person]) -> set[int]:
    """Return divisions with all they hang below or were merged into, at any time."""
    members = DivisionMembership.objects.filter(person__in=people.values("pk"))
    found: set[int] = set()
    new = named | set(members.values_list("division_id", flat=True))
    while new:
        found |= new
        above = DivisionPlace.objects.filter(division__in=new, parent__isnull=False).values_list("parent_id", flat=True)
        into = Division.objects.filter(pk__in=new, merged_into__isnull=False).values_list("merged_into_id", flat=True)
        new = {each for each in (*above, *into) if each is not None} - found
    return found


def _subjects(people: QuerySet[Person]) -> dict[int, list[dict[str, str]]]:
    """Return what providers call people, by which they are matched elsewhere; no token and no secret."""
    found: dict[int, list[dict[str, str]]] = {}
    accounts = SocialAccount.objects.filter(user__in=people.values("pk")).order_by("pk")
    for user, provider, uid in accounts.values_list("user_id", "provider", "uid"):
        found.setdefault(user, []).append({"provider": provider, "uid": uid})
    return found


def _history(contract: Contract) -> Iterator[Row]:
    names = ("number", "at", "actor", "act", "subject", "details", "previous_hash", "hash")
    rows = HistoryRow.objects.filter(chain=contract.key).order_by("number", "pk").values(*names)
    for row in rows.iterator(chunk_size=CHUNK):
        yield {name: written(value) for name, value in row.items()}


def _anchors(contract: Contract) -> list[tuple[int, str]]:
    """Return the anchors up to the end of the history as this moment sees it."""
    latest = HistoryRow.objects.filter(chain=contract.key).order_by("-number").values_list("number", flat=True).first()
    return [(number, row_hash) for number, row_hash in anchored(contract.key).items() if number <= (latest or 0)]


def _write_files(writer: Writer, contract: Contract, seen: Seen) -> None:
    """Write attachments, the bytes of columns, and imported facts; the same content once."""
    kept = Attachment.objects.filter(ticket__contract=contract).exclude(name=ERASED)
    for digest in kept.values_list("sha256", flat=True).iterator(chunk_size=CHUNK):
        if not stored_path(digest).exists():
            raise MissingFileError(f"{MissingFileError.__doc__} (SHA-256 {digest})")
        if digest not in seen.files:
            seen.files.add(digest)
            writer.add(f"files/{digest}", pieces_of(stored_path(digest)))
    for path in _ledgers(contract):
        if path.name not in seen.files:
            seen.files.add(path.name)
            writer.add(f"files/{path.name}", pieces_of(path))
    for each in TABLES:
        for one in each.fields:
            if isinstance(one, models.BinaryField):
                _write_column(writer, rows_of(each, contract).values_list(one.attname, flat=True), seen)
    folder = imported_folder(contract)
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        writer.add(f"facts/{path.relative_to(folder).as_posix()}", pieces_of(path))


def _ledgers(contract: Contract) -> Iterator[Path]:
    """Yield the uploaded ledgers of imports; one that was erased, or thrown away, is no longer there."""
    for run in ImportRun.objects.filter(contract=contract).exclude(file_name=ERASED).order_by("pk"):
        if file_of(run).exists():
            yield file_of(run)


def _write_column(writer: Writer, values: QuerySet[Any, Any], seen: Seen) -> None:
    for value in values.iterator(chunk_size=1):
        named = written(value)
        if isinstance(named, dict) and named["file"] not in seen.files:
            seen.files.add(named["file"])
            writer.add(f"files/{named['file']}", [bytes(value)])
