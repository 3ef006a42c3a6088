"""`madoguchi report --kind` and `madoguchi costs`: documents, checked before they are approved."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from tests.reports.formats import html_text

from madoguchi.cli.main import main
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.samples.generate import generate

EXAMPLES = Path(__file__).parents[2] / "examples"
EGOV = EXAMPLES / "004-egov-support-centre"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    generate(contract=load_contract(read_definitions(EGOV)), folder=folder)
    return folder


def report(facts: Path, folder: Path, *more: str, contract: Path = EGOV) -> int:
    return main(["report", str(contract), "--facts", str(facts), "-o", str(folder), *more])


def page(folder: Path, name: str) -> str:
    return html_text((folder / name).read_text(encoding="utf-8"))


def test_approved_document_is_written_in_every_format_with_its_hash(facts: Path, tmp_path: Path) -> None:
    assert report(facts, tmp_path, "--kind", "performance", "--format", "all", "--approve") == 0
    approved = json.loads((tmp_path / "004-performance.approved.json").read_text(encoding="utf-8"))
    assert set(approved["sha256"]) == {f"004-performance.{each}" for each in ("html", "pdf", "docx", "xlsx")}
    for name, recorded in approved["sha256"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == recorded
    assert approved["issued_date"] == "2019-05-24"


@pytest.mark.parametrize(("kind", "period", "day"), [
    ("monthly", "2018-11", "平成30年12月3日"), ("quarterly", "2018-Q3", "平成31年1月4日"),
    ("daily", "2018-11-02", "平成30年11月5日"),
])  # fmt: skip
def test_reports_of_a_period_are_dated_on_an_office_day(
    facts: Path, tmp_path: Path, kind: str, period: str, day: str
) -> None:
    assert report(facts, tmp_path, "--kind", kind, "--period", period, "--format", "html") == 0
    shown = page(tmp_path, f"004-{kind}-{period}.html")
    assert day in shown


def test_document_nobody_has_written_is_not_approved_and_nothing_is_written(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(EGOV, bare, ignore=shutil.ignore_patterns("texts"))
    assert report(facts, tmp_path / "out", "--kind", "performance", "--approve", contract=bare) == 1
    said = capsys.readouterr().err
    assert "人が書いていない提案の文" in said
    assert "未達の記載がない" in said
    assert not (tmp_path / "out").exists()
    assert report(facts, tmp_path / "out", "--kind", "performance", "--format", "html", contract=bare) == 0
    assert "【提案】" in page(tmp_path / "out", "004-performance.html")


def test_wrong_figure_in_a_text_is_found_before_approval(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong"
    shutil.copytree(EGOV, wrong)
    text = "年間約{{reduction fiscal_2012 year amount 10000}}の削減であり、平成31年2月30日に確認した。\n"
    (wrong / "texts" / "cost_review.md").write_text(text, encoding="utf-8")
    assert report(facts, tmp_path / "out", "--kind", "performance", "--approve", contract=wrong) == 1
    assert "平成31年2月28日" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "period", "holds"),
    [
        ("daily", "2018-11-05", "日次運用報告書（平成30年11月5日）"),
        ("monthly", "2018-11", "月次運用報告書（平成30年11月）"),
        ("quarterly", "2018-Q3", "四半期運用報告書（平成30年10月～平成30年12月）"),
        ("survey", "FY2018", "この期間に調査はない。"),
        ("slides", "2018-11", "電子政府利用支援センターの運用等について"),
    ],
)
def test_each_kind_has_its_period(kind: str, period: str, holds: str, facts: Path, tmp_path: Path) -> None:
    assert report(facts, tmp_path, "--kind", kind, "--period", period, "--format", "html") == 0
    assert holds in page(tmp_path, f"004-{kind}-{period}.html")


def test_month_counts_for_a_monthly_kind(facts: Path, tmp_path: Path) -> None:
    assert report(facts, tmp_path, "--kind", "monthly", "--month", "2018-12", "--format", "html") == 0
    text = page(tmp_path, "004-monthly-2018-12.html")
    assert "対象期間に期間が終わる実績値は7件で、達成 4件、未達 2件" in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--kind", "weekly"), "performance"),
        (("--kind", "daily"), "2018-11-05"),
        (("--kind", "daily", "--period", "2018-11"), "2018-11-05"),
        (("--kind", "monthly", "--period", "2018-13"), "2018-11"),
        (("--kind", "quarterly", "--period", "2031-Q1"), "2018-06-18"),
        (("--kind", "performance", "--period", "yesterday"), "2018-11"),
        (("--kind", "performance", "--lang", "en"), "ja"),
        ((), "2018-11"),
    ],
)
def test_wrong_question_is_refused(
    more: tuple[str, ...], said: str, facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(facts, tmp_path / "out", *more) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_month_of_all_formats_goes_into_a_folder(facts: Path, tmp_path: Path) -> None:
    assert report(facts, tmp_path, "--month", "2018-12", "--format", "all") == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".docx", ".html", ".pdf", ".xlsx"]


@pytest.mark.parametrize(
    ("folder", "printed"),
    [
        ("000-meti-operations", "△36.7%"), ("001-mic-lan", "-10.1%"), ("002-caa-operations", "△4.2%"),
        ("004-egov-support-centre", "△35.9%"),
    ],
)  # fmt: skip
def test_costs_are_printed_with_their_rule_of_rounding(
    folder: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["costs", str(EXAMPLES / folder)]) == 0
    out = capsys.readouterr().out
    assert printed in out
    assert "四捨五入" in out


def test_folder_without_costs_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(EGOV, tmp_path / "bare", ignore=shutil.ignore_patterns("costs.toml"))
    assert main(["costs", str(tmp_path / "bare")]) == 2
    assert "costs.toml" in capsys.readouterr().err
