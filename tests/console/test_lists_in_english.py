"""Lists go out in the reader's language: headings, words and yes; what people wrote stays as it is."""

import csv
import re

import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.console.list_tables import TABLES
from madoguchi.core.vocabulary import RoleKind

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
KINDS = (RoleKind.OPERATIONS_MANAGER, RoleKind.ADMINISTRATOR, RoleKind.USER, RoleKind.RESPONSIBLE_DIVISION)


def lines(world: World, kind: RoleKind, path: str, language: str) -> list[list[str]]:
    client = signed_in(world, kind)
    client.cookies["django_language"] = language
    answer = client.get(f"/c/alpha/{path}")
    if answer.status_code == 403:
        return []
    assert answer.status_code == 200, path
    body = b"".join(answer) if answer.streaming else answer.content
    return list(csv.reader(body.decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize("name", [*sorted(TABLES), "tickets"])
def test_headings_of_every_file_are_english_for_who_reads_english(world: World, name: str) -> None:
    path = "desk/export.csv" if name == "tickets" else f"export/{name}.csv"
    found = next((head for kind in KINDS if (head := lines(world, kind, path, "en"))), [])
    assert found, f"nobody may have {name}"
    assert [each for each in found[0] if JAPANESE.search(each)] == []
    assert all(found[0])


def test_words_are_english_and_names_as_they_were_written(world: World) -> None:
    world.ticket()
    heading, row = lines(world, RoleKind.OPERATIONS_MANAGER, "desk/export.csv", "en")
    told = dict(zip(heading, row, strict=True))
    assert (told["Kind"], told["State"]) == ("fault", "received")
    assert JAPANESE.search(told["Subject"])
    heading, row = lines(world, RoleKind.OPERATIONS_MANAGER, "desk/export.csv", "ja")
    assert dict(zip(heading, row, strict=True))["種別"] == "不具合"
