"""Measurements with every approved month as it was frozen: what a document prints, whatever the facts say since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from madoguchi.contracts.definitions import definitions_numbered
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period, months_in
from madoguchi.core.metrics.figures import windows_spread_over
from madoguchi.core.metrics.judge import objective_in_force
from madoguchi.core.metrics.printing import printed_exact
from madoguchi.core.metrics.spec import Figure, Judgement, Measurement, Reason, Tally, Window
from madoguchi.core.metrics.windows import season_of
from madoguchi.core.vocabulary import ReasonCode, Verdict
from madoguchi.quality.models import FrozenFigure, Revision
from madoguchi.quality.queries import approved_revisions
from madoguchi.quality.rules import month_of

Place = tuple[str, date, date]


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The figures of a period, each final or provisional, and the revision that holds for each of its months so far."""

    measurements: tuple[Measurement, ...]
    revisions: Mapping[date, int | None]


def held(*, contract: Contract, measured: Sequence[Measurement], period: Period, today: date) -> Held:
    """Return what was measured with the frozen figures in the place of those whose month is approved.

    A figure belongs to the month in which its window ends. Of an approved month nothing else is left, but of windows
    that were still running: a period that ends within a month knows nothing of that month's approval.
    """
    months = [
        each.start_date for each in months_in(period) if each.start_date <= today and each.end_date <= period.end_date
    ]
    ended = (each for each in measured if not each.figure.window.is_running)
    approved = approved_revisions(contract=contract, months={*months, *(_month(each) for each in ended)})
    frozen = [_thawed(each, contract=contract) for revision in approved.values() for each in revision.figures.all()]
    provisional = [
        replace(each, is_provisional=True)
        for each in measured
        if each.figure.window.is_running or _month(each) not in approved
    ]
    return Held(
        measurements=_in_order([*frozen, *provisional], measured),
        revisions={month: approved[month].number if month in approved else None for month in months},
    )


def newer_revisions(*, contract: Contract, used: Mapping[date, int | None]) -> dict[date, int]:
    """Return the months approved, or approved anew, since a document took its figures from them."""
    approved = approved_revisions(contract=contract, months=used)
    return {month: found.number for month, found in approved.items() if found.number != used[month]}


def _month(measurement: Measurement) -> date:
    return month_of(measurement.figure.window.period.end_date - timedelta(days=1))


def _in_order(found: Sequence[Measurement], measured: Sequence[Measurement]) -> tuple[Measurement, ...]:
    """Return figures as definitions order them: by indicator, then by kind and start of the window."""
    names = dict.fromkeys([*(each.indicator.id for each in measured), *(each.indicator.id for each in found)])
    places = {name: place for place, name in enumerate(names)}

    def place(each: Measurement) -> tuple[int, str, date]:
        window = each.figure.window
        return places[each.indicator.id], window.kind.value, window.period.start_date

    return tuple(sorted(found, key=place))


def _thawed(frozen: FrozenFigure, *, contract: Contract) -> Measurement:
    """Return a frozen figure as a measurement, by the definitions it was frozen with."""
    revision: Revision = frozen.revision
    promised = definitions_numbered(contract=contract, number=revision.definitions_number).promised
    facts: Mapping[str, Any] = frozen.facts  # JSON, as `facts_of` made it
    indicator = next(
        each for each in promised.indicators if (each.id, each.version) == (facts["indicator"], facts["version"])
    )
    period = Period(
        start_date=date.fromisoformat(facts["start_date"]), end_date=date.fromisoformat(facts["end_date"])
    )  # fmt: skip
    window = Window(kind=indicator.window, label=facts["window"], period=period)
    groups = tuple(sorted((name, _tally(each)) for name, each in facts["tallies"].items()))
    figure = Figure(
        indicator=indicator.id, version=indicator.version, window=window, groups=groups,
        tally=sum((each for _, each in groups), start=Tally()),
        exact=None if facts["exact"] is None else Fraction(facts["exact"]),
        per_count=windows_spread_over(indicator, window),
    )  # fmt: skip
    judgement = Judgement(
        verdict=Verdict(facts["verdict"]),
        reasons=tuple(Reason(code=ReasonCode(code), detail=detail) for code, detail in facts["reasons"]),
        objective=objective_in_force(indicator=indicator, contract=promised, day=period.start_date),
        season=season_of(contract=promised, day=period.start_date),
        printed=None if figure.exact is None else printed_exact(figure.exact, indicator=indicator),
    )
    return Measurement(indicator=indicator, figure=figure, judgement=judgement, revision=revision.number)


def _tally(kept: Mapping[str, Any]) -> Tally:
    return Tally(
        counted=kept["counted"], part=kept["part"], valued=kept["valued"], total=kept["total"],
        maximum=kept["maximum"], missing=kept["missing"], excluded=tuple(sorted(kept["excluded"].items())),
        histogram=tuple((value, count) for value, count in kept["histogram"]),
    )  # fmt: skip
