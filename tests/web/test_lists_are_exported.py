"""Every page with a list hands it out as a file, or is named here with the reason why not."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.template import Template
from django.template.loader import get_template
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.survey_world import running_round
from tests.web.test_access import PAGES, address, contract_patterns, things

from madoguchi.console.list_tables import TABLES
from madoguchi.contracts.access import access_to
from madoguchi.core.vocabulary import RoleKind

SOURCE = Path(__file__).parents[2] / "src" / "madoguchi"
ROWS = re.compile(r"{%\s*for[^%]*%}\s*<(tr|li)\b")
GENERIC = re.compile(r'{% include "exports.html" with list_name="(\w+)"')
ONE_MATTER = "what belongs to one matter, whole on its page; the list of the matters has a file"
OWN_FILE = "has a file of its own kind"
MOMENT = "what goes on at this moment; what is kept of it has a file elsewhere"
CHOICE = "choices of a form, messages or links, no records"
# by template: the reason why its rows have no file by `exports.html`
WITHOUT: Mapping[str, str] = {
    "base.html": CHOICE,
    "errors.html": CHOICE,
    "home.html": CHOICE,
    "console/article.html": ONE_MATTER,
    "console/calls/incoming.html": MOMENT,
    "console/calls/live.html": MOMENT,
    "console/calls/report.html": OWN_FILE,
    "console/document.html": ONE_MATTER,
    "console/exit_proposal.html": ONE_MATTER,
    "console/handover/printed.html": "the list of handover/overview.html on paper",
    "console/handover/proof.html": ONE_MATTER,
    "console/imports/ledger.html": OWN_FILE,
    "console/list_rows.html": OWN_FILE,
    "console/monitoring/message.html": ONE_MATTER,
    "console/monitoring/outage.html": ONE_MATTER,
    "console/new_beside.html": MOMENT,
    "console/organisation.html": "a tree; the divisions of all organisations have a file on organisations.html",
    "console/people_options.html": CHOICE,
    "console/person.html": "the file of a person's tickets is that of the desk's list, narrowed to the person",
    "console/person_account.html": ONE_MATTER,
    "console/procurement/part.html": "goes out as TOML with the record's version",
    "console/procurement/proposals.html": "a trial that is not kept",
    "console/procurement/scored.html": "a trial that is not kept",
    "console/quality/changes.html": ONE_MATTER,
    "console/quality/month.html": "the month's figures have a file on figures.html",
    "console/quality/running.html": MOMENT,
    "console/registers/import_run.html": ONE_MATTER,
    "console/registers/item.html": ONE_MATTER,
    "console/registers/stocktake.html": ONE_MATTER,
    "console/silences.html": MOMENT,
    "console/staffing/people_part.html": "a part of a plan, whose page has a file",
    "console/staffing/plan.html": OWN_FILE,
    "console/staffing/rates_part.html": "a part of a plan, whose page has a file",
    "console/staffing/today.html": MOMENT,
    "console/staffing/what_if_found.html": "a trial that is not kept",
    "console/surveys/comments.html": "free texts could tell who wrote them; each look at them is in the history",
    "console/surveys/paper.html": CHOICE,
    "console/surveys/plan.html": CHOICE,
    "console/surveys/round.html": OWN_FILE,
    "console/surveys/weighed.html": "stands in the file of the round, surveys/round.html",
    "console/ticket.html": ONE_MATTER,
    "console/ticket_links.html": ONE_MATTER,
    "console/ticket_macro.html": CHOICE,
    "console/wallboard.html": MOMENT,
    "console/works/application.html": ONE_MATTER,
    "console/works/decision.html": ONE_MATTER,
    "console/works/duty_batch.html": OWN_FILE,
    "console/works/edit_form.html": ONE_MATTER,
    "console/works/meeting_actions.html": "a part of meetings.html, which has its file, and of one meeting",
    "console/works/new_application.html": CHOICE,
    "console/works/personnel_batch.html": OWN_FILE,
    "console/works/problem.html": ONE_MATTER,
    "console/works/sheet.html": "a printed sheet of improvements, which have a file",
    "portal/follow.html": ONE_MATTER,
    "portal/suggestions.html": MOMENT,
    "portal/survey.html": CHOICE,
    "portal/works/apply.html": CHOICE,
    "portal/works/catalogue.html": CHOICE,
    "profile/account.html": "a person's own settings",
    "works/decision.html": ONE_MATTER,
}


@cache
def texts() -> Mapping[str, str]:
    found = {}
    for path in sorted(SOURCE.glob("*/templates/**/*.html")):
        name = str(path).partition("/templates/")[2]
        assert name not in found
        found[name] = path.read_text(encoding="utf-8")
    return found


def test_every_template_with_rows_has_a_file_or_a_reason() -> None:
    lists = {name for name, text in texts().items() if ROWS.search(text)} | {"console/list_rows.html"}
    exported = {name for name, text in texts().items() if GENERIC.search(text)}
    assert len(exported) > 40
    assert {name for name in lists - exported if name not in WITHOUT} == set(), "no export and no reason"
    assert set(WITHOUT) - lists == set(), "a reason for what is no list"
    assert set(WITHOUT) & exported == set(), "a reason for what has its file"
    for name, reason in WITHOUT.items():
        is_own = re.search(r"{% url '\w*(export|refused|result)\w*'", texts()[name]) is not None
        assert is_own == (reason == OWN_FILE), name


def test_every_list_that_can_be_written_is_offered_by_a_page() -> None:
    offered = {name for text in texts().values() for name in GENERIC.findall(text)}
    assert offered == set(TABLES)


@pytest.mark.parametrize("kind", [RoleKind.OPERATIONS_MANAGER, RoleKind.ADMINISTRATOR, RoleKind.RESPONSIBLE_DIVISION])
def test_a_page_offers_the_file_to_whoever_may_have_it(world: World, kind: RoleKind) -> None:
    ticket, survey, seen = world.ticket(), running_round(world).pk, set()
    access = access_to(person=world.person(kind), contract_key="alpha", day=world.contract.start_date)
    client = signed_in(world, kind)
    for path, each in contract_patterns():
        if "GET" not in PAGES[str(each.name)][1] or "export" in str(each.name):
            continue
        answer: Any = client.get(address(path, key="alpha", article=0, survey=survey, **things(ticket)))
        for name in offered_by(answer):
            seen.add(name)
            is_there = f"/c/alpha/export/{name}.csv" in answer.content.decode()
            assert is_there == TABLES[name].may_export(access), (path, name)
    assert len(seen) > 10


def offered_by(answer: Any) -> Iterator[str]:  # noqa: ANN401  # a response of the test client
    templates: list[Template] = getattr(answer, "templates", None) or []
    for each in templates if answer.status_code == 200 else ():
        yield from GENERIC.findall(texts().get(str(each.name), ""))


def test_the_most_rows_are_said_where_the_file_is_offered(world: World) -> None:
    access = world.access[RoleKind.OPERATIONS_MANAGER]
    shown = get_template("exports.html").render(
        {"access": access, "contract": world.contract, "list_name": "search", "list_query": "q=a"}
    )
    assert f"最大{TABLES['search'].most:,}行" in shown
    assert "/c/alpha/export/search.xlsx?q=a" in shown
