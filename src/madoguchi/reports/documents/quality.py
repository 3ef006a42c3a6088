"""The quality table, the tables of months and surveys: what was promised and what came of it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from madoguchi.core.metrics.printing import format_target
from madoguchi.core.metrics.spec import Indicator, Measurement
from madoguchi.core.vocabulary import Verdict, WindowKind
from madoguchi.reports.blocks import Block, Cell, Inline, Paragraph, Table
from madoguchi.reports.documents.kind import QualityRow
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.texts import written_cell
from madoguchi.reports.documents.words import number_text, said
from madoguchi.reports.figure_text import printed_figure
from madoguchi.reports.monthly import has_line, indicator_chart, series_title
from madoguchi.reports.rows import indicator_label, window_text

FEW = 8
PARTLY = ("○（測定不能の期間を除く）", "○ (but where not measurable)")


def quality_table(material: Material) -> tuple[Block, ...]:
    """Return what is promised, what people say of it, and beside it the verdicts as counted."""
    rows: list[tuple[Cell, ...]] = []
    language = material.language
    for row in quality_rows(material):
        found = [each for name in row.indicators for each in material.of_indicator(name)]
        text = written_cell(material, row.text) if row.text else None
        cells = (_measure(row, found), text or proposed_text(found, language), verdict_counts(found, language))
        rows.append((row.item, *cells))
    english = ("Item", "Measured as", "Evaluation", "Verdicts as counted")
    table = Table(
        caption=material.said("確保されるべき質の達成状況", "The quality promised and what came of it"),
        header=("評価事項", "測定指標", "評価", "計算による判定") if language == "ja" else english,
        rows=tuple(rows),
        widths=(3, 6, 7, 3),
    )
    return (table,)


def quality_rows(material: Material) -> tuple[QualityRow, ...]:
    """Return the kind's rows, or one for each indicator that promises something."""
    promised = (each for each in material.contract.indicators if each.objectives)
    own = material.kind.quality if material.language == "ja" else ()
    return own or tuple(
        QualityRow(item=material.said(each.label, each.label_en), indicators=(each.id,)) for each in promised
    )


def _measure(row: QualityRow, found: Sequence[Measurement]) -> str:
    indicators = {each.indicator.id: each.indicator for each in found}
    return row.measure or "\n".join(each.requirement for each in indicators.values())


def proposed_text(found: Sequence[Measurement], language: str) -> tuple[Inline, ...]:
    """Return the figures of each indicator, or their range where there are many; a person writes over it."""
    if not found:
        return (said(language, "【未記入】この期間の実績値がない。", "[Not written] No figures in this period."),)
    parts: list[Inline] = [said(language, "【提案】", "[Proposed] ")]
    for index, group in enumerate(by_indicator(found)):
        parts += (["\n"] if index else []) + [indicator_label(group[0], language) + said(language, "：", ": ")]
        parts += _few(group, language) if len(group) <= FEW else _range(group, language)
    return tuple(parts)


def _few(group: Sequence[Measurement], language: str) -> list[Inline]:
    parts: list[Inline] = []
    for index, each in enumerate(group):
        comma = said(language, "、", ", ") if index else ""
        window = window_text(each.figure.window, language)
        parts += [comma, printed_figure(each, language=language), said(language, f"（{window}）", f" ({window})")]
    return [*parts, said(language, "。", ".")]


def _range(group: Sequence[Measurement], language: str) -> list[Inline]:
    measured = sorted(
        (each for each in group if each.figure.exact is not None), key=lambda each: each.figure.exact or 0
    )
    if not measured:
        return [said(language, "測定不能。", "Not measurable.")]
    low, high = (printed_figure(each, language=language) for each in (measured[0], measured[-1]))
    if low.text == high.text and len(measured) == len(group):
        ends = said(language, "。", ".")
        return [said(language, f"{len(group)}期間のいずれも ", f"in each of {len(group)} windows "), low, ends]
    low_window, high_window = (window_text(each.figure.window, language) for each in (measured[0], measured[-1]))
    if language != "ja":
        return [f"over {len(group)} windows from ", low, f" ({low_window}) to ", high, f" ({high_window})."]
    return [f"{len(group)}期間で最小 ", low, f"（{low_window}）、最大 ", high, f"（{high_window}）。"]


def by_indicator(found: Iterable[Measurement]) -> list[list[Measurement]]:
    groups: dict[str, list[Measurement]] = {}
    for each in found:
        groups.setdefault(each.indicator.id, []).append(each)
    return list(groups.values())


def verdict_counts(found: Sequence[Measurement], language: str) -> str:
    """Return how often each verdict was given, with the windows that were missed."""
    judged = [each for each in found if each.judgement.objective or each.judgement.verdict is Verdict.NOT_JUDGED]
    counts = Counter(each.judgement.verdict for each in judged)
    failed = [each.figure.window for each in judged if each.judgement.verdict is Verdict.MISSED]
    missed = dict.fromkeys(window_text(each, language) for each in failed)
    if language != "ja":
        english = ", ".join(f"{verdict.label_en} {counts[verdict]}" for verdict in Verdict if counts[verdict])
        return english + (f"\nMissed: {', '.join(missed)}" if missed else "") if english else "no objective"
    text = "、".join(f"{verdict.label}{counts[verdict]}件" for verdict in Verdict if counts[verdict])
    return text + (f"\n未達：{'、'.join(missed)}" if missed else "") if text else "目標値なし"


