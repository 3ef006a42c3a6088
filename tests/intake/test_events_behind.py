"""The events of some figures alone prove them as all events do, for every example."""

from pathlib import Path

import pytest

from madoguchi.core.calendar.periods import month_period
from madoguchi.core.metrics.explain import evidence
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.measure_contract import asked_windows
from madoguchi.core.vocabulary import Statistic
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.intake.reference import events_behind, events_of
from madoguchi.samples.generate import generate

FOLDERS = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("folder", "year", "month"), [("000-meti-operations", 2023, 1), ("003-meti-infrastructure", 2017, 6)]
)
def test_the_events_of_a_month_alone_are_its_evidence(folder: str, year: int, month: int, tmp_path: Path) -> None:
    contract = load_contract(read_definitions(FOLDERS / folder))
    generate(contract=contract, folder=tmp_path)
    facts = open_facts(tmp_path)
    asked = asked_windows(contract=contract, within=month_period(year=year, month=month))
    some, every = events_behind(facts, contract=contract, figures=asked), events_of(facts, contract=contract)
    compared = 0
    for indicator, window in asked:
        if indicator.statistic is not Statistic.COMPOSITE:
            one, two = (
                list(evidence(contract=contract, indicator=indicator, window=window, facts=events))
                for events in (some, every)
            )
            assert one == two
            compared += len(one)
    assert compared >= 20
    assert sum(map(len, some.values())) < sum(map(len, every.values()))
