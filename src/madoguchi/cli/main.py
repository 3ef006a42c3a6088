"""`madoguchi`: what it is asked to do, and how what goes wrong is said."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TextIO, TypeAlias

from madoguchi.core.calendar.holidays import FINAL_YEAR, FIRST_YEAR
from madoguchi.core.call_vocabulary import CallReport
from madoguchi.core.errors import InvalidInputError, MadoguchiError

WRONG_INPUT = 2
INTERRUPTED = 130
DIGITS = 9
MOST_PEOPLE = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, 1 for errors in a reviewed document, 2 for wrong input, 130 when interrupted.

    Whoever reads what is printed may close the pipe: the command ends there, quietly.
    """
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _print_nowhere(sys.stdout)
        return 0


def _run(arguments: Sequence[str] | None) -> int:
    given = make_parser().parse_args(arguments)
    module = importlib.import_module(f"madoguchi.cli.{given.module}")
    try:
        return int(module.run(given))
    except InvalidInputError as error:
        _tell(*(str(problem) for problem in error.problems), f"{len(error.problems)} problem(s); nothing was changed")
        return WRONG_INPUT
    except MadoguchiError as error:
        _tell(str(error))
        return WRONG_INPUT
    except BrokenPipeError:
        raise
    except OSError as error:
        _tell(f"{error.filename or ''}: {error.strerror or error}; allowed: a place that can be read or written")
        return WRONG_INPUT
    except KeyboardInterrupt:
        _tell("interrupted; nothing half done was kept")
        return INTERRUPTED


def _tell(*lines: str) -> None:
    """Write what went wrong; wrong input stays wrong where nobody reads why."""
    try:
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
    except BrokenPipeError:
        _print_nowhere(sys.stderr)


