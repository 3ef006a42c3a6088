"""What stands beside a figure is in words and has its unit: counts, targets, reasons."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.reports.documents.made import MEASUREMENTS

from madoguchi.core.metrics.printing import format_target
from madoguchi.core.metrics.spec import Reason, Tally
from madoguchi.core.vocabulary import Comparator, ReasonCode, Statistic, Unit
from madoguchi.reports.rows import counts_text, reason_text

TALLY = Tally(part=2_876, counted=2_900, total=14_400, valued=30)


@pytest.mark.parametrize(
    ("statistic", "unit", "japanese", "english"),
    [
        (Statistic.RATE, Unit.PERCENT, "2,876 / 2,900", "2,876 / 2,900"),
        (Statistic.AVAILABILITY, Unit.PERCENT, "2,876 / 2,900秒", "2,876 / 2,900 s"),
        (Statistic.MEAN, Unit.DURATION, "14,400秒 / 30件", "14,400 s / 30 cases"),
        (Statistic.SURVEY_SCORE, Unit.POINTS, "14,400点 / 30件", "14,400 points / 30 cases"),
    ],
)
def test_counts_that_are_no_cases_have_their_unit(
    statistic: Statistic, unit: Unit, japanese: str, english: str
) -> None:
    indicator = replace(MEASUREMENTS[0].indicator, statistic=statistic, unit=unit)
    measured = replace(MEASUREMENTS[0], indicator=indicator, figure=MEASUREMENTS[0].figure._replace(tally=TALLY))
    assert counts_text(measured) == japanese
    assert counts_text(measured, "en") == english


@pytest.mark.parametrize(
    ("comparator", "target", "text"),
    [
        (Comparator.AT_MOST, 0, "0件"),
        (Comparator.EQUALS, 100, "100件"),
        (Comparator.AT_MOST, 3, "3件以下"),
        (Comparator.AT_LEAST, 0, "0件以上"),
    ],
)
def test_a_target_only_one_number_keeps_is_that_number(comparator: Comparator, target: int, text: str) -> None:
    indicator = replace(MEASUREMENTS[0].indicator, unit=Unit.COUNT)
    objective = replace(indicator.objectives[0], comparator=comparator, target=Fraction(target))
    assert format_target(objective, indicator=indicator) == text


@pytest.mark.parametrize(
    ("code", "detail", "japanese", "english"),
    [
        (
            ReasonCode.PARTLY_COVERED, "2016-04-01/2016-12-01",
            "記録が期間の一部しか含まない：平成28年4月1日～平成28年11月30日",
            "the facts cover only part of the period: 2016-04-01 to 2016-11-30",
        ),
        (
            ReasonCode.REQUIRED_MISSED, "complaint_count",
            "前提となる指標が未達：苦情発生件数", "an objective it leans on is missed: 苦情発生件数",
        ),
        (
            ReasonCode.NOT_COVERED, "calls",
            "記録がこの期間を含まない", "the facts do not cover this period",
        ),
    ],
)  # fmt: skip
def test_reasons_show_no_keys_of_the_program(code: ReasonCode, detail: str, japanese: str, english: str) -> None:
    labels = {"complaint_count": "苦情発生件数"}
    assert reason_text(Reason(code=code, detail=detail), labels=labels) == japanese
    assert reason_text(Reason(code=code, detail=detail), "en", labels=labels) == english
