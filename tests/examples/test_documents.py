"""The five contracts' documents against the published ones: the same headings in order, every figure, every format."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from tests.examples.conftest import FOLDER, Example
from tests.reports.formats import excel_text, html_text, number_tokens, pdf_text, tag_counts, word_text
from tests.shared_data import shared_folder

from madoguchi.cli.report import COMMENTS_FILE
from madoguchi.core.costing.load import load_costs
from madoguchi.core.procurement.comments import read_comments
from madoguchi.core.procurement.load import load_procurement
from madoguchi.documents.checking import own_findings
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.document_texts import read_document_texts
from madoguchi.intake.measuring import measure_with_engine
from madoguchi.reports.blocks import Heading, Table, texts_of
from madoguchi.reports.documents.build import Built, build_document
from madoguchi.reports.documents.checks import Weight, check_document
from madoguchi.reports.documents.kind import load_kind
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.spans import asked_span, known_until
from madoguchi.reports.write_excel import write_excel
from madoguchi.reports.write_html import write_html
from madoguchi.reports.write_pdf import write_pdf
from madoguchi.reports.write_text import text_lines
from madoguchi.reports.write_word import write_word
from madoguchi.review.document import make_document
from madoguchi.review.findings import Level
from madoguchi.review.review import review_document
from madoguchi.samples.firm_comments import comments_csv

pytestmark = pytest.mark.xdist_group("examples")
KINDS = {
    "000": ("performance", "evaluation"), "001": ("performance",), "002": ("performance",), "003": ("slides",),
    "004": ("performance",),
}  # fmt: skip
DOCUMENTS = [(number, kind) for number, kinds in KINDS.items() for kind in kinds]
# The day, month and quarter that the reports of the operation are written for.
OPERATING = {
    number: (("daily", day), ("monthly", day[:7]), ("quarterly", quarter))
    for number, day, quarter in (
        ("000", "2022-09-05", "2022-Q2"), ("001", "2022-09-05", "2022-Q2"), ("002", "2015-09-07", "2015-Q2"),
        ("003", "2016-09-05", "2016-Q2"), ("004", "2018-11-05", "2018-Q3"),
    )
}  # fmt: skip

# Numbers a published document prints that ours rightly do not; what ours print instead; each is in differences.md.
RIGHT = {
    "000": {"36.8": "36.7"},
    "001": {"79.4": "79.6"},
    "002": {"21,338": "21,339", "893": "894"},
    "003": {},
    "004": {},
}
# Other ways of writing, and marks that are no figures.
NOISE: dict[str, dict[str, str]] = {
    "000": {},
    "001": {},
    "002": {},
    "003": {"32": "日程の目盛", "33": "日程の目盛", "7": "日程の目盛"},
    "004": {"9": "1年9か月は21か月と14日"},
}
QUANTITY = re.compile(r"(\d[\d,]*(?:\.\d+)?)(%|点|件|名|者|時間|分|秒|開庁日|[かヶ]月)")
OTHERWISE = {
    "000": {"36.8%"}, "001": {"79.4%"}, "002": set[str](), "003": {"25%", "31%"}, "004": {"9か月"},
}  # fmt: skip


@cache
def seed_text(number: str) -> str:
    (path,) = shared_folder("seeds").glob(f"{number}_*.txt")
    text = re.sub(r"<[^>]*>", " ", path.read_text(encoding="utf-8"))
    text = unicodedata.normalize("NFKC", re.sub(r"[①-⑳]", " ", text))
    return re.sub(r"(?<=\d) (?=\d+ ?[月日年])", "", re.sub(r"\s+", " ", text))


def plain(text: str) -> str:
    return re.sub(r"[\s.・]", "", unicodedata.normalize("NFKC", text))


def material_of(example: Example, number: str, kind: str) -> Material:
    measured = example(number)
    definitions, texts = read_definitions(measured.folder), read_document_texts(measured.folder)
    comments = read_comments(texts[COMMENTS_FILE], file=COMMENTS_FILE) if COMMENTS_FILE in texts else ()
    loaded = load_kind(kind, texts=texts)
    return Material(
        kind=loaded,
        contract=measured.contract,
        period=measured.contract.evaluation,
        measurements=measured.measurements,
        costs=load_costs(definitions),
        procurement=load_procurement(definitions),
        texts=texts,
        issued_date=loaded.issued_date or date(2017, 4, 1),
        comments=comments,
    )


Document = Callable[[str, str], tuple[Material, Built]]


@pytest.fixture(scope="module")
def document(example: Example) -> Document:
    known: dict[tuple[str, str], tuple[Material, Built]] = {}

    def get(number: str, kind: str) -> tuple[Material, Built]:
        if (number, kind) not in known:
            material = material_of(example, number, kind)
            known[number, kind] = (material, build_document(material))
        return known[number, kind]

    return get


@pytest.mark.parametrize(("number", "kind"), DOCUMENTS)
def test_headings_stand_in_the_published_order(number: str, kind: str, document: Document) -> None:
    text, place = plain(seed_text(number)), 0
    headings = [block.text for block in document(number, kind)[1].report.blocks if isinstance(block, Heading)]
    assert len(headings) > 7
    for heading in headings:
        words = re.sub(r"^(?:I+|[0-9]-[0-9]|\(?[0-9]\)?)", "", plain(heading))
        found = text.find(words, place)
        assert found >= 0, heading
        place = found + len(words)


@pytest.mark.parametrize("number", sorted(KINDS))
def test_every_published_number_is_printed_or_is_a_listed_difference(number: str, document: Document) -> None:
    ours = set[str]()
    for kind in KINDS[number]:
        ours |= set(number_tokens(unicodedata.normalize("NFKC", "\n".join(texts_of(document(number, kind)[1].report)))))
    missing = set(number_tokens(seed_text(number))) - ours
    assert missing == set(NOISE[number]) | set(RIGHT[number])
    page = (FOLDER / document(number, KINDS[number][0])[0].contract.id).parent
    differences = next(page.glob(f"{number}-*")) / "differences.md"
    for printed, right in RIGHT[number].items():
        assert right in ours
        assert printed in differences.read_text(encoding="utf-8")
        assert right in differences.read_text(encoding="utf-8")


def quantities(text: str) -> set[str]:
    """Return numbers with their units; of money the unit stands in a table's caption."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("ヶ月", "か月")
    return {f"{number}{unit}" for number, unit in QUANTITY.findall(folded)}


