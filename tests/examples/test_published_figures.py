"""The documents' figures come out of counting single events, by the engine and by the reference alike."""

from datetime import date

import pytest
from tests.examples.conftest import Example
from tests.examples.published import FIGURES

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.printing import format_figure
from madoguchi.core.vocabulary import ReasonCode, Season, Verdict
from madoguchi.intake.measuring import measure_with_engine
from madoguchi.intake.reference import measure_with_reference

pytestmark = pytest.mark.xdist_group("examples")
CASES = [(number, indicator) for number, indicators in FIGURES.items() for indicator in indicators]
ADJUSTMENT = ("2022-02", "2022-03", "2022-04")
STILL_MISSING = ("2022-05", "2022-06", "2022-07", "2022-08", "2022-09")
MONTHLY_ITEMS = (
    "initial_support_resolution_rate", "average_completion_time", "average_escalation_time",
    "average_progress_report_time", "abandonment_rate", "busy_rate",
)  # fmt: skip
# the reference reads every event once per figure: of the longest contract it measures the survey months only
COMPARED = [
    ("000", Period(start_date=date(2023, 1, 1), end_date=date(2023, 2, 1))),
    ("000", Period(start_date=date(2024, 1, 1), end_date=date(2024, 2, 1))),
    ("001", None),
    ("002", None),
    ("003", Period(start_date=date(2016, 4, 1), end_date=date(2016, 7, 1))),
    ("004", None),
]


@pytest.mark.parametrize(("number", "indicator"), CASES)
def test_printed_figure_comes_out_of_counting(number: str, indicator: str, example: Example) -> None:
    measured = example(number)
    printed = FIGURES[number][indicator]
    found = [measured.measurement(indicator, window) for window in printed]
    assert {
        each.figure.window.label: format_figure(each.figure.exact, indicator=each.indicator) for each in found
    } == printed
    for each in found:
        assert each.figure.tally.counted or each.figure.exact == 0


@pytest.mark.parametrize(("number", "within"), COMPARED)
def test_reference_and_engine_agree(number: str, within: Period | None, example: Example) -> None:
    measured = example(number)
    by_engine = measure_with_engine(contract=measured.contract, facts=measured.facts, within=within)
    by_reference = measure_with_reference(contract=measured.contract, facts=measured.facts, within=within)
    assert by_engine == by_reference
    assert len(by_engine) > len(measured.contract.indicators) // 2


def verdicts(measured_example: Example, number: str, indicator: str) -> dict[str, Verdict]:
    found = [each for each in measured_example(number).measurements if each.indicator.id == indicator]
    return {each.figure.window.label: each.judgement.verdict for each in found}


def test_egov_months_are_judged_as_the_contract_says(example: Example) -> None:
    met, missed = Verdict.MET, Verdict.MISSED
    assert list(verdicts(example, "004", "answer_rate").values()) == [met, missed, missed, missed, missed, met]
    assert list(verdicts(example, "004", "average_mail_answer_time").values()) == [
        met, missed, missed, missed, missed, met,
    ]  # fmt: skip
    for indicator in ("average_handle_time", "first_line_resolution_rate", "complaint_count", "leak_count"):
        assert list(verdicts(example, "004", indicator).values()) == [met] * 6
    assert verdicts(example, "004", "duties_performed") == {"evaluation": met}


def test_march_is_judged_by_its_season(example: Example) -> None:
    march = example("004").measurement("answer_rate", "2019-03").judgement
    assert march.season is Season.SHOULDER
    assert march.objective is not None
    assert march.objective.target == 70


def test_answer_rate_is_one_less_abandonment_without_what_is_left_out(example: Example) -> None:
    figure = example("004").measurement("answer_rate", "2018-11").figure
    assert (figure.tally.part, figure.tally.counted) == (3922, 9120)
    assert dict(figure.tally.excluded) == {"busy_pbx": 152, "ivr_selfservice": 364, "out_of_hours": 304}


def test_handed_over_mail_is_left_out_with_its_reason(example: Example) -> None:
    excluded = dict(example("004").measurement("average_mail_answer_time", "2018-12").figure.tally.excluded)
    assert list(excluded) == ["主管係等へ引継ぎ"]
    assert excluded["主管係等へ引継ぎ"] > 0


