"""Events of a telephone system heard in a second: a scripted one on loopback sends whole calls as fast as it can.

Heard means: read from the connection, cut into blocks, and taken into the state that the wallboard shows.
"""

import argparse
import asyncio
import time
from datetime import date

from tests.calls.fake_ami import FakeAmi, event, serving

from madoguchi.calls.ami.blocks import Block
from madoguchi.calls.ami.listen import Pace, listen
from madoguchi.calls.ami.state import LiveState

WANTED = 5_000.0
CALL = ("Newchannel", "QueueCallerJoin", "AgentCalled", "AgentConnect", "QueueCallerLeave", "AgentComplete", "Hangup")
DAY = date(2026, 5, 20)
LAST = "last"


def life(number: int) -> bytes:
    """Return the events of one call, with as much beside as Asterisk says."""
    beside = {f"Dest{name}": "x" * 20 for name in ("Channel", "ChannelState", "CallerIDNum", "Context", "Exten")}
    return b"".join(
        event(
            name, Timestamp="1790755025.123456", Queue="main", Uniqueid=f"1.{number}", Linkedid=f"1.{number}",
            CallerIDNum="0312345678", Interface=f"SIP/{number % 20}", HoldTime="12", TalkTime="100", **beside,
        )
        for name in CALL
    )  # fmt: skip


async def heard_seconds(calls: int) -> float:
    flood, state, done = b"".join(map(life, range(calls))), LiveState(queues=frozenset(("main",))), asyncio.Event()

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(flood + event(LAST))

    def heard(block: Block) -> None:
        if block["Event"] == LAST:
            done.set()
        state.take(block, at=0.0, day=DAY)

    async with serving(FakeAmi(scripts=[script])) as fake:
        began = time.perf_counter()
        task = asyncio.create_task(listen(fake.telephone, connected=lambda: None, heard=heard, pace=Pace()))
        await asyncio.wait_for(done.wait(), timeout=600)
        seconds = time.perf_counter() - began
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    if state.answered != calls or state.callers:
        raise AssertionError(f"{state.answered} of {calls} calls answered, {len(state.callers)} still waiting")
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    given = parser.parse_args()
    seconds = asyncio.run(heard_seconds(given.calls))
    events = given.calls * len(CALL)
    rate = events / seconds
    is_kept = rate >= WANTED
    print(f"{events:,} events of {given.calls:,} calls heard in {seconds:.1f} s: {rate:,.0f} a second, "
          f"{rate / WANTED:.1f} times what is wanted; target {'kept' if is_kept else 'MISSED'}")  # fmt: skip
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
