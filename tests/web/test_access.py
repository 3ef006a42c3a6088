"""Every address x every role x own and other contract x methods: an address without an entry here fails."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.survey_world import running_round

from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.provisioning_vocabulary import AccountField, SystemKind
from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience, PlanKind, RoleKind
from madoguchi.desk.models import Ticket
from madoguchi.documents.models import Document
from madoguchi.knowledge.operations import ArticleContent, add_article
from madoguchi.procurement.models import FirmComment
from madoguchi.provisioning.models import TargetSystem
from madoguchi.staffing.operations.plans import AskedPlan, ask_plan

# the right each page of a contract asks for, and the methods it takes
PAGES: dict[str, tuple[Right, str]] = {
    "desk": (Right.SEE_TICKETS, "GET"),
    "desk_export": (Right.EXPORT, "GET"),
    "desk_bulk": (Right.RECEIVE, "POST"),
    "list_export": (Right.READ_KNOWLEDGE, "GET"),
    "save_filter": (Right.SEE_TICKETS, "POST"),
    "new_ticket": (Right.RECEIVE, "GET POST"),
    "beside_new_ticket": (Right.RECEIVE, "GET"),
    "people": (Right.RECEIVE, "GET"),
    "ticket": (Right.SEE_TICKETS, "GET"),
    "act": (Right.WORK, "POST"),
    "presence": (Right.WORK, "POST"),
    "file": (Right.ENTER, "GET"),
    "draft": (Right.WRITE_KNOWLEDGE, "GET"),
    "search": (Right.SEE_TICKETS, "GET"),
    "wallboard": (Right.SEE_TICKETS, "GET"),
    "figures": (Right.SEE_FIGURES, "GET"),
    "evidence": (Right.SEE_FIGURES, "GET"),
    "history": (Right.SEE_HISTORY, "GET"),
    "articles": (Right.READ_KNOWLEDGE, "GET"),
    "new_article": (Right.WRITE_KNOWLEDGE, "GET POST"),
    "article": (Right.READ_KNOWLEDGE, "GET"),
    "edit_article": (Right.WRITE_KNOWLEDGE, "GET POST"),
    "notices": (Right.WORK, "GET POST"),
    "templates": (Right.MANAGE, "GET POST"),
    "macros": (Right.MANAGE, "GET POST"),
    "macro": (Right.MANAGE, "GET POST"),
    "ticket_macro": (Right.RECEIVE, "GET POST"),
    "kept_filter": (Right.SEE_TICKETS, "POST"),
    "members": (Right.ADMINISTER, "GET POST"),
    "person": (Right.RECEIVE, "GET POST"),
    "organisations": (Right.ADMINISTER, "GET POST"),
    "organisation": (Right.ADMINISTER, "GET POST"),
    "person_account": (Right.ADMINISTER, "GET POST"),
    "arrange": (Right.ADMINISTER, "GET POST"),
    "documents": (Right.SEE_FIGURES, "GET POST"),
    "document": (Right.SEE_FIGURES, "GET POST"),
    "document_draft": (Right.SEE_FIGURES, "GET"),
    "document_pdf": (Right.SEE_FIGURES, "GET"),
    "procurement_part": (Right.PROCURE, "GET POST"),
    "procurement_row": (Right.PROCURE, "GET POST"),
    "schedule_days": (Right.PROCURE, "GET"),
    "exit_proposals": (Right.PROCURE, "GET"),
    "award_what_if": (Right.SEE_PROCUREMENT, "GET"),
    "procurement_open_data": (Right.SEE_PROCUREMENT, "GET"),
    "procurement_versions": (Right.SEE_PROCUREMENT, "GET POST"),
    "procurement_version": (Right.SEE_PROCUREMENT, "GET"),
    "procurement": (Right.SEE_PROCUREMENT, "GET POST"),
    "firm_comment": (Right.SEE_PROCUREMENT, "GET POST"),
    "webhooks": (Right.ADMINISTER, "GET POST"),
    "account_systems": (Right.ADMINISTER, "GET POST"),
    "account_file": (Right.ADMINISTER, "GET"),
    "account_changes": (Right.ADMINISTER, "POST"),
    "calls": (Right.SEE_FIGURES, "GET"),
    "call_report": (Right.SEE_FIGURES, "GET"),
    "call_export": (Right.EXPORT, "GET"),
    "call_exclusions": (Right.SEE_FIGURES, "GET"),
    "call_sendings": (Right.MANAGE, "GET POST"),
    "end_call_sending": (Right.MANAGE, "POST"),
    "exclude_call": (Right.MANAGE, "POST"),
    "decide_exclusion": (Right.DECIDE, "POST"),
    "live_calls": (Right.SEE_FIGURES, "GET"),
    "incoming_calls": (Right.RECEIVE, "GET"),
    "call_act": (Right.RECEIVE, "POST"),
    "staffing": (Right.MANAGE, "GET POST"),
    "staffing_plan": (Right.MANAGE, "GET"),
    "staffing_state": (Right.MANAGE, "GET"),
    "staffing_publish": (Right.MANAGE, "POST"),
    "staffing_export": (Right.MANAGE, "GET"),
    "month_staffing": (Right.SEE_FIGURES, "GET"),
    "roster_people": (Right.MANAGE, "GET POST"),
    "announced_events": (Right.MANAGE, "GET POST"),
    "what_if": (Right.MANAGE, "GET"),
    "staffing_today": (Right.MANAGE, "GET"),
    "attendance": (Right.MANAGE, "POST"),
    "own_shifts": (Right.RECEIVE, "GET POST"),
    "months": (Right.SEE_FIGURES, "GET"),
    "running_month": (Right.SEE_FIGURES, "GET"),
    "month": (Right.SEE_FIGURES, "GET"),
    "submit_month": (Right.MANAGE, "POST"),
    "decide_month": (Right.DECIDE, "POST"),
    "surveys": (Right.SEE_FIGURES, "GET"),
    "questionnaires": (Right.MANAGE, "GET POST"),
    "new_round": (Right.MANAGE, "GET POST"),
    "round": (Right.SEE_FIGURES, "GET"),
    "round_act": (Right.MANAGE, "POST"),
    "paper": (Right.RECEIVE, "GET POST"),
    "comments": (Right.EXPORT, "GET"),
    "round_export": (Right.EXPORT, "GET"),
    "outages": (Right.SEE_FIGURES, "GET"),
    "outage": (Right.SEE_FIGURES, "GET POST"),
    "monitoring_sources": (Right.ADMINISTER, "GET POST"),
    "mapping": (Right.MANAGE, "GET POST"),
    "notifications": (Right.MANAGE, "GET"),
    "notification": (Right.MANAGE, "GET POST"),
    "maintenance": (Right.SEE_FIGURES, "GET POST"),
    "decide_maintenance": (Right.DECIDE, "POST"),
    "monitoring_files": (Right.MANAGE, "GET POST"),
    "refused_lines": (Right.MANAGE, "GET"),
    "portal_survey": (Right.ASK, "GET POST"),
    "mailboxes": (Right.RUN_MAIL, "GET"),
    "new_mailbox": (Right.ADMINISTER, "GET POST"),
    "mailbox": (Right.ADMINISTER, "GET POST"),
    "quarantine": (Right.RUN_MAIL, "GET"),
    "kept_mail": (Right.RUN_MAIL, "GET"),
    "raw_mail": (Right.RUN_MAIL, "GET"),
    "decide_mail": (Right.RUN_MAIL, "POST"),
    "outbox": (Right.RUN_MAIL, "GET POST"),
    "ticket_mail": (Right.SEE_TICKETS, "GET"),
    "ticket_raw_mail": (Right.SEE_TICKETS, "GET"),
    "portal": (Right.ASK, "GET"),
    "ask": (Right.ASK, "GET POST"),
    "suggest": (Right.ASK, "GET"),
    "follow": (Right.ASK, "GET"),
    "answer_back": (Right.ASK, "POST"),
    "faq": (Right.READ_KNOWLEDGE, "GET"),
    "applications": (Right.SEE_TICKETS, "GET"),
    "new_application": (Right.RECEIVE, "GET POST"),
    "application": (Right.SEE_TICKETS, "GET"),
    "finish_task": (Right.RECEIVE, "POST"),
    "forms": (Right.ADMINISTER, "GET"),
    "edit_form": (Right.ADMINISTER, "GET POST"),
    "approvers": (Right.ADMINISTER, "GET POST"),
    "registers": (Right.RECEIVE, "GET"),
    "new_item": (Right.RECEIVE, "GET POST"),
    "item": (Right.RECEIVE, "GET POST"),
    "export_items": (Right.EXPORT, "GET"),
    "import_items": (Right.MANAGE, "GET POST"),
    "item_import": (Right.MANAGE, "GET POST"),
    "distributions": (Right.RECEIVE, "GET"),
    "labels": (Right.RECEIVE, "GET"),
    "loans": (Right.RECEIVE, "GET POST"),
    "stocktakes": (Right.RECEIVE, "GET POST"),
    "stocktake": (Right.RECEIVE, "GET POST"),
    "decisions": (Right.SEE_FIGURES, "GET"),
    "new_decision": (Right.RECEIVE, "GET POST"),
    "decision": (Right.SEE_FIGURES, "GET POST"),
    "criteria": (Right.SEE_FIGURES, "GET"),
    "improvements": (Right.SEE_FIGURES, "GET"),
    "new_improvement": (Right.RECEIVE, "GET POST"),
    "improvement": (Right.SEE_FIGURES, "GET POST"),
    "new_problem": (Right.RECEIVE, "GET POST"),
    "problem": (Right.RECEIVE, "GET POST"),
    "personnel": (Right.MANAGE, "GET POST"),
    "personnel_batch": (Right.MANAGE, "GET POST"),
    "personnel_result": (Right.MANAGE, "GET"),
    "running": (Right.SEE_FIGURES, "GET POST"),
    "meetings": (Right.SEE_FIGURES, "GET POST"),
    "meeting": (Right.SEE_FIGURES, "GET POST"),
    "duties": (Right.MANAGE, "GET POST"),
    "duty_batch": (Right.MANAGE, "GET POST"),
    "duties_refused": (Right.MANAGE, "GET"),
    "ledgers": (Right.MANAGE, "GET POST"),
    "ledger": (Right.MANAGE, "GET POST"),
    "ledger_state": (Right.MANAGE, "GET"),
    "ledger_act": (Right.MANAGE, "POST"),
    "ledger_refused": (Right.MANAGE, "GET"),
    "sheet": (Right.SEE_FIGURES, "GET"),
    "catalogue": (Right.ASK, "GET"),
    "apply": (Right.ASK, "GET POST"),
    "approvals": (Right.ASK, "GET"),
    "approval": (Right.ASK, "GET POST"),
    "pass_on": (Right.ASK, "POST"),
    "absences": (Right.ASK, "POST"),
    "handover": (Right.HAND_OVER, "GET POST"),
    "handover_document": (Right.HAND_OVER, "GET"),
    "handover_print": (Right.HAND_OVER, "GET"),
    "handover_archive": (Right.HAND_OVER, "GET"),
    "retention": (Right.HAND_OVER, "GET POST"),
    "erasure_proof": (Right.HAND_OVER, "GET"),
    "decide_file": (Right.DECIDE, "POST"),
}
# pages that more may read than write
WRITING = {
    "procurement": Right.PROCURE,
    "firm_comment": Right.PROCURE,
    "maintenance": Right.MANAGE,
    "procurement_versions": Right.PROCURE,
}
# pages of things that no ticket brings along; tests/console/test_mail_pages.py has them
OF_NOTHING_HERE = {"file", "mailbox", "kept_mail", "raw_mail", "decide_mail", "ticket_mail", "ticket_raw_mail"}
# pages of one matter: whoever has the right but not the matter gets 404
OF_A_MATTER = {"ticket", "act", "presence", "file", "follow", "answer_back", "ticket_macro"}
# pages of one row that is not there, or not for anybody of these roles: 404 whatever the right
OF_NOBODY = {
    "application", "finish_task", "approval", "pass_on", "item", "item_import", "stocktake", "decision",
    "improvement", "problem", "personnel_batch", "personnel_result", "meeting", "duty_batch", "duties_refused",
    "handover_archive", "erasure_proof", "decide_file", "ledger", "ledger_state", "ledger_act", "ledger_refused",
    "outage", "decide_exclusion", "end_call_sending", "notification", "decide_maintenance", "refused_lines",
    "procurement_row", "procurement_version", "award_what_if",
}  # fmt: skip
OPEN_PAGES = {
    "home", "language", "health", "accessibility", "hook", "shift_feed", "answer_survey", "survey_thanks",
    "approval_link", "decision_link", "keys", "signal",
}  # fmt: skip
OWN_PAGES = {"own_account", "own_name", "own_tokens", "own_token", "own_filter"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, path)
        else:
            yield path, each


def contract_patterns() -> list[tuple[str, URLPattern]]:
    return [(path, each) for path, each in patterns(get_resolver()) if path.startswith("c/<slug:contract_key>/")]


def test_every_address_has_an_entry() -> None:
    named = {each.name for _, each in contract_patterns()}
    assert named == set(PAGES)
    others = {
        each.name for path, each in patterns(get_resolver())
        if not path.startswith(("c/", "accounts/", "api/"))
    }  # fmt: skip
    assert others == OPEN_PAGES | OWN_PAGES


def address(path: str, *, key: str, number: int, article: int, person: int = 0, home: int = 0, survey: int = 0) -> str:
    values = {
        "<slug:contract_key>": key, "<int:number>": str(number), "<int:article_id>": str(article), "<int:file_id>": "1",
        "<int:plan_number>": "1", "<str:file_kind>": "ics",
        "<int:person_id>": str(person), "<int:round_id>": str(survey),
        "<int:box_id>": "1", "<int:mail_id>": "1",
        "<str:month>": "2026-05",
        "<slug:form_key>": "training", "<int:task_number>": "1",
        "<int:approval_id>": "1", "<int:item_id>": "1", "<int:stocktake_id>": "1", "<int:request_id>": "1",
        "<int:improvement_id>": "1", "<int:problem_id>": "1",
        "<int:organisation_id>": str(home),
        "<int:macro_id>": "1", "<int:filter_id>": "1", "<slug:list_name>": "articles",
        "<int:system_id>": str(kept_system(key)),
        "<int:batch_id>": "1", "<int:meeting_id>": "1",
        "<int:export_id>": "1", "<int:erasure_id>": "1", "<int:finding_id>": "1",
        "<int:run_id>": "1", "<int:exclusion_id>": "1", "<int:sending_id>": "1",
        "<int:outage_id>": "1", "<int:message_id>": "1", "<int:maintenance_id>": "1", "<int:import_id>": "1",
        "<slug:part_name>": "next", "<int:place>": "1", "<int:version_number>": "1",
        "<int:document_id>": str(kept_document(key)),
        "<str:kind>": "html" if "draft" in path else "csv",
        "<slug:indicator>": "ticket_count", "<str:window>": "2026-05",
    }  # fmt: skip
    for name, value in values.items():
        path = path.replace(name, value)
    assert "<" not in path, path
    return f"/{path}"


def kept_document(key: str) -> int:
    """Return the contract's approved document, made with a firm's comment when first asked for."""
    contract = Contract.objects.get(key=key)
    period = {"start_date": "2026-05-01", "end_date": "2026-06-01", "opened_at": NOW}
    document, is_new = Document.objects.get_or_create(
        contract=contract, kind="monthly", label="2026-05", defaults=period
    )
    if is_new:
        for number in Ticket.objects.filter(contract=contract).values_list("number", flat=True):
            FirmComment.objects.create(contract=contract, number=number, firm="甲社", comment="意見")
            document.versions.create(
                number=number, approved_at=NOW, issued_date="2026-06-01", texts={}, tree={}, pdf=b"%PDF", pdf_sha256="0"
            )
    return document.pk


def kept_system(key: str) -> int:
    """Return a system of the contract that takes accounts as a file, made when first asked for."""
    given = {"kind": SystemKind.CSV.value, "columns": [["番号", AccountField.NUMBER.value]], "added_at": NOW}
    contract = Contract.objects.get(key=key)
    system, _is_new = TargetSystem.objects.get_or_create(contract=contract, name="職員認証", defaults=given)
    return system.pk


def expected(world: World, kind: RoleKind, name: str, method: str, ticket: Ticket) -> set[int]:
    right, methods = PAGES[name]
    if method not in methods.split():
        return {405}
    if method == "POST" and kind in RIGHTS[right]:
        right = WRITING.get(name, right)
    if kind not in RIGHTS[right]:
        return {403}
    is_own = ticket.requester_id == world.person(kind).pk
    sees = kind in RIGHTS[Right.SEE_TICKETS] and kind is not RoleKind.VENDOR
    if name == "portal_survey":
        return {200, 302, 422} if kind is RoleKind.USER else {404}
    if name in {"follow", "answer_back"}:
        return {200, 302, 422} if is_own else {404}
    if name in OF_A_MATTER and not (sees or is_own):
        return {404}
    # a plan that waits for its computation has nothing to export yet, and cannot be published
    special = {"macro": {404}, "kept_filter": {404}, "staffing_export": {404}, "staffing_publish": {409}}
    special |= {each: {404} for each in OF_NOTHING_HERE} | {"outbox": {200} if method == "GET" else {404}}
    return {404} if name in OF_NOBODY else special.get(name, {200, 302, 422})


@pytest.mark.parametrize("kind", list(RoleKind))
def test_each_role_gets_what_it_may_and_nothing_of_another_contract(world: World, other: World, kind: RoleKind) -> None:
    ticket, foreign = world.ticket(), other.ticket()
    articles = {each.contract.key: _article(each) for each in (world, other)}
    for each_world in (world, other):
        _waiting_plan(each_world)
    surveys = {each.contract.key: running_round(each).pk for each in (world, other)}
    client = signed_in(world, kind)
    for path, each in contract_patterns():
        name = str(each.name)
        own = address(path, key="alpha", article=articles["alpha"], survey=surveys["alpha"], **things(ticket))
        theirs = address(path, key="beta", article=articles["beta"], survey=surveys["beta"], **things(foreign))
        for method in METHODS:
            status = client.generic(method, own).status_code
            assert status in expected(world, kind, name, method, ticket), f"{method} {own} as {kind}: {status}"
            refused = client.generic(method, theirs).status_code
            assert refused in {404, 405}, f"{method} {theirs} as {kind}: {refused}"


def things(ticket: Ticket) -> dict[str, int]:
    home = ticket.requester.organisation_id or 0
    return {"number": ticket.number, "person": ticket.requester_id, "home": home}


def _article(world: World) -> int:
    content = ArticleContent(
        kind=ArticleKind.FAQ, audience=Audience.STAFF, state=ArticleState.PUBLISHED, title="手引き", body="本文"
    )
    return add_article(access=world.access[RoleKind.OPERATOR], content=content, at=NOW).pk


def _waiting_plan(world: World) -> None:
    asked = AskedPlan(
        month=NOW.date().replace(day=1), kind=PlanKind.COMING, target_percent=Decimal(90), seed=1, definition_number=1
    )
    ask_plan(access=world.access[RoleKind.OPERATIONS_MANAGER], asked=asked, now=NOW)


def test_nobody_enters_without_signing_in(world: World) -> None:
    ticket = world.ticket()
    client = Client()
    for path, each in contract_patterns():
        _, methods = PAGES[str(each.name)]
        for method in methods.split():
            answer: Any = client.generic(method, address(path, key="alpha", number=ticket.number, article=1))
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_role_that_ended_is_no_role(world: World) -> None:
    client = signed_in(world, RoleKind.OPERATOR)
    assert client.get("/c/alpha/desk/").status_code == 200
    world.contract.roles.filter(person=world.person(RoleKind.OPERATOR)).update(end_date="2026-04-02")
    assert client.get("/c/alpha/desk/").status_code == 404


def test_only_an_administrator_gives_accounts(world: World) -> None:
    assert world.contract.key == "alpha"
    answer: Any = Client().get("/accounts/signup/")
    assert "password1" not in answer.content.decode()
