"""`madoguchi measure`: every promised figure of a contract, judged."""

import argparse
import csv
import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TextIO

from madoguchi.cli.progress import shown_progress
from madoguchi.cli.tables import print_contract
from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract, Measurement
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import FactSet, open_facts
from madoguchi.reports.rows import row_of


def run(given: argparse.Namespace) -> int:
    contract = load_contract(read_definitions(given.contract))
    within = asked_period(contract, start=given.start, end=given.end)
    is_for_screen = any(str(path) == "-" for path in (given.json, given.csv))
    with shown_progress(is_wanted=not is_for_screen) as shown:
        facts = replace(open_facts(given.facts), days=given.days)
        try:
            measurements = measured(
                contract=contract,
                facts=facts,
                within=within,
                with_reference=given.reference,
                progress=shown.share if shown else None,
            )
        except sqlite3.Error as error:
            allowed = "a file that can be written, with room on its disk"
            problem = Problem(where=str(given.days), key="--days", given=str(error), allowed=allowed)
            raise InvalidInputError([problem]) from error
    if given.json:
        write_text(given.json, json_text(contract, measurements, language=given.lang))
    if given.csv:
        write_csv(given.csv, measurements, language=given.lang)
    if given.html:
        write_html(given.html, contract=contract, measurements=measurements, language=given.lang)
    if not is_for_screen:
        print_contract(contract, measurements, language=given.lang)
    return 0


def asked_period(contract: Contract, *, start: date | None, end: date | None) -> Period:
    """Return the months asked for. Raises InvalidInputError for a month outside the contract."""
    inside = f"a month from {contract.period.start_date:%Y-%m} to {_final_month(contract):%Y-%m}, the contract's"
    problems = []
    for option, month in (("--from", start), ("--to", end)):
        if month is not None and not _first_month(contract) <= month <= _final_month(contract):
            problems.append(Problem(where=option, key="", given=f"given {month:%Y-%m}", allowed=inside))
    if problems:
        raise InvalidInputError(problems)
    first = start or contract.evaluation.start_date
    final = month_period(year=end.year, month=end.month).end_date if end else contract.evaluation.end_date
    if final <= first:
        late = Problem(where="--to", key="", given=f"before {first:%Y-%m}", allowed="--from first")
        raise InvalidInputError([late])
    return Period(start_date=first, end_date=final)


def _first_month(contract: Contract) -> date:
    return contract.period.start_date.replace(day=1)


def _final_month(contract: Contract) -> date:
    return date.fromordinal(contract.period.end_date.toordinal() - 1)


def measured(
    *,
    contract: Contract,
    facts: FactSet,
    within: Period,
    until: date | None = None,
    with_reference: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Measurement, ...]:
    if with_reference:
        from madoguchi.intake.reference import measure_with_reference as measure  # noqa: PLC0415  # slow path
    else:
        from madoguchi.intake.measuring import measure_with_engine as measure  # noqa: PLC0415  # heavy imports
    return measure(contract=contract, facts=facts, within=within, until=until, progress=progress)


def json_text(contract: Contract, measurements: Sequence[Measurement], *, language: str) -> str:
    document = {
        "format": 1,
        "contract": {"id": contract.id, "name": contract.name},
        "measurements": [row_of(each, language=language) for each in measurements],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write_text(path: Path, text: str) -> None:
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def write_csv(path: Path, measurements: Sequence[Measurement], *, language: str) -> None:
    """Write the figures one a line, UTF-8 with mark, as spreadsheet programs expect."""
    if str(path) == "-":
        _write_rows(sys.stdout, measurements, language)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            _write_rows(file, measurements, language)


def _write_rows(file: TextIO, measurements: Sequence[Measurement], language: str) -> None:
    writer: csv.DictWriter[str] | None = None
    for measurement in measurements:
        row = row_of(measurement, language=language)
        cells = {name: cell_text(value) for name, value in row.items()}
        if writer is None:
            writer = csv.DictWriter(file, fieldnames=list(cells))
            writer.writeheader()
        writer.writerow(cells)


def cell_text(value: object) -> str:
    """Return a value as a CSV cell; a text that a spreadsheet would take for a formula is quoted."""
    if isinstance(value, dict):
        value = "; ".join(f"{key}={each}" for key, each in value.items())
    if isinstance(value, list):
        value = "; ".join(str(each) for each in value)
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") else text


def write_html(path: Path, *, contract: Contract, measurements: Sequence[Measurement], language: str) -> None:
    from madoguchi.reports.page import contract_page  # noqa: PLC0415  # only when a page is asked for

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(contract_page(contract, measurements, language=language), encoding="utf-8")
