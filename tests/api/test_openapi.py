"""The API's own description held against what it answers, to requests made up from the description and against it."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from tests.api.callers import BASE, GIVEN, Caller
from tests.desk_world import World

from madoguchi.api.urls import api
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Activity, Ticket
from madoguchi.web.wsgi import application

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


@pytest.fixture
def described(world: World) -> Any:  # noqa: ANN401  # the library's schema
    assert world.contract.key == "alpha"
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=SchemathesisConfig())


def test_every_address_is_described(described: Any) -> None:  # noqa: ANN401
    found = sorted((each.ok().method.upper(), each.ok().path) for each in described.get_all_operations())
    assert found == ADDRESSES
    assert len(found) >= 9


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_answers_are_as_described(
    described: Any,  # noqa: ANN401
    world: World,
    method: str,
    path: str,
    mode: GenerationMode,
) -> None:
    ticket, caller, answered = world.ticket(), Caller(world, RoleKind.OPERATOR), set()
    operation = described[path][method]
    reached = st.booleans() if mode is GenerationMode.NEGATIVE else st.just(True)

    @MADE_UP
    @given(case=operation.as_strategy(generation_mode=mode), is_reached=reached)
    def ask(case: Any, is_reached: bool) -> None:  # noqa: ANN401, FBT001
        if is_reached:
            case.path_parameters = {"contract": "alpha", "number": ticket.number}
            case.headers.pop("Authorization", None)
        answer = case.call(headers={"Authorization": f"Bearer {caller.secret}"})
        answered.add(answer.status_code)
        case.validate_response(answer, checks=HELD)

    ask()
    wanted = {GenerationMode.POSITIVE: {200, 201}, GenerationMode.NEGATIVE: {401, 404, 422}}[mode]
    assert answered & wanted
    assert not {each for each in answered if each >= 500}


def test_what_is_described_is_what_a_program_needs(world: World) -> None:
    caller = Caller(world, RoleKind.OPERATOR)
    assert caller.send("POST", f"{BASE}/tickets", GIVEN).status_code == 201
    assert (Ticket.objects.count(), Activity.objects.count()) == (1, 1)
