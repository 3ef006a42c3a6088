"""Surveys answered on a phone, months approved, in a real browser."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")
SHEET = """
id = "short"
languages = ["ja", "en"]
title = { ja = "窓口の短い調査", en = "A short survey" }
[[question]]
id = "対応"
required = true
text = { ja = "対応はいかがでしたか。", en = "How were we?" }
[[question.choice]]
id = "良い"
score = 100
satisfied = true
text = { ja = "良い", en = "Good" }
[[question.choice]]
id = "悪い"
score = 0
text = { ja = "悪い", en = "Bad" }
[[question]]
id = "理由"
kind = "text"
text = { ja = "理由をお書きください。", en = "Why?" }
when = { question = "対応", is = ["悪い"] }
"""


def test_user_answers_a_survey_on_a_phone_and_nobody_sees_it_before_it_is_closed(desk: Desk, browser: Browser) -> None:
    user = Visitor(browser, desk, size=PHONE).sign_in("user-000")
    user.follow("窓口の満足度調査")
    page = user.page
    why = page.locator("fieldset", has_text="不満な点をお聞かせください")
    expect(why).to_be_hidden()
    user.press("回答を送る")
    expect(page.get_by_role("alert")).to_contain_text("回答してください")
    page.get_by_label("不満", exact=True).first.check()
    expect(why).to_be_visible()
    page.get_by_label("不満な点をお聞かせください。").fill("電話が <つながらない> & 待った")
    user.check()
    user.press("回答を送る")
    assert "受け付けました" in user.text()
    user.open("/c/000/portal/")
    assert "窓口の満足度調査" not in user.text()
    manager = Visitor(browser, desk).sign_in("manager-000")
    manager.open("/c/000/surveys/")
    manager.follow("窓口改善アンケート")
    assert "1 / " in manager.text()
    assert "締め切るまで誰にも表示しません" in manager.text()
    assert "つながらない" not in manager.text()


def test_manager_adds_a_questionnaire_and_reads_the_results_of_an_earlier_year(desk: Desk, browser: Browser) -> None:
    manager = Visitor(browser, desk).sign_in("manager-000")
    manager.open("/c/000/surveys/questionnaires/")
    field = manager.page.locator("input[type=file]")
    field.set_input_files(
        {"name": "s.toml", "mimeType": "text/plain", "buffer": SHEET.replace("悪い", "良い").encode()}
    )
    manager.press("登録する")
    assert "question[1].choice[2].id" in manager.text()
    manager.page.locator("input[type=file]").set_input_files(
        {"name": "s.toml", "mimeType": "text/plain", "buffer": SHEET.encode()}
    )
    manager.press("登録する")
    assert "「窓口の短い調査」を登録しました" in manager.text()
    manager.open("/c/000/surveys/new/")
    manager.open("/c/000/surveys/")
    manager.follow("令和5年度調査")
    shown = manager.text()
    assert "95%信頼区間" in shown
    assert "年度の比較" in shown
    manager.follow("自由記述")
    manager.page.fill("#comment-q", "待ち時間")
    manager.press("探す")
    assert re.search(r"\d+件見つかりました", manager.text())


def test_division_approves_the_month_the_manager_submitted(desk: Desk, browser: Browser) -> None:
    division = Visitor(browser, desk).sign_in("division-000")
    division.open("/c/000/months/")
    division.leave(division.page.locator("tr", has_text="承認待ち").get_by_role("link"))
    division.page.get_by_label("主管課の意見").fill("確認しました & 承認します")
    division.press("承認して凍結する")
    assert "承認済（凍結）" in division.text()
    auditor = Visitor(browser, desk, size=PHONE, language="en-GB").sign_in("auditor-000")
    auditor.open("/c/000/months/")
    assert "approved and frozen" in auditor.text()
    auditor.follow("This month's forecast")
    assert "At this pace" in auditor.text() or "Not to be told yet" in auditor.text()
    auditor.page.locator("summary").first.click()
    auditor.check()
