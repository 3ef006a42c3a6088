"""An example contract's definitions moved by whole years, so that a desk can be shown working today."""

import re
from collections.abc import Mapping
from datetime import date

DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
START = re.compile(r"^start_date = (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
END = re.compile(r"^end_date = (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
MAX_YEARS = 40


def moved_to(texts: Mapping[str, str], *, day: date) -> dict[str, str]:
    """Return the texts with every date moved by the fewest whole years that put `day` inside the contract."""
    contract = texts["contract.toml"]
    start, end = START.search(contract), END.search(contract)
    if start is None or end is None:
        raise ValueError("contract.toml has no start_date and end_date")
    first, final = date.fromisoformat(start.group(1)), date.fromisoformat(end.group(1))
    years = next(count for count in range(MAX_YEARS) if _moved(final, count) > day)
    if _moved(first, years) > day:
        raise ValueError(f"no whole number of years puts {day} between {first} and {final}")
    return {name: DAY.sub(lambda found: _shift(found, years), text) for name, text in texts.items()}


def _shift(found: re.Match[str], years: int) -> str:
    return _moved(date.fromisoformat(found.group()), years).isoformat()


def _moved(day: date, years: int) -> date:
    """Return the same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
