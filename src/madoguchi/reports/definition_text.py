"""A definition in words, for the reader of a figure."""

from collections.abc import Sequence
from datetime import date

from madoguchi.core.metrics.classify import counting_on
from madoguchi.core.metrics.spec import (
    Allowance,
    AnyOf,
    ColumnValue,
    Condition,
    Contract,
    Indicator,
    Test,
    TimeValue,
)
from madoguchi.reports.rows import label_of

NAMES = {
    "requirement": ("要求", "Requirement"),
    "statistic": ("統計", "Statistic"),
    "where": ("母集団", "Population"),
    "part": ("分子", "Numerator"),
    "value": ("値", "Value"),
    "within": ("期限", "Allowance"),
    "exclude": ("除外規則", "Left out"),
    "calls": ("呼の数え方", "Counting of calls"),
    "questions": ("設問", "Questions"),
    "services": ("サービス", "Services"),
}


def definition_lines(contract: Contract, indicator: Indicator, *, day: date, language: str) -> list[str]:
    """Return the definition in force as lines of words; parts that are not set are left away."""
    parts = {
        "requirement": indicator.requirement,
        "statistic": f"{label_of(indicator.statistic, language)} / {indicator.table} / {indicator.at}",
        "where": tests_text(indicator.where),
        "part": tests_text(indicator.part),
        "value": _value_text(indicator),
        "within": _allowance_text(indicator.allowance),
        "exclude": "; ".join(f"{rule.reason}: {tests_text(rule.tests)}" for rule in indicator.exclusions),
        "calls": _calls_text(contract, indicator, day, language),
        "questions": ", ".join(f"{name} × {weight}" for name, weight in indicator.groups),
        "services": ", ".join(indicator.services),
    }
    index = 0 if language == "ja" else 1
    return [f"{NAMES[name][index]}: {text}" for name, text in parts.items() if text]


def tests_text(tests: Sequence[Test]) -> str:
    return " & ".join(_test_text(test) for test in tests)


def _test_text(test: Test) -> str:
    if isinstance(test, AnyOf):
        return "(" + " | ".join(tests_text(each) for each in test.alternatives) + ")"
    return f"{test.column} {_operator_text(test)}"


def _operator_text(test: Condition) -> str:
    for sign, operand in (
        ("∈", test.is_), ("∉", test.is_not), ("≥", test.at_least), ("≤", test.at_most), ("<", test.before_column),
        ("≤", test.not_after_column), (">", test.after_column),
    ):  # fmt: skip
        if operand is not None:
            return f"{sign} {list(operand) if isinstance(operand, tuple) else operand}"
    return "= ∅" if test.is_missing else "≠ ∅"


def _value_text(indicator: Indicator) -> str:
    value = indicator.value
    if isinstance(value, ColumnValue):
        return " + ".join(value.add) + "".join(f" − {name}" for name in value.subtract)
    if isinstance(value, TimeValue):
        taken = "".join(f" − {name}" for name in value.subtract)
        return f"{value.start} → {value.end} ({value.clock.label}){taken}"
    return ""


def _allowance_text(allowance: Allowance | None) -> str:
    if allowance is None:
        return ""
    sign = "<" if allowance.is_strict else "≤"
    limit = f"{sign} {allowance.until or allowance.amount}"
    return limit + (f" / {allowance.agreed}" if allowance.agreed else "")


def _calls_text(contract: Contract, indicator: Indicator, day: date, language: str) -> str:
    if not indicator.is_call_counting:
        return ""
    counting = counting_on(contract, day)
    places = ((counting.answered, "="), (counting.abandoned, "/"), (counting.left_out, "∖"))
    words = ["、".join(label_of(each, language) for each in sorted(place)) for place, _ in places]
    names = ("応答", "放棄", "除外") if language == "ja" else ("answered", "abandoned", "left out")
    text = "; ".join(f"{name}: {word}" for name, word in zip(names, words, strict=True))
    return (
        f"{counting.valid_from}–  {text}; <{counting.short_abandon_seconds} s: "
        f"{'短時間放棄' if language == 'ja' else 'short abandon'}"
    )
