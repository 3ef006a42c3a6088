"""Message-IDs as they stand in headers, without their angle brackets."""

import re

from madoguchi.post.limits import REFERENCES

BRACKETED = re.compile(r"<([^<>\s]{1,500})>")
BARE = re.compile(r"[^\s<>()\",;]{1,250}@[^\s<>()\",;]{1,250}")
BARE_LENGTH = 250
FOLDED = re.compile(r"[\r\n\t ]+")


def parse_message_ids(text: str) -> tuple[str, ...]:
    """Return the identifiers in their order, each once; of very many the first and the latest count."""
    found = BRACKETED.findall(text)
    if not found and "<" in text:
        found = BRACKETED.findall(FOLDED.sub("", text))
    if not found:
        found = [word for word in text.split() if BARE.fullmatch(word[:600])]
    unique = list(dict.fromkeys(found))
    return tuple(unique if len(unique) <= REFERENCES else [unique[0], *unique[1 - REFERENCES :]])


def parse_message_id(text: str) -> str | None:
    """Return one identifier, or the bare word some mailers send instead of one."""
    found = parse_message_ids(text)
    if found:
        return found[0]
    word = text.strip(" \t<>")
    return word if word and len(word) <= BARE_LENGTH and not re.search(r"\s", word) else None
