"""What the records of a contact centre come to, and how one of them is told from a later copy of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi.core.errors import Problem
from madoguchi.core.events import FACT_TABLES, Value
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.check import row_problems
from madoguchi.intake.contact_centres.fields import Place
from madoguchi.intake.contact_centres.profile import Profile


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """A record's id and how late a copy of it is: of several copies the greatest version counts."""

    id: str
    version: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A row of `calls`, with the place of the record it began with."""

    row: Mapping[str, Value]
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """`left_out` counts records of no inbound call, `waiting` those whose first record is not there yet."""

    calls: Sequence[Call]
    left_out: int = 0
    waiting: int = 0


def call(
    *,
    profile: Profile,
    id: str,  # noqa: A002  # the word every system has for it
    place: Place,
    problems: list[Problem],
    row: Mapping[str, Value],
) -> Call:
    """Return a call with where it came from; what cannot be stored of it is added to the problems."""
    line = row.get("line")
    whole = {
        "contract": profile.contract_of(line if isinstance(line, str) else None),
        "source": f"{profile.system}:{id}",
        "source_file": place.file,
        **row,
    }
    problems += [
        place.problem(key=found.key, given=f"{id}: {found.given}", allowed=found.allowed)
        for found in row_problems(whole, table=FACT_TABLES["calls"], where=place.file, line=place.line)
    ]
    return Call(row=whole, place=place)


def wait_seconds(queued_at: datetime | None, answered_at: datetime | None) -> int | None:
    """Return the wait before an answer; None where either is not known, or the queue came after the answer."""
    if queued_at is None or answered_at is None or answered_at < queued_at:
        return None
    return int((answered_at - queued_at).total_seconds())


def said(*, profile: Profile, word: str, usual: Mapping[str, CallOutcome]) -> CallOutcome:
    """Return what an ending's word comes to: by the profile, else as usual, else nobody can know."""
    return profile.dispositions.get(word) or usual.get(word, CallOutcome.UNKNOWN)
