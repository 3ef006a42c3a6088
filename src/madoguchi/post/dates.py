"""The date a sender claims. It is shown, never counted from."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 120
EARLIEST_YEAR, LATEST_YEAR = 1980, 2200


def parse_date(text: str) -> datetime | None:
    """Return an aware moment, or None for what is not a date of the age of mail."""
    try:
        date = parsedate_to_datetime(text[:LONGEST])
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if EARLIEST_YEAR <= date.year <= LATEST_YEAR else None
