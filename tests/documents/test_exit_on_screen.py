"""The exit criteria on the page of a document that has their table: proposals with grounds, and what people decided."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.reports.formats import html_text

from madoguchi.audit.models import HistoryRow
from madoguchi.core.calendar.periods import fiscal_year_period
from madoguchi.core.vocabulary import RoleKind
from madoguchi.documents.models import Document
from madoguchi.documents.operations import open_document
from madoguchi.reports.documents.checks import Weight

DIVISION, MANAGER = RoleKind.RESPONSIBLE_DIVISION, RoleKind.OPERATIONS_MANAGER
DECISION = """
[exit]
has_outside_check = true
[[exit.decision]]
criterion = "outside_check"
decision = "{proposal}"
finding = "点検を受けた"
reason = "{reason}"
"""


def opened(world: World, kind: str) -> Document:
    return open_document(
        access=world.access[MANAGER], kind=kind, label="FY2026", period=fiscal_year_period(2026), at=NOW
    )  # fmt: skip


def decided(world: World, *, proposal: str, reason: str) -> None:
    text = DECISION.format(proposal=proposal, reason=reason)
    texts = world.contract.definitions.get().texts | {"procurement.toml": text}
    world.contract.definitions.update(texts=texts, added_at=NOW + timedelta(seconds=3))


def page(client: Client, document: Document) -> str:
    answer = client.get(f"/c/alpha/documents/{document.pk}/")
    assert answer.status_code == 200
    return html_text(answer.content.decode())


@pytest.mark.parametrize("kind", ["performance", "evaluation"])
def test_proposals_stand_on_the_page_with_their_grounds(world: World, kind: str) -> None:
    shown = page(signed_in(world, DIVISION), opened(world, kind))
    for text in (
        "終了基準の提案と判定", "入札で競争性が確保されている", "応札の記録がない。",
        "外部有識者等の点検を受ける仕組みがない。", "比べる従来経費がない。", "未判定", "終了基準の判定を直す",
    ):  # fmt: skip
        assert text in shown


def test_a_document_without_the_criteria_shows_none(world: World) -> None:
    assert "終了基準の提案と判定" not in page(signed_in(world, DIVISION), opened(world, "survey"))


def test_who_may_not_decide_sees_the_proposals_and_no_way_to_change(world: World) -> None:
    shown = page(signed_in(world, MANAGER), opened(world, "performance"))
    assert "終了基準の提案と判定" in shown
    assert "終了基準の判定を直す" not in shown


@pytest.mark.parametrize(
    ("proposal", "reason", "is_marked"),
    [("kept", "", False), ("not_kept", "", True), ("not_kept", "点検が一度だけであった", False)],
)
def test_a_decision_stands_beside_the_proposal_and_one_without_a_reason_is_marked(
    world: World, proposal: str, reason: str, *, is_marked: bool
) -> None:
    document = opened(world, "performance")
    decided(world, proposal=proposal, reason=reason)
    shown = page(signed_in(world, DIVISION), document)
    assert "外部有識者等の点検を受けている。" in shown
    assert reason in shown
    assert ("提案と異なる理由がありません" in shown) is is_marked


def test_the_page_and_the_draft_speak_english(world: World) -> None:
    client, document = signed_in(world, DIVISION), opened(world, "performance")
    client.cookies["django_language"] = "en"
    shown = page(client, document)
    for text in ("There is no record of bids.", Weight.STOPS.label_en, "What is done", "marked provisional"):
        assert text in shown
    assert not any(text in shown for text in (Weight.STOPS.label, "（注）"))
    draft = client.get(f"/c/alpha/documents/{document.pk}/draft.html?lang=en")
    assert "Criteria for ending market testing" in html_text(draft.content.decode())
    assert 'filename="alpha-performance-FY2026-draft-en.html"' in draft["Content-Disposition"]
    assert '"language":"en"' in HistoryRow.objects.get(act="export_draft").details.replace(" ", "")


def test_a_draft_in_a_language_there_is_not_is_not_there(world: World) -> None:
    client, document = signed_in(world, DIVISION), opened(world, "performance")
    for language in ("fr", "", "en\x00"):
        answer = client.get(f"/c/alpha/documents/{document.pk}/draft.html", {"lang": language})
        assert answer.status_code == 404
