"""The process that listens to the telephone systems and keeps the boards."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import close_old_connections
from django.utils import timezone

from madoguchi.calls.ami.blocks import Block
from madoguchi.calls.ami.config import Telephone, read_telephones
from madoguchi.calls.ami.listen import Pace, listen_for_ever
from madoguchi.calls.ami.state import LiveState
from madoguchi.calls.models import Board
from madoguchi.contracts.models import Contract
from madoguchi.core.errors import MadoguchiError

log = logging.getLogger(__name__)
PUBLISH_SECONDS, HEARTBEAT_SECONDS = 1.0, 15.0
LONGEST_PROBLEM = 200


class NoTelephoneError(MadoguchiError):
    """There is no telephone system to listen to; name the file of them in MADOGUCHI_TELEPHONES."""


def telephones() -> tuple[Telephone, ...]:
    """Return the telephone systems of the installation, none where no file names any. Raises InvalidInputError."""
    path = settings.TELEPHONES_FILE
    return read_telephones(path, secret=settings.AMI_SECRET) if path else ()


def work() -> None:
    """Listen until told to stop."""
    asyncio.run(listen_to(telephones()))


async def listen_to(systems: tuple[Telephone, ...], *, pace: Pace | None = None) -> None:
    async with asyncio.TaskGroup() as group:
        for each in systems:
            group.create_task(Listener(each).run(pace=pace))


class Listener:
    """One telephone system with the states of the contracts it serves."""

    def __init__(self, telephone: Telephone) -> None:
        self.telephone = telephone
        self.problem = ""
        contracts = sorted({contract for _queue, contract in telephone.queues})
        self.states = {
            key: LiveState(queues=frozenset(queue for queue, contract in telephone.queues if contract == key))
            for key in contracts
        }

    async def run(self, *, pace: Pace | None = None) -> None:
        await _with_database(self.resume)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publish_for_ever())
            group.create_task(
                listen_for_ever(self.telephone, connected=self.connected, heard=self.heard, lost=self.lost, pace=pace)
            )

    def connected(self) -> None:
        self.problem = ""
        for state in self.states.values():
            state.forget_present()

    def heard(self, block: Block) -> None:
        now = timezone.now()
        day = _day()
        for state in self.states.values():
            state.take(block, at=now.timestamp(), day=day)

    async def lost(self, problem: str) -> None:
        self.problem = problem[:LONGEST_PROBLEM]
        log.warning("telephone system %s: %s; it is tried again", self.telephone.name, self.problem)
        for state in self.states.values():
            state.forget_present()

    async def _publish_for_ever(self) -> None:
        latest = 0.0
        while True:
            now = asyncio.get_running_loop().time()
            is_due = now - latest > HEARTBEAT_SECONDS
            if is_due or any(state.is_changed for state in self.states.values()):
                contents = {key: state.content() for key, state in self.states.items()}
                for state in self.states.values():
                    state.is_changed = False
                await _with_database(self.publish, contents)
                latest = now
            await asyncio.sleep(PUBLISH_SECONDS)

    def publish(self, contents: dict[str, dict[str, Any]]) -> None:
        """Write the boards; a database that is away is tried again at the next turn."""
        try:
            for key, contract in Contract.objects.in_bulk(list(contents), field_name="key").items():
                Board.objects.update_or_create(
                    contract=contract,
                    defaults={"heard_at": timezone.now(), "problem": self.problem, "content": contents[key]},
                )
        except DatabaseProblem as error:
            log.warning("telephone system %s: the board was not written: %s", self.telephone.name, error)

    def resume(self) -> None:
        """Go on with today's counts of before a restart."""
        for board in Board.objects.filter(contract__key__in=list(self.states)).select_related("contract"):
            self.states[board.contract.key].resume(board.content, day=_day())


async def _with_database(work: Callable[..., None], *arguments: object) -> None:
    """Do what waits for the database in a thread, and leave no broken connection behind."""

    def done() -> None:
        try:
            work(*arguments)
        finally:
            close_old_connections()

    await asyncio.to_thread(done)


def _day() -> date:
    return timezone.localdate()
