"""Lines of queue_log read in bulk: DuckDB splits and checks the plain ones, all others are left to the parser.

A line is plain where nothing in it needs a second look: seconds since 1970, a known event in its place, whole numbers
where numbers belong. What the parser would refuse is never plain, so it alone says what is wrong with a line.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from madoguchi.intake.asterisk.moments import FINAL_EPOCH, FIRST_EPOCH
from madoguchi.intake.asterisk.queue_log import FIELDS, KNOWN, NO_CALL, PARAMETERS
from madoguchi.intake.asterisk.raw_store import Gathered, RawStore
from madoguchi.intake.asterisk.sightings import Sight, Sighting, plain_reason
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind, QueueLogTime

# as many digits as surely fit into a column
NUMBER = "[0-9]{1,18}"
# a list counts from 1 from its front, and from -1 from its end
FIRST_PARAMETER = FIELDS + 1


def quoted(names: Iterable[str]) -> str:
    """Return names as a list in SQL."""
    return "(" + ", ".join("'" + each.replace("'", "''") + "'" for each in sorted(names)) + ")"


def _has_parameters() -> Iterator[str]:
    """Yield for each event with parameters the condition that they are there, and numbers where they must be."""
    for event, (fewest, numbers) in PARAMETERS.items():
        places = (place + FIRST_PARAMETER if place >= 0 else place for place in numbers)
        are_numbers = (f"AND regexp_full_match(f[{place}], '{NUMBER}')" for place in places)
        yield f"WHEN '{event}' THEN len(f) >= {FIELDS + fewest} {' '.join(are_numbers)}"


IS_PLAIN = f"""
    regexp_full_match(f[1], '{NUMBER}([.].*)?')
    AND TRY_CAST(split_part(f[1], '.', 1) AS BIGINT) BETWEEN {FIRST_EPOCH} AND {FINAL_EPOCH - 1}
    AND CASE f[5] {" ".join(_has_parameters())} ELSE f[5] IN {quoted(KNOWN - PARAMETERS.keys())} END
"""
SPLIT = f"""
CREATE OR REPLACE TEMP TABLE split AS
SELECT file, line, text, f, coalesce({IS_PLAIN}, false) AS is_plain
FROM (SELECT file, line, text, string_split(text, '|') AS f FROM given)
"""  # noqa: S608  # constants of ours
PLAIN = f"""
INSERT INTO indexed
SELECT TRY_CAST(split_part(f[1], '.', 1) AS BIGINT) + ?, CASE WHEN f[2] IN {quoted(NO_CALL)} THEN '' ELSE f[2] END,
    f[2] NOT IN {quoted(NO_CALL)}, text, file, line, f[3], f[4], f[5], f[6], f[7], f[8]
FROM split WHERE is_plain
"""  # noqa: S608  # constants of ours
LINKED = "FROM indexed WHERE event = 'CONNECT' AND second <> ''"


def numbered_lines(text: str, *, file: int) -> Any:  # noqa: ANN401  # pyarrow is not typed
    """Return a log's lines as an Arrow table, made without a Python object for each."""
    whole = pa.array([text.replace("\r\n", "\n").replace("\r", "\n")], type=pa.large_string())
    lines = pc.split_pattern(whole, "\n").flatten()
    numbers = pa.array(range(1, len(lines) + 1), type=pa.int32())
    return pa.table(
        [pa.repeat(pa.scalar(file, pa.int32()), len(lines)), numbers, lines], names=["file", "line", "text"]
    )


def index_plain(raw: RawStore, source: AsteriskSource, *, lines: Any) -> list[tuple[int, str]]:  # noqa: ANN401  # Arrow
    """Lay the plain lines ready to be kept; return the others, with their numbers."""
    db = raw.db
    db.register("given", lines)
    db.execute(SPLIT)
    db.unregister("given")
    if source.queue_log_time is not QueueLogTime.EPOCH:
        db.execute("UPDATE split SET is_plain = false")
    db.execute(PLAIN, (source.offset_of(LogKind.QUEUE_LOG),))
    others = db.execute("SELECT line, text FROM split WHERE NOT is_plain ORDER BY line").fetchall()
    db.execute("DROP TABLE split")
    return others


def gather_plain(raw: RawStore, source: AsteriskSource, *, gathered: Gathered) -> None:
    """Note what the plain lines laid ready say together about the PBX."""
    db = raw.db
    db.execute(
        f"""
        INSERT INTO link SELECT call_id, second {LINKED} UNION SELECT second, call_id {LINKED}
        EXCEPT SELECT one, other FROM link
        """  # noqa: S608  # constants of ours
    )
    paused = db.execute("SELECT DISTINCT first FROM indexed WHERE event IN ('PAUSE', 'PAUSEALL')").fetchall()
    gathered.sightings |= {Sighting(Sight.PAUSE_REASON, plain_reason(reason or "")) for (reason,) in paused}
    restarts = db.execute("SELECT DISTINCT moment FROM indexed WHERE list_contains(?, event)", (source.restart_events,))
    gathered.restarts |= {moment for (moment,) in restarts.fetchall()}
    span = db.execute("SELECT min(moment), max(moment) FROM indexed WHERE event IS NOT NULL").fetchall()[0]
    if span[0] is not None:
        gathered.see(LogKind.QUEUE_LOG, *span)
