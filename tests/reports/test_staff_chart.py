"""The pictures of staffing: well-formed, told in words, and no text of theirs is markup."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.reports.staff_chart import Line, distribution_chart, half_hour_chart

SVG = "{http://www.w3.org/2000/svg}"
VALUES = st.lists(st.one_of(st.none(), st.floats(0, 500)), min_size=1, max_size=48)


@given(VALUES, VALUES)
def test_any_numbers_make_a_whole_picture(bars: list[float | None], line: list[float | None]) -> None:
    count = min(len(bars), len(line))
    labels = [f"{number // 2:02d}:{number % 2 * 30:02d}" for number in range(count)]
    drawn = half_hour_chart(
        name="a", title="人数", labels=labels, bars=Line(name="必要", values=bars[:count]),
        lines=[Line(name="計画", values=line[:count])],
    )  # fmt: skip
    root = ET.fromstring(drawn)
    assert len(root.findall(f"{SVG}rect")) == 1 + sum(each is not None for each in bars[:count])
    told = root.findtext(f"{SVG}desc")
    assert told is not None
    assert told.count(";") == count - 1
    assert "nan" not in drawn


def test_texts_are_escaped() -> None:
    drawn = half_hour_chart(name="a", title="<b>", labels=["<i>"], bars=Line(name="&", values=[1.0]), lines=[])
    assert "<b>" not in drawn
    assert ET.fromstring(drawn).findtext(f"{SVG}title") == "<b>"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0, 1))
def test_every_simulated_month_is_drawn_on_its_side_of_the_target(rates: list[float], target: float) -> None:
    root = ET.fromstring(distribution_chart(name="a", title="t", rates=rates, target=target, told="x"))
    bars = root.findall(f"{SVG}rect")
    drawn = {fill: sum(float(each.attrib["height"]) for each in bars if each.attrib["fill"] == fill)
             for fill in ("#0055ad", "#ce0000")}  # fmt: skip
    kept = sum(rate >= target for rate in rates)
    assert sum(drawn.values()) > 0
    assert drawn["#0055ad"] / sum(drawn.values()) == pytest.approx(kept / len(rates), abs=0.02)
