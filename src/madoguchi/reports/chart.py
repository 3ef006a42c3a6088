"""One indicator over its windows as a plain SVG: bars, the target as a line, unjudged windows hatched.

Attributes only, no classes or scripts, so that the same picture works in a page, a PDF and a Word file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from unicodedata import east_asian_width

from madoguchi.core.metrics.printing import format_figure
from madoguchi.core.metrics.spec import Indicator, Measurement
from madoguchi.core.vocabulary import DurationStyle, Unit, Verdict
from madoguchi.reports.rows import axis_text, indicator_label, label_of

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 28, 44
FONT, NARROW = 11, 6.6  # how wide a sign is: full-width ones as wide as high
INK, GRID, TARGET = "#1a1a1a", "#cccccc", "#1a1a1a"
FILLS = {
    Verdict.MET: "#0055ad",
    Verdict.MISSED: "#ce0000",
    Verdict.NOT_JUDGED: "url(#{hatch})",
    Verdict.NOT_MEASURABLE: "#ffffff",
}
LABEL_ROOM = 46
STEPS = (1, 2, 5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Figures to heights: zero at the foot, `top` at the head."""

    top: Fraction

    def y(self, figure: Fraction) -> float:
        share = float(min(figure, self.top) / self.top) if self.top else 0.0
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def chart(measurements: Sequence[Measurement], *, language: str = "ja") -> str:
    """Return an SVG of one indicator's figures; its description holds every value for those who cannot see it."""
    indicator = measurements[0].indicator
    scale = Scale(top=_top(measurements))
    marks = _marks(scale, indicator, language)
    left = max(LEFT, 12 + max(_width(text) for _, text in marks))
    slot = (WIDTH - left - RIGHT) / len(measurements)
    hatch = f"hatch-{indicator.id}"
    body = [*_grid(marks, left)]
    for index, each in enumerate(measurements):
        body += _bar(each, x=left + index * slot, slot=slot, scale=scale, hatch=hatch)
        body += _target(each, x=left + index * slot, slot=slot, scale=scale)
        body += _label(each, language, index=index, x=left + (index + 0.5) * slot, slot=slot)
    title = escape(indicator_label(measurements[0], language))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-labelledby="title-{indicator.id} desc-{indicator.id}" font-family="sans-serif">'
        f'<title id="title-{indicator.id}">{title}</title>'
        f'<desc id="desc-{indicator.id}">{escape(_description(measurements, language))}</desc>'
        f'<defs><pattern id="{hatch}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="#ffffff"/><rect width="2" height="6" fill="#767676"/></pattern></defs>'
        + "".join(body)
        + "</svg>"
    )


def _description(measurements: Sequence[Measurement], language: str) -> str:
    parts = []
    for each in measurements:
        figure = format_figure(each.figure.exact, indicator=each.indicator, language=language)
        parts.append(f"{axis_text(each.figure.window, language)} {figure} {label_of(each.judgement.verdict, language)}")
    return "; ".join(parts)


def _top(measurements: Sequence[Measurement]) -> Fraction:
    """Return a round number above every figure and target; 100 for percentages."""
    if measurements[0].indicator.unit is Unit.PERCENT:
        return Fraction(100)
    figures = [each.figure.exact for each in measurements if each.figure.exact is not None]
    targets = [each.judgement.objective.target for each in measurements if each.judgement.objective]
    highest = max([*figures, *(each for each in targets if each is not None), Fraction(1)])
    step = _round_step(highest / 4, measurements[0].indicator)
    return step * -(-highest // step)


def _round_step(least: Fraction, indicator: Indicator) -> Fraction:
    unit = Fraction(1)
    if indicator.unit is Unit.DURATION:
        unit = Fraction({DurationStyle.HOURS_MINUTES: 3600, DurationStyle.MINUTES_SECONDS: 60}.get(indicator.style, 1))
    power = Fraction(1)
    while True:
        for step in STEPS:
            if step * power * unit >= least:
                return step * power * unit
        power *= 10


def _marks(scale: Scale, indicator: Indicator, language: str) -> list[tuple[float, str]]:
    """Return the heights of the grid's lines, each with the figure it stands for."""
    figures = [scale.top * quarter / 4 for quarter in range(5)]
    return [(scale.y(each), format_figure(each, indicator=indicator, language=language)) for each in figures]


def _width(text: str) -> int:
    wide = sum(east_asian_width(each) in "WF" for each in text)
    return round(wide * FONT + (len(text) - wide) * NARROW)


def _grid(marks: Sequence[tuple[float, str]], left: int) -> list[str]:
    lines = []
    for y, text in marks:
        lines.append(f'<line x1="{left}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="{GRID}"/>')
        end = f'x="{left - 6}" y="{y + 4}" font-size="{FONT}" text-anchor="end"'
        lines.append(f'<text {end} fill="{INK}">{escape(text)}</text>')
    return lines


def _bar(measurement: Measurement, *, x: float, slot: float, scale: Scale, hatch: str) -> list[str]:
    exact = measurement.figure.exact
    if exact is None:
        return []
    y, foot = scale.y(exact), HEIGHT - BOTTOM
    fill = FILLS[measurement.judgement.verdict].format(hatch=hatch)
    width = round(min(slot * 0.6, 48), 1)
    left = round(x + (slot - width) / 2, 1)
    bar = f'<rect x="{left}" y="{y}" width="{width}" height="{round(foot - y, 1)}" fill="{fill}" stroke="{INK}"/>'
    if measurement.judgement.verdict is not Verdict.MISSED:
        return [bar]
    middle, above = round(x + slot / 2, 1), round(y - 5, 1)
    return [bar, f'<text x="{middle}" y="{above}" font-size="11" text-anchor="middle" fill="{INK}">×</text>']


def _target(measurement: Measurement, *, x: float, slot: float, scale: Scale) -> list[str]:
    objective = measurement.judgement.objective
    if objective is None or objective.target is None:
        return []
    y = scale.y(objective.target)
    ends = f'x1="{round(x, 1)}" y1="{y}" x2="{round(x + slot, 1)}" y2="{y}"'
    return [f'<line {ends} stroke="{TARGET}" stroke-width="2" stroke-dasharray="6 3"/>']


def _label(measurement: Measurement, language: str, *, index: int, x: float, slot: float) -> list[str]:
    """Name a window under its bar; where there is no room, only every second, third ... one."""
    every = max(1, -(-LABEL_ROOM // max(1, int(slot))))
    if index % every:
        return []
    text, y = escape(axis_text(measurement.figure.window, language)), HEIGHT - BOTTOM + 16
    return [f'<text x="{round(x, 1)}" y="{y}" font-size="11" text-anchor="middle" fill="{INK}">{text}</text>']
