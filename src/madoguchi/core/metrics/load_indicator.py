"""One indicator file as a value."""

from dataclasses import replace
from fractions import Fraction

from madoguchi.core.events import FACT_TABLES
from madoguchi.core.metrics.load_parts import (
    load_allowance,
    load_exclusions,
    load_objectives,
    load_tests,
    load_value,
)
from madoguchi.core.metrics.reader import Reader
from madoguchi.core.metrics.spec import ColumnValue, Condition, EventValue, Indicator
from madoguchi.core.vocabulary import (
    Combine,
    CountedAs,
    DurationStyle,
    MissingEnd,
    Statistic,
    Unit,
    WindowKind,
)

FIXED_TABLES = {
    Statistic.AVAILABILITY: "outages",
    Statistic.MILESTONE: "milestones",
    Statistic.SURVEY_SCORE: "survey_answers",
    Statistic.COMPOSITE: "",
}
DEFAULT_UNITS = {
    Statistic.RATE: Unit.PERCENT,
    Statistic.SHARE_WITHIN: Unit.PERCENT,
    Statistic.AVAILABILITY: Unit.PERCENT,
    Statistic.MILESTONE: Unit.PERCENT,
    Statistic.COUNT: Unit.COUNT,
    Statistic.SURVEY_SCORE: Unit.POINTS,
    Statistic.MEAN: Unit.DURATION,
    Statistic.MAXIMUM: Unit.DURATION,
    Statistic.PERCENTILE: Unit.DURATION,
    Statistic.SUM: Unit.NUMBER,
    Statistic.COMPOSITE: Unit.POINTS,
}


def load_indicator(reader: Reader) -> Indicator | None:
    """Return the indicator of a file, or None where too much is wrong to go on; problems are collected."""
    statistic = reader.word("statistic", Statistic)
    if statistic is None:
        return None
    table = FIXED_TABLES[statistic] if statistic in FIXED_TABLES else reader.text("table", required=True)
    if table not in FACT_TABLES and statistic is not Statistic.COMPOSITE:
        reader.report("table", given=table, allowed="one of " + ", ".join(sorted(FACT_TABLES)))
        return None
    indicator = _load_special(reader, _load_counting(reader, _load_head(reader, statistic, table)))
    reader.finish()
    return indicator


def _load_head(reader: Reader, statistic: Statistic, table: str) -> Indicator:
    unit = reader.word("unit", Unit, default=DEFAULT_UNITS[statistic]) or DEFAULT_UNITS[statistic]
    label = reader.text("label", required=True)
    return Indicator(
        id=reader.identifier("id"),
        label=label,
        label_en=reader.text("label_en", default=label),
        requirement=reader.text("requirement"),
        statistic=statistic,
        table=table,
        at=reader.text("at", default=FACT_TABLES[table].moment if table else ""),
        window=reader.word("window", WindowKind, default=WindowKind.MONTH) or WindowKind.MONTH,
        unit=unit,
        decimals=reader.integer("decimals", default=_default_decimals(unit), maximum=6),
        version=reader.integer("version", default=1, minimum=1),
        valid_from=reader.day("valid_from"),
        style=reader.word("style", DurationStyle, default=DurationStyle.SECONDS) or DurationStyle.SECONDS,
        objectives=load_objectives(reader, unit=unit),
    )


def _load_counting(reader: Reader, head: Indicator) -> Indicator:
    return replace(
        head,
        is_call_counting=reader.has("calls"),
        call_part=_call_part(reader),
        where=load_tests(reader, "where"),
        part=load_tests(reader, "part"),
        exclusions=load_exclusions(reader),
        value=_value(reader, head.statistic),
        allowance=load_allowance(reader),
        missing=reader.word("missing", MissingEnd, default=_default_missing(head.statistic)) or MissingEnd.LEFT_OUT,
        percentile=reader.number("percentile"),
        per=reader.word("per", WindowKind) if reader.has("per") else None,
        is_cumulative=reader.flag("cumulative", default=False),
    )


def _load_special(reader: Reader, indicator: Indicator) -> Indicator:
    milestone = reader.text("milestone") or None
    named = (Condition(column="milestone", is_=(milestone,)),) if milestone else ()
    return replace(
        indicator,
        group_column="question" if indicator.statistic is Statistic.SURVEY_SCORE else None,
        groups=_weights(reader, "questions"),
        combine=reader.word("combine", Combine, default=Combine.MEAN_OF_QUESTIONS) or Combine.MEAN_OF_QUESTIONS,
        scores=_scores(reader),
        members=_weights(reader, "members"),
        services=reader.texts("services"),
        is_around_the_clock=reader.flag("around_the_clock", default=False),
        milestone=milestone,
        where=(*indicator.where, *named),
    )


def _default_decimals(unit: Unit) -> int:
    return 1 if unit in (Unit.PERCENT, Unit.POINTS) else 0


def _default_missing(statistic: Statistic) -> MissingEnd:
    return MissingEnd.MISSED if statistic is Statistic.SHARE_WITHIN else MissingEnd.LEFT_OUT


def _call_part(reader: Reader) -> str | None:
    if not reader.has("calls"):
        return None
    part = reader.text("calls", required=True)
    if part not in (CountedAs.ANSWERED, CountedAs.ABANDONED):
        reader.report("calls", given=part, allowed="answered or abandoned")
    return part


def _value(reader: Reader, statistic: Statistic) -> EventValue | None:
    value = load_value(reader)
    if value is None and statistic is Statistic.SURVEY_SCORE:
        return ColumnValue(add=("score",))
    return value


def _weights(reader: Reader, name: str) -> tuple[tuple[str, Fraction], ...]:
    """Read `["a", "b"]` (weight 1 each) or `{a = 1, b = 2}`."""
    if isinstance(reader.table.get(name), list):
        return tuple((each, Fraction(1)) for each in reader.texts(name))
    child = reader.child(name)
    if child is None:
        return ()
    weights = []
    for key in child.table:
        weight = child.number(key)
        if weight is None or weight <= 0:
            child.report(key, given=child.table[key], allowed="a weight above 0")
        else:
            weights.append((key, weight))
    return tuple(weights)


def _scores(reader: Reader) -> tuple[tuple[str, int], ...]:
    child = reader.child("scores")
    if child is None:
        return ()
    return tuple((key, child.integer(key, default=0, minimum=-(10**6), maximum=10**6)) for key in child.table)
