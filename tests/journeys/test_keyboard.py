"""An operator's work with keys alone: nothing is clicked, and where the focus is can be told at every step."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")

NOTE_MOUSE = "addEventListener('mousedown', () => sessionStorage.setItem('mouse', 'yes'), true)"
MOST_TABS = 30
RECEIVE_SECONDS = 20


def go_to(page: Page, selector: str, *, key: str = "Tab") -> None:
    """Press Tab until the focus is where it should be."""
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not within {MOST_TABS} steps of {key}")


def choose(page: Page, word: str) -> None:
    """Go down the focused list until an option with a word is chosen."""
    chosen = "document.activeElement.selectedOptions[0].textContent"
    for _ in range(page.evaluate("document.activeElement.options.length")):
        if word in page.evaluate(chosen):
            return
        page.keyboard.press("ArrowDown")
    assert word in page.evaluate(chosen)


def choose_contact(page: Page) -> None:
    """Take the contact that the typed name offers; the focus stays in the field."""
    requester, options = page.locator("#id_requester"), page.locator("#people-options [role=option]")
    expect(requester).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(requester).to_have_attribute("aria-activedescendant", str(options.first.get_attribute("id")))
    chosen = options.first.inner_text()
    page.keyboard.press("Enter")
    expect(requester).to_have_value(chosen)
    expect(requester).to_have_attribute("aria-expanded", "false")
    expect(requester).to_be_focused()
    assert page.url.endswith("/desk/new/")


def receive(page: Page) -> None:
    """Open the page of new tickets, choose who asks while their name is typed, fill everything and save."""
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new/")
    requester = page.locator("#id_requester")
    expect(requester).to_be_focused()
    page.keyboard.type("佐藤")
    choose_contact(page)
    go_to(page, "#id_kind")
    choose(page, "不具合")
    go_to(page, "#id_category")
    page.keyboard.press("ArrowDown")
    go_to(page, "#id_subject")
    page.keyboard.type("プリンターで印刷できない")
    go_to(page, "#id_text")
    page.keyboard.type("3階の複合機から紙が出ません。")
    with page.expect_response("**/presence/"):
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/tickets/*/")


def answer_from_template(page: Page) -> None:
    """Put a template into the answer and resolve with it."""
    page.keyboard.press("a")
    expect(page.locator("#answer-text")).to_be_focused()
    go_to(page, "#answer-template", key="Shift+Tab")
    choose(page, "プリンターで印刷できないとき")
    go_to(page, "[data-insert=answer-template]")
    page.keyboard.press("Enter")
    expect(page.locator("#answer-text")).to_be_focused()
    assert "紙詰まり" in page.input_value("#answer-text")
    go_to(page, "#answer-resolves")
    if not page.is_checked("#answer-resolves"):
        page.keyboard.press("Space")
    go_to(page, "form:has(#answer-text) button:not([type=button])")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


def test_operator_answers_a_new_callers_question_on_the_page_that_receives_it(desk: Desk, browser: Browser) -> None:
    operator = Visitor(browser, desk).sign_in("operator-004")
    operator.open("/c/004/desk/new/")
    page = operator.page
    newcomer = page.locator("#id_extension")
    expect(newcomer).to_be_hidden()
    page.locator("#id_requester").press_sequentially("初めての市民")
    expect(newcomer).to_be_visible()
    page.fill("#id_extension", "045-111-3333")
    page.locator("#id_subject").press_sequentially("プリンターで印刷できない")
    expect(page.locator("#beside-status")).to_contain_text("ナレッジ")
    operator.check()
    page.locator("#beside [data-insert]").first.press("Enter")
    expect(page.locator("#id_answer")).to_be_focused()
    assert page.input_value("#id_answer")
    page.fill("#id_text", "電話で受けました。")
    with page.expect_response("**/presence/"):
        page.press("#id_text", "Control+Enter")
        page.wait_for_url("**/tickets/*/")
    operator.check()
    assert "完了" in operator.text()
    operator.open("/c/004/desk/new/?caller=0451113333")
    expect(page.locator("#id_requester")).to_have_value(re.compile(r"初めての市民 #\d+"))
    # whoever is registered is asked for nothing, and what they asked before stands beside
    expect(newcomer).to_be_hidden()
    expect(page.locator("#beside")).to_contain_text("プリンターで印刷できない")
    operator.check()


def test_operator_receives_answers_and_resolves_with_keys_alone(desk: Desk, browser: Browser) -> None:
    operator = Visitor(browser, desk).sign_in("operator-004")
    page = operator.page
    page.context.add_init_script(NOTE_MOUSE)
    page.goto(f"{desk.address}/c/004/desk/")
    begun = time.monotonic()
    receive(page)
    assert time.monotonic() - begun < RECEIVE_SECONDS
    operator.check()
    answer_from_template(page)
    operator.check()
    assert "記録しました。" in page.locator("body").inner_text()
    assert "完了" in operator.text()
    page.keyboard.press("l")
    page.wait_for_url("**/desk/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-row]')")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert "/tickets/" in page.url
    assert page.evaluate("sessionStorage.getItem('mouse')") is None


@pytest.mark.parametrize(("key", "path"), [("004", "desk/new/"), ("002", "applications/new/lost_device/")])
def test_contacts_are_offered_while_a_name_is_typed(desk: Desk, browser: Browser, key: str, path: str) -> None:
    operator = Visitor(browser, desk).sign_in(f"operator-{key}")
    operator.open(f"/c/{key}/{path}")
    page = operator.page
    requester, offered = page.locator("#id_requester"), page.locator("#people-options")
    requester.press_sequentially("2")
    expect(offered).to_be_visible()
    options = offered.locator("[role=option]")
    assert options.count() > 1
    expect(page.locator("#people-status")).to_contain_text(f"{options.count()}人")
    for key_pressed, marked in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", options.count() - 1)):
        page.keyboard.press(key_pressed)
        expect(options.nth(marked)).to_have_attribute("aria-selected", "true")
        expect(offered.locator("[aria-selected=true]")).to_have_count(1)
    operator.check()
    page.keyboard.press("Escape")
    expect(offered).to_be_hidden()
    expect(requester).to_be_focused()
    expect(requester).to_have_value("2")
    page.keyboard.press("ArrowDown")
    expect(offered).to_be_visible()
    chosen = options.last.inner_text()
    options.last.click()
    expect(requester).to_have_value(chosen)
    expect(requester).to_be_focused()
    expect(offered).to_be_hidden()
    requester.fill("登録されていない人")
    expect(page.locator("#people-status")).to_contain_text("登録のない人です")
    expect(offered).to_be_hidden()
    operator.check()
