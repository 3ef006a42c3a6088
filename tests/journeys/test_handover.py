"""The end of a contract: a point confirmed, the archive fetched, an erasure approved and proved, also by phone."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.fixture
def manager(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    visitor = Visitor(browser, desk).sign_in("manager-002")
    yield visitor
    visitor.context.close()


@pytest.fixture
def division(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    visitor = Visitor(browser, desk, size=PHONE).sign_in("division-002")
    yield visitor
    visitor.context.close()


def test_the_archive_is_written_and_fetched(manager: Visitor, tmp_path: Path) -> None:
    manager.open("/c/002/handover/")
    manager.leave(manager.page.locator("tr", has_text="既知の問題").get_by_role("button", name="確認済みにする").first)
    manager.press("引継ぎデータを作成する")
    link = manager.page.get_by_role("link", name="ダウンロード")
    for _each in range(60):
        manager.page.goto(f"{manager.desk.address}/c/002/handover/")
        if link.count():
            break
        manager.page.wait_for_timeout(500)
    with manager.page.expect_download() as fetched:
        link.first.click()
    path = tmp_path / "002.zip"
    fetched.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert "history/rows.jsonl" in archive.namelist()
    manager.open("/c/002/handover/print/")
    assert "既知の問題" in manager.text()


def test_an_erasure_waits_for_the_division_and_is_proved(division: Visitor) -> None:
    division.open("/c/002/retention/")
    assert "承認待ち" in division.text()
    division.press("承認して消去する")
    link = division.page.get_by_role("link", name="消去証明")
    for _each in range(60):
        if link.count():
            break
        division.page.wait_for_timeout(500)
        division.open("/c/002/retention/")
    division.follow("消去証明")
    assert "一致しています" in division.text()


@pytest.mark.parametrize("page", ["handover/", "handover/print/", "retention/"])
def test_the_pages_are_whole_in_english_too(browser: Browser, desk: Desk, page: str) -> None:
    visitor = Visitor(browser, desk, language="en-US").sign_in("division-002")
    visitor.open(f"/c/002/{page}")
    assert "確認する事項" not in visitor.text()
    assert "データの種類" not in visitor.text()
    visitor.context.close()
