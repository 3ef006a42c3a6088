"""Figures on a terminal."""

from collections.abc import Mapping, Sequence
from typing import NoReturn

from rich.console import Console
from rich.table import Table
from rich.text import Text

from madoguchi.core.metrics.printing import format_figure, format_target
from madoguchi.core.metrics.spec import Contract, Measurement
from madoguchi.core.vocabulary import Verdict
from madoguchi.reports.rows import (
    MARKS,
    counts_text,
    exclusion_label,
    grouped_by_kind,
    indicator_label,
    label_of,
    labels_of,
    reason_text,
    window_text,
)

STYLES = {
    Verdict.MET: "",
    Verdict.MISSED: "bold red",
    Verdict.NOT_MEASURABLE: "yellow",
    Verdict.NOT_JUDGED: "dim",
}
WIDE = 200


class Screen(Console):
    def on_broken_pipe(self) -> NoReturn:
        """Let `main` end the command: Rich would end it as one that failed."""
        raise BrokenPipeError


def console() -> Console:
    """Return a console that keeps whole tables where its output is no terminal."""
    made = Screen(highlight=False)
    return made if made.is_terminal else Screen(highlight=False, width=WIDE)


def print_contract(contract: Contract, measurements: Sequence[Measurement], *, language: str) -> None:
    """Print a table per kind of window, then every figure that is not simply met, with its reasons."""
    screen = console()
    screen.print(Text(f"{contract.id}  {contract.name}", style="bold"))
    for group in grouped_by_kind(measurements):
        screen.print(_table(group, language))
    marks = "  ".join(f"{mark} {label_of(verdict, language)}" for verdict, mark in MARKS.items())
    screen.print(Text(marks, style="dim"))
    labels = labels_of(measurements, language)
    for measurement in measurements:
        if measurement.judgement.verdict is Verdict.MISSED or len(measurement.judgement.reasons) > 1:
            screen.print(_detail(measurement, labels, language))


def _table(group: Sequence[Measurement], language: str) -> Table:
    windows = list(dict.fromkeys(each.figure.window.label for each in group))
    indicators = list(dict.fromkeys(each.indicator.id for each in group))
    cells = {(each.indicator.id, each.figure.window.label): each for each in group}
    labels = labels_of(group, language)
    labels |= {each.figure.window.label: window_text(each.figure.window, language) for each in group}
    table = Table(box=None, pad_edge=False, header_style="bold")
    by_window = len(windows) > len(indicators)
    corner = "指標" if language == "ja" else "Indicator"
    table.add_column(label_of(group[0].figure.window.kind, language) if by_window else corner)
    for name in indicators if by_window else windows:
        table.add_column(labels[name], justify="right")
    for row in windows if by_window else indicators:
        keys = [(name, row) if by_window else (row, name) for name in (indicators if by_window else windows)]
        shown = [_cell(cells.get(key), language) for key in keys]
        table.add_row(labels[row], *shown)
    return table


def _cell(measurement: Measurement | None, language: str) -> Text:
    if measurement is None:
        return Text("")
    verdict = measurement.judgement.verdict
    figure = format_figure(measurement.figure.exact, indicator=measurement.indicator, language=language)
    return Text(f"{figure} {MARKS[verdict]}", style=STYLES[verdict])


def _detail(measurement: Measurement, names: Mapping[str, str], language: str) -> Text:
    figure = format_figure(measurement.figure.exact, indicator=measurement.indicator, language=language)
    target = format_target(measurement.judgement.objective, indicator=measurement.indicator, language=language)
    parts = [
        window_text(measurement.figure.window, language),
        indicator_label(measurement, language),
        figure,
        f"({counts_text(measurement, language)})",
        f"[{target}]",
        label_of(measurement.judgement.verdict, language),
        " / ".join(reason_text(reason, language, labels=names) for reason in measurement.judgement.reasons),
    ]
    excluded = ", ".join(f"{exclusion_label(name, language)} {n:,}" for name, n in measurement.figure.tally.excluded)
    if excluded:
        parts.append(f"（除外 {excluded}）" if language == "ja" else f"(excluded: {excluded})")
    return Text("  " + " ".join(parts), style=STYLES[measurement.judgement.verdict])
