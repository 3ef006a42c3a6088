"""A scripted manager interface on loopback: it checks what it is sent and says what a test wants."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from madoguchi.calls.ami.config import Telephone
from madoguchi.calls.ami.listen import Pace

SECRET, ACCOUNT, CHALLENGE = "s3cret", "madoguchi", "840415273"
FAST = Pace(connect=2.0, silent=0.6, ping=0.1, first_wait=0.02, longest_wait=0.05)
Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


def event(name: str, **fields: str) -> bytes:
    lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode()


@dataclass
class FakeAmi:
    """Each connection runs the next script; after the last one it is kept open and answers pings."""

    scripts: list[Script] = field(default_factory=list)
    greeting: bytes = b"Asterisk Call Manager/9.0.0\r\n"
    actions: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    connections: int = 0
    secret: str = SECRET
    port: int = 0
    answers_pings: bool = True

    @property
    def telephone(self) -> Telephone:
        return Telephone(
            name="pbx", host="127.0.0.1", port=self.port, account=ACCOUNT, secret=SECRET, has_tls=False,
            queues=(("main", "alpha"),),
        )  # fmt: skip

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, self.connections = self.connections, self.connections + 1
        try:
            writer.write(self.greeting)
            while (action := await self._action(reader)) is not None:
                await self._answer(action, writer, number)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _action(self, reader: asyncio.StreamReader) -> dict[str, str] | None:
        found = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.received.append(found)
        fields = dict(line.split(": ", 1) for line in found.strip().split("\r\n"))
        self.actions.append(fields["Action"])
        return fields

    async def _answer(self, action: dict[str, str], writer: asyncio.StreamWriter, number: int) -> None:
        if action["Action"] == "Challenge":
            writer.write(f"Response: Success\r\nChallenge: {CHALLENGE}\r\n\r\n".encode())
        elif action["Action"] == "Login":
            key = hashlib.md5(f"{CHALLENGE}{self.secret}".encode(), usedforsecurity=False).hexdigest()
            is_right = (action["Username"], action["Key"]) == (ACCOUNT, key)
            writer.write(b"Response: Success\r\n\r\n" if is_right else b"Response: Error\r\nMessage: no\r\n\r\n")
        elif action["Action"] == "QueueStatus":
            writer.write(b"Response: Success\r\nEventList: start\r\n\r\n")
            if number < len(self.scripts):
                await self.scripts[number](writer)
        elif self.answers_pings:
            writer.write(b"Response: Success\r\nPing: Pong\r\n\r\n")
        await writer.drain()


@asynccontextmanager
async def serving(fake: FakeAmi) -> AsyncIterator[FakeAmi]:
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
