"""The open contracting data of the examples: valid by the standard's own schema, no key it does not know."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from madoguchi.cli.main import main
from madoguchi.core.costing.load import load_costs
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.procurement.load import load_procurement
from madoguchi.core.procurement.spec import Procurement
from madoguchi.intake.definitions import read_definitions
from madoguchi.reports.ocds import OcdsError, Publication, release_package

EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMAS = Path(__file__).parent / "ocds"
FOLDERS = sorted(path.name for path in EXAMPLES.glob("00*"))
PUBLICATION = Publication(
    prefix="ocds-a1b2c3",
    uri="https://example.go.jp/ocds.json",
    publisher="経済産業省",
    published_date=date(2024, 4, 19),
)
Json = dict[str, Any]


def schema(name: str) -> Json:
    found: Json = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return found


def package_of(folder: str) -> Json:
    texts = read_definitions(EXAMPLES / folder)
    procurement = load_procurement(texts)
    assert procurement is not None
    return release_package(
        contract=load_contract(texts), procurement=procurement, costs=load_costs(texts), publication=PUBLICATION
    )


def unknown_keys(value: object, known: Json, root: Json, place: str = "") -> Iterator[str]:
    """Yield the keys a schema does not name: it allows any, so that a misspelt one would pass."""
    while "$ref" in known:
        known = root["definitions"][known["$ref"].rpartition("/")[2]]
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in known.get("properties", {}):
                yield f"{place}/{name}"
            else:
                yield from unknown_keys(each, known["properties"][name], root, f"{place}/{name}")
    elif isinstance(value, list):
        for each in value:
            yield from unknown_keys(each, known.get("items", {}), root, place)


@pytest.mark.parametrize("folder", FOLDERS)
def test_package_is_valid_by_the_standards_schema(folder: str) -> None:
    package, release = package_of(folder), schema("release-schema.json")
    checker = jsonschema.FormatChecker()
    jsonschema.Draft4Validator(schema("release-package-schema.json"), format_checker=checker).validate(package)
    jsonschema.Draft4Validator(release, format_checker=checker).validate(package["releases"][0])
    assert list(unknown_keys(package["releases"][0], release, release)) == []


def test_schema_refuses_what_is_not_in_its_lists() -> None:
    release = package_of("000-meti-operations")["releases"][0]
    release["tender"]["procurementMethod"] = "lottery"
    with pytest.raises(jsonschema.ValidationError, match="lottery"):
        jsonschema.Draft4Validator(schema("release-schema.json")).validate(release)


def test_failed_bidding_is_told_with_its_ground() -> None:
    tender = package_of("000-meti-operations")["releases"][0]["tender"]
    assert tender["procurementMethodDetails"] == "一般競争入札（不落により随意契約）"
    assert tender["procurementMethodRationale"] == "予算決算及び会計令第99条の2"
    assert tender["numberOfTenderers"] == 2
    assert "value" not in tender


def test_firms_stand_once_with_their_roles() -> None:
    parties = package_of("000-meti-operations")["releases"][0]["parties"]
    roles = {each["name"]: each["roles"] for each in parties}
    assert roles["NECフィールディング株式会社"] == ["tenderer", "supplier"]
    assert len({each["id"] for each in parties}) == len(parties) == 3


def test_amount_is_the_contracts_without_tax() -> None:
    award = package_of("001-mic-lan")["releases"][0]["awards"][0]
    assert award["value"] == {"amount": 290_010_000, "currency": "JPY"}


def test_market_engagement_stands_under_planning() -> None:
    planning = package_of("003-meti-infrastructure")["releases"][0]["planning"]
    assert [each["title"] for each in planning["milestones"]] == [
        "市場調査・コンセプト作成", "資料招請", "ヒアリング", "意見招請",
    ]  # fmt: skip


def test_tender_that_still_runs_tells_of_no_award_and_no_stage_yet_to_come_as_met() -> None:
    """Before the opening of 2021-07-05: the stages that lie ahead are scheduled."""
    texts = read_definitions(EXAMPLES / "001-mic-lan")
    step = '\n[[step]]\nkind = "opening"\nstart_date = 2021-07-05\nend_date = 2021-07-05\n'
    running = load_procurement({"procurement.toml": '[tender]\nmethod = "additive"\nproposal_count = 1\n' + step})
    assert running is not None
    publication = replace(PUBLICATION, published_date=date(2021, 6, 1))
    contract = load_contract(texts)
    package: Any = release_package(contract=contract, procurement=running, costs=None, publication=publication)
    release = package["releases"][0]
    checker = jsonschema.FormatChecker()
    jsonschema.Draft4Validator(schema("release-schema.json"), format_checker=checker).validate(release)
    assert (release["tag"], release["tender"]["status"]) == (["tender"], "active")
    assert [each["status"] for each in release["tender"]["milestones"]] == ["scheduled"]
    assert not {"awards", "contracts"} & release.keys()
    assert all("supplier" not in each["roles"] for each in release["parties"])


def test_contract_without_a_tender_is_refused() -> None:
    texts = read_definitions(EXAMPLES / FOLDERS[0])
    with pytest.raises(OcdsError, match=r"\[tender\]"):
        release_package(contract=load_contract(texts), procurement=Procurement(), costs=None, publication=PUBLICATION)


@pytest.mark.parametrize(
    ("prefix", "uri", "said"), [("ocds-1", "https://x", "six"), ("ocds-a1b2c3", "ftp://x", "address")]
)
def test_publication_that_cannot_be_is_refused(
    prefix: str, uri: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ocds", str(EXAMPLES / FOLDERS[0]), "--prefix", prefix, "--uri", uri]) == 2
    assert said in capsys.readouterr().err


def test_command_writes_the_package(tmp_path: Path) -> None:
    path = tmp_path / "000.json"
    arguments = ["ocds", str(EXAMPLES / FOLDERS[0]), "--prefix", "ocds-a1b2c3", "--uri", "https://example.go.jp/x"]
    assert main([*arguments, "--date", "2024-04-19", "-o", str(path)]) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["releases"][0]["ocid"] == "ocds-a1b2c3-000"
