"""Listening to a telephone system: half lines, floods, lost connections, and what is never sent."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from tests.calls.fake_ami import FAST, SECRET, FakeAmi, event, serving
from tests.loops import run_coroutine

from madoguchi.calls.ami.blocks import LONGEST_LINE, Block, Blocks
from madoguchi.calls.ami.listen import ALLOWED_ACTIONS, listen_for_ever, send
from madoguchi.calls.ami.state import MOST_CALLERS, LiveState

DAY = date(2026, 5, 20)


def test_blocks_come_whole_however_the_bytes_are_cut() -> None:
    stream = (
        b"Asterisk Call Manager/9\r\nEvent: A\r\nName: \xe4\xbd\x90\xe8\x97\xa4: x\r\n\r\nEvent: B\n\nno colon\r\n\r\n"
    )
    whole = list(Blocks().feed(stream))
    assert whole == [{"Event": "A", "Name": "佐藤: x"}, {"Event": "B"}]
    for size in (1, 2, 3, 7):
        blocks = Blocks()
        pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert [block for piece in pieces for block in blocks.feed(piece)] == whole


def test_a_line_without_end_is_dropped_and_the_next_block_is_heard() -> None:
    blocks = Blocks()
    for _ in range(100):
        assert list(blocks.feed(b"x" * LONGEST_LINE)) == []
    assert list(blocks.feed(b"\r\n\r\nEvent: A\r\n\r\n")) == [{"Event": "A"}]
    assert blocks.dropped == 1
    many = b"".join(f"k{number}: v\r\n".encode() for number in range(10_000)) + b"\r\n"
    [block] = blocks.feed(many)
    assert len(block) == 200
    assert list(blocks.feed(b"\xff\xfe: \x00\r\n\r\n")) != []


def live() -> LiveState:
    return LiveState(queues=frozenset(("main",)))


def take(state: LiveState, name: str, at: float = 0.0, **fields: str) -> None:
    state.take({"Event": name, **fields}, at=at, day=DAY)


def test_a_call_waits_rings_is_answered_and_ends() -> None:
    state = live()
    take(state, "QueueMember", Queue="main", Name="佐藤", Location="SIP/1001", Status="1", Paused="0")
    take(state, "QueueCallerJoin", 10, Queue="main", Uniqueid="1.1", Linkedid="1.1", CallerIDNum="+81312345001")
    take(state, "AgentCalled", Queue="main", Uniqueid="1.1", Interface="SIP/1001")
    [caller] = state.content()["callers"]
    assert caller == {"number": "0312345001", "queue": "main", "joined_at": 10, "rings": "SIP/1001"}
    take(state, "QueueCallerLeave", Queue="main", Uniqueid="1.1")
    take(state, "AgentConnect", Queue="main", Uniqueid="1.1", Linkedid="1.1", Interface="SIP/1001",
         CallerIDNum="0312345001")  # fmt: skip
    take(state, "QueueMemberStatus", Queue="main", MemberName="佐藤", Interface="SIP/1001", Status="2", Paused="0")
    content = state.content()
    assert content["callers"] == []
    assert content["agents"][0] == {
        "interface": "SIP/1001", "name": "佐藤", "state": "talking", "reason": "", "number": "0312345001",
    }  # fmt: skip
    take(state, "AgentComplete", Queue="main", Uniqueid="1.1", Interface="SIP/1001")
    take(state, "QueueMemberPause", Queue="main", MemberName="佐藤", Interface="SIP/1001", Status="1", Paused="1",
         PausedReason="後処理")  # fmt: skip
    assert [each["state"] for each in state.content()["agents"]] == ["paused"]
    take(state, "QueueMemberRemoved", Queue="main", Interface="SIP/1001")
    assert state.content()["agents"] == []


def test_a_call_counts_once_a_day_and_the_count_outlives_a_restart() -> None:
    state = live()
    for uniqueid, linked in (("1.1", "1.1"), ("1.2", "1.1"), ("1.3", "1.3")):
        take(state, "AgentConnect", Queue="main", Uniqueid=uniqueid, Linkedid=linked, Interface="SIP/1")
    take(state, "QueueCallerAbandon", Queue="main", Uniqueid="1.4", Linkedid="1.4")
    take(state, "QueueCallerAbandon", Queue="other", Uniqueid="1.5", Linkedid="1.5")
    assert (state.answered, state.abandoned) == (2, 1)
    again = live()
    again.resume(state.content(), day=DAY)
    assert (again.answered, again.abandoned) == (2, 1)
    again.take({"Event": "QueueCallerJoin", "Queue": "main", "Uniqueid": "2"}, at=0, day=date(2026, 5, 21))
    assert (again.answered, again.abandoned) == (0, 0)
    fresh = live()
    fresh.resume({"day": DAY.isoformat(), "answered": "x"}, day=DAY)
    assert fresh.answered == 0


def test_a_flood_of_callers_stays_bounded_and_is_quick() -> None:
    state, blocks = live(), Blocks()
    flood = b"".join(
        event("QueueCallerJoin", Queue="main", Uniqueid=f"1.{number}", CallerIDNum="x" * 100, Position="1")
        for number in range(20_000)
    )
    began = time.perf_counter()
    for block in blocks.feed(flood):
        state.take(block, at=0.0, day=DAY)
    assert time.perf_counter() - began < 4.0  # 5,000 events a second
    assert len(state.callers) == MOST_CALLERS


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_true():  # noqa: ASYNC110  # asks whatever a test wants to know
            await asyncio.sleep(0.01)


async def heard_from(
    fake: FakeAmi, is_enough: Callable[[list[Block], list[str]], bool]
) -> tuple[list[Block], list[str]]:
    blocks: list[Block] = []
    problems: list[str] = []

    async def lost(problem: str) -> None:
        problems.append(problem)

    async with serving(fake):
        task = asyncio.create_task(
            listen_for_ever(fake.telephone, connected=lambda: None, heard=blocks.append, lost=lost, pace=FAST)
        )
        try:
            await until(lambda: is_enough(blocks, problems))
        finally:
            task.cancel()
    return blocks, problems


def cutting(*pieces: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Return a script that says its pieces one by one and hangs up in the middle of a line."""

    async def script(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.close()

    return script


def test_it_connects_again_after_every_cut_and_never_sends_the_secret_nor_acts() -> None:
    join = event("QueueCallerJoin", Queue="main", Uniqueid="1.1")
    fake = FakeAmi(scripts=[cutting(join[:20]), cutting(join, join[:7]), cutting(join[:5], join[5:])])
    blocks, problems = run_coroutine(heard_from(fake, lambda heard, lost: len(heard) >= 2 and len(lost) >= 3))
    assert [each["Uniqueid"] for each in blocks] == ["1.1", "1.1"]
    assert fake.connections >= 3
    assert set(fake.actions) <= ALLOWED_ACTIONS
    assert not any(SECRET in each for each in fake.received)
    assert all("closed" in each or "reset" in each.lower() or "pipe" in each.lower() for each in problems)


def test_a_silent_connection_is_given_up_and_a_living_one_is_pinged() -> None:
    silent = FakeAmi(answers_pings=False)
    _blocks, problems = run_coroutine(heard_from(silent, lambda _heard, lost: len(lost) >= 2))
    assert "Ping" in silent.actions
    assert problems
    living = FakeAmi()
    run_coroutine(heard_from(living, lambda _heard, _lost: living.actions.count("Ping") >= 10))
    assert living.connections == 1


@pytest.mark.parametrize(
    ("fake", "said"),
    [
        (FakeAmi(secret="another"), "refused the account"),
        (FakeAmi(greeting=b"SSH-2.0-OpenSSH_9.2\r\n"), "no manager interface"),
        (FakeAmi(greeting=b"x" * 200_000), ""),
    ],
)
def test_what_is_no_manager_interface_is_told_and_tried_again(fake: FakeAmi, said: str) -> None:
    _blocks, problems = run_coroutine(heard_from(fake, lambda _heard, lost: len(lost) >= 2))
    assert said in problems[0]
    assert "QueueStatus" not in fake.actions


def test_nothing_else_can_be_sent() -> None:
    async def attempt() -> None:
        await send(None, "Originate")  # type: ignore[arg-type]  # refused before anything is written

    with pytest.raises(ValueError, match="Originate"):
        run_coroutine(attempt())
