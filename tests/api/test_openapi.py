"""The API's own description held against what it answers, to requests made up from the description and against it."""

import re
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from tests.api.callers import BASE, GIVEN, Caller, an_item
from tests.desk_world import World
from tests.works.applying import apply

from madoguchi.api.urls import api
from madoguchi.assets.operations.loans import NewLoan, reserve_item
from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience, RoleKind, Visibility
from madoguchi.desk.models import Activity, Ticket
from madoguchi.desk.operations.around import File, attach
from madoguchi.desk.operations.filters import save_filter
from madoguchi.desk.operations.macros import MacroContent, save_macro, save_template
from madoguchi.knowledge.operations import ArticleContent, add_article
from madoguchi.web.wsgi import application
from madoguchi.works.operations.approve import set_absence

pytestmark = pytest.mark.usefixtures("kept_connection")
load_all_checks()
HELD = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error", "status_code_conformance", "response_schema_conformance", "content_type_conformance",
    )
]  # fmt: skip
ADDRESSES = sorted(
    (method.upper(), path) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods
)
MADE_UP = settings(
    max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    database=None,
)  # fmt: skip


PLACES = re.compile(r"{(\w+)}")
# made-up versions seldom fit: that a right one is taken is tried in test_working.py
IMPOSSIBLE = {
    (method, path): {409} for method, path in ADDRESSES if method == "PUT" or path.endswith("/state")
} | {
    # made-up forms, people and answers are none: that right ones are taken is tried in test_works.py
    ("POST", f"/api/v1/contracts/{{contract}}/{path}"): statuses
    for path, statuses in (
        ("applications", {404}), ("loans", {422}), ("loans/{loan_id}/acts", {409}),
        ("approvals/{approval_id}", {404, 409}),
        ("approvals/{approval_id}/delegate", {404, 422}), ("absences", {422}),
        ("applications/{application_number}/tasks/{task_number}", {422, 409}),
    )
}  # fmt: skip


def caller_of(path: str) -> RoleKind:
    return RoleKind.OPERATIONS_MANAGER if "template" in path or "macro" in path else RoleKind.OPERATOR


def things(world: World) -> dict[str, object]:
    """Return what an address may name, by the name its place has."""
    operator, manager = world.access[RoleKind.OPERATOR], world.access[RoleKind.OPERATIONS_MANAGER]
    ticket, now = world.ticket(), timezone.now()
    content = ArticleContent(
        kind=ArticleKind.FAQ, audience=Audience.STAFF, state=ArticleState.PUBLISHED, title="手引き", body="本文"
    )
    file = File(name="a.txt", media_type="text/plain", content=b"content")
    kept = attach(access=operator, ticket=ticket, file=file, visibility=Visibility.PUBLIC, now=now)
    macro = save_macro(access=manager, macro=None, content=MacroContent(name="m", note="x"), version=0, now=now)
    template = save_template(access=manager, name="t", text="文", resolves=False, now=now)
    item, applied, today = an_item(world), apply(world, "service_use"), timezone.localdate(now)
    away = set_absence(access=operator, mail=manager.person.mail, start_date=today, end_date=today, now=now)
    reserved = NewLoan(item_id=item.pk, person=operator.person, start_date=today, until_date=today)
    return {
        "absence_id": away.pk, "item_id": item.pk, "loan_id": reserve_item(access=operator, new=reserved, now=now).pk,
        "application_number": applied.ticket.number, "task_number": 1,
        "approval_id": applied.approvals.values_list("pk", flat=True)[0],
        "contract": "alpha", "number": ticket.number, "file_id": kept.pk, "macro_id": macro.pk,
        "template_id": template.pk, "article_id": add_article(access=operator, content=content, at=now).pk,
        "filter_id": save_filter(access=operator, name="f", query="", now=now).pk,
    }  # fmt: skip


@pytest.fixture
def described(world: World) -> Any:  # noqa: ANN401  # the library's schema
    assert world.contract.key == "alpha"
    return description()


@cache
def description() -> Any:  # noqa: ANN401
    """Return what the API says of itself, which is the same whatever a desk holds; reading it takes half a second."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=SchemathesisConfig())


def test_every_address_is_described(described: Any) -> None:  # noqa: ANN401
    found = sorted((each.ok().method.upper(), each.ok().path) for each in described.get_all_operations())
    assert found == ADDRESSES
    assert len(found) >= 30


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_answers_are_as_described(
    described: Any,  # noqa: ANN401
    world: World,
    method: str,
    path: str,
    mode: GenerationMode,
) -> None:
    reachable, caller, answered = things(world), Caller(world, caller_of(path)), set()
    operation = described[path][method]
    reached = st.booleans() if mode is GenerationMode.NEGATIVE else st.just(True)

    @MADE_UP
    @given(case=operation.as_strategy(generation_mode=mode), is_reached=reached, is_plain=st.booleans())
    def ask(case: Any, is_reached: bool, is_plain: bool) -> None:  # noqa: ANN401, FBT001
        if is_reached:
            case.path_parameters = {name: reachable[name] for name in PLACES.findall(path)}
            case.headers.pop("Authorization", None)
        if is_plain and mode is GenerationMode.POSITIVE and path.endswith(("/bulk", "{number}/acts")):
            # one act without what belongs to others: the schema cannot say which fields go together
            case.body = {name: value for name, value in case.body.items() if name == "tickets"} | {"act": "take"}
        answer = case.call(headers={"Authorization": f"Bearer {caller.secret}"})
        answered.add(answer.status_code)
        case.validate_response(answer, checks=HELD)

    ask()
    wanted = {
        GenerationMode.POSITIVE: {200, 201, 204} | IMPOSSIBLE.get((method, path), set()),
        GenerationMode.NEGATIVE: {401, 404, 422},
    }[mode]
    assert answered & wanted
    assert not {each for each in answered if each >= 500}


def test_bounds_of_numbers_are_described(described: Any) -> None:  # noqa: ANN401
    numbers = described.raw_schema["components"]["schemas"]["ActIn"]["properties"]["rating"]["anyOf"][0]
    assert (numbers["minimum"], numbers["maximum"]) == (1, 5)


@pytest.mark.parametrize(("moment", "status"), [
    ("3333-01-22T12:24:50-19:49", 200),
    ("0001-01-01T00:00:00+23:00", 422),
    ("9999-12-31T23:59:59-23:00", 422),
])  # fmt: skip
def test_moments_of_any_offset_are_taken_as_far_as_the_calendar_goes(world: World, moment: str, status: int) -> None:
    caller = Caller(world, RoleKind.OPERATOR)
    answer = caller.send("GET", f"{BASE}/tickets?due_before={quote(moment)}")
    assert answer.status_code == status, answer.content


def test_what_is_described_is_what_a_program_needs(world: World) -> None:
    caller = Caller(world, RoleKind.OPERATOR)
    assert caller.send("POST", f"{BASE}/tickets", GIVEN).status_code == 201
    assert (Ticket.objects.count(), Activity.objects.count()) == (1, 1)
