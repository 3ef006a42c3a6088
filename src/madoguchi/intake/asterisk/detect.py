"""Tells the four kinds of log apart by what is in them, whatever the files are called."""

from itertools import islice
from pathlib import Path

from madoguchi.intake.asterisk.carrier import is_heading
from madoguchi.intake.asterisk.cdr import COUNTS, DISPOSITION, DISPOSITIONS
from madoguchi.intake.asterisk.cel import EVENTS
from madoguchi.intake.asterisk.csv_line import cells_of
from madoguchi.intake.asterisk.headed import columns_in_profile, is_headed
from madoguchi.intake.asterisk.line_error import LineError
from madoguchi.intake.asterisk.lines import MARK, content_of, numbered, refusal
from madoguchi.intake.asterisk.moments import FORM
from madoguchi.intake.asterisk.queue_log import FIELDS
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.rows import ENCODINGS

LINES_LOOKED_AT = 20
BYTES_LOOKED_AT = 65_536
ALLOWED = (
    "queue_log (epoch|callid|queue|agent|EVENT|...), a CDR file (16 to 21 columns, or a heading with start, channel "
    "and disposition), a CEL file (an event such as CHAN_START in every row), or a carrier's report with its heading "
    "(see [carrier])"
)


NO_PROFILE = AsteriskSource(name="", contract="", zone="UTC")


def detect_kind(path: Path, *, source: AsteriskSource = NO_PROFILE) -> LogKind:
    """Return which log a file is. Raises InvalidInputError where it is empty or none of them."""
    content = content_of(path)
    if not content.strip():
        raise refusal(path, given="an empty file", allowed=ALLOWED)
    head = [line for _, line in islice(numbered(_head(content)), LINES_LOOKED_AT)]
    headed = next((kind for line in head if (kind := _headed_kind(line, source)) is not None), None)
    if headed is not None:
        return headed
    votes = [kind for line in head if (kind := _kind_of(line, source)) is not None]
    if not votes:
        raise refusal(path, line=1, given="none of the known logs", allowed=ALLOWED)
    return max(LogKind, key=votes.count)


def _head(content: bytes) -> str:
    """Return the first lines as text; bytes that no encoding knows are left for the reader to refuse."""
    head = content[:BYTES_LOOKED_AT]
    if len(content) > BYTES_LOOKED_AT:
        head = head[: head.rfind(b"\n") + 1] or head
    for encoding in ENCODINGS:
        try:
            return head.decode(encoding).removeprefix(MARK)
        except UnicodeDecodeError:
            continue
    return head.decode("utf-8", errors="replace")


def _headed_kind(line: str, source: AsteriskSource) -> LogKind | None:
    try:
        cells = cells_of(line)
    except LineError:
        return None
    for kind in (LogKind.CDR, LogKind.CEL):
        if is_headed(cells, kind=kind, source=source):
            return kind
    return LogKind.CARRIER if is_heading(cells, report=source.carrier) else None


def _kind_of(line: str, source: AsteriskSource) -> LogKind | None:
    if line.count("|") >= FIELDS - 1 and "," not in line.split("|", 1)[0]:
        return LogKind.QUEUE_LOG
    try:
        cells = cells_of(line)
    except LineError:
        return None
    if _is_cdr(cells, source):
        return LogKind.CDR
    if EVENTS.intersection(cell.strip().upper() for cell in cells):
        return LogKind.CEL
    report = source.carrier
    is_row = len(cells) == len(report.columns) and any(FORM.fullmatch(cell.strip()) for cell in cells)
    return LogKind.CARRIER if is_row else None


def _is_cdr(cells: list[str], source: AsteriskSource) -> bool:
    columns = columns_in_profile(kind=LogKind.CDR, source=source)
    if columns:
        return len(cells) == len(columns) and cells[columns.index("disposition")] in DISPOSITIONS
    return len(cells) in COUNTS and cells[DISPOSITION] in DISPOSITIONS
