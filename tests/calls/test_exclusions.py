"""A call is left out of the figures only with a reason and the division's approval."""

from typing import Any

import pytest
from django.test import Client
from tests.call_facts import call, import_calls
from tests.console.test_call_reports import MAY, PAGE, counted
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.queries import faults_of, history_of
from madoguchi.calls.events import exclusion_events
from madoguchi.calls.models import CallExclusion
from madoguchi.core.vocabulary import RoleKind

__all__ = ["counted"]
LIST = "/c/alpha/calls/exclusions/"
MANAGER, DIVISION = RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION


def post(client: Client, path: str, **given: str) -> Any:  # noqa: ANN401  # a test's answer
    return client.post(path, given, follow=True)


def asked(world: World, *, source: str = "pbx:2") -> CallExclusion:
    answer = post(signed_in(world, MANAGER), f"{LIST}ask/", call=source, reason="訓練の通話")
    assert answer.status_code == 200
    return CallExclusion.objects.get(source=source)


def rate(world: World) -> str:
    return str(signed_in(world, MANAGER).get(f"{PAGE}{MAY}&report=months").content.decode())


def test_nothing_changes_until_the_division_approves(counted: World) -> None:
    assert "50.0%" in rate(counted)
    exclusion = asked(counted)
    assert "50.0%" in rate(counted)
    event = next(iter(exclusion_events(counted.contract, key="alpha")))
    assert (event["excluded_source"], event["approved_at"]) == ("pbx:2", None)
    answer = post(signed_in(counted, DIVISION), f"{LIST}{exclusion.pk}/", decision="approve")
    assert "承認しました" in answer.content.decode()
    assert "100.0%" in rate(counted)
    listed = signed_in(counted, MANAGER).get(f"{PAGE}{MAY}&report=corrections").content.decode()
    assert "訓練の通話" in listed
    acts = list(history_of(chain="alpha").values_list("act", flat=True))
    assert {"ask_call_exclusion", "decide_call_exclusion"} <= set(acts)
    assert list(faults_of("alpha")) == []


def test_an_approval_can_be_taken_back_with_a_reason_and_a_refusal_stands(counted: World) -> None:
    exclusion = asked(counted)
    division = signed_in(counted, DIVISION)
    path = f"{LIST}{exclusion.pk}/"
    assert post(division, path, decision="approve").status_code == 200
    assert post(division, path, decision="approve").status_code == 409
    assert post(division, path, decision="refuse").status_code == 409
    assert post(division, path, decision="refuse", remark="訓練ではなかった").status_code == 200
    assert "50.0%" in rate(counted)
    assert not list(exclusion_events(counted.contract, key="alpha"))
    assert post(division, path, decision="approve").status_code == 409
    asked_again = post(signed_in(counted, MANAGER), f"{LIST}ask/", call="pbx:2", reason="別の理由")
    assert asked_again.status_code == 200
    assert CallExclusion.objects.filter(source="pbx:2").count() == 2


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"call": "pbx:2", "reason": ""}, 422), ({"call": "pbx:99", "reason": "訓練"}, 422),
        ({"call": "pbx:2", "reason": "x" * 401}, 422), ({"call": "pbx:2\x00", "reason": "訓練"}, 422),
        ({"call": "pbx:2", "reason": "訓練", "indicator": "none"}, 422),
    ],
)  # fmt: skip
def test_bad_asks_are_refused(counted: World, given: dict[str, str], status: int) -> None:
    assert post(signed_in(counted, MANAGER), f"{LIST}ask/", **given).status_code == status
    assert not CallExclusion.objects.exists()


def test_the_same_is_asked_once_and_decided_by_who_may(counted: World, other: World) -> None:
    exclusion = asked(counted)
    assert post(signed_in(counted, MANAGER), f"{LIST}ask/", call="pbx:2", reason="訓練").status_code == 409
    assert post(signed_in(counted, MANAGER), f"{LIST}{exclusion.pk}/", decision="approve").status_code == 403
    assert post(signed_in(counted, DIVISION), f"{LIST}{exclusion.pk}/", decision="maybe").status_code == 422
    stranger = signed_in(other, DIVISION)
    assert stranger.post(f"/c/beta/calls/exclusions/{exclusion.pk}/", {"decision": "approve"}).status_code == 404
    exclusion.refresh_from_db()
    assert exclusion.is_approved is None


def test_a_call_of_another_contract_cannot_be_named(counted: World, other: World) -> None:
    import_calls(other.contract, [call(7)])
    assert post(signed_in(counted, MANAGER), f"{LIST}ask/", call="pbx:7", reason="訓練").status_code == 422
