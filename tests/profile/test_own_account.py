"""One's own account: name, language, tokens and filters, and nobody else's."""

import re

import pytest
from django.test import Client
from tests.api.callers import BASE
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.api.models import ApiToken
from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import SavedFilter
from madoguchi.people.operations import vouch_for

TOKEN = {"name": "連携", "days": "30", "may_write": "on"}
PAGES = ("", "name/", "tokens/", "tokens/1/", "filters/1/")


def test_name_and_language_are_one_s_own_to_change(operator: Client, world: World) -> None:
    person = world.person(RoleKind.OPERATOR)
    page = operator.get("/own/").content.decode()
    for part in ("/accounts/2fa/", "/accounts/password/change/", "/keys/"):
        assert part in page
    assert operator.post("/own/name/", {"name": "改めた 名前", "reading": "あらためた"}).status_code == 302
    operator.post("/language/", {"language": "en", "next": "/own/"})
    person.refresh_from_db()
    assert (person.name, person.language) == ("改めた 名前", "en")
    assert "あらためた" in person.search_key
    for wrong in ({"name": ""}, {"name": "x" * 121}, {"name": "a\0"}, {"name": "a", "reading": "x" * 121}):
        assert operator.post("/own/name/", wrong).status_code == 422


def test_whom_the_ministry_vouches_for_keeps_its_name(operator: Client, world: World) -> None:
    person = world.person(RoleKind.OPERATOR)
    vouch_for(person=person, by="directory", actor="system:test", at=NOW)
    browser = signed_in(world, RoleKind.OPERATOR)
    page = browser.get("/own/").content.decode()
    assert "/accounts/password/change/" not in page
    assert browser.post("/own/name/", {"name": "別の名前"}).status_code == 403
    assert operator.get("/own/").status_code == 302


def test_a_token_is_shown_once_works_and_is_taken_back(operator: Client, world: World) -> None:
    made = operator.post("/own/tokens/", TOKEN).content.decode()
    found = re.search(r"<code>(mado_[^<]+)</code>", made)
    assert found
    secret = found.group(1)
    assert secret not in operator.get("/own/").content.decode()
    bearer = {"authorization": f"Bearer {secret}"}
    assert Client().get(f"{BASE}/tickets", headers=bearer).status_code == 200
    token = ApiToken.objects.get()
    stranger = signed_in(world, RoleKind.AUDITOR)
    assert stranger.post(f"/own/tokens/{token.pk}/").status_code == 404
    assert operator.post(f"/own/tokens/{token.pk}/").status_code == 302
    assert Client().get(f"{BASE}/tickets", headers=bearer).status_code == 401
    acts = list(HistoryRow.objects.filter(act__endswith="_token").order_by("number").values_list("act", flat=True))
    assert acts == ["give_token", "revoke_token"]


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": "a\0"}, {"days": "0"}, {"days": "367"}, {"days": "x"}, {"name": "x" * 101}]
)
def test_a_wrong_token_is_not_made(operator: Client, change: dict[str, str]) -> None:
    assert operator.post("/own/tokens/", TOKEN | change).status_code == 422
    assert ApiToken.objects.count() == 0


def test_kept_filters_are_shown_and_forgotten_by_their_owner(operator: Client, world: World) -> None:
    operator.post("/c/alpha/desk/filters/", {"name": "高い順", "query": "priority=high"})
    kept = SavedFilter.objects.get()
    assert "高い順" in operator.get("/own/").content.decode()
    assert signed_in(world, RoleKind.OPERATIONS_MANAGER).post(f"/own/filters/{kept.pk}/").status_code == 404
    assert operator.post(f"/own/filters/{kept.pk}/").status_code == 302
    assert SavedFilter.objects.count() == 0


@pytest.mark.django_db
def test_nobody_comes_here_without_signing_in() -> None:
    for page in PAGES:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(f"/own/{page}")
            assert answer.status_code in {302, 405}
            assert answer.status_code == 405 or answer["Location"].startswith("/accounts/login/")
