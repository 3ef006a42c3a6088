"""Tokens given and taken back."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from madoguchi.api.models import ApiToken
from madoguchi.audit.operations import Entry, record
from madoguchi.audit.rules import INSTALLATION
from madoguchi.people.models import Person

PREFIX = "mado_"
LONGEST_DAYS = 366


def secret_hash(secret: str) -> str:
    """Return what is kept of a token; the secret itself is random enough to need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def give_token(*, person: Person, name: str, may_write: bool, days: int, actor: str, at: datetime) -> str:
    """Make a token and return its secret, which cannot be read again. It lasts at most 366 days."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person, name=name, hash=secret_hash(secret), may_write=may_write, created_at=at,
        expires_at=at + timedelta(days=min(days, LONGEST_DAYS)),
    )  # fmt: skip
    details = {"token": token.pk, "may_write": may_write}
    entry = Entry(act="give_token", subject=person.key, details=details)
    record(chain=INSTALLATION, at=at, actor=actor, entries=[entry])
    return secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: str, at: datetime) -> None:
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    entry = Entry(act="revoke_token", subject=token.person.key, details={"token": token.pk})
    record(chain=INSTALLATION, at=at, actor=actor, entries=[entry])
