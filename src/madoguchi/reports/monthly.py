"""The parts of reports on a stretch of days: what was promised, what came of it, and every figure's way back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from madoguchi.core.calendar.eras import format_date
from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.printing import format_target
from madoguchi.core.metrics.spec import CallCounting, Contract, Measurement
from madoguchi.core.vocabulary import Verdict
from madoguchi.reports.blocks import Block, Cell, Chart, Heading, Paragraph, Table
from madoguchi.reports.chart import chart
from madoguchi.reports.figure_text import chart_value, printed_figure
from madoguchi.reports.rows import (
    MARKS,
    counts_text,
    exclusion_label,
    indicator_label,
    label_of,
    labels_of,
    reason_text,
    window_text,
)

WORDS = {
    "parties": ("契約", "Contract"),
    "item": ("項目", "Item"),
    "content": ("内容", "Content"),
    "name": ("契約名", "Name"),
    "buyer": ("発注者", "Buyer"),
    "supplier": ("受託事業者", "Supplier"),
    "term": ("契約期間", "Term"),
    "period": ("対象期間", "Period"),
    "verdicts_caption": ("対象期間に判定する指標", "Indicators of the period"),
    "nothing": (
        "この期間に期間が終わる指標はない。",
        "No indicator has a window that ends in this period.",
    ),
    "indicator": ("指標", "Indicator"),
    "window": ("期間", "Window"),
    "target": ("目標値", "Target"),
    "figure": ("実績値", "Figure"),
    "counts": ("件数", "Counts"),
    "excluded": ("除外", "Left out"),
    "verdict": ("判定", "Verdict"),
    "reasons": ("理由", "Reasons"),
    "series": ("{label}の推移", "{label} over time"),
    "counting_caption": ("着信呼の内訳と扱い", "Outcomes of calls and their place"),
    "from": ("適用開始", "In force from"),
    "answered": ("応答数", "Answered"),
    "abandoned": ("放棄呼数", "Abandoned"),
    "left_out": ("分母から除外", "Left out"),
    "short": ("短時間放棄", "Short abandon"),
    "none": ("なし", "none"),
    "provisional": ("（速報値を含む）", " (with provisional figures)"),
    "rounding_text": (
        (
            "実績値は件数から一度だけ割り算し、印刷する桁で一度だけ四捨五入した。判定は四捨五入する前の値による。"
            "数える対象がない期間は測定不能とし、0や100%としない。"
        ),
        (
            "Each figure is one division of counts, rounded once, half up, to the digits printed. Verdicts are made on "
            "the exact figure. A window with nothing to count is not measurable, never 0 or 100%."
        ),
    ),
}


def word(name: str, language: str) -> str:
    return WORDS[name][0 if language == "ja" else 1]


def series_title(label: str, language: str) -> str:
    """Return what a table or a chart of one indicator over its windows is called."""
    return word("series", language).format(label=label)


def _day_text(day: date, language: str) -> str:
    return format_date(day) if language == "ja" else day.isoformat()


def _period_text(period: Period, language: str) -> str:
    """Return a period with both its ends; a day alone stands once."""
    days = (period.start_date, period.end_date - timedelta(days=1))
    return ("～" if language == "ja" else " to ").join(dict.fromkeys(_day_text(day, language) for day in days))


def rounding(language: str) -> Paragraph:
    """Return how figures are rounded and judged."""
    return Paragraph(parts=(word("rounding_text", language),))


def overview(contract: Contract, of_period: Sequence[Measurement], period: Period, language: str) -> Iterator[Block]:
    yield Paragraph(parts=(summary(of_period, language),))
    rows = (
        ("name", contract.name),
        ("buyer", contract.buyer),
        ("supplier", contract.supplier),
        ("term", _period_text(contract.period, language)),
        ("period", _period_text(period, language)),
    )
    yield Table(
        caption=word("parties", language),
        header=(word("item", language), word("content", language)),
        rows=tuple((word(name, language), text) for name, text in rows),
        widths=(1, 4),
    )


def summary(of_period: Sequence[Measurement], language: str) -> str:
    ended = [each for each in of_period if not each.figure.window.is_running]
    if not ended:
        return _summary_of_none(len(of_period), language)
    counts = Counter(each.judgement.verdict for each in ended)
    running = len(of_period) - len(ended)
    texts = [f"{label_of(verdict, language)} {counts[verdict]}" for verdict in Verdict]
    if language != "ja":
        of_running = f" {running} more figures of windows that have not ended yet." if running else ""
        return f"{len(ended)} figures: {', '.join(texts)}.{of_running}"
    of_running = f"ほかに期間の途中の実績値が{running}件ある。" if running else ""
    of_verdicts = "、".join(f"{text}件" for text in texts)
    return f"対象期間に期間が終わる実績値は{len(ended)}件で、{of_verdicts}である。{of_running}"


def _summary_of_none(running: int, language: str) -> str:
    if language != "ja":
        return f"No window ends in this period.{f' Figures of windows still running: {running}.' if running else ''}"
    text = "対象期間に期間が終わる実績値はない。"
    return f"{text}期間の途中の実績値が{running}件ある。" if running else text


def verdicts(of_period: Sequence[Measurement], language: str) -> Iterator[Block]:
    """Yield the figures of a period with their verdicts, or say that there are none."""
    if not of_period:
        yield Paragraph(parts=(word("nothing", language),))
        return
    columns = ("indicator", "window", "target", "figure", "verdict", "reasons")
    labels = labels_of(of_period, language)
    rows: list[tuple[Cell, ...]] = [
        (
            indicator_label(each, language),
            window_text(each.figure.window, language),
            format_target(each.judgement.objective, indicator=each.indicator, language=language),
            printed_figure(each, language=language),
            _verdict_text(each, language),
            " / ".join(reason_text(reason, language, labels=labels) for reason in each.judgement.reasons),
        )
        for each in of_period
    ]
    yield Table(
        caption=word("verdicts_caption", language),
        header=tuple(word(name, language) for name in columns),
        rows=tuple(rows),
        widths=(22, 14, 14, 13, 11, 20),
        numeric=(3,),
    )


def _verdict_text(measurement: Measurement, language: str) -> str:
    verdict = measurement.judgement.verdict
    return f"{MARKS[verdict]} {label_of(verdict, language)}"


def details(measurements: Sequence[Measurement], language: str) -> Iterator[Block]:
    groups: dict[str, list[Measurement]] = {}
    for each in measurements:
        groups.setdefault(each.indicator.id, []).append(each)
    for group in groups.values():
        yield Heading(level=2, text=indicator_label(group[-1], language))
        if group[-1].indicator.requirement:
            yield Paragraph(parts=(group[-1].indicator.requirement,))
        yield _series(group, language)
        if has_line(group):
            yield indicator_chart(group, language)


def has_line(group: Sequence[Measurement]) -> bool:
    """Return whether there is something to draw: two windows or more, not all of them zero or without a figure."""
    return len(group) > 1 and any(each.figure.exact for each in group)


def _series(group: Sequence[Measurement], language: str) -> Table:
    columns = ("window", "figure", "counts", "excluded", "target", "verdict")
    rows: list[tuple[Cell, ...]] = [
        (
            window_text(each.figure.window, language),
            printed_figure(each, language=language),
            counts_text(each, language),
            _excluded(each, language),
            format_target(each.judgement.objective, indicator=each.indicator, language=language),
            _verdict_text(each, language),
        )
        for each in group
    ]
    return Table(
        caption=series_title(indicator_label(group[-1], language), language),
        header=tuple(word(name, language) for name in columns),
        rows=tuple(rows),
        widths=(14, 13, 26, 18, 12, 11),
        numeric=(1, 2),
    )


def _excluded(measurement: Measurement, language: str) -> str:
    excluded = measurement.figure.tally.excluded
    texts = (f"{exclusion_label(name, language)} {count:,}" for name, count in excluded)
    return _comma(language).join(texts) or word("none", language)


def _comma(language: str) -> str:
    return "、" if language == "ja" else ", "


def indicator_chart(group: Sequence[Measurement], language: str) -> Chart:
    label = indicator_label(group[-1], language)
    figures = _comma(language).join(
        f"{window_text(each.figure.window, language)} {printed_figure(each, language=language).text}" for each in group
    )
    note = word("provisional", language) if any(each.is_provisional for each in group) else ""
    return Chart(
        title=series_title(label, language) + note,
        svg=chart(group, language=language),
        description=f"{label}：{figures}" if language == "ja" else f"{label}: {figures}",
        categories=tuple(window_text(each.figure.window, language) for each in group),
        values=tuple(chart_value(each) for each in group),
    )


def countings(contract: Contract, language: str) -> Iterator[Block]:
    if not contract.call_countings:
        return
    yield Table(
        caption=word("counting_caption", language),
        header=tuple(word(name, language) for name in ("from", "answered", "abandoned", "left_out", "short")),
        rows=tuple(_counting(each, language) for each in contract.call_countings),
        widths=(2, 3, 4, 4, 2),
    )


def _counting(counting: CallCounting, language: str) -> tuple[Cell, ...]:
    places = (counting.answered, counting.abandoned, counting.left_out)
    seconds = counting.short_abandon_seconds
    return (
        _day_text(counting.valid_from, language),
        *(_comma(language).join(label_of(each, language) for each in sorted(place)) for place in places),
        f"{seconds}秒未満" if seconds and language == "ja" else f"< {seconds} s" if seconds else word("none", language),
    )
