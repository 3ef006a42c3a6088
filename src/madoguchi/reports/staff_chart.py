"""Two pictures of staffing as plain SVG: people by half hour, and how the simulated months spread.

Attributes only, no classes or scripts, as in `reports/chart.py`; each is told in words for those who do not see it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 40, 40
INK, GRID = "#1a1a1a", "#cccccc"
LABEL_ROOM = 46
BINS = 20
FILL, MET, MISSED = "#c5d7fb", "#0055ad", "#ce0000"
STROKES = ("#0017c1", "#8b3200", "#1a1a1a")
DASHES = ("", "8 4", "2 3")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A named row of figures, one a half hour; None where nothing is known."""

    name: str
    values: Sequence[float | None]


def half_hour_chart(
    *, name: str, title: str, labels: Sequence[str], bars: Line, lines: Sequence[Line], unit: str = ""
) -> str:
    """Return a chart of half hours: one row as bars, up to three as stepped lines of different dashes."""
    rows = (bars, *lines)
    top = _round_top(max((value for row in rows for value in row.values if value is not None), default=1.0))
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    body = [*_grid(top, unit), *_bars(bars, slot, top)]
    for index, line in enumerate(lines):
        body.append(_steps(line, slot, top, STROKES[index], DASHES[index]))
    body += _names(labels, slot)
    body += _legend(bars, lines)
    told = "; ".join(
        f"{label} " + ", ".join(f"{row.name} {_number(row.values[index])}" for row in rows)
        for index, label in enumerate(labels)
    )
    return _svg(name, title, told, body)


def distribution_chart(*, name: str, title: str, rates: Sequence[float], target: float, told: str) -> str:
    """Return how the simulated months' rates spread: those that keep the target apart from those that miss it."""
    low, high = min(*rates, target), max(*rates, target)
    margin = max(0.002, (high - low) * 0.08)
    width = (high - low + 2 * margin) / (BINS - 1)
    # a bin begins at the target, so that none holds months of both kinds
    low = target - math.ceil((target - low + margin) / width) * width
    high = low + BINS * width
    counts = [0] * BINS
    first_met = round((target - low) / width)
    for rate in rates:
        place = int((rate - low) / width)
        counts[max(place, first_met) if rate >= target else min(place, first_met - 1)] += 1
    top = _round_top(max(counts))
    slot = (WIDTH - LEFT - RIGHT) / BINS
    body = list(_grid(top, ""))
    for index, count in enumerate(counts):
        fill = MET if low + (index + 0.5) * width >= target else MISSED
        body.append(_rect(LEFT + index * slot + 1, slot - 2, count, top, fill))
    x = round(LEFT + (target - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)
    body.append(
        f'<line x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{HEIGHT - BOTTOM}" stroke="{INK}" stroke-width="2" '
        f'stroke-dasharray="6 3"/>{_text(x, TOP - 14, f"{target:.1%}", "middle")}'
    )
    y = HEIGHT - BOTTOM + 18
    body += [_text(LEFT + index * slot, y, f"{low + index * width:.1%}", "middle") for index in range(0, BINS, 4)]
    return _svg(name, title, told, body)


def _svg(name: str, title: str, told: str, body: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-labelledby="title-{name} desc-{name}" font-family="sans-serif">'
        f'<title id="title-{name}">{escape(title)}</title><desc id="desc-{name}">{escape(told)}</desc>'
        + "".join(body)
        + "</svg>"
    )


def _round_top(highest: float) -> float:
    """Return four equal round steps that reach the highest value."""
    if highest <= 0:
        return 4.0
    power = 10.0 ** math.floor(math.log10(highest / 4)) if highest > 4 else 1.0  # noqa: PLR2004  # four steps of one
    return next(4 * step * power for step in (1, 2, 5, 10) if 4 * step * power >= highest)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - min(value, top) / top * (HEIGHT - TOP - BOTTOM), 1)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}".removesuffix(".0")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{round(x, 1)}" y="{y}" font-size="12" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'


def _grid(top: float, unit: str) -> list[str]:
    lines = []
    for quarter in range(5):
        value = top * quarter / 4
        y = _y(value, top)
        lines.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="{GRID}"/>')
        lines.append(_text(LEFT - 6, y + 4, f"{_number(value)}{unit}", "end"))
    return lines


def _rect(x: float, width: float, value: float, top: float, fill: str) -> str:
    y = _y(value, top)
    return (
        f'<rect x="{round(x, 1)}" y="{y}" width="{round(width, 1)}" height="{round(HEIGHT - BOTTOM - y, 1)}" '
        f'fill="{fill}" stroke="{INK}" stroke-width="0.5"/>'
    )


def _bars(row: Line, slot: float, top: float) -> list[str]:
    return [
        _rect(LEFT + index * slot + 1, slot - 2, value, top, FILL)
        for index, value in enumerate(row.values)
        if value is not None
    ]


def _steps(row: Line, slot: float, top: float, stroke: str, dash: str) -> str:
    """Return a stepped line, broken where nothing is known."""
    parts = []
    is_drawing = False
    for index, value in enumerate(row.values):
        if value is None:
            is_drawing = False
            continue
        left, right, y = round(LEFT + index * slot, 1), round(LEFT + (index + 1) * slot, 1), _y(value, top)
        parts.append(f"{'L' if is_drawing else 'M'}{left} {y}H{right}")
        is_drawing = True
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{"".join(parts)}" fill="none" stroke="{stroke}" stroke-width="2.5"{dashed}/>'


def _names(labels: Sequence[str], slot: float) -> list[str]:
    every = max(1, -(-LABEL_ROOM // max(1, int(slot))))
    y = HEIGHT - BOTTOM + 18
    return [_text(LEFT + index * slot, y, label, "middle") for index, label in enumerate(labels) if index % every == 0]


def _legend(bars: Line, lines: Sequence[Line]) -> list[str]:
    found = [f'<rect x="{LEFT}" y="10" width="22" height="12" fill="{FILL}" stroke="{INK}" stroke-width="0.5"/>']
    x = LEFT + 28.0
    found.append(_text(x, 20, bars.name, "start"))
    x += _room(bars.name)
    for index, line in enumerate(lines):
        dashed = f' stroke-dasharray="{DASHES[index]}"' if DASHES[index] else ""
        found.append(
            f'<line x1="{x}" y1="16" x2="{x + 26}" y2="16" stroke="{STROKES[index]}" stroke-width="2.5"{dashed}/>'
        )
        found.append(_text(x + 32, 20, line.name, "start"))
        x += 32 + _room(line.name)
    return found


def _room(text: str) -> float:
    """Return about how wide a name is drawn, with space after it."""
    return sum(7.0 if each.isascii() else 12.5 for each in text) + 20.0
