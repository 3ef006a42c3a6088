"""Secrets that must be read again, kept encrypted by a key of the installation's secret."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from madoguchi.core.errors import MadoguchiError


class UnreadableSecretError(MadoguchiError):
    """A secret was kept under another key of the installation: it has to be made anew."""


def sealed(secret: str, *, purpose: bytes) -> str:
    return _box(purpose).encrypt(secret.encode()).decode("ascii")


def opened(kept: str, *, purpose: bytes) -> str:
    """Return a secret that was sealed for the same purpose. Raises UnreadableSecretError."""
    try:
        return _box(purpose).decrypt(kept.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError(str(UnreadableSecretError.__doc__)) from None


def _box(purpose: bytes) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(key))
