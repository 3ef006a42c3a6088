"""The figures beside a chart's grid stand beside it, however long they are."""

import re
from dataclasses import replace
from fractions import Fraction
from unicodedata import east_asian_width
from xml.etree import ElementTree as ET

import pytest
from tests.reports.documents.made import MEASUREMENTS

from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.vocabulary import DurationStyle, Unit
from madoguchi.reports.chart import chart

NARROWEST = 6  # of a sign of eleven points


def lasting(hours: int) -> list[Measurement]:
    indicator = replace(MEASUREMENTS[0].indicator, unit=Unit.DURATION, style=DurationStyle.HOURS_MINUTES)
    figure = MEASUREMENTS[0].figure._replace(exact=Fraction(hours * 3600))
    judgement = replace(MEASUREMENTS[0].judgement, objective=None)
    return [replace(MEASUREMENTS[0], indicator=indicator, figure=figure, judgement=judgement)]


@pytest.mark.parametrize("hours", [1, 208, 20_800, 2_080_000])
def test_long_durations_stand_left_of_the_grid(hours: int) -> None:
    root = ET.fromstring(chart(lasting(hours)))
    texts = [each for each in root.iter() if each.get("text-anchor") == "end"]
    assert len(texts) == 5
    lines = {float(each.attrib["x1"]) for each in root.iter() if each.tag.endswith("line")}
    for each in texts:
        told = each.text or ""
        width = sum(11 if east_asian_width(sign) in "WF" else NARROWEST for sign in told)
        assert re.search(r"\d", told)
        assert float(each.attrib["x"]) - width >= 0
        assert all(float(each.attrib["x"]) < x for x in lines)
