"""The same request answered once: a key remembers what was answered."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.api.models import ApiToken, KeptAnswer
from madoguchi.core.errors import MadoguchiError


class KeyReusedError(MadoguchiError):
    """The key was used for another request: a new request needs a new key."""


def answered_before(*, token: ApiToken, key: str, path: str, body: bytes) -> KeptAnswer | None:
    """Return what this request was answered before. Raises KeyReusedError for another request by the same key."""
    # the token's row is the lock: of two equal requests at once the second waits and finds the first one's answer
    ApiToken.objects.select_for_update().get(pk=token.pk)
    kept = KeptAnswer.objects.filter(token=token, key=key).first()
    if kept is not None and kept.request_hash != _hash(path, body):
        raise KeyReusedError(_("このIdempotency-Keyは別の内容の要求に使われています。新しいキーを使ってください。"))
    return kept


def keep_answer(
    *, token: ApiToken, key: str, path: str, body: bytes, status: int, answer: Mapping[str, Any], at: datetime
) -> None:
    KeptAnswer.objects.create(
        token=token, key=key, request_hash=_hash(path, body), status=status, body=dict(answer), at=at
    )


def _hash(path: str, body: bytes) -> str:
    return hashlib.sha256(path.encode() + b"\0" + body).hexdigest()
