"""Texts people wrote, with references to figures, as paragraphs.

One line is one paragraph; `- ` begins a point; two spaces or one wide space at the start set a line one step in.
`{{...}}` names a figure, so that no figure is typed by hand.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from madoguchi.core.costing.plan import Comparison, CostPlan, compare_plan
from madoguchi.core.costing.saving import MONEY_UNITS
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.procurement_vocabulary import CostBasis
from madoguchi.reports.blocks import Inline, Paragraph, PrintedFigure
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.money import change_figure, in_unit, rate_figure, term_figure
from madoguchi.reports.figure_text import printed_figure

REFERENCE = re.compile(r"\{\{(.*?)\}\}")
STEPS = re.compile(r"(?:  |\t|　)*")
NUMBERED = re.compile(r"[①-⑳]|[0-9０-９]+[.．)）]|[ア-ンA-Z][)）]?\s")
HEADING = re.compile(r"#{1,6}\s")
MOST_DECIMALS = 4


class TextError(MadoguchiError):
    """A text cannot be used; the message names its file, line and what is allowed."""


def text_file(name: str, language: str = "ja") -> str:
    """Return the file of a text; those of other languages than Japanese carry it in their names."""
    return f"texts/{name}.md" if language == "ja" else f"texts/{name}.{language}.md"


def written_text(material: Material, name: str) -> tuple[Paragraph, ...] | None:
    """Return a text people wrote, or None where nobody did. Raises TextError."""
    file = text_file(name, material.language)
    text = material.texts.get(file, "")
    if not text.strip():
        return None
    lines = enumerate(text.splitlines(), start=1)
    return tuple(_paragraph(material, line, place=f"{file}:{at}") for at, line in lines if line.strip())


def written_cell(material: Material, name: str) -> tuple[Inline, ...] | None:
    """Return a text as the content of a table's cell, its lines one under the other."""
    paragraphs = written_text(material, name)
    if paragraphs is None:
        return None
    parts: list[Inline] = []
    for paragraph in paragraphs:
        parts += ["\n"] if parts else []
        parts += paragraph.parts
    return tuple(parts)


def _paragraph(material: Material, line: str, *, place: str) -> Paragraph:
    if HEADING.match(line):
        raise TextError(f"{place}: 見出し {line.strip()!r} は書けません。見出しは文書の種類が決めます。")
    start = STEPS.match(line)
    assert start is not None
    indent = start.group().count("  ") + start.group().count("\t") + start.group().count("　")
    body = line[start.end() :].strip()
    if body.startswith("- "):
        point = body[2:].strip()
        indent, body = indent + 1, point if NUMBERED.match(point) else f"・{point}"
    return Paragraph(parts=inlines(material, body, place=place), indent=indent)


def inlines(material: Material, text: str, *, place: str) -> tuple[Inline, ...]:
    """Return a text with its references as figures. Raises TextError for one that names nothing."""
    parts: list[Inline] = []
    for index, piece in enumerate(REFERENCE.split(text)):
        if index % 2:
            parts.append(_figure(material, piece.split(), place=place))
        elif piece:
            parts.append(piece)
    return tuple(parts)


def _figure(material: Material, words: Sequence[str], *, place: str) -> PrintedFigure:
    kinds: dict[str, Callable[[Material, Sequence[str], str], PrintedFigure]] = {
        "figure": _measurement,
        "cost": _cost,
        "change": _change,
        "reduction": _change,
    }
    if not words or words[0] not in kinds:
        raise TextError(f"{place}: {{{{{' '.join(words)}}}}} は使えません。使えるもの: {'、'.join(kinds)}")
    return kinds[words[0]](material, words, place)


def _measurement(material: Material, words: Sequence[str], place: str) -> PrintedFigure:
    """Read {{figure INDICATOR WINDOW}}."""
    name, window = (words[1], " ".join(words[2:])) if len(words) > 2 else ("", "")  # noqa: PLR2004  # name and window
    found = {each.figure.window.label: each for each in material.of_indicator(name)}
    if window not in found:
        windows = "、".join(found) or "、".join(dict.fromkeys(each.indicator.id for each in material.measurements))
        raise TextError(f"{place}: 実績値 {' '.join(words[1:])!r} はありません。あるもの: {windows}")
    return printed_figure(found[window], language=material.language)


def _plan(material: Material, place: str) -> CostPlan:
    if material.costs is None:
        raise TextError(f"{place}: この契約には costs.toml がありません。")
    return material.costs


def _basis(word: str, place: str) -> CostBasis:
    if word not in list(CostBasis):
        raise TextError(f"{place}: {word!r} は使えません。使えるもの: {'、'.join(CostBasis)}")
    return CostBasis(word)


def _cost(material: Material, words: Sequence[str], place: str) -> PrintedFigure:
    """Read {{cost TERM BASIS [UNIT]}}."""
    plan = _plan(material, place)
    if len(words) not in (3, 4):
        raise TextError(f"{place}: {{{{cost 期 基準 [単位]}}}} と書いてください。")
    term = next((each for each in plan.terms if each.id == words[1]), None)
    if term is None:
        raise TextError(f"{place}: 期 {words[1]!r} はありません。あるもの: {'、'.join(each.id for each in plan.terms)}")
    plan, basis = _with_unit(plan, words[3:], place), _basis(words[2], place)
    return term_figure(plan, term, basis, has_unit=True, language=material.language)


def _change(material: Material, words: Sequence[str], place: str) -> PrintedFigure:
    """Read {{change PRIOR BASIS amount [UNIT]}} or {{reduction PRIOR BASIS rate [DECIMALS]}}."""
    plan = _plan(material, place)
    if len(words) not in (4, 5) or words[3] not in ("amount", "rate"):
        raise TextError(f"{place}: {{{{{words[0]} 期 基準 amount|rate [単位|桁]}}}} と書いてください。")
    comparison = _comparison(material, words[1], _basis(words[2], place), place)
    is_reduction = words[0] == "reduction"
    if words[3] == "amount":
        plan = _with_unit(plan, words[4:], place)
        return change_figure(plan, comparison, is_reduction=is_reduction, has_unit=True, language=material.language)
    return rate_figure(_with_decimals(plan, words[4:], place), comparison, is_reduction=is_reduction)


def _comparison(material: Material, prior: str, basis: CostBasis, place: str) -> Comparison:
    comparisons = compare_plan(_plan(material, place))
    for each in comparisons:
        if (each.prior.id, each.saving.basis) == (prior, basis):
            return each
    known = "、".join(f"{each.prior.id} {each.saving.basis}" for each in comparisons)
    raise TextError(f"{place}: 比較 {prior} {basis} はありません。あるもの: {known}")


def _with_unit(plan: CostPlan, words: Sequence[str], place: str) -> CostPlan:
    if not words:
        return plan
    if not words[0].isdecimal() or int(words[0]) not in MONEY_UNITS:
        raise TextError(f"{place}: 単位 {words[0]!r} は使えません。使えるもの: {'、'.join(map(str, MONEY_UNITS))}")
    return in_unit(plan, int(words[0]))


def _with_decimals(plan: CostPlan, words: Sequence[str], place: str) -> CostPlan:
    if not words:
        return plan
    if words[0] not in [str(number) for number in range(MOST_DECIMALS + 1)]:
        raise TextError(f"{place}: 桁 {words[0]!r} は使えません。使えるもの: 0～{MOST_DECIMALS}")
    return replace(plan, decimals=int(words[0]))
