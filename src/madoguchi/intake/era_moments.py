"""Moments whose day is an era date: 令和8年9月30日 17時5分, R8.9.30 17:05:10, 2026年9月30日（水）午後5時5分."""

import re
import unicodedata
from datetime import datetime, time

from madoguchi.core.calendar.eras import parse_date

TIME = re.compile(
    r"[\sT]*(?P<half>午前|午後)?\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"|時(?:(?P<minutes>\d{1,2})分(?:(?P<seconds>\d{1,2})秒)?)?)$"
)
HALF_DAY = 12


def read_era_moment(text: str) -> datetime:
    """Return a local moment; a day without a time is its midnight. Raises ValueError for anything else."""
    folded = unicodedata.normalize("NFKC", text).strip()
    match = TIME.search(folded)
    if match is None:
        return datetime.combine(parse_date(folded), time())
    return datetime.combine(parse_date(folded[: match.start()]), _time_of(match))


def _time_of(match: re.Match[str]) -> time:
    hour = int(match["hour"])
    if match["half"]:
        if hour > HALF_DAY:
            raise ValueError(match.string)
        hour = hour % HALF_DAY + (HALF_DAY if match["half"] == "午後" else 0)
    minute, second = match["minute"] or match["minutes"] or 0, match["second"] or match["seconds"] or 0
    return time(hour, int(minute), int(second))
