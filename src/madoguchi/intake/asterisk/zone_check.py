"""Notices local times read in a wrong zone: a channel's id holds the UTC second it was made in."""

from datetime import timedelta

from madoguchi.core.errors import Problem
from madoguchi.intake.asterisk.ids import started_at
from madoguchi.intake.asterisk.moments import MILLION
from madoguchi.intake.asterisk.records import CdrRow, CelEvent

# zones differ by whole quarters of an hour and by less than a day; anything else is not a zone
QUARTER_SECONDS, MOST_SECONDS = 900, 15 * 3600
SLACK_SECONDS = 10
# a few lines may all be of calls that have gone on for so long
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
        """Return what is wrong where all times are a difference of zones away from the channels' ids."""
        if self._earliest is None:
            return None
        difference, line, column = self._earliest
        from_quarter = (abs(difference) + SLACK_SECONDS) % QUARTER_SECONDS
        is_zone = QUARTER_SECONDS - SLACK_SECONDS <= abs(difference) <= MOST_SECONDS
        is_enough = difference < 0 or len(self._ids) >= CHANNELS_NEEDED
        if not is_zone or not is_enough or from_quarter > 2 * SLACK_SECONDS:
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
