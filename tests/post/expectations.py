"""The samples' expected.json held against a message: one place for every folder of the same shape."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from madoguchi.post.message import Message

# what the words of a `must_not` may not stand in: the HTML we show
SHOWN = ("<script", "onerror", "onload", "javascript:", "data:text/html", "<iframe", "<form", "<base", "http-equiv")
SHOWN_TOO = ("@import", "position:fixed")


def cases(folder: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return loaded


def _attachments(message: Message) -> list[dict[str, object]]:
    return [{"filename": each.file_name, "size": each.size, "sha256": each.sha256} for each in message.attachments]


READERS: Mapping[str, Callable[[Message], object]] = {
    "subject": lambda message: message.subject,
    "text": lambda message: message.text,
    "from_name": lambda message: message.author.name if message.author else None,
    "from_addr": lambda message: message.author.address if message.author else None,
    "attachments": _attachments,
}


def differences(message: Message, case: Mapping[str, Any]) -> list[str]:
    """Every expectation about reading that a message does not meet."""
    must: Mapping[str, Any] = case["must"]
    found = [
        f"{key}: {READERS[key](message)!r}, not {value!r}"
        for key, value in must.items()
        if key in READERS and READERS[key](message) != value
    ]
    if must.get("text_contains", "") not in message.text:
        found.append(f"text without {must['text_contains']!r}")
    shown = message.html.lower()
    found += [word for word in case["must_not"] if word in (*SHOWN, *SHOWN_TOO) and word in shown]
    return found
