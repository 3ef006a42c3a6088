"""The quality table, the tables of months and surveys: what was promised and what came of it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from madoguchi.core.calendar.eras import format_month
from madoguchi.core.metrics.printing import format_target
from madoguchi.core.metrics.spec import Indicator, Measurement
from madoguchi.core.vocabulary import Verdict, WindowKind
from madoguchi.reports.blocks import Block, Cell, Inline, Paragraph, Table
from madoguchi.reports.documents.kind import QualityRow
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.texts import written_cell
from madoguchi.reports.figure_text import printed_figure
from madoguchi.reports.monthly import indicator_chart

FEW = 8


def quality_table(material: Material) -> tuple[Block, ...]:
    """Return what is promised, what people say of it, and beside it the verdicts as counted."""
    rows: list[tuple[Cell, ...]] = []
    for row in quality_rows(material):
        found = [each for name in row.indicators for each in material.of_indicator(name)]
        text = written_cell(material, row.text) if row.text else None
        rows.append((row.item, _measure(row, found), text or proposed_text(found), verdict_counts(found)))
    table = Table(
        caption="確保されるべき質の達成状況",
        header=("評価事項", "測定指標", "評価", "計算による判定"),
        rows=tuple(rows),
        widths=(3, 6, 7, 3),
    )
    return (table,)


def quality_rows(material: Material) -> tuple[QualityRow, ...]:
    """Return the kind's rows, or one for each indicator that promises something."""
    promised = (each for each in material.contract.indicators if each.objectives)
    return material.kind.quality or tuple(QualityRow(item=each.label, indicators=(each.id,)) for each in promised)


def _measure(row: QualityRow, found: Sequence[Measurement]) -> str:
    indicators = {each.indicator.id: each.indicator for each in found}
    return row.measure or "\n".join(each.requirement for each in indicators.values())


def proposed_text(found: Sequence[Measurement]) -> tuple[Inline, ...]:
    """Return the figures of each indicator, or their range where there are many; a person writes over it."""
    if not found:
        return ("【未記入】この期間の実績値がない。",)
    parts: list[Inline] = ["【提案】"]
    for index, group in enumerate(by_indicator(found)):
        parts += (["\n"] if index else []) + [f"{group[0].indicator.label}："]
        parts += _few(group) if len(group) <= FEW else _range(group)
    return tuple(parts)


def _few(group: Sequence[Measurement]) -> list[Inline]:
    parts: list[Inline] = []
    for index, each in enumerate(group):
        parts += ["、" if index else "", f"{window_text(each)} ", printed_figure(each, language="ja")]
    return [*parts, "。"]


def _range(group: Sequence[Measurement]) -> list[Inline]:
    measured = sorted(
        (each for each in group if each.figure.exact is not None), key=lambda each: each.figure.exact or 0
    )
    if not measured:
        return ["測定不能。"]
    return [
        f"{len(group)}期間で最小 ", printed_figure(measured[0], language="ja"),
        f"（{window_text(measured[0])}）、最大 ", printed_figure(measured[-1], language="ja"),
        f"（{window_text(measured[-1])}）。",
    ]  # fmt: skip


def by_indicator(found: Iterable[Measurement]) -> list[list[Measurement]]:
    groups: dict[str, list[Measurement]] = {}
    for each in found:
        groups.setdefault(each.indicator.id, []).append(each)
    return list(groups.values())


def verdict_counts(found: Sequence[Measurement]) -> str:
    """Return how often each verdict was given, with the windows that were missed."""
    judged = [each for each in found if each.judgement.objective or each.judgement.verdict is Verdict.NOT_JUDGED]
    counts = Counter(each.judgement.verdict for each in judged)
    text = "、".join(f"{verdict.label}{counts[verdict]}" for verdict in Verdict if counts[verdict])
    missed = dict.fromkeys(window_text(each) for each in judged if each.judgement.verdict is Verdict.MISSED)
    return text + (f"\n未達：{'、'.join(missed)}" if missed else "") if text else "目標値なし"


