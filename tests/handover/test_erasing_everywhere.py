"""A person planted into every column of a living desk, its mails and its files is nowhere after the erasure."""

import csv
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models
from pypdf import PdfReader
from pytest_django.plugin import DjangoDbBlocker
from tests.desk_sqlite import desk_on_sqlite

from madoguchi.audit.queries import faults_of
from madoguchi.calls.models import CallLink
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.operations import give_role
from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Ticket
from madoguchi.documents.models import DocumentVersion
from madoguchi.handover.exporting import rows_of
from madoguchi.handover.operations.clear import clear_all
from madoguchi.handover.operations.erase import approve_erasure
from madoguchi.handover.operations.retention import ask_erasure_of_person
from madoguchi.handover.proof import proofs
from madoguchi.handover.tables import BY_LABEL, ERASED, PERSON, TABLES, Table
from madoguchi.imports.mapping import mapping_of
from madoguchi.imports.operations.runs import file_of, take_file
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.store import FactStore
from madoguchi.mail.models import MailContent
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person
from madoguchi.quality.figures import figures_of_month
from madoguchi.quality.models import Revision
from madoguchi.quality.rules import facts_of
from madoguchi.quality.verify import verified_months
from madoguchi.reports.blocks import Paragraph, Report
from madoguchi.reports.tree import tree_of
from madoguchi.samples.living_desk import Desk, build_desk
from madoguchi.samples.living_months import freeze_months

NOW = datetime(2026, 11, 19, 5, 0, tzinfo=UTC)
EXAMPLE = Path("examples/001-mic-lan")
FOLDERS = ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER")
NAME, JOINED, MAIL, NUMBER = "早乙女 麗華", "早乙女麗華", "saotome.reika@example.jp", "0355551234"
TRACES = ("早乙女", "麗華", "さおとめ", "saotome", NUMBER, "03-5555-1234")
DAY = timedelta(days=1)
PLAIN: tuple[tuple[type[models.Field[Any, Any]], object], ...] = (
    (models.BooleanField, False), (models.DateTimeField, NOW), (models.DateField, NOW.date()),
    (models.JSONField, []), (models.BinaryField, b"x"), (models.DecimalField, 1), (models.IntegerField, 1),
    (models.CharField, ""), (models.TextField, ""),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), desk_on_sqlite(tmp_path):
        for name in FOLDERS:
            patch.setattr(settings, name, tmp_path / name.lower() / "kept")
        made = build_desk(key="mic", texts=read_definitions(EXAMPLE), now=NOW, ticket_count=40)
        yield made


def add_her(desk: Desk) -> Person:
    person = add_person(
        name=NAME, reading="さおとめ れいか", mail=MAIL, extension="03-5555-1234", sign_in_name="saotome",
        actor="system:test", at=NOW,
    )  # fmt: skip
    give_role(
        contract=desk.contract, person=person, kind=RoleKind.USER, start_date=NOW.date(), actor="system:test", at=NOW
    )
    return person


def planted(value: Any, field: Any, row: models.Model) -> Any:  # noqa: ANN401  # any column
    """Return a column's value with the person in it."""
    if isinstance(field, models.JSONField):
        if isinstance(value, dict):
            return {**value, "note": f"{JOINED} {MAIL}"}
        is_of_texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return [*value, NAME] if is_of_texts else value
    named = f"{value or ''} {NAME} {row.pk}"
    longest = field.max_length if isinstance(field, models.CharField) else None
    return named[-longest:] if longest else named


def make_row(table: Table, desk: Desk) -> models.Model:
    """Put a plain row into a table in which the example desk has none."""
    values = {
        field.attname: plain(field, desk)
        for field in table.model._meta.concrete_fields
        if not field.has_default() and not (field.primary_key and isinstance(field, models.AutoField))
    }
    if table.label == "documents.DocumentVersion":
        report = Report(
            title="月次報告書", subtitle="", author="", issued_date=NOW.date(), language="ja",
            blocks=(Paragraph(parts=("本文",)),),
        )  # fmt: skip
        values["tree"] = tree_of(report)
    return table.model._default_manager.create(**values)