@pytest.mark.parametrize("number", sorted(KINDS))
def test_every_published_quantity_has_its_unit(number: str, document: Document) -> None:
    ours = {
        each for kind in KINDS[number] for each in quantities("、".join(texts_of(document(number, kind)[1].report)))
    }
    published = quantities(seed_text(number))
    assert len(published) >= 20
    assert published - ours == OTHERWISE[number]


@pytest.mark.parametrize(("number", "kind"), DOCUMENTS)
def test_example_documents_may_be_approved(number: str, kind: str, document: Document) -> None:
    material, built = document(number, kind)
    assert (built.proposal_count, built.unwritten_count) == (0, 0)
    assert [each for each in check_document(material, built) if each.weight is Weight.STOPS] == []
    assert [each for each in own_findings(built.report) if each.level is Level.ERROR] == []


@pytest.mark.no_cover
@pytest.mark.parametrize("number", OPERATING)
@pytest.mark.parametrize("kind", ["daily", "monthly", "quarterly", "survey"])
def test_example_reports_of_the_operation_hold_no_slip_of_their_own(example: Example, number: str, kind: str) -> None:
    measured, given = example(number), material_of(example, number, kind)
    texts = dict(OPERATING[number])
    period = asked_span(measured.contract, given.kind, texts.get(kind))
    measurements = measure_with_engine(
        contract=measured.contract, facts=measured.facts, within=period, until=known_until(given.kind, period)
    )
    built = build_document(replace(given, period=period, measurements=measurements))
    assert [each for each in own_findings(built.report) if each.level is Level.ERROR] == []


@pytest.mark.parametrize(("number", "kind"), DOCUMENTS)
def test_same_numbers_in_every_format(number: str, kind: str, document: Document) -> None:
    report = document(number, kind)[1].report
    expected = number_tokens("\n".join(texts_of(report)))
    assert len(expected) > 40
    assert number_tokens(html_text(write_html(report=report))) == expected
    assert number_tokens(word_text(write_word(report=report))) == expected
    assert number_tokens(excel_text(write_excel(report=report))) == expected
    assert (
        set(expected) - set(number_tokens(re.sub(r"(?<=\d)\n(?=\d)", "", pdf_text(write_pdf(report=report))))) == set()
    )


@pytest.mark.parametrize(("number", "kind"), DOCUMENTS)
def test_every_table_and_header_cell_is_tagged(number: str, kind: str, document: Document) -> None:
    report = document(number, kind)[1].report
    tables = [block for block in report.blocks if isinstance(block, Table)]
    tags = tag_counts(write_pdf(report=report))
    assert tags["/Table"] == len(tables)
    assert tags["/TH"] == sum(len(table.header) for table in tables)
    assert tags["/TD"] == sum(len(row) for table in tables for row in table.rows)


def test_only_the_schedules_table_goes_on_to_a_slide_of_its_own(document: Document) -> None:
    slides = pdf_text(write_pdf(report=document("003", "slides")[1].report))
    assert re.findall(r"(\S.*)（続き）", slides) == ["4-1 次回に向けた更なる改善方針"]


def test_comments_are_those_the_generator_makes() -> None:
    folder: Path = FOLDER / "003-meti-infrastructure"
    assert (folder / COMMENTS_FILE).read_text(encoding="utf-8") == comments_csv(count=737, firms=28)


@pytest.mark.parametrize(("number", "kind"), [*DOCUMENTS, *((number, "monthly") for number in sorted(KINDS))])
def test_notation_is_one_throughout(number: str, kind: str, document: Document) -> None:
    """The review's lint of spellings, run over what we wrote ourselves."""
    lines = text_lines(document(number, kind)[1].report)
    found = review_document(document=make_document(lines, has_cut_lines=False))
    assert [f"{each.place.quote} -> {each.right}" for each in found if each.level is Level.NOTATION] == []
