"""What a message is once it has been read."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from madoguchi.post.vocabulary import Trouble


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was wrong with a message, and where."""

    trouble: Trouble
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    name: str
    address: str

    @property
    def key(self) -> str:
        """The form in which two addresses are compared."""
        return self.address.casefold()


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file in a message. It is named and measured, never opened."""

    file_name: str
    content_type: str
    content: bytes
    content_id: str
    is_inline: bool

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message as text. `html` is safe to show and loads nothing.

    `new_text` is the text without what it quotes or forwards: right for an answer, too little for a first message.

    Message-IDs stand without angle brackets. `report_fields` are the field groups of a delivery or reading report,
    `returned_headers` the headers of the message such a report returns.
    """

    raw: bytes
    headers: tuple[tuple[str, str], ...]
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    authors: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    new_text: str
    html: str
    has_remote_content: bool
    attachments: tuple[Attachment, ...]
    nested: tuple["Message", ...]
    content_type: str
    report_fields: tuple[tuple[tuple[str, str], ...], ...]
    returned_headers: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]

    @property
    def author(self) -> Address | None:
        return self.authors[0] if self.authors else None

    @property
    def fingerprint(self) -> str:
        """What identifies the message where it carries no Message-ID."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def needs_quarantine(self) -> bool:
        return any(finding.trouble.needs_quarantine for finding in self.findings)

    def header(self, name: str) -> str:
        """Return the first header of this name, or an empty text."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), "")

    def header_values(self, name: str) -> tuple[str, ...]:
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)
