"""Every form of the catalogue in a browser: applied for, approved, carried out, and found among the counted facts."""

import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from madoguchi.core.works_vocabulary import FormGroup
from madoguchi.works.catalogue.load import load_form
from tests.journeys.browser import PHONE, Visitor
from tests.journeys.running_desk import Desk

pytestmark = pytest.mark.xdist_group("journeys")
FORMS = Path(__file__).parents[2] / "src/madoguchi/works/forms"
KEYS = sorted(path.stem for path in FORMS.glob("*.toml"))
AHEAD = str(date.today() + timedelta(days=40))  # noqa: DTZ011  # a day of the visitor's own clock
STALE_SECONDS = 45
done: dict[str, str] = {}


class People:
    """Those who take part, signed in once."""

    def __init__(self, browser: Browser, desk: Desk) -> None:
        self.browser, self.desk = browser, desk
        self.known: dict[str, Visitor] = {}

    def __getitem__(self, name: str) -> Visitor:
        if name not in self.known:
            self.known[name] = Visitor(self.browser, self.desk, stays=True).sign_in(f"{name}-002")
        return self.known[name]


@pytest.fixture(scope="module")
def people(browser: Browser, desk: Desk) -> Iterator[People]:
    known = People(browser, desk)
    yield known
    for each in known.known.values():
        each.context.close()


def fill(form: Locator) -> None:
    """Fill every field a person sees, in order: what an answer opens is filled as well."""
    fields = form.locator("input:not([type=hidden]), select, textarea")
    for place in range(fields.count()):
        field = fields.nth(place)
        if not field.is_visible() or field.is_disabled():
            continue
        kind = field.get_attribute("type") or ""
        if field.evaluate("each => each.tagName") == "SELECT":
            if field.input_value() == "":
                field.select_option(index=1)
        elif kind == "checkbox":
            field.check()
        elif kind == "file":
            field.set_input_files({"name": "案.txt", "mimeType": "text/plain", "buffer": b"plan"})
        elif field.input_value() == "":
            field.fill(typed(field, kind))


def typed(field: Locator, kind: str) -> str:
    if kind in ("date", "datetime-local"):
        return AHEAD if kind == "date" else f"{AHEAD}T10:00"
    if field.get_attribute("inputmode") == "numeric":
        return "1"
    name = field.get_attribute("name") or ""
    return f"{name}-{time.time_ns() % 10**9}"


def apply(people: People, key: str) -> str:
    """Apply as a user, or as an operator for one, and return the number."""
    form = load_form((FORMS / f"{key}.toml").read_text(encoding="utf-8"), file=key)
    visitor = people["user" if "user" in form.who else "operator"]
    visitor.open("/c/002/portal/catalogue/")
    visitor.follow(form.title.ja)
    fill(visitor.page.locator("form[data-conditions]"))
    visitor.press("申請する")
    assert "申請の進み方" in visitor.text()
    return str(re.findall(r"/tickets/(\d+)/", visitor.page.url)[0])


def approve(people: People, number: str) -> None:
    """Approve everything that is asked for the application, agreeing a due date where one is asked."""
    division = people["division"]
    division.open("/c/002/portal/approvals/")
    asked = division.page.locator("main a[data-row]", has_text=f"{int(number):06d}")
    while asked.count():
        division.leave(asked.first)
        due = division.page.locator("#due-at")
        if due.count():
            due.fill(f"{AHEAD}T17:00")
        division.press("承認する")
        asked = division.page.locator("main a[data-row]", has_text=f"{int(number):06d}")


def carry_out(people: People, number: str) -> None:
    operator = people["operator"]
    address = f"/c/002/tickets/{number}/application/"
    operator.open(address)
    forms = operator.page.locator("form[data-conditions]")
    while forms.count():
        form = forms.first
        pick_lent(form)
        fill(form)
        operator.leave(form.get_by_role("button"))
        if operator.page.locator("#secret").count():
            operator.open(address)
        assert operator.page.locator(".errorlist").count() == 0, operator.text()
        forms = operator.page.locator("form[data-conditions]")
    expect(operator.page.locator("main > p.row .tag").first).to_have_text("完了")


def pick_lent(form: Locator) -> None:
    """What is taken back is the projector that the example desk has lent."""
    if "返却されたもの" in form.locator("xpath=..").inner_text():
        form.locator("select").select_option(label="L-003 プロジェクター")


@pytest.mark.parametrize("key", KEYS)
def test_a_form_is_applied_for_approved_and_carried_out(people: People, key: str) -> None:
    number = apply(people, key)
    approve(people, number)
    carry_out(people, number)
    done[key] = number


