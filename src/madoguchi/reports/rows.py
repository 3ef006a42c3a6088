"""Measurements as plain rows: the one form that tables, JSON, CSV and pages are made from."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from types import MappingProxyType

from madoguchi.core.calendar.eras import format_date, format_fiscal_year, format_month
from madoguchi.core.calendar.periods import fiscal_year_of
from madoguchi.core.metrics.printing import format_figure, format_target, unit_suffix
from madoguchi.core.metrics.spec import Measurement, Reason, Window
from madoguchi.core.metrics.windows import QUARTER_OF_MONTH
from madoguchi.core.vocabulary import (
    CallOutcome,
    CountedAs,
    LabelledEnum,
    ReasonCode,
    Statistic,
    Unit,
    Verdict,
    WindowKind,
)

Row = dict[str, object]
MARKS = {Verdict.MET: "○", Verdict.MISSED: "×", Verdict.NOT_MEASURABLE: "？", Verdict.NOT_JUDGED: "－"}
IN_SECONDS = (Statistic.AVAILABILITY,)
"""Statistics whose shares are of time, not of cases."""
WITHOUT_DETAIL = (ReasonCode.TARGET_MET, ReasonCode.NOT_COVERED)
"""Reasons whose detail is a key of the program, not a word for readers."""
NO_LABELS: Mapping[str, str] = MappingProxyType({})
WHOLE_TERMS = {WindowKind.CONTRACT: "the whole contract", WindowKind.EVALUATION: "the period evaluated"}


def label_of(word: LabelledEnum, language: str) -> str:
    return word.label if language == "ja" else word.label_en


def indicator_label(measurement: Measurement, language: str) -> str:
    indicator = measurement.indicator
    return indicator.label if language == "ja" else indicator.label_en


def window_text(window: Window, language: str = "ja") -> str:
    """Return a figure's window in the reader's words.

    A survey's round keeps its name; a window that is still running has the last day that was counted beside it.
    """
    text = _whole_window(window, language)
    if not window.is_running:
        return text
    final = window.period.end_date - timedelta(days=1)
    return f"{text}（{final.month}月{final.day}日まで）" if language == "ja" else f"{text} (until {final})"


def _whole_window(window: Window, language: str) -> str:
    if window.kind in WHOLE_TERMS:
        return window.kind.label if language == "ja" else WHOLE_TERMS[window.kind]
    if language != "ja" or window.kind is WindowKind.SURVEY_ROUND:
        return window.label
    return _in_era(window.kind, window.period.start_date)


def _in_era(kind: WindowKind, day: date) -> str:
    if kind is WindowKind.MONTH:
        return format_month(day)
    year = format_fiscal_year(fiscal_year_of(day))
    return f"{year}第{QUARTER_OF_MONTH[day.month]}四半期" if kind is WindowKind.QUARTER else year


def axis_text(window: Window, language: str = "ja") -> str:
    """Return a window in few letters, for the axis of a chart: 2018-11."""
    is_short = window.kind in WHOLE_TERMS or window.kind is WindowKind.FISCAL_YEAR
    return window_text(window, language) if is_short else window.label


def axis_parts(window: Window, language: str = "ja") -> tuple[str, str]:
    """Return what stands under a window on an axis, and under it what it shares with its neighbours: 11月, 平成30年."""
    day = window.period.start_date
    if language == "ja" and window.kind is WindowKind.MONTH:
        month = f"{day.month}月"
        return month, format_month(day).removesuffix(month)
    if language == "ja" and window.kind is WindowKind.QUARTER:
        return f"第{QUARTER_OF_MONTH[day.month]}四半期", format_fiscal_year(fiscal_year_of(day))
    return window_text(window, language), ""


def row_of(measurement: Measurement, *, language: str = "ja") -> Row:
    """Return everything a reader may ask of one figure: counts, exclusions, target, verdict and reasons.

    `exact` is the figure before rounding, as a fraction in the indicator's unit (durations in seconds).
    """
    figure, judgement, indicator = measurement.figure, measurement.judgement, measurement.indicator
    tally = figure.tally
    return {
        "indicator": indicator.id,
        "label": indicator_label(measurement, language),
        "version": figure.version,
        "window": figure.window.label,
        "start_date": figure.window.period.start_date.isoformat(),
        "end_date": figure.window.period.end_date.isoformat(),
        "figure": format_figure(figure.exact, indicator=indicator, language=language),
        "exact": None if figure.exact is None else str(figure.exact),
        "unit": indicator.unit.value,
        "part": tally.part,
        "counted": tally.counted,
        "total": tally.total,
        "valued": tally.valued,
        "missing": tally.missing,
        "excluded": dict(tally.excluded),
        "groups": {name: _group(each.total, each.valued) for name, each in figure.groups if name},
        "season": judgement.season.value,
        "target": format_target(judgement.objective, indicator=indicator, language=language),
        "verdict": judgement.verdict.value,
        "reasons": [reason_text(reason, language) for reason in judgement.reasons],
    }


def _group(total: int, valued: int) -> dict[str, object]:
    mean = Fraction(total, valued) if valued else None
    return {"total": total, "valued": valued, "mean": None if mean is None else str(mean)}


def reason_text(reason: Reason, language: str = "ja", *, labels: Mapping[str, str] = NO_LABELS) -> str:
    """Return a reason in words; `labels` names the indicators that one leans on, where the caller knows them."""
    text = label_of(reason.code, language)
    if not reason.detail or reason.code in WITHOUT_DETAIL:
        return text
    detail = labels.get(reason.detail, reason.detail)
    if reason.code is ReasonCode.PARTLY_COVERED:
        detail = _days_covered(reason.detail, language)
    return f"{text}：{detail}" if language == "ja" else f"{text}: {detail}"


def _days_covered(detail: str, language: str) -> str:
    """Return "2016-04-01/2016-12-01", whose end is no more covered, with both its days."""
    start, end = (date.fromisoformat(each) for each in detail.split("/"))
    final = end - timedelta(days=1)
    return f"{format_date(start)}～{format_date(final)}" if language == "ja" else f"{start} to {final}"


def labels_of(measurements: Sequence[Measurement], language: str) -> dict[str, str]:
    """Return the names of the indicators that were measured, by their keys."""
    return {each.indicator.id: indicator_label(each, language) for each in measurements}


def exclusion_label(reason: str, language: str = "ja") -> str:
    """Return a reason for leaving events out in the reader's words; a contract's own stay as they are."""
    for words in (CallOutcome, CountedAs):
        if reason in list(words):
            return label_of(words(reason), language)
    if language != "ja":
        return reason
    return {"excluded": "対象外の承認あり", "maintenance": "計画停止（秒）"}.get(reason, reason)


def counts_text(measurement: Measurement, language: str = "ja") -> str:
    """Return the counts behind a figure in a few words: 934 / 1000, or a total over a number of cases.

    Plain numbers are cases, as the heading beside them says; whatever is not has its unit.
    """
    tally, indicator = measurement.figure.tally, measurement.indicator
    seconds = "秒" if language == "ja" else " s"
    if indicator.unit is Unit.PERCENT:
        return f"{tally.part:,} / {tally.counted:,}" + (seconds if indicator.statistic in IN_SECONDS else "")
    if tally.valued:
        unit = seconds if indicator.unit is Unit.DURATION else unit_suffix(indicator.unit, language=language)
        cases = unit_suffix(Unit.COUNT, language=language)
        return f"{tally.total:,}{unit} / {tally.valued:,}{cases}"
    return f"{tally.counted:,}"


def grouped_by_kind(measurements: Sequence[Measurement]) -> list[list[Measurement]]:
    """Return the measurements apart by kind of window, each kind in the order it first appears."""
    kinds = dict.fromkeys(each.figure.window.kind for each in measurements)
    return [[each for each in measurements if each.figure.window.kind is kind] for kind in kinds]
