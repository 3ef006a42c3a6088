"""A schedule as a picture: one bar a stage, years and months along the top."""

from collections.abc import Sequence
from datetime import date
from html import escape

from madoguchi.core.calendar.eras import format_fiscal_year, format_short
from madoguchi.core.calendar.periods import fiscal_year_of, fiscal_year_period
from madoguchi.core.procurement.spec import Step

WIDTH, LEFT, RIGHT, TOP, ROW = 720, 168, 96, 34, 28
INK, GRID = "#1a1a1a", "#cccccc"
BAR, SHORT = "#0055ad", "#ce0000"
LABEL = 11
LABEL_ROOM = 66


def gantt(
    steps: Sequence[Step], *, title: str, description: str, names: Sequence[str] = (), language: str = "ja"
) -> str:
    """Return an SVG of a schedule; a stage shorter than it must be is red and says so. `names` stand for the steps'."""
    first = min(each.period.start_date for each in steps)
    final = max(each.period.end_date for each in steps)
    height = TOP + ROW * len(steps) + 8
    body = _years(first, final, height, language)
    for index, step in enumerate(steps):
        name = names[index] if names else step.name
        body += _bar(step, name, y=TOP + index * ROW, first=first, final=final, language=language)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="schedule-title schedule-desc" font-family="sans-serif">'
        f'<title id="schedule-title">{escape(title)}</title><desc id="schedule-desc">{escape(description)}</desc>'
        + "".join(body)
        + "</svg>"
    )


def _x(day: date, first: date, final: date) -> float:
    share = (day - first).days / max((final - first).days, 1)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _years(first: date, final: date, height: int, language: str) -> list[str]:
    lines: list[str] = []
    free = 0.0
    for year in range(fiscal_year_of(first), fiscal_year_of(final) + 1):
        start = max(fiscal_year_period(year).start_date, first)
        if start >= final:
            continue
        x = _x(start, first, final)
        lines.append(f'<line x1="{x}" y1="{TOP - 12}" x2="{x}" y2="{height - 4}" stroke="{GRID}"/>')
        if x >= free:
            lines.append(_text(x + 2, TOP - 16, _year_text(year, language), "start"))
            free = x + LABEL_ROOM
    return lines


def _year_text(year: int, language: str) -> str:
    return format_fiscal_year(year) if language == "ja" else f"FY{year}"


def _bar(step: Step, name: str, *, y: int, first: date, final: date, language: str) -> list[str]:
    start, end = _x(step.period.start_date, first, final), _x(step.period.end_date, first, final)
    fill = SHORT if step.is_long_enough is False else BAR
    width = round(max(end - start, 2), 1)
    return [
        _text(LEFT - 6, y + ROW // 2 + 4, name, "end"),
        f'<rect x="{start}" y="{y + 5}" width="{width}" height="{ROW - 10}" fill="{fill}" stroke="{INK}"/>',
        _text(round(start + width + 4, 1), y + ROW // 2 + 4, _span(step, language), "start"),
    ]


def _span(step: Step, language: str) -> str:
    if language != "ja":
        return f"{step.period.start_date} –" + (" too short" if step.is_long_enough is False else "")
    text = f"{format_short(step.period.start_date)}～"
    return f"{text} 短い" if step.is_long_enough is False else text


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="{LABEL}" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'
