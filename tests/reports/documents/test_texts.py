"""Texts people wrote: their figures come from measurements and costs, and a wrong reference is named."""

import pytest
from tests.reports.documents.made import material

from madoguchi.reports.blocks import PrintedFigure, text_of
from madoguchi.reports.documents.build import build_document
from madoguchi.reports.documents.texts import TextError, written_text


def written(text: str) -> list[str]:
    paragraphs = written_text(material(texts={"texts/overview.md": text}), "overview")
    assert paragraphs is not None
    return [text_of(each.parts) for each in paragraphs]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{{figure answer_rate 2018-11}}であった", "43.0%であった"),
        ("{{figure answer_rate 2019-02}}", "－"),
        ("{{cost current total}}", "600円"),
        ("{{cost before month}}", "167円"),
        ("{{change before month amount}}", "△67円"),
        ("{{change before month rate}}", "△40.0%"),
        ("{{reduction before month rate 0}}", "40%"),
        ("{{reduction before total amount 1000}}", "1千円"),
        ("{ } & <b> {{figure answer_rate 2018-10}} $x$", "{ } & <b> 95.0% $x$"),
    ],
)
def test_references_become_figures(text: str, printed: str) -> None:
    assert written(text) == [printed]


def test_figure_of_a_text_leads_back_to_its_measurement() -> None:
    paragraphs = written_text(material(texts={"texts/a.md": "率は{{figure answer_rate 2018-11}}"}), "a")
    assert paragraphs is not None
    figure = paragraphs[0].parts[1]
    assert isinstance(figure, PrintedFigure)
    assert (figure.indicator, figure.window, figure.version) == ("answer_rate", "2018-11", "1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{figure answer_rate 2030-01}}", "2018-10、2018-11"),
        ("{{figure nothing 2018-11}}", "answer_rate"),
        ("{{figure}}", "実績値"),
        ("{{average answer_rate}}", "figure、cost、change、reduction"),
        ("{{}}", "使えるもの"),
        ("{{cost someone total}}", "current、before"),
        ("{{cost current week}}", "total、year、month"),
        ("{{cost current}}", "単位"),
        ("{{cost current total 3}}", "1000"),
        ("{{change before year amount}}", "before total、before month"),
        ("{{change before month speed}}", "amount"),
        ("{{reduction before month rate 9}}", "0～4"),
        ("# 見出し", "見出し"),
    ],
)
def test_wrong_reference_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(TextError, match=said) as caught:
        written("始め\n" + text)
    assert str(caught.value).startswith("texts/overview.md:2")


def test_cost_reference_without_costs_is_refused() -> None:
    with pytest.raises(TextError, match=r"costs\.toml"):
        written_text(material(costs=None, texts={"texts/a.md": "{{cost current total}}"}), "a")


def test_lines_are_paragraphs_and_points_stand_in() -> None:
    text = "一行目\n\n- 点\n  - 次の点\n- ① 番号の点\n　字下げ\n"
    paragraphs = written_text(material(texts={"texts/a.md": text}), "a")
    assert paragraphs is not None
    assert [(each.indent, text_of(each.parts)) for each in paragraphs] == [
        (0, "一行目"), (1, "・点"), (2, "・次の点"), (1, "① 番号の点"), (1, "字下げ"),
    ]  # fmt: skip


def test_blank_text_counts_as_not_written() -> None:
    built = build_document(material("text:scope", texts={"texts/scope.md": " \n"}))
    assert built.unwritten_count == 1


def test_text_of_a_megabyte_is_one_paragraph() -> None:
    assert len(written("長い文。" * 90_000)[0]) == 360_000
