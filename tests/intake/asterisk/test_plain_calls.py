"""Calls made in bulk: the very ones that the reference makes line by line, on logs of any content and order."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.intake.asterisk.logs import CALLER, LINE, SOURCE, T0, Logs, answered, channel_id

from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.importing import import_logs, store_path
from madoguchi.intake.asterisk.plain_calls import make_plain_calls
from madoguchi.intake.asterisk.raw_store import RawStore
from madoguchi.intake.asterisk.reading import read_log
from madoguchi.intake.asterisk.rebuild import rebuild_calls
from madoguchi.intake.asterisk.sightings import work_out_roles
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

SOURCES = (
    SOURCE,
    replace(
        SOURCE,
        agents={"Tanaka": "tanaka@desk", "Sato": "", "Unused": "other"},
        line_of={"desk": "0312345009", "level2": LINE},
        lines={LINE: "other-desk", "": "desk-of-unknown-lines"},
        clock_offsets={LogKind.QUEUE_LOG: -7},
        empty_queue_outcome=CallOutcome.QUEUE_TIMEOUT,
        wrap_up_limit_seconds=60,
    ),
    replace(SOURCE, restart_events=("CONFIGRELOAD", "O'Clock"), wrap_up_reasons=("Lunch",), wrap_up_within_seconds=0),
)
IDS = st.sampled_from(
    [channel_id(0), channel_id(30, 5), channel_id(9000, 7), f"pbx-{T0}.9", "manual", "１２３４５６７８９.1", "NONE"]
)
QUEUES = st.sampled_from(["desk", "level2", "NONE", ""])
AGENTS = st.sampled_from(["Tanaka", "Sato", "NONE", "", "田中 一郎"])
NUMBERS = st.sampled_from(["0", "5", "0012", "90"])
CALLERS = st.sampled_from(
    [CALLER, "", "Anonymous", "+81312345678", "非通知", "sip:someone", '"0312345678"', "０９０１"]
)
REASONS = st.sampled_from(["ACW", "acw", "Lunch", ""])
SECONDS = st.sampled_from([*range(12), 40, 100, 130, 400, 2000, 90_000])
Parameters = st.SearchStrategy[tuple[str, ...]]
EVENTS: dict[str, Parameters] = {
    "ENTERQUEUE": st.tuples(st.just(""), CALLERS, st.just("1")),
    "CONNECT": st.tuples(NUMBERS) | st.tuples(NUMBERS, IDS | st.just(""), NUMBERS),
    "COMPLETECALLER": st.tuples(NUMBERS, NUMBERS),
    "COMPLETEAGENT": st.tuples(NUMBERS, NUMBERS, NUMBERS),
    "ABANDON": st.tuples(NUMBERS, NUMBERS, NUMBERS),
    "EXITWITHTIMEOUT": st.tuples(NUMBERS) | st.tuples(NUMBERS, NUMBERS, NUMBERS),
    "EXITEMPTY": st.tuples(NUMBERS, NUMBERS, NUMBERS),
    "EXITWITHKEY": st.tuples(st.just("1"), NUMBERS),
    "BLINDTRANSFER": st.tuples(st.just("7001"), st.just("internal"), NUMBERS, NUMBERS),
    "RINGNOANSWER": st.tuples(NUMBERS),
    "DID": st.just(()) | st.tuples(st.sampled_from([LINE, ""])),
    "WITHDRAW": st.just(()),
    "SYSCOMPAT": st.just(()),
    "HOMEMADE": st.just(("x",)),
}
OF_AGENTS: dict[str, Parameters] = {
    "PAUSE": st.just(()) | st.tuples(REASONS),
    "PAUSEALL": st.tuples(REASONS),
    "UNPAUSE": st.just(()),
    "REMOVEMEMBER": st.just(("",)),
    "QUEUESTART": st.just(("",)),
    "CONFIGRELOAD": st.just(("",)),
}


@st.composite
def lines(draw: st.DrawFn, *, call: str | None = None) -> str:
    """Make one line of a call, also of what its agent does within it, or of an agent where no call is given."""
    events = OF_AGENTS if call is None else EVENTS | OF_AGENTS
    event = draw(st.sampled_from(sorted(events)))
    fraction = draw(st.sampled_from(["", "", "", ".25"]))
    at = f"{T0 + draw(SECONDS)}{fraction}"
    return "|".join([at, call or "NONE", draw(QUEUES), draw(AGENTS), event, *draw(events[event])])


@st.composite
def usual_calls(draw: st.DrawFn) -> list[str]:
    """Make a call as most are, its seconds and names now and then not as they should be."""
    call, queue, agent, at = draw(IDS), draw(QUEUES), draw(AGENTS), draw(st.integers(0, 20))
    steps = [("ENTERQUEUE", "NONE"), *draw(st.sampled_from([
        [("CONNECT", agent), ("COMPLETECALLER", agent)], [("CONNECT", agent), ("COMPLETEAGENT", agent)],
        [("ABANDON", "NONE")], [("EXITWITHTIMEOUT", "NONE")], [("EXITEMPTY", "NONE")], [("EXITWITHKEY", "NONE")],
    ]))]  # fmt: skip
    made = []
    for event, who in steps:
        entered = draw(st.sampled_from([queue] * 9 + ["level2"]))
        made.append("|".join([str(T0 + at), call, entered, who, event, *draw(EVENTS[event])]))
        at += draw(st.sampled_from([0, 1, 3, 50, 200, -2]))
    if draw(st.booleans()):
        pauses = [(at, "PAUSE", draw(REASONS)), (at + draw(st.sampled_from([0, 30, 100])), "UNPAUSE", "")]
        made += [f"{T0 + second}|NONE|{queue}|{agent}|{event}|{reason}" for second, event, reason in pauses]
    return made


@st.composite
def logs_of_calls(draw: st.DrawFn) -> list[str]:
    made = [line for call in draw(st.lists(usual_calls(), min_size=1, max_size=4)) for line in call]
    made += draw(st.lists(IDS.flatmap(lambda call: lines(call=None if call == "NONE" else call)), max_size=8))
    made += draw(st.lists(lines(), max_size=4))
    return draw(st.permutations(made))


def require_same_calls(folder: Path, texts: Sequence[str], source: AsteriskSource) -> None:
    path = folder / "queue_log"
    path.write_text("".join(f"{each}\n" for each in texts), encoding="utf-8")
    report = import_logs(source=source, files=[path], store=folder / "store")
    raw = [each.raw for each in read_log(path=path, kind=LogKind.QUEUE_LOG, source=source)]
    calls, quality = rebuild_calls(source=source, raw_events=raw)
    assert list(report.calls) == calls
    assert report.quality == quality


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(texts=logs_of_calls(), source=st.sampled_from(SOURCES))
def test_both_ways_make_the_same_calls(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], source: AsteriskSource
) -> None:
    require_same_calls(tmp_path_factory.mktemp("log"), texts, source)


def steps(call: str, *made: tuple[int, str, str, str]) -> list[str]:
    return [f"{T0 + at}|{call}|{queue}|Tanaka|{event}|{rest}" for at, queue, event, rest in made]


ENTERED = (10, "desk", "ENTERQUEUE", f"|{CALLER}|1")
CONNECTED, COMPLETED = (20, "desk", "CONNECT", f"10|{T0}.2|3"), (90, "desk", "COMPLETECALLER", "10|70|1")
UNUSUAL = {
    "an agent's channel shared by two calls": [
        *steps(f"{T0}.1", ENTERED, CONNECTED, COMPLETED),
        *steps(f"{T0}.3", ENTERED, CONNECTED, COMPLETED),
    ],
    "an agent's channel that is the caller's": steps(f"{T0}.2", ENTERED, CONNECTED, COMPLETED),
    "answered before it entered": steps(f"{T0}.1", ENTERED, (5, *CONNECTED[1:]), COMPLETED),
    "completed before it was answered": steps(f"{T0}.1", ENTERED, CONNECTED, (15, *COMPLETED[1:])),
    "left before it entered": steps(f"{T0}.1", ENTERED, (5, "desk", "ABANDON", "1|1|5")),
    "answered in another queue": steps(f"{T0}.1", ENTERED, (20, "level2", "CONNECT", "10"), COMPLETED),
    "two numbers dialled": steps(f"{T0}.1", ENTERED, CONNECTED, COMPLETED, (95, "", "DID", "2"), (1, "", "DID", "9")),
    "an id in other digits": steps("１７９０７５５２００.1", ENTERED, CONNECTED, COMPLETED),
    "left a queue just now": steps(f"{T0}.1", ENTERED, (60, "desk", "EXITWITHTIMEOUT", "1|1|50")),
    "an agent paused from within the call": [
        *steps(f"{T0}.1", ENTERED, CONNECTED, COMPLETED),
        *steps(f"{T0}.1", (91, "desk", "PAUSE", "ACW"), (120, "desk", "UNPAUSE", "ACW")),
    ],
    "an agent paused from within another call": [
        *steps(f"{T0}.1", ENTERED, CONNECTED, COMPLETED), f"{T0 + 91}|{T0}.3|desk|Tanaka|PAUSE|ACW",
        *steps("NONE", (120, "desk", "UNPAUSE", "ACW")),
    ],
    "a number in other digits": steps(f"{T0}.1", ENTERED, CONNECTED, (90, "desk", "COMPLETECALLER", "10|７０|1")),
    "an agent with a bar in the name": [f"{T0}|{T0}.1|desk|Ta|naka|CONNECT|5", *steps(f"{T0}.1", ENTERED, COMPLETED)],
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_calls_are_made_the_same_in_both_ways(tmp_path: Path, name: str) -> None:
    require_same_calls(tmp_path, UNUSUAL[name], SOURCE)


def made_in_bulk(folder: Path, logs: Logs) -> int:
    """Import logs and say how many of their calls need no second look."""
    import_logs(source=SOURCE, files=logs.write(folder), store=folder / "store")
    with RawStore.opened(store_path(source=SOURCE, store=folder / "store")) as raw:
        raw.touch_all()
        raw.forget_calls()
        roles = work_out_roles(source=SOURCE, sightings=raw.sightings())
        return make_plain_calls(raw, SOURCE, roles, horizon=raw.spans()[LogKind.QUEUE_LOG][1])


def test_usual_calls_are_made_in_bulk(tmp_path: Path) -> None:
    logs = answered(Logs(), channel_id(0, 11))
    gone = channel_id(50, 13)
    logs.queue(55, gone, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1).queue(
        60, gone, "desk", "NONE", "ABANDON", 1, 1, 5
    )
    assert made_in_bulk(tmp_path, logs) == 2


def test_calls_that_other_logs_know_and_calls_passed_on_are_not(tmp_path: Path) -> None:
    known, passed_on = channel_id(0, 11), channel_id(500, 13)
    logs = answered(Logs(), known).cdr(known, 0, 115)
    logs.queue(510, passed_on, "desk", "NONE", "ENTERQUEUE", "", CALLER, 1)
    logs.queue(515, passed_on, "desk", "Sato", "CONNECT", 5)
    logs.queue(520, passed_on, "desk", "Sato", "BLINDTRANSFER", "7001", "internal", 5, 5, 1)
    assert made_in_bulk(tmp_path, logs) == 0
