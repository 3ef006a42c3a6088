"""Whether an event satisfies the tests of a definition."""

from collections.abc import Sequence
from datetime import datetime

from madoguchi.core.events import Event
from madoguchi.core.metrics.spec import AnyOf, Condition, Test


def holds_all(tests: Sequence[Test], event: Event) -> bool:
    """Return whether every test is true of the event; no tests are always true."""
    return all(holds(test, event) for test in tests)


def holds(test: Test, event: Event) -> bool:
    if isinstance(test, AnyOf):
        return any(holds_all(alternative, event) for alternative in test.alternatives)
    if test.is_missing is not None:
        return (event.get(test.column) is None) == test.is_missing
    if test.is_ is not None:
        return event.get(test.column) in test.is_
    if test.is_not is not None:
        return event.get(test.column) not in test.is_not
    if test.at_least is not None or test.at_most is not None:
        return _holds_for_number(test, event)
    return _holds_between_columns(test, event)


def _holds_for_number(test: Condition, event: Event) -> bool:
    number = event.get(test.column)
    if not isinstance(number, int):
        return False
    if test.at_least is not None:
        return number >= test.at_least
    return test.at_most is not None and number <= test.at_most


def _holds_between_columns(test: Condition, event: Event) -> bool:
    one = event.get(test.column)
    two = event.get(test.before_column or test.not_after_column or test.after_column or "")
    if not isinstance(one, datetime) or not isinstance(two, datetime):
        return False
    if test.before_column is not None:
        return one < two
    if test.not_after_column is not None:
        return one <= two
    return one > two
