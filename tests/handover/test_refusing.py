"""Archives that are not what an export wrote are refused by name, and nothing of them is kept."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker
from tests.desk_sqlite import desk_on_sqlite
from tests.desk_world import NOW, PASSWORD, World, make_world

from madoguchi.contracts.models import Contract
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.core.vocabulary import RoleKind, Visibility
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.around import File, attach
from madoguchi.handover.archive import MANIFEST
from madoguchi.handover.checklist import checklist
from madoguchi.handover.exporting import PERSON_FIELDS
from madoguchi.handover.importing import import_archive, look_at
from madoguchi.handover.operations.export import export_to
from madoguchi.handover.queries import to_set_anew
from madoguchi.imports.mapping import mapping_of
from madoguchi.imports.models import ImportRun
from madoguchi.imports.operations.runs import content_of, take_file
from madoguchi.monitoring.operations.sources import add_source
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person

SECRET = b"only the requester's file"


@pytest.fixture
def archive(world: World, tmp_path: Path) -> Path:
    ticket = world.ticket()
    file = File(name="a.txt", media_type="text/plain", content=SECRET)
    attach(access=world.access[RoleKind.OPERATOR], ticket=ticket, file=file, visibility=Visibility.INTERNAL, now=NOW)
    path = tmp_path / "alpha.zip"
    export_to(contract=world.contract, path=path, actor="system:test", now=NOW)
    return path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewritten(path: Path, change: Callable[[dict[str, bytes], dict[str, Any]], object], *, agrees: bool = True) -> Path:
    """Return the archive with changed members; its manifest agrees with them unless told not to."""
    found = members(path)
    manifest = json.loads(found.pop(MANIFEST))
    change(found, manifest)
    if agrees:
        kept = {each["name"]: each for each in manifest["members"]}
        manifest["members"] = [
            {**kept.get(name, {}), "name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in found.items()
        ]
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in found.items():
            file.writestr(name, data)
        file.writestr(MANIFEST, json.dumps(manifest))
    return target


def refusal(path: Path) -> str:
    try:
        found = look_at(path)
    except InvalidInputError as error:
        return str(error)
    return "\n".join(str(each) for each in found.conflicts)


def replace_in(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes], dict[str, Any]], object]:
    def change(found: dict[str, bytes], _manifest: dict[str, Any]) -> None:
        assert old in found[name]
        found[name] = found[name].replace(old, new)

    return change


def test_nothing_that_signs_in_leaves(archive: Path) -> None:
    everything = b"".join(members(archive).values())
    hashes = Person.objects.exclude(password="").values_list("password", flat=True)
    assert hashes
    assert all(each.encode() not in everything for each in hashes)
    person = json.loads(members(archive)["shared/people.Person.jsonl"].splitlines()[0])
    assert set(person) == {*PERSON_FIELDS, "subjects"}
    assert not set(person) & {"password", "sign_in_name", "last_login", "vouched_by"}
    assert SECRET in everything


def test_a_changed_byte_is_refused(archive: Path) -> None:
    name = "tables/desk.Ticket.jsonl"
    text = refusal(rewritten(archive, replace_in(name, "印刷".encode(), "刷印".encode()), agrees=False))
    assert name in text
    assert "SHA-256" in text


def test_a_byte_changed_in_the_file_itself_is_refused(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 3] ^= 0xFF
    archive.write_bytes(bytes(data))
    assert refusal(archive)


def test_a_missing_member_is_refused(archive: Path) -> None:
    name = "files/" + hashlib.sha256(SECRET).hexdigest()
    text = refusal(rewritten(archive, lambda found, _manifest: found.pop(name), agrees=False))
    assert f"{name}: missing" in text


def test_a_member_beside_the_manifest_is_refused(archive: Path) -> None:
    text = refusal(rewritten(archive, lambda found, _manifest: found.update({"more.txt": b"x"}), agrees=False))
    assert "more.txt: not in the manifest" in text


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "facts/../../outside", "facts\\..\\x", "C:/x"])
def test_a_path_that_leads_elsewhere_is_refused(archive: Path, name: str) -> None:
    assert "leads elsewhere" in refusal(rewritten(archive, lambda found, _manifest: found.update({name: b"x"})))


def test_a_zip_bomb_is_refused(archive: Path) -> None:
    bomb = {"facts/zeros": b"\0" * (60 << 20)}
    assert "at most 1000 times" in refusal(rewritten(archive, lambda found, _manifest: found.update(bomb)))


def test_another_version_is_refused(archive: Path) -> None:
    def later(_found: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["version"] = 2

    assert "version 2" in refusal(rewritten(archive, later))


def test_other_columns_are_refused_by_name(archive: Path) -> None:
    def other(_found: dict[str, bytes], manifest: dict[str, Any]) -> None:
        next(each for each in manifest["tables"] if each["table"] == "desk.Ticket")["columns"]["mood"] = "CharField"

    assert "desk.Ticket: other columns: mood" in refusal(rewritten(archive, other))


def test_a_changed_history_is_refused(archive: Path) -> None:
    text = refusal(rewritten(archive, replace_in("history/rows.jsonl", b"receive_ticket", b"receive_tickex")))
    assert "its content is not what was written" in text


def test_a_shortened_history_is_refused(archive: Path) -> None:
    def shorten(found: dict[str, bytes], _manifest: dict[str, Any]) -> None:
        lines = found["history/rows.jsonl"].splitlines(keepends=True)
        found["history/rows.jsonl"] = b"".join(lines[:-1])

    assert "the table ends at" in refusal(rewritten(archive, shorten))


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert str(path) in refusal(path)


def test_a_contract_that_is_here_is_a_conflict(archive: Path) -> None:
    assert "'alpha', which is here already" in refusal(archive)


def test_two_people_of_one_address_are_a_conflict(archive: Path) -> None:
    for _each in range(2):
        add_person(name="双子", mail="user-ALPHA@example.jp", actor="system:test", at=NOW)
    assert "fits several people" in refusal(archive)


UNFIT = (
    ("tables/desk.Activity.jsonl", b'"ticket_id":', b'"ticket_id":99'),
    ("tables/desk.Activity.jsonl", b'"act":"receive"', b'"act":"dance"'),
    ("tables/desk.Ticket.jsonl", b'"requester_id":', b'"requester_id":9'),
    ("tables/desk.Ticket.jsonl", b'"number":1', b'"number":"one"'),
    ("tables/desk.Ticket.jsonl", "印刷".encode(), b"\\u0000"),
    ("tables/desk.Ticket.jsonl", b'"version":', b'"wersion":'),
    ("shared/people.Person.jsonl", b'"language":"ja"', b'"language":7'),
    ("shared/people.Person.jsonl", b'"organisation_id":', b'"organisation_id":9'),
)


def test_rows_that_do_not_fit_leave_nothing_behind(
    archive: Path, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    for each in ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER"):
        setattr(settings, each, tmp_path / "there" / each.lower())
    with django_db_blocker.unblock(), desk_on_sqlite(tmp_path):
        clerk = add_person(name="導入 担当", sign_in_name="clerk", password=PASSWORD, actor="system:test", at=NOW)
        for name, old, new in UNFIT:
            changed = rewritten(archive, replace_in(name, old, new))
            with pytest.raises(InvalidInputError) as refused:
                import_archive(path=changed, administrator=clerk, now=NOW)
            assert str(changed) in str(refused.value)
            assert Contract.objects.count() == Ticket.objects.count() == 0
            assert Person.objects.count() == 1
            files = tmp_path / "there" / "files_folder"
            assert [each for each in files.rglob("*") if each.is_file()] == []


def test_an_uploaded_ledger_goes_along_and_what_is_closed_is_said(
    world: World, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    content = "番号,件名,受付日時\n1,印刷,2026-04-01 10:00\n".encode("cp932")
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    take_file(access=manager, name="台帳.csv", content=content, mapping=mapping_of({}), now=NOW)
    add_source(
        access=world.access[RoleKind.ADMINISTRATOR], key="watch", name="監視", kind=SourceKind.ALERTMANAGER, clerk=None,
        join_seconds=0,
        now=NOW,
    )  # fmt: skip
    path = tmp_path / "alpha.zip"
    export_to(contract=world.contract, path=path, actor="system:test", now=NOW)
    for each in ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER"):
        setattr(settings, each, tmp_path / "there" / each.lower())
    with django_db_blocker.unblock(), desk_on_sqlite(tmp_path):
        clerk = add_person(name="導入 担当", sign_in_name="clerk", password=PASSWORD, actor="system:test", at=NOW)
        imported = import_archive(path=path, administrator=clerk, now=NOW)
        assert content_of(ImportRun.objects.get()) == content
        said = to_set_anew(imported.contract)
        assert said[0].startswith("1 monitoring source(s) without a secret")
        assert [each.count for each in checklist(imported.contract) if each.item.key == "secrets"] == [1]


def test_people_are_matched_by_address_and_keep_their_sign_in(
    archive: Path, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    for each in ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER"):
        setattr(settings, each, tmp_path / "there" / each.lower())
    with django_db_blocker.unblock(), desk_on_sqlite(tmp_path):
        world = make_world("gamma")
        operator = world.person(RoleKind.OPERATOR)
        Person.objects.filter(pk=operator.pk).update(mail="Operator-Alpha@example.jp")
        imported = import_archive(path=archive, administrator=operator, now=datetime(2026, 6, 1, tzinfo=UTC))
        assert operator.pk in imported.matched.known.values()
        assert Person.objects.get(pk=operator.pk).sign_in_name == "operator-gamma"
        assert imported.contract.roles.filter(person=operator, kind="operator").exists()
        made = Person.objects.get(mail="user-alpha@example.jp")
        assert made.sign_in_name is None
        assert not made.has_usable_password()
