"""Random telephone histories: whatever way their lines come in, the same calls; cut off, open calls."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.intake.asterisk.logs import SOURCE
from tests.intake.asterisk.made_calls import KINDS, Fate, Line, MadeCall, source_name, write_lines

from madoguchi.core.events import Event
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.importing import ImportReport, import_logs
from madoguchi.intake.asterisk.source import LogKind

ABANDONED = (CallOutcome.QUEUE_ABANDONED, CallOutcome.IVR_ABANDONED)
RANDOM_HISTORIES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def histories(draw: st.DrawFn) -> list[MadeCall]:
    fates = draw(st.lists(st.sampled_from(Fate), min_size=1, max_size=8))
    seconds = st.integers(1, 400)
    return [
        MadeCall(number=number, fate=fate, at=draw(st.integers(0, 900)), waits=draw(seconds), talks=draw(seconds))
        for number, fate in enumerate(fates, start=1)
    ]


def lines_of(calls: Sequence[MadeCall], kinds: Sequence[LogKind] = KINDS) -> list[Line]:
    lines = (line for call in calls for line in call.lines() if line.kind in kinds)
    return sorted(lines, key=lambda line: line.at)


def imported(store: Path, files: Sequence[Path]) -> ImportReport:
    return import_logs(source=SOURCE, files=files, store=store)


def without_file(calls: Sequence[Event]) -> list[Event]:
    return [{name: value for name, value in call.items() if name != "source_file"} for call in calls]


def outcomes(report: ImportReport) -> dict[str, str]:
    return {str(call["source"]): str(call["outcome"]) for call in report.calls}


@RANDOM_HISTORIES
@given(calls=histories())
def test_every_call_of_a_history_is_given_its_outcome(
    tmp_path_factory: pytest.TempPathFactory, calls: list[MadeCall]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    report = imported(folder / "store", write_lines(folder, "all", lines_of(calls)))
    assert outcomes(report) == {source_name(call): call.fate.outcome for call in calls}
    passed_on = {str(call["source"]) for call in report.calls if call["escalated_to"] == "7001"}
    assert passed_on == {source_name(call) for call in calls if call.fate is Fate.TRANSFERRED}


@RANDOM_HISTORIES
@given(
    calls=histories(),
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, unique=True),
    seed=st.integers(0, 2**32),
    file_count=st.integers(1, 4),
)
def test_any_order_of_lines_in_any_files_makes_the_same_calls(
    tmp_path_factory: pytest.TempPathFactory, calls: list[MadeCall], kinds: list[LogKind], seed: int, file_count: int
) -> None:
    folder, rng = tmp_path_factory.mktemp("history"), random.Random(seed)
    lines = lines_of(calls, kinds)
    files = write_lines(folder, "all", lines)
    if not files:
        return
    whole = imported(folder / "whole", files)
    rng.shuffle(lines)
    piles: list[list[Line]] = [[] for _ in range(file_count)]
    for line in lines:
        for pile in rng.sample(piles, rng.choice((1, 1, min(2, file_count)))):
            pile.append(line)
    pieces = [path for number, pile in enumerate(piles) for path in write_lines(folder, str(number), pile)]
    rng.shuffle(pieces)
    for path in [*pieces, pieces[0]]:
        report = imported(folder / "parts", [path])
    assert without_file(report.calls) == without_file(whole.calls)
    assert report.quality.outcomes == whole.quality.outcomes
    assert without_file(imported(folder / "whole", files).calls) == without_file(whole.calls)


@RANDOM_HISTORIES
@given(
    calls=histories(),
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, unique=True),
    cut=st.integers(0, 1700),
)
def test_a_half_leaves_calls_open_and_the_other_half_ends_them(
    tmp_path_factory: pytest.TempPathFactory, calls: list[MadeCall], kinds: list[LogKind], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("history")
    lines = lines_of(calls, kinds)
    first = write_lines(folder, "first", [line for line in lines if line.at <= cut])
    second = write_lines(folder, "second", [line for line in lines if line.at > cut])
    if not first or not second:
        return
    half = outcomes(imported(folder / "parts", first))
    for call in calls:
        name = source_name(call)
        if call.at <= cut < call.ended_at and name in half:
            assert half[name] not in ABANDONED
            # passed on long ago, no queue any more: answered already
            allowed = {CallOutcome.OPEN, CallOutcome.ANSWERED} if call.fate is Fate.TRANSFERRED else {CallOutcome.OPEN}
            assert half[name] in allowed
        if call.ended_at <= cut and len(kinds) == len(KINDS):
            assert half[name] == call.fate.outcome
    whole = imported(folder / "whole", write_lines(folder, "all", lines))
    assert without_file(imported(folder / "parts", second).calls) == without_file(whole.calls)
