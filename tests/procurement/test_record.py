"""The record of a procurement: changed part by part on screen, every version kept, read by the documents."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World, definition_texts

from madoguchi.audit.models import HistoryRow
from madoguchi.cli.main import main
from madoguchi.console.procurement_forms import PARTS, PartForm
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.procurement.load import load_procurement
from madoguchi.core.procurement.spec import Procurement
from madoguchi.core.toml_text import toml_text
from madoguchi.core.vocabulary import RoleKind
from madoguchi.procurement.editing import (
    Place,
    Row,
    StaleRecordError,
    change_row,
    row_at,
    table_of,
    take_in,
    with_row,
)
from madoguchi.procurement.models import ProcurementVersion
from madoguchi.procurement.queries import kept_procurement

DIVISION = RoleKind.RESPONSIBLE_DIVISION
EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMAS = Path(__file__).parents[1] / "reports/ocds"
FILES = sorted(EXAMPLES.glob("*/procurement.toml"))
NEXT = Place(path=("next",), is_list=True)
STEP: Row = {"kind": "tender_notice", "start_date": NOW.date(), "end_date": NOW.date() + timedelta(days=49)}
TYPED = {
    "number": "0", "kind": "tender_notice", "label": "", "start_date": "2026-06-01", "end_date": "2026-06-30",
    "minimum_days": "50", "minimum_ground": "政府調達に関する協定", "firm_count": "", "comment_count": "", "note": "",
    "source": "",
}  # fmt: skip


def record_of(world: World) -> Procurement:
    found = kept_procurement(contract=world.contract, day=NOW.date()).value()
    assert found is not None
    return found


def change(world: World, row: Row | None, *, number: int, place: Place = NEXT) -> ProcurementVersion:
    return change_row(access=world.access[DIVISION], place=place, row=row, number=number, at=NOW)


def post(client: Client, path: str, **given: object) -> Any:  # noqa: ANN401  # Django's test response
    return client.post(f"/c/alpha/procurement/{path}", given)


def page(client: Client, path: str = "") -> str:
    answer = client.get(f"/c/alpha/procurement/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_change_is_a_version_of_the_whole(world: World) -> None:
    change(world, STEP, number=0)
    change(
        world, {"firm": "A社", "reasons": ["時間が足りない"]}, number=1, place=Place(path=("decliner",), is_list=True)
    )
    change(world, STEP | {"label": "公告"}, number=2, place=Place(path=("next",), is_list=True, number=1))
    found = record_of(world)
    assert [each.label for each in found.schedule] == ["公告"]
    assert [each.firm for each in found.decliners] == ["A社"]
    assert list(ProcurementVersion.objects.values_list("number", "part")) == [(3, "next"), (2, "decliner"), (1, "next")]
    acts = HistoryRow.objects.filter(chain=world.contract.key, act="change_procurement")
    assert list(acts.order_by("number").values_list("subject", flat=True)) == [f"procurement:{n}" for n in (1, 2, 3)]


def test_row_is_taken_out_and_the_version_before_still_has_it(world: World) -> None:
    first = change(world, STEP, number=0)
    change(world, None, number=1, place=Place(path=("next",), is_list=True, number=1))
    assert record_of(world).schedule == ()
    assert load_procurement({"procurement.toml": first.text}).schedule  # type: ignore[union-attr]  # it has one


def test_change_over_somebody_elses_is_refused(world: World) -> None:
    change(world, STEP, number=0)
    with pytest.raises(StaleRecordError):
        change(world, STEP, number=0)
    assert ProcurementVersion.objects.count() == 1


def test_record_that_cannot_be_is_refused_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(InvalidInputError, match="minimum_ground"):
        change(world, STEP | {"minimum_days": 50}, number=0)
    with pytest.raises(InvalidInputError, match="not TOML"):
        take_in(access=world.access[DIVISION], text="= 1", number=0, at=NOW)
    assert not ProcurementVersion.objects.exists()


def test_first_change_starts_from_the_contracts_definitions(world: World) -> None:
    text = FILES[-1].read_text(encoding="utf-8")
    texts = definition_texts(world.contract.key) | {"procurement.toml": text}
    world.contract.definitions.update(texts=texts, added_at=NOW + timedelta(seconds=3))
    before = record_of(world)
    change(world, STEP, number=0)
    after = record_of(world)
    assert (after.tender, after.steps, after.exit) == (before.tender, before.steps, before.exit)
    assert len(after.schedule) == len(before.schedule) + 1


def places(table: Row) -> Iterator[tuple[str, Place]]:
    for name, part in PARTS.items():
        found: Any = table
        for key in part.path:
            found = found.get(key, {})
        for number in range(1, len(found) + 1) if part.is_list else ():
            yield name, part.place(number)
        if found and not part.is_list:
            yield name, part.place(None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_form_of_every_row_of_the_examples_gives_the_row_back(path: Path) -> None:
    """Whoever opens a row and saves it unchanged changes nothing of the record."""
    text = path.read_text(encoding="utf-8")
    table, whole = table_of(text), load_procurement({"procurement.toml": text})
    found = list(places(table))
    assert found
    for name, place in found:
        row = row_at(table, place)
        shown = PartForm(part=PARTS[name], row=row, number=0)
        typed = {field.html_name: shown[field.html_name].value() for field in shown}
        data = {key: value for key, value in typed.items() if value is not None and value is not False}
        form = PartForm(data, part=PARTS[name], row=row, number=0)  # type: ignore[arg-type]  # any mapping does
        assert form.is_valid(), (name, form.errors)
        changed = with_row(table, place, form.made_row())

        assert load_procurement({"procurement.toml": toml_text(changed)}) == whole


# through the pages


def test_division_types_the_next_schedule_and_is_told_of_a_short_notice(world: World) -> None:
    division = signed_in(world, DIVISION)
    answer = division.post("/c/alpha/procurement/parts/next/", TYPED, follow=True)
    shown = answer.content.decode()
    assert "必要な日数に足りない段階があります: 入札公告から提案書締切" in shown
    assert "× 短い" in shown
    assert "第1版" in page(division, "versions/")
    edited = page(division, "parts/next/1/")
    assert "必要な50日に足りません。" in edited
    assert post(division, "parts/next/1/", **TYPED | {"number": "1", "end_date": "2026-07-30"}).status_code == 302
    assert record_of(world).schedule[0].is_long_enough


def test_days_are_said_while_they_are_typed(world: World) -> None:
    division = signed_in(world, DIVISION)
    short = page(division, "days/?start_date=2026-06-01&end_date=2026-06-30&minimum_days=50&note=x")
    assert "30日間" in short
    assert "必要な50日に足りません。" in short
    assert "必要な30日を満たします。" in page(
        division, "days/?start_date=2026-06-01&end_date=2026-06-30&minimum_days=30"
    )
    assert "開始日より前" in page(division, "days/?start_date=2026-06-02&end_date=2026-06-01")
    assert page(division, "days/?start_date=2026-99-99&end_date=").strip() == ""


def test_openings_and_bids_are_typed_in_rows(world: World) -> None:
    division = signed_in(world, DIVISION)
    tender = {"number": "0", "method": "additive", "winner": "甲社", "proposal_count": "2", "ceiling_price": "1000"}
    opening = {
        "date": "2026-05-01", "bid-0-tenderer": "甲社", "bid-0-price": "900", "bid-0-result": "",
        "bid-1-tenderer": "乙社", "bid-1-price": "1,200", "bid-1-result": "",
    }  # fmt: skip
    assert post(division, "parts/tender/", **tender).status_code == 302
    refused = post(division, "parts/openings/", number="1", **opening)
    assert refused.status_code == 422
    assert post(division, "parts/openings/", number="1", **opening | {"bid-1-price": "1200"}).status_code == 302
    (found,) = record_of(world).tender.openings  # type: ignore[union-attr]  # typed above
    assert [(each.tenderer, each.price, each.result) for each in found.bids] == [
        ("甲社", 900, "within"), ("乙社", 1200, "over"),
    ]  # fmt: skip
    shown = page(division, "parts/openings/1/")
    assert 'name="bid-4-tenderer"' in shown
    assert post(division, "parts/tender/", **tender | {"number": "2", "winner": "乙社"}).status_code == 302
    assert len(record_of(world).tender.openings) == 1  # type: ignore[union-attr]  # kept where the form shows none


DECISIONS = {
    "correction_order_count": "0", "violation_count": "1", "has_outside_check": "on", "outside_check": "評価委員会",
    "decision-0-criterion": "competition", "decision-0-decision": "not_kept",
    "decision-0-finding": "一者応札であった。",
    "decision-0-reason": "", "decision-1-criterion": "", "decision-1-decision": "", "decision-1-finding": "",
    "decision-1-reason": "",
}  # fmt: skip


def test_exit_decisions_are_typed_shown_and_changed(world: World) -> None:
    division = signed_in(world, DIVISION)
    assert 'name="decision-4-finding"' in page(division, "parts/exit/")
    assert post(division, "parts/exit/", number="0", **DECISIONS).status_code == 302
    kept = record_of(world).exit
    assert kept is not None
    assert (kept.correction_order_count, kept.violation_count, kept.has_outside_check) == (0, 1, True)
    assert [(each.criterion, each.finding) for each in kept.decisions] == [("competition", "一者応札であった。")]
    assert "一者応札であった。" in page(signed_in(world, RoleKind.AUDITOR))
    changed = DECISIONS | {"decision-0-finding": "二者が応札した。", "decision-0-decision": "kept"}
    assert post(division, "parts/exit/", number="1", **changed).status_code == 302
    assert "二者が応札した。" in page(division)


def test_exit_form_shows_what_figures_and_answers_propose_while_it_is_filled_in(world: World) -> None:
    division = signed_in(world, DIVISION)
    form = page(division, "parts/exit/")
    assert all(text in form for text in ("応札の記録がない。", "比べる従来経費がない。", "未達"))
    assert "業務改善指示等0件、法令違反行為等0件。" in form
    typed = page(division, "proposals/?violation_count=2&has_outside_check=on&decision-0-criterion=quality")
    assert "業務改善指示等0件、法令違反行為等2件。" in typed
    assert "外部有識者等の点検を受けている。" in typed
    assert "応札" not in typed
    assert "件数を0以上の数で入力してください。" in page(division, "proposals/?violation_count=-1")
    assert "件数を0以上" not in page(division, "parts/tender/")


@pytest.mark.parametrize(
    "given",
    [
        {"decision-0-finding": ""},
        {"decision-0-decision": "perhaps"},
        {"decision-1-criterion": "competition", "decision-1-decision": "kept", "decision-1-finding": "二度目"},
        {"decision-5-criterion": "quality"},
        {"violation_count": "-1"},
    ],
)
def test_exit_decision_that_cannot_be_is_refused(world: World, given: dict[str, str]) -> None:
    assert post(signed_in(world, DIVISION), "parts/exit/", number="0", **DECISIONS | given).status_code == 422
    assert not ProcurementVersion.objects.exists()


RUNNING = {"number": "0", "method": "additive", "winner": "", "proposal_count": "2"}


def test_tender_that_still_runs_is_recorded_and_goes_out_as_open_data(world: World) -> None:
    division = signed_in(world, DIVISION)
    assert post(division, "parts/tender/", **RUNNING).status_code == 302
    assert "入札を続けています" in page(division)
    asked = {"ocds_prefix": "ocds-a1b2c3", "uri": "https://example.go.jp/x.json", "date": f"{NOW:%Y-%m-%d}"}
    answer = division.get("/c/alpha/procurement/open-data/", asked)
    assert answer.status_code == 200
    package = json.loads(answer.content)
    checker = jsonschema.FormatChecker()
    for name, value in (("release-package-schema", package), ("release-schema", package["releases"][0])):
        known = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
        jsonschema.Draft4Validator(known, format_checker=checker).validate(value)
    assert package["releases"][0]["tag"] == ["tender"]
    for wrong in ({"ocds_prefix": "x"}, {"uri": "ftp://x"}, {"date": "2020-13-01"}):
        assert division.get("/c/alpha/procurement/open-data/", asked | wrong).status_code == 422
    assert "ocds-a1b2c3" in page(division, "open-data/")


def test_record_without_a_tender_is_no_open_data(world: World) -> None:
    change(world, STEP, number=0)
    asked = {"ocds_prefix": "ocds-a1b2c3", "uri": "https://example.go.jp/x.json", "date": f"{NOW:%Y-%m-%d}"}
    answer = signed_in(world, DIVISION).get("/c/alpha/procurement/open-data/", asked)
    assert (answer.status_code, "[tender]" in answer.content.decode()) == (422, True)


def test_command_exports_the_record_of_the_desk(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert post(signed_in(world, DIVISION), "parts/tender/", **RUNNING).status_code == 302
    arguments = ["ocds", "--prefix", "ocds-a1b2c3", "--uri", "https://example.go.jp/x", "--desk"]
    assert main([*arguments, world.contract.key]) == 0
    assert json.loads(capsys.readouterr().out)["releases"][0]["tender"]["status"] == "active"
    assert main([*arguments, "nobody"]) == 2
    assert world.contract.key in capsys.readouterr().err


SCORING = """
[scoring]
method = "additive"
technical_maximum = 100
technical_points = 50
price_points = 50
ceiling_price = 1000
note = "試算"
bid = [
  { tenderer = "高い", price = 900, technical_score = 90 },
  { tenderer = "安い", price = 500, technical_score = 60 },
]
"""


def test_what_if_shows_who_leads_by_another_ratio(world: World) -> None:
    """By hand, 1:1 of 100 points: 高い 45 + 5 = 50, 安い 30 + 25 = 55. 1:3: 高い 67.5 + 2.5, 安い 45 + 12.5."""
    take_in(access=world.access[DIVISION], text=SCORING, number=0, at=NOW)
    auditor = signed_in(world, RoleKind.AUDITOR)

    def leader(question: str) -> list[str]:
        rows = re.findall(r"<th scope=\"row\">(.*?)</tr>", page(auditor, f"what-if/?{question}"), flags=re.DOTALL)
        return [re.sub(r"<[^>]*>", " ", row) for row in rows]

    assert leader("price=1&technical=1")[0].split() == ["安い", "500", "30.00", "25.00", "55.00", "落札"]
    assert leader("price=1&technical=3")[0].split() == ["高い", "900", "67.50", "2.50", "70.00", "落札"]
    assert auditor.get("/c/alpha/procurement/what-if/?price=0&technical=0").status_code == 422
    assert auditor.get("/c/alpha/procurement/what-if/?price=x").status_code == 422
    assert auditor.get("/c/alpha/procurement/what-if/?method=best").status_code == 422
    assert ProcurementVersion.objects.count() == 1


def test_file_goes_out_and_comes_in_again(world: World) -> None:
    division = signed_in(world, DIVISION)
    text = FILES[0].read_text(encoding="utf-8")
    upload = SimpleUploadedFile("procurement.toml", text.encode())
    assert post(division, "versions/", number="0", file=upload).status_code == 302
    answer = division.get("/c/alpha/procurement/versions/1.toml")
    assert answer.content.decode() == text
    wrong = SimpleUploadedFile("procurement.toml", b"[tender]\nwinner = 3\n")
    refused = post(division, "versions/", number="1", file=wrong)
    assert refused.status_code == 422
    assert "tender.winner" in refused.content.decode()
    assert ProcurementVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"number": "7"}, 409),
        ({"start_date": ""}, 422),
        ({"start_date": "2026-07-30"}, 422),
        ({"minimum_ground": ""}, 422),
        ({"minimum_days": "-1"}, 422),
        ({"minimum_days": "９９９９９"}, 422),
        ({"kind": "party"}, 422),
        ({"note": "a\x00b"}, 422),
        ({"note": "x" * 5_001}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_wrong_rows_are_refused_and_nothing_is_kept(world: World, given: dict[str, str], status: int) -> None:
    assert post(signed_in(world, DIVISION), "parts/next/", **TYPED | given).status_code == status
    assert not ProcurementVersion.objects.exists()


def test_auditor_reads_the_record_and_changes_nothing(world: World, other: World) -> None:
    change(world, STEP, number=0)
    auditor = signed_in(world, RoleKind.AUDITOR)
    assert auditor.get("/c/alpha/procurement/parts/next/1/").status_code == 403
    assert post(auditor, "parts/next/", **TYPED).status_code == 403
    assert "parts/next" not in page(auditor)
    division = signed_in(other, DIVISION)
    assert division.get("/c/alpha/procurement/versions/1.toml").status_code == 404


@pytest.mark.parametrize(
    "path", ["parts/none/", "parts/next/9/", "parts/next/0/", "parts/tender/1/", "versions/5.toml"]
)
def test_row_that_is_not_there_is_not_found(world: World, path: str) -> None:
    assert signed_in(world, DIVISION).get(f"/c/alpha/procurement/{path}").status_code == 404


def test_row_is_deleted_through_its_page(world: World) -> None:
    change(world, STEP, number=0)
    division = signed_in(world, DIVISION)
    assert post(division, "parts/next/1/", do="delete", number="1").status_code == 302
    assert record_of(world).schedule == ()
