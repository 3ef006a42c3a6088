"""`madoguchi definitions`: whether a contract's folder is right, and the schema of its files."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from madoguchi.core.calendar.holidays import FINAL_YEAR
from madoguchi.core.clocks.load import check_clocks
from madoguchi.core.clocks.schema import clock_schema
from madoguchi.core.costing.load import load_costs
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import check_contract
from madoguchi.core.metrics.load_contract import CONTRACT_FILE
from madoguchi.core.metrics.schema import SCHEMAS, Schema
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.procurement.load import load_procurement
from madoguchi.core.procurement.schema import costs_schema, procurement_schema
from madoguchi.core.surveys.schema import questionnaire_schema
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.mapping_schema import mapping_schema

ALL_SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    **SCHEMAS,
    "clock": clock_schema,
    "mapping": mapping_schema,
    "costs": costs_schema,
    "procurement": procurement_schema,
    "questionnaire": questionnaire_schema,
}


def run(given: argparse.Namespace) -> int:
    if given.action == "schema":
        sys.stdout.write(json.dumps(ALL_SCHEMAS[given.kind](), ensure_ascii=False, indent=1) + "\n")
        return 0
    if given.contract is None:
        raise InvalidInputError([Problem(where="FOLDER", key="", given="missing", allowed="a contract's folder")])
    texts = read_definitions(given.contract)
    contract, problems = check_contract(texts)
    clocks, clock_problems = check_clocks(texts)
    more = (*clock_problems, *_problems(load_costs, texts), *_problems(load_procurement, texts))
    if problems or more or contract is None:
        raise InvalidInputError((*problems, *more))
    objectives = sum(len(each.objectives) for each in contract.indicators)
    counted = (len(contract.indicators), objectives, len(clocks))
    text = "指標 %d 件、目標値 %d 件、時計 %d 件、問題はありません。"
    if given.lang == "en":
        text = "%d indicators, %d objectives, %d clocks, no problems."
    sys.stdout.write(text % counted + "\n")
    for line in _beyond_calendar(contract, given.lang):
        sys.stdout.write(f"{line}\n")
    return 0


def _beyond_calendar(contract: Contract, language: str) -> Iterator[str]:
    """Say which periods end after the last day of which it is known whether it is a holiday."""
    final = date(FINAL_YEAR, 12, 31)
    text = (
        "%s %s: %s。祝日の暦は%sまでです。それまでに終わる期間は測定し、後に終わる期間は暦を延ばした版から測定します。"
    )
    if language == "en":
        text = (
            "%s %s: %s; the calendar of holidays reaches to %s: "
            "what ends by then is measured, what ends later only from a release whose calendar reaches further."
        )
    periods = {"contract.end_date": contract.period, "contract.evaluation.end_date": contract.evaluation}
    for key, period in periods.items():
        end = period.end_date - timedelta(days=1)
        if end > final:
            yield text % (CONTRACT_FILE, key, end, final)


def _problems(load: Callable[[Mapping[str, str]], object], texts: Mapping[str, str]) -> tuple[Problem, ...]:
    try:
        load(texts)
    except InvalidInputError as error:
        return error.problems
    return ()
