"""Article texts (Markdown) as HTML that holds nothing else."""

from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe

MAX_LENGTH = 60_000


@lru_cache(maxsize=1)
def _reader() -> Any:  # noqa: ANN401  # markdown-it's object
    from markdown_it import MarkdownIt  # noqa: PLC0415  # only pages with articles pay for it

    reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": 20})
    return reader.enable("table").disable("image")


def html_of(text: str) -> SafeString:
    """Return Markdown as HTML: raw HTML and images are shown as text, links may only be http, https or mailto."""
    return mark_safe(str(_reader().render(text[:MAX_LENGTH])))  # noqa: S308  # the reader escapes everything
