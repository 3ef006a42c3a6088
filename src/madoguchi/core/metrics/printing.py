"""Exact figures as a report prints them: rounded once, half up, in the indicator's unit."""

from fractions import Fraction

from madoguchi.core.metrics.spec import Indicator, Objective
from madoguchi.core.values import rounded
from madoguchi.core.vocabulary import Comparator, DurationStyle, Unit

MINUTE = 60
HOUR = 3600


def printed_exact(exact: Fraction, *, indicator: Indicator) -> Fraction:
    """Return the figure rounded as it is printed, still as a number in the indicator's unit."""
    if indicator.unit is Unit.DURATION and indicator.style is DurationStyle.HOURS_MINUTES:
        return Fraction(rounded(exact / MINUTE, decimals=0)) * MINUTE
    decimals = 0 if indicator.style is DurationStyle.MINUTES_SECONDS else indicator.decimals
    return Fraction(rounded(exact, decimals=decimals))


def format_figure(exact: Fraction | None, *, indicator: Indicator, language: str = "ja") -> str:
    """Return the figure as text with its unit; an absent figure is a dash."""
    if exact is None:
        return "－" if language == "ja" else "-"
    if indicator.unit is Unit.DURATION:
        return _duration(printed_exact(exact, indicator=indicator), indicator=indicator, language=language)
    number = f"{rounded(exact, decimals=indicator.decimals):,f}"
    return number + unit_suffix(indicator.unit, language=language)


def unit_suffix(unit: Unit, *, language: str) -> str:
    if unit is Unit.PERCENT:
        return "%"
    if unit in (Unit.NUMBER, Unit.DURATION):
        return ""
    return unit.label if language == "ja" else f" {ENGLISH_UNITS[unit]}"


ENGLISH_UNITS = {Unit.COUNT: "cases", Unit.POINTS: "points", Unit.OPEN_DAYS: "open days"}


def _duration(exact: Fraction, *, indicator: Indicator, language: str) -> str:
    sign, exact = ("-" if exact < 0 else ""), abs(exact)
    if indicator.style is DurationStyle.HOURS_MINUTES:
        hours, minutes = divmod(int(exact) // MINUTE, 60)
        return f"{sign}{hours}時間{minutes:02d}分" if language == "ja" else f"{sign}{hours}:{minutes:02d} h"
    if indicator.style is DurationStyle.MINUTES_SECONDS:
        minutes, seconds = divmod(int(exact), MINUTE)
        return f"{sign}{minutes}分{seconds:02d}秒" if language == "ja" else f"{sign}{minutes}:{seconds:02d} min"
    number = f"{rounded(exact, decimals=indicator.decimals):,f}"
    return f"{sign}{number}秒" if language == "ja" else f"{sign}{number} s"


def format_target(objective: Objective | None, *, indicator: Indicator, language: str = "ja") -> str:
    """Return what is promised, as text: the comparator after the number in Japanese, before it in English.

    Where only the number itself keeps the promise, it stands alone.
    """
    if objective is None:
        return "－" if language == "ja" else "-"
    parts = []
    if objective.target is not None and objective.comparator is not None:
        number = _plain(objective.target, indicator=indicator, language=language)
        comparator = objective.comparator
        if _is_alone(objective):
            parts.append(number)
        else:
            parts.append(number + comparator.label if language == "ja" else f"{comparator.label_en} {number}")
    if objective.trend is not None:
        parts.append(objective.trend.label if language == "ja" else objective.trend.label_en)
    return "、".join(parts) if language == "ja" else ", ".join(parts)


def _is_alone(objective: Objective) -> bool:
    """Return whether only the number itself keeps a target, so that it stands alone: 0件."""
    comparator, target = objective.comparator, objective.target
    return comparator is Comparator.EQUALS or (comparator is Comparator.AT_MOST and not target)


def _plain(target: Fraction, *, indicator: Indicator, language: str) -> str:
    """Return a target without the decimals it does not have: 90%, 24時間, 5.25秒."""
    if indicator.unit is Unit.DURATION:
        return _plain_duration(target, language=language)
    return f"{_trimmed(target)}{unit_suffix(indicator.unit, language=language)}"


def _plain_duration(target: Fraction, *, language: str) -> str:
    for size, japanese, english in ((HOUR, "時間", "h"), (MINUTE, "分", "min")):
        if target >= size and target % size == 0:
            return f"{target // size}{japanese}" if language == "ja" else f"{target // size} {english}"
    return f"{_trimmed(target)}秒" if language == "ja" else f"{_trimmed(target)} s"


def _trimmed(number: Fraction) -> str:
    text = f"{rounded(number, decimals=6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
