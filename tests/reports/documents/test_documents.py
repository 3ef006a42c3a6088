"""Kinds as data, proposals that are marked, and the checks before an approval."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.reports.documents.made import COSTS, MEASUREMENTS, material, measurement

from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.metrics.spec import Window
from madoguchi.core.procurement_vocabulary import StepKind
from madoguchi.core.vocabulary import Verdict, WindowKind
from madoguchi.reports.blocks import Chart, Heading, Layout, Side, Table, text_of, texts_of
from madoguchi.reports.documents.build import CHOSEN_PARTS, PARTS, build_document
from madoguchi.reports.documents.checks import Weight, check_document
from madoguchi.reports.documents.kind import UnknownKindError, kind_names, load_kind
from madoguchi.reports.documents.material import Material
from madoguchi.reports.rows import axis_text, window_text
from madoguchi.reports.write_html import write_html

DIRECT = """
[tender]
method = "additive"
winner = "乙社"
proposal_count = 3
withdrawn_before_count = 1
is_direct_after_failed_bidding = true
[[tender.opening]]
date = 2018-07-02
[[tender.opening.bid]]
tenderer = "乙社"
result = "over"
[[tender.opening.bid]]
tenderer = "丙社"
result = "over"
[exit]
has_outside_check = true
"""
SCHEDULE = """
[[next]]
kind = "tender_notice"
start_date = 2020-07-01
end_date = 2020-08-31
minimum_days = 90
minimum_ground = "公告期間を延ばす方針"
[[next]]
kind = "operation"
start_date = 2021-04-01
end_date = 2025-03-31
"""


def text_of_document(made: Material) -> str:
    return "\n".join(texts_of(build_document(made).report))


def stops(made: Material) -> list[str]:
    points = check_document(made, build_document(made))
    return [f"{each.place}: {each.text}" for each in points if each.weight is Weight.STOPS]


def test_kinds_there_are() -> None:
    assert kind_names() == (
        "daily", "evaluation", "monthly", "performance", "quarterly", "slides", "survey",
    )  # fmt: skip


@pytest.mark.parametrize("name", kind_names())
def test_every_kind_can_be_made_of_an_empty_contract(name: str) -> None:
    made = material(costs=None, measurements=())
    empty = Material(**{**{f: getattr(made, f) for f in made.__dataclass_fields__}, "kind": load_kind(name, texts={})})
    built = build_document(empty)
    assert [block for block in built.report.blocks if isinstance(block, Heading)]
    assert "None" not in write_html(report=built.report)


@pytest.mark.parametrize("name", kind_names())
def test_what_nobody_has_written_is_named_in_words(name: str) -> None:
    made = replace(material(costs=None, measurements=()), kind=load_kind(name, texts={}))
    unwritten = [each for each in texts_of(build_document(made).report) if "【未記入】" in each]
    assert unwritten
    assert not [each for each in unwritten if "_" in each or ".toml" in each]


def test_price_is_that_of_every_contract_of_the_term_with_its_months() -> None:
    second = '[[current.contract]]\nname = "後の契約"\namount = 900\nstart_date = 2019-04-01\nend_date = 2020-03-31\n'
    costs = COSTS.replace("[[prior]]", second + "[[prior]]")
    assert "1,500円（平成30年10月～令和2年3月）" in text_of_document(material("outline_table", costs=costs))


def test_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownKindError, match="performance"):
        load_kind("yearly", texts={})


def test_contract_puts_its_own_headings_in_place() -> None:
    text = 'number = "資料2"\nis_draft = true\n[[section]]\nheading = "一 概要"\ncontent = ["supplier"]\n'
    loaded = load_kind("performance", texts={"documents/performance.toml": text})
    assert [each.heading for each in loaded.sections] == ["一 概要"]
    assert (loaded.number, loaded.is_draft, loaded.closing) == ("資料2", True, "以上")


@pytest.mark.parametrize(
    "text",
    ['layout = "poster"', "colour = 1", "[[section]]\nlevel = 9\n", "[[quality]]\n", "not toml", 'span = "week"'],
)
def test_wrong_settings_of_a_kind_are_refused_by_file(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        load_kind("performance", texts={"documents/performance.toml": text})
    assert {each.where for each in caught.value.problems} == {"documents/performance.toml"}


def test_part_that_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInputError) as caught:
        build_document(material("weather"))
    assert all(name in caught.value.problems[0].allowed for name in (*PARTS, *CHOSEN_PARTS))


def test_head_stands_above_the_title_and_closing_below() -> None:
    report = build_document(material("supplier")).report
    assert [text_of(line.parts) for line in report.head] == ["令和元年5月24日", "甲省"]
    assert {line.side for line in report.head} == {Side.RIGHT}
    assert report.title == "窓口業務の実施状況について"
    assert report.byline == ""


def test_slides_lie() -> None:
    assert load_kind("slides", texts={}).layout is Layout.SLIDES


def test_proposals_are_marked_until_a_person_writes() -> None:
    proposed = build_document(material("text:cost_review"))
    assert proposed.proposal_count == 1
    assert "【提案】前期と月額で比べると、67円（40.0%）の経費減である。" in "\n".join(texts_of(proposed.report))
    written = build_document(material("text:cost_review", texts={"texts/cost_review.md": "経費は減った。"}))
    assert written.proposal_count == 0


def test_award_is_proposed_from_the_records_of_the_tender() -> None:
    text = text_of_document(material("text:award", "openings", procurement=DIRECT))
    assert "提案書等の提出は3者、開札前の辞退は1者、応札は2者、うち予定価格の範囲内は0者。" in text
    assert "1回の開札で落札者がなく、乙社と随意契約を行った" in text


def test_quality_row_shows_figures_and_counted_verdicts() -> None:
    table = next(block for block in build_document(material("quality_table")).report.blocks if isinstance(block, Table))
    ((item, _, text, verdicts),) = table.rows
    assert item == "応答率"
    assert "43.0%（平成30年11月）" in text_of(text)
    assert text_of(verdicts) == "達成4件、未達1件、測定不能1件\n未達：平成30年11月"


def test_missed_window_needs_a_text_that_says_so() -> None:
    row = '[[quality]]\nitem = "応答率"\nindicators = ["answer_rate"]\ntext = "quality"\n'
    loaded = load_kind("performance", texts={"documents/performance.toml": row})
    fields = {name: getattr(material(), name) for name in Material.__dataclass_fields__}
    silent = Material(**{**fields, "kind": loaded, "texts": {"texts/quality.md": "質は確保されている。"}})
    said = Material(**{**fields, "kind": loaded, "texts": {"texts/quality.md": "11月は未達であった。"}})
    assert any(each.startswith("応答率: 未達の期間（平成30年11月）") for each in stops(silent))
    assert not any(each.startswith("応答率: 未達") for each in stops(said))


def test_month_without_a_figure_stops_and_one_not_measurable_is_told() -> None:
    assert stops(material("supplier", measurements=MEASUREMENTS[:-1])) == ["応答率: 6か月のうち5か月の実績値しかない。"]


def test_day_that_ends_no_month_asks_for_no_months_figure() -> None:
    day = replace(material("supplier"), period=Period(start_date=date(2018, 11, 5), end_date=date(2018, 11, 6)))
    assert stops(day) == []
    last = replace(day, period=Period(start_date=date(2018, 11, 30), end_date=date(2018, 12, 1)), measurements=())
    assert stops(last) == ["応答率: 1か月のうち0か月の実績値しかない。"]


def test_windows_are_named_in_the_readers_words_in_tables_and_on_axes() -> None:
    windows = [
        (WindowKind.MONTH, "2018-11", "平成30年11月", "2018-11"),
        (WindowKind.QUARTER, "2018-Q3", "平成30年度第3四半期", "2018-Q3"),
        (WindowKind.FISCAL_YEAR, "FY2018", "平成30年度", "平成30年度"),
        (WindowKind.EVALUATION, "evaluation", "評価期間", "評価期間"),
        (WindowKind.CONTRACT, "contract", "契約期間", "契約期間"),
        (WindowKind.SURVEY_ROUND, "第2回", "第2回", "第2回"),
    ]
    period = Period(start_date=date(2018, 11, 1), end_date=date(2018, 12, 1))
    for kind, label, text, axis in windows:
        window = Window(kind=kind, label=label, period=period)
        assert (window_text(window), axis_text(window)) == (text, axis)
    english = Window(kind=WindowKind.EVALUATION, label="evaluation", period=period)
    assert window_text(english, "en") == axis_text(english, "en") == "the period evaluated"
    made = material("supplier")
    told = [each.text for each in check_document(made, build_document(made))]
    assert told == ["測定不能の期間がある：平成31年2月。理由を本文に書く。"]


def test_totals_of_unlike_terms_alone_stop_an_approval() -> None:
    only_totals = 'bases = ["total"]\n' + COSTS
    assert any("総額だけ" in each for each in stops(material("cost_saving", costs=only_totals)))
    assert stops(material("cost_saving")) == []


def test_decision_against_the_proposal_needs_a_reason() -> None:
    decision = '[[exit.decision]]\ncriterion = "saving"\ndecision = "not_kept"\nfinding = "効果なし。"\n'
    found = stops(material("exit_table", procurement=DIRECT + decision))
    assert "従来経費と比べて経費削減の効果を上げている: 判定が計算による提案と異なるのに、理由がない。" in found
    reasoned = decision + 'reason = "業務の範囲が違う。"\n'
    assert not any("理由がない" in each for each in stops(material("exit_table", procurement=DIRECT + reasoned)))


@pytest.mark.parametrize("minus", ["△", "▲", "-"])
def test_ground_of_a_saving_says_its_direction_in_words_and_the_table_has_the_documents_sign(minus: str) -> None:
    text = text_of_document(material("cost_saving", "exit_table", costs=f'minus = "{minus}"\n{COSTS}'))
    assert "月額で従来経費に対し40.0%の減。" in text
    assert f"{minus}40.0%" in text
    assert not {"△", "▲", "-"}.difference(minus) & set(text)


def test_schedule_that_is_too_short_stops_and_shows() -> None:
    made = material("next_schedule", procurement=SCHEDULE)
    assert stops(made) == [f"{StepKind.TENDER_NOTICE.label}: 次回の日程が必要な日数に足りない。"]
    picture = next(block for block in build_document(made).report.blocks if isinstance(block, Chart))
    assert "短い" in picture.svg
    assert "入札公告から提案書締切 R2.7.1～R2.8.31" in picture.description


def test_survey_and_months_without_figures_say_so() -> None:
    text = text_of_document(material("survey_table:", "month_table:answer_rate", measurements=()))
    assert "この期間に調査はない。" in text
    assert "この期間の実績値はない。" in text


def test_figures_of_many_windows_are_told_by_their_range() -> None:
    many = tuple(measurement(month, 80 + month, Verdict.MET) for month in (10, 11, 12, 1, 2, 3)) * 2
    text = text_of_document(material("quality_table", measurements=many))
    assert "12期間で最小 81.0%（平成31年1月）、最大 92.0%（平成30年12月）。" in text


def test_hostile_names_are_only_shown() -> None:
    hostile = '=1+1 & <b> {x} #read("x") $y$ @r'
    page = write_html(report=build_document(material("text:scope", texts={"texts/scope.md": hostile})).report)
    assert "&lt;b&gt;" in page
    assert Path("x").exists() is False
