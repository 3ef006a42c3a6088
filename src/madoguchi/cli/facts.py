"""`madoguchi facts`: other tools' files into a folder of facts, and whether a folder is right."""

import argparse
import sys
from datetime import UTC, date, datetime, timedelta

from madoguchi.cli.progress import shown_progress
from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.intake.check import END_MOMENT, FIRST_MOMENT
from madoguchi.intake.facts import FactSet, open_facts
from madoguchi.intake.importing import ImportReport, import_files
from madoguchi.intake.store import FactStore

ALLOWED_COVERS = "two days such as 2018-10-01..2019-03-31"


def run(given: argparse.Namespace) -> int:
    if given.action == "check":
        return _check(open_facts(given.folder), language=given.lang)
    with shown_progress() as shown:
        report = import_files(
            store=FactStore(given.folder),
            profile=given.profile,
            files=given.files,
            now=datetime.now(tz=UTC),
            covers=parse_covers(given.covers),
            progress=shown.count if shown else None,
        )
    _print_report(report, language=given.lang)
    return 0


def parse_covers(text: str | None) -> Period | None:
    """Read FROM..TO, both days included."""
    if text is None:
        return None
    try:
        first, final = (date.fromisoformat(each) for each in text.split(".."))
    except ValueError:
        raise _refused(text, ALLOWED_COVERS) from None
    if not FIRST_MOMENT.date() <= first <= final < END_MOMENT.date():
        days = f"{FIRST_MOMENT.date()} to {END_MOMENT.date() - timedelta(days=1)}"
        raise _refused(text, f"{ALLOWED_COVERS}, the first not behind the final one, from {days}")
    return Period(start_date=first, end_date=final + timedelta(days=1))


def _refused(text: str, allowed: str) -> InvalidInputError:
    return InvalidInputError([Problem(where="--covers", key="", given=f"given {text!r}", allowed=allowed)])


def _print_report(report: ImportReport, *, language: str) -> None:
    japanese = language == "ja"
    head = f"{report.rows_read:,} 行を読み、{report.rows_left_out:,} 行は対象外" if japanese else (
        f"{report.rows_read:,} rows read, {report.rows_left_out:,} left out by the mapping"
    )  # fmt: skip
    lines = [head]
    for change in report.changes:
        counts = (change.new, change.changed, change.same, change.removed)
        words = (
            "新規 %d、変更 %d、同一 %d、削除 %d" if japanese else "new %d, changed %d, same %d, removed %d"
        ) % counts
        lines.append(f"{change.table}: {words}")
        if not change.new and not change.changed and not change.removed:
            lines.append("変更はありません。" if japanese else "Nothing changed.")
    sys.stdout.write("\n".join([*lines, *report.notes]) + "\n")


def _check(facts: FactSet, *, language: str) -> int:
    """Print what a folder holds; what is wrong with it was raised when it was opened."""
    for name in facts.names():
        covers = facts.declared.get(name)
        final = covers.end_date - timedelta(days=1) if covers else None
        text = (
            f"{covers.start_date} – {final}"
            if covers
            else ("期間の宣言なし" if language == "ja" else "no period declared")
        )
        sys.stdout.write(f"{name}: {facts.count(name):,}  {text}\n")
    return 0
