"""HTML read as plain text: paragraphs, lists, and quotes marked as a text mail marks them."""

import re
from dataclasses import dataclass, field

from madoguchi.post.html_tokens import Tag, html_tokens

SPACE = re.compile(r"[ \t\r\n\f]+")
PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"}
LINES = {"div", "tr", "li", "dt", "dd", "caption", "center", "section", "article", "header", "footer", "address", "hr"}
RULE = "_" * 32
QUOTE_DEPTH = 20


@dataclass(kw_only=True, slots=True)
class _Writer:
    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    quote_depth: int = 0
    latest_depth: int = 0
    pre_depth: int = 0
    wants_blank: bool = False

    def take(self, token: str | Tag) -> None:
        if isinstance(token, str):
            self._text(token)
        elif token.name == "br":
            self._end_line(is_forced=True)
        elif token.name in PARAGRAPHS:
            self._block(token)
        elif token.name in LINES:
            self._end_line()
            self._mark(token)
        elif token.name in ("td", "th") and token.is_end:
            self.pieces.append("\t")

    def _text(self, text: str) -> None:
        if self.pre_depth:
            first, *others = text.split("\n")
            self.pieces.append(first)
            for line in others:
                self._end_line(is_forced=True)
                self.pieces.append(line)
            return
        words = SPACE.sub(" ", text)
        words = words if self.pieces else words.lstrip(" ")
        if words:
            self.pieces.append(words)

    def _block(self, tag: Tag) -> None:
        self._end_line()
        self.wants_blank = bool(self.lines)
        step = -1 if tag.is_end else 1
        if tag.name == "pre":
            self.pre_depth = max(0, self.pre_depth + step)
        elif tag.name == "blockquote":
            self.quote_depth = min(QUOTE_DEPTH, max(0, self.quote_depth + step))

    def _mark(self, tag: Tag) -> None:
        if tag.name == "li" and not tag.is_end:
            self.pieces.append("- ")
        elif tag.name == "hr":
            self.pieces.append(RULE)
            self._end_line()

    def _flush_blank(self) -> None:
        if self.wants_blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(">" * min(self.quote_depth, self.latest_depth))
        self.wants_blank = False
        self.latest_depth = self.quote_depth

    def _end_line(self, *, is_forced: bool = False) -> None:
        text = "".join(self.pieces)
        text = text.rstrip() if self.pre_depth else re.sub(" {2,}", " ", text).strip(" \t\r\n\xa0")
        self.pieces = []
        if not text and not is_forced:
            return
        self._flush_blank()
        mark = ">" * self.quote_depth
        self.lines.append(f"{mark} {text}" if mark else text)

    def text(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip("\n")


def html_to_text(html: str) -> str:
    """Return what a reader would see. Links keep their words only; the address stands in the HTML."""
    writer = _Writer()
    for token in html_tokens(html):
        writer.take(token)
    return writer.text().replace("\xa0", " ")
