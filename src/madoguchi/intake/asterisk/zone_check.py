"""Notices local times read in a wrong zone: a channel's id holds the UTC second in which the channel was made."""

from datetime import timedelta

from madoguchi.core.errors import Problem
from madoguchi.intake.asterisk.ids import started_at
from madoguchi.intake.asterisk.moments import MILLION
from madoguchi.intake.asterisk.records import CdrRow, CelEvent

# zones differ by quarters of an hour; clocks and long calls by less than this many channels all at once
QUARTER_SECONDS = 900
CHANNELS_NEEDED = 10


class ZoneCheck:
    """Compares the times of one file with the ids of its channels."""

    def __init__(self, *, file: str, zone: str) -> None:
        self._file, self._zone = file, zone
        self._ids: set[str] = set()
        self._earliest: tuple[int, int, str] | None = None

    def see(self, record: object, *, line: int, offset: int) -> None:
        """Note a line; `offset` is what the profile added to its time."""
        if isinstance(record, CdrRow):
            at, column = record.start, "start"
        elif isinstance(record, CelEvent):
            at, column = record.at // MILLION, "eventtime"
        else:
            return
        made = started_at(record.call_id)
        if made is None:
            return
        self._ids.add(record.call_id)
        difference = (at - offset - made, line, column)
        if self._earliest is None or difference < self._earliest:
            self._earliest = difference

    def problem(self) -> Problem | None:
        """Return what is wrong where nothing in a channel's life can be before the channel, or hours after it."""
        if self._earliest is None:
            return None
        difference, line, column = self._earliest
        is_late = difference >= QUARTER_SECONDS and len(self._ids) >= CHANNELS_NEEDED
        if difference > -QUARTER_SECONDS and not is_late:
            return None
        apart = timedelta(seconds=abs(difference))
        which = "before" if difference < 0 else "after"
        return Problem(
            where=self._file,
            line=line,
            key=column,
            given=f"times that, read in {self._zone}, are {apart} {which} the moments their uniqueids name",
            allowed="local times of the zone set for the file: check zone and zones in the profile",
        )
