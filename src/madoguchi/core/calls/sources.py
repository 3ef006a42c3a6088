"""What is known of the systems the calls' records came from: their files, clocks and names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# what stands for numbers outside the house, and for agents who log under their own names
OUTSIDE, BY_NAME = "outside", "by name"


class Unplaced(StrEnum):
    """A kind of name that stands in the records and not in the profile."""

    QUEUE = "queue"
    TRANSFER = "transfer"
    LINE = "line"
    AGENT = "agent"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFile:
    """A file of a log, and the UTC seconds of its first and last line."""

    name: str
    log: str
    first: int
    final: int
    line_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockPair:
    """By how many seconds one log has the ends of calls later than another; None where too few were compared."""

    log: str
    other: str
    seconds: int | None
    compared: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something counted: what it is (`kind`), what it is about, and sources of calls it was seen at."""

    kind: str
    about: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """`hours` are by log the stretches of UTC hours since 1970 that have a line, the last one included.

    `findings` are of all that was ever imported, not of a period.
    """

    system: str
    contracts: tuple[str, ...]
    files: tuple[KeptFile, ...] = ()
    clocks: tuple[ClockPair, ...] = ()
    hours: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    only_in: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Remark, ...] = ()
    unplaced: tuple[Remark, ...] = ()
