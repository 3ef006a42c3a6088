"""A connection to the manager interface that only listens: it signs in, asks once who is there, and pings."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from madoguchi.calls.ami.blocks import Block, Blocks
from madoguchi.calls.ami.config import Telephone
from madoguchi.core.errors import MadoguchiError

PIECE = 65_536
CONNECT_SECONDS, SILENT_SECONDS, PING_SECONDS = 10.0, 60.0, 20.0
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
GREETING = b"Asterisk Call Manager"
ALLOWED_ACTIONS = frozenset(("Challenge", "Login", "QueueStatus", "Ping", "Logoff"))


class AmiError(MadoguchiError):
    """The telephone system's manager interface refused, or is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How long to wait for what; tests are faster."""

    connect: float = CONNECT_SECONDS
    silent: float = SILENT_SECONDS
    ping: float = PING_SECONDS
    first_wait: float = FIRST_WAIT
    longest_wait: float = LONGEST_WAIT


Connected = Callable[[], None]
Lost = Callable[[str], Awaitable[None]]
Heard = Callable[[Block], None]


async def listen_for_ever(
    telephone: Telephone, *, connected: Connected, heard: Heard, lost: Lost, pace: Pace | None = None
) -> None:
    """Listen, and connect again whenever the connection is lost, waiting longer each time it fails at once."""
    pace = pace or Pace()
    wait = pace.first_wait
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await listen(telephone, connected=connected, heard=heard, pace=pace)
        except (OSError, TimeoutError, AmiError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            await lost(str(error) or type(error).__name__)
        if asyncio.get_running_loop().time() - began > pace.silent:
            wait = pace.first_wait
        await asyncio.sleep(wait)
        wait = min(wait * 2, pace.longest_wait)


async def listen(telephone: Telephone, *, connected: Connected, heard: Heard, pace: Pace) -> None:
    """Hear one connection to its end. Raises OSError, TimeoutError or AmiError when it is over."""
    context = ssl.create_default_context() if telephone.has_tls else None
    async with asyncio.timeout(pace.connect):
        reader, writer = await asyncio.open_connection(telephone.host, telephone.port, ssl=context, limit=PIECE)
    pinging: asyncio.Task[None] | None = None
    try:
        blocks = _blocks(reader, pace)
        async with asyncio.timeout(pace.connect):
            await _sign_in(telephone, reader, writer, blocks)
        connected()
        await send(writer, "QueueStatus")
        pinging = asyncio.create_task(_ping(writer, pace))
        async for block in blocks:
            if "Event" in block:
                heard(block)
        raise AmiError("the telephone system closed the connection")
    finally:
        if pinging is not None:
            pinging.cancel()
        writer.close()


async def _sign_in(
    telephone: Telephone, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, blocks: AsyncIterator[Block]
) -> None:
    """Sign in by challenge, so that the secret itself is never sent."""
    if not (await reader.readuntil(b"\n")).startswith(GREETING):
        raise AmiError("what answers is no manager interface of Asterisk")
    await send(writer, "Challenge", AuthType="MD5")
    challenge = (await _answer(blocks)).get("Challenge", "")
    if not challenge:
        raise AmiError("the manager interface gave no challenge")
    key = hashlib.md5(f"{challenge}{telephone.secret}".encode(), usedforsecurity=False).hexdigest()
    await send(writer, "Login", AuthType="MD5", Username=telephone.account, Key=key, Events="agent,call")
    if (await _answer(blocks)).get("Response") != "Success":
        raise AmiError("the manager interface refused the account")


async def _answer(blocks: AsyncIterator[Block]) -> Block:
    async for block in blocks:
        if "Response" in block:
            return block
    raise AmiError("the telephone system closed the connection")


async def _blocks(reader: asyncio.StreamReader, pace: Pace) -> AsyncIterator[Block]:
    """Yield what comes; a connection that stays silent in spite of pings is dead."""
    taken = Blocks()
    while True:
        async with asyncio.timeout(pace.silent):
            piece = await reader.read(PIECE)
        if not piece:
            return
        for block in taken.feed(piece):
            yield block
        # a flood must not keep the others waiting
        await asyncio.sleep(0)


async def _ping(writer: asyncio.StreamWriter, pace: Pace) -> None:
    while True:
        await asyncio.sleep(pace.ping)
        try:
            await send(writer, "Ping")
        except OSError:
            return


async def send(writer: asyncio.StreamWriter, action: str, **fields: str) -> None:
    """Send one of the few actions that change nothing at the telephone system."""
    if action not in ALLOWED_ACTIONS:
        raise ValueError(f"{action}: only {', '.join(sorted(ALLOWED_ACTIONS))} are ever sent")
    lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    await writer.drain()
