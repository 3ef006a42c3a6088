"""An SMTP server of the tests' own, which takes, refuses or breaks off as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from tests.journeys.running_desk import free_port

PORT_TAKEN = 5


@dataclass(kw_only=True)
class Post:
    """What came, and what the server says to each recipient: an empty answer takes the mail."""

    port: int = 0
    answer: str = ""
    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802  # aiosmtpd's
        if self.answer:
            return self.answer
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, bytes(envelope.content)))
        return "250 OK"

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for _, _, raw in self.taken]


@contextmanager
def smtp_server() -> Iterator[Post]:
    post = Post(port=free_port())
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()
