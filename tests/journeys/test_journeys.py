"""What each person does at the desk, in a real browser."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.running_desk import ROOT, Desk

pytestmark = pytest.mark.xdist_group("journeys")


def receive(operator: Visitor, *, requester: str, subject: str, text: str, kind: str = "inquiry") -> str:
    """Receive a call's matter by keyboard and return its number."""
    page = operator.page
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new/")
    # a page is focused when it is first drawn, which may be after it has loaded
    expect(page.locator("#id_requester")).to_be_focused()
    page.keyboard.type(requester)
    expect(page.locator("#people-found [role=status]")).not_to_be_empty()
    page.select_option("#id_kind", kind)
    page.fill("#id_subject", subject)
    page.fill("#id_text", text)
    page.press("#id_subject", "Enter")
    page.wait_for_url("**/tickets/*/")
    operator.check()
    return str(re.findall(r"/tickets/(\d+)/", page.url)[0])


def test_operator_answers_a_phone_inquiry_from_the_faq_and_closes_it(desk: Desk, browser: Browser) -> None:
    operator = Visitor(browser, desk).sign_in("operator-004")
    receive(operator, requester="佐藤", subject="プリンターで印刷できない", text="3階の複合機から出ません")
    page = operator.page
    template = page.locator("#answer-template option", has_text="プリンターで印刷できないとき")
    page.select_option("#answer-template", label=template.inner_text())
    page.get_by_role("button", name="本文に入れる").click()
    assert "紙詰まり" in page.input_value("#answer-text")
    page.check("#answer-resolves")
    operator.press("回答する")
    shown = operator.text()
    assert "完了" in shown
    assert "使用済み" in shown
    operator.open("/c/004/knowledge/?q=印刷")
    assert re.search(r"プリンターで印刷できないとき.*使用 [1-9]", operator.text())


def test_operator_escalates_a_fault_to_the_vendor_and_gets_it_back_with_its_clocks(
    desk: Desk, browser: Browser
) -> None:
    operator = Visitor(browser, desk).sign_in("operator-004")
    number = receive(operator, requester="鈴木", subject="複合機の異音", text="大きな音がします", kind="fault")
    assert "一次回答" in operator.text()
    pass_on(operator, "escalate", "vendor", "点検をお願いします")
    assert "保守事業者" in operator.text()
    vendor = Visitor(browser, desk).sign_in("vendor-004")
    vendor.follow("複合機の異音")
    assert "点検をお願いします" in vendor.text()
    pass_on(vendor, "return", "first", "部品を交換しました")
    operator.open(f"/c/004/tickets/{number}/")
    assert "部品を交換しました" in operator.text()
    operator.page.fill("#answer-text", "交換が終わりました")
    operator.press("回答する")
    clock = operator.page.locator("aside section", has_text="時計")
    expect(clock).to_contain_text("終了")


def pass_on(visitor: Visitor, act: str, queue: str, text: str) -> None:
    page = visitor.page
    page.locator("summary", has_text="引継ぎ").click()
    page.select_option("#pass-act", act)
    page.select_option("#pass-queue", queue)
    page.fill("#pass-text", text)
    visitor.press("引き継ぐ")


def test_user_follows_an_application_on_a_phone(desk: Desk, browser: Browser) -> None:
    user = Visitor(browser, desk, size=PHONE).sign_in("user-004")
    user.follow("問い合わせる・申請する")
    user.page.locator("#id_subject").press_sequentially("USBメモリの登録", delay=20)
    expect(user.page.locator("#suggested")).to_contain_text("USBメモリを登録するには")
    user.page.select_option("#id_kind", "application")
    user.page.fill("#id_text", "出張で使います")
    user.press("送信する")
    number = re.findall(r"/tickets/(\d+)/", user.page.url)[0]
    assert "受付済" in user.text()
    operator = Visitor(browser, desk).sign_in("operator-004")
    operator.open(f"/c/004/tickets/{number}/")
    operator.page.locator("summary", has_text="内部メモ").click()
    operator.page.fill("#note-text", "上長に確認する")
    operator.press("メモを残す")
    operator.page.fill("#answer-text", "登録しました")
    operator.page.check("#answer-resolves")
    operator.press("回答する")
    user.open(f"/c/004/portal/tickets/{number}/")
    assert "登録しました" in user.text()
    assert "上長に確認する" not in user.text()
    user.page.check("input[name=rating][value='5']")
    user.press("評価を送る")
    operator.open(f"/c/004/tickets/{number}/")
    assert "5 / 5" in operator.text()