def plain(field: Any, desk: Desk) -> object:  # noqa: ANN401  # any column
    if field.null:
        return NOW if field.name in {"started_at", "lifted_at"} else None
    if isinstance(field, models.ForeignKey):
        label = field.related_model._meta.label
        if label == PERSON:
            return desk.people["operator"].person.pk
        there = rows_of(BY_LABEL[label], desk.contract).first()
        return (there or make_row(BY_LABEL[label], desk)).pk
    if field.choices:
        return field.choices[0][0]
    value: Any = next(value for kind, value in PLAIN if isinstance(field, kind))
    return value + DAY if field.name.startswith(("end", "until", "closing")) else value


def plant(desk: Desk) -> set[str]:
    """Put the person into every column that may hold people, in every row. Returns the tables without a row."""
    empty = set()
    for table in TABLES:
        columns = [each for each in table.fields if each.attname in table.personal]
        columns = [each for each in columns if isinstance(each, models.CharField | models.TextField | models.JSONField)]
        rows = list(rows_of(table, desk.contract))
        if columns and not rows:
            try:
                rows = [make_row(table, desk)]
            except (IntegrityError, IndexError):
                empty.add(table.label)
        for row in rows:
            new = {each.attname: planted(getattr(row, each.attname), each, row) for each in columns}
            if table.label == "documents.DocumentVersion":
                new["tree"] = {**row.tree, "title": f"{row.tree['title']} {JOINED}"}
            if table.label == "surveys.StoredQuestionnaire":
                # what is read again must stay readable
                new |= {"file": f"{NAME}-{row.file}", "text": row.text.replace(row.title, f"{row.title} {NAME}", 1)}
                assert NAME in new["text"]
            if table.label == "calls.CallLink":
                new["caller"] = NUMBER
            _write(row, new)
    return empty


def _write(row: models.Model, new: dict[str, Any]) -> None:
    """Write what the table takes: some columns must be empty together with others."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    try:
        rows.update(**new)
    except IntegrityError:
        rows.update(**{name: value for name, value in new.items() if getattr(row, name)})


def letter() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "ご相談", "someone@example.jp", "desk@example.jp"
    mail.set_content(f"{NAME}さんの件です。", charset="iso-2022-jp", cte="base64")
    return mail.as_bytes()


def add_files(desk: Desk) -> Path:
    """Keep a ledger, and calls of the telephone system with a raw line, that name the person."""
    text = io.StringIO()
    csv.writer(text).writerows([["番号", "件名", "受付日時"], ["1", f"{JOINED}さんの印刷", "2026-11-01 10:00"]])
    run = take_file(
        access=desk.people["manager"], name=f"{JOINED}.csv", content=text.getvalue().encode("cp932"),
        mapping=mapping_of({}), now=NOW,
    )  # fmt: skip
    calls: list[Event] = [
        {
            "contract": desk.contract.key, "source": f"pbx:{number}", "offered_at": NOW, "caller": caller,
            "outcome": "answered", "agent": agent,
        }
        for number, (caller, agent) in enumerate(((NUMBER, "12"), (NUMBER, JOINED), ("0312345678", "13")))
    ]  # fmt: skip
    folder = imported_folder(desk.contract)
    FactStore(folder).put({"calls": to_arrow(calls, table=FACT_TABLES["calls"])}, now=NOW, files={})
    (folder / "raw").mkdir()
    line = json.dumps({"from": "+81355551234", "name": NAME, "other": "0312345678"})
    (folder / "raw" / "pbx-connect.jsonl").write_text(f"{line}\n", encoding="utf-8")
    return file_of(run)


def figures(desk: Desk) -> list[dict[str, object]]:
    months = sorted(set(Revision.objects.filter(contract=desk.contract).values_list("month", flat=True)))
    assert months
    return [
        facts_of(each, keys=())
        for month in months
        for each in figures_of_month(contract=desk.contract, month=month, now=NOW).measurements
    ]


def in_tables() -> list[str]:
    """Return the columns of the whole database in which a trace of the person stands."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:
                cursor.execute(f'SELECT DISTINCT "{field.column}" FROM "{model._meta.db_table}"')
                if any(has_trace(value) for (value,) in cursor.fetchall()):
                    found.add(f"{model._meta.label}.{field.attname}")
    return sorted(found)


