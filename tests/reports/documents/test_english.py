"""Documents in English: every kind, the same figures as in Japanese, no Japanese but what people wrote."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from tests.reports.documents.made import CONTRACT, COSTS, INDICATOR, MEASUREMENTS, material
from tests.reports.formats import html_text, number_tokens, pdf_text

from madoguchi.core.calendar.eras import parse_date, parse_month
from madoguchi.core.costing.load import load_costs
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.procurement.comments import Comment
from madoguchi.core.procurement.load import load_procurement
from madoguchi.core.procurement_vocabulary import CommentOutcome
from madoguchi.reports.blocks import Block, Chart, Heading, PrintedFigure, Report, Table, texts_of
from madoguchi.reports.documents.build import CHOSEN_PARTS, PARTS, build_document
from madoguchi.reports.documents.kind import kind_names, load_kind
from madoguchi.reports.documents.material import Material, MonthSource
from madoguchi.reports.write_html import write_html
from madoguchi.reports.write_pdf import write_pdf

JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff01-\uff0c\uff0e-\uff1e\uff20-\uff60]")
NAMES = {
    "窓口業務": "Desk", "甲省": "Ministry A", "乙社": "Firm B", "丙社": "Firm C", "応答率": "Answer rate",
    "今期": "now",
    "今の契約": "this contract", "前期": "before", "前の契約": "that contract", "第1期": "Term I", "一括": "whole",
    "公告期間を延ばす方針": "as decided", "忙しい": "busy", "延ばす": "more time", "採点の例": "an example",
    "分かりやすくする": "make it plain", "会計法": "the Accounts Act", "説明を増やした": "more was said",
}  # fmt: skip
PROCUREMENT = """
[tender]
method = "additive"
winner = "乙社"
legal_ground = "会計法"
proposal_count = 3
withdrawn_before_count = 1
ceiling_price = 900
[[tender.opening]]
date = 2018-07-02
[[tender.opening.bid]]
tenderer = "乙社"
price = 600
result = "within"
[[tender.opening.bid]]
tenderer = "丙社"
price = 1000
result = "over"
[scoring]
method = "additive"
technical_maximum = 1_000
technical_points = 1_000
price_points = 1_000
ceiling_price = 900
ratios = ["1:1", "1:3"]
note = "採点の例"
[[scoring.bid]]
tenderer = "乙社"
price = 600
technical_score = 620
[[scoring.bid]]
tenderer = "丙社"
price = 500
technical_score = 700
missed_items = ["忙しい"]
[exit]
has_outside_check = true
[[step]]
kind = "request_for_comments"
start_date = 2018-04-02
end_date = 2018-04-20
firm_count = 7
comment_count = 31
note = "説明を増やした"
[[past_term]]
label = "第1期"
start_date = 2014-04-01
end_date = 2018-03-31
winner = "丙社"
tenderer_count = 4
[[decliner]]
firm = "丙社"
reasons = ["忙しい"]
remedies = ["延ばす"]
[[follow_up]]
point = "分かりやすくする"
state = "under_way"
actions = ["説明を増やした"]
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
COMMENTS = (
    Comment(number=1, firm="丙社", section="1", comment="忙しい", answer="延ばす", outcome=CommentOutcome.ADOPTED),
)


def renamed(text: str) -> str:
    """Return a text of the made contract with its names in English: whatever is Japanese then is the program's."""
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(name, NAMES[name])
    return text


def made(name: str, language: str) -> Material:
    contract = load_contract({"contract.toml": renamed(CONTRACT), "indicators/answer_rate.toml": renamed(INDICATOR)})
    return replace(
        material(), kind=load_kind(name, texts={}), language=language, contract=contract,
        measurements=tuple(_of(contract.indicators[0], each) for each in MEASUREMENTS),
        costs=load_costs({"costs.toml": renamed(COSTS)}),
        procurement=load_procurement({"procurement.toml": renamed(PROCUREMENT)}),
        comments=tuple(replace(each, firm="Firm C", comment="busy", answer="more time") for each in COMMENTS),
        months=(MonthSource(month=date(2018, 10, 1), revision=2), MonthSource(month=date(2018, 11, 1), revision=None)),
    )  # fmt: skip


