"""A manager has a report on calls sent each week, and looks at where callers left the menus."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")
LIST = "/c/004/calls/sendings/"


def test_a_report_is_set_to_go_out_every_week_and_ended_on_a_telephone(desk: Desk, browser: Browser) -> None:
    manager = Visitor(browser, desk).sign_in("manager-004")
    manager.open("/c/004/calls/reports/?report=menu")
    manager.follow("定期の送付")
    manager.page.select_option("select[name=person]", index=1)
    manager.page.select_option("select[name=report]", "occupancy")
    manager.page.select_option("select[name=rhythm]", "weekly")
    manager.press("登録")
    expect(manager.page.locator("main")).to_contain_text("送付を登録しました")
    manager.check()
    phone = Visitor(browser, desk, size=PHONE).sign_in("manager-004")
    phone.open(LIST)
    phone.check()
    phone.page.get_by_role("button", name="送付を終える").click()
    expect(phone.page.locator("main")).to_contain_text("送付は登録されていません")
