"""Tallies as rows of day sums, and rows as tallies."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import Tally
from madoguchi.engine.cells import DayTallies, day_of
from madoguchi.engine.partial_freshness import named
from madoguchi.engine.partial_store import Database, Row
from madoguchi.engine.reasons import day_count

MONTHS_A_YEAR = 12
# whole numbers as such: PostgreSQL would give decimals, DuckDB wider ones
SUMS = ("counted", "part", "valued", "total", "missing", "excluded")
COUNTS = "MAX(maximum), " + ", ".join(f"CAST(SUM({name}) AS BIGINT)" for name in SUMS)
IN_MONTHS = f"contract, definition, month, cell_group, maximum, {', '.join(SUMS)}"


def month_number(day: date) -> int:
    return day.year * MONTHS_A_YEAR + day.month - 1


def day_rows(keys: tuple[str, str], tallies: Mapping[tuple[date, str], Tally]) -> list[Row]:
    rows: list[Row] = []
    for (day, group), tally in tallies.items():
        place = (*keys, month_number(day), day_count(day), group)
        sums = (tally.counted, tally.part, tally.valued, tally.total, tally.maximum, tally.missing, 0)
        rows.append((*place, "", *sums))
        rows += [(*place, f":{reason}", 0, 0, 0, 0, None, 0, events) for reason, events in tally.excluded]
    return rows


def value_rows(keys: tuple[str, str], tallies: Mapping[tuple[date, str], Tally]) -> list[Row]:
    return [
        (*keys, month_number(day), day_count(day), group, value, events)
        for (day, group), tally in tallies.items()
        for value, events in tally.histogram
    ]


def read_sums(
    database: Database, *, contract: str, definitions: Sequence[str], percentiles: Sequence[str], period: Period
) -> dict[str, dict[str, Tally]]:
    """Return per definition and group what was counted on the days of a period; `percentiles` want their values."""
    bounds = [day_count(period.start_date), day_count(period.end_date)]
    where, gaps = named(database, definitions, contract=contract)
    days = database.rows(_sql(COUNTS, "reason", where, "definition"), [*gaps, *bounds])
    values: Sequence[Row] = ()
    if percentiles:
        where, gaps = named(database, percentiles, contract=contract)
        values = database.rows(_sql("CAST(SUM(events) AS BIGINT)", "value", where, "definition"), [*gaps, *bounds])
    return tallies_from(days, values, keys=1)


def read_days(database: Database, *, keys: tuple[str, str], period: Period, has_values: bool) -> DayTallies:
    """Return what was counted on each day of a period, for one contract and definition."""
    where = "contract = ? AND definition = ? AND day >= ? AND day < ?"
    gaps = [*keys, day_count(period.start_date), day_count(period.end_date)]
    sums = f"maximum, {', '.join(SUMS)}"
    days = database.rows(f"SELECT day, cell_group, reason, {sums} FROM partial_days WHERE {where}", gaps)  # noqa: S608
    values: Sequence[Row] = ()
    if has_values:
        sql = f"SELECT day, cell_group, value, events FROM partial_values WHERE {where}"  # noqa: S608  # our own names
        values = database.rows(sql, gaps)
    found = tallies_from(days, values, keys=1)
    return {(day_of(day), group): tally for day, groups in found.items() for group, tally in groups.items()}


def read_months(
    database: Database, *, definitions: Sequence[str], within: Period, has_values: bool
) -> dict[tuple[str, str, int], dict[str, Tally]]:
    """Return per contract, definition and month what was counted, for every contract there is."""
    if not definitions:
        return {}
    where, gaps = named(database, definitions, contract=None)
    where, bounded = f"{where} AND month >= ? AND month < ?", [*gaps, *months_touched(within)]
    months = database.rows(f"SELECT {IN_MONTHS} FROM partial_month_sums WHERE {where}", bounded)  # noqa: S608  # our own names
    values: Sequence[Row] = ()
    if has_values:
        keys = "contract, definition, month, cell_group, value"
        sql = f"SELECT {keys}, CAST(SUM(events) AS BIGINT) FROM partial_values WHERE {where} GROUP BY {keys}"  # noqa: S608
        values = database.rows(sql, bounded)
    return _month_tallies(months, _gathered(values))


def _month_tallies(
    months: Sequence[Row], histograms: Mapping[Row, list[Row]]
) -> dict[tuple[str, str, int], dict[str, Tally]]:
    found: dict[tuple[str, str, int], dict[str, Tally]] = {}
    listed = json.loads(f"[{','.join([row[-1] for row in months])}]")  # one reading of all takes a quarter of many
    for row, excluded in zip(months, listed, strict=True):
        contract, definition, month, group, maximum, counted, part, valued, total, missing, _ = row
        place = (contract, definition, month)
        found.setdefault(place, {})[group] = Tally(
            counted=counted,
            part=part,
            valued=valued,
            total=total,
            maximum=maximum,
            missing=missing,
            excluded=tuple(map(tuple, excluded)),
            histogram=tuple(sorted(histograms[*place, group])) if (*place, group) in histograms else (),
        )
    return found


def months_touched(period: Period) -> tuple[int, int]:
    """Return the number of the first month of which a period has days, and of the first after them."""
    return month_number(period.start_date), month_number(period.end_date - timedelta(days=1)) + 1


def month_rows(database: Database, keys: tuple[str, str], period: Period) -> list[Row]:
    """Return the rows of every month a period touches, its days added up, for one contract and definition."""
    grouped = "month, cell_group, reason"
    where = "contract = ? AND definition = ? AND month >= ? AND month < ?"
    sql = f"SELECT {grouped}, {COUNTS} FROM partial_days WHERE {where} GROUP BY {grouped}"  # noqa: S608  # our own names
    months = tallies_from(database.rows(sql, [*keys, *months_touched(period)]), (), keys=1)
    rows: list[Row] = []
    for month, groups in months.items():
        for group, tally in groups.items():
            sums = (tally.counted, tally.part, tally.valued, tally.total, tally.maximum, tally.missing)
            rows.append((*keys, month, group, *sums, json.dumps(tally.excluded, ensure_ascii=False)))
    return rows


def read_stretch(
    database: Database, *, definitions: Sequence[str], period: Period, has_values: bool
) -> dict[tuple[str, str], dict[str, Tally]]:
    """Return per contract and definition what was counted on the days of a period, for every contract there is."""
    if not definitions:
        return {}
    where, gaps = named(database, definitions, contract=None)
    bounded = [*gaps, day_count(period.start_date), day_count(period.end_date)]
    days = database.rows(_sql(COUNTS, "reason", where, "contract, definition"), bounded)
    values: Sequence[Row] = ()
    if has_values:
        values = database.rows(_sql("CAST(SUM(events) AS BIGINT)", "value", where, "contract, definition"), bounded)
    return tallies_from(days, values, keys=2)


def _sql(sums: str, what: str, where: str, keys: str) -> str:
    table = "partial_days" if what == "reason" else "partial_values"
    named_keys = f"{keys}, cell_group, {what}"
    bounds = "day >= ? AND day < ?"
    return f"SELECT {named_keys}, {sums} FROM {table} WHERE {where} AND {bounds} GROUP BY {named_keys}"  # noqa: S608


def tallies_from(days: Iterable[Row], values: Iterable[Row], *, keys: int) -> dict[Any, dict[str, Tally]]:
    """Read rows of `keys` columns, group, reason and sums, and rows of the same, group, value and events.

    A row's one key stands for itself, several as a tuple.
    """
    histograms = _gathered(values)
    excluded: dict[Row, list[tuple[str, int]]] = {}
    counted: list[Row] = []
    for row in days:
        reason = row[keys + 1]
        if reason:
            excluded.setdefault(row[: keys + 1], []).append((reason[1:], row[-1]))
        else:
            counted.append(row)
    found: dict[Any, dict[str, Tally]] = {}
    for row in counted:
        place = row[: keys + 1]
        maximum, events, part, valued, total, missing, _ = row[keys + 2 :]
        groups = found.setdefault(place[0] if keys == 1 else place[:keys], {})
        groups[place[keys]] = Tally(
            counted=events,
            part=part,
            valued=valued,
            total=total,
            maximum=maximum,
            missing=missing,
            excluded=tuple(sorted(excluded[place])) if place in excluded else (),
            histogram=tuple(sorted(histograms[place])) if place in histograms else (),
        )
    return found


def _gathered(values: Iterable[Row]) -> dict[Row, list[Row]]:
    histograms: dict[Row, list[Row]] = {}
    for row in values:
        histograms.setdefault(row[:-2], []).append(row[-2:])
    return histograms
