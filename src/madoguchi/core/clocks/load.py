"""A clock file of a contract's folder (clocks/*.toml) as a value."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from madoguchi.core.clocks.spec import ClockAllowance, ClockDefinition
from madoguchi.core.errors import Problem
from madoguchi.core.events import ACTIVITIES
from madoguchi.core.metrics.load_parts import load_tests
from madoguchi.core.metrics.reader import Reader, only_one, parse_toml
from madoguchi.core.metrics.spec import AnyOf, Condition, Test

CLOCK_FOLDER = "clocks/"
TICKET_FIELDS = ("priority", "kind", "channel", "category")
FIELDS = (*ACTIVITIES.column_names()[3:], *TICKET_FIELDS)


def check_clocks(texts: Mapping[str, str]) -> tuple[tuple[ClockDefinition, ...], tuple[Problem, ...]]:
    """Return the clocks among a contract folder's texts (`clocks/*.toml`) and every problem in them."""
    problems: list[Problem] = []
    clocks: dict[str, ClockDefinition] = {}
    for file in sorted(name for name in texts if name.startswith(CLOCK_FOLDER)):
        table = parse_toml(file, texts[file], problems)
        if table is None:
            continue
        clock = load_clock(Reader(file=file, table=table, problems=problems))
        if clock.id in clocks:
            allowed = "an id that no other clock has"
            problems.append(Problem(where=file, key="id", given=f"given {clock.id!r}", allowed=allowed))
        clocks[clock.id] = clock
    return tuple(clocks.values()), tuple(problems)


def load_clock(reader: Reader) -> ClockDefinition:
    """Return a clock; problems are collected in the reader.

    `[allowance]` holds `time` (seconds of opening hours) or `open_days`; `start`, `stop`, `pause`, `resume`,
    `reset` and `cancel` are lists of tests on one activity; `warnings` are percentages of the allowance.
    """
    label = reader.text("label", required=True)
    definition = ClockDefinition(
        id=reader.identifier("id"),
        label=label,
        label_en=reader.text("label_en", default=label),
        allowance=_load_allowance(reader),
        start=load_tests(reader, "start"),
        stop=load_tests(reader, "stop"),
        pause=load_tests(reader, "pause"),
        resume=load_tests(reader, "resume"),
        reset=load_tests(reader, "reset"),
        cancel=load_tests(reader, "cancel"),
        is_retroactive_start=reader.flag("retroactive_start", default=False),
        is_retroactive_pause=reader.flag("retroactive_pause", default=True),
        warnings=_load_warnings(reader),
    )
    reader.finish()
    for name, tests in (("start", definition.start), ("stop", definition.stop)):
        if not tests:
            reader.report(name, given="missing", allowed="at least one test")
    reader.problems += list(_field_problems(reader, definition))
    return definition


def _load_allowance(reader: Reader) -> ClockAllowance:
    child = reader.child("allowance")
    if child is None:
        reader.report("allowance", given="missing", allowed="a table with time or open_days")
        return ClockAllowance(seconds=0)
    kind = only_one(child, ("time", "open_days"))
    seconds = child.duration("time") if kind == "time" else None
    days = child.integer("open_days", default=0, maximum=3660) if kind == "open_days" else None
    child.finish()
    return ClockAllowance(seconds=None if seconds is None else int(seconds), open_days=days)


def _load_warnings(reader: Reader) -> tuple[Fraction, ...]:
    given = reader.raw("warnings")
    if given is None:
        return ()
    allowed = "a list of percentages above 0, at most 100, in rising order"
    if not isinstance(given, list) or not all(isinstance(each, int) and 0 < each <= 100 for each in given):  # noqa: PLR2004
        reader.report("warnings", given=given, allowed=allowed)
        return ()
    if sorted(set(given)) != given:
        reader.report("warnings", given=given, allowed=allowed)
    return tuple(Fraction(each, 100) for each in given)


def _field_problems(reader: Reader, definition: ClockDefinition) -> Iterator[Problem]:
    for name in ("start", "stop", "pause", "resume", "reset", "cancel"):
        for condition in _conditions(getattr(definition, name)):
            if condition.column not in FIELDS:
                given = f"column {condition.column!r}"
                yield Problem(
                    where=reader.file, key=reader.key(name), given=given, allowed="one of " + ", ".join(FIELDS)
                )


def _conditions(tests: tuple[Test, ...]) -> Iterator[Condition]:
    for test in tests:
        if isinstance(test, AnyOf):
            for alternative in test.alternatives:
                yield from alternative
        else:
            yield test
