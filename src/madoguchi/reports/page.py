"""A contract's figures as one self-contained HTML page: per indicator its definition, a chart and the table."""

from collections.abc import Sequence
from html import escape

from madoguchi.core.metrics.printing import format_figure, format_target
from madoguchi.core.metrics.spec import CallCounting, Contract, Indicator, Measurement
from madoguchi.core.vocabulary import Verdict
from madoguchi.reports.chart import chart
from madoguchi.reports.rows import (
    MARKS,
    counts_text,
    exclusion_label,
    grouped_by_kind,
    indicator_label,
    label_of,
    reason_text,
    window_text,
)

WORDS = {
    "summary": ("判定一覧", "Verdicts"),
    "indicator": ("指標", "Indicator"),
    "window": ("期間", "Window"),
    "figure": ("実績値", "Figure"),
    "counts": ("件数", "Counts"),
    "excluded": ("除外", "Excluded"),
    "target": ("目標値", "Target"),
    "verdict": ("判定", "Verdict"),
    "reasons": ("理由", "Reasons"),
    "supplier": ("受託事業者", "Supplier"),
    "buyer": ("発注者", "Buyer"),
    "evaluation": ("評価期間", "Evaluation period"),
    "counting": ("呼の数え方", "How calls are counted"),
    "from": ("適用開始", "In force from"),
    "answered": ("応答数", "Answered"),
    "abandoned": ("放棄呼数", "Abandoned"),
    "left_out": ("分母から除外", "Left out"),
    "short": ("短時間放棄のしきい値", "Short-abandon threshold"),
    "none": ("なし", "none"),
    "chart": ("図", "Chart"),
    "hatched": (
        "斜線は判定の対象外、点線は目標値、×は未達。",
        "Hatched: not judged. Dashed: target. ×: missed.",
    ),
    "definition": ("定義の版", "Version of the definition"),
}
STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;padding:1rem;font:16px/1.7 "Noto Sans JP","Hiragino Sans","Yu Gothic",sans-serif;color:#1a1a1a;
background:#fff;line-break:strict}main{max-width:76rem;margin:0 auto}h1{font-size:1.75rem;line-height:1.4}
h2{font-size:1.375rem;border-top:1px solid #767676;padding-top:1rem;margin-top:2.5rem}
table{border-collapse:collapse;font-size:.9375rem}caption{text-align:left;font-weight:700;padding:.25rem 0}
th,td{border:1px solid #949494;padding:.25rem .625rem;text-align:left;vertical-align:top}
thead th{background:#f2f2f2}td.n{text-align:right}td.n,.w{white-space:nowrap}.missed{font-weight:700;color:#a90000}
.scroll{overflow-x:auto;max-width:100%}.pair{display:flex;flex-wrap:wrap;gap:1.5rem;align-items:flex-start}
.pair>figure{margin:0;flex:1 1 28rem;min-width:0;max-width:40rem}.pair svg{width:100%;height:auto}
.pair>.scroll{flex:1 1 28rem;min-width:0}figcaption,.note{font-size:.875rem;color:#4d4d4d}
:focus-visible{outline:4px solid #000;outline-offset:2px;box-shadow:0 0 0 2px #ffd43d}a{color:#0017c1}
@media (forced-colors:active){svg{forced-color-adjust:none;background:#fff}}
"""


def word(name: str, language: str) -> str:
    return WORDS[name][0 if language == "ja" else 1]


def contract_page(contract: Contract, measurements: Sequence[Measurement], *, language: str = "ja") -> str:
    """Return the page; it loads nothing from anywhere."""
    by_indicator: dict[str, list[Measurement]] = {}
    for each in measurements:
        by_indicator.setdefault(each.indicator.id, []).append(each)
    sections = "".join(_section(group, language) for group in by_indicator.values())
    summaries = "".join(_summary(group, language) for group in grouped_by_kind(measurements))
    name = escape(contract.name)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{name}</h1>{_facts(contract, language)}"
        f"<h2>{word('summary', language)}</h2><p>{_legend(language)}</p>{summaries}{sections}"
        f"{_countings(contract, language)}</main></body></html>\n"
    )


def _facts(contract: Contract, language: str) -> str:
    final = contract.evaluation.end_date.toordinal() - 1
    end_date = contract.evaluation.end_date.fromordinal(final)
    rows = (
        (word("buyer", language), contract.buyer),
        (word("supplier", language), contract.supplier),
        (word("evaluation", language), f"{contract.evaluation.start_date} – {end_date}"),
    )
    cells = "".join(f'<tr><th scope="row">{escape(k)}</th><td>{escape(v)}</td></tr>' for k, v in rows if v)
    return f"<table>{cells}</table>"


def _legend(language: str) -> str:
    return "　".join(f"{mark} {escape(label_of(verdict, language))}" for verdict, mark in MARKS.items())


def _scrolling(table: str, label: str) -> str:
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">{table}</div>'


def _summary(group: Sequence[Measurement], language: str) -> str:
    """Return the verdicts of one kind of window, turned so that the table is longer than it is wide."""
    kind = label_of(group[0].figure.window.kind, language)
    windows = list(dict.fromkeys(each.figure.window.label for each in group))
    labels = {each.indicator.id: indicator_label(each, language) for each in group}
    names = {each.figure.window.label: window_text(each.figure.window, language) for each in group} | labels
    cells = {(each.indicator.id, each.figure.window.label): each for each in group}
    by_window = len(windows) > len(labels)
    across = list(labels) if by_window else windows
    head = "".join(f'<th scope="col">{escape(names[each])}</th>' for each in across)
    rows = ""
    for row in windows if by_window else list(labels):
        keys = [(name, row) for name in labels] if by_window else [(row, window) for window in windows]
        shown = "".join(_cell(cells.get(key), language) for key in keys)
        style = ' class="w"' if by_window else ""
        rows += f'<tr><th scope="row"{style}>{escape(names[row])}</th>{shown}</tr>'
    corner = escape(kind if by_window else word("indicator", language))
    table = f'<table><thead><tr><th scope="col">{corner}</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return _scrolling(table, f"{word('summary', language)} {kind}") + "<p></p>"


def _cell(measurement: Measurement | None, language: str) -> str:
    if measurement is None:
        return "<td></td>"
    verdict = measurement.judgement.verdict
    figure = format_figure(measurement.figure.exact, indicator=measurement.indicator, language=language)
    style = "n missed" if verdict is Verdict.MISSED else "n"
    return f'<td class="{style}">{escape(figure)} {MARKS[verdict]}</td>'


def _section(group: Sequence[Measurement], language: str) -> str:
    indicator = group[-1].indicator
    heading = escape(indicator_label(group[-1], language))
    requirement = f"<p>{escape(indicator.requirement)}</p>" if indicator.requirement else ""
    figure = f"<figure>{chart(group, language=language)}<figcaption>{word('hatched', language)}</figcaption></figure>"
    return (
        f'<section aria-labelledby="h-{indicator.id}"><h2 id="h-{indicator.id}">{heading}</h2>{requirement}'
        f'<p class="note">{_definition(indicator, language)}</p>'
        f'<div class="pair">{figure}{_scrolling(_table(group, language), heading)}</div></section>'
    )


def _definition(indicator: Indicator, language: str) -> str:
    parts = [
        f"<code>{escape(indicator.id)}</code>",
        f"{word('definition', language)} {indicator.version}",
        escape(label_of(indicator.statistic, language)),
        escape(label_of(indicator.window, language)),
    ]
    return " · ".join(parts)


def _table(group: Sequence[Measurement], language: str) -> str:
    columns = ("window", "figure", "counts", "excluded", "target", "verdict", "reasons")
    head = "".join(f'<th scope="col">{word(name, language)}</th>' for name in columns)
    rows = "".join(_row(each, language) for each in group)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(measurement: Measurement, language: str) -> str:
    judgement, tally = measurement.judgement, measurement.figure.tally
    excluded = "、".join(f"{exclusion_label(name, language)} {count:,}" for name, count in tally.excluded)
    figure = format_figure(measurement.figure.exact, indicator=measurement.indicator, language=language)
    target = format_target(judgement.objective, indicator=measurement.indicator, language=language)
    reasons = " / ".join(reason_text(reason, language) for reason in judgement.reasons)
    style = ' class="w missed"' if judgement.verdict is Verdict.MISSED else ' class="w"'
    counts = escape(counts_text(measurement, language))
    window = escape(window_text(measurement.figure.window, language))
    return (
        f'<tr><th scope="row" class="w">{window}</th><td class="n">{escape(figure)}</td>'
        f'<td class="n">{counts}</td><td>{escape(excluded)}</td><td>{escape(target)}</td>'
        f"<td{style}>{MARKS[judgement.verdict]} {escape(label_of(judgement.verdict, language))}</td>"
        f"<td>{escape(reasons)}</td></tr>"
    )


def _countings(contract: Contract, language: str) -> str:
    """Return the dated tables of what counts as offered, answered and abandoned."""
    if not contract.call_countings:
        return ""
    names = ("from", "answered", "abandoned", "left_out", "short")
    head = "".join(f'<th scope="col">{word(name, language)}</th>' for name in names)
    rows = "".join(_counting(each, language) for each in contract.call_countings)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<section><h2>{word('counting', language)}</h2>{_scrolling(table, word('counting', language))}</section>"


def _counting(counting: CallCounting, language: str) -> str:
    places = (counting.answered, counting.abandoned, counting.left_out)
    cells = "".join(f"<td>{escape('、'.join(label_of(o, language) for o in sorted(place)))}</td>" for place in places)
    short = f"{counting.short_abandon_seconds} s" if counting.short_abandon_seconds else word("none", language)
    return f'<tr><th scope="row">{counting.valid_from}</th>{cells}<td>{short}</td></tr>'
