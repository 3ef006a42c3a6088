"""The same request answered once: a key remembers what was answered."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.api.models import ApiToken, KeptAnswer
from madoguchi.core.errors import MadoguchiError


class KeyReusedError(MadoguchiError):
    """The key was used for another request: a new request needs a new key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request that names a key."""

    token: ApiToken
    key: str
    path: str
    body: bytes

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.path.encode() + b"\0" + self.body).hexdigest()


def answered_before(asked: Asked) -> KeptAnswer | None:
    """Return what this request was answered before. Raises KeyReusedError for another request by the same key."""
    # the token's row is the lock: of two equal requests at once the second waits and finds the first one's answer
    ApiToken.objects.select_for_update().get(pk=asked.token.pk)
    kept = KeptAnswer.objects.filter(token=asked.token, key=asked.key).first()
    if kept is not None and kept.request_hash != asked.hash:
        raise KeyReusedError(_("このIdempotency-Keyは別の内容の要求に使われています。新しいキーを使ってください。"))
    return kept


def keep_answer(asked: Asked, *, status: int, answer: Mapping[str, Any], at: datetime) -> None:
    KeptAnswer.objects.create(
        token=asked.token, key=asked.key, request_hash=asked.hash, status=status, body=dict(answer), at=at
    )
