"""The samples' expected.json held against a message: one place for every folder of the same shape."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from madoguchi.post.delivery import Recipient
from madoguchi.post.message import Message
from madoguchi.post.sorting import Sorting, classify

# what the words of a `must_not` may not stand in: the HTML we show
SHOWN = ("<script", "onerror", "onload", "javascript:", "data:text/html", "<iframe", "<form", "<base", "http-equiv")
SHOWN_TOO = ("@import", "position:fixed")


def cases(folder: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return loaded


def _attachments(message: Message) -> list[dict[str, object]]:
    return [{"filename": each.file_name, "size": each.size, "sha256": each.sha256} for each in message.attachments]


def _sorted(message: Message) -> Sorting:
    return classify(message=message, own_addresses=["helpdesk@example.go.jp"])


def _failed(message: Message) -> Recipient | None:
    report = _sorted(message).report
    return report.failed[0] if report and report.failed else None


def _original(message: Message) -> str | None:
    report = _sorted(message).report
    return report.original_message_id if report else None


READERS: Mapping[str, Callable[[Message], object]] = {
    "subject": lambda message: message.subject,
    "text": lambda message: message.text,
    "from_name": lambda message: message.author.name if message.author else None,
    "from_addr": lambda message: message.author.address if message.author else None,
    "attachments": _attachments,
    "automatic": lambda message: _sorted(message).is_automatic,
    "bounce": lambda message: _sorted(message).is_bounce,
    "status": lambda message: recipient.status if (recipient := _failed(message)) else None,
    "failed_recipient": lambda message: recipient.address if (recipient := _failed(message)) else None,
    "original_message_id": _original,
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
    if "an automatic reply is sent" in case["must_not"] and _sorted(message).may_be_answered:
        found.append("an automatic reply may be sent")
    unknown = set(must) - set(READERS) - {"text_contains"}
    found += [f"{key}: no test knows it" for key in sorted(unknown)]
    found += [word for word in case["must_not"] if word in (*SHOWN, *SHOWN_TOO) and word in shown]
    return found
