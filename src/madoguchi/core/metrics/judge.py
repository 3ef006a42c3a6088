"""From exact figures to verdicts with reasons."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.printing import format_figure, printed_exact
from madoguchi.core.metrics.spec import (
    Contract,
    Figure,
    Indicator,
    Judgement,
    Measurement,
    Objective,
    Reason,
    Window,
)
from madoguchi.core.metrics.windows import season_of
from madoguchi.core.vocabulary import Comparator, ReasonCode, Statistic, Trend, Verdict

ZERO_IS_AN_ANSWER = (Statistic.COUNT, Statistic.SUM)
Covered = Period | tuple[Period, ...] | None
Coverage = Mapping[str, Covered]
Judged = dict[tuple[str, date], Measurement]


def judge_all(
    *, contract: Contract, figures: Sequence[tuple[Indicator, Figure]], coverage: Coverage
) -> tuple[Measurement, ...]:
    """Judge every figure. `coverage` says per fact table which days its facts cover (None: no such facts).

    Where services are watched one by one, it says so as `outages:mail`.

    A figure whose objective leans on another indicator is judged after that one, for the same window; a trend
    is judged against the figure of the window before among those given.
    """
    judged: Judged = {}
    by_key = {(indicator.id, figure.window.period.start_date): (indicator, figure) for indicator, figure in figures}
    for key in by_key:
        _judge_key(key, by_key=by_key, judged=judged, contract=contract, coverage=coverage)
    return tuple(judged[indicator.id, figure.window.period.start_date] for indicator, figure in figures)


def _judge_key(
    key: tuple[str, date],
    *,
    by_key: Mapping[tuple[str, date], tuple[Indicator, Figure]],
    judged: Judged,
    contract: Contract,
    coverage: Coverage,
) -> None:
    if key in judged:
        return
    indicator, figure = by_key[key]
    objective = objective_in_force(indicator=indicator, contract=contract, day=key[1])
    for required in objective.requires if objective else ():
        if (required, key[1]) in by_key:
            _judge_key((required, key[1]), by_key=by_key, judged=judged, contract=contract, coverage=coverage)
    required_verdicts = {
        required: judged[required, key[1]].judgement.verdict if (required, key[1]) in judged else None
        for required in (objective.requires if objective else ())
    }
    earlier = [start for name, start in by_key if name == key[0] and start < key[1]]
    previous = by_key[key[0], max(earlier)][1] if earlier else None
    judgement = judge(
        contract=contract,
        indicator=indicator,
        figure=figure,
        previous=previous,
        required=required_verdicts,
        covered=_covered(indicator, coverage=coverage, window=figure.window),
    )
    if any(reason.code is ReasonCode.NOT_COVERED for reason in judgement.reasons):
        figure = figure._replace(exact=None)  # nothing was recorded, which is not the same as nothing happened
    judged[key] = Measurement(indicator=indicator, figure=figure, judgement=judgement)


def _covered(indicator: Indicator, *, coverage: Coverage, window: Window) -> Period | None:
    """Return the days of a window that its facts cover: for services watched one by one, those of all of them."""
    keys = [f"{indicator.table}:{service}" for service in indicator.services]
    common: Period | None = window.period
    for each in [coverage[key] for key in keys if key in coverage] or [coverage.get(indicator.table)]:
        common = _longest(each, within=common) if common else None
    return common


def _longest(covered: Covered, *, within: Period) -> Period | None:
    stretches = covered if isinstance(covered, tuple) else (covered,)
    found = [common for each in stretches if each and (common := each.clipped(to=within))]
    return max(found, key=lambda each: each.end_date - each.start_date, default=None)


def objective_in_force(*, indicator: Indicator, contract: Contract, day: date) -> Objective | None:
    """Return the objective for the season of the day, one for that very season before one for all seasons."""
    season = season_of(contract=contract, day=day)
    in_force = [
        each
        for each in indicator.objectives
        if (each.valid_from is None or each.valid_from <= day)
        and (each.valid_until is None or day < each.valid_until)
        and each.season in (None, season)
    ]
    return max(in_force, key=lambda each: each.season is not None, default=None)


def judge(
    *,
    contract: Contract,
    indicator: Indicator,
    figure: Figure,
    previous: Figure | None,
    required: Mapping[str, Verdict | None],
    covered: Period | None,
) -> Judgement:
    """Judge one figure on its exact value; the verdicts of the indicators it leans on are given."""
    start_date = figure.window.period.start_date
    objective = objective_in_force(indicator=indicator, contract=contract, day=start_date)
    notes: list[Reason] = []
    verdict, reason = _measurable(indicator=indicator, figure=figure, covered=covered, notes=notes)
    if figure.window.is_running:
        notes += [reason] if reason else []
        verdict, reason = Verdict.NOT_JUDGED, Reason(code=ReasonCode.RUNNING)
    if verdict is None:
        verdict, reason = _judgeable(contract=contract, indicator=indicator, window=figure.window, notes=notes)
    if verdict is None and objective is None:
        verdict, reason = Verdict.NOT_JUDGED, Reason(code=ReasonCode.NO_OBJECTIVE)
    if verdict is None and objective is not None and figure.exact is not None:
        verdict, reason = _against_objective(objective, figure=figure, previous=previous, required=required)
        before = previous.exact if previous else None
        notes += _printed_differs(objective, indicator=indicator, exact=figure.exact, before=before)
    reasons = ((reason,) if reason else ()) + tuple(notes)
    return Judgement(
        verdict=verdict or Verdict.NOT_MEASURABLE,
        reasons=reasons,
        objective=objective,
        season=season_of(contract=contract, day=start_date),
        printed=None if figure.exact is None else printed_exact(figure.exact, indicator=indicator),
    )


Step = tuple[Verdict | None, Reason | None]


def _measurable(*, indicator: Indicator, figure: Figure, covered: Period | None, notes: list[Reason]) -> Step:
    if indicator.statistic is Statistic.COMPOSITE:
        covered = figure.window.period
    common = covered.clipped(to=figure.window.period) if covered else None
    if common is None:
        return Verdict.NOT_MEASURABLE, Reason(code=ReasonCode.NOT_COVERED, detail=indicator.table)
    if figure.exact is None:
        return Verdict.NOT_MEASURABLE, Reason(code=ReasonCode.NOTHING_COUNTED)
    if common != figure.window.period:
        detail = f"{common.start_date}/{common.end_date}"
        notes.append(Reason(code=ReasonCode.PARTLY_COVERED, detail=detail))
    return None, None


def _judgeable(*, contract: Contract, indicator: Indicator, window: Window, notes: list[Reason]) -> Step:
    for each in contract.not_judged:
        if each.indicators and indicator.id not in each.indicators:
            continue
        common = each.period.clipped(to=window.period)
        if common == window.period:
            return Verdict.NOT_JUDGED, Reason(code=ReasonCode.NOT_JUDGED_PERIOD, detail=each.reason)
        if common is not None:
            notes.append(Reason(code=ReasonCode.PARTLY_NOT_JUDGED, detail=each.reason))
    return None, None


def _against_objective(
    objective: Objective, *, figure: Figure, previous: Figure | None, required: Mapping[str, Verdict | None]
) -> Step:
    exact = figure.exact or Fraction(0)
    if objective.trend is not None:
        if previous is None or previous.exact is None:
            return Verdict.NOT_JUDGED, Reason(code=ReasonCode.FIRST_WINDOW)
        if not follows_trend(objective.trend, before=previous.exact, after=exact):
            return Verdict.MISSED, Reason(code=ReasonCode.TARGET_MISSED, detail=objective.trend)
    if not satisfies(objective, exact):
        return Verdict.MISSED, Reason(code=ReasonCode.TARGET_MISSED)
    for name, verdict in sorted(required.items()):
        if verdict is Verdict.MISSED:
            return Verdict.MISSED, Reason(code=ReasonCode.REQUIRED_MISSED, detail=name)
        if verdict is not Verdict.MET:
            return Verdict.NOT_MEASURABLE, Reason(code=ReasonCode.REQUIRED_UNKNOWN, detail=name)
    return Verdict.MET, Reason(code=ReasonCode.TARGET_MET)


def satisfies(objective: Objective, exact: Fraction) -> bool:
    """Return whether a figure meets the target; an objective without one (a pure trend) is met."""
    if objective.target is None or objective.comparator is None:
        return True
    return {
        Comparator.AT_LEAST: exact >= objective.target,
        Comparator.MORE_THAN: exact > objective.target,
        Comparator.AT_MOST: exact <= objective.target,
        Comparator.LESS_THAN: exact < objective.target,
        Comparator.EQUALS: exact == objective.target,
    }[objective.comparator]


def follows_trend(trend: Trend, *, before: Fraction, after: Fraction) -> bool:
    return {
        Trend.NOT_RISING: after <= before,
        Trend.FALLING: after < before or before == after == 0,
        Trend.NOT_FALLING: after >= before,
    }[trend]


def _printed_differs(
    objective: Objective, *, indicator: Indicator, exact: Fraction, before: Fraction | None
) -> list[Reason]:
    printed = printed_exact(exact, indicator=indicator)
    differs = satisfies(objective, printed) != satisfies(objective, exact)
    if objective.trend is not None and before is not None:
        printed_before = printed_exact(before, indicator=indicator)
        as_printed = follows_trend(objective.trend, before=printed_before, after=printed)
        differs |= as_printed != follows_trend(objective.trend, before=before, after=exact)
    if not differs:
        return []
    return [Reason(code=ReasonCode.PRINTED_DIFFERS, detail=format_figure(exact, indicator=indicator))]
