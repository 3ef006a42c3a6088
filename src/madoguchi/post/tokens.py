"""Signed tokens: what shows that a message answers one of ours, without trusting what it says.

A signing key is secret and long-lived. One key signs; several are believed, so that keys can be changed.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence

from madoguchi.core.errors import MadoguchiError

KEY_BYTES = 16
SIGNATURE_BYTES = 10
REFERENCE = r"[A-Za-z0-9][A-Za-z0-9._]{0,15}(?:-[A-Za-z0-9._]{1,15}){0,3}"
SIGNATURE = r"[A-Za-z2-7]{16}"
NONCE = r"[A-Za-z0-9]{8,40}"
WHOLE_REFERENCE = re.compile(rf"{REFERENCE}\Z")
WHOLE_NONCE = re.compile(rf"{NONCE}\Z")
EXTENSION = re.compile(rf"({REFERENCE})-({SIGNATURE})\Z")
TEXT_TOKEN = re.compile(rf"\[#({REFERENCE}):({SIGNATURE})\]")
SUBJECT_TAG = re.compile(rf"\[#({REFERENCE})\]")
MESSAGE_ID = re.compile(rf"({REFERENCE})\.({NONCE})\.({SIGNATURE})@([A-Za-z0-9.-]{{1,250}})\Z")
LOCAL_PART_LENGTH = 64
TOKENS_READ = 50


class TokenRefusedError(MadoguchiError):
    """A value cannot be signed or stand in an address; the text names it and what is allowed."""


def canonical(reference: str) -> str:
    """Return a reference as it is compared: mail systems change the case of addresses."""
    return reference.strip().upper()


def _signature(key: bytes, purpose: str, *values: str) -> str:
    if len(key) < KEY_BYTES:
        raise TokenRefusedError(f"signing key of {len(key)} bytes; allowed: at least {KEY_BYTES}")
    text = "\0".join((purpose, *(value.casefold() for value in values)))
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode("ascii").lower()


def _is_signed(keys: Iterable[bytes], signature: str, purpose: str, *values: str) -> bool:
    """Compare with every key, in a time that tells nothing."""
    given = signature.lower()
    matches = [hmac.compare_digest(_signature(key, purpose, *values), given) for key in keys]
    return any(matches)


def _checked(reference: str) -> str:
    if not WHOLE_REFERENCE.match(reference):
        raise TokenRefusedError(f"reference {reference!r}; allowed: letters, digits, '.', '_' and '-' between them")
    return canonical(reference)


def sign_address(*, mailbox: str, reference: str, key: bytes) -> str:
    """Return the address to answer to: it leads back to the ticket even from a mailer that drops references."""
    local, _, domain = mailbox.rpartition("@")
    value = _checked(reference)
    extended = f"{local}+{value.lower()}-{_signature(key, 'address', mailbox, value)}"
    if not local or len(extended) > LOCAL_PART_LENGTH:
        raise TokenRefusedError(f"address {extended}@{domain}; allowed: {LOCAL_PART_LENGTH} characters before the @")
    return f"{extended}@{domain}"


def base_address(address: str) -> str:
    """Return the mailbox of an address with an extension, as it is compared."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}".casefold()


def read_address(*, address: str, mailboxes: Iterable[str], keys: Sequence[bytes]) -> str | None:
    """Return the reference an address of ours was signed for."""
    local, _, domain = address.rpartition("@")
    mailbox_local, _, extension = local.partition("+")
    found = EXTENSION.match(extension)
    if not found:
        return None
    mailbox, own = f"{mailbox_local}@{domain}".casefold(), {each.casefold() for each in mailboxes}
    is_ours = mailbox in own and _is_signed(keys, found[2], "address", mailbox, canonical(found[1]))
    return canonical(found[1]) if is_ours else None


def sign_text(*, reference: str, key: bytes) -> str:
    """Return the token that stands in the text of an answer and comes back in its quote."""
    value = _checked(reference)
    return f"[#{value}:{_signature(key, 'text', value)}]"


def read_text(*, text: str, keys: Sequence[bytes]) -> tuple[str, ...]:
    """Return the references of the signed tokens in a text, in their order."""
    tokens = [found.groups() for found, _ in zip(TEXT_TOKEN.finditer(text), range(TOKENS_READ), strict=False)]
    valid = [canonical(name) for name, signature in tokens if _is_signed(keys, signature, "text", canonical(name))]
    return tuple(dict.fromkeys(valid))


def subject_tag(reference: str) -> str:
    return f"[#{_checked(reference)}]"


def read_subject_tags(subject: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(canonical(each) for each in SUBJECT_TAG.findall(subject)[:TOKENS_READ]))


def make_message_id(*, reference: str, nonce: str, domain: str, key: bytes) -> str:
    """Return a Message-ID, without brackets, by which our own messages and answers to them are known."""
    value = _checked(reference)
    if not WHOLE_NONCE.match(nonce):
        raise TokenRefusedError(f"nonce {nonce!r}; allowed: 8 to 40 letters and digits")
    return f"{value.lower()}.{nonce}.{_signature(key, 'message', value, nonce, domain)}@{domain}"


def read_message_id(*, message_id: str, keys: Sequence[bytes]) -> str | None:
    """Return the reference of a Message-ID that we made."""
    found = MESSAGE_ID.match(message_id)
    if not found:
        return None
    reference, nonce, signature, domain = found.groups()
    value = canonical(reference)
    return value if _is_signed(keys, signature, "message", value, nonce, domain) else None
