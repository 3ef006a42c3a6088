"""Months through HTTP: the manager submits, the division decides, everybody sees what changed."""

from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.quality.test_months import worked

from madoguchi.core.vocabulary import RoleKind
from madoguchi.quality.models import Revision

PAGE = "/c/alpha/months/2026-05/"
REASON = "<b>件数</b> & =1+1 \u202e {x}"
GIVEN = {"explanation-ticket_count": REASON}


def text_of(answer: Any) -> str:  # noqa: ANN401  # the test client's answer
    return str(answer.content.decode())


def test_a_month_goes_from_submission_to_correction(world: World) -> None:
    worked(world)
    manager, division = signed_in(world, RoleKind.OPERATIONS_MANAGER), signed_in(world, RoleKind.RESPONSIBLE_DIVISION)
    assert "未達の理由：受付件数" in text_of(manager.get(PAGE))
    refused: Any = manager.post(f"{PAGE}submit/", {})
    assert refused.status_code == 422
    assert "未達の理由を入力してください: 受付件数" in text_of(refused)
    assert manager.post(f"{PAGE}submit/", GIVEN).status_code == 302
    assert "承認して凍結する" not in text_of(manager.get(PAGE))
    shown = text_of(division.get(PAGE))
    assert "承認して凍結する" in shown
    assert "&lt;b&gt;件数&lt;/b&gt; &amp; =1+1" in shown
    assert division.post(f"{PAGE}decide/", {"decision": "approve", "revision": 1}).status_code == 302
    again: Any = division.post(f"{PAGE}decide/", {"decision": "approve", "revision": 1})
    assert again.status_code == 422
    assert "承認待ちではありません" in text_of(again)
    assert "承認済（凍結）" in text_of(division.get("/c/alpha/months/"))
    world.ticket(at=NOW + timedelta(minutes=30))
    shown = text_of(manager.get(PAGE))
    assert "承認後に変わった値" in shown
    both = GIVEN | {"explanation-first_answer": "回答が遅れた"}
    assert "訂正の理由が必要です" in text_of(manager.post(f"{PAGE}submit/", both))
    assert manager.post(f"{PAGE}submit/", both | {"why": "記録漏れ"}).status_code == 302
    shown = text_of(division.get(PAGE))
    assert "第2版で変わった値" in shown
    assert "3件（3 / 3） 未達" in shown
    assert "4件（4 / 4） 未達" in shown
    assert "記録漏れ" in shown
    returned = {"decision": "return", "revision": 2, "comment": "もう一度確認してください"}
    assert division.post(f"{PAGE}decide/", returned).status_code == 302
    auditor = text_of(signed_in(world, RoleKind.AUDITOR).get(PAGE))
    assert "もう一度確認してください" in auditor
    assert "Revision 2" in text_of(signed_in(world, RoleKind.AUDITOR).get(PAGE, headers={"accept-language": "en"}))


@pytest.mark.parametrize(
    "given", [{"decision": "burn", "revision": 1}, {}, {"decision": "approve", "revision": 10**12}]
)
def test_a_decision_that_is_none_is_refused(world: World, given: dict[str, object]) -> None:
    worked(world)
    division = signed_in(world, RoleKind.RESPONSIBLE_DIVISION)
    assert division.post(f"{PAGE}decide/", given).status_code == 422


@pytest.mark.parametrize(
    "given",
    [{"explanation-ticket_count": "あ" * 1_000_000}, GIVEN | {"more": "1"}, {"explanation-ticket_count": "a\x00"}],
)
def test_a_reason_that_cannot_be_kept_is_refused(world: World, given: dict[str, str]) -> None:
    worked(world)
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert manager.post(f"{PAGE}submit/", given).status_code in (413, 422, 400)
    assert not Revision.objects.exists()


@pytest.mark.parametrize("month", ["2026-13", "x", "2020-01", "9999-12", "２０２６-05"])
def test_months_that_cannot_be_are_not_found(world: World, month: str) -> None:
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert manager.get(f"/c/alpha/months/{month}/").status_code == 404
    assert manager.post(f"/c/alpha/months/{month}/submit/", {}).status_code in (404, 422)


def test_a_running_month_cannot_be_submitted(world: World) -> None:
    worked(world)
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    day = date(2026, 5, 21)
    moment = datetime(2026, 5, 21, 3, 0, tzinfo=NOW.tzinfo)
    with patch("django.utils.timezone.now", return_value=moment):
        assert f"{day:%Y-%m}" in text_of(manager.get(PAGE))
        assert "提出する" not in text_of(manager.get(PAGE))
        assert "まだ終わっていません" in text_of(manager.post(f"{PAGE}submit/", GIVEN))
