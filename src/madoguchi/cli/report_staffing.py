"""The section on staffing of `madoguchi report`."""

import argparse

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.spec import Contract
from madoguchi.intake.facts import open_facts
from madoguchi.reports.blocks import Block

MONTHLY = "monthly"


def staffing(contract: Contract, given: argparse.Namespace) -> tuple[Block, ...]:
    """Return the section on staffing. Raises InvalidInputError where the facts have no calls of the month."""
    from madoguchi.cli.staff import read_history  # noqa: PLC0415  # planning is loaded by who asks for it
    from madoguchi.planning.month import past_month, promised_answer_rate  # noqa: PLC0415
    from madoguchi.planning.plan import repaired_need  # noqa: PLC0415
    from madoguchi.reports.staffing import staffing_section  # noqa: PLC0415

    if given.month is None or given.kind != MONTHLY:
        problem = Problem(
            where="--staffing", key="", given=f"with --kind {given.kind}", allowed="--month YYYY-MM alone"
        )
        raise InvalidInputError([problem])
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