def _of(indicator: object, measured: Measurement) -> Measurement:
    return replace(measured, indicator=indicator)  # type: ignore[arg-type]  # the same indicator under an English name


def report(name: str, language: str) -> Report:
    return build_document(made(name, language)).report


def figures(written: Report) -> Iterator[PrintedFigure]:
    for block in written.blocks:
        for part in parts_of(block):
            if isinstance(part, PrintedFigure):
                yield part


def parts_of(block: Block) -> Iterator[object]:
    if isinstance(block, Table):
        for row in block.rows:
            for cell in row:
                yield from cell if isinstance(cell, tuple) else (cell,)
    else:
        yield from getattr(block, "parts", ())


def dateless(text: str) -> Counter[str]:
    """Return the numbers of a text once its days and months are written one way."""
    text = re.sub(r"[一-龥]{2}[元\d]+年\d+月\d+日", lambda found: f" {parse_date(found.group())} ", text)
    text = re.sub(r"[一-龥]{2}[元\d]+年\d+月", lambda found: f" {parse_month(found.group()):%Y-%m} ", text)
    text = re.sub(r"[MTSHR](\d+)\.(\d+)\.(\d+)", lambda found: f" {parse_date(found.group())} ", text)
    return number_tokens(re.sub(r"[①-⑤]|5つ|5 criteria", " ", text))


@pytest.mark.parametrize("name", kind_names())
def test_every_kind_is_written_in_english_with_all_its_headings(name: str) -> None:
    assert load_kind(name, texts={}).languages == ("ja", "en")
    japanese, english = report(name, "ja"), report(name, "en")
    headings = [[block for block in each.blocks if isinstance(block, Heading)] for each in (japanese, english)]
    assert [each.level for each in headings[0]] == [each.level for each in headings[1]]
    assert all(each.text.strip() for each in headings[1])
    assert [type(block) for block in japanese.blocks if not isinstance(block, Heading)] == [
        type(block) for block in english.blocks if not isinstance(block, Heading)
    ]


@pytest.mark.parametrize("name", kind_names())
def test_nothing_of_an_english_document_is_japanese(name: str) -> None:
    written = report(name, "en")
    texts = [*texts_of(written), *(block.svg for block in written.blocks if isinstance(block, Chart))]
    texts += [block.description for block in written.blocks if isinstance(block, Chart)]
    assert [each for each in texts if JAPANESE.search(each)] == []
    assert JAPANESE.findall(html_text(write_html(report=written))) == []


@pytest.mark.parametrize("name", kind_names())
def test_both_languages_print_the_same_figures(name: str) -> None:
    japanese, english = report(name, "ja"), report(name, "en")
    kept = [(each.indicator, each.window, each.exact, each.number) for each in figures(japanese)]
    assert kept == [(each.indicator, each.window, each.exact, each.number) for each in figures(english)]
    assert dateless("\n".join(texts_of(japanese))) == dateless("\n".join(texts_of(english)))


def test_the_pdf_prints_every_number_of_the_english_text() -> None:
    written = report("performance", "en")
    assert number_tokens("\n".join(texts_of(written))) - number_tokens(pdf_text(write_pdf(report=written))) == Counter()


def test_every_part_there_is_stands_in_some_kind() -> None:
    """So that the tests above see each of them; `staffing` and `weighed_scores` are made elsewhere."""
    used = {
        content.partition(":")[0] for name in kind_names() for section in load_kind(name, texts={}).sections
        for content in section.content
    }  # fmt: skip
    assert {*PARTS, *CHOSEN_PARTS} - used == {"charts", "month_table"}
    table = next(iter(CHOSEN_PARTS["month_table"](made("performance", "en"), ())))
    assert isinstance(table, Table)
    assert not any(JAPANESE.search(each) for each in (table.caption, *table.header))


def test_english_texts_stand_in_files_of_their_own() -> None:
    texts = {
        "texts/cost_review.md": "経費は減った。",
        "texts/cost_review.en.md": "It fell by {{reduction before month rate}}.",
    }
    for language, words in (("ja", "経費は減った。"), ("en", "It fell by 40.0%.")):
        written = build_document(replace(made("performance", language), texts=texts))
        assert words in "\n".join(texts_of(written.report))
    english = build_document(made("performance", "en"))
    assert english.unwritten_count > 0
    assert english.proposal_count > 0
