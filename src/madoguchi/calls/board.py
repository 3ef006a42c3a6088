"""What the pages show of a board: who waits, who is there, whose number calls."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from madoguchi.calls.ami.state import AWAY, FREE, PAUSED, RINGING, TALKING
from madoguchi.calls.models import Board
from madoguchi.calls.queries import open_tickets_of, people_by_number
from madoguchi.calls.rules import compared_number
from madoguchi.contracts.access import Access, people_of
from madoguchi.core.calls.table import seconds_text
from madoguchi.core.values import Rate
from madoguchi.desk.models import Ticket
from madoguchi.people.models import Person

OLD = timedelta(seconds=60)
SHOWN = 10
ORDER = (FREE, TALKING, RINGING, PAUSED, AWAY)


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveBoard:
    """The telephone system now; the rate is what was heard today, never judged."""

    heard_at: datetime
    is_old: bool
    problem: str
    waiting: tuple[tuple[str, int], ...]
    waiting_count: int
    longest_seconds: int | None
    agents: tuple[tuple[str, int], ...]
    answered: int
    abandoned: int

    @property
    def longest(self) -> str:
        return "" if self.longest_seconds is None else seconds_text(self.longest_seconds)

    @property
    def rate(self) -> str:
        percent = Rate(part=self.answered, whole=self.answered + self.abandoned).percent(decimals=1)
        return "" if percent is None else f"{percent}%"


def live_board(*, access: Access, now: datetime) -> LiveBoard | None:
    """Return the contract's board, None where no telephone system was ever heard."""
    board = Board.objects.filter(contract=access.contract).first()
    if board is None:
        return None
    callers, agents = _listed(board, "callers"), _listed(board, "agents")
    joined = [datetime.fromtimestamp(each["joined_at"], tz=UTC) for each in callers]
    is_today = board.content.get("day") == timezone.localdate(now).isoformat()
    return LiveBoard(
        heard_at=board.heard_at, is_old=now - board.heard_at > OLD, problem=board.problem,
        waiting=tuple(sorted(Counter(str(each["queue"]) for each in callers).items())), waiting_count=len(callers),
        longest_seconds=max((max(0, int((now - each).total_seconds())) for each in joined), default=None),
        agents=tuple((state, sum(each["state"] == state for each in agents)) for state in ORDER),
        answered=board.content.get("answered", 0) if is_today else 0,
        abandoned=board.content.get("abandoned", 0) if is_today else 0,
    )  # fmt: skip


def _listed(board: Board, name: str) -> list[dict[str, Any]]:
    found = board.content.get(name, [])
    return list(found) if isinstance(found, list) else []


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """A call that somebody should look at: who it is, as far as the number says, and what is open of theirs."""

    number: str
    queue: str
    is_answered: bool
    people: tuple[Person, ...]
    tickets: tuple[Ticket, ...]


def incoming_calls(*, access: Access, now: datetime) -> list[Incoming] | None:
    """Return the calls a person at the desk should see: those at their own telephone, else all that wait.

    A telephone is a person's where its interface ends in their extension, such as SIP/1001 in 1001.
    None where no telephone system was ever heard.
    """
    board = Board.objects.filter(contract=access.contract).first()
    if board is None or now - board.heard_at > OLD:
        return None if board is None else []
    own = compared_number(access.person.extension)
    callers, agents = _listed(board, "callers"), _listed(board, "agents")
    calls = [
        (str(each["number"]), "", True)
        for each in agents
        if each["state"] == TALKING and own and _extension(str(each["interface"])) == own
    ]
    ringing = [each for each in callers if own and _extension(str(each["rings"])) == own]
    calls += [(str(each["number"]), str(each["queue"]), False) for each in ringing or callers]
    return _with_people(access, calls[:SHOWN], now=now)


def _extension(interface: str) -> str:
    return compared_number(interface.partition("/")[2].partition("@")[0])


def _with_people(access: Access, calls: list[tuple[str, str, bool]], *, now: datetime) -> list[Incoming]:
    if not calls:
        return []
    by_number = people_by_number(access=access, day=now)
    keys = {key for number, _queue, _is in calls for key in by_number.get(number, ())}
    known = people_of(contract=access.contract, day=timezone.localdate(now)).in_bulk(list(keys))
    tickets: dict[int, list[Ticket]] = {}
    for each in open_tickets_of(access=access, people=keys):
        tickets.setdefault(each.requester_id, []).append(each)
    return [
        Incoming(
            number=number, queue=queue, is_answered=is_answered,
            people=tuple(known[key] for key in by_number.get(number, ()) if key in known),
            tickets=tuple(each for key in by_number.get(number, ()) for each in tickets.get(key, ())[:SHOWN]),
        )
        for number, queue, is_answered in calls
    ]  # fmt: skip
