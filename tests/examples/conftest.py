"""Every example generated and measured once for all tests of a run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract, Measurement
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import FactSet, open_facts
from madoguchi.intake.measuring import measure_with_engine
from madoguchi.intake.reference import events_of
from madoguchi.samples.events import Events
from madoguchi.samples.generate import EXAMPLES, generate

FOLDER = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, kw_only=True)
class Measured:
    folder: Path
    contract: Contract
    facts: FactSet
    events: dict[str, Events]
    measurements: tuple[Measurement, ...]

    def measurement(self, indicator: str, window: str) -> Measurement:
        found = [each for each in self.measurements if each.indicator.id == indicator]
        return next(each for each in found if each.figure.window.label == window)


Example = Callable[[str], Measured]


def load_example(folder: Path) -> Contract:
    return load_contract(read_definitions(folder))


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Return a contract's example by its number."""
    known: dict[str, Measured] = {}

    def get(number: str) -> Measured:
        if number not in known:
            known[number] = _measured(FOLDER / EXAMPLES[number].folder, tmp_path_factory.mktemp(f"facts{number}"))
        return known[number]

    return get


def _measured(folder: Path, target: Path) -> Measured:
    contract = load_example(folder)
    generate(contract=contract, folder=target)
    facts = open_facts(target)
    events = {name: [dict(row) for row in rows] for name, rows in events_of(facts, contract=contract).items()}
    measurements = measure_with_engine(contract=contract, facts=facts)
    return Measured(folder=folder, contract=contract, facts=facts, events=events, measurements=measurements)