def test_completed_applications_are_counted_among_the_facts(people: People) -> None:
    number = apply(people, "training")
    carry_out(people, number)
    wanted = {f"madoguchi:ticket:{each}" for each in (number, *done.values())}
    division = people["division"]
    month = date.today().strftime("%Y-%m")  # noqa: DTZ011
    ended = time.monotonic() + STALE_SECONDS
    missing = wanted
    while missing and time.monotonic() < ended:
        division.open("/c/002/figures/")
        row = division.page.locator("tr", has_text="3開庁日")
        division.leave(row.get_by_role("link").first)
        shown = division.page.content()
        missing = {each for each in wanted if f"{each}<" not in shown and f"{each} " not in shown}
        time.sleep(3 if missing else 0)
    assert missing == set(), month


def test_a_user_chooses_from_the_catalogue_on_a_phone(desk: Desk, browser: Browser) -> None:
    user = Visitor(browser, desk, size=PHONE).sign_in("user-002")
    user.open("/c/002/portal/")
    user.follow("申請の一覧から選ぶ")
    for group in FormGroup:
        assert group.label in user.text()
    user.follow("サービス利用申請")
    other = user.page.locator("#a-service_name")
    expect(other).to_be_hidden()
    user.page.select_option("#a-service", "other")
    expect(other).to_be_visible()
    # the browser itself asks for what is required
    user.page.locator("main").get_by_role("button", name="申請する", exact=True).click()
    expect(user.page.locator("main :invalid:focus")).to_have_count(1)
    assert "/apply/" in user.page.url


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("operator-002", ("applications/", "applications/new/lost_device/", "registers/", "registers/new/", "loans/",
                          "stocktakes/", "decisions/", "decisions/new/", "criteria/", "improvements/", "running/")),
        ("admin-002", ("forms/", "forms/loan/", "approvers/")),
        ("division-002", ("portal/approvals/", "decisions/")),
        ("manager-002", ("registers/import/", "personnel/")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("width", [375, 1280])
def test_the_pages_of_the_works_hold(
    desk: Desk, browser: Browser, name: str, pages: tuple[str, ...], width: int
) -> None:
    visitor = Visitor(browser, desk, size={"width": width, "height": 800}).sign_in(name)
    for page in pages:
        visitor.open(f"/c/002/{page}")


def test_an_operator_lends_and_counts(desk: Desk, browser: Browser) -> None:
    operator = Visitor(browser, desk).sign_in("operator-002")
    operator.open("/c/002/registers/?register=loan")
    operator.follow("L-004")
    operator.page.locator("summary", has_text="予約する").click()
    operator.page.fill("#loan-start", AHEAD)
    operator.page.fill("#loan-until", AHEAD)
    operator.press("予約する")
    operator.page.locator("summary", has_text="予約する").click()
    operator.page.fill("#loan-start", AHEAD)
    operator.page.fill("#loan-until", AHEAD)
    operator.press("予約する")
    assert "予約または貸出されています" in operator.text()
    operator.open("/c/002/stocktakes/")
    operator.page.select_option("select[name=register]", "printer")
    operator.press("棚卸を始める")
    operator.page.fill("#numbers", "P-01\nP-99")
    operator.press("読み取る")
    assert "台帳にない" in operator.text()
    operator.press("棚卸を終える")


def test_the_responsible_division_answers_by_one_press(desk: Desk, browser: Browser) -> None:
    division = Visitor(browser, desk).sign_in("division-002")
    division.open("/c/002/decisions/")
    division.follow("私物プリンターの接続")
    division.press("課長の承認があれば認める")
    assert "回答済みです" in division.text()
    operator = Visitor(browser, desk).sign_in("operator-002")
    operator.open("/c/002/decisions/")
    operator.follow("私物プリンターの接続")
    operator.press("判断基準にする")
    operator.open("/c/002/criteria/")
    assert "私物プリンターの接続" in operator.text()


def test_a_wish_becomes_a_proposal_that_is_decided_and_done(people: People) -> None:
    operator, division = people["operator"], people["division"]
    operator.open("/c/002/improvements/")
    operator.follow("改善を提案する")
    for name, value in (
        ("title", "よくある質問の掲載"), ("ground", "同じ質問が週に十件ある"), ("minutes_before", "15"),
        ("minutes_after", "5"), ("expected_minutes_per_week", "100"),
    ):  # fmt: skip
        operator.page.fill(f"#id_{name}", value)
    operator.press("提案する")
    division.open("/c/002/improvements/")
    division.follow("よくある質問の掲載")
    division.press("承認する")
    operator.open("/c/002/improvements/")
    operator.follow("よくある質問の掲載")
    operator.press("実施済みにする")
    operator.press("効果を数える")
    assert "4週間たっていません" in operator.text()
    operator.open("/c/002/pdca/")
    assert "よくある質問の掲載" in operator.text()
    operator.open("/c/002/problems/new/")
    operator.page.fill("#id_title", "印刷の停止")
    operator.page.fill("#id_tickets", "1 2")
    operator.press("登録する")
    operator.page.fill("#id_cause", "部品の摩耗")
    operator.press("保存")
    assert "原因判明" in operator.text()
