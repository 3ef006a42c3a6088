"""Random contracts, definitions and events: everything a definition can say, mixed."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import FACT_TABLES, ColumnKind, Event, FactTable, Value
from madoguchi.core.metrics.spec import (
    Allowance,
    AnyOf,
    CallCounting,
    ColumnValue,
    Condition,
    Contract,
    ExclusionRule,
    Indicator,
    Test,
    TimeValue,
)
from madoguchi.core.vocabulary import (
    CallOutcome,
    Clock,
    Combine,
    CountedAs,
    MissingEnd,
    Statistic,
    Unit,
    WindowKind,
)
from tests.strategies import calendars, moments

PERIOD = Period(start_date=date(2018, 10, 1), end_date=date(2019, 1, 1))
WORDS = ["a", "b", "c"]
SERVICES = ("mail", "web")
VALUED = (Statistic.SHARE_WITHIN, Statistic.MEAN, Statistic.SUM, Statistic.MAXIMUM, Statistic.PERCENTILE)
TABLES = ("calls", "tickets", "decision_requests", "patches", "probes")


def columns(table: FactTable, kinds: Sequence[ColumnKind]) -> list[str]:
    return [column.name for column in table.columns if column.kind in kinds]


@st.composite
def conditions(draw: st.DrawFn, table: FactTable) -> Condition:
    column = draw(
        st.sampled_from([each for each in table.columns if each.name not in ("contract", "source", "source_file")])
    )
    if draw(st.integers(0, 4)) == 0:
        return Condition(column=column.name, is_missing=draw(st.booleans()))
    if column.kind is ColumnKind.MOMENT:
        other = draw(st.sampled_from(columns(table, [ColumnKind.MOMENT])))
        wanted = (Condition(column=column.name, before_column=other), Condition(column=column.name, after_column=other))
        return draw(st.sampled_from([*wanted, Condition(column=column.name, not_after_column=other)]))
    if column.kind is ColumnKind.FLAG:
        return Condition(column=column.name, is_=(draw(st.booleans()),))
    if column.kind is ColumnKind.TEXT:
        words = list(column.words) if column.words else WORDS
        chosen = tuple(str(word) for word in draw(st.lists(st.sampled_from(words), min_size=1, max_size=3)))
        return (
            Condition(column=column.name, is_=chosen)
            if draw(st.booleans())
            else Condition(column=column.name, is_not=chosen)
        )
    limit = draw(st.integers(-10, 5000))
    return (
        Condition(column=column.name, at_least=limit)
        if draw(st.booleans())
        else Condition(column=column.name, at_most=limit)
    )


@st.composite
def some_tests(draw: st.DrawFn, table: FactTable, most: int = 2) -> tuple[Test, ...]:
    found: list[Test] = list(draw(st.lists(conditions(table), max_size=most)))
    if draw(st.integers(0, 3)) == 0:
        alternatives = draw(
            st.lists(st.lists(conditions(table), min_size=1, max_size=2).map(tuple), min_size=1, max_size=2)
        )
        found.append(AnyOf(alternatives=tuple(alternatives)))
    return tuple(found)


@st.composite
def values(draw: st.DrawFn, table: FactTable) -> ColumnValue | TimeValue:
    numbers = columns(table, [ColumnKind.SECONDS]) or columns(table, [ColumnKind.MILLISECONDS])
    times = columns(table, [ColumnKind.MOMENT])
    if numbers and (len(times) < 2 or draw(st.booleans())):
        names = draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=3, unique=True))
        return ColumnValue(add=tuple(names[:2]), subtract=tuple(names[2:]))
    clock = draw(st.sampled_from(list(Clock)))
    seconds = columns(table, [ColumnKind.SECONDS])
    subtract = tuple(seconds[:1]) if clock in (Clock.ELAPSED, Clock.BUSINESS) and draw(st.booleans()) else ()
    return TimeValue(
        start=draw(st.sampled_from(times)), end=draw(st.sampled_from(times)), clock=clock, subtract=subtract
    )


@st.composite
def allowances(draw: st.DrawFn, table: FactTable, value: ColumnValue | TimeValue) -> Allowance:
    times = columns(table, [ColumnKind.MOMENT])
    amounts = st.one_of(st.integers(0, 5).map(Fraction), st.integers(0, 20_000).map(lambda n: Fraction(n, 4)))
    is_time = isinstance(value, TimeValue)
    until = draw(st.sampled_from(times)) if is_time and draw(st.integers(0, 3)) == 0 else None
    agreed = draw(st.sampled_from(times)) if is_time and draw(st.integers(0, 2)) == 0 else None
    amount = None if until else draw(amounts)
    return Allowance(amount=amount, is_strict=draw(st.booleans()), until=until, agreed=agreed)


def base(statistic: Statistic, table: str, name: str) -> dict[str, Any]:
    return {
        "id": name, "label": name, "label_en": name, "requirement": "", "statistic": statistic, "table": table,
        "at": FACT_TABLES[table].moment, "window": WindowKind.MONTH, "unit": Unit.NUMBER, "decimals": 1,
    }  # fmt: skip


SINGLE = tuple(each for each in Statistic if each is not Statistic.COMPOSITE)


@st.composite
def indicators(
    draw: st.DrawFn, name: str = "drawn", tables: Sequence[str] = TABLES, statistics: Sequence[Statistic] = SINGLE
) -> Indicator:
    """An indicator of any statistic; `tables` are those that a counting one may choose from."""
    statistic = draw(st.sampled_from(statistics))
    if statistic is Statistic.AVAILABILITY:
        where = draw(some_tests(FACT_TABLES["outages"], most=1))
        return Indicator(
            **base(statistic, "outages", name),
            services=SERVICES,
            is_around_the_clock=draw(st.booleans()),
            where=where,
        )
    if statistic is Statistic.SURVEY_SCORE:
        scores = (("good", 100), ("fair", 60), ("bad", 0)) if draw(st.booleans()) else ()
        return Indicator(
            **base(statistic, "survey_answers", name), group_column="question", scores=scores,
            groups=(("phone", Fraction(1)), ("mail", Fraction(2))), combine=draw(st.sampled_from(Combine)),
            value=ColumnValue(add=("score",)),
        )  # fmt: skip
    if statistic is Statistic.MILESTONE:
        where = (Condition(column="milestone", is_=("a",)),)
        return Indicator(**base(statistic, "milestones", name), where=where, milestone="a")
    table = FACT_TABLES[draw(st.sampled_from(tables))]
    settings = base(statistic, table.name, name)
    settings["at"] = draw(st.sampled_from(columns(table, [ColumnKind.MOMENT])))
    settings["where"] = draw(some_tests(table))
    settings["part"] = draw(some_tests(table))
    rules = draw(st.lists(some_tests(table), max_size=2))
    settings["exclusions"] = tuple(
        ExclusionRule(reason=f"rule {n}", tests=rule) for n, rule in enumerate(rules) if rule
    )
    if statistic in VALUED:
        value = draw(values(table))
        settings["value"] = value
        settings["missing"] = draw(st.sampled_from(MissingEnd))
        settings["allowance"] = draw(allowances(table, value)) if statistic is Statistic.SHARE_WITHIN else None
        settings["percentile"] = Fraction(draw(st.integers(1, 100))) if statistic is Statistic.PERCENTILE else None
    if statistic is Statistic.RATE and table.name == "calls" and draw(st.booleans()):
        settings["is_call_counting"] = True
        settings["call_part"] = str(draw(st.sampled_from([CountedAs.ANSWERED, CountedAs.ABANDONED])))
    return Indicator(**settings)


@st.composite
def countings(draw: st.DrawFn, valid_from: date) -> CallCounting:
    places: dict[str, set[CallOutcome]] = {
        "answered": {CallOutcome.ANSWERED},
        "abandoned": set(),
        "left_out": set(),
    }
    for outcome in CallOutcome:
        if outcome is not CallOutcome.ANSWERED:
            places[draw(st.sampled_from(["abandoned", "left_out"]))].add(outcome)
    return CallCounting(
        valid_from=valid_from,
        answered=frozenset(places["answered"]),
        abandoned=frozenset(places["abandoned"]),
        left_out=frozenset(places["left_out"]),
        short_abandon_seconds=draw(st.sampled_from([0, 5, 3600])),
        short_abandon_from=draw(st.sampled_from(["queued_at", "offered_at"])),
    )


@st.composite
def contracts(draw: st.DrawFn, most: int = 1, statistics: Sequence[Statistic] = SINGLE) -> Contract:
    """A contract with up to `most` indicators, most of them on one table, and then perhaps a composite."""
    tables = draw(st.sampled_from([*((each,) for each in TABLES), TABLES]))
    drawn = [
        draw(indicators(name=f"drawn{number}", tables=tables, statistics=statistics))
        for number in range(draw(st.integers(1, most)))
    ]
    if len(drawn) > 1 and draw(st.booleans()):
        members = tuple((each.id, Fraction(number + 1)) for number, each in enumerate(drawn[:2]))
        drawn.append(Indicator(**base(Statistic.COMPOSITE, "calls", "joint"), members=members))
    starts = [date(2018, 4, 1), date(2018, 11, 10)][: draw(st.integers(1, 2))]
    return Contract(
        id="004", name="drawn", buyer="", supplier="", period=PERIOD, evaluation=PERIOD, calendar=draw(calendars()),
        call_countings=tuple(draw(countings(start)) for start in starts), indicators=tuple(drawn),
    )  # fmt: skip


def cells(kind: ColumnKind, words: Sequence[str]) -> st.SearchStrategy[Value]:
    if kind is ColumnKind.MOMENT:
        return moments()
    if kind is ColumnKind.FLAG:
        return st.booleans()
    if kind is ColumnKind.TEXT:
        return st.sampled_from(list(words))
    return st.integers(0, 6000)


SPECIAL = {
    "question": ["phone", "mail", "other"], "choice": ["good", "fair", "bad", "none"], "service": [*SERVICES, "other"],
    "excluded_table": list(TABLES), "indicator": ["drawn0", "drawn1", "other"],
}  # fmt: skip


@st.composite
def events(draw: st.DrawFn, table: FactTable, most: int = 12) -> list[Event]:
    """Rows of a fact table with gaps; a few of another contract."""
    rows: list[Event] = []
    for number in range(draw(st.integers(0, most))):
        row: dict[str, Value] = {"source": f"s{number}", "source_file": "drawn"}
        row["contract"] = draw(st.sampled_from(["004", "004", "004", "other"]))
        for column in table.columns:
            if column.name in row:
                continue
            words = SPECIAL.get(column.name) or ([str(word) for word in column.words] if column.words else WORDS)
            if column.name == "excluded_source":
                words = [f"s{n}" for n in range(most)]
            cell = cells(column.kind, words)
            row[column.name] = draw(cell if column.is_required else st.one_of(st.none(), cell, cell))
        start, end = row.get("started_at"), row.get("ended_at")
        if table.name == "maintenance" and isinstance(start, datetime) and isinstance(end, datetime):
            row["started_at"], row["ended_at"] = min(start, end), max(start, end)
        rows.append(row)
    return rows


@st.composite
def worlds(
    draw: st.DrawFn, most: int = 1, statistics: Sequence[Statistic] = SINGLE
) -> tuple[Contract, dict[str, list[Event]]]:
    """A contract with up to `most` indicators and a composite, and the facts they need."""
    contract = draw(contracts(most=most, statistics=statistics))
    names = {each.table for each in contract.indicators if each.statistic is not Statistic.COMPOSITE}
    names |= {"maintenance"} if "outages" in names else set()
    facts = {name: draw(events(FACT_TABLES[name])) for name in sorted(names)}
    if draw(st.booleans()):
        facts["exclusions"] = draw(events(FACT_TABLES["exclusions"], most=6))
    return contract, facts
