"""The pages of the end of a contract, for managers and the responsible division."""

import re
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

from django.urls import reverse
from pypdf import PdfReader
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.models import HistoryRow
from madoguchi.core.handover_vocabulary import ErasureState, ExportState, KeptKind
from madoguchi.core.vocabulary import RoleKind
from madoguchi.handover.checklist import COUNTS, checklist, items
from madoguchi.handover.models import Confirmation, Erasure, Export, Hold, RetentionRule
from madoguchi.handover.operations.export import archive_path

Capture = Callable[..., AbstractContextManager[list[Any]]]

HANDOVER, RETENTION = "/c/alpha/handover/", "/c/alpha/retention/"


def test_every_item_counts_what_there_is_and_leads_somewhere(world: World) -> None:
    world.ticket()
    lines = {each.item.key: each for each in checklist(world.contract)}
    assert lines["open_tickets"].count == 1
    assert {each.count for each in items() if each.count} == set(COUNTS)
    pages = {reverse(each.page, args=["alpha"]) for each in items() if each.page}
    for kind in (RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION):
        client = signed_in(world, kind)
        allowed = {each for each in pages if client.get(each).status_code == 200}
        table = client.get(HANDOVER).content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
        links = set(re.findall(r'href="([^"]+)"', table))
        assert links == allowed, kind
        assert len(allowed) > len(pages) / 2


def test_each_party_confirms_for_itself(world: World) -> None:
    manager, division = (
        signed_in(world, each) for each in (RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION)
    )
    given = {"what": "confirm", "item": "knowledge", "party": "present", "comment": ""}
    assert division.post(HANDOVER, given).status_code == 422
    assert manager.post(HANDOVER, given).status_code == 302
    assert manager.post(HANDOVER, {**given, "party": "next", "comment": "乙社"}).status_code == 422
    assert division.post(HANDOVER, {**given, "party": "next"}).status_code == 422
    assert division.post(HANDOVER, {**given, "party": "next", "comment": "乙社 山本 3月1日"}).status_code == 302
    assert {(each.party, each.note) for each in Confirmation.objects.all()} == {
        ("present", ""),
        ("next", "乙社 山本 3月1日"),
    }
    assert manager.post(HANDOVER, {**given, "what": "take_back"}).status_code == 302
    assert manager.post(HANDOVER, {**given, "what": "take_back"}).status_code == 404
    printed = division.get("/c/alpha/handover/print/").content.decode()
    assert "乙社 山本 3月1日" in printed


def test_what_is_no_point_or_no_text_is_refused(world: World) -> None:
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    given = {"what": "confirm", "item": "knowledge", "party": "present", "comment": ""}
    assert manager.post(HANDOVER, {**given, "item": "nothing"}).status_code == 404
    for wrong in ({"item": ""}, {"party": "nobody"}, {"what": "x"}, {"comment": "a" * 401}, {"comment": "a\0b"}):
        assert manager.post(HANDOVER, {**given, **wrong}).status_code == 422, wrong
    assert not Confirmation.objects.exists()


def test_an_archive_is_written_and_given_out_with_its_history(
    world: World, django_capture_on_commit_callbacks: Capture
) -> None:
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.post(HANDOVER, {"what": "export"}).status_code == 302
    export = Export.objects.get()
    assert export.state == ExportState.DONE
    answer: Any = manager.get(f"{HANDOVER}archives/{export.pk}/")
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert "manifest.json" in archive.namelist()
    acts = HistoryRow.objects.filter(chain="alpha").order_by("number").values_list("act", flat=True)
    assert list(acts)[-4:] == ["ask_export", "begin_export", "export_contract", "take_archive"]
    archive_path(export).unlink()
    assert manager.get(f"{HANDOVER}archives/{export.pk}/").status_code == 404
    assert signed_in(world, RoleKind.AUDITOR).get(f"{HANDOVER}archives/{export.pk}/").status_code == 403


