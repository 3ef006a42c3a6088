"""`madoguchi demo`: the five example contracts measured from invented events, and their desks opened."""

import argparse
import os
import sys
from pathlib import Path

from madoguchi.cli.measure import asked_period, measured, write_html
from madoguchi.cli.serve import prepare, serve
from madoguchi.cli.tables import print_contract
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.samples.generate import EXAMPLES, generate

TICKETS = 45
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
    if given.no_desk:
        return 0
    return open_desk(given)


def open_desk(given: argparse.Namespace) -> int:
    """Make the example desks unless they are there, print who can sign in, and serve."""
    os.environ.setdefault("MADOGUCHI_DATA", str(given.folder / "desk"))
    prepare()
    from django.utils import timezone  # noqa: PLC0415  # needs Django set up

    from madoguchi.contracts.models import Contract  # noqa: PLC0415
    from madoguchi.samples.living_calls import join_calls  # noqa: PLC0415
    from madoguchi.samples.living_desk import PASSWORD, STAFF, build_desk  # noqa: PLC0415
    from madoguchi.samples.living_months import freeze_months  # noqa: PLC0415
    from madoguchi.samples.living_staffing import LOOKED_BACK, show_november_2018, show_staffing  # noqa: PLC0415

    built = [
        build_desk(
            key=key, texts=read_definitions(EXAMPLES_FOLDER / example.folder), now=timezone.now(), ticket_count=TICKETS
        )
        for key, example in EXAMPLES.items()
        if not Contract.objects.filter(key=key).exists()
    ]
    if not Contract.objects.filter(key=LOOKED_BACK).exists():
        show_staffing(key="004", now=timezone.now())
        join_calls(key="004", now=timezone.now())
        texts = read_definitions(EXAMPLES_FOLDER / EXAMPLES["004"].folder)
        show_november_2018(texts=dict(texts), manager="manager-004", now=timezone.now())
    for desk in built:
        people = desk.people
        freeze_months(
            contract=desk.contract, manager=people["manager"], division=people["division"], now=timezone.now()
        )
    address = f"http://{given.host}:{given.port}/"
    japanese = given.lang == "ja"
    lines = [
        f"\n窓口を開きました: {address}" if japanese else f"\nThe desk is open at {address}",
        f"パスワードはすべて {PASSWORD}" if japanese else f"Every password is {PASSWORD}",
        *(f"  {name}-004  {kind.label if japanese else kind.label_en}" for name, kind, _, _ in STAFF),
        "契約 000 から 004 まで、末尾の番号を変えると入れます。Ctrl+C で終わります。"
        if japanese
        else "Change the number at the end for contracts 000 to 004. Ctrl+C ends it.",
        f"2018年11月に必要だった要員（manager-004）: {address}c/{LOOKED_BACK}/staffing/plans/1/"
        if japanese
        else f"What November 2018 would have needed (manager-004): {address}c/{LOOKED_BACK}/staffing/plans/1/",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    return serve(host=given.host, port=given.port, workers=2, only=None)
