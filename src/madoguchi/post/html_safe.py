"""HTML from strangers made safe to show: an allow-list, written anew, loading nothing from anywhere."""

from dataclasses import dataclass, field
from html import escape

import nh3

from madoguchi.post.html_tokens import Tag, html_tokens

ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
INLINE = {"b", "strong", "i", "em", "u", "s", "del", "ins", "sub", "sup", "small", "code", "span", "a"}
BLOCKS = {
    *("p", "div", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
}
EMPTY = {"br", "hr", "img"}
TAGS = INLINE | BLOCKS | EMPTY
LINK_SCHEMES = ("http://", "https://", "mailto:", "tel:")
REMOTE = ("http:", "https:", "//", "ftp:")
LOADING = ("src", "background", "poster", "href", "srcset", "data")
BLOCK_DEPTH, INLINE_DEPTH = 60, 12
DIGITS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class SafeHtml:
    html: str
    has_remote_content: bool


@dataclass(kw_only=True, slots=True)
class _Writer:
    out: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    has_remote_content: bool = False

    def take(self, token: str | Tag) -> None:
        if isinstance(token, str):
            self.out.append(escape(token, quote=False))
            return
        self._note_remote(token)
        if token.name not in TAGS:
            return
        if token.is_end:
            self._end(token.name)
        else:
            self._start(token)

    def _note_remote(self, tag: Tag) -> None:
        if tag.is_end or tag.name == "a" or self.has_remote_content or "/" not in tag.attribute_text:
            return
        given = tag.attributes()
        self.has_remote_content = any(given.get(name, "").strip().lower().startswith(REMOTE) for name in LOADING)

    def _start(self, tag: Tag) -> None:
        attributes = _attributes(tag)
        if tag.name == "img" and "src" not in attributes:
            self.out.append(escape(attributes.get("alt", ""), quote=False))
            return
        if tag.name in EMPTY:
            self.out.append(_written(tag.name, attributes))
        elif self._has_room(tag.name):
            self.out.append(_written(tag.name, attributes))
            self.open_tags.append(tag.name)

    def _has_room(self, name: str) -> bool:
        """Very deep nesting is a way to stop whoever reads it; the text stays, the tag goes."""
        inline_count = sum(each in INLINE for each in self.open_tags)
        limit = INLINE_DEPTH if name in INLINE else BLOCK_DEPTH
        return (inline_count if name in INLINE else len(self.open_tags) - inline_count) < limit

    def _end(self, name: str) -> None:
        if name not in self.open_tags:
            return
        while (latest := self.open_tags.pop()) != name:
            self.out.append(f"</{latest}>")
        self.out.append(f"</{name}>")

    def text(self) -> str:
        ends = [f"</{name}>" for name in reversed(self.open_tags)]
        return "".join([*self.out, *ends])


def _attributes(tag: Tag) -> dict[str, str]:
    allowed = ATTRIBUTES.get(tag.name)
    if not allowed or not tag.attribute_text.strip(" /"):
        return {}
    return {
        name: value
        for name, value in tag.attributes().items()
        if name in allowed and _is_harmless(tag.name, name, value)
    }


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return value.lower().startswith(LINK_SCHEMES) and value.isprintable()
    if name == "src":
        return tag == "img" and value.lower().startswith("cid:") and value.isprintable()
    if name in ("title", "alt"):
        return True
    return value.isascii() and value.isdigit() and len(value) <= DIGITS


def _written(name: str, attributes: dict[str, str]) -> str:
    pairs = "".join(f' {key}="{escape(value)}"' for key, value in sorted(attributes.items()))
    return f"<{name}{pairs}>"


def sanitise_html(html: str) -> SafeHtml:
    """Keep the allowed tags and all text; images only where they came in the same message (`cid:`).

    A second, independent sanitiser goes over the result with the same list.
    """
    writer = _Writer()
    for token in html_tokens(html):
        writer.take(token)
    cleaned = nh3.clean(
        writer.text(),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
    )
    return SafeHtml(html=cleaned, has_remote_content=writer.has_remote_content)