def test_the_checklist_is_handed_out_as_a_document(world: World) -> None:
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    given = {"what": "confirm", "item": "secrets", "party": "next", "comment": "鍵を設定"}
    assert signed_in(world, RoleKind.RESPONSIBLE_DIVISION).post(HANDOVER, given).status_code == 302
    answer = manager.get(f"{HANDOVER}checklist.pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert answer["Content-Type"] == "application/pdf"
    flat = "".join(text.split())
    assert "引継ぎ確認表" in flat
    assert "鍵を設定" in flat
    assert "項目のうち0項目が確認済み" in flat
    assert HistoryRow.objects.filter(chain="alpha", act="export_checklist").count() == 1


def test_one_archive_at_a_time(world: World) -> None:
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert manager.post(HANDOVER, {"what": "export"}).status_code == 302
    answer = manager.post(HANDOVER, {"what": "export"})
    assert answer.status_code == 422
    assert "できあがるまで" in answer.content.decode()


def test_rules_are_set_asked_for_approved_and_proved(world: World) -> None:
    manager, division = (
        signed_in(world, each) for each in (RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION)
    )
    assert manager.post(RETENTION, {"what": "ask", "kind": "tickets"}).status_code == 422
    rule = {"what": "rule", "kind": "tickets", "years": "0", "ground": "契約書第12条"}
    assert manager.post(RETENTION, rule).status_code == 403
    assert division.post(RETENTION, rule).status_code == 302
    assert division.post(RETENTION, {"what": "defaults"}).status_code == 302
    assert RetentionRule.objects.count() == len(KeptKind)
    assert manager.post(RETENTION, {"what": "ask", "kind": "tickets"}).status_code == 302
    erasure = Erasure.objects.get()
    assert manager.post(RETENTION, {"what": "approve", "id": erasure.pk}).status_code == 403
    assert division.post(RETENTION, {"what": "approve", "id": erasure.pk}).status_code == 302
    erasure.refresh_from_db()
    assert erasure.state == ErasureState.DONE
    assert erasure.sha256 in manager.get(f"{RETENTION}{erasure.pk}/").content.decode()
    assert division.post(RETENTION, {"what": "approve", "id": erasure.pk}).status_code == 404


def test_wrong_rules_holds_and_people_are_refused(world: World, other: World) -> None:
    division = signed_in(world, RoleKind.RESPONSIBLE_DIVISION)
    stranger = other.person(RoleKind.USER).pk
    rule = {"what": "rule", "kind": "tickets", "years": "3", "ground": "契約"}
    for wrong in ({"years": "31"}, {"years": "-1"}, {"years": "x"}, {"kind": "all"}, {"ground": ""}, {"ground": "a\0"}):
        assert division.post(RETENTION, {**rule, **wrong}).status_code == 422, wrong
    for given in (
        {"what": "hold", "kind": "", "person": stranger, "reason": "訴訟"},
        {"what": "hold", "kind": "x", "reason": "訴訟"},
        {"what": "hold", "reason": ""},
        {"what": "ask_person", "person": stranger, "ground": "請求"},
        {"what": "ask", "kind": ""},
        {"what": "ask", "kind": "x"},
        {"what": "approve", "id": "x"},
        {"what": "nothing"},
        {},
    ):
        assert division.post(RETENTION, given).status_code == 422, given
    for what in ("approve", "refuse", "lift"):
        assert division.post(RETENTION, {"what": what, "id": 999}).status_code == 404
        assert division.post(RETENTION, {"what": what}).status_code == 404
    assert not RetentionRule.objects.exists()
    assert not Hold.objects.exists()
    assert not Erasure.objects.exists()


def test_a_hold_is_shown_and_lifted(world: World) -> None:
    division = signed_in(world, RoleKind.RESPONSIBLE_DIVISION)
    person = world.person(RoleKind.USER)
    assert division.post(RETENTION, {"what": "hold", "person": person.pk, "reason": "監査のため"}).status_code == 302
    assert "監査のため" in division.get(RETENTION).content.decode()
    assert division.post(RETENTION, {"what": "lift", "id": Hold.objects.get().pk}).status_code == 302
    assert "監査のため" not in division.get(RETENTION).content.decode()
