"""A contract's folder, given as texts, turned into one checked value."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load_contract import CONTRACT_FILE, load_contract_table
from madoguchi.core.metrics.load_indicator import load_indicator
from madoguchi.core.metrics.reader import Reader, parse_toml
from madoguchi.core.metrics.spec import Contract, Indicator
from madoguchi.core.metrics.validate import validate

INDICATOR_FOLDER = "indicators/"


def load_contract(texts: Mapping[str, str]) -> Contract:
    """Return the contract of a folder given as `{"contract.toml": text, "indicators/x.toml": text}`.

    Raises InvalidInputError with every problem of every file, each with file and key.
    """
    contract, problems = check_contract(texts)
    if contract is None or problems:
        raise InvalidInputError(problems)
    return contract


def check_contract(texts: Mapping[str, str]) -> tuple[Contract | None, tuple[Problem, ...]]:
    """Return the contract as far as it could be read and every problem found in its files."""
    problems: list[Problem] = []
    if CONTRACT_FILE not in texts:
        missing = Problem(where=CONTRACT_FILE, key="", given="missing", allowed="a folder with contract.toml")
        return None, (missing,)
    table = parse_toml(CONTRACT_FILE, texts[CONTRACT_FILE], problems)
    if table is None:
        return None, tuple(problems)
    contract = load_contract_table(Reader(file=CONTRACT_FILE, table=table, problems=problems))
    files: dict[str, list[Indicator]] = {}
    unread: set[str] = set()
    for file in sorted(texts):
        if not file.startswith(INDICATOR_FOLDER):
            continue
        indicator_table = parse_toml(file, texts[file], problems)
        if indicator_table is not None:
            indicator = load_indicator(Reader(file=file, table=indicator_table, problems=problems))
            files[file] = [indicator] if indicator is not None else []
        if not files.get(file):
            unread.add(_probable_id(file, indicator_table or {}))
    contract = replace(contract, indicators=_in_order(contract, [each for loaded in files.values() for each in loaded]))
    where = {id(each): file for file, loaded in files.items() for each in loaded}
    problems += validate(contract, where=lambda indicator: where[id(indicator)], unread=unread)
    return contract, tuple(problems)


def _probable_id(file: str, table: Mapping[str, object]) -> str:
    """Return the id an unreadable file would have given, or its name, which is usually the same."""
    return str(table.get("id") or file.removeprefix(INDICATOR_FOLDER).removesuffix(".toml"))


def _in_order(contract: Contract, indicators: Sequence[Indicator]) -> tuple[Indicator, ...]:
    places = {name: place for place, name in enumerate(contract.order)}
    return tuple(sorted(indicators, key=lambda each: places.get(each.id, len(places))))
