"""What every source of mail can do."""

import ssl
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from madoguchi.core.mail_vocabulary import AfterIntake, MailSecurity
from madoguchi.mail.values import Arrived

SECONDS = 30.0
LARGEST = 25 * 1024 * 1024
HEAD = 1024 * 1024
BATCH_COUNT, BATCH_BYTES = 100, 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """Where a box is and how it is entered."""

    host: str
    port: int
    security: MailSecurity
    account: str
    secret: str
    folder: str
    after: AfterIntake


class Source(Protocol):
    """An open box. Every method raises SourceError or OSError where the server does not do its part."""

    def listed(self) -> list[str]:
        """Return the keys of the messages to look at, the oldest first."""

    def fetched(self, keys: Sequence[str]) -> Iterator[list[Arrived]]:
        """Yield messages in groups that memory can hold; of a huge one only its beginning."""

    def let_go(self, keys: Collection[str]) -> None:
        """Do with kept messages what the box is set to: delete or flag them."""


def tls_context() -> ssl.SSLContext:
    """Return TLS that proves the server's name; SSL_CERT_FILE names an authority of one's own."""
    return ssl.create_default_context()


def groups(sizes: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Yield keys with their sizes in groups of bounded count and bytes."""
    group: list[tuple[str, int]] = []
    for key, size in sizes:
        taken = min(size, LARGEST)
        if group and (len(group) >= BATCH_COUNT or sum(min(each, LARGEST) for _, each in group) + taken > BATCH_BYTES):
            yield group
            group = []
        group.append((key, size))
    if group:
        yield group
