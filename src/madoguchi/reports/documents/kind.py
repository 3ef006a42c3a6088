"""A document kind as data: its head, its headings in order and what stands under each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from madoguchi.core.errors import InvalidInputError, MadoguchiError, Problem
from madoguchi.core.metrics.reader import Reader, parse_toml
from madoguchi.core.vocabulary import LabelledEnum
from madoguchi.reports.blocks import Layout

FOLDER = Path(__file__).parents[1] / "kinds"
DEEPEST = 3


class UnknownKindError(MadoguchiError):
    """No document kind has this name; the message lists those there are."""


class Span(LabelledEnum):
    """The stretch of time a kind of document is about."""

    DAY = "day", "日"
    MONTH = "month", "月"
    QUARTER = "quarter", "四半期"
    FISCAL_YEAR = "fiscal_year", "年度", "fiscal year"
    EVALUATION = "evaluation", "実施状況評価期間", "evaluation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading and the names of what stands under it, such as `text:overview` or `service_cost`.

    One without a heading holds parts that bring their own, or nothing.
    """

    level: int
    heading: str
    content: tuple[str, ...]
    heading_en: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityRow:
    """One row of the quality table: what is promised, by which indicators it is measured, and the text on it."""

    item: str
    indicators: tuple[str, ...]
    measure: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentKind:
    """A kind with a contract's own settings over it.

    In titles `{name}`, `{period}`, `{months}`, `{month}` and `{day}` are filled in, among issuers `{buyer}`. One that
    looks ahead tells of the tender and the costs that are recorded, be they of the contract that comes next.
    """

    id: str
    title: str
    span: Span
    sections: tuple[Section, ...]
    lead: tuple[str, ...] = ()
    number: str = ""
    issuers: tuple[str, ...] = ()
    issued_date: date | None = None
    is_draft: bool = False
    closing: str = ""
    layout: Layout = Layout.DOCUMENT
    supplier_word: str = "受託事業者"
    quality: tuple[QualityRow, ...] = ()
    title_en: str = ""
    lead_en: tuple[str, ...] = ()
    closing_en: str = ""
    looks_ahead: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages it can be written in: English where its title and every heading have English."""
        is_whole = all(each.heading_en or not each.heading for each in self.sections)
        return ("ja", "en") if self.title_en and is_whole else ("ja",)


def kind_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_kind(name: str, *, texts: Mapping[str, str]) -> DocumentKind:
    """Return a kind, its parts replaced by those a contract's documents/NAME.toml gives.

    Raises UnknownKindError, and InvalidInputError with every problem of the contract's file.
    """
    if name not in kind_names():
        raise UnknownKindError(f"文書の種類 {name!r} はありません。使える種類: {', '.join(kind_names())}")
    table: dict[str, object] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    file, problems = f"documents/{name}.toml", list[Problem]()
    if file in texts:
        table |= parse_toml(file, texts[file], problems) or {}
    kind = _kind(name, Reader(file=file, table=table, problems=problems))
    if problems:
        raise InvalidInputError(problems)
    return kind


def _kind(name: str, reader: Reader) -> DocumentKind:
    kind = DocumentKind(
        id=name,
        title=reader.text("title", required=True),
        span=reader.word("span", Span) or Span.EVALUATION,
        sections=tuple(_section(child) for child in reader.children("section")),
        lead=reader.texts("lead"),
        number=reader.text("number"),
        issuers=reader.texts("issuers"),
        issued_date=reader.day("issued_date"),
        is_draft=reader.flag("is_draft", default=False),
        closing=reader.text("closing"),
        layout=_layout(reader),
        supplier_word=reader.text("supplier_word", default="受託事業者"),
        quality=tuple(_quality(child) for child in reader.children("quality")),
        title_en=reader.text("title_en"),
        lead_en=reader.texts("lead_en"),
        closing_en=reader.text("closing_en"),
        looks_ahead=reader.flag("looks_ahead", default=False),
    )
    reader.finish()
    return kind


def _layout(reader: Reader) -> Layout:
    text = reader.text("layout", default=Layout.DOCUMENT)
    if text not in list(Layout):
        reader.report("layout", given=text, allowed="one of " + ", ".join(Layout))
        return Layout.DOCUMENT
    return Layout(text)


def _section(reader: Reader) -> Section:
    section = Section(
        level=reader.integer("level", default=1, minimum=1, maximum=DEEPEST),
        heading=reader.text("heading"),
        content=reader.texts("content"),
        heading_en=reader.text("heading_en"),
    )
    reader.finish()
    return section


def _quality(reader: Reader) -> QualityRow:
    row = QualityRow(
        item=reader.text("item", required=True),
        indicators=reader.texts("indicators"),
        measure=reader.text("measure"),
        text=reader.text("text"),
    )
    reader.finish()
    return row


OUTLINE_TEXTS = ("purpose", "selection")


def asked_texts(kind: DocumentKind) -> tuple[str, ...]:
    """Return the names of the texts a document asks people for, in its order."""
    names: list[str] = []
    for content in (each for section in kind.sections for each in section.content):
        part, _, choice = content.partition(":")
        if part == "text":
            names.append(choice)
        elif part == "outline_table":
            names += OUTLINE_TEXTS
        elif part == "quality_table":
            names += [row.text for row in kind.quality if row.text]
    return tuple(dict.fromkeys(names))
