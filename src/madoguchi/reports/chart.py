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
from madoguchi.reports.rows import axis_parts, indicator_label, label_of, window_text

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 28, 40
FONT, NARROW = 11, 6.6  # how wide a sign is: full-width ones as wide as high
INK, GRID, TARGET = "#1a1a1a", "#cccccc", "#1a1a1a"
FILLS = {
    Verdict.MET: "#0055ad",
    Verdict.MISSED: "#ce0000",
    Verdict.NOT_JUDGED: "url(#{hatch})",
    Verdict.NOT_MEASURABLE: "#ffffff",
}
NO_PROMISE = "#5c6f82"
"""Bars of an indicator that nothing is promised for: neither kept nor missed, nor left out of judging."""
BETWEEN_LABELS = 6
STEPS = (1, 2, 5)
LEAST_LINES = 4
SIXTIETHS = {DurationStyle.HOURS_MINUTES: Fraction(3600), DurationStyle.MINUTES_SECONDS: Fraction(60)}
HALF = 50
"""Percentages above it are drawn on the whole from 0 to 100."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Figures to heights: zero at the foot, the last of the grid's lines at the head."""

    step: Fraction
    line_count: int

    @property
    def top(self) -> Fraction:
        return self.step * self.line_count

    def y(self, figure: Fraction) -> float:
        share = float(min(figure, self.top) / self.top) if self.top else 0.0
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def chart(measurements: Sequence[Measurement], *, language: str = "ja") -> str:
    """Return an SVG of one indicator's figures; its description holds every value for those who cannot see it."""
    indicator = measurements[0].indicator
    scale = _scale(measurements)
    marks = _marks(scale, indicator, language)
    left = max(LEFT, 12 + max(_width(text) for _, text in marks))
    slot = (WIDTH - left - RIGHT) / len(measurements)
    hatch = f"hatch-{indicator.id}"
    body = [*_grid(marks, left)]
    for index, each in enumerate(measurements):
        body += _bar(each, x=left + index * slot, slot=slot, scale=scale, hatch=hatch)
        body += _target(each, x=left + index * slot, slot=slot, scale=scale)
    body += _labels(measurements, language, left=left, slot=slot)
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
        parts.append(
            f"{window_text(each.figure.window, language)} {figure} {label_of(each.judgement.verdict, language)}"
        )
    return "; ".join(parts)


def _scale(measurements: Sequence[Measurement]) -> Scale:
    """Return a scale of round numbers above every figure and target, whose lines can be printed as they are."""
    figures = [each.figure.exact for each in measurements if each.figure.exact is not None]
    targets = [each.judgement.objective.target for each in measurements if each.judgement.objective]
    highest = max([*figures, *(each for each in targets if each is not None), Fraction(1)])
    indicator = measurements[0].indicator
    if indicator.unit is Unit.PERCENT and highest > HALF:
        return Scale(step=Fraction(25), line_count=4)
    step = _round_step(highest / LEAST_LINES, indicator)
    return Scale(step=step, line_count=int(-(-highest // step)))


def _round_step(least: Fraction, indicator: Indicator) -> Fraction:
    """Return the smallest step from `least` on that is printed as it is: of hours also their quarters and halves."""
    unit = Fraction(1, 10**indicator.decimals)
    if indicator.unit is Unit.DURATION and indicator.style in SIXTIETHS:
        unit = SIXTIETHS[indicator.style]
        parts = [unit / 4, unit / 2]
        if parts[-1] >= least:
            return next(each for each in parts if each >= least)
    power = Fraction(1)
    while True:
        for step in STEPS:
            if step * power * unit >= least:
                return step * power * unit
        power *= 10


def _marks(scale: Scale, indicator: Indicator, language: str) -> list[tuple[float, str]]:
    """Return the heights of the grid's lines, each with the figure it stands for."""
    figures = [scale.step * number for number in range(scale.line_count + 1)]
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
    has_promise = bool(measurement.indicator.objectives)
    fill = FILLS[measurement.judgement.verdict].format(hatch=hatch) if has_promise else NO_PROMISE
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


def _labels(measurements: Sequence[Measurement], language: str, *, left: float, slot: float) -> list[str]:
    """Name the windows under their bars, and under those once what neighbours share: a month's year."""
    named = [axis_parts(each.figure.window, language) for each in measurements]
    room = max(_width(text) for text, _ in named) + BETWEEN_LABELS
    every = max(1, -(-room // max(1, int(slot))))
    foot = HEIGHT - BOTTOM
    texts = [
        _text(text, x=left + (index + 0.5) * slot, y=foot + 16) for index, (text, _) in enumerate(named)
        if index % every == 0
    ]  # fmt: skip
    shared: dict[str, int] = {}
    for index in range(0, len(named), every):
        shared.setdefault(named[index][1], index)
    begun = [(left + (index + 0.5) * slot, text) for text, index in shared.items() if text]
    ends = [*(x for x, _ in begun), float(WIDTH * 2)][1:]
    for (x, text), following in zip(begun, ends, strict=True):
        if following - x >= _width(text) + BETWEEN_LABELS:
            texts.append(_text(text, x=x, y=foot + 32))
    return texts


def _text(text: str, *, x: float, y: float) -> str:
    at = f'x="{round(x, 1)}" y="{y}" font-size="{FONT}" text-anchor="middle"'
    return f'<text {at} fill="{INK}">{escape(text)}</text>'
