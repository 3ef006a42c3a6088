"""Agents' states made in bulk: the very ones that are worked out line by line, on logs of any content and order."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.intake.asterisk.logs import CALLER, LINE, SOURCE, T0, channel_id
from tests.intake.asterisk.states_one_by_one import FiledEvent, State, states_one_by_one

from madoguchi.core.events import AGENT_STATES
from madoguchi.intake.asterisk.importing import import_logs, store_path
from madoguchi.intake.asterisk.queue_log import QueueLogParser
from madoguchi.intake.asterisk.raw_store import RawStore
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind, QueueLogTime
from madoguchi.intake.columnar import arrow_schema

SOURCES = (
    SOURCE,
    replace(
        SOURCE,
        agents={"Tanaka": "tanaka@desk", "Sato": ""},
        line_of={"desk": LINE, "level2": "0312345009"},
        lines={LINE: "other-desk", "": "desk-of-unknown-lines"},
        clock_offsets={LogKind.QUEUE_LOG: -7},
        wrap_up_reasons=("Lunch",),
    ),
)
EVENTS = (
    *["ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE"] * 3,
    *["AGENTLOGIN", "AGENTLOGOFF", "AGENTCALLBACKLOGIN", "AGENTCALLBACKLOGOFF", "PAUSEALL", "UNPAUSEALL", "PENALTY"],
)
REASONS = st.sampled_from(["", "ACW", "acw ", " Lunch", "Ｌｕｎｃｈ", "Break", "Break|more"])
# mostly the same agent in the same queue, so that much happens within one second
AGENTS = st.sampled_from([*["Tanaka"] * 6, "Sato", "Ta|naka", "NONE"])
QUEUES = st.sampled_from([*["desk"] * 6, "level2", "NONE"])
CALL = channel_id(3)


@st.composite
def lines(draw: st.DrawFn) -> str:
    at, queue, agent = T0 + draw(st.integers(0, 3)), draw(QUEUES), draw(AGENTS)
    call = draw(st.sampled_from(["NONE", "MANAGER", CALL]))
    if draw(st.integers(0, 5)) == 0:
        return f"{at}|{CALL}|{queue}|{agent}|RINGNOANSWER|{draw(st.sampled_from(['0', '1500', '123456789']))}"
    return f"{at}|{call}|{queue}|{agent}|{draw(st.sampled_from(EVENTS))}|{draw(REASONS)}"


TALK = (
    f"{T0}|{CALL}|desk|NONE|ENTERQUEUE||{CALLER}|1",
    f"{T0 + 1}|{CALL}|desk|Tanaka|CONNECT|1|{channel_id(1, 2)}|1",
    f"{T0 + 5}|{CALL}|desk|Tanaka|COMPLETEAGENT|1|4|1",
)


def in_bulk(folder: Path, texts: Sequence[str], source: AsteriskSource) -> list[State]:
    path = folder / "queue_log"
    path.write_text("".join(f"{each}\n" for each in texts), encoding="utf-8")
    table = import_logs(source=source, files=[path], store=folder / "store").states
    assert table.schema == arrow_schema(AGENT_STATES)
    rows = table.to_pylist()
    assert len({row["source"] for row in rows}) == len(rows)
    assert rows == sorted(rows, key=lambda row: (row["started_at"], row["source"]))
    return [State(**{name: row[name] or "" for name in State._fields[:6]}, started_at=row["started_at"],
                  ended_at=row["ended_at"]) for row in rows]  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    texts=st.lists(lines(), max_size=4) | st.lists(lines(), min_size=15, max_size=30),
    source=st.sampled_from(SOURCES),
    has_talk=st.booleans(),
)
def test_both_ways_make_the_same_states(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], source: AsteriskSource, *, has_talk: bool
) -> None:
    folder = tmp_path_factory.mktemp("log")
    written = [*texts, *(TALK if has_talk else ())]
    if not written:
        return
    parser = QueueLogParser(source)
    events = [FiledEvent(parser.parse(text), "queue_log") for text in written]
    found = in_bulk(folder, written, source)
    with RawStore.opened(store_path(source=source, store=folder / "store")) as raw:
        calls = list(raw.calls())
    expected = states_one_by_one(source=source, events=events, calls=calls)
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_a_log_that_is_read_line_by_line_gives_the_same(tmp_path: Path) -> None:
    source = replace(SOURCE, queue_log_time=QueueLogTime.UTC)
    texts = ["2026-09-30 08:00:10|NONE|desk|Tanaka|PAUSE|Break", "2026-09-30 08:00:40|NONE|desk|Tanaka|UNPAUSE|"]
    assert [(each.agent, each.reason, each.started_at, each.ended_at) for each in in_bulk(tmp_path, texts, source)] == [
        ("Tanaka", "Break", T0 + 10, T0 + 40)
    ]
