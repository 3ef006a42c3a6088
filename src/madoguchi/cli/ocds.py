"""`madoguchi ocds`: a contract's procurement as open contracting data."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from madoguchi.cli.serve import prepare
from madoguchi.core.costing.load import load_costs
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.procurement.load import PROCUREMENT_FILE, load_procurement
from madoguchi.intake.definitions import read_definitions
from madoguchi.reports.ocds import Publication, Value, release_package


def run(given: argparse.Namespace) -> int:
    package = _from_desk(given) if given.desk else _from_folder(given)
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    path: Path | None = given.output
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")
    return 0


def _from_folder(given: argparse.Namespace) -> Value:
    texts = read_definitions(given.contract)
    procurement = load_procurement(texts)
    if procurement is None:
        where = str(given.contract)
        missing = Problem(where=where, key="", given=f"no {PROCUREMENT_FILE}", allowed="a folder that has one")
        raise InvalidInputError([missing])
    contract = load_contract(texts)
    publication = _publication(given, buyer=contract.buyer, end_date=contract.period.end_date)
    return release_package(contract=contract, procurement=procurement, costs=load_costs(texts), publication=publication)


def _from_desk(given: argparse.Namespace) -> Value:
    """Return the package of the record kept at the desk, as the screens show it."""
    prepare()
    from madoguchi.contracts.definitions import definitions_on  # noqa: PLC0415  # needs Django set up
    from madoguchi.contracts.models import Contract  # noqa: PLC0415
    from madoguchi.procurement.queries import open_data_of  # noqa: PLC0415

    contract = Contract.objects.filter(key=given.desk.replace("\0", "")).first()
    if contract is None:
        keys = ", ".join(Contract.objects.order_by("key").values_list("key", flat=True)) or "none is here"
        allowed = f"a contract of this installation: {keys}"
        raise InvalidInputError([Problem(where="ocds", key="--desk", given=given.desk, allowed=allowed)])
    promised = definitions_on(contract=contract, day=contract.end_date).promised
    publication = _publication(given, buyer=promised.buyer, end_date=promised.period.end_date)
    return open_data_of(contract=contract, publication=publication)


def _publication(given: argparse.Namespace, *, buyer: str, end_date: date) -> Publication:
    return Publication(
        prefix=given.prefix, uri=given.uri, publisher=given.publisher or buyer, published_date=given.date or end_date
    )
