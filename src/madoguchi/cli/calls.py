"""`madoguchi calls`: reports on a contract's calls, and the calls behind any number of them."""

import argparse
from datetime import date, timedelta

from rich.table import Table
from rich.text import Text

from madoguchi.cli.tables import console
from madoguchi.core.calendar.periods import Period, fiscal_years_in, month_period
from madoguchi.core.call_vocabulary import CallReport
from madoguchi.core.calls.build import report_of
from madoguchi.core.calls.counted import call_data
from madoguchi.core.calls.lists import calls_table
from madoguchi.core.calls.table import CallTable
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract
from madoguchi.intake.calls import agent_states_of_period, calls_of_period
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.reports.call_document import call_document
from madoguchi.reports.table_files import as_csv, as_excel
from madoguchi.reports.writing import written

MOST_NAMED = 60


def run(given: argparse.Namespace) -> int:
    contract = load_contract(read_definitions(given.contract))
    period = asked_period(given, contract)
    facts = open_facts(given.facts)
    if "calls" not in facts.names():
        problem = Problem(where=str(given.facts), key="calls", given="no calls", allowed="facts with a table of calls")
        raise InvalidInputError([problem])
    data = call_data(
        contract=contract, period=period, calls=calls_of_period(facts, contract=contract, period=period),
        exclusions=list(facts.events("exclusions", contract=contract.id)),
        agent_states=agent_states_of_period(facts, contract=contract, period=period), sources=facts.sources,
    )  # fmt: skip
    table = report_of(data, CallReport(given.report))
    is_behind = given.line is not None or given.column is not None
    if is_behind:
        table = behind(table, line=given.line or "total", column=given.column or table.columns[0].key)
    if given.pdf is not None:
        report = call_document(
            data=data, table=table, asked=CallReport(given.report), is_behind=is_behind, period=period,
            issued_date=period.end_date, language=given.lang,
        )  # fmt: skip
        given.pdf.write_bytes(written(report=report, kind="pdf"))
    write(table, given=given)
    return 0


def asked_period(given: argparse.Namespace, contract: Contract) -> Period:
    """Return the days asked for: a month, two days, or by default the evaluation's."""
    if given.month is not None:
        return month_period(year=given.month.year, month=given.month.month)
    if given.fiscal_year is not None:
        years = {each.start_date.year: each for each in fiscal_years_in(contract.period)}
        if given.fiscal_year not in years:
            allowed = "one of " + ", ".join(str(year) for year in sorted(years))
            raise InvalidInputError(
                [Problem(where="--fiscal-year", key="", given=f"given {given.fiscal_year}", allowed=allowed)]
            )
        return years[given.fiscal_year]
    if given.days is None:
        return contract.evaluation
    try:
        first, final = (date.fromisoformat(each) for each in given.days.split(".."))
        if first <= final:
            return Period(start_date=first, end_date=final + timedelta(days=1))
    except (ValueError, OverflowError):
        pass
    allowed = "two days such as 2018-10-01..2018-10-07"
    raise InvalidInputError([Problem(where="--days", key="", given=f"given {given.days!r}", allowed=allowed)])


def behind(table: CallTable, *, line: str, column: str) -> CallTable:
    """Return the calls behind one number. Raises InvalidInputError with the lines and columns there are."""
    problems = []
    for option, given, known in (
        ("--line", line, [each.key for each in table.lines]),
        ("--column", column, [each.key for each in table.columns]),
    ):
        if given not in known:
            allowed = "one of " + ", ".join(known[:MOST_NAMED])
            problems.append(Problem(where=option, key="", given=f"given {given!r}", allowed=allowed))
    if problems:
        raise InvalidInputError(problems)
    return calls_table(table.calls_of(line=line, column=column) or ())


def write(table: CallTable, *, given: argparse.Namespace) -> None:
    """Write the files asked for, or show the table."""
    rows = table.rows(language=given.lang)
    if given.csv is not None:
        given.csv.write_bytes(as_csv(rows)[0])
    if given.excel is not None:
        given.excel.write_bytes(as_excel(rows)[0])
    if given.csv is not None or given.excel is not None or given.pdf is not None:
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    heads, *lines = table.shown(language=given.lang)
    for number, name in enumerate(heads):
        is_right = number > 0 and table.columns[number - 1].is_number
        shown.add_column(Text(name), justify="right" if is_right else "left")
    for row in lines:
        shown.add_row(*(Text(_printable(cell)) for cell in row))
    screen = console()
    screen.print(shown)
    for note in table.notes:
        screen.print(Text(note.said(given.lang), style="dim"))


def _printable(text: str) -> str:
    """Return a text of a file without what moves a terminal's cursor."""
    return "".join(each if each.isprintable() else " " for each in text)
