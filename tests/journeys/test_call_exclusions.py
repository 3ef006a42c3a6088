"""A manager asks to leave a call out of the figures, and the client's division approves it on a telephone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")
LIST = "/c/004/calls/exclusions/"


def test_a_call_is_left_out_once_the_division_approves(desk: Desk, browser: Browser) -> None:
    manager = Visitor(browser, desk).sign_in("manager-004")
    manager.open("/c/004/calls/reports/?report=days&column=offered&line=total")
    source = manager.page.locator("main tbody td").first.inner_text()
    manager.open(LIST)
    manager.page.fill("input[name=call]", source)
    manager.page.fill("input[name=reason]", "訓練の通話")
    manager.press("除外を申請")
    expect(manager.page.locator("main")).to_contain_text("承認待ち")
    division = Visitor(browser, desk, size=PHONE).sign_in("division-004")
    division.open(LIST)
    division.press("承認する")
    expect(division.page.locator("main")).to_contain_text("承認を取り消す")
    manager.open("/c/004/calls/reports/?report=corrections")
    expect(manager.page.locator("main")).to_contain_text("訓練の通話")
    # the journeys after this one count all calls
    division.open(LIST)
    division.page.fill("main input[name=remark]", "訓練ではなかった")
    division.press("承認を取り消す")
    expect(division.page.locator("main")).to_contain_text("認められず")
