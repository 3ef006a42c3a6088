"""HTML cut into tags and text in one pass. It need not agree with a browser: what is shown is written anew from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from madoguchi.post.limits import HTML_TAGS

NAME = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
UNQUOTED = re.compile(r"[^>\"']*")
ATTRIBUTE = re.compile(r"""([^\s=>"'/]{1,100})[\s/]*(?:=\s*("[^"]*"|'[^']*'|[^\s>"']*))?""")
# elements whose content is never text for a reader
DROPPED = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "iframe", "object", "template", "noembed", "noframes", "xmp")
}
ATTRIBUTES = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    name: str
    is_end: bool
    attribute_text: str

    def attributes(self) -> dict[str, str]:
        """Return the attributes with their character references read; the first of a name counts."""
        found: dict[str, str] = {}
        for match in ATTRIBUTE.finditer(self.attribute_text):
            found.setdefault(match[1].lower(), unescape((match[2] or "").strip("\"'")))
            if len(found) >= ATTRIBUTES:
                break
        return found


def html_tokens(html: str) -> Iterator[str | Tag]:
    """Yield texts, with character references read, and tags. After very many tags the rest is left out."""
    last_quote = {quote: html.rfind(quote) for quote in "\"'"}
    position = 0
    for _ in range(HTML_TAGS):
        start = html.find("<", position)
        if start < 0:
            break
        if start > position:
            yield unescape(html[position:start])
        position, token = _markup(html, start, last_quote)
        if token is not None:
            yield token
        if isinstance(token, Tag) and not token.is_end and token.name in DROPPED:
            found = DROPPED[token.name].search(html, position)
            position = found.start() if found else len(html)
    else:
        return
    if position < len(html):
        yield unescape(html[position:])


def _markup(html: str, start: int, last_quote: dict[str, int]) -> tuple[int, str | Tag | None]:
    """Return where the text goes on, and the tag; None for a comment, the sign itself where it begins nothing."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 2)
        return (end + 3 if end >= 0 else len(html)), None
    if html.startswith(("<!", "<?"), start):
        end = html.find(">", start)
        return (end + 1 if end >= 0 else len(html)), None
    found = NAME.match(html, start + 1)
    if not found:
        return start + 1, "<"
    end = _tag_end(html, found.end(), last_quote)
    tag = Tag(name=found[2].lower(), is_end=bool(found[1]), attribute_text=html[found.end() : end])
    return end + 1, tag


def _tag_end(html: str, position: int, last_quote: dict[str, int]) -> int:
    """Find the sign that ends a tag; inside quotes it ends nothing, and a quote that never ends is none."""
    while True:
        position = UNQUOTED.match(html, position).end()  # type: ignore[union-attr]  # it matches nothing, too
        if position >= len(html) or html[position] == ">":
            return position
        quote = html[position]
        position = html.index(quote, position + 1) + 1 if last_quote[quote] > position else position + 1
