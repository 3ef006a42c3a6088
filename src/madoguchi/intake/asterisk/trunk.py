"""What CDR and CEL say about the caller's channel: when, by which number, where and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from madoguchi.intake.asterisk.cel import extra_of
from madoguchi.intake.asterisk.moments import MILLION
from madoguchi.intake.asterisk.numbers import is_dialled_number, shown_number
from madoguchi.intake.asterisk.records import CdrRow, CelEvent
from madoguchi.intake.asterisk.sightings import HANGUP, MENU_APPLICATIONS, SYSTEM_SOURCE
from madoguchi.intake.asterisk.source import AsteriskSource

BUSY_CAUSES = frozenset({"17"})
CONGESTION_CAUSES = frozenset({"34", "38", "42"})
CONNECTING = frozenset({"Queue", "Dial", "AppQueue", "AppDial"})


class Ending(StrEnum):
    """Who or what ended the caller's channel."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"
    BUSY = "busy"
    CONGESTION = "congestion"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trunk:
    """`has_record` is false where neither CDR nor CEL has a line of the channel."""

    has_record: bool = False
    started_at: int | None = None
    ended_at: int | None = None
    dialled: str | None = None
    caller: str | None = None
    is_answered: bool = False
    ending: Ending = Ending.UNKNOWN
    context: str = ""
    application: str = ""
    contexts: frozenset[str] = frozenset()
    has_seen_menu: bool = False
    has_heard_announcement: bool = False

    @property
    def place(self) -> str:
        return f"{self.context}/{self.application}"


NO_RECORD = Trunk()


def trunk_of(*, source: AsteriskSource, cdr: Sequence[CdrRow], cel: Sequence[CelEvent]) -> Trunk:
    """Return the caller's channel. CEL goes first: later steps of a call overwrite what CDR holds."""
    if not cdr and not cel:
        return NO_RECORD
    from_cdr, from_cel = _from_cdr(source, cdr), _from_cel(cel)
    ended_at = from_cel.ended_at if from_cel.ended_at is not None else from_cdr.ended_at
    explicit = (Ending.BUSY, Ending.CONGESTION)
    uses_cdr = from_cdr.ending in explicit or from_cel.ending is Ending.UNKNOWN
    return Trunk(
        has_record=bool(cdr or cel),
        started_at=from_cel.started_at if from_cel.started_at is not None else from_cdr.started_at,
        ended_at=ended_at,
        dialled=from_cel.dialled or from_cdr.dialled,
        caller=from_cel.caller or from_cdr.caller,
        is_answered=from_cel.is_answered or from_cdr.is_answered,
        ending=from_cdr.ending if uses_cdr else from_cel.ending,
        context=from_cel.context or from_cdr.context,
        application=_application(from_cel, from_cdr),
        contexts=from_cel.contexts | from_cdr.contexts,
        has_seen_menu=from_cel.has_seen_menu or from_cdr.has_seen_menu,
        has_heard_announcement=from_cel.has_heard_announcement or from_cdr.has_heard_announcement,
    )


def _application(cel: Trunk, cdr: Trunk) -> str:
    """Return the last application: CEL knows of the dialplan's hang-up, CDR of those CEL does not show."""
    if cel.ending is Ending.SYSTEM:
        return HANGUP
    return cdr.application or cel.application


def _from_cdr(source: AsteriskSource, rows: Sequence[CdrRow]) -> Trunk:
    if not rows:
        return NO_RECORD
    ordered = sorted(rows, key=lambda row: (row.start, row.end, _number(row.sequence), row))
    final = ordered[-1]
    applications = {row.application.lower() for row in rows}
    return Trunk(
        has_record=True,
        started_at=ordered[0].start,
        ended_at=max(row.end for row in rows),
        dialled=next((found for row in ordered if (found := _dialled(source, row))), None),
        caller=next((found for row in ordered if (found := shown_number(row.caller))), None),
        is_answered=any(row.disposition == "ANSWERED" for row in rows),
        ending=_cdr_ending(final),
        context=final.context,
        application=final.application,
        contexts=frozenset(row.context for row in rows),
        has_seen_menu=bool(applications & MENU_APPLICATIONS),
        has_heard_announcement="playback" in applications,
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _dialled(source: AsteriskSource, row: CdrRow) -> str | None:
    """Return the number dialled where the row still holds it: in userfield, or in dst before a transfer."""
    for text in (row.user_field.strip(), row.dialled):
        if text in source.lines:
            return text
    if is_dialled_number(row.user_field.strip()):
        return row.user_field.strip()
    is_lost = bool(source.lines) or row.application == "Dial" or not is_dialled_number(row.dialled)
    return None if is_lost else row.dialled


def _cdr_ending(row: CdrRow) -> Ending:
    if row.application == "Busy":
        return Ending.BUSY
    if row.application == "Congestion":
        return Ending.CONGESTION
    if row.application in CONNECTING:
        return Ending.UNKNOWN
    if row.application == HANGUP:
        return Ending.SYSTEM
    # FAILED is also written for callers who gave up early; without a step it is a real failure
    failed = Ending.CALLER if row.application else Ending.FAILED
    by_disposition = {"BUSY": Ending.BUSY, "CONGESTION": Ending.CONGESTION, "FAILED": failed}
    return by_disposition.get(row.disposition, Ending.CALLER)


def _from_cel(events: Sequence[CelEvent]) -> Trunk:
    if not events:
        return NO_RECORD
    ordered = sorted(events)
    start = next((each for each in ordered if each.event == "CHAN_START"), None)
    end = next((each for each in ordered if each.event == "HANGUP"), None) or next(
        (each for each in ordered if each.event == "CHAN_END"), None
    )
    is_answered = any(each.event == "ANSWER" for each in ordered)
    steps = [each for each in ordered if each.event == "APP_START"]
    final = end or ordered[-1]
    return Trunk(
        has_record=True,
        started_at=start.at // MILLION if start else None,
        ended_at=end.at // MILLION if end else None,
        dialled=start.extension if start and start.extension not in ("", "s") else None,
        caller=next((found for each in ordered if (found := shown_number(each.caller))), None),
        is_answered=is_answered,
        ending=_cel_ending(end, is_answered=is_answered),
        context=final.context,
        application=steps[-1].application if steps else "",
        contexts=frozenset(each.context for each in (*steps, final)),
        has_seen_menu=any(each.application.lower() in MENU_APPLICATIONS for each in ordered),
        has_heard_announcement=any(each.application == "Playback" for each in steps),
    )


def _cel_ending(end: CelEvent | None, *, is_answered: bool) -> Ending:
    if end is None:
        return Ending.UNKNOWN
    extra = extra_of(end)
    cause, by = str(extra.get("hangupcause", "")), str(extra.get("hangupsource", ""))
    if not is_answered and cause in BUSY_CAUSES:
        return Ending.BUSY
    if not is_answered and cause in CONGESTION_CAUSES:
        return Ending.CONGESTION
    if by == end.channel:
        return Ending.CALLER
    if by.startswith(SYSTEM_SOURCE):
        return Ending.SYSTEM
    return Ending.AGENT if by else Ending.UNKNOWN
