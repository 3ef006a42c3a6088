"""A contract and its definitions as values: what the TOML files say once they are read and checked."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeVar

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.calendar.periods import Period
from madoguchi.core.quality_vocabulary import Arrival
from madoguchi.core.vocabulary import (
    CallOutcome,
    Clock,
    Combine,
    Comparator,
    DurationStyle,
    MissingEnd,
    ReasonCode,
    Season,
    Statistic,
    Trend,
    Unit,
    Verdict,
    WindowKind,
)

Scalar = str | int | bool
Key = TypeVar("Key", str, int)


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """One test of one column. A comparison with a missing value is false; `is_not` is then true.

    Exactly one of the tests is set. Numbers and moments of two columns are compared by the `_column` tests.
    """

    column: str
    is_: tuple[Scalar, ...] | None = None
    is_not: tuple[Scalar, ...] | None = None
    at_least: int | None = None
    at_most: int | None = None
    is_missing: bool | None = None
    before_column: str | None = None
    not_after_column: str | None = None
    after_column: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AnyOf:
    """True where at least one of its alternatives (each a list of tests that must all hold) is true."""

    alternatives: tuple[tuple[Condition, ...], ...]


Test = Condition | AnyOf


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnValue:
    """A number from columns: the first must be there, the others count as 0 where missing."""

    add: tuple[str, ...]
    subtract: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeValue:
    """The time between two moments by a clock, less the seconds of other columns; never below 0.

    Seconds for `elapsed` and `business`, days for `days` and `open_days` (nothing is subtracted from days).
    """

    start: str
    end: str
    clock: Clock
    subtract: tuple[str, ...] = ()


EventValue = ColumnValue | TimeValue


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """How large an event's value may be to count as within; `until` names a column that must not be passed.

    `amount` is in the value's unit (seconds, milliseconds or days). Where `agreed` is set and that column is
    filled, the agreed moment decides instead.
    """

    amount: Fraction | None = None
    is_strict: bool = False
    until: str | None = None
    agreed: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExclusionRule:
    """Events that satisfy every test are left out for this reason; the first rule that fits gives it."""

    reason: str
    tests: tuple[Test, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Objective:
    """What is promised for an indicator: in a season (None: always), from a date until before another."""

    comparator: Comparator | None
    target: Fraction | None
    season: Season | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    requires: tuple[str, ...] = ()
    trend: Trend | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Indicator:
    """What is counted. A version is in force from `valid_from` until the next version of the same id.

    `where` picks the population; `exclusions` leave events of it out, with reasons; `part` marks those that
    count in a rate; `value` and `allowance` give each event a number and a limit. `groups` are the survey
    questions (or other values of `group_column`) with their weights. `members` are a composite's indicators.
    """

    id: str
    label: str
    label_en: str
    requirement: str
    statistic: Statistic
    table: str
    at: str
    window: WindowKind
    unit: Unit
    decimals: int
    version: int = 1
    valid_from: date | None = None
    style: DurationStyle = DurationStyle.SECONDS
    is_call_counting: bool = False
    call_part: str | None = None
    where: tuple[Test, ...] = ()
    part: tuple[Test, ...] = ()
    exclusions: tuple[ExclusionRule, ...] = ()
    value: EventValue | None = None
    allowance: Allowance | None = None
    missing: MissingEnd = MissingEnd.LEFT_OUT
    percentile: Fraction | None = None
    per: WindowKind | None = None
    is_cumulative: bool = False
    group_column: str | None = None
    groups: tuple[tuple[str, Fraction], ...] = ()
    combine: Combine = Combine.MEAN_OF_QUESTIONS
    scores: tuple[tuple[str, int], ...] = ()
    members: tuple[tuple[str, Fraction], ...] = ()
    services: tuple[str, ...] = ()
    is_around_the_clock: bool = False
    milestone: str | None = None
    objectives: tuple[Objective, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CallCounting:
    """The dated table of what counts as offered, answered and abandoned; every outcome has a place."""

    valid_from: date
    answered: frozenset[CallOutcome]
    abandoned: frozenset[CallOutcome]
    left_out: frozenset[CallOutcome]
    short_abandon_seconds: int = 0
    short_abandon_from: str = "queued_at"


@dataclass(frozen=True, kw_only=True, slots=True)
class SeasonPeriod:
    season: Season
    period: Period


@dataclass(frozen=True, kw_only=True, slots=True)
class NotJudged:
    """A stretch in which figures are shown and not judged; no indicators named: all of them."""

    period: Period
    reason: str
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyRound:
    id: str
    label: str
    period: Period


@dataclass(frozen=True, kw_only=True, slots=True)
class SilenceLimit:
    """After how many hours of opening a silent source is an alarm, 0 for never; without a name all of its kind."""

    kind: Arrival
    name: str | None
    hours: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """A contract and its indicators, which stand as `order` names them, the others after those named."""

    id: str
    name: str
    buyer: str
    supplier: str
    period: Period
    evaluation: Period
    calendar: BusinessCalendar
    seasons: tuple[SeasonPeriod, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    call_countings: tuple[CallCounting, ...] = ()
    survey_rounds: tuple[SurveyRound, ...] = ()
    silence_limits: tuple[SilenceLimit, ...] = ()
    order: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    def silent_hours(self, kind: Arrival, *, name: str) -> int | None:
        """Return the hours set for a source by its name, else for its kind, or None where nothing is set."""
        found = {each.name: each.hours for each in self.silence_limits if each.kind is kind}
        return found.get(name, found.get(None))


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """One stretch of the contract that a figure is made for; of one that `is_running`, the days up to now."""

    kind: WindowKind
    label: str
    period: Period
    is_running: bool = False


class Tally(NamedTuple):  # as is Figure: made by the thousand, at a third of a dataclass's cost
    """What was counted of some events, in whole numbers; tallies of disjoint events add up.

    counted: events in the denominator; part: those that count in the numerator; valued: those with a value;
    total, maximum: of their values; missing: events without a value; excluded: events left out, by reason;
    histogram: value -> events, kept only where a percentile asks for it.
    """

    counted: int = 0
    part: int = 0
    valued: int = 0
    total: int = 0
    maximum: int | None = None
    missing: int = 0
    excluded: tuple[tuple[str, int], ...] = ()
    histogram: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: "Tally") -> "Tally":  # type: ignore[override]  # of tallies, not of tuples
        maxima = [each for each in (self.maximum, other.maximum) if each is not None]
        return Tally(
            counted=self.counted + other.counted,
            part=self.part + other.part,
            valued=self.valued + other.valued,
            total=self.total + other.total,
            maximum=max(maxima, default=None),
            missing=self.missing + other.missing,
            excluded=_added(self.excluded, other.excluded),
            histogram=_added(self.histogram, other.histogram),
        )


def _added(one: tuple[tuple[Key, int], ...], two: tuple[tuple[Key, int], ...]) -> tuple[tuple[Key, int], ...]:
    counts = dict(one)
    for key, count in two:
        counts[key] = counts.get(key, 0) + count
    return tuple(sorted(counts.items()))


class Figure(NamedTuple):
    """One exact figure with everything it was made of; `exact` is None where there was nothing to count.

    `exact` is in the indicator's unit: percent as 0..100, durations in seconds. `groups` holds a tally per
    survey question (or one under ""). `per_count` is the number of `per` windows a count was spread over.
    """

    indicator: str
    version: int
    window: Window
    tally: Tally
    groups: tuple[tuple[str, Tally], ...]
    exact: Fraction | None
    per_count: int = 1
    members: tuple["Figure", ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    code: ReasonCode
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A verdict on the exact figure, with its reasons; `printed` is the figure as a report rounds it."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    objective: Objective | None
    season: Season
    printed: Fraction | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """A judged figure; of a month that is frozen on approval, with the `revision` it was frozen in.

    `is_provisional`: it may still change, because nobody has approved its month.
    """

    indicator: Indicator
    figure: Figure
    judgement: Judgement
    revision: int | None = None
    is_provisional: bool = False
