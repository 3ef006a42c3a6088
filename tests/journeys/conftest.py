from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import CHROMIUM, open_browser, opened
from tests.journeys.running_desk import Desk, running_desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed here (Debian: chromium)")
    with open_browser() as opened:
        yield opened


@pytest.fixture(autouse=True)
def windows_closed() -> Iterator[None]:
    yield
    while opened:
        opened.pop().close()
