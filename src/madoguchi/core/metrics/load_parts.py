"""The parts of an indicator file: tests, values, allowances, objectives."""

from fractions import Fraction

from madoguchi.core.metrics.reader import Reader, only_one
from madoguchi.core.metrics.spec import (
    Allowance,
    AnyOf,
    ColumnValue,
    Condition,
    EventValue,
    ExclusionRule,
    Objective,
    Scalar,
    Test,
    TimeValue,
)
from madoguchi.core.vocabulary import Clock, Comparator, Season, Trend, Unit

OPERATORS = (
    "is", "is_not", "at_least", "at_most", "is_missing", "before_column", "not_after_column", "after_column",
)  # fmt: skip


def load_tests(reader: Reader, name: str) -> tuple[Test, ...]:
    """Read a list of tests, each `{column = ..., is = [...]}` or `{any = [[...], [...]]}`."""
    return tuple(test for child in reader.children(name) if (test := load_test(child)) is not None)


def load_test(reader: Reader) -> Test | None:
    if reader.has("any"):
        return _load_any_of(reader)
    column = reader.text("column", required=True)
    operator = only_one(reader, OPERATORS)
    test = _load_condition(reader, column=column, operator=operator) if operator else None
    reader.finish()
    return test


def _load_any_of(reader: Reader) -> Test | None:
    alternatives = reader.raw("any")
    reader.finish()
    if not isinstance(alternatives, list) or not alternatives:
        reader.report("any", given=alternatives, allowed="a list of lists of tests")
        return None
    loaded = []
    for index, alternative in enumerate(alternatives, start=1):
        tests = alternative if isinstance(alternative, list) else [alternative]
        inner = Reader(
            file=reader.file,
            table={"tests": tests},
            problems=reader.problems,
            path=reader.key(f"any[{index}]"),
        )
        loaded.append(tuple(t for t in load_tests(inner, "tests") if isinstance(t, Condition)))
    return AnyOf(alternatives=tuple(loaded))


def _load_condition(reader: Reader, *, column: str, operator: str) -> Condition:
    if operator in ("is", "is_not"):
        scalars = _scalars(reader, operator)
        return Condition(column=column, is_=scalars) if operator == "is" else Condition(column=column, is_not=scalars)
    if operator == "is_missing":
        return Condition(column=column, is_missing=reader.flag("is_missing", default=True))
    if operator == "at_least":
        return Condition(column=column, at_least=reader.integer(operator, default=0, minimum=-(10**12)))
    if operator == "at_most":
        return Condition(column=column, at_most=reader.integer(operator, default=0, minimum=-(10**12)))
    other = reader.text(operator, required=True)
    return Condition(
        column=column,
        before_column=other if operator == "before_column" else None,
        not_after_column=other if operator == "not_after_column" else None,
        after_column=other if operator == "after_column" else None,
    )


def _scalars(reader: Reader, name: str) -> tuple[Scalar, ...]:
    value = reader.raw(name)
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str | int | bool) for each in values):
        reader.report(name, given=value, allowed="a text, a whole number, true, false, or a list of them")
        return ()
    return tuple(values)


def load_value(reader: Reader) -> EventValue | None:
    """Read `[value]`: either `column` with `plus` and `minus`, or `from`, `to` and a clock with `minus`."""
    child = reader.child("value")
    if child is None:
        return None
    value: EventValue | None
    if child.has("column"):
        add = (child.text("column", required=True), *child.texts("plus"))
        value = ColumnValue(add=add, subtract=child.texts("minus"))
    else:
        start, end = child.text("from", required=True), child.text("to", required=True)
        clock = child.word("clock", Clock, default=Clock.ELAPSED) or Clock.ELAPSED
        value = TimeValue(start=start, end=end, clock=clock, subtract=child.texts("minus"))
    child.finish()
    return value


def load_allowance(reader: Reader) -> Allowance | None:
    """Read `[within]`: `time`, `days`, `open_days` or `until`, with `strictly` and `agreed`."""
    child = reader.child("within")
    if child is None:
        return None
    kind = only_one(child, ("time", "days", "open_days", "until"))
    amount: Fraction | None = None
    until = None
    if kind == "time":
        amount = child.duration("time")
    elif kind == "until":
        until = child.text("until", required=True)
    elif kind is not None:
        amount = Fraction(child.integer(kind, default=0, maximum=3660))
    allowance = Allowance(
        amount=amount,
        is_strict=child.flag("strictly", default=False),
        until=until,
        agreed=child.text("agreed") or None,
    )
    child.finish()
    return allowance


def load_exclusions(reader: Reader) -> tuple[ExclusionRule, ...]:
    rules = []
    for child in reader.children("exclude"):
        rules.append(ExclusionRule(reason=child.text("reason", required=True), tests=load_tests(child, "where")))
        if not child.has("where"):
            child.report("where", given="missing", allowed="at least one test: who is left out")
        child.finish()
    return tuple(rules)


def load_objectives(reader: Reader, *, unit: Unit | None) -> tuple[Objective, ...]:
    return tuple(_load_objective(child, unit=unit) for child in reader.children("objective"))


def _load_objective(child: Reader, *, unit: Unit | None) -> Objective:
    has_target = child.has("target") or not child.has("trend")
    comparator = child.word("comparator", Comparator) if has_target else None
    target = None
    if has_target:
        target = child.duration("target") if unit is Unit.DURATION else child.number("target", required=True)
        if unit is Unit.DURATION and not child.has("target"):
            child.report("target", given="missing", allowed="a duration such as 10m")
    objective = Objective(
        comparator=comparator,
        target=target,
        season=child.word("season", Season) if child.has("season") else None,
        valid_from=child.day("valid_from"),
        valid_until=child.day("valid_until"),
        requires=child.texts("requires"),
        trend=child.word("trend", Trend) if child.has("trend") else None,
    )
    child.finish()
    return objective