def window_text(measurement: Measurement) -> str:
    window = measurement.figure.window
    if window.kind is WindowKind.MONTH:
        return format_month(window.period.start_date)
    return "評価期間" if window.kind is WindowKind.EVALUATION else window.label


def month_table(material: Material, names: Sequence[str]) -> tuple[Block, ...]:
    """Return one row a window and one column an indicator; a figure that is not there is a dash."""
    indicators = _indicators(material, names)
    figures = {
        (each.indicator.id, window_text(each)): printed_figure(each, language="ja")
        for each in material.measurements
        if each.indicator.id in {one.id for one in indicators}
    }
    windows = list(dict.fromkeys(window for _, window in figures))
    rows = tuple((window, *(figures.get((each.id, window), "－") for each in indicators)) for window in windows)
    if not rows:
        return (Paragraph(parts=("この期間の実績値はない。",)),)
    table = Table(
        caption="確保されるべき質の達成状況（詳細）",
        header=("期間", *(each.label for each in indicators)),
        rows=rows,
        widths=(4, *(3 for _ in indicators)),
        numeric=tuple(range(1, len(indicators) + 1)),
    )
    return (table,)


def survey_table(material: Material, names: Sequence[str]) -> tuple[Block, ...]:
    """Return one row an indicator and one column a survey round."""
    found = [each for each in material.measurements if each.figure.window.kind is WindowKind.SURVEY_ROUND]
    chosen = {each.id for each in _indicators(material, names)} if names else {each.indicator.id for each in found}
    found = [each for each in found if each.indicator.id in chosen]
    rounds = list(dict.fromkeys(each.figure.window.label for each in found))
    rows = []
    for group in by_indicator(found):
        figures = {each.figure.window.label: printed_figure(each, language="ja") for each in group}
        rows.append((group[0].indicator.label, *(figures.get(name, "－") for name in rounds)))
    if not rows:
        return (Paragraph(parts=("この期間に調査はない。",)),)
    table = Table(
        caption="満足度調査の結果",
        header=("調査項目", *rounds),
        rows=tuple(rows),
        widths=(4, *(2 for _ in rounds)),
        numeric=tuple(range(1, len(rounds) + 1)),
    )
    return (table,)


def level_table(material: Material, names: Sequence[str]) -> tuple[Block, ...]:
    """Return items, targets and whether each was kept throughout, as slides show them."""
    rows: list[tuple[Cell, ...]] = []
    for group in by_indicator(material.measurements):
        if names and group[0].indicator.id not in names:
            continue
        targets = dict.fromkeys(
            format_target(each.judgement.objective, indicator=each.indicator, language="ja") for each in group
        )
        rows.append((group[0].indicator.label, "、".join(targets), _mark(group), verdict_counts(group)))
    table = Table(
        caption="主なSLA項目と達成状況", header=("項目", "指標", "達成状況", "判定の内訳"), rows=tuple(rows),
        widths=(5, 3, 2, 4),
    )  # fmt: skip
    return (table, Paragraph(parts=(_level_summary(material),)))


def _mark(group: Sequence[Measurement]) -> str:
    verdicts = {each.judgement.verdict for each in group}
    if Verdict.MISSED in verdicts:
        return "×"
    return "○" if Verdict.MET in verdicts else "－"


def _level_summary(material: Material) -> str:
    groups = by_indicator(material.measurements)
    kept = sum(_mark(group) == "○" for group in groups)
    return f"全{len(groups)}項目のうち、評価期間を通して達成したものは{kept}項目である。"


def charts(material: Material, names: Sequence[str]) -> tuple[Block, ...]:
    groups = by_indicator(material.measurements)
    chosen = [group for group in groups if not names or group[0].indicator.id in names]
    return tuple(indicator_chart(group, "ja") for group in chosen if len(group) > 1)


def _indicators(material: Material, names: Sequence[str]) -> list[Indicator]:
    known = {each.id: each for each in material.contract.indicators}
    return [known[name] for name in names if name in known] if names else list(known.values())
