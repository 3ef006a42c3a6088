"""Figures from what monitoring told, counted by hand; and where nobody looked, no figure."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from tests.desk_world import NOW, World
from tests.monitoring.monitored import (
    DIVISION,
    LATER,
    MANAGER,
    alert,
    group,
    japan,
    monitored,
    promise_services,
    send,
    vouch,
)  # fmt: skip

from madoguchi.core.calendar.periods import month_period
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.monitoring_vocabulary import MaintenanceState, MonitoringFile
from madoguchi.core.vocabulary import ReasonCode, Verdict
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.models import Maintenance, Outage, OutageCorrection, Patch, Probe
from madoguchi.monitoring.operations.correct import Given, correct_outage
from madoguchi.monitoring.operations.files import import_file
from madoguchi.monitoring.operations.maintenance import (
    decide_maintenance,
    propose_maintenance,
    withdraw_maintenance,
)  # fmt: skip
from madoguchi.monitoring.operations.mapping import add_rule, conditions_from
from madoguchi.monitoring.queries import stretches_watched
from madoguchi.quality.figures import figures_of_month

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
DAY = 86_400
ASKED = count(1)


def measured(world: World, month: date = MAY) -> dict[str, Measurement]:
    # facts are kept for half a minute: ask each time a minute later
    figures = figures_of_month(contract=world.contract, month=month, now=LATER + timedelta(minutes=next(ASKED)))
    return {each.indicator.id: each for each in figures.measurements}


def exact(world: World, indicator: str, month: date = MAY) -> Fraction | None:
    return measured(world, month)[indicator].figure.exact


def percent(part: int, whole: int) -> Fraction:
    return Fraction(100 * part, whole)


def planned(world: World, service: str, start: str, end: str) -> Maintenance:
    return propose_maintenance(
        access=world.access[MANAGER], services=[service], started_at=japan(start), ended_at=japan(end),
        reason="定期保守", now=NOW,
    )[0]  # fmt: skip


def approve(world: World, found: Maintenance) -> None:
    decide_maintenance(
        access=world.access[DIVISION], maintenance_id=found.pk, state=MaintenanceState.APPROVED, remark="", now=NOW
    )


def test_maintenance_is_taken_out_of_an_outage_and_of_the_time_promised_once_approved(world: World) -> None:
    source = monitored(world)
    vouch(world, MAY, date(2026, 5, 31))
    send(source, group(alert("2026-05-10 01:00", "2026-05-10 03:00")))
    # 31 days; two hours down
    assert exact(world, "availability_mail") == percent(31 * DAY - 7_200, 31 * DAY)
    found = planned(world, "mail", "2026-05-10 02:00", "2026-05-10 04:00")
    assert exact(world, "availability_mail") == percent(31 * DAY - 7_200, 31 * DAY)
    approve(world, found)
    # two hours are not promised; of those before, one was down
    assert exact(world, "availability_mail") == percent(31 * DAY - 7_200 - 3_600, 31 * DAY - 7_200)


def test_an_outage_over_the_months_end_counts_in_each_month_with_its_part(world: World) -> None:
    source = monitored(world)
    vouch(world, MAY, date(2026, 6, 3))
    send(source, group(alert("2026-05-31 23:00", "2026-06-01 02:00")))
    assert exact(world, "availability_mail") == percent(31 * DAY - 3_600, 31 * DAY)
    assert exact(world, "availability_mail", JUNE) == percent(30 * DAY - 7_200, 30 * DAY)


def test_only_the_service_hours_count_where_the_contract_says_so(world: World) -> None:
    source = monitored(world)
    vouch(world, MAY, date(2026, 5, 31))
    # Wednesday: half an hour before noon and half an hour after one; the night and Sunday count for nothing
    send(source, group(alert("2026-05-20 11:30", "2026-05-20 13:30", instance="wan1")))
    send(source, group(alert("2026-05-20 17:00", "2026-05-21 09:00", instance="wan2")))
    send(source, group(alert("2026-05-24 00:00", "2026-05-25 00:00", instance="wan3")))
    # May 2026 has 18 open days of seven hours
    whole = 18 * 7 * 3_600
    assert exact(world, "availability_wan") == percent(whole - 3_600, whole)


def test_overlapping_outages_of_a_service_count_once_and_recovery_counts_each(world: World) -> None:
    source = monitored(world)
    vouch(world, MAY, date(2026, 5, 31))
    send(source, group(
        alert("2026-05-10 01:00", "2026-05-10 02:00", instance="mail1"),
        alert("2026-05-10 01:30", "2026-05-10 04:00", instance="mail2"),
    ))  # fmt: skip
    assert exact(world, "availability_mail") == percent(31 * DAY - 3 * 3_600, 31 * DAY)
    assert exact(world, "recovery") == percent(1, 2)


def test_no_word_of_a_source_is_no_figure(world: World) -> None:
    source = monitored(world)
    for day in range(31):
        if day != 12:
            send(source, b'{"heartbeat": true}', now=japan("2026-05-01 12:00") + timedelta(days=day))
    found = measured(world)["availability_mail"]
    assert (found.judgement.verdict, found.figure.exact) == (Verdict.NOT_MEASURABLE, None)
    assert found.judgement.reasons[0].code is ReasonCode.NOT_COVERED
    vouch(world, date(2026, 5, 13), date(2026, 5, 13), services=["mail"])
    assert exact(world, "availability_mail") == 100
    # nobody vouched for the other service, nor for the time before the first word
    assert exact(world, "availability_wan") is None
    assert exact(world, "availability_mail", date(2026, 4, 1)) is None


def test_a_service_that_no_source_watches_has_no_figure(world: World) -> None:
    promise_services(world)
    source = monitored(world)
    source.rules.filter(service="wan").delete()
    for day in range(31):
        send(source, b'{"heartbeat": true}', now=japan("2026-05-01 12:00") + timedelta(days=day))
    assert exact(world, "availability_mail") == 100
    assert exact(world, "availability_wan") is None
    assert stretches_watched(world.contract, now=LATER)["outages:wan"] == ()
    assert stretches_watched(world.contract, now=LATER)["outages:mail"] == (month_period(year=2026, month=5),)


def test_a_contract_without_monitoring_says_nothing_of_coverage(world: World) -> None:
    promise_services(world)
    assert stretches_watched(world.contract, now=LATER) == {}
    assert exact(world, "availability_mail") is None


def test_a_lost_end_is_closed_by_hand_with_a_reason_and_all_of_it_is_told(world: World) -> None:
    source = monitored(world)
    vouch(world, MAY, date(2026, 5, 31))
    send(source, group(alert("2026-05-10 01:00")))
    outage = Outage.objects.get()
    assert exact(world, "availability_mail") == percent(9 * DAY + 3_600, 31 * DAY)
    access = world.access[MANAGER]
    end = japan("2026-05-10 02:00")
    wrong: list[tuple[dict[str, Given], str]] = [
        ({"ended_at": end}, " "), ({"ended_at": japan("2026-05-10 00:59")}, "理由"),
        ({"ended_at": LATER + timedelta(hours=1)}, "理由"), ({"service": "x"}, "理由"),
    ]  # fmt: skip
    for asked, reason in wrong:
        with pytest.raises(FieldError):
            correct_outage(access=access, outage_id=outage.pk, asked=asked, reason=reason, now=LATER)
    with pytest.raises(PermissionDenied):
        correct_outage(
            access=world.access[DIVISION], outage_id=outage.pk, asked={"ended_at": end}, reason="理由", now=LATER
        )  # fmt: skip
    correct_outage(access=access, outage_id=outage.pk, asked={"ended_at": end}, reason="復旧を確認した", now=LATER)
    assert exact(world, "availability_mail") == percent(31 * DAY - 3_600, 31 * DAY)
    made = OutageCorrection.objects.get()
    assert (made.old, made.new, made.reason) == ("", end.isoformat(), "復旧を確認した")
    # what a person said stands when the source tells an end at last
    send(source, group(alert("2026-05-10 01:00", "2026-05-10 05:00")))
    outage.refresh_from_db()
    assert (outage.ended_at, outage.seen_ended_at) == (end, japan("2026-05-10 05:00"))
    correct_outage(access=access, outage_id=outage.pk, asked={"is_dismissed": True}, reason="試験だった", now=LATER)
    assert exact(world, "availability_mail") == 100


def test_what_no_rule_fits_is_kept_until_one_does(world: World) -> None:
    source = monitored(world)
    vouch(world, MAY, date(2026, 5, 31))
    send(source, group(alert("2026-05-10 01:00", "2026-05-10 02:00", instance="relay1")))
    assert exact(world, "availability_mail") == 100
    tests = conditions_from("instance = relay*\nseverity=critical")
    access = world.access[MANAGER]
    assert add_rule(access=access, source_id=source.pk, tests=tests, service="mail", severity="major", now=NOW) == 1
    assert exact(world, "availability_mail") == percent(31 * DAY - 3_600, 31 * DAY)
    assert Outage.objects.get().severity == "major"
    for text in ("", "instance", "=x", "a=", "a=b\n" * 9, "a=" + "x" * 300):
        with pytest.raises(FieldError):
            conditions_from(text)


def test_a_plan_counts_only_as_the_division_decided(world: World) -> None:
    promise_services(world)
    found = planned(world, "mail", "2026-05-10 02:00", "2026-05-10 04:00")
    with pytest.raises(FieldError):
        planned(world, "mail", "2026-05-10 02:00", "2026-05-10 04:00")
    with pytest.raises(FieldError):
        planned(world, "nothing", "2026-05-10 02:00", "2026-05-10 04:00")
    with pytest.raises(FieldError):
        planned(world, "mail", "2026-05-10 04:00", "2026-05-10 04:00")
    given: dict[str, Any] = {"maintenance_id": found.pk, "now": NOW}
    with pytest.raises(PermissionDenied):
        decide_maintenance(access=world.access[MANAGER], state=MaintenanceState.APPROVED, remark="", **given)
    with pytest.raises(FieldError):
        decide_maintenance(access=world.access[DIVISION], state=MaintenanceState.REFUSED, remark=" ", **given)
    approve(world, found)
    with pytest.raises(FieldError):
        withdraw_maintenance(access=world.access[MANAGER], **given)
    decide_maintenance(access=world.access[DIVISION], state=MaintenanceState.CANCELLED, remark="延期", **given)
    again = planned(world, "mail", "2026-05-10 02:00", "2026-05-10 04:00")
    withdraw_maintenance(access=world.access[MANAGER], maintenance_id=again.pk, now=NOW)


def load(world: World, kind: MonitoringFile, text: str) -> tuple[int, int, int, list[list[str]]]:
    found = import_file(
        access=world.access[MANAGER], kind=kind, name="a.csv", content=text.encode(), now=LATER
    )  # fmt: skip
    return found.taken_count, found.same_count, found.refused_count, found.refused


def test_samples_come_from_a_file_line_by_line(world: World) -> None:
    promise_services(world)
    text = (
        "対象,日時,秒\nmail,2026-05-10 10:00,3.25\nmail,2026/05/10 11:00,５.２５\nmail,2026-05-10 10:00,3.25\n"
        "mail,2026-05-10 10:00,4\nwan,2026-05-10T10:00:00+09:00,1\nfax,2026-05-10 10:00,1\nmail,soon,1\n"
        "mail,2026-05-10 12:00,-1\nmail,2026-05-10 12:00,NaN\nmail,2026-05-10 12:00,1.0001\nmail,2099-01-01 00:00,1\n"
        "mail,0001-01-01 00:00,1\nmail,1\nmail,2026-05-10 12:00,=1\n"
    )
    taken, same, refused, lines = load(world, MonitoringFile.PROBES, text)
    assert (taken, same, refused) == (3, 1, 10)
    assert [each[0] for each in lines] == ["5", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    assert "3250" in lines[0][1]
    assert "使える値: mail、wan" in lines[1][1]
    assert exact(world, "start_time") == Fraction(21, 4)
    assert load(world, MonitoringFile.PROBES, text)[:3] == (0, 4, 10)
    assert Probe.objects.count() == 3
    assert exact(world, "start_time", JUNE) is None


def test_patches_come_from_a_file_and_are_applied_by_a_later_one(world: World) -> None:
    promise_services(world)
    head = "機器,管理番号,パッチ,公開,期限,適用\n"
    first = "server,s1,2026-05,2026-05-10 10:00,2026-05-24 10:00,\n"
    done = "server,s2,2026-05,2026-05-10 10:00,2026-05-24 10:00,2026-05-12 10:00\n"
    wrong = (
        "server,s3,2026-05,2026-05-10 10:00,2026-05-09 10:00,\n,s4,p,2026-05-10 10:00,2026-05-24 10:00,\n"
        "server,s5,p,2026-05-10 10:00,2026-05-24 10:00,2026-05-01 10:00\n"
    )
    assert load(world, MonitoringFile.PATCHES, head + first + done + wrong)[:3] == (2, 0, 3)
    assert load(world, MonitoringFile.PATCHES, head + first + done)[:3] == (0, 2, 0)
    late = first.replace(",\n", ",2026-05-25 10:00\n")
    assert load(world, MonitoringFile.PATCHES, head + late)[:3] == (1, 0, 0)
    assert load(world, MonitoringFile.PATCHES, head + first)[:3] == (0, 0, 1)
    assert Patch.objects.count() == 2
    assert exact(world, "patches") == percent(1, 2)


def test_outages_and_plans_come_from_files(world: World) -> None:
    promise_services(world)
    vouch(world, MAY, date(2026, 5, 31))
    head = "対象,開始,終了,重大度,内容\n"
    running = head + "mail,2026-05-10 01:00,,major,停電\n"
    assert load(world, MonitoringFile.OUTAGES, running)[:3] == (1, 0, 0)
    ended = head + "mail,2026-05-10 01:00,2026-05-10 02:00,major,停電\nmail,2026-05-10 03:00,2026-05-10 02:00,,\n"
    assert load(world, MonitoringFile.OUTAGES, ended)[:3] == (1, 0, 1)
    assert load(world, MonitoringFile.OUTAGES, ended)[:3] == (0, 1, 1)
    assert exact(world, "availability_mail") == percent(31 * DAY - 3_600, 31 * DAY)
    assert Outage.objects.get().severity == "major"
    plans = "対象,開始,終了,理由\nwan,2026-06-20 20:00,2026-06-21 02:00,更新\nwan,2026-06-20 20:00,2026-06-20 19:00,x\n"
    assert load(world, MonitoringFile.MAINTENANCE, plans)[:3] == (1, 0, 1)
    assert load(world, MonitoringFile.MAINTENANCE, plans)[:3] == (0, 1, 1)
    assert Maintenance.objects.get().state == MaintenanceState.PROPOSED
