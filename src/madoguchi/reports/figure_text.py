"""Measurements as the figures of a report: printed once, with the way back."""

from decimal import Decimal

from madoguchi.core.metrics.printing import format_figure, unit_suffix
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.values import rounded
from madoguchi.core.vocabulary import Unit
from madoguchi.reports.blocks import PrintedFigure

PROVISIONAL = {"ja": "（速報）", "en": " (provisional)"}


def printed_figure(measurement: Measurement, *, language: str) -> PrintedFigure:
    """Return a measurement's figure as it is printed everywhere; one that may still change says so."""
    indicator, figure = measurement.indicator, measurement.figure
    has_number = figure.exact is not None and indicator.unit is not Unit.DURATION
    mark = PROVISIONAL[language] if measurement.is_provisional else ""
    return PrintedFigure(
        text=format_figure(figure.exact, indicator=indicator, language=language) + mark,
        indicator=indicator.id,
        version=str(figure.version),
        window=figure.window.label,
        exact=figure.exact,
        number=chart_value(measurement) if has_number else None,
        suffix=unit_suffix(indicator.unit, language=language) + mark,
        revision=measurement.revision,
    )


def chart_value(measurement: Measurement) -> Decimal | None:
    """Return a figure as a plain number; durations in the seconds they were rounded to."""
    exact = measurement.figure.exact
    return None if exact is None else rounded(exact, decimals=measurement.indicator.decimals)