def test_auditor_walks_from_a_monthly_figure_to_the_call_and_the_ticket_behind_it(desk: Desk, browser: Browser) -> None:
    auditor = Visitor(browser, desk).sign_in("auditor-004")
    auditor.open("/c/004/figures/")
    row = auditor.page.locator("tr", has_text="応答率")
    expect(row).to_contain_text("75.0")
    expect(row).to_contain_text("3 / 4")
    auditor.leave(row.get_by_role("link"))
    assert "pbx:0" in auditor.text()
    auditor.leave(auditor.page.locator("tr", has_text="pbx:0").get_by_role("link"))
    assert "/tickets/1/" in auditor.page.url
    auditor.open("/c/004/history/?subject=figures")
    assert "view_evidence" in auditor.text()
    verify = [sys.executable, "-m", "madoguchi", "audit", "verify"]
    done = subprocess.run(verify, env=dict(desk.environment), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_manager_sees_who_else_is_in_a_ticket_and_a_stale_answer_keeps_its_text(desk: Desk, browser: Browser) -> None:
    operator, manager = Visitor(browser, desk).sign_in("operator-004"), Visitor(browser, desk).sign_in("manager-004")
    number = receive(operator, requester="高橋", subject="同時に開く案件", text="本文")
    manager.open(f"/c/004/tickets/{number}/")
    expect(manager.page.locator("#presence")).to_contain_text("青木 凛")
    manager.leave(manager.page.locator("form", has_text="自分が担当する").get_by_role("button", name="自分が担当する"))
    operator.page.fill("#answer-text", "長い回答")
    operator.press("回答する")
    assert "更新しました" in operator.text()
    assert operator.page.input_value("#answer-text") == "長い回答"
    operator.press("回答する")
    assert "記録しました。" in operator.text()


def test_responsible_division_decides_an_exclusion_asked_by_the_desk(desk: Desk, browser: Browser) -> None:
    operator = Visitor(browser, desk).sign_in("operator-004")
    number = receive(operator, requester="田中", subject="人事異動の一括作業", text="200人分")
    operator.page.locator("summary", has_text="関連付け").click()
    operator.page.fill("#exclusion", "大規模作業のため期限を別に合意")
    operator.press("除外を申請する")
    division = Visitor(browser, desk).sign_in("division-004")
    division.open(f"/c/004/tickets/{number}/")
    division.page.check("input[name=is_approved]")
    division.press("決定する")
    assert "集計除外" in division.text()


def test_administrator_sees_who_may_what_and_nothing_of_the_tickets(desk: Desk, browser: Browser) -> None:
    administrator = Visitor(browser, desk).sign_in("admin-004")
    administrator.open("/c/004/people/")
    assert "保守事業者" in administrator.text()
    answer = administrator.page.goto(f"{desk.address}/c/004/desk/")
    assert answer is not None
    assert answer.status == 403
    administrator.check()


def test_the_list_says_how_many_it_shows_after_it_was_filtered_without_a_new_page(desk: Desk, browser: Browser) -> None:
    operator = Visitor(browser, desk).sign_in("operator-004")
    page = operator.page
    page.select_option("#f-state", "resolved")
    page.locator("#f-state").focus()
    page.get_by_role("button", name="絞り込む").press("Enter")
    page.wait_for_url("**state=resolved**")
    expect(page.locator("#rows tbody tr").first).to_contain_text("完了")
    rows = page.locator("#rows tbody tr").count()
    expect(page.locator("#count")).to_contain_text(f"{rows}件")
    assert page.evaluate("document.activeElement.textContent").strip() == "絞り込む"
    operator.check()


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize(("name", "pages"), [
    ("operator-004", ("desk/", "desk/new/", "tickets/1/", "search/?q=印刷", "wallboard/", "figures/",
                      "knowledge/", "notices/")),
    ("manager-004", ("templates/", "knowledge/new/", "tickets/1/draft/")),
    ("auditor-004", ("history/", "figures/")),
    ("user-004", ("portal/", "portal/ask/", "portal/?q=印刷")),
])  # fmt: skip
def test_pages_hold_on_narrow_screens(
    desk: Desk, browser: Browser, width: int, name: str, pages: tuple[str, ...]
) -> None:
    visitor = Visitor(browser, desk, size=ViewportSize(width=width, height=640)).sign_in(name)
    for page in pages:
        visitor.open(f"/c/004/{page}")


def test_everything_is_there_in_english(desk: Desk, browser: Browser) -> None:
    operator = Visitor(browser, desk, language="en-US").sign_in("operator-004")
    japanese = re.compile(r"[ぁ-んァ-ヶ]")
    for path in ("desk/", "desk/new/", "wallboard/", "notices/", "portal/ask/"):
        operator.open(f"/c/004/{path}")
        words = operator.page.evaluate(
            "Array.from(document.querySelectorAll('h1, h2, th, label, button, nav a, summary')).map(e => e.textContent)"
        )
        left = [word for word in words if japanese.search(word) and "日本語" not in word]
        assert left == [], f"{path}: {left}"
