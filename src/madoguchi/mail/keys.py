"""The keys that sign reply addresses and Message-IDs, derived from the installation's key for each contract."""

from django.conf import settings
from django.utils.crypto import salted_hmac

from madoguchi.contracts.models import Contract


def keys_of(contract: Contract) -> tuple[bytes, ...]:
    """Return the signing key, then those of earlier installation keys, which are still believed."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return tuple(
        salted_hmac("madoguchi.mail", contract.key, secret=each, algorithm="sha256").digest() for each in secrets
    )
