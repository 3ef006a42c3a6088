"""`madoguchi explain`: what one figure was made of."""

import argparse
import itertools

from rich.table import Table
from rich.text import Text

from madoguchi.cli.tables import console
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.explain import Evidence, evidence
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.measure import Facts
from madoguchi.core.metrics.printing import format_figure, format_target
from madoguchi.core.metrics.spec import Contract, Indicator, Measurement, Window
from madoguchi.core.metrics.windows import indicators_in_force, windows_of
from madoguchi.core.vocabulary import Statistic
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.intake.reference import events_of, measure_with_reference
from madoguchi.reports.definition_text import definition_lines
from madoguchi.reports.rows import counts_text, exclusion_label, indicator_label, label_of, reason_text, window_text

ROLES = {
    "part": ("分子・分母", "numerator and denominator"),
    "counted": ("分母", "denominator"),
    "excluded": ("除外", "excluded"),
    "missing": ("値なし", "no value"),
}


def run(given: argparse.Namespace) -> int:
    contract = load_contract(read_definitions(given.contract))
    indicator, window = asked_figure(contract, name=given.indicator, label=given.window)
    facts = open_facts(given.facts)
    measured = measure_with_reference(contract=contract, facts=facts, within=window.period)
    found = next(each for each in measured if each.indicator.id == indicator.id and each.figure.window == window)
    screen = console()
    for line in summary_lines(contract, found, language=given.lang):
        screen.print(Text(line))
    if indicator.statistic is Statistic.COMPOSITE:
        return 0
    events = events_of(facts, contract=contract)
    screen.print(_evidence_table(contract, indicator, window, events, given))
    return 0


def asked_figure(contract: Contract, *, name: str, label: str) -> tuple[Indicator, Window]:
    """Return the indicator and window of a name and a label. Raises InvalidInputError with those that exist."""
    versions = [each for each in contract.indicators if each.id == name]
    if not versions:
        allowed = "one of " + ", ".join(dict.fromkeys(each.id for each in contract.indicators))
        raise InvalidInputError([Problem(where="INDICATOR", key="", given=f"given {name!r}", allowed=allowed)])
    windows = [
        window
        for kind in dict.fromkeys(each.window for each in versions)
        for window in windows_of(contract=contract, kind=kind, within=contract.period)
    ]
    window = next((each for each in windows if each.label == label), None)
    if window is None:
        allowed = f"one of {windows[0].label} to {windows[-1].label}"
        raise InvalidInputError([Problem(where="MONTH", key="", given=f"given {label!r}", allowed=allowed)])
    in_force = indicators_in_force(contract=contract, day=window.period.start_date)
    indicator = next((each for each in in_force if each.id == name), versions[0])
    return indicator, window


def summary_lines(contract: Contract, measurement: Measurement, *, language: str) -> list[str]:
    """Return the definition, counts, exclusions and verdict in words."""
    figure, judgement, indicator = measurement.figure, measurement.judgement, measurement.indicator
    names = ("実績値", "件数", "除外", "値なし", "目標値", "判定") if language == "ja" else (
        "Figure", "Counts", "Excluded", "No value", "Target", "Verdict",
    )  # fmt: skip
    excluded = ", ".join(f"{exclusion_label(name, language)} {count:,}" for name, count in figure.tally.excluded)
    reasons = " / ".join(reason_text(reason, language) for reason in judgement.reasons)
    values = (
        f"{format_figure(figure.exact, indicator=indicator, language=language)}  ({figure.exact})",
        counts_text(measurement, language),
        excluded or "0",
        f"{figure.tally.missing:,}",
        format_target(judgement.objective, indicator=indicator, language=language)
        + f" [{label_of(judgement.season, language)}]",
        f"{label_of(judgement.verdict, language)}（{reasons}）",
    )
    of = f"{indicator_label(measurement, language)} {window_text(figure.window, language)}"
    head = [f"{contract.id} {contract.name} — {of}"]
    body = [f"{name}: {value}" for name, value in zip(names, values, strict=True)]
    members = [f"  {each.indicator} v{each.version}: {each.exact}" for each in figure.members]
    return [
        *head,
        *definition_lines(contract, indicator, day=figure.window.period.start_date, language=language),
        *body,
        *members,
    ]


def _evidence_table(
    contract: Contract, indicator: Indicator, window: Window, events: Facts, given: argparse.Namespace
) -> Table:
    japanese = given.lang == "ja"
    found = evidence(contract=contract, indicator=indicator, window=window, facts=events)
    wanted = (each for each in found if given.role in (None, each.role))
    shown = list(itertools.islice(wanted, given.limit or None))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (
        ("時刻", "出典", "ファイル", "扱い", "値") if japanese else ("At", "Source", "File", "Counted as", "Value")
    ):
        table.add_column(name)
    for each in shown:
        table.add_row(*_evidence_cells(contract, each, japanese=japanese))
    rest = sum(1 for _ in wanted)
    if rest:
        table.add_row("…", f"他 {rest:,} 件 (--limit 0)" if japanese else f"{rest:,} more (--limit 0)")
    return table


def _evidence_cells(contract: Contract, each: Evidence, *, japanese: bool) -> tuple[str, ...]:
    local = each.at.timestamp() + contract.calendar.utc_offset_seconds
    at = each.at.fromtimestamp(local, tz=each.at.tzinfo).strftime("%Y-%m-%d %H:%M:%S")
    role = ROLES[each.role][0 if japanese else 1]
    reason = exclusion_label(each.reason, "ja" if japanese else "en") if each.reason else ""
    value = "" if each.value is None else f"{each.value:,}"
    return at, each.source, each.source_file, f"{role} {reason}".strip(), value
