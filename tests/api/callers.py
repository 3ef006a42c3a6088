"""Programs that call the API in tests."""

import json
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.desk_world import World

from madoguchi.api.operations import give_token
from madoguchi.assets.models import Item
from madoguchi.assets.operations.items import NewItem, add_item
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import Register

BASE = "/api/v1/contracts/alpha"
GIVEN = {"subject": "件名", "text": "本文", "kind": "fault"}


def an_item(world: World) -> Item:
    new = NewItem(register=Register.LOAN, number="L-1", name="ノートPC")
    return add_item(access=world.access[RoleKind.OPERATOR], new=new, now=timezone.now())


class Caller:
    """A program with a token."""

    def __init__(self, world: World, kind: RoleKind, *, may_write: bool = True) -> None:
        self.secret = give_token(
            person=world.person(kind), name="試験", may_write=may_write, days=1, actor="system:test", at=timezone.now()
        )
        self.client = Client()

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401
        return self.client.generic(
            method, path, data="" if body is None else json.dumps(body), content_type="application/json",
            headers={"authorization": f"Bearer {self.secret}", **headers},
        )  # fmt: skip


def fields(answer: Any) -> list[str]:  # noqa: ANN401
    return [each["field"] for each in answer.json()["problems"]]
