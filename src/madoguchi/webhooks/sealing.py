"""Secrets that must be read again, kept so that the table alone does not tell them."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def _key() -> Fernet:
    derived = hashlib.sha256(b"madoguchi webhooks\0" + str(settings.SECRET_KEY).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))


def sealed(secret: str) -> str:
    return _key().encrypt(secret.encode()).decode("ascii")


def opened(kept: str) -> str:
    return _key().decrypt(kept.encode("ascii")).decode()
