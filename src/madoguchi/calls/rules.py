"""Who a number is, and which ticket a call is about: decisions on values."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

DIGITS = re.compile(r"[0-9]+")
SEPARATORS = re.compile(r"[\s()\-.‐‑‒–—―−ー]+")
JAPAN = "81"
LONGEST = 20
SHORTEST_OUTSIDE = 9
NEAR = timedelta(minutes=30)


def compared_number(written: str | None) -> str:
    """Return a telephone number in the one form that numbers are compared in, empty for none or a withheld one.

    Wide digits are narrowed, signs between digits dropped, Japan's +81, 0081 and 010-81 become the leading 0;
    other countries' numbers keep their +. Words (anonymous, 非通知, 公衆電話) are no number.
    """
    text = SEPARATORS.sub("", unicodedata.normalize("NFKC", written or "").removeprefix("tel:"))
    is_international = text.startswith("+")
    digits = text.removeprefix("+")
    if not DIGITS.fullmatch(digits):
        return ""
    for prefix in ("010", "00"):
        if not is_international and digits.startswith(prefix) and len(digits) > SHORTEST_OUTSIDE + len(prefix):
            digits, is_international = digits.removeprefix(prefix), True
    if is_international and digits.startswith(JAPAN):
        national = digits.removeprefix(JAPAN).removeprefix("0")
        return f"0{national}"[:LONGEST] if national else ""
    return (f"+{digits}" if is_international else digits)[:LONGEST]


def people_with(number: str, *, numbers: Iterable[tuple[int, str]]) -> list[int]:
    """Return the people (key, number as written) whose number this is."""
    return [] if not number else [key for key, written in numbers if compared_number(written) == number]


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownCall:
    """A call of the facts, as far as tickets are concerned; `ticket` is the number that came with the facts."""

    source: str
    offered_at: datetime
    answered_at: datetime | None
    outcome: str
    caller: str
    line: str
    agent: str
    talk_seconds: int | None
    ticket: int | None

    @property
    def reached_at(self) -> datetime:
        return self.answered_at or self.offered_at


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneTicket:
    """A ticket received by telephone."""

    number: int
    subject: str
    requester: str
    requester_id: int
    received_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmatched:
    """Calls that were answered and belong to no ticket, each with the tickets it may be; tickets of no call."""

    calls: tuple[tuple[KnownCall, tuple[PhoneTicket, ...]], ...]
    tickets: tuple[PhoneTicket, ...]
    matched_count: int


def match(
    *,
    calls: Sequence[KnownCall],
    tickets: Sequence[PhoneTicket],
    links: Mapping[str, int],
    elsewhere: AbstractSet[int],
    callers: Mapping[str, Sequence[int]],
) -> Unmatched:
    """Tell which calls and tickets stand alone.

    `links` is call source -> ticket number, `elsewhere` holds tickets whose calls came on other days, `callers` is
    compared number -> the people it belongs to. A ticket may be a call's where it was received within half an hour
    of it; those of the caller come first.
    """
    of_call = {each.source: links.get(each.source) or each.ticket for each in calls}
    taken = {*elsewhere, *links.values(), *(number for number in of_call.values() if number is not None)}
    alone = tuple(each for each in tickets if each.number not in taken)
    without = [each for each in calls if of_call[each.source] is None and each.answered_at is not None]
    return Unmatched(
        calls=tuple((each, _candidates(each, alone, callers.get(each.caller, ()))) for each in without),
        tickets=alone,
        matched_count=sum(number is not None for number in of_call.values()),
    )


def _candidates(
    call: KnownCall, tickets: Sequence[PhoneTicket], people: Sequence[int], *, most: int = 3
) -> tuple[PhoneTicket, ...]:
    near = [each for each in tickets if abs(each.received_at - call.reached_at) <= NEAR]
    near.sort(key=lambda each: (each.requester_id not in people, abs(each.received_at - call.reached_at), each.number))
    return tuple(near[:most])
