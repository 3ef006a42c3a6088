"""A browser for the journeys: Debian's Chromium, with the checks that every page must pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, sync_playwright

from tests.journeys.running_desk import Desk

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What a page is made of, without its texts and how often each part comes: pages of one shape have the same faults.
SHAPE = """() => {
  const said = new RegExp("^(role|type|lang|disabled|hidden|open|scope|style|tabindex" +
    "|aria-(?!labelledby|describedby|controls).*)$");
  const shown = each => [...each.attributes].map(a => a.name + (said.test(a.name) ? `=${a.value}` : "")).sort();
  const own = each => `${each.tagName}.${each.className}[${shown(each)}]${each.textContent.trim() ? "+" : "-"}`;
  const path = each => each.parentElement ? `${path(each.parentElement)}>${own(each)}` : own(each);
  const all = [...document.querySelectorAll("*")], ids = all.map(each => each.id).filter(id => id);
  const heads = all.filter(each => /^H[1-6]$/.test(each.tagName)).map(each => each.tagName);
  return [ids.length - new Set(ids).size, heads.join(), ...[...new Set(all.map(path))].sort()].join("\\n");
}"""
PASSWORD = "madoguchi-demo"
PHONE = ViewportSize(width=375, height=740)
NARROW = ViewportSize(width=320, height=640)
DESK = ViewportSize(width=1280, height=900)
faultless: set[tuple[str, str]] = set()
opened: list[BrowserContext] = []
"""The windows of the test that runs, closed after it: an open page of the desk goes on asking for what is new."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A person with a window of their own; every page they open is checked. Who `stays` closes it themselves."""

    def __init__(
        self, browser: Browser, desk: Desk, *, size: ViewportSize = DESK, language: str = "ja-JP", stays: bool = False
    ) -> None:
        # axe is put into the page, which the desk's own pages rightly forbid
        self.context: BrowserContext = browser.new_context(viewport=size, locale=language, bypass_csp=True)
        if not stays:
            opened.append(self.context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        # the first simulation of an installation compiles its loops before it answers
        self.page.set_default_navigation_timeout(60_000)
        self.desk = desk
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, name: str) -> "Visitor":
        self.page.goto(f"{self.desk.address}/accounts/login/")
        self.check()
        self.page.fill("input[name=login]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        self.check()
        return self

    def open(self, path: str) -> None:
        answer = self.page.goto(f"{self.desk.address}{path}")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self.check()

    def press(self, name: str, *, within: str = "main") -> None:
        self.leave(self.page.locator(within).get_by_role("button", name=name, exact=True).first)

    def follow(self, name: str) -> None:
        self.leave(self.page.locator("main").get_by_role("link", name=name).first)

    def leave(self, button: Locator) -> None:
        """Click what opens another page, and wait until that page is there."""
        with self.page.expect_navigation(wait_until="load"):
            button.click()
        self.check()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def check(self) -> None:
        """No fault that axe knows, no script error, no sideways scrolling, be the screen narrow or the print large."""
        shape = (self.page.evaluate(SHAPE), str(self.page.viewport_size))
        if shape not in faultless:
            found = Axe().run(self.page, options=RULES)
            assert found.violations_count == 0, f"{self.page.url}: {found.generate_report()}"
            self._check_other_sizes()
            faultless.add(shape)
        self._check_width("")
        assert self.complaints == []

    def _check_other_sizes(self) -> None:
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size(NARROW)
        self._check_width(f"on a screen of {NARROW['width']} px")
        self.page.set_viewport_size(DESK)
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        self._check_width("with letters twice as large")
        self.page.evaluate("document.documentElement.removeAttribute('style')")
        self.page.set_viewport_size(size)

    def _check_width(self, when: str) -> None:
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{self.page.url} is {too_wide} px too wide {when}"
