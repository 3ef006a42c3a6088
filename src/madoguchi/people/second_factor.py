"""Secrets of second factors, kept encrypted."""

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext as _

from madoguchi.people.sealing import UnreadableSecretError, opened, sealed

PURPOSE = b"madoguchi second factor"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    """Whoever reads the database alone cannot make codes."""

    def encrypt(self, text: str) -> str:
        return sealed(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return opened(encrypted_text, purpose=PURPOSE)
        except UnreadableSecretError:
            raise UnreadableSecretError(
                _("二要素認証の秘密情報を読めません。管理者に二要素認証の解除を依頼してください。")
            ) from None
