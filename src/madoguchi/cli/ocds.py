"""`madoguchi ocds`: a contract's procurement as open contracting data."""

import argparse
import json
import sys
from pathlib import Path

from madoguchi.core.costing.load import load_costs
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.procurement.load import PROCUREMENT_FILE, load_procurement
from madoguchi.intake.definitions import read_definitions
from madoguchi.reports.ocds import Publication, release_package


def run(given: argparse.Namespace) -> int:
    texts = read_definitions(given.contract)
    procurement = load_procurement(texts)
    if procurement is None:
        where = str(given.contract)
        missing = Problem(where=where, key="", given=f"no {PROCUREMENT_FILE}", allowed="a folder that has one")
        raise InvalidInputError([missing])
    contract = load_contract(texts)
    package = release_package(
        contract=contract,
        procurement=procurement,
        costs=load_costs(texts),
        publication=Publication(
            prefix=given.prefix,
            uri=given.uri,
            publisher=given.publisher or contract.buyer,
            published_date=given.date or contract.period.end_date,
        ),
    )
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    path: Path | None = given.output
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")
    return 0
