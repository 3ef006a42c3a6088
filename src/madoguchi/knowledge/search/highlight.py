"""The part of a text that was found, with the words marked."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from madoguchi.knowledge.search.words import spans_of

BEFORE = 40
SHOWN = 160
MAX_TEXT = 4_000


def highlighted(*, text: str, words: Sequence[str]) -> SafeString:
    """Return an escaped excerpt from a little before the first match on, each matching word in <mark>."""
    text = text[:MAX_TEXT]
    return _excerpt(text, _literal(text, words) or _by_words(text, words))


def highlighted_fields(texts: Sequence[str], *, words: Sequence[str]) -> list[SafeString]:
    """Return an excerpt of each text; only where no text holds a word as it stands are they cut into words."""
    texts = [text[:MAX_TEXT] for text in texts]
    literal = [_literal(text, words) for text in texts]
    matches = literal if any(literal) else [_by_words(text, words) for text in texts]
    return [_excerpt(text, each) for text, each in zip(texts, matches, strict=True)]


def _excerpt(text: str, matches: Sequence[tuple[int, int]]) -> SafeString:
    start = max(0, matches[0][0] - BEFORE) if matches else 0
    stop = min(len(text), start + SHOWN)
    pieces, at = ["…" if start else ""], start
    for begin, end in matches:
        if begin >= at and end <= stop:
            pieces += [escape(text[at:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
            at = end
    pieces += [escape(text[at:stop]), "…" if stop < len(text) else ""]
    return mark_safe("".join(pieces))  # noqa: S308  # every part is escaped above


def _by_words(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    wanted = frozenset(words)
    return [(begin, end) for begin, end, word in spans_of(text) if word in wanted]


def _literal(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the words stand as they are; most do, and to cut a text into words costs far more."""
    if not words:
        return []
    longest_first = sorted(set(words), key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(word) for word in longest_first), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]
