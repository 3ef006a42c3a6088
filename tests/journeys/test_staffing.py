"""A manager plans the coming month, and an operator takes the shifts into a calendar, in a real browser."""

import re
import urllib.request

import icalendar
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")
COMPUTED = 120_000


def test_a_month_is_planned_published_and_subscribed_to(desk: Desk, browser: Browser) -> None:
    manager = Visitor(browser, desk).sign_in("manager-000")
    manager.open("/c/000/staffing/")
    manager.press("計画を作る")
    expect(manager.page.get_by_role("heading", name="月の応答率の分布")).to_be_visible(timeout=COMPUTED)
    manager.check()
    assert manager.page.locator("main svg[role=img]").count() == 2
    manager.press("勤務表を公開する")
    assert "公開しました" in manager.text()
    operator = Visitor(browser, desk, size=PHONE).sign_in("operator-000")
    operator.open("/c/000/staffing/shifts/")
    shifts = operator.page.locator("tbody tr").count()
    assert shifts > 0
    operator.press("アドレスを作る")
    address = re.findall(r"http://\S+\.ics", operator.text())[0]
    with urllib.request.urlopen(address, timeout=10) as answer:
        events = list(icalendar.Calendar.from_ical(answer.read()).walk("VEVENT"))
    assert len(events) >= shifts
    for path in ("today", "people", "announced"):
        manager.open(f"/c/000/staffing/{path}/")


def test_sliders_are_moved_by_keyboard_and_say_what_changed(desk: Desk, browser: Browser) -> None:
    manager = Visitor(browser, desk, size=PHONE).sign_in("manager-000")
    manager.open("/c/000/staffing/what-if/")
    said = manager.page.locator("#what-if-said")
    before = said.inner_text()
    people = int(manager.page.locator("#people-value").inner_text().removesuffix("人"))
    manager.page.locator("#id_people").focus()
    manager.page.keyboard.press("ArrowRight")
    expect(manager.page.locator("#people-value")).to_have_text(f"{people + 1}人")
    expect(said).not_to_have_text(before)
    assert f"常時{people + 1}人" in said.inner_text()
    manager.check()
