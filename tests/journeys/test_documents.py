"""The month's report and the procurement in a browser: a manager writes, the division approves, firms are answered."""

import pytest
from playwright.sync_api import Browser, ViewportSize

from madoguchi.samples.firm_comments import comments_csv
from tests.journeys.browser import DESK, PHONE, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_report_is_opened_written_and_remarked_on(desk: Desk, browser: Browser, size: ViewportSize) -> None:
    manager = Visitor(browser, desk, size=size).sign_in("manager-004")
    manager.open("/c/004/documents/")
    manager.page.select_option("#id_kind", "performance")
    manager.press("開く")
    assert "承認を妨げる点" in manager.text()
    manager.page.fill("#text_scope", "電話及び電子メールによる相談・問合せに対応する。")
    manager.press("業務内容を保存")
    assert "保存しました" in manager.text()
    manager.page.fill("#id_body", "根拠を書く。")
    manager.press("指摘する")
    assert "根拠を書く。" in manager.text()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_division_answers_a_firms_comment(desk: Desk, browser: Browser, size: ViewportSize) -> None:
    division = Visitor(browser, desk, size=size).sign_in("division-004")
    division.open("/c/004/procurement/")
    assert "開札の経過" in division.text()
    assert "事業者01" in division.text()
    first = 1001 if size is DESK else 2001
    rows = comments_csv(count=first + 2, firms=2).splitlines()
    data = "\n".join([rows[0], *rows[first:]]) + "\n"
    division.page.set_input_files(
        "input[type=file]", {"name": "comments.csv", "mimeType": "text/csv", "buffer": data.encode()}
    )
    division.press("取り込む")
    assert "3件の意見を取り込みました" in division.text()
    division.open(f"/c/004/procurement/comments/{first}/")
    division.page.fill("#id_answer", "用語集に加えた。")
    division.press("回答を保存")
    assert "保存しました" in division.text()
