"""Measurements as the figures of a report: printed once, with the way back."""

from decimal import Decimal

from madoguchi.core.metrics.printing import format_figure, unit_suffix
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.values import rounded
from madoguchi.core.vocabulary import Unit
from madoguchi.reports.blocks import PrintedFigure


def printed_figure(measurement: Measurement, *, language: str) -> PrintedFigure:
    """Return a measurement's figure as it is printed everywhere."""
    indicator, figure = measurement.indicator, measurement.figure
    has_number = figure.exact is not None and indicator.unit is not Unit.DURATION
    return PrintedFigure(
        text=format_figure(figure.exact, indicator=indicator, language=language),
        indicator=indicator.id,
        version=str(figure.version),
        window=figure.window.label,
        exact=figure.exact,
        number=chart_value(measurement) if has_number else None,
        suffix=unit_suffix(indicator.unit, language=language),
    )


def chart_value(measurement: Measurement) -> Decimal | None:
    """Return a figure as a plain number; durations in the seconds they were rounded to."""
    exact = measurement.figure.exact
    return None if exact is None else rounded(exact, decimals=measurement.indicator.decimals)
