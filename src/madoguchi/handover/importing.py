"""An archive brought into this installation: looked at first, then all of it or nothing."""

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, IntegrityError, models, transaction

from madoguchi.audit.anchors import anchor
from madoguchi.audit.models import ChainHead, HistoryRow
from madoguchi.audit.operations import Entry, record
from madoguchi.audit.rules import Row as HistoryValue
from madoguchi.audit.rules import chain_faults
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.contracts.operations import give_role
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.mail_vocabulary import OutgoingState
from madoguchi.core.vocabulary import ArticleState, RoleKind
from madoguchi.desk.models import Attachment, Ticket
from madoguchi.desk.operations.around import stored_path
from madoguchi.handover.archive import Reader, file_hash
from madoguchi.handover.arriving import Keys, Matched, bring_shared, has_own_keys, matched_people, reserve_keys
from madoguchi.handover.checking import Arrival, check_arrival
from madoguchi.handover.exporting import ANCHORS, HISTORY
from madoguchi.handover.links import Links
from madoguchi.handover.models import Origin
from madoguchi.handover.tables import ERASED, PERSON, TABLES, Table
from madoguchi.handover.values import WrongValueError, read
from madoguchi.imports.models import ImportRun
from madoguchi.imports.operations.runs import file_of
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.search.index import Text, TextKind, file_texts
from madoguchi.mail.models import OutgoingMail
from madoguchi.people.models import Person

CHUNK = 500
ACTOR = "system:handover"
WRONG = (KeyError, TypeError, ValueError, AttributeError)
NOT_SENT = "not sent: it waited when the contract was handed over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What came in: the contract, its rows by table, and how its people were matched."""

    contract: Contract
    rows: dict[str, int]
    matched: Matched
    archive_sha256: str


def look_at(path: Path) -> Arrival:
    """Read an archive whole and return what an import would do and what stands against it; nothing is written."""
    with Reader(path) as reader:
        reader.verify()
        _check_history(reader)
        return check_arrival(reader, matched=_matched(reader))


def _matched(reader: Reader) -> Matched:
    try:
        return matched_people(reader)
    except WRONG as error:
        raise reader.wrong("shared", f"a person that is none ({error!r})", "people of an export") from error


def import_archive(*, path: Path, administrator: Person, now: datetime) -> Imported:
    """Bring a contract in. Raises InvalidInputError with everything that stands against it; then nothing was kept."""
    with Reader(path) as reader:
        reader.verify()
        _check_history(reader)
        arrival = check_arrival(reader, matched=_matched(reader))
        if arrival.conflicts:
            raise InvalidInputError(arrival.conflicts)
        return _brought(reader, arrival, administrator=administrator, now=now)


def _brought(reader: Reader, arrival: Arrival, *, administrator: Person, now: datetime) -> Imported:
    files: list[Path] = []
    try:
        with transaction.atomic():
            return _bring(reader, arrival, files, administrator=administrator, now=now)
    except (IntegrityError, DatabaseError) as error:
        _forget(files)
        raise reader.wrong("", f"rows that do not fit together ({error})", "what an export wrote") from error
    except BaseException:
        _forget(files)
        raise


def _forget(files: list[Path]) -> None:
    for path in files:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _bring(reader: Reader, arrival: Arrival, files: list[Path], *, administrator: Person, now: datetime) -> Imported:
    keys, digest = Keys(), file_hash(reader.path)
    reserve_keys(arrival.spans, keys)
    try:
        bring_shared(reader, keys, arrival.matched)
    except WRONG as error:
        raise reader.wrong("shared", f"rows that fit nothing ({error!r})", "rows of an export") from error
    links, rows = Links(), {}
    for table in TABLES:
        rows[table.label] = _bring_table(reader, table, keys, links)
    contract = Contract.objects.get(key=arrival.key)
    OutgoingMail.objects.filter(
        contract=contract, state__in=(OutgoingState.WAITING.value, OutgoingState.SENDING.value)
    ).update(state=OutgoingState.DEAD.value, fault=NOT_SENT)
    _bring_files(reader, contract, files)
    _file_search(contract)
    rows["audit.HistoryRow"] = _bring_history(reader, contract)
    people = {str(old): new for old, new in keys.shared[PERSON].items()}
    until = int(reader.manifest["history"]["rows"])
    Origin.objects.create(
        contract=contract, archive_sha256=digest, until_number=until, arrived_at=now, people=people,
        offsets=keys.offsets,
    )  # fmt: skip
    details = {"archive": digest, "rows": sum(rows.values()), "people": len(people)}
    entry = Entry(act="import_contract", subject=f"contract:{contract.key}", details=details)
    record(chain=contract.key, at=now, actor=ACTOR, entries=[entry])
    give_role(
        contract=contract, person=administrator, kind=RoleKind.ADMINISTRATOR, start_date=now.date(), actor=ACTOR, at=now
    )
    return Imported(contract=contract, rows=rows, matched=arrival.matched, archive_sha256=digest)


def _bring_table(reader: Reader, table: Table, keys: Keys, links: Links) -> int:
    batch, count = list[models.Model](), 0
    for line, row in reader.lines(table.member):
        try:
            batch.append(_instance(reader, table, row, keys, links))
        except WrongValueError as error:
            raise reader.wrong(table.member, "a value its column cannot hold", str(error), line=line) from error
        except (*WRONG, InvalidInputError) as error:
            text = f"a key or value that fits nothing ({error})"
            raise reader.wrong(table.member, text, "keys of rows of the archive", line=line) from error
        if len(batch) == CHUNK or table.label in ("mail.MailContent", "mail.OutgoingMail"):
            count += _save(table, batch)
    return count + _save(table, batch)


