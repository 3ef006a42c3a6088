"""One cell of a foreign file turned into the value of a fact column."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from madoguchi.core.events import Column, ColumnKind, Value
from madoguchi.intake.era_moments import read_era_moment

TRUE_WORDS = frozenset({"true", "1", "yes", "y", "t", "○", "有", "はい"})
FALSE_WORDS = frozenset({"false", "0", "no", "n", "f", "×", "無", "いいえ"})
CLOCK_TEXT = re.compile(r"(-?)(\d+):([0-5]?\d)(?::([0-5]?\d))?(?:\.\d+)?")
NUMBER_TEXT = re.compile(r"-?\d{1,15}")
MAX_SECONDS = 10**11
LARGEST = 10**15
# beyond them a moment may leave the calendar when it is moved into another zone
FIRST_YEAR, FINAL_YEAR = 1, 9999


class CellError(ValueError):
    """A cell does not hold what its column needs; the text says what is allowed."""


def to_number(cell: object) -> int:
    """Return a whole number; full-width digits, thousands separators and a trailing .0 are read."""
    if isinstance(cell, bool):
        raise CellError("a whole number")
    if isinstance(cell, int | float) and abs(cell) >= LARGEST:
        raise CellError("a whole number of at most 15 digits")
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    text = unicodedata.normalize("NFKC", str(cell)).replace(",", "").strip().removesuffix(".0")
    if not NUMBER_TEXT.fullmatch(text):
        raise CellError("a whole number")
    return int(text)


def to_flag(cell: object) -> bool:
    word = str(cell).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise CellError("true or false (also 1 and 0, yes and no, ○ and ×)")


def to_duration(cell: object, *, form: str) -> int:
    """Return a duration in the column's unit.

    Forms: seconds, minutes, milliseconds (whole numbers), h:mm:ss (hours may pass 24), h:mm, m:ss.
    """
    if isinstance(cell, timedelta):
        return int(cell.total_seconds())
    if form in ("seconds", "milliseconds"):
        return to_number(cell)
    if form == "minutes":
        return 60 * to_number(cell)
    match = CLOCK_TEXT.fullmatch(unicodedata.normalize("NFKC", str(cell)).strip())
    if match is None:
        raise CellError(f"a duration written {form}")
    sign, first, second, third = match.groups()
    parts = [int(first), int(second)] + ([int(third)] if third is not None else [])
    if len(parts) != form.count(":") + 1:
        raise CellError(f"a duration written {form}")
    seconds = sum(part * size for part, size in zip(reversed(parts), (1, 60, 3600), strict=False))
    return (-seconds if sign else seconds) * (60 if form == "h:mm" else 1)


def to_moment(cell: object, *, formats: tuple[str, ...], zone: str | None) -> datetime:
    """Return an aware moment in whole seconds (a fraction is cut off).

    Formats are strptime patterns, `iso`, `epoch` (seconds since 1970, UTC), or `era` (令和8年9月30日 17:05, R8.9.30).
    A time without an offset is read in `zone`: one that its clocks skipped is refused, of one they showed twice the
    first is taken.
    """
    if isinstance(cell, datetime):
        return _aware(cell, zone=zone)
    if isinstance(cell, date):
        return _aware(datetime(cell.year, cell.month, cell.day), zone=zone)  # noqa: DTZ001  # the zone is added
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    for pattern in formats:
        parsed = _parsed(text, pattern)
        if parsed is not None:
            return _aware(parsed, zone=zone)
    raise CellError("a moment written " + " or ".join(formats))


def _parsed(text: str, pattern: str) -> datetime | None:
    try:
        if pattern == "epoch":
            seconds = float(text)
            return datetime.fromtimestamp(int(seconds), tz=UTC) if abs(seconds) < MAX_SECONDS else None
        if pattern == "era":
            return read_era_moment(text)
        if pattern == "iso":
            return datetime.fromisoformat(text)
        return datetime.strptime(text, pattern)  # noqa: DTZ007  # the zone is added by the caller
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime, *, zone: str | None) -> datetime:
    moment = moment.replace(microsecond=0)
    if not FIRST_YEAR < moment.year < FINAL_YEAR:
        raise CellError(f"a year between {FIRST_YEAR} and {FINAL_YEAR}")
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if zone is None:
        raise CellError("a moment with its offset from UTC, as no zone is given")
    local = moment.replace(tzinfo=ZoneInfo(zone))
    there_and_back = local.astimezone(UTC).astimezone(ZoneInfo(zone))
    if there_and_back.replace(tzinfo=None) != moment:
        raise CellError(f"a time that exists: the clocks of {zone} skipped it")
    return local.astimezone(UTC)


def to_value(cell: object, *, column: Column, formats: tuple[str, ...], zone: str | None, form: str) -> Value:
    """Return a cell as the value of a fact column. Raises CellError with what is allowed."""
    if column.kind is ColumnKind.MOMENT:
        return to_moment(cell, formats=formats, zone=zone)
    if column.kind in (ColumnKind.SECONDS, ColumnKind.MILLISECONDS):
        return to_duration(cell, form=form)
    if column.kind is ColumnKind.INTEGER:
        return to_number(cell)
    if column.kind is ColumnKind.FLAG:
        return cell if isinstance(cell, bool) else to_flag(cell)
    text = str(cell)
    if "\x00" in text:
        raise CellError("a text without NUL characters")
    if column.words is not None and text not in list(column.words):
        raise CellError("one of " + ", ".join(column.words))
    return text
