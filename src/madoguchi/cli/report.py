"""`madoguchi report`: a contract's monthly report as PDF, Word, Excel or HTML."""

import argparse
import sys
from datetime import date
from pathlib import Path

from madoguchi.cli import document
from madoguchi.cli.measure import asked_period, measured
from madoguchi.core.calendar.periods import month_period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.reports.monthly import monthly_report
from madoguchi.reports.writing import FORMATS, written


def run(given: argparse.Namespace) -> int:
    if given.kind:
        given.period = given.period or (f"{given.month:%Y-%m}" if given.month else None)
        return document.run(given)
    if given.month is None:
        raise InvalidInputError([Problem(where="--month", key="", given="missing", allowed="a month, or --kind")])
    return write_monthly(given)


def write_monthly(given: argparse.Namespace) -> int:
    contract = load_contract(read_definitions(given.contract))
    first: date = min(given.month, contract.evaluation.start_date)
    within = asked_period(contract, start=first, end=given.month)
    measurements = measured(contract=contract, facts=open_facts(given.facts), within=within)
    month = month_period(year=given.month.year, month=given.month.month)
    report = monthly_report(
        contract=contract,
        measurements=measurements,
        month=month,
        issued_date=given.date or month.end_date,
        language=given.lang,
    )
    for kind in FORMATS if given.format == "all" else (given.format,):
        path = _path(given, f"{contract.id}-{given.month:%Y-%m}", kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(report=report, kind=kind))
        sys.stdout.write(f"{path}\n")
    return 0


def _path(given: argparse.Namespace, name: str, kind: str) -> Path:
    """Return where a format goes: the file asked for, or one in the folder asked for where all are written."""
    output: Path | None = given.output
    if given.format == "all":
        return (output or Path()) / f"{name}.{kind}"
    return output or Path(f"{name}.{kind}")
