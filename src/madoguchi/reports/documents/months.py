"""Where a document's figures come from: months as they were frozen on approval, or measured while it was written."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from madoguchi.reports.documents.material import MonthSource
from madoguchi.reports.documents.words import month_text, said
from madoguchi.reports.figure_text import PROVISIONAL


def source_notes(months: Sequence[MonthSource], language: str = "ja") -> Iterator[str]:
    """Yield what a reader must know of the months: their revisions, and which may still change."""
    yield from _in_japanese(months) if language == "ja" else _in_english(months)


def _in_english(months: Sequence[MonthSource]) -> Iterator[str]:
    frozen = [f"{_span(run, 'en')} revision {revision}" for revision, run in _runs(months) if revision is not None]
    if frozen:
        yield f"Note: figures are those of approved months ({', '.join(frozen)})."
    provisional = [_span(run, "en") for revision, run in _runs(months) if revision is None]
    if provisional:
        mark = PROVISIONAL["en"].strip(" ()")
        yield f"Note: figures of {', '.join(provisional)} are not approved, marked {mark}, and may still change."


def _in_japanese(months: Sequence[MonthSource]) -> Iterator[str]:
    frozen = [f"{_span(run, 'ja')} 第{revision}版" for revision, run in _runs(months) if revision is not None]
    if frozen:
        yield f"（注）実績値は、承認された月次実績による（{'、'.join(frozen)}）。"
    provisional = [_span(run, "ja") for revision, run in _runs(months) if revision is None]
    if provisional:
        mark = PROVISIONAL["ja"].strip("（）")
        yield f"（注）{'、'.join(provisional)}の実績値は承認前のもので、「{mark}」と記す。承認までに変わることがある。"


def _runs(months: Sequence[MonthSource]) -> Iterator[tuple[int | None, list[MonthSource]]]:
    for revision, run in groupby(months, key=lambda each: each.revision):
        yield revision, list(run)


def _span(run: Sequence[MonthSource], language: str) -> str:
    first, final = (month_text(each.month, language) for each in (run[0], run[-1]))
    return first if first == final else said(language, f"{first}～{final}", f"{first} to {final}")
