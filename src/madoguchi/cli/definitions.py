"""`madoguchi definitions`: whether a contract's folder is right, and the schema of its files."""

import argparse
import json
import sys

from madoguchi.core.clocks.load import check_clocks
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import check_contract
from madoguchi.core.metrics.schema import SCHEMAS
from madoguchi.intake.definitions import read_definitions


def run(given: argparse.Namespace) -> int:
    if given.action == "schema":
        sys.stdout.write(json.dumps(SCHEMAS[given.kind](), ensure_ascii=False, indent=1) + "\n")
        return 0
    if given.contract is None:
        raise InvalidInputError([Problem(where="FOLDER", key="", given="missing", allowed="a contract's folder")])
    texts = read_definitions(given.contract)
    contract, problems = check_contract(texts)
    clocks, clock_problems = check_clocks(texts)
    if problems or clock_problems or contract is None:
        raise InvalidInputError((*problems, *clock_problems))
    objectives = sum(len(each.objectives) for each in contract.indicators)
    counted = (len(contract.indicators), objectives, len(clocks))
    text = "指標 %d 件、目標値 %d 件、時計 %d 件、問題はありません。"
    if given.lang == "en":
        text = "%d indicators, %d objectives, %d clocks, no problems."
    sys.stdout.write(text % counted + "\n")
    return 0
