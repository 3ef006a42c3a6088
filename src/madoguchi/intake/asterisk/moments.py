"""Local times of log files turned into whole UTC seconds."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FORM = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})(?::([0-5]\d))?(?:\.(\d{1,6})\d*)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
EPOCH = re.compile(r"(\d{9,11})(?:\.(\d{1,6})\d*)?")
ALLOWED = "a time such as 2026-09-30 16:57:01"
# the years telephone logs are from; anything else is a broken field
FIRST_EPOCH, FINAL_EPOCH = 315_532_800, 7_258_118_400
MILLION = 1_000_000


class MomentError(ValueError):
    """A time that cannot be read; the text says what is allowed."""


class LocalClock:
    """Reads the local times of one zone; remembers each minute's place in UTC, as logs repeat them."""

    def __init__(self, *, zone: str) -> None:
        self.zone = zone
        self._zone = ZoneInfo(zone)
        self._minutes: dict[str, tuple[int, ...]] = {}

    def seconds(self, text: str, *, near: int | None = None) -> int:
        """Return the UTC second; a fraction is cut off.

        Of a time the clocks showed twice the one nearest to `near` is taken, without `near` the first.
        Raises MomentError for a text that is no time and for a time the clocks skipped.
        """
        return self.microseconds(text, near=near) // MILLION

    def microseconds(self, text: str, *, near: int | None = None) -> int:
        epoch = EPOCH.fullmatch(text)
        if epoch is not None:
            return _in_range(int(epoch[1])) * MILLION + _fraction(epoch[2])
        match = FORM.fullmatch(text.strip())
        if match is None:
            raise MomentError(ALLOWED)
        second = int(match[6] or 0)
        minutes = self._candidates(match, text)
        minute = minutes[0] if near is None else min(minutes, key=lambda each: abs(each - near))
        return _in_range(minute + second) * MILLION + _fraction(match[7])

    def is_shown_twice(self, text: str) -> bool:
        match = FORM.fullmatch(text.strip())
        return match is not None and len(self._candidates(match, text)) > 1

    def _candidates(self, match: re.Match[str], text: str) -> tuple[int, ...]:
        key = text.strip()[:16] + (match[8] or "")
        if key not in self._minutes:
            self._minutes[key] = self._work_out(match)
        return self._minutes[key]

    def _work_out(self, match: re.Match[str]) -> tuple[int, ...]:
        try:
            year, month, day, hour, minute = (int(match[each]) for each in range(1, 6))
            local = datetime(year, month, day, hour, minute)  # noqa: DTZ001  # the zone is added below
        except ValueError as error:
            raise MomentError(ALLOWED) from error
        if match[8]:
            return (int(local.replace(tzinfo=UTC).timestamp()) - _offset(match[8]),)
        found = []
        for fold in (0, 1):
            there = local.replace(tzinfo=self._zone, fold=fold).astimezone(UTC)
            if there.astimezone(self._zone).replace(tzinfo=None) == local:
                found.append(int(there.timestamp()))
        if not found:
            raise MomentError(f"a time that exists: the clocks of {self.zone} skipped it")
        return tuple(sorted(set(found)))


def _offset(text: str) -> int:
    if text == "Z":
        return 0
    digits = text[1:].replace(":", "")
    seconds = int(timedelta(hours=int(digits[:2]), minutes=int(digits[2:])).total_seconds())
    return -seconds if text[0] == "-" else seconds


def _fraction(digits: str | None) -> int:
    return int(digits.ljust(6, "0")) if digits else 0


def _in_range(seconds: int) -> int:
    if not FIRST_EPOCH <= seconds < FINAL_EPOCH:
        raise MomentError("a time from 1980 to 2199")
    return seconds


def second_showing(seconds: int, *, zone: str) -> int | None:
    """Return the other moment at which the zone's clocks show the same time, where they show it again."""
    shown = datetime.fromtimestamp(seconds, tz=ZoneInfo(zone))
    again = int(shown.replace(fold=1).timestamp())
    return again if again > seconds else None


def moment_of(seconds: int | None) -> datetime | None:
    """Return whole UTC seconds as an aware moment."""
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
