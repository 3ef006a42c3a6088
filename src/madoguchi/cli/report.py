"""`madoguchi report`: a contract's monthly report as PDF, Word, Excel or HTML."""

import argparse
import sys
from datetime import date
from pathlib import Path

from madoguchi.cli import document
from madoguchi.cli.measure import asked_period, measured
from madoguchi.cli.writing import FORMATS, written
from madoguchi.core.calendar.periods import month_period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.reports.blocks import Block
from madoguchi.reports.monthly import monthly_report


def run(given: argparse.Namespace) -> int:
    if given.kind and given.staffing:
        problem = Problem(where="--staffing", key="", given=f"with --kind {given.kind}", allowed="the monthly report")
        raise InvalidInputError([problem])
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
        sections=staffing(contract, given) if given.staffing else (),
    )
    for kind in FORMATS if given.format == "all" else (given.format,):
        path = _path(given, f"{contract.id}-{given.month:%Y-%m}", kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(report=report, kind=kind))
        sys.stdout.write(f"{path}\n")
    return 0


def staffing(contract: Contract, given: argparse.Namespace) -> tuple[Block, ...]:
    """Return the section on staffing. Raises InvalidInputError where the facts have no calls of the month."""
    from madoguchi.cli.staff import read_history  # noqa: PLC0415  # planning is loaded by who asks for it
    from madoguchi.planning.month import past_month, promised_answer_rate  # noqa: PLC0415
    from madoguchi.planning.plan import repaired_need  # noqa: PLC0415
    from madoguchi.reports.staffing import staffing_section  # noqa: PLC0415

    target = promised_answer_rate(contract=contract, day=given.month)
    if target is None:
        problem = Problem(
            where="--staffing", key="", given="no answer rate is promised", allowed="a contract that promises one"
        )
        raise InvalidInputError([problem])
    history, redial_share = read_history(contract, folder=given.facts, redial_share=None)
    asked = past_month(history=history, redial_share=redial_share, month=given.month)
    need = repaired_need(demand=asked.demand, at_least=target)
    events = open_facts(given.facts).events("staffing", contract=contract.id)
    return staffing_section(contract=contract, asked=asked, need=need, events=events, language=given.lang)


def _path(given: argparse.Namespace, name: str, kind: str) -> Path:
    """Return where a format goes: the file asked for, or one in the folder asked for where all are written."""
    output: Path | None = given.output
    if given.format == "all":
        return (output or Path()) / f"{name}.{kind}"
    return output or Path(f"{name}.{kind}")
