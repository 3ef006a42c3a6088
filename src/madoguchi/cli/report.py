"""`madoguchi report`: a contract's monthly report as PDF, Word, Excel or HTML."""

import argparse
import sys
from datetime import date
from pathlib import Path

from madoguchi.cli.measure import asked_period, measured
from madoguchi.core.calendar.periods import month_period
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.reports.blocks import Report
from madoguchi.reports.monthly import monthly_report


def run(given: argparse.Namespace) -> int:
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
    path: Path = given.output or Path(f"{contract.id}-{given.month:%Y-%m}.{given.format}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(report=report, kind=given.format))
    sys.stdout.write(f"{path}\n")
    return 0


def written(*, report: Report, kind: str) -> bytes:
    """Return the report's bytes in a format; only that format's library is loaded."""
    if kind == "pdf":
        from madoguchi.reports.write_pdf import write_pdf  # noqa: PLC0415  # heavy, and only for PDF

        return write_pdf(report=report)
    if kind == "docx":
        from madoguchi.reports.write_word import write_word  # noqa: PLC0415  # heavy, and only for Word

        return write_word(report=report)
    if kind == "xlsx":
        from madoguchi.reports.write_excel import write_excel  # noqa: PLC0415  # heavy, and only for Excel

        return write_excel(report=report)
    from madoguchi.reports.write_html import write_html  # noqa: PLC0415  # beside the others

    return write_html(report=report).encode()
