"""What came back undelivered: from reports that keep the standard, and from those that do not."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from madoguchi.post.identifiers import parse_message_id
from madoguchi.post.limits import REPORTED_RECIPIENTS
from madoguchi.post.message import Message

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<!\d)([45])\d\d(?!\d)")
NAMED_RECIPIENT = re.compile(
    r"[ \t]{0,8}<?([^\s<>@:;,\"()]{1,200}@[^\s<>@:;,\"()]{1,200})>?[ \t]{0,4}(?::|\.{3}|$|[ \t]*\()"
)
SPOKEN_OF = re.compile(
    r"(?:deliver|recipient|宛先|宛て|配信|送信|送達)[^<\n]{0,120}<([^\s<>@:;,\"()]{1,200}@[^\s<>@:;,\"()]{1,200})>",
    re.IGNORECASE,
)
QUOTED_ID = re.compile(r"^[>\s]{0,10}message-id:\s{0,10}<?([^\s<>]{3,400})>?", re.IGNORECASE | re.MULTILINE)
LINES_READ = 400
REASON_LINES = 4
LONGEST_LINE = 500
FAILED, DELAYED = "failed", "delayed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """One address a report speaks of. `status` is the enhanced code, or empty where none was given."""

    address: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryReport:
    recipients: tuple[Recipient, ...]
    original_message_id: str | None

    @property
    def failed(self) -> tuple[Recipient, ...]:
        return tuple(each for each in self.recipients if each.action == FAILED)


def standard_report(message: Message) -> DeliveryReport | None:
    """Read a report as RFC 3464 wants it; None where the message is none."""
    groups = [dict(reversed(fields)) for fields in message.report_fields]
    recipients = [
        _recipient(fields) for fields in groups if "final-recipient" in fields or "original-recipient" in fields
    ]
    if not recipients:
        return None
    return DeliveryReport(
        recipients=tuple(recipients[:REPORTED_RECIPIENTS]), original_message_id=_original_message_id(message)
    )


def loose_report(message: Message) -> DeliveryReport:
    """Read what mail systems write in plain words: addresses, and a code near each."""
    lines = message.text.split("\n", LINES_READ)[:LINES_READ]
    named = [(index, NAMED_RECIPIENT.match(line[:LONGEST_LINE])) for index, line in enumerate(lines)]
    found = [_named(match[1], lines[index : index + REASON_LINES]) for index, match in named if match]
    if not found:
        # in the middle of a sentence
        spoken = [(index, SPOKEN_OF.search(line[:LONGEST_LINE])) for index, line in enumerate(lines)]
        found = [_named(match[1], lines[index : index + REASON_LINES]) for index, match in spoken if match]
    listed = re.split(r"[,\s]+", message.header("x-failed-recipients"))[:REPORTED_RECIPIENTS]
    known = {each.address.casefold() for each in found}
    reason = lines[:LINES_READ]
    found += [_named(each, reason) for each in listed if each and each.casefold() not in known]
    unique = {each.address.casefold(): each for each in reversed(found)}
    return DeliveryReport(
        recipients=tuple(reversed(unique.values()))[:REPORTED_RECIPIENTS],
        original_message_id=_original_message_id(message),
    )


def _recipient(fields: Mapping[str, str]) -> Recipient:
    address = fields.get("final-recipient") or fields.get("original-recipient", "")
    diagnostic = fields.get("diagnostic-code", "")
    status = STATUS.search(fields.get("status", "")) or STATUS.search(diagnostic[:2_000])
    return Recipient(
        address=address.rpartition(";")[2].strip(' \t<>"'),
        action=fields.get("action", FAILED).split(" ")[0].strip().lower(),
        status=status[1] if status else "",
        diagnostic=diagnostic[:LONGEST_LINE],
    )


def _named(address: str, lines: Iterable[str]) -> Recipient:
    reason = " ".join(line[:LONGEST_LINE].strip() for line in lines)
    return Recipient(address=address, action=FAILED, status=_status(reason), diagnostic=reason[:LONGEST_LINE])


def _status(reason: str) -> str:
    exact = STATUS.search(reason)
    if exact:
        return exact[1]
    code = REPLY_CODE.search(reason)
    return f"{code[1]}.0.0" if code else ""


def _original_message_id(message: Message) -> str | None:
    """Look in the returned headers, the returned message, the text that quotes it, and what the report answers."""
    returned = dict(reversed(message.returned_headers)).get("message-id", "")
    found = parse_message_id(returned) if returned else None
    if found is None:
        found = next((each.message_id for each in message.nested if each.message_id), None)
    if found is None:
        quoted = QUOTED_ID.search(message.text[:200_000])
        found = quoted[1] if quoted else None
    return found or next(iter((*message.in_reply_to, *reversed(message.references))), None)
