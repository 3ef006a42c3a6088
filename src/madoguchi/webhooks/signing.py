"""Signatures of messages as the Standard Webhooks specification writes them (version 1, symmetric)."""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime

from madoguchi.core.errors import MadoguchiError

PREFIX = "whsec_"
PURPOSE = b"madoguchi webhooks"
SECRET_BYTES = 32
# how far a message's moment may be from now, either way
TOLERANCE_SECONDS = 300
MAX_SIGNATURES = 10


class SignatureError(MadoguchiError):
    """The message is not from who it says, not whole, or too old."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signature(*, secret: str, message: str, at: datetime, body: bytes) -> str:
    """Return `v1,` and the base64 of the HMAC-SHA256 over the message's id, its moment in seconds and its body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message.encode(), str(int(at.timestamp())).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")


def check_signature(*, secret: str, message: str, moment: str, signatures: str, body: bytes, now: datetime) -> None:
    """Raise SignatureError unless one of the signatures (separated by spaces) is the secret's and the moment is near.

    The moment is in whole seconds since 1970.
    """
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):  # noqa: PLR2004  # some 30,000 years
        raise SignatureError("webhook-timestamp")
    if abs(now.timestamp() - int(moment)) > TOLERANCE_SECONDS:
        raise SignatureError("webhook-timestamp")
    key = base64.b64decode(secret.removeprefix(PREFIX))
    wanted = hmac.digest(key, b".".join((message.encode(), moment.encode(), body)), hashlib.sha256)
    given = [_digest(each) for each in signatures.split(" ")[:MAX_SIGNATURES]]
    if not any([hmac.compare_digest(each, wanted) for each in given]):  # noqa: C419  # each is compared, in equal time
        raise SignatureError("webhook-signature")


def _digest(text: str) -> bytes:
    version, _, written = text.partition(",")
    if version != "v1":
        return b""
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return b""
