"""Sign-in at an identity provider made by others, in a browser that keeps the desk's content policy."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.running_desk import Desk, free_port, running_desk, wait_for

pytestmark = [
    pytest.mark.xdist_group("journeys"),
    pytest.mark.skipif(
        find_spec("oidc_provider_mock") is None,
        reason="oidc-provider-mock is not installed here (requirements/test.in)",
    ),
]
PEOPLE = (
    {"sub": "known", "preferred_username": "operator-004", "name": "府省 花子", "email": "hanako@example.jp"},
    {"sub": "new", "preferred_username": "shinjin", "name": "新人 太郎", "email": "shinjin@example.jp"},
)


@contextmanager
def running_provider(folder: Path) -> Iterator[str]:
    port = free_port()
    people = [part for person in PEOPLE for part in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *people]
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/.well-known/openid-configuration", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def desk_with_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("provider")
    with running_provider(folder) as issuer:
        variables = {
            "MADOGUCHI_OIDC_ISSUER": issuer,
            "MADOGUCHI_OIDC_CLIENT": "desk",
            "MADOGUCHI_OIDC_SECRET": "shared",
        }
        with running_desk(folder, variables) as desk:
            yield desk


def at_provider(browser: Browser, desk: Desk) -> Page:
    """Leave the desk's sign-in page for the provider's, as a person does."""
    page = browser.new_context(locale="ja-JP").new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{desk.address}/accounts/login/")
    page.get_by_text("府省共通認証").first.click()
    page.locator("main").get_by_role("button").first.click()
    page.wait_for_url(re.compile("/oauth2/authorize"))
    return page


def test_operator_signs_in_at_the_ministry_and_stands_at_the_desk(browser: Browser, desk_with_provider: Desk) -> None:
    page = at_provider(browser, desk_with_provider)
    page.get_by_role("button", name="known").click()
    page.wait_for_url(re.compile(f"{desk_with_provider.address}/c/004/desk/"))
    page.context.close()


def test_newcomer_is_told_that_they_have_no_role_yet(browser: Browser, desk_with_provider: Desk) -> None:
    page = at_provider(browser, desk_with_provider)
    page.get_by_role("button", name="new").click()
    page.wait_for_url(f"{desk_with_provider.address}/")
    expect(page.locator("main")).to_contain_text("まだ権限がありません")
    expect(page.locator("header")).to_contain_text("新人 太郎")
    page.context.close()


def test_who_turns_back_at_the_provider_is_not_signed_in(browser: Browser, desk_with_provider: Desk) -> None:
    page = at_provider(browser, desk_with_provider)
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url(re.compile(f"{desk_with_provider.address}/"))
    page.goto(f"{desk_with_provider.address}/")
    page.wait_for_url(re.compile("/accounts/login/"))
    page.context.close()
