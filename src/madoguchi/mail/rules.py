"""What is made of a mail, and when a mail of ours is tried again. Pure decisions on values."""

from dataclasses import dataclass
from datetime import timedelta

from madoguchi.core.mail_vocabulary import MailReason, MailState
from madoguchi.mail.values import Looked

MOST_FILES = 100
MOST_TRIES = 6
"""So often a message may fail, or end its worker, before it is set aside unread: once with others, then alone."""
ALARM_AFTER = timedelta(minutes=5)
WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 4 * 60, 8 * 60, 12 * 60))
"""How long a mail of ours waits after each failure; after the last it is given up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What becomes of a mail, and why."""

    state: MailState
    reason: MailReason | None = None
    detail: str = ""


def decide(looked: Looked, *, count_in_hour: int, hourly_limit: int | None) -> Decision:
    """Decide on a mail that is no copy: whether it may have any effect on tickets.

    Without a limit a person has looked at it: then it is held back only where it cannot be read or has no author.
    """
    message, sorting = looked.message, looked.sorting
    if not looked.arrived.is_whole:
        detail = f"{looked.arrived.size} bytes"
        return Decision(state=MailState.QUARANTINED, reason=MailReason.TOO_LARGE, detail=detail)
    if message.content_type == "message/partial":
        detail = message.header("content-type")[:200]
        return Decision(state=MailState.QUARANTINED, reason=MailReason.PARTIAL, detail=detail)
    if message.needs_quarantine:
        hostile = [each for each in message.findings if each.trouble.needs_quarantine]
        detail = "; ".join(f"{each.trouble.value}: {each.detail}" for each in hostile)
        return Decision(state=MailState.QUARANTINED, reason=MailReason.LIMITS, detail=detail)
    if not sorting.may_open_ticket and hourly_limit is not None:
        detail = "; ".join(f"{each.mark.value}: {each.detail}" for each in sorting.reasons)
        return Decision(state=MailState.MACHINE, detail=detail)
    return _decide_on_a_letter(looked, count_in_hour=count_in_hour, hourly_limit=hourly_limit)


def _decide_on_a_letter(looked: Looked, *, count_in_hour: int, hourly_limit: int | None) -> Decision:
    if looked.sorting.is_spam and hourly_limit is not None:
        detail = "; ".join(each.detail for each in looked.sorting.reasons)
        return Decision(state=MailState.QUARANTINED, reason=MailReason.SPAM, detail=detail)
    if "@" not in looked.sender:
        return Decision(state=MailState.QUARANTINED, reason=MailReason.NO_AUTHOR)
    file_count = len(looked.message.attachments) + len(looked.message.nested)
    if file_count > MOST_FILES:
        detail = f"{file_count} > {MOST_FILES}"
        return Decision(state=MailState.QUARANTINED, reason=MailReason.TOO_MANY_FILES, detail=detail)
    if hourly_limit is not None and count_in_hour >= hourly_limit:
        detail = f"{looked.sender}: {count_in_hour} >= {hourly_limit}"
        return Decision(state=MailState.QUARANTINED, reason=MailReason.RATE, detail=detail)
    return Decision(state=MailState.TAKEN)


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failures, or None to give up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
