"""How a form of the catalogue is shown: what must be ticked says so, and an explanation belongs to its field."""

from pathlib import Path

from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.core.vocabulary import RoleKind

TERSE = {"On", "To", "From", "Until", "Number", "Address", "What"}


def shown(world: World, key: str) -> str:
    client: Client = signed_in(world, RoleKind.USER)
    return client.get(f"/c/alpha/portal/apply/{key}/").content.decode()


def test_a_box_that_must_be_ticked_says_so(world: World) -> None:
    page = shown(world, "usb_registration")
    assert '暗号化機能があることを確認しました <span class="tag">必須</span></label>' in page
    assert '警察に届け出ました <span class="tag">' not in shown(world, "lost_device")


def test_no_field_of_one_form_is_called_by_a_bare_preposition_or_noun_that_tells_nothing() -> None:
    """Of a day it must be said which: a page of one field named “On” cannot be filled in."""
    for key in ("loan_return", "remote_access_end", "usb_renewal", "web_correction", "terminal_handover"):
        text = Path(f"src/madoguchi/works/forms/{key}.toml").read_text(encoding="utf-8")
        labels = {line.partition('"')[2].rstrip('"') for line in text.splitlines() if line.startswith("label_en")}
        assert not labels & TERSE, (key, labels & TERSE)
