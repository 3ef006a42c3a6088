"""A caller's way through the queues: visits and agents' legs, whichever log they were read from."""

from dataclasses import dataclass
from enum import StrEnum


class Left(StrEnum):
    """How a caller left a queue."""

    CONNECTED = "connected"
    ABANDONED = "abandoned"
    TIMEOUT = "timeout"
    EMPTY = "empty"
    KEY = "key"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    WAITING = "waiting"


class LegEnd(StrEnum):
    """How an agent's leg ended."""

    COMPLETED = "completed"
    BLIND = "blind"
    ATTENDED = "attended"
    TALKING = "talking"


@dataclass(kw_only=True, slots=True)
class Visit:
    """Positions in the queue are None where the log does not hold them; `left_position` is of who left unanswered."""

    queue: str
    entered_at: int
    left_at: int | None = None
    left: Left = Left.WAITING
    entered_position: int | None = None
    left_position: int | None = None


@dataclass(kw_only=True, slots=True)
class Leg:
    """`talk_seconds` are the PBX's own where it wrote them; `channel_id` is the agent's channel."""

    queue: str
    agent: str
    answered_at: int
    ended_at: int | None = None
    talk_seconds: int | None = None
    end: LegEnd = LegEnd.TALKING
    target: str = ""
    channel_id: str = ""


@dataclass(kw_only=True, slots=True)
class Journey:
    """`latest_at` is the moment of the last line it was read from; `is_over` where that line ends the call.

    `has_moments` is false where the log tells what happened but not when (CDR).
    """

    visits: list[Visit]
    legs: list[Leg]
    latest_at: int | None = None
    is_over: bool = False
    has_moments: bool = True

    def is_unfinished(self) -> bool:
        """Say whether the last thing known is that the caller waits or talks."""
        final = self.final_visit()
        is_waiting = final is not None and final.left is Left.WAITING
        return is_waiting or any(leg.end is LegEnd.TALKING for leg in self.legs)

    def final_visit(self) -> Visit | None:
        """Return the visit that was left last; one not left at all comes after all others."""
        if not self.visits:
            return None
        return max(self.visits, key=_leaving_order)

    def first_leg(self) -> Leg | None:
        return min(self.legs, key=lambda leg: (leg.answered_at, leg.ended_at or 0), default=None)


def _leaving_order(visit: Visit) -> tuple[float, int, bool, str]:
    left_at = float("inf") if visit.left_at is None else visit.left_at
    return (left_at, visit.entered_at, visit.left is Left.ABANDONED, visit.queue)
