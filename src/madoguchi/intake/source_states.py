"""What is known of a source, in the form it is kept in beside the facts made from it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from madoguchi.core.calls.sources import ClockPair, KeptFile, Remark, SourceState


def kept_state(state: SourceState) -> dict[str, Any]:
    """Return a state as what JSON can hold."""
    return asdict(state)


def read_state(kept: Mapping[str, Any]) -> SourceState:
    return SourceState(
        system=str(kept["system"]),
        contracts=tuple(kept["contracts"]),
        files=tuple(KeptFile(**each) for each in kept["files"]),
        clocks=tuple(ClockPair(**each) for each in kept["clocks"]),
        hours={log: tuple((first, final) for first, final in each) for log, each in kept["hours"].items()},
        only_in=dict(kept["only_in"]),
        findings=tuple(_remark(each) for each in kept["findings"]),
        unplaced=tuple(_remark(each) for each in kept["unplaced"]),
    )


def _remark(kept: Mapping[str, Any]) -> Remark:
    return Remark(**{**kept, "examples": tuple(kept["examples"])})
