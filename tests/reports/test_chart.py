"""What is written in a chart can be read: round figures beside the grid, months and years under the bars."""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from unicodedata import east_asian_width
from xml.etree import ElementTree as ET

import pytest
from tests.reports.documents.made import MEASUREMENTS

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import Measurement, Window
from madoguchi.core.vocabulary import DurationStyle, Unit, Verdict, WindowKind
from madoguchi.reports.chart import NO_PROMISE, chart

NARROWEST = 6  # of a sign of eleven points


def written(svg: str, *, anchor: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter() if each.get("text-anchor") == anchor]


def counting(*counts: float, unit: Unit = Unit.COUNT) -> list[Measurement]:
    """Return one month after another, as December of a year and on."""
    made = []
    for month, count in enumerate(counts, start=11):
        start, end = (date(2018 + each // 12, each % 12 + 1, 1) for each in (month, month + 1))
        window = Window(kind=WindowKind.MONTH, label=f"{start:%Y-%m}", period=Period(start_date=start, end_date=end))
        figure = MEASUREMENTS[0].figure._replace(exact=Fraction(count), window=window)
        judgement = replace(MEASUREMENTS[0].judgement, objective=None, verdict=Verdict.NOT_JUDGED)
        indicator = replace(MEASUREMENTS[0].indicator, unit=unit, decimals=0, objectives=())
        made.append(replace(MEASUREMENTS[0], indicator=indicator, figure=figure, judgement=judgement))
    return made


@pytest.mark.parametrize(
    ("counts", "unit", "marks"),
    [
        ((3, 1), Unit.COUNT, ["0件", "1件", "2件", "3件"]),
        ((14, 11), Unit.COUNT, ["0件", "5件", "10件", "15件"]),
        ((5_523, 3_969), Unit.COUNT, ["0件", "2,000件", "4,000件", "6,000件"]),
        ((17, 6), Unit.PERCENT, ["0%", "5%", "10%", "15%", "20%"]),
        ((93, 43), Unit.PERCENT, ["0%", "25%", "50%", "75%", "100%"]),
    ],
)
def test_lines_of_the_grid_stand_for_what_is_written_beside_them(
    counts: tuple[int, ...], unit: Unit, marks: list[str]
) -> None:
    assert written(chart(counting(*counts, unit=unit)), anchor="end") == marks


def test_months_stand_under_bars_with_each_year_once() -> None:
    assert written(chart(counting(*[5] * 6)), anchor="middle") == [
        "12月", "1月", "2月", "3月", "4月", "5月", "平成30年", "平成31年", "令和元年",
    ]  # fmt: skip
    crowded = written(chart(counting(*[5] * 30)), anchor="middle")
    assert crowded[-4:] == ["平成31年", "令和元年", "令和2年", "令和3年"]
    assert "平成30年" not in crowded


def test_english_axes_name_each_window_alone() -> None:
    assert written(chart(counting(5, 6), language="en"), anchor="middle") == ["2018-12", "2019-01"]


def test_bars_without_a_promise_are_not_hatched_as_left_out() -> None:
    fills = {each.get("fill") for each in ET.fromstring(chart(counting(5))).iter() if each.get("stroke") == "#1a1a1a"}
    assert fills == {NO_PROMISE}


def lasting(hours: int) -> list[Measurement]:
    indicator = replace(MEASUREMENTS[0].indicator, unit=Unit.DURATION, style=DurationStyle.HOURS_MINUTES)
    figure = MEASUREMENTS[0].figure._replace(exact=Fraction(hours * 3600))
    judgement = replace(MEASUREMENTS[0].judgement, objective=None)
    return [replace(MEASUREMENTS[0], indicator=indicator, figure=figure, judgement=judgement)]


@pytest.mark.parametrize("hours", [1, 208, 20_800, 2_080_000])
def test_long_durations_stand_left_of_the_grid(hours: int) -> None:
    root = ET.fromstring(chart(lasting(hours)))
    texts = [each for each in root.iter() if each.get("text-anchor") == "end"]
    assert len(texts) in (4, 5)
    lines = {float(each.attrib["x1"]) for each in root.iter() if each.tag.endswith("line")}
    for each in texts:
        told = each.text or ""
        width = sum(11 if east_asian_width(sign) in "WF" else NARROWEST for sign in told)
        assert re.search(r"\d", told)
        assert float(each.attrib["x"]) - width >= 0
        assert all(float(each.attrib["x"]) < x for x in lines)
