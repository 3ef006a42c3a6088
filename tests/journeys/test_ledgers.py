"""A manager brings another tool's tickets into the desk, finds one, and takes them back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")
LEDGER = Path(__file__).parents[1] / "imports/data/redmine-ja.csv"
BACKGROUND_MILLISECONDS = 30_000


def test_a_ledger_is_tried_brought_in_found_and_taken_back(desk: Desk, browser: Browser) -> None:
    manager = Visitor(browser, desk).sign_in("manager-002")
    page = manager.page
    manager.open("/c/002/imports/")
    page.set_input_files("input[type=file]", LEDGER)
    manager.press("読み取る")
    expect(page.locator("main")).to_contain_text("①帳票の罫線が欠ける㈱")
    manager.press("保存して試す")
    begin = page.locator("main").get_by_role("button", name=re.compile("件を取り込む"))
    expect(begin).to_be_visible(timeout=BACKGROUND_MILLISECONDS)
    manager.check()
    manager.leave(begin)
    take_back = page.locator("main").get_by_role("button", name="この取込を取り消す")
    expect(take_back).to_be_visible(timeout=BACKGROUND_MILLISECONDS)
    manager.check()
    there = page.url
    for _second in range(BACKGROUND_MILLISECONDS // 1_000):
        manager.open("/c/002/search/?q=帳票の罫線")
        if not page.get_by_text("検索の準備中").count():
            break
        page.wait_for_timeout(1_000)
    expect(page.locator("main")).to_contain_text("帳票の罫線が欠ける")
    page.goto(there)
    manager.leave(take_back)
    expect(page.locator("main")).to_contain_text("取消済", timeout=BACKGROUND_MILLISECONDS)
    manager.check()
    on_phone = Visitor(browser, desk, size=PHONE, language="en-GB").sign_in("manager-002")
    on_phone.open("/c/002/imports/")
    on_phone.page.set_input_files("input[type=file]", LEDGER)
    on_phone.leave(on_phone.page.locator("main form button").first)
