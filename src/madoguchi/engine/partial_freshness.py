"""Whether the day sums asked for are there and still true."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import MadoguchiError
from madoguchi.engine.cells import day_of
from madoguchi.engine.partial_store import Database, Row
from madoguchi.engine.reasons import day_count

Key = tuple[str, str]  # contract and definition
SHOWN = 10
# without keys, a longer list of definitions takes longer to plan than all rows of their contract to read
MOST_NAMED = 10


class StaleDaysError(MadoguchiError):
    """Days asked for were not derived, or their events have changed since: refresh them first."""


class Derived(NamedTuple):
    """The first day derived, the first after, and the state of the facts they were derived from."""

    first: int
    end: int
    facts: str


def named(database: Database, definitions: Sequence[str], *, contract: str | None) -> tuple[str, list[str]]:
    """Return the condition that picks definitions, of one contract or of all, and what fills its gaps.

    Of one contract it may pick more than is asked: callers take what they asked for.
    """
    if contract is not None and len(definitions) > MOST_NAMED and not database.finds_by_key:
        return "contract = ?", [contract]
    marks = f"definition IN ({', '.join('?' * len(definitions))})"
    return (marks, [*definitions]) if contract is None else (f"contract = ? AND {marks}", [contract, *definitions])


def derived_stretches(
    database: Database, definitions: Sequence[str], *, contract: str | None
) -> dict[Key, tuple[int, int]]:
    """Return the first day derived and the first after, per contract and definition."""
    where, gaps = named(database, definitions, contract=contract)
    sql = f"SELECT contract, definition, first_day, end_day FROM partial_stretches WHERE {where}"  # noqa: S608
    rows: Sequence[Row] = database.rows(sql, gaps) if definitions else ()
    return {(str(owner), str(key)): (int(first), int(end)) for owner, key, first, end in rows}


def derived_from(database: Database, *, contract: str) -> dict[str, Derived]:
    """Return what was derived of a contract, by definition."""
    sql = "SELECT definition, first_day, end_day, facts FROM partial_stretches WHERE contract = ?"
    rows = database.rows(sql, [contract])
    return {str(key): Derived(int(first), int(end), str(facts)) for key, first, end, facts in rows}


def changed_days(database: Database, definitions: Sequence[str], *, contract: str | None) -> dict[Key, list[int]]:
    """Return the derived days whose events have changed since, in order."""
    where, gaps = named(database, definitions, contract=contract)
    sql = f"SELECT contract, definition, day FROM partial_changes WHERE {where} ORDER BY day"  # noqa: S608
    asked = frozenset(definitions)
    found: dict[Key, list[int]] = {}
    for owner, key, day in database.rows(sql, gaps) if definitions else ():
        if key in asked:
            found.setdefault((str(owner), str(key)), []).append(int(day))
    return found


def require_fresh(
    database: Database, needed: Mapping[Key, tuple[str, Sequence[Period]]], *, contract: str | None
) -> None:
    """Raise StaleDaysError unless every day of the periods, of the indicators named, was derived and stands."""
    definitions = list(dict.fromkeys(key for _, key in needed))
    derived = derived_stretches(database, definitions, contract=contract)
    changed = changed_days(database, definitions, contract=contract)
    stale = [
        f"{key[0]} {name}: {problem}"
        for key, (name, periods) in needed.items()
        for problem in dict.fromkeys(_problems(periods, derived=derived.get(key), changed=changed.get(key, ())))
    ]
    if stale:
        more = f"; and {len(stale) - SHOWN} more" if len(stale) > SHOWN else ""
        raise StaleDaysError("; ".join(stale[:SHOWN]) + more + "; refresh these days first")


def _problems(periods: Sequence[Period], *, derived: tuple[int, int] | None, changed: Sequence[int]) -> Iterable[str]:
    for period in periods:
        first, end = day_count(period.start_date), day_count(period.end_date)
        asked = f"asked from {period.start_date} until before {period.end_date}"
        if derived is None:
            yield f"no day was derived by this definition and calendar; {asked}"
        elif first < derived[0] or derived[1] < end:
            yield f"derived from {day_of(derived[0])} until before {day_of(derived[1])}; {asked}"
        touched = [day for day in changed if first <= day < end]
        if touched:
            yield f"the events of {len(touched)} day(s) from {day_of(touched[0])} on have changed"
