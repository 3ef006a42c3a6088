"""Reasons that imports keep of their rows are read in the reader's language, whatever language they were kept in."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation
from tests.assets.test_registers import row as item_row
from tests.assets.test_registers import sheet as items_sheet
from tests.assets.test_registers import upload as upload_items
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.works import test_duties as duties
from tests.works import test_personnel as personnel

from madoguchi.assets.models import Item, ItemImport
from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.sayings import Both, Value, as_json, from_json, kept, retold, say
from madoguchi.works.models import DutyBatch, PersonnelBatch, PersonnelRow

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def manager(world: World) -> Iterator[Client]:
    with translation.override("ja"):
        yield signed_in(world, RoleKind.OPERATIONS_MANAGER)


def read(client: Client, path: str, **headers: str) -> str:
    return client.get(path, **headers).content.decode()  # type: ignore[arg-type]  # headers of the request


def test_why_items_were_kept_is_said_in_english_too(world: World, manager: Client) -> None:
    assert upload_items(world, items_sheet(item_row(number="A"), item_row(number="B"))).status_code == 302
    Item.objects.filter(number="A").update(place="5階", note="調整済")
    page = f"/c/alpha/registers/import/{ItemImport.objects.get().pk}/"
    shown = read(manager, page, **ENGLISH)
    assert "Changed since: " in shown
    assert "変更されています" not in shown
    assert manager.post(page, {"act": "undo"}, **ENGLISH).status_code == 302  # type: ignore[arg-type]
    assert "その後に変更されています: 設置場所、備考" in read(manager, page)
    assert f"Changed since: {english_columns()}" in read(manager, page, **ENGLISH)


def english_columns() -> str:
    with translation.override("en"):
        return f"{translation.gettext('設置場所')}, {translation.gettext('備考')}"


def of_personnel(manager: Client) -> str:
    wrong = personnel.row(区分="改姓", 異動日="2026-02-31")
    assert (
        personnel.upload(manager, personnel.sheet(wrong, personnel.row("x@example.jp", 異動日=""))).status_code == 302
    )
    return f"/c/alpha/personnel/{PersonnelBatch.objects.get().pk}/"


def of_duties(manager: Client) -> str:
    wrong = duties.row(日付="2026-02-31", 担当="誰か")
    assert duties.upload(manager, duties.sheet(wrong, duties.row(日付=""))).status_code == 302
    return f"{duties.PAGE}{DutyBatch.objects.get().pk}/"


@pytest.mark.parametrize(
    ("made", "japanese", "english"),
    [
        (of_personnel, ["「2026-02-31」という日付", "異動日は必須です。", "区分「改姓」は使えません。", "着任、"],
         ["There is no date", "異動日 is required.", "join, move"]),
        (of_duties, ["「2026-02-31」という日付", "日付は必須です。", "「誰か」は受付の担当者にいません。"],
         ["There is no date", "日付 is required.", "誰か"]),
    ],
)  # fmt: skip
def test_wrong_lines_say_why_to_either_reader(
    manager: Client, made: Callable[[Client], str], japanese: list[str], english: list[str]
) -> None:
    page = made(manager)
    shown = read(manager, page)
    assert [each for each in japanese if each not in shown] == []
    shown = read(manager, page, **ENGLISH)
    assert [each for each in english if each not in shown] == []
    assert "という日付はありません" not in shown
    assert "反映できる行がありません" in read(manager, page)
    assert manager.post(page, {"act": "apply"}).status_code == 422


def test_the_result_sheet_is_in_the_readers_language(manager: Client) -> None:
    page = of_personnel(manager) + "result.csv"
    assert "誤り,区分「改姓」は使えません。" in read(manager, page)
    assert "Mistake," in read(manager, page, **ENGLISH)


def test_reasons_from_before_are_shown_as_they_were_written(manager: Client) -> None:
    page = of_personnel(manager)
    PersonnelRow.objects.update(error="「x」という日付はありません。")
    assert "「x」という日付はありません。" in read(manager, page, **ENGLISH)


def test_what_is_kept_is_told_again_with_its_values() -> None:
    inner: list[Value] = [say("設置場所"), Both(ja="状態", en="state"), 3]
    text = say("その後に変更されています: %(columns)s", columns=inner)
    with translation.override("en"):
        stored, shown = kept([text, text]), str(from_json(as_json(text)))
        assert shown == "Changed since: Place, state, 3"
    with translation.override("ja"):
        assert retold(stored) == " ".join(["その後に変更されています: 設置場所、状態、3"] * 2)
    assert kept([]) == retold("") == ""
    assert retold('[{"text": broken') == '[{"text": broken'
