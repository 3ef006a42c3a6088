"""Documents over approved months print what was frozen; what may still change is marked; a correction is seen."""

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pypdf
import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.documents.test_documents import MANAGER, approve, opened, page, write

from madoguchi.console.documents import material_of
from madoguchi.core.calendar.periods import Period
from madoguchi.core.vocabulary import ReasonCode, RoleKind, Verdict
from madoguchi.documents.checking import checked_document
from madoguchi.documents.models import Document
from madoguchi.documents.operations import open_document
from madoguchi.quality.months import measured_month
from madoguchi.quality.operations import approve_month, submit_month
from madoguchi.reports.blocks import Report, figures_of, texts_of
from madoguchi.reports.write_excel import write_excel

MAY = date(2026, 5, 1)
LATER = datetime(2026, 7, 3, 1, 0, tzinfo=UTC)
DIVISION = RoleKind.RESPONSIBLE_DIVISION


def freeze(world: World, month: date = MAY, why: str = "", now: datetime = LATER) -> None:
    revision = submit_month(
        access=world.access[MANAGER], month=month, explanations={}, why=why, comment="", now=now
    )  # fmt: skip
    approve_month(access=world.access[DIVISION], month=month, number=revision.number, comment="", now=now)


def report_of(world: World, document: Document, now: datetime = LATER + timedelta(hours=1)) -> Report:
    return checked_document(material_of(access=world.access[DIVISION], document=document, now=now)).built.report


def figures(report: Report) -> dict[tuple[str, int | None], str]:
    return {(each.window, each.revision): each.text for each in figures_of(report)}


def quarter(world: World) -> Document:
    period = Period(start_date=date(2026, 4, 1), end_date=date(2026, 7, 1))
    return open_document(access=world.access[MANAGER], kind="quarterly", label="2026-Q1", period=period, at=NOW)


def test_frozen_figure_is_printed_whatever_was_typed_in_since(world: World) -> None:
    world.ticket()
    freeze(world)
    world.ticket(subject="後から入力した")
    (counted,) = measured_month(contract=world.contract, month=MAY, now=LATER + timedelta(minutes=30)).figures
    assert counted.facts["exact"] == "2"
    report = report_of(world, opened(world))
    assert figures(report) == {("2026-05", 1): "1件"}
    assert "（注）実績値は、承認された月次実績による（令和8年5月 第1版）。" in list(texts_of(report))


def test_month_nobody_approved_is_printed_as_measured_and_marked(world: World) -> None:
    world.ticket()
    world.ticket(at=NOW + timedelta(days=30))
    freeze(world)
    report = report_of(world, quarter(world))
    found = figures(report)
    assert found["2026-05", 1] == "1件"
    assert found["2026-06", None] == "1件（速報）"
    notes = [text for text in texts_of(report) if text.startswith("（注）")]
    assert notes[0] == "（注）実績値は、承認された月次実績による（令和8年5月 第1版）。"
    assert "令和8年4月、令和8年6月の実績値は承認前のもの" in notes[1]
    assert all("（速報）" in text or revision for (_, revision), text in found.items())


def test_report_of_a_day_knows_nothing_of_what_came_after_it(world: World) -> None:
    world.ticket()
    world.ticket(at=NOW + timedelta(days=2))
    freeze(world)
    day = NOW.date()
    period = Period(start_date=day, end_date=day + timedelta(days=1))
    daily = open_document(access=world.access[MANAGER], kind="daily", label=str(day), period=period, at=NOW)
    report = report_of(world, daily)
    assert figures(report) == {("2026-05", None): "1件（速報）"}
    texts = "\n".join(texts_of(report))
    assert f"令和8年5月（{day.month}月{day.day}日まで）" in texts
    assert ReasonCode.RUNNING.label in texts
    assert "対象期間に期間が終わる実績値はない。期間の途中の実績値が" in texts


def test_month_submitted_and_not_approved_is_still_provisional(world: World) -> None:
    world.ticket()
    submit_month(access=world.access[MANAGER], month=MAY, explanations={}, why="", comment="", now=LATER)
    assert figures(report_of(world, opened(world))) == {("2026-05", None): "1件（速報）"}


def test_correction_is_printed_and_the_old_version_names_what_it_used(world: World) -> None:
    world.ticket()
    freeze(world)
    document = opened(world)
    write(world, document)
    first = approve(world, document)
    assert first.months == {"2026-05-01": 1}
    division = signed_in(world, DIVISION)
    assert "第1版 → 第2版" not in page(division, f"{document.pk}/")
    world.ticket()
    freeze(world, why="入力漏れ", now=LATER + timedelta(days=1))
    shown = page(division, f"{document.pk}/")
    assert "第1版のあとに、月次実績が承認または訂正されました。" in shown
    assert "第1版 → 第2版" in shown
    second = approve(world, document, "訂正を反映")
    assert second.months == {"2026-05-01": 2}
    assert "第1版 → 第2版" not in page(division, f"{document.pk}/")
    pages = [pypdf.PdfReader(io.BytesIO(bytes(each.pdf))).pages for each in (first, second)]
    texts = ["".join(each.extract_text() for each in found) for found in pages]
    assert ["第1版" in texts[0], "第2版" in texts[1]] == [True, True]
    assert ["2件" in text for text in texts] == [False, True]


def test_document_printed_before_the_approval_learns_of_it(world: World) -> None:
    world.ticket()
    document = opened(world)
    write(world, document)
    version = approve(world, document)
    assert version.months == {"2026-05-01": None}
    freeze(world)
    assert "速報値 → 第1版" in page(signed_in(world, DIVISION), f"{document.pk}/")


def test_provisional_figures_are_told_before_an_approval(world: World) -> None:
    document = opened(world)
    checked = checked_document(material_of(access=world.access[DIVISION], document=document, now=LATER))
    assert any("令和8年5月" in each.text for each in checked.points if each.place == "実績値")


def test_frozen_measurements_are_those_that_were_frozen(world: World) -> None:
    """Thawed from the database, a measurement is what it was: same counts, same verdict, same target."""
    for number in range(3):
        world.ticket(at=NOW + timedelta(minutes=number))
    measured = measured_month(contract=world.contract, month=MAY, now=LATER)
    freeze(world)
    thawed = material_of(access=world.access[DIVISION], document=opened(world), now=LATER).measurements
    assert len(thawed) == len(measured.figures)
    for one, two in zip(thawed, (each.measurement for each in measured.figures), strict=True):
        assert (one.figure, one.judgement, one.indicator) == (two.figure, two.judgement, two.indicator)
    assert thawed[0].judgement.verdict is Verdict.MET


def test_workbook_names_the_revision_and_marks_what_is_provisional(world: World) -> None:
    world.ticket()
    freeze(world)
    world.ticket(at=NOW + timedelta(days=30))
    book = openpyxl.load_workbook(io.BytesIO(write_excel(report=report_of(world, quarter(world)))))
    rows = [[cell.value for cell in row] for row in book["数値の出典"].iter_rows(min_row=2)]
    assert ["1件", "ticket_count", "1", "2026-05", "1", "1"] in rows
    assert ["1件（速報）", "ticket_count", "1", "2026-06", "1", ""] in rows


@pytest.mark.parametrize("now", [datetime(2026, 4, 10, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)])
def test_months_to_come_are_not_named(world: World, now: datetime) -> None:
    material = material_of(access=world.access[DIVISION], document=quarter(world), now=now)
    assert [each.month.month for each in material.months] == list(range(4, now.month + 1))
