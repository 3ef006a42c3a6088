"""Where a document's figures come from: months as they were frozen on approval, or measured while it was written."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from madoguchi.core.calendar.eras import format_month
from madoguchi.reports.documents.material import MonthSource
from madoguchi.reports.figure_text import PROVISIONAL


def source_notes(months: Sequence[MonthSource]) -> Iterator[str]:
    """Yield what a reader must know of the months: their revisions, and which may still change."""
    frozen = [_run_text(run) for revision, run in _runs(months) if revision is not None]
    if frozen:
        yield f"（注）実績値は、承認された月次実績による（{'、'.join(frozen)}）。"
    provisional = [_months_text(run) for revision, run in _runs(months) if revision is None]
    if provisional:
        mark = PROVISIONAL["ja"].strip("（）")
        yield f"（注）{'、'.join(provisional)}の実績値は承認前のもので、「{mark}」と記す。承認までに変わることがある。"


def _runs(months: Sequence[MonthSource]) -> Iterator[tuple[int | None, list[MonthSource]]]:
    for revision, run in groupby(months, key=lambda each: each.revision):
        yield revision, list(run)


def _run_text(run: Sequence[MonthSource]) -> str:
    return f"{_months_text(run)} 第{run[0].revision}版"


def _months_text(run: Sequence[MonthSource]) -> str:
    first, final = format_month(run[0].month), format_month(run[-1].month)
    return first if first == final else f"{first}～{final}"