def has_trace(value: object) -> bool:
    if isinstance(value, bytes | memoryview):
        content = bytes(value)
        shown = content.decode("utf-8", "replace") + content.decode("cp932", "replace")
        if content.startswith(b"%PDF"):
            shown += "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif isinstance(value, str):
        shown = value + value.encode().decode("unicode_escape", "replace") if "\\u" in value else value
    else:
        return False
    return any(each in shown.lower() for each in TRACES)


def on_disk(folder: Path) -> list[str]:
    """Return the files under a folder, the database apart, in which a trace of the person stands."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_file() or path.name.startswith("desk.sqlite") or path.suffix.startswith(".sqlite"):
            continue
        shown = str(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_bytes()
        if has_trace(shown) or has_trace(path.name):
            found.append(path.name)
    return found


def test_a_person_planted_everywhere_is_nowhere_afterwards(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    people = desk.people
    freeze_months(contract=desk.contract, manager=people["manager"], division=people["division"], now=NOW)
    person = add_her(desk)
    ledger = add_files(desk)
    CallLink.objects.create(
        contract=desk.contract, source="pbx:1", ticket=Ticket.objects.filter(contract=desk.contract)[0], caller=NUMBER,
        offered_at=NOW, person=people["operator"].person, linked_at=NOW,
    )  # fmt: skip
    assert plant(desk) == set()
    MailContent.objects.update(raw=letter())
    before = in_tables()
    assert {f"{each.label}.{name}" for each in TABLES for name in ("text", "subject") if name in each.personal} <= {
        *before
    }  # fmt: skip
    assert ledger.exists()
    assert on_disk(tmp_path)
    known, versions = figures(desk), DocumentVersion.objects.count()
    counts = {each.label: rows_of(each, desk.contract).count() for each in TABLES}
    asked = ask_erasure_of_person(access=people["manager"], person=person, ground="本人の請求", now=NOW)
    approve_erasure(access=people["division"], erasure_id=asked.pk, now=NOW)
    assert in_tables() == [], "names to look for in files wait sealed"
    assert clear_all(clock=lambda: NOW) == 1
    assert in_tables() == []
    assert on_disk(tmp_path) == []
    assert not ledger.exists()
    assert not any(each in record.getMessage() for record in caplog.records for each in TRACES)
    assert [each for each, old in zip(figures(desk), known, strict=True) if each != old] == []
    assert all(each.faults == () for each in verified_months(contract=desk.contract, now=NOW))
    assert list(faults_of("mic")) == []
    assert [faults for _erasure, faults in proofs(desk.contract)] == [[]]
    assert {each.label: rows_of(each, desk.contract).count() for each in TABLES} == {
        **counts, "handover.Erasure": counts["handover.Erasure"] + 1,
        # the planted attachment has no file that could be searched: it is left to be decided
        "handover.FileFinding": counts["handover.FileFinding"] + 1,
    }  # fmt: skip
    calls = pq.read_table(FactStore(imported_folder(desk.contract)).table_path("calls")).to_pylist()
    assert calls[0]["caller"] == calls[1]["caller"] != NUMBER
    assert (calls[1]["agent"], calls[2]["caller"], calls[2]["agent"]) == (ERASED, "0312345678", "13")
    assert DocumentVersion.objects.count() == versions
