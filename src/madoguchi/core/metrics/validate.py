"""What one key alone cannot show: whether the definitions of a contract fit together."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from itertools import combinations

from madoguchi.core.calendar.periods import months_in
from madoguchi.core.errors import Problem
from madoguchi.core.metrics.load_contract import CONTRACT_FILE
from madoguchi.core.metrics.spec import Contract, Indicator, Objective
from madoguchi.core.metrics.validate_columns import column_problems
from madoguchi.core.vocabulary import Statistic, WindowKind

Where = Callable[[Indicator], str]
Finding = tuple[str, str, str]


def validate(contract: Contract, *, where: Where, unread: Collection[str] = ()) -> list[Problem]:
    """Return every problem between the definitions; `where` names an indicator's file.

    What names an `unread` indicator, one whose file has problems of its own, is no problem besides them.
    """
    problems = [
        Problem(where=CONTRACT_FILE, key=key, given=given, allowed=allowed)
        for key, given, allowed in _contract_findings(contract, unread)
    ]
    for indicator in contract.indicators:
        for find in (column_problems, _needs, _objectives):
            problems += _as_problems(where(indicator), find(indicator))
        problems += _as_problems(where(indicator), _references(indicator, contract, unread))
    for (name, start), count in Counter((each.id, each.valid_from) for each in contract.indicators).items():
        if count > 1:
            files = ", ".join(
                where(each) for each in contract.indicators if (each.id, each.valid_from) == (name, start)
            )
            given = f"{count} indicators {name!r} valid from {start or 'the start'} ({files})"
            allowed = "one version of an indicator from one day"
            problems.append(Problem(where=files.split(", ")[-1], key="id", given=given, allowed=allowed))
    return problems


def _as_problems(file: str, findings: Iterable[Finding]) -> list[Problem]:
    return [Problem(where=file, key=key, given=given, allowed=allowed) for key, given, allowed in findings]


def _contract_findings(contract: Contract, unread: Collection[str]) -> Iterator[Finding]:
    inside = f"days of the contract, {contract.period.start_date} until before {contract.period.end_date}"
    if contract.evaluation.clipped(to=contract.period) != contract.evaluation:
        yield "contract.evaluation", str(contract.evaluation.start_date), inside
    for one, two in combinations(contract.seasons, 2):
        if one.period.overlaps(two.period):
            yield (
                "season",
                f"seasons overlap from {max(one.period.start_date, two.period.start_date)}",
                "one season a day",
            )
    for each in contract.seasons:
        for day in (each.period.start_date, each.period.end_date):
            if day.day != 1:
                yield (
                    "season",
                    f"a season that changes on {day}",
                    "seasons of whole months, as months are judged",
                )
    known = {indicator.id for indicator in contract.indicators}
    for stretch in contract.not_judged:
        if not stretch.period.overlaps(contract.period):
            yield "not_judged", f"from {stretch.period.start_date}", inside
        for name in stretch.indicators:
            if name not in known and name not in unread:
                yield "not_judged.indicators", repr(name), "one of " + ", ".join(sorted(known))
    yield from _order_findings(contract, unread)
    starts = Counter(each.valid_from for each in contract.call_countings)
    for start, count in starts.items():
        if count > 1:
            yield "call_counting", f"{count} tables valid from {start}", "one counting table from one day"


def _order_findings(contract: Contract, unread: Collection[str]) -> Iterator[Finding]:
    known = {indicator.id for indicator in contract.indicators}
    for name, count in Counter(contract.order).items():
        if name not in known and name not in unread:
            yield "order", repr(name), "one of " + ", ".join(sorted(known))
        if count > 1:
            yield "order", f"{name!r} {count} times", "each indicator once"


NEEDS_VALUE = (
    Statistic.SHARE_WITHIN,
    Statistic.MEAN,
    Statistic.SUM,
    Statistic.MAXIMUM,
    Statistic.PERCENTILE,
)
SPREADABLE = (Statistic.COUNT, Statistic.SUM)
SPREADS = (None, WindowKind.MONTH, WindowKind.QUARTER, WindowKind.FISCAL_YEAR)


def _needs(indicator: Indicator) -> Iterator[Finding]:
    for key, allowed, is_wrong in (*_missing_parts(indicator), *_misplaced_parts(indicator)):
        if is_wrong:
            yield key, f"statistic {indicator.statistic}", allowed


def _missing_parts(i: Indicator) -> Iterator[tuple[str, str, bool]]:
    statistic = i.statistic
    yield "value", "a [value] to measure", statistic in NEEDS_VALUE and i.value is None and not i.scores
    yield "within", "a [within] allowance", statistic is Statistic.SHARE_WITHIN and i.allowance is None
    has_part = bool(i.part) or i.is_call_counting
    yield "part", "`part` tests or `calls`", statistic is Statistic.RATE and not has_part
    yield "services", "at least one service", statistic is Statistic.AVAILABILITY and not i.services
    yield "members", "at least one member", statistic is Statistic.COMPOSITE and not i.members
    yield "milestone", "the milestone's name", statistic is Statistic.MILESTONE and not i.milestone
    yield "questions", "at least one question", statistic is Statistic.SURVEY_SCORE and not i.groups


def _misplaced_parts(i: Indicator) -> Iterator[tuple[str, str, bool]]:
    if i.statistic is Statistic.PERCENTILE:
        is_percentile = i.percentile is not None and 0 < i.percentile <= 100  # noqa: PLR2004  # percent
        yield "percentile", "a number above 0, at most 100", not is_percentile
    else:
        yield "percentile", "no percentile here", i.percentile is not None
    is_call_rate = (i.table, i.statistic) == ("calls", Statistic.RATE)
    yield "calls", "calls only for a rate over the table calls", i.is_call_counting and not is_call_rate
    yield "per", "per only for a count or a sum", i.per is not None and i.statistic not in SPREADABLE
    yield "per", "month, quarter or fiscal_year", i.per not in SPREADS


def _objectives(indicator: Indicator) -> Iterator[Finding]:
    for one, two in combinations(indicator.objectives, 2):
        if one.season == two.season and _validity_overlaps(one, two):
            season = one.season or "every season"
            yield (
                "objective",
                f"two objectives for {season} in force on the same day",
                "one objective a day and season",
            )
    for each in indicator.objectives:
        if each.valid_from and each.valid_until and each.valid_until <= each.valid_from:
            yield "objective.valid_until", str(each.valid_until), f"a day after {each.valid_from}"
        has_season = each.season is not None
        if has_season and indicator.window is not WindowKind.MONTH:
            yield "objective.season", str(each.season), "a season only where figures are made by month"


def _validity_overlaps(one: Objective, two: Objective) -> bool:
    starts = one.valid_from or date.min, two.valid_from or date.min
    ends = one.valid_until or date.max, two.valid_until or date.max
    return max(starts) < min(ends)


def _references(indicator: Indicator, contract: Contract, unread: Collection[str]) -> Iterator[Finding]:
    known = {each.id: each for each in contract.indicators}
    for name in (name for objective in indicator.objectives for name in objective.requires if name not in unread):
        if name not in known or name == indicator.id:
            yield "objective.requires", repr(name), "the id of another indicator: " + ", ".join(sorted(known))
        elif known[name].window is not indicator.window:
            yield (
                "objective.requires",
                f"{name} is made by {known[name].window}",
                f"by {indicator.window}, as here",
            )
        elif _leads_to(name, indicator.id, contract):
            yield "objective.requires", f"{name} leans back on {indicator.id}", "no circle"
    for name in (name for name, _ in indicator.members if name not in unread):
        if name not in known or known[name].statistic is Statistic.COMPOSITE:
            yield "members", repr(name), "the id of an indicator that is not a composite"
        elif known[name].unit is not indicator.unit:
            yield (
                "members",
                f"{name} is in {known[name].unit}",
                f"members in {indicator.unit}, as the composite",
            )
    if indicator.is_call_counting and not contract.call_countings:
        yield "calls", "no [[call_counting]] in contract.toml", "a dated counting table"
    if indicator.window is WindowKind.SURVEY_ROUND and not contract.survey_rounds:
        yield "window", "no [[survey_round]] in contract.toml", "dated survey rounds"
    if indicator.per is not None and not months_in(contract.period):
        yield "per", str(indicator.per), "a contract of at least a month"


def _leads_to(name: str, target: str, contract: Contract) -> bool:
    leans_on = {each.id: {r for o in each.objectives for r in o.requires} for each in contract.indicators}
    reached: set[str] = set()
    open_names = {name}
    while open_names:
        reached |= open_names
        open_names = {r for each in open_names for r in leans_on.get(each, set())} - reached
    return target in reached
