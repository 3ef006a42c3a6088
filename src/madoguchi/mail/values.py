"""A message on its way in, before and after it is read."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi.post.message import Message
from madoguchi.post.sorting import Sorting


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """A message as a source hands it over. `envelope_sender` is None where the source does not know it."""

    source_key: str
    raw: bytes
    received_at: datetime
    size: int
    envelope_sender: str | None = None

    @property
    def is_whole(self) -> bool:
        return len(self.raw) >= self.size


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A message that was read and sorted; `sameness` is what all copies of it have in common."""

    arrived: Arrived
    message: Message
    sorting: Sorting
    sameness: str

    @property
    def sender(self) -> str:
        return self.message.author.key if self.message.author else ""

    @property
    def may_belong_to_a_ticket(self) -> bool:
        """Whether anything in it could lead to a ticket; most first mails have no such sign."""
        message = self.message
        to = (*message.to, *message.cc)
        has_token = "[#" in message.subject or "[#" in message.text or any("+" in each.address for each in to)
        has_reference = bool(message.in_reply_to or message.references)
        return has_reference or has_token or bool(self.sorting.reasons)