def month_table(material: Material, names: Sequence[str]) -> tuple[Block, ...]:
    """Return one row a window and one column an indicator; a figure that is not there is a dash."""
    indicators = _indicators(material, names)
    language = material.language
    figures = {
        (each.indicator.id, window_text(each.figure.window, language)): printed_figure(each, language=language)
        for each in material.measurements
        if each.indicator.id in {one.id for one in indicators}
    }
    windows = list(dict.fromkeys(window for _, window in figures))
    rows = tuple((window, *(figures.get((each.id, window), "－") for each in indicators)) for window in windows)
    if not rows:
        return (Paragraph(parts=(material.said("この期間の実績値はない。", "No figures in this period."),)),)
    caption = material.said("確保されるべき質の達成状況（詳細）", "The quality promised, window by window")
    if len(indicators) == 1:
        caption = series_title(material.said(indicators[0].label, indicators[0].label_en), language)
    table = Table(
        caption=caption,
        header=(material.said("期間", "Window"), *(material.said(each.label, each.label_en) for each in indicators)),
        rows=rows,
        widths=(4, *(3 for _ in indicators)),
        numeric=tuple(range(1, len(indicators) + 1)),
    )
    return (table,)


def survey_table(material: Material, names: Sequence[str]) -> tuple[Block, ...]:
    """Return one row an indicator and one column a survey round; unnamed, the indicators of the survey alone."""
    found = [each for each in material.measurements if each.figure.window.kind is WindowKind.SURVEY_ROUND]
    asked = (each.indicator for each in found if _is_of_survey(each.indicator))
    chosen = {each.id for each in (_indicators(material, names) if names else asked)}
    found = [each for each in found if each.indicator.id in chosen]
    rounds = list(dict.fromkeys(each.figure.window.label for each in found))
    rows = []
    for group in by_indicator(found):
        figures = {each.figure.window.label: printed_figure(each, language=material.language) for each in group}
        rows.append((indicator_label(group[0], material.language), *(figures.get(name, "－") for name in rounds)))
    if not rows:
        return (Paragraph(parts=(material.said("この期間に調査はない。", "No survey in this period."),)),)
    table = Table(
        caption=material.said("満足度調査の結果", "Results of the survey"),
        header=(material.said("調査項目", "Asked"), *rounds),
        rows=tuple(rows),
        widths=(4, *(2 for _ in rounds)),
        numeric=tuple(range(1, len(rounds) + 1)),
    )
    return (table,)


def _is_of_survey(indicator: Indicator) -> bool:
    """Return whether an indicator counts answers or invitations, or is made of those that do."""
    return bool(indicator.members) or indicator.table.startswith("survey_")


def level_table(material: Material, names: Sequence[str]) -> tuple[Block, ...]:
    """Return items, targets and whether each was kept throughout, as slides show them."""
    rows: list[tuple[Cell, ...]] = []
    for group in by_indicator(material.measurements):
        if names and group[0].indicator.id not in names:
            continue
        targets = dict.fromkeys(
            format_target(each.judgement.objective, indicator=each.indicator, language=material.language)
            for each in group
        )
        item, comma = indicator_label(group[0], material.language), material.said("、", ", ")
        rows.append(
            (item, comma.join(targets), _mark(group, material.language), verdict_counts(group, material.language))
        )
    header = ("項目", "指標", "達成状況", "判定の内訳")
    table = Table(
        caption=material.said("主なSLA項目と達成状況", "Service levels and whether they were kept"),
        header=header if material.language == "ja" else ("Item", "Target", "Kept", "Verdicts"), rows=tuple(rows),
        widths=(5, 3, 3, 4),
    )  # fmt: skip
    return (table, Paragraph(parts=(_level_summary(material),)))


def _mark(group: Sequence[Measurement], language: str) -> str:
    verdicts = {each.judgement.verdict for each in group}
    if Verdict.MISSED in verdicts:
        return "×"
    if Verdict.MET not in verdicts:
        return "－"
    return said(language, *PARTLY) if Verdict.NOT_MEASURABLE in verdicts else "○"


def _level_summary(material: Material) -> str:
    """Return how many of the items with a target were kept; those without one were neither kept nor missed."""
    groups = by_indicator(material.measurements)
    promised = [group for group in groups if any(each.judgement.objective for each in group)]
    kept, others = sum(_mark(group, material.language) == "○" for group in promised), len(groups) - len(promised)
    count = number_text(len(promised), "item", "items")
    more = f" {number_text(others, 'more item has', 'more items have')} no target." if others else ""
    english = f"Of {count} with a target {kept} were kept throughout the period evaluated.{more}"
    untold = f"ほかの{others}項目は、目標値の定めがない。" if others else ""
    text = f"目標値のある{len(promised)}項目のうち、評価期間を通して達成したものは{kept}項目である。{untold}"
    return material.said(text, english)


def charts(material: Material, names: Sequence[str]) -> tuple[Block, ...]:
    groups = by_indicator(material.measurements)
    chosen = [group for group in groups if not names or group[0].indicator.id in names]
    return tuple(indicator_chart(group, material.language) for group in chosen if has_line(group))


def _indicators(material: Material, names: Sequence[str]) -> list[Indicator]:
    known = {each.id: each for each in material.contract.indicators}
    return [known[name] for name in names if name in known] if names else list(known.values())
