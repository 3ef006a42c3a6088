"""Secrets of second factors, kept encrypted by a key of the installation's secret."""

from base64 import urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from madoguchi.core.errors import MadoguchiError

PURPOSE = b"madoguchi second factor"


class UnreadableSecretError(MadoguchiError):
    """A second factor was kept under another secret of the installation; an administrator takes it away."""


def _box() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(key))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    """Whoever reads the database alone cannot make codes."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise UnreadableSecretError(
                _("二要素認証の秘密情報を読めません。管理者に二要素認証の解除を依頼してください。")
            ) from None
