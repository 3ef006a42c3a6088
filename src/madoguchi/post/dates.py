"""The date a sender claims. It is shown, never counted from."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

LONGEST = 120
JAPAN = timezone(timedelta(hours=9))
JAPAN_TIME = re.compile(r"\bJST\b", re.IGNORECASE)
# as some scanners and web forms write it: ISO 8601, or 2026年5月20日 9:05:00
NUMBERS = re.compile(
    r"(\d{4})(?:-|/|年)(\d{1,2})(?:-|/|月)(\d{1,2})日?[ T]{1,3}(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d{1,9})?"
    r"[ ]{0,3}(Z|UTC|JST|[+-]\d{2}:?\d{2})?(?:[ ]{0,3}\([^()]{0,30}\))?$"
)
EARLIEST_YEAR, LATEST_YEAR = 1980, 2200


def parse_date(text: str) -> datetime | None:
    """Return an aware moment, or None for what is not a date of the age of mail."""
    text = text[:LONGEST].strip()
    try:
        date = _in_numbers(text) or parsedate_to_datetime(JAPAN_TIME.sub("+0900", text))
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if EARLIEST_YEAR <= date.year <= LATEST_YEAR else None


def _in_numbers(text: str) -> datetime | None:
    """Return a moment written in numbers only, Japan's where nothing says whose. Raises ValueError."""
    found = NUMBERS.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups()[:6])
    said = found[7] or "JST"
    zone = {"Z": UTC, "UTC": UTC, "JST": JAPAN}.get(said) or datetime.strptime(said, "%z").tzinfo
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)
