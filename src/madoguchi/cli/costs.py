"""`madoguchi costs`: what a contract costs and what it saved, on every basis it is compared on."""

import argparse
import sys

from madoguchi.core.costing.load import COSTS_FILE, load_costs
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.reports.documents.costs import cost_saving, service_cost
from madoguchi.reports.write_text import block_lines


def run(given: argparse.Namespace) -> int:
    texts = read_definitions(given.contract)
    contract = load_contract(texts)
    plan = load_costs(texts)
    if plan is None:
        missing = Problem(where=str(given.contract), key="", given=f"no {COSTS_FILE}", allowed="a folder that has one")
        raise InvalidInputError([missing])
    lines = [contract.name]
    for block in (*service_cost(plan, given.lang), *cost_saving(plan, given.lang)):
        lines += ["", *block_lines(block)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
