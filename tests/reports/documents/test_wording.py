"""What documents say in few words: labels of texts, counts of items, ranges, days, issuers."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.reports.documents.made import CONTRACT, INDICATOR, MEASUREMENTS, contract, kind, material, measurement

from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.printing import format_target
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.vocabulary import Comparator, Verdict, WindowKind
from madoguchi.reports.blocks import Chart, Table, text_of, texts_of
from madoguchi.reports.documents.build import build_document
from madoguchi.reports.documents.kind import QualityRow, Section, load_kind
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.proposals import label_of_text

ONE_DAY = """
[[step]]
kind = "opening"
start_date = 2018-07-02
end_date = 2018-07-02
"""


def text_of_document(made: Material) -> str:
    return "\n".join(texts_of(build_document(made).report))


def without_target(each: Measurement, name: str) -> Measurement:
    return replace(
        each,
        indicator=replace(each.indicator, id=name, label="問合せ件数", label_en="Inquiries", objectives=()),
        figure=each.figure._replace(indicator=name),
        judgement=replace(each.judgement, objective=None, verdict=Verdict.NOT_JUDGED),
    )


@pytest.mark.parametrize(
    ("name", "japanese", "english"),
    [
        ("overview", "事業の概要", "The service"),
        ("client", "シンクライアントの評価", "Thin clients"),
        ("client_paper", "シンクライアントの評価（2）", "Thin clients (2)"),
        ("next", "次期システム", "次期システム"),
        ("inquiries", "問合せの推移", "問合せの推移"),
        ("quality_leaks", "情報漏えい", "情報漏えい"),
        ("stands_nowhere", "stands nowhere", "stands nowhere"),
    ],
)
def test_texts_of_a_contracts_own_are_called_by_their_headings(name: str, japanese: str, english: str) -> None:
    sections = (
        Section(level=1, heading="1-3 シンクライアントの評価", heading_en="1-3 Thin clients",
                content=("text:client", "openings", "text:client_paper")),
        Section(level=2, heading="(2)次期システム", content=()),
        Section(level=2, heading="", content=("text:next",)),
        Section(level=1, heading="【参考2】 問合せの推移", content=("text:inquiries",)),
    )  # fmt: skip
    rows = (QualityRow(item="情報漏えい", indicators=("leak_count",), text="quality_leaks"),)
    asked = replace(kind(), sections=sections, quality=rows)
    assert label_of_text(asked, name, "ja") == japanese
    assert label_of_text(asked, name, "en") == english


def test_what_is_not_written_of_a_contracts_own_text_is_named_by_its_heading() -> None:
    assert "【未記入】概要" in text_of_document(material("text:slides_client"))


def test_items_without_a_target_are_not_counted_as_missed() -> None:
    more = (*MEASUREMENTS[:1], *(without_target(each, "inquiry_count") for each in MEASUREMENTS[:2]))
    text = text_of_document(material("level_table:", measurements=more))
    assert (
        "目標値のある1項目のうち、評価期間を通して達成したものは1項目である。ほかの1項目は、目標値の定めがない。"
        in text
    )
    english = replace(material("level_table:", measurements=more), language="en")
    told = "Of 1 item with a target 1 were kept throughout the period evaluated. 1 more item has no target."
    assert told in text_of_document(english)


def test_an_item_not_measurable_at_times_is_not_kept_throughout() -> None:
    some = (measurement(10, 95, Verdict.MET), measurement(11, None, Verdict.NOT_MEASURABLE))
    text = text_of_document(material("level_table:", measurements=some))
    assert "○（測定不能の期間を除く）" in text
    assert "目標値のある1項目のうち、評価期間を通して達成したものは0項目である。" in text


def test_many_windows_of_one_figure_are_told_once() -> None:
    many = tuple(measurement(month, 100, Verdict.MET) for month in (10, 11, 12, 1, 2, 3)) * 2
    assert "応答率：12期間のいずれも 100.0%。" in text_of_document(material("quality_table", measurements=many))
    english = replace(material("quality_table", measurements=many), language="en")
    assert "in each of 12 windows 100.0%." in text_of_document(english)


def test_a_stage_of_one_day_has_one_day() -> None:
    made = material("timeline", procurement=ONE_DAY)
    assert "\nH30.7.2\n" in text_of_document(made)
    assert "\n2018-07-02\n" in text_of_document(replace(made, language="en"))


def test_a_quarters_report_draws_each_chart_once_and_none_of_zeros() -> None:
    zeros = tuple(
        replace(
            each, figure=each.figure._replace(exact=Fraction(0)), indicator=replace(each.indicator, id="leak_count")
        )
        for each in MEASUREMENTS[:3]
    )
    made = replace(material(measurements=(*MEASUREMENTS[:3], *zeros)), kind=load_kind("quarterly", texts={}))
    assert len([block for block in build_document(made).report.blocks if isinstance(block, Chart)]) == 1
    drawn = build_document(material("charts:", measurements=zeros)).report.blocks
    assert not [block for block in drawn if isinstance(block, Chart)]


def of_round(each: Measurement, *, table: str, label: str) -> Measurement:
    window = replace(each.figure.window, kind=WindowKind.SURVEY_ROUND, label="令和元年度")
    indicator = replace(each.indicator, id=label, label=label, table=table)
    return replace(each, indicator=indicator, figure=each.figure._replace(window=window, indicator=label))


def test_a_survey_report_lists_what_the_survey_asked_alone() -> None:
    found = (
        of_round(MEASUREMENTS[0], table="survey_answers", label="満足度"),
        of_round(MEASUREMENTS[0], table="survey_invitations", label="回収率"),
        of_round(MEASUREMENTS[0], table="criteria", label="基準の見直し"),
    )
    blocks = build_document(material("survey_table:", measurements=found)).report.blocks
    table = next(block for block in blocks if isinstance(block, Table))
    assert [text_of(row[0]) for row in table.rows] == ["満足度", "回収率"]


@pytest.mark.parametrize(
    ("comparator", "target", "japanese", "english"),
    [
        (Comparator.EQUALS, 100, "100%", "100%"),
        (Comparator.AT_LEAST, 90, "90%以上", "at least 90%"),
        (Comparator.AT_MOST, 0, "0%", "0%"),
        (Comparator.LESS_THAN, 100, "100%未満", "less than 100%"),
    ],
)
def test_a_target_only_one_number_keeps_stands_alone(
    comparator: Comparator, target: int, japanese: str, english: str
) -> None:
    indicator = contract().indicators[0]
    objective = replace(indicator.objectives[0], comparator=comparator, target=Fraction(target))
    assert format_target(objective, indicator=indicator) == japanese
    assert format_target(objective, indicator=indicator, language="en") == english


@pytest.mark.parametrize("name", ["performance", "slides", "survey"])
def test_the_buyer_issues_what_no_other_issuer_is_named_for(name: str) -> None:
    made = replace(material(), kind=load_kind(name, texts={}))
    report = build_document(made).report
    assert [text_of(line.parts) for line in report.head][:2] == ["令和元年5月24日", "甲省"]
    unnamed = load_contract({"contract.toml": CONTRACT.replace('"甲省"', '""'), "indicators/a.toml": INDICATOR})
    nobody = build_document(replace(made, contract=unnamed)).report
    assert "" not in [text_of(line.parts) for line in nobody.head]


def test_the_present_system_is_proposed_for_the_first_slide() -> None:
    text = text_of_document(replace(material(), kind=load_kind("slides", texts={})))
    assert "【提案】契約事業者は乙社、契約期間は平成30年10月1日から平成31年3月31日までである。" in text
