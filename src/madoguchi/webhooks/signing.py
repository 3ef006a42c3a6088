"""Signatures of messages as the Standard Webhooks specification writes them (version 1, symmetric)."""

import base64
import binascii
import hashlib
import hmac
import secrets as randomness
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from madoguchi.core.errors import MadoguchiError
from madoguchi.people.sealing import UnreadableSecretError, opened
from madoguchi.webhooks.models import SecretHolder

PREFIX = "whsec_"
PURPOSE = b"madoguchi webhooks"
SECRET_BYTES = 32
# how far a message's moment may be from now, either way
TOLERANCE_SECONDS = 300
MAX_SIGNATURES = 10


class SignatureError(MadoguchiError):
    """The message is not from who it says, not whole, or too old."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode("ascii")


def secrets_of(holder: SecretHolder, *, now: datetime) -> list[str]:
    """Return the secrets that hold now, the new one first; one before it that cannot be read holds no more.

    Raises UnreadableSecretError.
    """
    held = [opened(holder.sealed_secret, purpose=PURPOSE)]
    if holder.previous_until is not None and now < holder.previous_until:
        with suppress(UnreadableSecretError):
            held.append(opened(holder.sealed_previous, purpose=PURPOSE))
    return held


def signature(*, secret: str, message: str, at: datetime, body: bytes) -> str:
    """Return `v1,` and the base64 of the HMAC-SHA256 over the message's id, its moment in seconds and its body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message.encode(), str(int(at.timestamp())).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")


def check_signature(
    *, secrets: Sequence[str], message: str, moment: str, signatures: str, body: bytes, now: datetime
) -> None:
    """Raise SignatureError unless one of the signatures (separated by spaces) is one secret's and the moment is near.

    The moment is in whole seconds since 1970.
    """
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):  # noqa: PLR2004  # some 30,000 years
        raise SignatureError("webhook-timestamp")
    if abs(now.timestamp() - int(moment)) > TOLERANCE_SECONDS:
        raise SignatureError("webhook-timestamp")
    keys = [base64.b64decode(each.removeprefix(PREFIX)) for each in secrets]
    signed = b".".join((message.encode(), moment.encode(), body))
    wanted = [hmac.digest(key, signed, hashlib.sha256) for key in keys]
    given = [_digest(each) for each in signatures.split(" ")[:MAX_SIGNATURES]]
    # each is compared, in equal time
    if not any([hmac.compare_digest(each, one) for each in given for one in wanted]):  # noqa: C419
        raise SignatureError("webhook-signature")


def _digest(text: str) -> bytes:
    version, _, written = text.partition(",")
    if version != "v1":
        return b""
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return b""