def _save(table: Table, batch: list[models.Model]) -> int:
    table.model._default_manager.bulk_create(batch)
    saved = len(batch)
    batch.clear()
    return saved


def _instance(reader: Reader, table: Table, row: dict[str, Any], keys: Keys, links: Links) -> models.Model:
    for link in list(links.inside(table.label, row)):
        link.holder[link.name] = keys.new(link.label, link.key)
    values: dict[str, Any] = {}
    for field in table.fields:
        given = row[field.attname]
        if given is not None and isinstance(field, models.ForeignKey):
            values[field.attname] = keys.new(field.related_model._meta.label, given)
        elif field.primary_key and has_own_keys(table):
            values[field.attname] = keys.new(table.label, given)
        else:
            values[field.attname] = read(field, given, content=lambda digest: _content(reader, digest))
    if table.label == "surveys.Invitation":
        values["nonce"] = secrets.token_urlsafe(32)
    return table.model(**{**values, **table.arrives})


def _content(reader: Reader, digest: str) -> bytes:
    return reader.content(f"files/{digest}")


def _bring_files(reader: Reader, contract: Contract, made: list[Path]) -> None:
    """Put attachments, ledgers and imported facts in their places; `made` names what a failure takes away again."""
    wanted = set(
        Attachment.objects.filter(ticket__contract=contract).exclude(name=ERASED).values_list("sha256", flat=True)
    )
    for digest in sorted(wanted):
        if f"files/{digest}" not in reader.members:
            raise reader.wrong(f"files/{digest}", "missing", "the file of an attachment")
        target = stored_path(digest)
        if not target.exists():
            made.append(target)
            reader.copy(f"files/{digest}", target)
    for run in ImportRun.objects.filter(contract=contract).order_by("pk"):
        target = file_of(run)
        if f"files/{run.sha256}" in reader.members and not target.exists():
            made.append(target)
            reader.copy(f"files/{run.sha256}", target)
    folder = imported_folder(contract)
    names = [name for name in reader.members if name.startswith("facts/")]
    if names:
        made.append(folder)
    for name in names:
        reader.copy(name, folder / name.removeprefix("facts/"))


def _file_search(contract: Contract) -> None:
    """File tickets and published articles for the search, as their own rooms do."""
    articles = Article.objects.filter(contract=contract, state=ArticleState.PUBLISHED.value)
    parts = (
        (TextKind.TICKET, Ticket.objects.filter(contract=contract).values_list("pk", "subject", "text")),
        (TextKind.ARTICLE, articles.values_list("pk", "title", "body")),
    )
    for kind, rows in parts:
        batch = list[Text]()
        for key, title, body in rows.order_by("pk").iterator(chunk_size=CHUNK):
            batch.append(Text(kind=kind, object_id=key, title=title, body=body))
            if len(batch) == CHUNK:
                file_texts(contract=contract, texts=batch, are_new=True)
                batch = []
        file_texts(contract=contract, texts=batch, are_new=True)


def _values(reader: Reader) -> Iterator[tuple[HistoryValue, str]]:
    chain = str(reader.manifest["contract"]["key"])
    for line, row in reader.lines(HISTORY):
        try:
            value = HistoryValue(
                chain=chain, number=int(row["number"]), at=datetime.fromisoformat(row["at"]), actor=str(row["actor"]),
                act=str(row["act"]), subject=str(row["subject"]), details=str(row["details"]),
                previous_hash=str(row["previous_hash"]),
            )  # fmt: skip
            yield value, str(row["hash"])
        except (KeyError, TypeError, ValueError) as error:
            raise reader.wrong(HISTORY, f"a row that is none ({error})", "rows of the history", line=line) from error


def _check_history(reader: Reader) -> None:
    """Hold the history to its own hashes, its anchors and the end that the manifest names."""
    anchors = dict(_anchors(reader))
    try:
        end = reader.manifest["history"]
        anchors[int(end["rows"])] = str(end["hash"])
        faults = list(chain_faults(_values(reader), chain=str(reader.manifest["contract"]["key"]), anchors=anchors))
    except (KeyError, TypeError, ValueError) as error:
        raise reader.wrong("manifest.json", f"no history ({error})", "the end of the history") from error
    if faults:
        problems = [
            Problem(where=str(reader.path), key=HISTORY, given=f"#{each.number}: {each.what}", allowed="a whole chain")
            for each in faults[:20]
        ]
        raise InvalidInputError(problems)


def _anchors(reader: Reader) -> Iterator[tuple[int, str]]:
    for line in reader.content(ANCHORS).decode("ascii", "replace").splitlines():
        number, _, row_hash = line.partition(" ")
        if not number.isdigit():
            raise reader.wrong(ANCHORS, repr(line[:80]), "a number and a hash a line")
        yield int(number), row_hash


def _bring_history(reader: Reader, contract: Contract) -> int:
    batch, number, end = list[HistoryRow](), 0, ""
    for value, row_hash in _values(reader):
        batch.append(
            HistoryRow(
                chain=contract.key, number=value.number, at=value.at, actor=value.actor, act=value.act,
                subject=value.subject, details=value.details, previous_hash=value.previous_hash, hash=row_hash,
            )
        )  # fmt: skip
        number, end = value.number, row_hash
        if len(batch) == CHUNK:
            HistoryRow.objects.bulk_create(batch)
            batch.clear()
    HistoryRow.objects.bulk_create(batch)
    ChainHead.objects.create(chain=contract.key, number=number, hash=end)
    anchors = list(_anchors(reader))
    transaction.on_commit(lambda: _write_anchors(contract.key, anchors))
    return number


def _write_anchors(chain: str, anchors: list[tuple[int, str]]) -> None:
    for number, row_hash in anchors:
        anchor(chain=chain, number=number, row_hash=row_hash)
