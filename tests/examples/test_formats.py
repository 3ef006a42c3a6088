"""Nine sentences of contracts as definitions, with every figure worked out by hand."""

from fractions import Fraction

import pytest
from tests.examples.conftest import FOLDER, load_example

from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.vocabulary import Verdict
from madoguchi.intake.facts import open_facts
from madoguchi.intake.measuring import measure_with_engine
from madoguchi.intake.reference import measure_with_reference

APRIL, MAY = "2024-04", "2024-05"
MET, MISSED = Verdict.MET, Verdict.MISSED
Row = tuple[str, str, int, int, Fraction, Verdict]

# indicator, month, part, counted, figure, verdict: worked out from the CSV files by hand
WORKED: list[Row] = [
    # 20 inquiries received in April; Q20 came at 23:50 on the 30th and was answered ten minutes past midnight
    ("same_day_answers", APRIL, 19, 20, Fraction(95), MET),
    # Q21 is written 15:05 UTC on 30 April: 00:05 on 1 May here, answered that day; Q22 at 23:59:59; Q24 never
    ("same_day_answers", MAY, 3, 4, Fraction(75), MISSED),
    # 5:00, 15:00 exactly, 15:01 and never: two of four
    ("triage_within_15_minutes", APRIL, 2, 4, Fraction(50), MISSED),
    ("triage_within_15_minutes", MAY, 1, 1, Fraction(100), MET),
    # 14:59, 15:00, 20:00; I4 was reported, not detected, so it is not in the population
    ("vendor_contacted_within_15_minutes", APRIL, 2, 3, Fraction(200, 3), MISSED),
    ("vendor_contacted_within_15_minutes", MAY, 1, 1, Fraction(100), MET),
    # W1 ended at its very moment; W2 three days late; W3 not at all. W4 is due in May and early; W5 has no date
    ("works_not_finished_by_their_date", APRIL, 2, 2, Fraction(2), MISSED),
    ("works_not_finished_by_their_date", MAY, 0, 0, Fraction(0), MET),
    # waits 3 5 8 10 12 15 18 20 25 and one gave up: eight of ten; busy, late, self-served and menu calls are outside
    ("answered_within_20_seconds", APRIL, 8, 10, Fraction(80), MET),
    ("answered_within_20_seconds", MAY, 4, 4, Fraction(100), MET),
    # 2:00:00 is within, 2:00:01 is not, and O3 never ended
    ("recovery_within_2_hours", APRIL, 1, 3, Fraction(100, 3), MISSED),
    ("recovery_within_2_hours", MAY, 1, 1, Fraction(100), MET),
    # early, at the due moment, a second late, never
    ("patches_applied_by_their_date", APRIL, 2, 4, Fraction(50), MISSED),
    ("patches_applied_by_their_date", MAY, 2, 2, Fraction(100), MET),
    # nine waits: rank ceil(0.5 x 9) = 5 is 12 s, rank ceil(0.95 x 9) = 9 is 25 s
    ("median_wait_time", APRIL, 0, 9, Fraction(12), MET),
    ("wait_time_95th_percentile", APRIL, 0, 9, Fraction(25), MET),
    # four waits 2 4 6 8: rank 2 is 4 s, rank 4 is 8 s
    ("median_wait_time", MAY, 0, 4, Fraction(4), MET),
    ("wait_time_95th_percentile", MAY, 0, 4, Fraction(8), MET),
]


@pytest.fixture(scope="module", params=[measure_with_engine, measure_with_reference])
def measurements(request: pytest.FixtureRequest) -> tuple[Measurement, ...]:
    measured = request.param(contract=load_example(FOLDER / "formats"), facts=open_facts(FOLDER / "formats" / "facts"))
    return tuple(measured)


@pytest.mark.parametrize("row", WORKED, ids=lambda row: f"{row[0]}-{row[1]}")
def test_figure_is_the_one_worked_out_by_hand(row: Row, measurements: tuple[Measurement, ...]) -> None:
    indicator, month, part, counted, exact, verdict = row
    found = [each for each in measurements if each.indicator.id == indicator]
    measurement = next(each for each in found if each.figure.window.label == month)
    tally = measurement.figure.tally
    assert (tally.part, tally.counted, measurement.figure.exact) == (part, counted, exact)
    assert measurement.judgement.verdict is verdict


def test_every_figure_is_worked_out(measurements: tuple[Measurement, ...]) -> None:
    measured = {(each.indicator.id, each.figure.window.label) for each in measurements}
    assert measured == {(row[0], row[1]) for row in WORKED}
    assert len(measured) == 18
