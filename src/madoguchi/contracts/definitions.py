"""A contract's definitions in force, read once and kept by version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from madoguchi.contracts.models import Contract, DefinitionVersion
from madoguchi.core.clocks.load import check_clocks
from madoguchi.core.clocks.spec import ClockDefinition
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.prepared.statements import rows_of

# asked for every ticket that is opened or shown
VERSIONS = "SELECT id, number, in_force_from, added_at FROM contracts_definitionversion WHERE contract_id = %s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Definitions:
    """What a contract promises and which clocks run on its tickets, as one version says it."""

    number: int
    promised: Promised
    clocks: tuple[ClockDefinition, ...]
    texts: Mapping[str, str]


class DefinitionsByDay:
    """A contract's definitions on many days, with its versions asked for once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        rows = rows_of(VERSIONS, [contract.pk])
        self._versions = [(row[0], row[1], _as_date(row[2]), row[3]) for row in rows]

    def on(self, day: date) -> Definitions:
        """Return the definitions in force on a day: the latest version from that day or before, else the first."""
        if not self._versions:
            raise DefinitionVersion.DoesNotExist(f"contract {self._contract.key} has no definitions")
        in_force = [each for each in self._versions if each[2] <= day]
        latest = max(in_force, key=lambda each: (each[2], each[1]), default=None)
        chosen = latest or min(self._versions, key=lambda each: each[1])
        return _read(chosen[0], str(chosen[3]))


def definitions_on(*, contract: Contract, day: date) -> Definitions:
    """Return the definitions in force on a day: the latest version from that day or before, else the first."""
    return DefinitionsByDay(contract).on(day)


def definitions_numbered(*, contract: Contract, number: int) -> Definitions:
    """Return one version of a contract's definitions, whether in force or not."""
    version = DefinitionVersion.objects.only("pk", "added_at").get(contract=contract, number=number)
    return _read(version.pk, str(version.added_at))


def _as_date(value: date | str) -> date:
    """Return a day as SQLite (a text) or PostgreSQL gives it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


@lru_cache(maxsize=256)
def _read(version_id: int, _added_at: str) -> Definitions:
    version = DefinitionVersion.objects.get(pk=version_id)
    return parse_definitions(version.texts, number=version.number)


def parse_definitions(texts: dict[str, str], *, number: int) -> Definitions:
    """Read the texts of a contract's folder. Raises InvalidInputError with every problem in them."""
    promised = load_contract(texts)
    clocks, problems = check_clocks(texts)
    if problems:
        raise InvalidInputError(problems)
    return Definitions(number=number, promised=promised, clocks=clocks, texts=texts)
