"""Rows of the carrier's report: one per attempt, the only place where calls it refused itself can be seen.

A row is kept as the JSON text of its cells by heading: two reports may order their columns differently.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from madoguchi.intake.asterisk.line_error import LineError
from madoguchi.intake.asterisk.moments import FORM, LocalClock, MomentError
from madoguchi.intake.asterisk.numbers import shown_number
from madoguchi.intake.asterisk.records import AttemptResult, CarrierAttempt
from madoguchi.intake.asterisk.source import AsteriskSource, CarrierReport, LogKind
from madoguchi.intake.era_moments import read_era_moment

CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}時\d{1,2}分(?:\d{1,2}秒)?")
FIGURES = re.compile(r"(\d{4})(\d{2})(\d{2})[ T]?(\d{2}):?(\d{2})(?::?(\d{2}))?")
DAY_SECONDS = 86_400


def is_heading(cells: Sequence[str], *, report: CarrierReport) -> bool:
    """Say whether a row is the report's heading: it names the start, the result and the number dialled."""
    names = {plain_heading(cell) for cell in cells}
    needed = (report.start, report.result, report.dialled)
    return all(names.intersection(map(plain_heading, wanted)) for wanted in needed)


@lru_cache(maxsize=1024)
def plain_heading(name: str) -> str:
    """Return a heading in the form in which two are compared: `Start Time` is `start_time`."""
    return re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", name)).lower()


def row_text(cells: Sequence[str], *, heading: Sequence[str]) -> str:
    """Return a row in the form it is kept in."""
    if len(cells) != len(heading):
        allowed = f"{len(heading)} columns: {', '.join(heading)}"
        raise LineError(column="columns", given=f"{len(cells)} columns", allowed=allowed)
    return json.dumps(dict(zip(heading, cells, strict=True)), ensure_ascii=False, sort_keys=True)


class CarrierParser:
    def __init__(self, source: AsteriskSource) -> None:
        self._report = source.carrier
        self._clock = LocalClock(zone=source.zone_of(LogKind.CARRIER))
        self._offset = source.offset_of(LogKind.CARRIER)
        self._results = {
            **{_plain(word): AttemptResult.ANSWERED for word in self._report.answered_words},
            **{_plain(word): AttemptResult.BUSY for word in self._report.busy_words},
            **{_plain(word): AttemptResult.NO_ANSWER for word in self._report.no_answer_words},
            **{_plain(word): AttemptResult.FAILED for word in self._report.failed_words},
        }

    def parse(self, text: str) -> CarrierAttempt:
        row: dict[str, str] = {plain_heading(name): cell for name, cell in json.loads(text).items()}
        start, end = self._times(row)
        _, caller = _cell(row, self._report.caller)
        dialled_column, dialled = _cell(row, self._report.dialled)
        if shown_number(dialled) is None:
            raise LineError(column=dialled_column, given=repr(dialled), allowed="the number dialled")
        return CarrierAttempt(
            at=start + self._offset,
            end=None if end is None else end + self._offset,
            caller=shown_number(caller),
            dialled=shown_number(dialled),
            result=self._result(row),
            key=blake2b(text.encode(), digest_size=8).hexdigest(),
        )

    def _result(self, row: dict[str, str]) -> AttemptResult:
        column, word = _cell(row, self._report.result)
        found = self._results.get(_plain(word))
        if found is None:
            allowed = "one of " + ", ".join(self._results) + " (set the words in [carrier])"
            raise LineError(column=column, given=repr(word), allowed=allowed)
        return found

    def _times(self, row: dict[str, str]) -> tuple[int, int | None]:
        column, text = _cell(row, self._report.start)
        end_column, end_text = _cell(row, self._report.end)
        _, day = _cell(row, self._report.date)
        start = self._moment(column, _with_day(text, day=day))
        end = self._moment(end_column, _with_day(end_text, day=day), near=start) if end_text.strip() else None
        if end is not None and end < start and CLOCK.fullmatch(_folded(end_text)):
            end += DAY_SECONDS  # a time alone, of the day after
        if end is not None and end < start:
            given = f"{end_text}, before the start {text}"
            raise LineError(column=end_column, given=given, allowed="an end at or after the start")
        return start, end

    def _moment(self, column: str, text: str, *, near: int | None = None) -> int:
        try:
            return self._clock.seconds(_western(text), near=near)
        except MomentError as error:
            raise LineError(column=column, given=repr(text), allowed=str(error)) from error


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _with_day(text: str, *, day: str) -> str:
    """Return a moment whose day stands in a column of its own."""
    return f"{day.strip()} {text}" if day.strip() and CLOCK.fullmatch(_folded(text)) else text


def _western(text: str) -> str:
    """Return a moment as figures where its day is written as an era date; any other text as it is."""
    folded = _folded(text)
    if FORM.fullmatch(folded):
        return folded
    if figures := FIGURES.fullmatch(folded):
        return "{}-{}-{} {}:{}:{}".format(*figures.groups(default="00"))
    try:
        return read_era_moment(folded).isoformat(sep=" ")
    except ValueError:
        return folded


def _cell(row: dict[str, str], names: Sequence[str]) -> tuple[str, str]:
    for name in names:
        cell = row.get(plain_heading(name))
        if cell is not None:
            return name, cell
    return names[0], ""


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().upper()
