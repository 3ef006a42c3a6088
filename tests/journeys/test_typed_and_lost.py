"""A session that ends while somebody types: what they typed is there again after they sign in."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import PASSWORD, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")
TEXT = "3階の複合機が動きません。"


def sign_in_again(page: Page, name: str) -> None:
    page.wait_for_url("**/accounts/login/**")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def test_what_a_user_typed_survives_a_session_that_ended_and_is_forgotten_once_sent(
    desk: Desk, browser: Browser
) -> None:
    user = Visitor(browser, desk).sign_in("user-004")
    user.open("/c/004/portal/ask/")
    page = user.page
    page.fill("#id_subject", "印刷できない")
    page.fill("#id_text", TEXT)
    user.context.clear_cookies(name="sessionid")
    page.press("#id_subject", "Enter")
    sign_in_again(page, "user-004")
    expect(page.locator("#id_text")).to_have_value(TEXT)
    expect(page.locator("#id_subject")).to_have_value("印刷できない")
    page.press("#id_subject", "Enter")
    page.wait_for_url("**/portal/tickets/*/")
    user.open("/c/004/portal/ask/")
    expect(page.locator("#id_text")).to_have_value("")


def test_what_one_person_typed_is_not_shown_to_another_in_the_same_window(desk: Desk, browser: Browser) -> None:
    user = Visitor(browser, desk).sign_in("user-004")
    user.open("/c/004/portal/apply/lost_device/")
    user.page.fill("textarea", TEXT)
    user.context.clear_cookies(name="sessionid")
    user.page.reload()
    sign_in_again(user.page, "operator-004")
    user.page.goto(f"{desk.address}/c/004/portal/apply/lost_device/")
    if user.page.locator("textarea").count():
        expect(user.page.locator("textarea").first).to_have_value("")
    user.context.clear_cookies(name="sessionid")
    user.page.goto(f"{desk.address}/c/004/portal/apply/lost_device/")
    sign_in_again(user.page, "user-004")
    expect(user.page.locator("textarea").first).to_have_value(TEXT)


def test_a_button_pressed_twice_sends_once(desk: Desk, browser: Browser) -> None:
    user = Visitor(browser, desk).sign_in("user-004")
    user.open("/c/004/portal/ask/")
    page = user.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.fill("#id_subject", "二度押し")
    page.fill("#id_text", TEXT)
    page.evaluate("() => { const b = document.querySelector('form[data-keeps] button'); b.click(); b.click(); }")
    page.wait_for_url("**/portal/tickets/*/")
    assert len(asked) == 1
