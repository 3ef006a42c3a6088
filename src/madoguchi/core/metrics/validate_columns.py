"""Whether a definition names columns that its fact table has, of a kind that fits."""

from collections.abc import Iterator, Sequence

from madoguchi.core.events import FACT_TABLES, Column, ColumnKind, FactTable
from madoguchi.core.metrics.spec import AnyOf, ColumnValue, Condition, Indicator, Test, TimeValue
from madoguchi.core.vocabulary import Clock, Statistic

Finding = tuple[str, str, str]
NUMBERS = (ColumnKind.INTEGER, ColumnKind.SECONDS, ColumnKind.MILLISECONDS)


def column_problems(indicator: Indicator) -> Iterator[Finding]:
    if indicator.statistic is Statistic.COMPOSITE:
        return
    table = FACT_TABLES[indicator.table]
    yield from _expect(table, "at", indicator.at, (ColumnKind.MOMENT,))
    yield from _tests(table, "where", indicator.where)
    yield from _tests(table, "part", indicator.part)
    for rule in indicator.exclusions:
        yield from _tests(table, "exclude.where", rule.tests)
    if isinstance(indicator.value, ColumnValue):
        yield from _column_value(table, indicator.value)
    if isinstance(indicator.value, TimeValue):
        yield from _time_value(table, indicator.value)
    yield from _allowance(table, indicator)


def _expect(table: FactTable, key: str, name: str, kinds: Sequence[ColumnKind]) -> Iterator[Finding]:
    column = table.column(name)
    fitting = ", ".join(each.name for each in table.columns if each.kind in kinds)
    if column is None:
        yield key, f"column {name!r}, which {table.name} does not have", f"one of {fitting}"
    elif column.kind not in kinds:
        yield key, f"column {name!r}, which is a {column.kind}", f"one of {fitting}"


def _tests(table: FactTable, key: str, tests: Sequence[Test]) -> Iterator[Finding]:
    for test in tests:
        if isinstance(test, AnyOf):
            for alternative in test.alternatives:
                yield from _tests(table, key, alternative)
        else:
            yield from _condition(table, key, test)


def _condition(table: FactTable, key: str, test: Condition) -> Iterator[Finding]:
    column = table.column(test.column)
    if column is None:
        yield (
            key,
            f"column {test.column!r}, which {table.name} does not have",
            f"one of {', '.join(table.column_names())}",
        )
        return
    for value in (*(test.is_ or ()), *(test.is_not or ())):
        yield from _constant(key, column, value)
    if test.at_least is not None or test.at_most is not None:
        yield from _expect(table, key, test.column, NUMBERS)
    for other in (test.before_column, test.not_after_column, test.after_column):
        if other is not None:
            yield from _expect(table, key, test.column, (ColumnKind.MOMENT,))
            yield from _expect(table, key, other, (ColumnKind.MOMENT,))


def _constant(key: str, column: Column, value: object) -> Iterator[Finding]:
    if column.words is not None and value not in list(column.words):
        yield key, f"{column.name} is {value!r}", "one of " + ", ".join(column.words)
    fits = {
        ColumnKind.TEXT: isinstance(value, str),
        ColumnKind.FLAG: isinstance(value, bool),
        ColumnKind.MOMENT: False,
    }.get(column.kind, isinstance(value, int) and not isinstance(value, bool))
    if not fits:
        yield key, f"{column.name} is {value!r}", f"a value that fits a {column.kind} column"


def _column_value(table: FactTable, value: ColumnValue) -> Iterator[Finding]:
    for name in (*value.add, *value.subtract):
        yield from _expect(table, "value", name, NUMBERS)
    kinds = {column.kind for name in (*value.add, *value.subtract) if (column := table.column(name))}
    if len(kinds) > 1:
        yield "value", f"columns of kinds {', '.join(sorted(kinds))}", "columns of one kind"


def _time_value(table: FactTable, value: TimeValue) -> Iterator[Finding]:
    for key, name in (("value.from", value.start), ("value.to", value.end)):
        yield from _expect(table, key, name, (ColumnKind.MOMENT,))
    for name in value.subtract:
        yield from _expect(table, "value.minus", name, (ColumnKind.SECONDS,))
    if value.subtract and value.clock in (Clock.DAYS, Clock.OPEN_DAYS):
        yield "value.minus", f"seconds taken from {value.clock}", "the clocks elapsed and business"


def _allowance(table: FactTable, indicator: Indicator) -> Iterator[Finding]:
    allowance = indicator.allowance
    if allowance is None:
        return
    moments = [name for name in (allowance.until, allowance.agreed) if name]
    for name in moments:
        yield from _expect(table, "within", name, (ColumnKind.MOMENT,))
    if moments and not isinstance(indicator.value, TimeValue):
        yield (
            "within",
            f"until or agreed {moments[0]!r} without a time to compare",
            "a [value] with from and to",
        )
