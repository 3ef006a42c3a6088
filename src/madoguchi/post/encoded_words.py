"""RFC 2047 encoded words, as broken as mailers make them."""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from madoguchi.post.charsets import codec_of, decode_text

PREFIX = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?")
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
LINE_BREAK = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
INJECTED = re.compile(r"[\r\n][ \t]{0,8}(?:\n?[!-9;-~]{1,76}:|\r|\n[ \t]{0,8}[\r\n])")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Word:
    charset: str
    is_base64: bool
    payload: bytes


def decode_words(value: str) -> str:
    """Return the text with every encoded word read; line breaks inside words are kept for the caller to judge."""
    if "=?" not in value:
        return value
    out = []
    for charset, group in groupby(_without_gaps(list(_tokens(value))), key=_charset_of):
        members = list(group)
        if charset is None:
            out += [member for member in members if isinstance(member, str)]
        else:
            words = [member for member in members if isinstance(member, _Word)]
            out.append(decode_text(data=_joined(words), label=charset).text)
    return "".join(out)


def _charset_of(token: "str | _Word") -> str | None:
    """Return what words that belong together have in common: mailers spell one charset in several ways."""
    return codec_of(token.charset) or token.charset.lower() if isinstance(token, _Word) else None


def _tokens(value: str) -> "Iterator[str | _Word]":
    """Split into plain text and words. Every search starts where the last one ended, so bait costs one pass."""
    position = 0
    while found := PREFIX.search(value, position):
        end = value.find("?=", found.end())
        if end < 0:
            break
        yield value[position : found.start()]
        payload = value[found.end() : end].encode("utf-8", "replace")
        yield _Word(charset=found[1], is_base64=found[2] in "bB", payload=payload)
        position = end + 2
    yield value[position:]


def _without_gaps(tokens: "Sequence[str | _Word]") -> "Iterator[str | _Word]":
    """White space between two words is not text."""
    last = len(tokens) - 1
    for index, token in enumerate(tokens):
        is_gap = isinstance(token, str) and not token.strip(" \t\r\n") and 0 < index < last
        if token != "" and not is_gap:
            yield token


def _joined(words: Sequence[_Word]) -> bytes:
    """Join the bytes before they are read: mailers cut words in the middle of a character, even of a base64 group."""
    out, pending = [], b""
    for index, word in enumerate(words):
        if not word.is_base64:
            out.append(binascii.a2b_qp(word.payload, header=True))
            continue
        pending += NOT_BASE64.sub(b"", word.payload)
        goes_on = index + 1 < len(words) and words[index + 1].is_base64
        if not goes_on or len(pending) % 4 == 0 or b"=" in word.payload:
            out.append(_base64(pending))
            pending = b""
    return b"".join(out)


def _base64(payload: bytes) -> bytes:
    whole = payload[:-1] if len(payload) % 4 == 1 else payload
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def has_injection(value: str) -> bool:
    """Whether a decoded text tries to begin another header or a body."""
    return INJECTED.search(value.rstrip()) is not None


def one_line(value: str) -> str:
    """Return a decoded text as one printable line; what follows an injected line break is cut off."""
    found = INJECTED.search(value)
    if found:
        value = value[: found.start()]
    value = LINE_BREAK.sub(" ", value)
    return UNPRINTABLE.sub(" ", value).strip(" ")
