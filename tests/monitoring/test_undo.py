"""A CSV file taken back: the figures are as they were before it."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.monitoring.monitored import DIVISION, LATER, MANAGER, promise_services, vouch
from tests.monitoring.test_measuring import MAY, approve, exact

from madoguchi.audit.models import HistoryRow
from madoguchi.core.monitoring_vocabulary import MaintenanceState, MonitoringFile
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.models import FileImport, Maintenance, Outage, Patch, Probe, Sighting
from madoguchi.monitoring.operations.correct import correct_outage
from madoguchi.monitoring.operations.files import import_file
from madoguchi.monitoring.operations.undo_file import undo_file

OUTAGES = "対象,開始,終了,重大度,内容\n"
PATCHES = "機器,管理番号,パッチ,公開,期限,適用\n"


def load(world: World, kind: MonitoringFile, text: str, *, now: datetime = LATER) -> FileImport:
    found = import_file(access=world.access[MANAGER], kind=kind, name="a.csv", content=text.encode(), now=now)
    assert found.refused_count == 0, found.refused
    return found


def undo(world: World, file: FileImport) -> None:
    undo_file(access=world.access[MANAGER], import_id=file.pk, now=LATER)


def test_outages_of_a_file_are_forgotten_and_an_end_it_told_too(world: World) -> None:
    promise_services(world)
    vouch(world, MAY, date(2026, 5, 31))
    first = load(world, MonitoringFile.OUTAGES, f"{OUTAGES}mail,2026-05-10 01:00,,,\n")
    before = exact(world, "recovery"), exact(world, "availability_mail")
    later = f"{OUTAGES}mail,2026-05-10 01:00,2026-05-10 02:00,,\nwan,2026-05-11 10:00,2026-05-11 15:00,,\n"
    second = load(world, MonitoringFile.OUTAGES, later)
    assert exact(world, "recovery") == 50
    undo(world, second)
    assert (exact(world, "recovery"), exact(world, "availability_mail")) == before
    (outage,) = Outage.objects.all()
    assert outage.ended_at is None
    undo(world, first)
    assert (Outage.objects.count(), Sighting.objects.count()) == (0, 0)
    # and it can be read again
    again = load(world, MonitoringFile.OUTAGES, later)
    assert (again.taken_count, again.same_count) == (2, 0)
    assert exact(world, "recovery") == 50


def test_an_outage_somebody_worked_on_keeps_the_file(world: World) -> None:
    promise_services(world)
    file = load(world, MonitoringFile.OUTAGES, f"{OUTAGES}mail,2026-05-10 01:00,2026-05-10 02:00,,\n")
    found = Outage.objects.get()
    end: dict[str, Any] = {"ended_at": found.started_at}
    correct_outage(access=world.access[MANAGER], outage_id=found.pk, asked=end, reason="誤検知", now=LATER)
    with pytest.raises(FieldError, match="1件"):
        undo(world, file)
    assert Sighting.objects.count() == 1
    file.refresh_from_db()
    assert file.undone_at is None


def test_samples_go_and_the_latest_file_of_a_kind_goes_first(world: World) -> None:
    promise_services(world)
    first = load(world, MonitoringFile.PROBES, "対象,日時,秒\nmail,2026-05-10 10:00,3\n")
    second = load(world, MonitoringFile.PROBES, "対象,日時,秒\nmail,2026-05-10 10:00,3\nmail,2026-05-10 11:00,5\n")
    assert exact(world, "start_time") == 5
    with pytest.raises(FieldError, match="先に"):
        undo(world, first)
    undo(world, second)
    assert exact(world, "start_time") == 3
    with pytest.raises(FieldError, match="すでに"):
        undo(world, second)
    undo(world, first)
    assert exact(world, "start_time") is None
    assert Probe.objects.count() == 0
    assert HistoryRow.objects.filter(act="undo_monitoring_file").count() == 2


def test_a_patch_is_due_again_where_the_file_that_applied_it_goes(world: World) -> None:
    promise_services(world)
    due = "server,s1,2026-05,2026-05-10 10:00,2026-05-24 10:00,"
    first = load(world, MonitoringFile.PATCHES, f"{PATCHES}{due}\n")
    before = exact(world, "patches")
    done = f"{PATCHES}{due}2026-05-12 10:00\nserver,s2,2026-05,2026-05-10 10:00,2026-05-24 10:00,\n"
    second = load(world, MonitoringFile.PATCHES, done)
    assert exact(world, "patches") == Fraction(50)
    undo(world, second)
    assert exact(world, "patches") == before
    assert Patch.objects.get().applied_at is None
    undo(world, first)
    assert Patch.objects.count() == 0


def test_planned_stops_are_withdrawn_unless_the_division_approved_one(world: World) -> None:
    promise_services(world)
    file = load(world, MonitoringFile.MAINTENANCE, "対象,開始,終了,理由\nmail,2026-06-20 01:00,2026-06-20 02:00,更新\n")
    approve(world, Maintenance.objects.get())
    with pytest.raises(FieldError, match="承認"):
        undo(world, file)
    Maintenance.objects.update(state=MaintenanceState.PROPOSED.value)
    undo(world, file)
    assert Maintenance.objects.get().state == MaintenanceState.CANCELLED


def test_a_manager_takes_a_file_back_on_the_page_and_nobody_else_does(world: World, other: World) -> None:
    promise_services(world)
    file = load(world, MonitoringFile.PROBES, "対象,日時,秒\nmail,2026-05-10 10:00,3\n")
    with pytest.raises(PermissionDenied):
        undo_file(access=world.access[DIVISION], import_id=file.pk, now=LATER)
    page, asked = "/c/alpha/monitoring/files/", {"undo": str(file.pk)}
    client = signed_in(world, MANAGER)
    assert f'name="undo" value="{file.pk}"' in client.get(page).content.decode()
    assert signed_in(world, RoleKind.OPERATOR).post(page, asked).status_code == 403
    assert signed_in(other, MANAGER).post("/c/beta/monitoring/files/", asked).status_code == 404
    for given in ("0", "²", "x", "9" * 30, "1\0"):
        assert client.post(page, {"undo": given}).status_code == 404
    assert client.post(page, asked).status_code == 302
    shown = client.get(page).content.decode()
    assert "取消 " in shown
    assert 'name="undo"' not in shown
    assert client.post(page, asked).status_code == 422


def test_a_file_of_maintenance_asks_hardly_more_for_many_lines_than_for_one(world: World) -> None:
    promise_services(world)
    head = "対象,開始,終了,理由\n"
    lines = [f"mail,2026-06-{day:02} 02:00,2026-06-{day:02} 04:00,更新\n" for day in range(4, 28)]
    load(world, MonitoringFile.MAINTENANCE, head + lines[0])
    with CaptureQueriesContext(connection) as one:
        load(world, MonitoringFile.MAINTENANCE, head + lines[1])
    with CaptureQueriesContext(connection) as many:
        load(world, MonitoringFile.MAINTENANCE, head + "".join(lines))
    assert len(many) <= len(one) + 2, "no query of its own for each line"
    assert Maintenance.objects.count() == len(lines)
