"""`madoguchi demo`: the five example contracts measured from invented events."""

import argparse
import sys
from pathlib import Path

from madoguchi.cli.measure import asked_period, measured, write_html
from madoguchi.cli.tables import print_contract
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.samples.generate import EXAMPLES, generate

EXAMPLES_FOLDER = Path(__file__).parents[3] / "examples"


class NoExamplesError(MadoguchiError):
    """The example contracts are not beside the package; run the demo from a clone of the repository."""


def run(given: argparse.Namespace) -> int:
    if not EXAMPLES_FOLDER.is_dir():
        raise NoExamplesError(str(NoExamplesError.__doc__))
    pages = []
    for example in EXAMPLES.values():
        contract = load_contract(read_definitions(EXAMPLES_FOLDER / example.folder))
        folder = given.folder / example.folder
        generate(contract=contract, folder=folder / "facts")
        within = asked_period(contract, start=None, end=None)
        measurements = measured(contract=contract, facts=open_facts(folder / "facts"), within=within)
        print_contract(contract, measurements, language=given.lang)
        pages.append(folder / "report.html")
        write_html(pages[-1], contract=contract, measurements=measurements, language=given.lang)
    heading = "各契約のHTML報告書：" if given.lang == "ja" else "An HTML report for each contract:"
    sys.stdout.write("\n".join([heading, *(f"  {page}" for page in pages)]) + "\n")
    return 0
