"""Verdicts: on the exact figure, with every reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.calendar.hours import BusinessCalendar, parse_hours
from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.metrics.figures import make_figure, nearest_rank
from madoguchi.core.metrics.judge import judge_all
from madoguchi.core.metrics.measure_contract import measure_contract
from madoguchi.core.metrics.printing import format_figure, format_target
from madoguchi.core.metrics.spec import (
    Contract,
    Figure,
    Indicator,
    NotJudged,
    Objective,
    SeasonPeriod,
    SurveyRound,
    Tally,
    Window,
)
from madoguchi.core.metrics.windows import windows_of
from madoguchi.core.values import Mean, Rate, rounded
from madoguchi.core.vocabulary import (
    Comparator,
    DurationStyle,
    ReasonCode,
    Season,
    Statistic,
    Trend,
    Unit,
    Verdict,
    WindowKind,
)

YEAR = Period(start_date=date(2018, 4, 1), end_date=date(2019, 4, 1))
CALENDAR = BusinessCalendar(weekday_hours=((parse_hours("09:00-17:00"),),) * 5 + ((),) * 2)
AT_LEAST_90 = Objective(comparator=Comparator.AT_LEAST, target=Fraction(90))
COVERED = {"calls": YEAR, "complaints": YEAR}


def rate(name: str = "answer_rate", *objectives: Objective) -> Indicator:
    return Indicator(
        id=name, label=name, label_en=name, requirement="", statistic=Statistic.RATE, table="calls", at="offered_at",
        window=WindowKind.MONTH, unit=Unit.PERCENT, decimals=1, objectives=objectives or (AT_LEAST_90,),
    )  # fmt: skip


def contract(*indicators: Indicator) -> Contract:
    return Contract(
        id="004",
        name="x",
        buyer="",
        supplier="",
        period=YEAR,
        evaluation=YEAR,
        calendar=CALENDAR,
        indicators=indicators,
    )


def figure(indicator: Indicator, *, part: int, counted: int, month: int = 10) -> Figure:
    window = Window(kind=WindowKind.MONTH, label=f"2018-{month:02d}", period=month_period(year=2018, month=month))
    return make_figure(indicator=indicator, window=window, groups={"": Tally(part=part, counted=counted)}, members=())


def verdicts(holder: Contract, *figures: Figure) -> list[tuple[Verdict, list[ReasonCode]]]:
    by_id = {indicator.id: indicator for indicator in holder.indicators}
    judged = judge_all(contract=holder, figures=[(by_id[each.indicator], each) for each in figures], coverage=COVERED)
    return [(each.judgement.verdict, [reason.code for reason in each.judgement.reasons]) for each in judged]


def test_a_rate_just_below_its_target_is_missed_though_it_prints_as_met() -> None:
    indicator = rate()
    found = verdicts(contract(indicator), figure(indicator, part=8996, counted=10000))
    assert found == [(Verdict.MISSED, [ReasonCode.TARGET_MISSED, ReasonCode.PRINTED_DIFFERS])]


def test_nothing_to_count_is_not_measurable() -> None:
    indicator = rate()
    assert verdicts(contract(indicator), figure(indicator, part=0, counted=0)) == [
        (Verdict.NOT_MEASURABLE, [ReasonCode.NOTHING_COUNTED])
    ]


def test_a_count_of_zero_is_an_answer_only_where_the_facts_cover_the_month() -> None:
    none_allowed = Objective(comparator=Comparator.AT_MOST, target=Fraction(0))
    indicator = replace(rate("leaks", none_allowed), statistic=Statistic.COUNT, table="complaints", unit=Unit.COUNT)
    found = figure(indicator, part=0, counted=0)
    assert verdicts(contract(indicator), found) == [(Verdict.MET, [ReasonCode.TARGET_MET])]
    uncovered = judge_all(contract=contract(indicator), figures=[(indicator, found)], coverage={"complaints": None})
    assert uncovered[0].judgement.verdict is Verdict.NOT_MEASURABLE
    assert uncovered[0].judgement.reasons[0].code is ReasonCode.NOT_COVERED
    assert uncovered[0].figure.exact is None


def test_a_partly_covered_month_is_judged_and_says_so() -> None:
    indicator = rate()
    covered = Period(start_date=date(2018, 10, 10), end_date=date(2018, 11, 1))
    judged = judge_all(
        contract=contract(indicator),
        figures=[(indicator, figure(indicator, part=1, counted=1))],
        coverage={"calls": covered},
    )
    assert [reason.code for reason in judged[0].judgement.reasons] == [
        ReasonCode.TARGET_MET,
        ReasonCode.PARTLY_COVERED,
    ]


@pytest.mark.parametrize(
    ("mail", "wan", "wanted"),
    [
        ((YEAR,), (YEAR,), [ReasonCode.TARGET_MET]),
        # the stretch that reaches furthest into the month counts
        ((month_period(year=2018, month=5), month_period(year=2018, month=10)), (YEAR,), [ReasonCode.TARGET_MET]),
        ((YEAR,), (), [ReasonCode.NOT_COVERED]),
        (None, (YEAR,), [ReasonCode.NOT_COVERED]),
        (
            (Period(start_date=date(2018, 10, 1), end_date=date(2018, 10, 9)),), (YEAR,),
            [ReasonCode.TARGET_MET, ReasonCode.PARTLY_COVERED],
        ),
        (
            (Period(start_date=date(2018, 10, 1), end_date=date(2018, 10, 9)),),
            (Period(start_date=date(2018, 10, 9), end_date=date(2018, 11, 1)),),
            [ReasonCode.NOT_COVERED],
        ),
    ],
)  # fmt: skip
def test_services_watched_one_by_one_must_all_be_watched(
    mail: tuple[Period, ...] | None, wan: tuple[Period, ...] | None, wanted: list[ReasonCode]
) -> None:
    indicator = replace(
        rate(), statistic=Statistic.AVAILABILITY, table="outages", services=("mail", "wan")
    )  # fmt: skip
    judged = judge_all(
        contract=contract(indicator), figures=[(indicator, figure(indicator, part=1, counted=1))],
        coverage={"outages": YEAR, "outages:mail": mail, "outages:wan": wan},
    )  # fmt: skip
    assert [reason.code for reason in judged[0].judgement.reasons] == wanted


def test_each_season_has_its_own_objective() -> None:
    peak = Objective(comparator=Comparator.AT_LEAST, target=Fraction(70), season=Season.PEAK)
    normal = replace(AT_LEAST_90, season=Season.NORMAL)
    indicator = rate("answer_rate", normal, peak)
    season = SeasonPeriod(season=Season.PEAK, period=month_period(year=2018, month=5))
    holder = replace(contract(indicator), seasons=(season,))
    found = verdicts(
        holder, figure(indicator, part=80, counted=100, month=5), figure(indicator, part=80, counted=100, month=6)
    )
    assert [verdict for verdict, _ in found] == [Verdict.MET, Verdict.MISSED]


def test_an_adjustment_period_is_measured_and_not_judged() -> None:
    indicator = rate()
    stretch = NotJudged(period=month_period(year=2018, month=10), reason="SLA調整期間")
    holder = replace(contract(indicator), not_judged=(stretch,))
    assert verdicts(holder, figure(indicator, part=1, counted=100)) == [
        (Verdict.NOT_JUDGED, [ReasonCode.NOT_JUDGED_PERIOD])
    ]


@pytest.mark.parametrize(
    ("complaints", "verdict"),
    [((0, 1), Verdict.MET), ((1, 1), Verdict.MISSED), ((0, 0), Verdict.NOT_MEASURABLE)],
)
def test_an_objective_that_leans_on_another_is_judged_with_it(complaints: tuple[int, int], verdict: Verdict) -> None:
    leaning = rate("handle_time", replace(AT_LEAST_90, requires=("complaints",)))
    below = rate("complaints", Objective(comparator=Comparator.LESS_THAN, target=Fraction(50)))
    holder = contract(leaning, below)
    part, counted = complaints
    found = verdicts(holder, figure(leaning, part=95, counted=100), figure(below, part=part, counted=counted))
    assert found[0][0] is verdict


def test_a_trend_is_judged_against_the_window_before() -> None:
    falling = Objective(comparator=None, target=None, trend=Trend.FALLING)
    indicator = replace(rate("requests", falling), statistic=Statistic.COUNT, unit=Unit.COUNT)
    counts = (9, 3, 3, 0, 0)
    figures = [figure(indicator, part=0, counted=count, month=4 + index) for index, count in enumerate(counts)]
    expected = [Verdict.NOT_JUDGED, Verdict.MET, Verdict.MISSED, Verdict.MET, Verdict.MET]
    assert [verdict for verdict, _ in verdicts(contract(indicator), *figures)] == expected


def test_an_objective_is_in_force_until_before_its_last_day() -> None:
    ending = replace(AT_LEAST_90, valid_until=date(2018, 10, 1))
    later = Objective(comparator=Comparator.AT_LEAST, target=Fraction(70), valid_from=date(2018, 11, 1))
    indicator = rate("answer_rate", ending, later)
    found = verdicts(
        contract(indicator), *(figure(indicator, part=80, counted=100, month=month) for month in (9, 10, 11))
    )
    assert [verdict for verdict, _ in found] == [Verdict.MISSED, Verdict.NOT_JUDGED, Verdict.MET]


@pytest.mark.parametrize(
    ("comparator", "met"),
    [
        (Comparator.AT_LEAST, [False, True, True]),
        (Comparator.MORE_THAN, [False, False, True]),
        (Comparator.AT_MOST, [True, True, False]),
        (Comparator.LESS_THAN, [True, False, False]),
        (Comparator.EQUALS, [False, True, False]),
    ],
)
def test_comparators_at_their_edges(comparator: Comparator, met: list[bool]) -> None:
    indicator = rate("answer_rate", Objective(comparator=comparator, target=Fraction(90)))
    figures = [figure(indicator, part=part, counted=1000, month=4 + n) for n, part in enumerate((899, 900, 901))]
    assert [verdict is Verdict.MET for verdict, _ in verdicts(contract(indicator), *figures)] == met


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8))
def test_rates_join_by_their_counts(months: list[tuple[int, int]]) -> None:
    rates = [Rate(part=min(pair), whole=max(pair)) for pair in months]
    joined = sum(rates, start=Rate(part=0, whole=0))
    share = joined.exact()
    assert (share is None) == (joined.whole == 0)
    assert share is None or 0 <= share <= 1
    assert sum((Mean(total=r.part, count=r.whole) for r in rates), start=Mean(total=0, count=0)).exact() == share


@given(st.lists(st.integers(0, 1000), min_size=1), st.integers(1, 100))
def test_percentiles_are_nearest_rank(values: list[int], percentile: int) -> None:
    tallies = [Tally(valued=1, total=value, histogram=((value, 1),)) for value in values]
    found = nearest_rank(sum(tallies, start=Tally()), percentile=Fraction(percentile))
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percentile * len(values)
    assert sum(value < found for value in values) * 100 < percentile * len(values)


@pytest.mark.parametrize(
    ("exact", "decimals", "text"),
    [("25/2", 0, "13"), ("-25/2", 0, "-13"), ("725/20", 1, "36.3"), ("2675/1000", 2, "2.68"), ("0", 1, "0.0")],
)
def test_rounding_is_half_up_and_done_once(exact: str, decimals: int, text: str) -> None:
    assert str(rounded(Fraction(exact), decimals=decimals)) == text


DURATION = replace(rate(), unit=Unit.DURATION)


@pytest.mark.parametrize(
    ("seconds", "style", "japanese", "english"),
    [
        (751627, DurationStyle.HOURS_MINUTES, "208時間47分", "208:47 h"),
        (418, DurationStyle.MINUTES_SECONDS, "6分58秒", "6:58 min"),
        (Fraction(21, 4), DurationStyle.SECONDS, "5.3秒", "5.3 s"),
        (29, DurationStyle.HOURS_MINUTES, "0時間00分", "0:00 h"),
        (3599, DurationStyle.HOURS_MINUTES, "1時間00分", "1:00 h"),
    ],
)
def test_durations_are_printed_as_documents_do(
    seconds: Fraction, style: DurationStyle, japanese: str, english: str
) -> None:
    indicator = replace(DURATION, style=style)
    assert format_figure(Fraction(seconds), indicator=indicator) == japanese
    assert format_figure(Fraction(seconds), indicator=indicator, language="en") == english


@pytest.mark.parametrize(("target", "text"), [("600", "10分以下"), ("86400", "24時間以下"), ("21/4", "5.25秒以下")])
def test_targets_are_printed_without_decimals_they_do_not_have(target: str, text: str) -> None:
    objective = Objective(comparator=Comparator.AT_MOST, target=Fraction(target))
    assert format_target(objective, indicator=DURATION) == text


def test_windows_are_cut_at_the_contract() -> None:
    holder = replace(contract(), period=Period(start_date=date(2018, 6, 18), end_date=date(2019, 1, 5)))
    labels = [window.label for window in windows_of(contract=holder, kind=WindowKind.QUARTER, within=YEAR)]
    assert labels == ["2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"]
    months = windows_of(contract=holder, kind=WindowKind.MONTH, within=YEAR)
    assert (months[0].period.start_date, months[-1].period.end_date) == (date(2018, 6, 18), date(2019, 1, 5))
    assert windows_of(contract=holder, kind=WindowKind.FISCAL_YEAR, within=YEAR)[0].label == "FY2018"


def test_window_that_has_not_ended_is_counted_up_to_the_day_and_not_judged() -> None:
    asked: list[tuple[Indicator, Window]] = []

    def counted(pairs: Sequence[tuple[Indicator, Window]]) -> list[Figure]:
        asked.extend(pairs)
        tallies = {"": Tally(part=95, counted=100)}
        return [make_figure(indicator=one, window=each, groups=tallies, members=()) for one, each in pairs]

    yearly = replace(rate("yearly"), window=WindowKind.FISCAL_YEAR)
    surveyed = replace(rate("surveyed"), window=WindowKind.SURVEY_ROUND)
    rounds = (SurveyRound(id="R1", label="R1", period=month_period(year=2018, month=11)),)
    promised = replace(contract(rate(), yearly, surveyed), survey_rounds=rounds)
    until = date(2018, 11, 6)
    within = Period(start_date=date(2018, 10, 1), end_date=until)
    found = measure_contract(contract=promised, measure=counted, coverage=COVERED, within=within, until=until)
    assert [(one.id, each.label, each.period.end_date, each.is_running) for one, each in asked] == [
        ("answer_rate", "2018-10", date(2018, 11, 1), False),
        ("answer_rate", "2018-11", until, True),
        ("yearly", "FY2018", until, True),
    ]
    assert [each.judgement.verdict for each in found] == [Verdict.MET, Verdict.NOT_JUDGED, Verdict.NOT_JUDGED]
    assert found[1].judgement.reasons[0].code is ReasonCode.RUNNING