def _print_nowhere(stream: TextIO) -> None:
    """Let what a stream still holds, which Python writes when it ends, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="madoguchi",
        description="Run a public-sector service desk and prove the quality its contract promises.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_demo(commands)
    _add_measure(commands)
    _add_explain(commands)
    _add_definitions(commands)
    _add_facts(commands)
    _add_report(commands)
    _add_costs(commands)
    _add_ocds(commands)
    _add_review(commands)
    _add_serve(commands)
    _add_audit(commands)
    _add_contract(commands)
    _add_staff(commands)
    _add_mail(commands)
    _add_handover(commands)
    _add_calls(commands)
    _add_tickets(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def _add(commands: Commands, name: str, text: str, *, module: str | None = None) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(module=module or name)
    parser.add_argument("--lang", choices=("ja", "en"), default="ja", help="language of what is printed (default: ja)")
    return parser


def _add_demo(commands: Commands) -> None:
    parser = _add(commands, "demo", "measure the five example contracts and write an HTML report for each")
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="where facts and reports go (default: demo)")
    parser.add_argument("--no-desk", action="store_true", help="measure only; do not open the example desks")
    _add_address(parser)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: 8000)")


def _add_serve(commands: Commands) -> None:
    parser = _add(commands, "serve", "run the desk: web, workers and scheduler")
    _add_address(parser)
    parser.add_argument("--workers", type=int, default=2, help="web processes (default: 2)")
    parser.add_argument("--only", choices=("web", "worker", "planner", "mail", "calls"), help="run only this part")


def _add_mail(commands: Commands) -> None:
    mail = commands.add_parser("mail", help="fetch the boxes, take a message, look after the quarantine")
    actions = mail.add_subparsers(title="actions", required=True, metavar="ACTION")
    parser = _add(actions, "fetch", "read every box to its end, once", module="mail")
    parser.set_defaults(action="fetch")
    parser = _add(actions, "take", "take one message from standard input, for a mail server's pipe", module="mail")
    parser.set_defaults(action="take")
    parser.add_argument("--box", required=True, metavar="CONTRACT/BOX", help="the box it was sent to")
    parser.add_argument("--sender", metavar="ADDRESS", help="the envelope's sender, empty for none")
    parser = _add(actions, "quarantine", "list, show, retry or discard what was set aside", module="mail")
    parser.set_defaults(action="quarantine")
    parser.add_argument("what", choices=("list", "show", "retry", "discard"))
    parser.add_argument("number", type=int, nargs="?", metavar="NUMBER", help="a number of the list")


def _add_handover(commands: Commands) -> None:
    handover = commands.add_parser("handover", help="pass a whole contract on, take one in, check what was erased")
    actions = handover.add_subparsers(title="actions", required=True, metavar="ACTION")
    parser = _add(actions, "export", "write a whole contract as one archive", module="handover")
    parser.set_defaults(action="export")
    parser.add_argument("contract", metavar="CONTRACT", help="the contract's key")
    parser.add_argument("file", type=Path, metavar="FILE", help="the archive to write; it must not be there yet")
    parser = _add(actions, "import", "bring a contract in from an archive: all of it, or nothing", module="handover")
    parser.set_defaults(action="import")
    parser.add_argument("file", type=Path, metavar="FILE", help="the archive that an export wrote")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and what stands against it")
    parser.add_argument("--administrator", metavar="NAME", help="sign-in name of who gives the roles afterwards")
    parser = _add(actions, "proof", "check that what was erased is still erased", module="handover")
    parser.set_defaults(action="proof")
    parser.add_argument("contract", metavar="CONTRACT", help="the contract's key")


def _add_tickets(commands: Commands) -> None:
    tickets = commands.add_parser("tickets", help="bring another tool's ledger of tickets into a desk, or take it back")
    actions = tickets.add_subparsers(title="actions", required=True, metavar="ACTION")
    parser = _add(actions, "import", "bring a CSV or Excel file in; rows that are wrong are refused", module="tickets")
    parser.set_defaults(action="import")
    parser.add_argument("contract", metavar="CONTRACT", help="the contract's key")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or .xlsx, up to 200,000 rows")
    parser.add_argument("--manager", required=True, metavar="NAME", help="sign-in name of whose act it is")
    parser.add_argument("--profile", metavar="NAME", help="a ready or kept mapping, or a .toml file (default: guessed)")
    parser.add_argument("--dry-run", action="store_true", help="say what would become of it, and bring nothing in")
    parser.add_argument("--refused", type=Path, metavar="FILE", help="write refused rows with reasons (.csv, .xlsx)")
    parser = _add(actions, "undo", "take an import back, unless a ticket was changed since", module="tickets")
    parser.set_defaults(action="undo")
    parser.add_argument("contract", metavar="CONTRACT", help="the contract's key")
    parser.add_argument("number", type=int, metavar="NUMBER", help="the import's number, as it was printed")
    parser.add_argument("--manager", required=True, metavar="NAME", help="sign-in name of whose act it is")


def _add_contract(commands: Commands) -> None:
    contract = commands.add_parser("contract", help="open a desk for a contract")
    actions = contract.add_subparsers(title="actions", required=True, metavar="ACTION")
    parser = _add(
        actions, "add", "open a desk for the contract of a folder, with its first administrator", module="contract"
    )
    parser.add_argument("contract", type=Path, metavar="FOLDER", help="the contract's folder, with contract.toml")
    parser.add_argument("--key", required=True, metavar="KEY", help="its name in addresses: letters, digits, hyphens")
    parser.add_argument("--administrator", required=True, metavar="NAME", help="sign-in name of who gives the roles")


def _add_audit(commands: Commands) -> None:
    parser = _add(commands, "audit", "prove that the history of every contract is whole")
    parser.add_argument("action", choices=("verify",))
    parser.add_argument("--contract", metavar="KEY", help="only this contract's chain")
    parser.add_argument("--limit", type=_count, default=20, help="faults to list for each chain (default: 20)")


def _add_measure(commands: Commands) -> None:
    parser = _add(commands, "measure", "measure and judge everything a contract promises")
    parser.add_argument("contract", type=Path, metavar="FOLDER", help="the contract's folder, with contract.toml")
    parser.add_argument("--facts", type=Path, required=True, help="the folder of facts")
    parser.add_argument(
        "--from", dest="start", type=_month, metavar="YYYY-MM", help="first month (default: evaluation)"
    )
    parser.add_argument("--to", dest="end", type=_month, metavar="YYYY-MM", help="last month, included")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure as JSON (- for the screen)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every figure as CSV (- for the screen)")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report to look at")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--reference", action="store_true", help="measure with the slow reference, not the engine")
    how.add_argument(
        "--days", type=Path, metavar="FILE", help="keep the sums of days there, and read them while the facts stay"
    )


def _add_explain(commands: Commands) -> None:
    parser = _add(commands, "explain", "show what one figure was made of, down to the events")
    parser.add_argument("contract", type=Path, metavar="FOLDER")
    parser.add_argument("indicator", metavar="INDICATOR", help="the indicator's id")
    parser.add_argument("window", metavar="MONTH", help="the month (2018-10) or another window's name (FY2018)")
    parser.add_argument("--facts", type=Path, required=True)
    parser.add_argument("--limit", type=_count, default=50, help="events to list, 0 for all (default: 50)")
    parser.add_argument("--role", choices=("part", "counted", "excluded", "missing"), help="only events of one role")


def _add_definitions(commands: Commands) -> None:
    parser = _add(commands, "definitions", "check a contract's definitions, or print their JSON Schema")
    parser.add_argument("action", choices=("check", "schema"))
    parser.add_argument("contract", type=Path, nargs="?", metavar="FOLDER")
    kinds = ("contract", "indicator", "clock", "mapping", "costs", "procurement", "questionnaire")
    parser.add_argument("--kind", choices=kinds, default="indicator", help="which schema")


def _add_facts(commands: Commands) -> None:
    facts = commands.add_parser("facts", help="import another tool's files into a folder of facts, or check one")
    actions = facts.add_subparsers(title="actions", required=True, metavar="ACTION")
    parser = _add(actions, "import", "import files into a folder of facts: all of them, or nothing", module="facts")
    parser.set_defaults(action="import")
    parser.add_argument("folder", type=Path, metavar="FACTS", help="the folder of facts; made if it is not there")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="what to import")
    parser.add_argument("--profile", type=Path, required=True, help="the mapping or telephone system profile (TOML)")
    parser.add_argument("--covers", metavar="FROM..TO", help="the days these files are complete for, both included")
    parser = _add(actions, "check", "say what a folder of facts holds, or what is wrong with it", module="facts")
    parser.set_defaults(action="check")
    parser.add_argument("folder", type=Path, metavar="FACTS")


def _add_report(commands: Commands) -> None:
    parser = _add(commands, "report", "write a contract's monthly report, or a document of another kind, and check it")
    parser.add_argument("contract", type=Path, metavar="FOLDER", help="the contract's folder, with contract.toml")
    parser.add_argument("--facts", type=Path, required=True, help="the folder of facts")
    parser.add_argument("--staffing", action="store_true", help="with a section on staffing; the facts need calls")
    parser.add_argument("--month", type=_month, metavar="YYYY-MM", help="the month to report on")
    parser.add_argument(
        "--kind", metavar="KIND", default="monthly", help="performance, evaluation ... (default: monthly)"
    )
    parser.add_argument("--period", metavar="PERIOD", help="2018-11-05, 2018-11, 2018-Q3 or FY2018, as the kind asks")
    formats = ("pdf", "docx", "xlsx", "html", "all")
    parser.add_argument("--format", choices=formats, default="pdf", help="default: pdf")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="a folder, or a file with the format's ending (report.pdf)"
    )
    parser.add_argument("--approve", action="store_true", help="write only where nothing stands against it")
    parser.add_argument(
        "--date",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="date of issue (default: the kind's, else the day after the period)",
    )


def _add_costs(commands: Commands) -> None:
    parser = _add(commands, "costs", "print what a contract costs and what it saved against the contracts before it")
    parser.add_argument("contract", type=Path, metavar="FOLDER", help="the contract's folder, with costs.toml")


def _add_ocds(commands: Commands) -> None:
    parser = _add(commands, "ocds", "export a contract's procurement as an Open Contracting Data Standard 1.1 package")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "contract", type=Path, nargs="?", metavar="FOLDER", help="the contract's folder, with procurement.toml"
    )
    source.add_argument(
        "--desk", default="", metavar="CONTRACT", help="a contract of the desk: its record as it stands"
    )
    parser.add_argument("--prefix", required=True, metavar="OCDS", help="the registered prefix, such as ocds-a1b2c3")
    parser.add_argument("--uri", required=True, metavar="URL", help="the address the package is published at")
    parser.add_argument("--publisher", default="", metavar="NAME", help="who publishes it (default: the buyer)")
    parser.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="date of publication")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: the screen)")


def _add_review(commands: Commands) -> None:
    parser = _add(commands, "review", "find where a performance report (text or .docx) contradicts itself")
    parser.add_argument("file", type=Path, metavar="FILE", help="the report, a text file or a Word document")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def _add_staff(commands: Commands) -> None:
    text = "say how many people a month takes, or would have taken, to keep the promised answer rate"
    parser = _add(commands, "staff", text)
    parser.add_argument(
        "action", nargs="?", choices=("month", "replan"), default="month",
        help="a month (default), or the rest of a day from what came so far",
    )  # fmt: skip
    parser.add_argument("contract", type=Path, metavar="FOLDER", help="the contract's folder, with contract.toml")
    parser.add_argument("--facts", type=Path, required=True, help="the folder of facts, with calls")
    parser.add_argument("--month", type=_month, metavar="YYYY-MM", help="a past or a coming month")
    _add_replan(parser)
    parser.add_argument("--target", type=float, metavar="PERCENT", help="answer rate (default: the contract's)")
    parser.add_argument("--people", type=_people, metavar="N", help="make a roster of so many people")
    parser.add_argument("--volume", type=float, default=1.0, metavar="FACTOR", help="as many times the calls")
    parser.add_argument("--handle", type=float, default=1.0, metavar="FACTOR", help="as many times the handling time")
    parser.add_argument(
        "--patience", type=float, default=1.0, metavar="FACTOR", help="as many times the patience, or inf"
    )
    parser.add_argument(
        "--redial-share", type=float, metavar="SHARE", help="who give up and call again (default: facts, else 0.4)"
    )
    parser.add_argument(
        "--event", action="append", default=[], metavar="KIND=DATE[+DAYS]",
        help="an announced event, past or coming, such as release=2019-04-15+3",
    )  # fmt: skip
    parser.add_argument("--ivr-loss", type=float, metavar="SHARE", help="lost in the recorded voice (default: facts)")
    parser.add_argument("--seed", type=int, default=1, help="of the simulation (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers as JSON (- for the screen)")
    parser.add_argument("--calendar", type=Path, metavar="FILE", help="write the roster's shifts as iCalendar")
    parser.add_argument("--excel", type=Path, metavar="FILE", help="write shifts and half hours as a workbook")


def _add_replan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="replan: the day")
    parser.add_argument("--until", metavar="HH:MM", default="11:00", help="replan: the half hour now (default: 11:00)")
    parser.add_argument("--planned", type=Path, metavar="FILE", help="replan: the month's numbers kept with --json")
    parser.add_argument("--attempts", type=int, metavar="N", help="replan: calls so far (default: the facts')")
    parser.add_argument("--answered", type=int, metavar="N", help="replan: answered of them (default: the facts')")


def _add_calls(commands: Commands) -> None:
    parser = _add(commands, "calls", "report on a contract's calls, and list the calls behind any number")
    parser.add_argument("contract", type=Path, metavar="FOLDER", help="the contract's folder, with contract.toml")
    parser.add_argument("--facts", type=Path, required=True, help="the folder of facts, with calls")
    parser.add_argument("--report", choices=tuple(CallReport), default=CallReport.DAYS.value, help="default: days")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--month", type=_month, metavar="YYYY-MM", help="the month (default: the evaluation)")
    when.add_argument("--fiscal-year", type=int, metavar="YYYY", help="the fiscal year, by the year it begins in")
    when.add_argument("--days", metavar="FROM..TO", help="days, both included")
    parser.add_argument("--line", metavar="KEY", help="list the calls behind this line, such as 2018-10-01")
    parser.add_argument("--column", metavar="KEY", help="and this column, such as abandoned (default: the first)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write it as CSV")
    parser.add_argument("--excel", type=Path, metavar="FILE", help="write it as a workbook")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write it as PDF, with what counts as what")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS:
        raise argparse.ArgumentTypeError(f"given {text!r}; allowed: a whole number from 0, of at most {DIGITS} digits")
    return int(text)


def _people(text: str) -> int:
    people = _count(text)
    if people > MOST_PEOPLE:
        raise argparse.ArgumentTypeError(f"given {text!r}; allowed: a whole number up to {MOST_PEOPLE}")
    return people


def _month(text: str) -> date:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"given {text!r}; allowed: a month such as 2018-10") from None
    if not FIRST_YEAR <= month.year <= FINAL_YEAR:
        allowed = f"a month such as 2018-10, from {FIRST_YEAR} to {FINAL_YEAR}"
        raise argparse.ArgumentTypeError(f"given {text!r}; allowed: {allowed}")
    return month
