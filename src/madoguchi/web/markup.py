"""Article texts (Markdown) as HTML that holds nothing else."""

import re
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe

MAX_LENGTH = 60_000
SCHEME = re.compile(r"([^/?#]*):")
SCHEMES = frozenset(("http", "https", "mailto"))


@lru_cache(maxsize=1)
def _reader() -> Any:  # noqa: ANN401  # markdown-it's object
    from markdown_it import MarkdownIt  # noqa: PLC0415  # only pages with articles pay for it

    reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": 20})
    reader.validateLink = leads_somewhere_safe  # type: ignore[method-assign,assignment]  # as the library asks it
    return reader.enable("table").disable("image")


def leads_somewhere_safe(address: str) -> bool:
    """Return whether a link stays here or is http, https or mailto: other schemes start programs of the reader's."""
    scheme = SCHEME.match(address.strip())
    return scheme is None or scheme.group(1).lower() in SCHEMES


def html_of(text: str) -> SafeString:
    """Return Markdown as HTML: raw HTML and images are shown as text, links may only be http, https or mailto."""
    return mark_safe(str(_reader().render(text[:MAX_LENGTH])))  # noqa: S308  # the reader escapes everything