def test_complaint_about_the_system_is_recorded_and_does_not_count(example: Example) -> None:
    measured = example("004")
    assert len(measured.events["complaints"]) == 7
    assert sum(bool(each["attributable"]) for each in measured.events["complaints"]) == 1


@pytest.mark.parametrize("indicator", MONTHLY_ITEMS)
def test_adjustment_period_is_shown_and_not_judged(indicator: str, example: Example) -> None:
    found = verdicts(example, "000", indicator)
    assert [found[month] for month in ADJUSTMENT] == [Verdict.NOT_JUDGED] * 3
    for month in ADJUSTMENT:
        measurement = example("000").measurement(indicator, month)
        assert measurement.figure.exact is not None
        assert measurement.judgement.reasons[0].code is ReasonCode.NOT_JUDGED_PERIOD
    late = [verdict for month, verdict in found.items() if month not in (*ADJUSTMENT, *STILL_MISSING)]
    assert late == [Verdict.MET] * 16


def test_something_is_missed_in_each_month_from_may_to_september_2022(example: Example) -> None:
    by_month = {
        month: [example("000").measurement(item, month).judgement.verdict for item in MONTHLY_ITEMS]
        for month in STILL_MISSING
    }
    assert all(Verdict.MISSED in found for found in by_month.values())


def test_monthly_report_is_confirmed_every_month(example: Example) -> None:
    assert list(verdicts(example, "000", "monthly_report_confirmed").values()) == [Verdict.MET] * 24


def test_decision_requests_fall_on_exact_figures_where_printed_ones_do_not(example: Example) -> None:
    assert list(verdicts(example, "001", "decision_requests_per_month").values()) == [
        Verdict.NOT_JUDGED, Verdict.MET, Verdict.MET, Verdict.MET, Verdict.MET,
    ]  # fmt: skip
    same_as_printed = example("001").measurement("decision_requests_per_month", "2022-Q1").judgement
    assert ReasonCode.PRINTED_DIFFERS in [reason.code for reason in same_as_printed.reasons]


def test_quarter_without_requests_has_no_share_decided_in_time(example: Example) -> None:
    quarter = example("001").measurement("decision_within_same_day", "2022-Q3")
    assert (quarter.figure.exact, quarter.judgement.verdict) == (None, Verdict.NOT_MEASURABLE)


def test_requests_that_waited_elsewhere_are_left_out_with_their_reason(example: Example) -> None:
    first = example("001").measurement("decision_within_same_day", "2021-Q3").figure.tally
    assert (first.part, first.counted, first.excluded) == (6, 6, (("他部署への確認待ち", 3),))


def test_large_works_are_judged_by_the_day_agreed_for_them(example: Example) -> None:
    measured = example("002")
    agreed = [each for each in measured.events["tickets"] if each["category"] == "人事異動対応"]
    assert len(agreed) == 67
    assert all(each["agreed_due_at"] for each in agreed)
    assert measured.measurement("works_within_three_open_days", "FY2014").figure.tally.counted == 1406


def test_year_that_the_evaluation_cuts_says_so(example: Example) -> None:
    year = example("002").measurement("problems_within_one_open_day", "FY2016").judgement
    assert [reason.code for reason in year.reasons] == [ReasonCode.TARGET_MET, ReasonCode.PARTLY_COVERED]


def test_all_thirty_five_items_of_the_infrastructure_are_met(example: Example) -> None:
    measured = example("003")
    assert len({each.indicator.id for each in measured.measurements}) == 35
    assert {each.judgement.verdict for each in measured.measurements} == {Verdict.MET}


def test_items_the_document_does_not_name_say_that_they_are_the_examples_own(example: Example) -> None:
    own = [each.id for each in example("003").contract.indicators if "この例のもの" in each.requirement]
    assert len(own) == 29


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_indicators_stand_in_the_contracts_order(number: str, example: Example) -> None:
    contract = example(number).contract
    assert tuple(each.id for each in contract.indicators) == contract.order
