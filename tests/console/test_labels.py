"""What is wrong with a form names the field as its page does, in the reader's language."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.test import Client
from django.utils.translation import override
from tests.desk_fixtures import signed_in
from tests.desk_world import World

import madoguchi.console
import madoguchi.portal
from madoguchi.core.vocabulary import RoleKind

RENEWED = {"id": "1", "hours": "9999"}


def _forms() -> Iterator[type[forms.Form]]:
    for room in (madoguchi.console, madoguchi.portal):
        for each in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(each.name)
    waiting: list[type[forms.Form]] = [forms.Form]
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        yield from (each for each in found if each.__module__.startswith("madoguchi."))


def test_every_field_of_every_form_has_a_label_in_both_languages() -> None:
    missing = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in _forms()
        for name, each in form.base_fields.items()
        if not each.label
    ]
    assert not missing, missing
    with override("en"):
        japanese = {
            f"{form.__name__}.{name}: {each.label}"
            for form in _forms()
            for name, each in form.base_fields.items()
            if not str(each.label).isascii()
        }
    assert not japanese, japanese


@pytest.mark.parametrize(
    ("path", "given", "japanese", "english"),
    [
        ("desk/bulk/", {"act": "escalate", "tickets": ["1"]}, "引継先: この操作には必須です。", "Pass on to: "),
        ("desk/bulk/", {"act": "macro", "tickets": ["1"]}, "マクロ: この操作には必須です。", "Macros: "),
        ("desk/filters/", {"name": "", "query": ""}, "名前: ", "Name: "),
        ("webhooks/", RENEWED | {"what": "renew"}, "以前の鍵も使える時間数: ", "former key works too: "),
        ("monitoring/sources/", RENEWED | {"what": "renew"}, "以前の鍵も使える時間数: ", "former key works too: "),
    ],
)
def test_a_refusal_names_the_field_by_its_label(
    world: World, path: str, given: dict[str, object], japanese: str, english: str
) -> None:
    role = RoleKind.OPERATOR if path.startswith("desk/") else RoleKind.ADMINISTRATOR
    client: Client = signed_in(world, role)
    said = client.post(f"/c/alpha/{path}", given)
    assert said.status_code == 422
    page = said.content.decode()
    assert japanese in page, page
    for key in ("queue:", "macro:", "name:", "* hours", "hours:"):
        assert key not in page
    client.cookies["django_language"] = "en"
    assert english in client.post(f"/c/alpha/{path}", given).content.decode()
