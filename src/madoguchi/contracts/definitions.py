"""A contract's definitions in force, read once and kept by version."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from madoguchi.contracts.models import Contract, DefinitionVersion
from madoguchi.core.clocks.load import check_clocks
from madoguchi.core.clocks.spec import ClockDefinition
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract as Promised


@dataclass(frozen=True, kw_only=True, slots=True)
class Definitions:
    """What a contract promises and which clocks run on its tickets, as one version says it."""

    number: int
    promised: Promised
    clocks: tuple[ClockDefinition, ...]


def definitions_on(*, contract: Contract, day: date) -> Definitions:
    """Return the definitions in force on a day: the latest version from that day or before, else the first."""
    versions = DefinitionVersion.objects.filter(contract=contract)
    in_force = versions.filter(in_force_from__lte=day).order_by("-in_force_from", "-number")
    chosen = in_force.values_list("pk", "added_at").first()
    chosen = chosen or versions.order_by("number").values_list("pk", "added_at").first()
    if chosen is None:
        raise DefinitionVersion.DoesNotExist(f"contract {contract.key} has no definitions")
    return _read(*chosen)


@lru_cache(maxsize=256)
def _read(version_id: int, _added_at: datetime) -> Definitions:
    version = DefinitionVersion.objects.get(pk=version_id)
    return parse_definitions(version.texts, number=version.number)


def parse_definitions(texts: dict[str, str], *, number: int) -> Definitions:
    """Read the texts of a contract's folder. Raises InvalidInputError with every problem in them."""
    promised = load_contract(texts)
    clocks, problems = check_clocks(texts)
    if problems:
        raise InvalidInputError(problems)
    return Definitions(number=number, promised=promised, clocks=clocks)
