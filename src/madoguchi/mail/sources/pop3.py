"""Boxes read by POP3. A message is known by its UIDL; it is deleted when the session ends well."""

import poplib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from madoguchi.core.mail_vocabulary import AfterIntake, MailSecurity
from madoguchi.mail.errors import SourceError
from madoguchi.mail.faults import unreached, unsecured, unsigned
from madoguchi.mail.sources.source import LARGEST, SECONDS, Server, groups, tls_context
from madoguchi.mail.values import Arrived

HEAD_LINES = 1_000
LONGEST_UIDL = 70


class Pop3Source:
    """An open box. POP3 does not say when a message came: the moment it is fetched has to do."""

    def __init__(self, session: poplib.POP3, *, after: AfterIntake, now: datetime) -> None:
        self.session, self.after, self.now = session, after, now
        try:
            self.numbers = dict(self._lines(session.uidl()[1]))
            self.sizes = {number: int(size) for size, number in self._lines(session.list()[1])}
        except (poplib.error_proto, ValueError) as error:
            raise SourceError(f"the server lists no messages: {error}") from error

    @staticmethod
    def _lines(lines: Sequence[bytes]) -> Iterator[tuple[str, int]]:
        """Yield the second word of each line with the message's number, the first."""
        for line in lines:
            number, _, rest = line.decode("ascii", "replace").partition(" ")
            if len(rest) > LONGEST_UIDL:
                raise SourceError(f"UIDL of {len(rest)} characters; allowed: {LONGEST_UIDL}")
            yield rest, int(number)

    def listed(self) -> list[str]:
        return [f"uidl/{each}" for each in self.numbers]

    def _number(self, key: str) -> int:
        return self.numbers[key.removeprefix("uidl/")]

    def fetched(self, keys: Sequence[str]) -> Iterator[list[Arrived]]:
        for group in groups([(key, self.sizes[self._number(key)]) for key in keys]):
            yield [self._message(key, size) for key, size in group]

    def _message(self, key: str, size: int) -> Arrived:
        try:
            if size > LARGEST:
                lines = self.session.top(self._number(key), HEAD_LINES)[1]
            else:
                lines = self.session.retr(self._number(key))[1]
        except poplib.error_proto as error:
            raise SourceError(f"the server does not give message {key}: {error}") from error
        raw = b"\r\n".join([*lines, b""])
        return Arrived(source_key=key, raw=raw, received_at=self.now, size=size if size > LARGEST else len(raw))

    def let_go(self, keys: Collection[str]) -> None:
        if self.after is not AfterIntake.EXPUNGE:
            return
        try:
            for key in keys:
                self.session.dele(self._number(key))
        except poplib.error_proto as error:
            raise SourceError(f"the server does not delete: {error}") from error


@contextmanager
def pop3_source(*, server: Server, now: datetime) -> Iterator[Pop3Source]:
    """Open a box; deletions count once it is closed without a fault. Raises SourceError where that cannot be."""
    session = _connected(server)
    try:
        yield Pop3Source(session, after=server.after, now=now.astimezone(UTC))
        session.quit()
    except poplib.error_proto as error:
        raise unreached(server, error) from error
    finally:
        session.close()


def _connected(server: Server) -> poplib.POP3:
    try:
        if server.security is MailSecurity.TLS:
            session: poplib.POP3 = poplib.POP3_SSL(server.host, server.port, timeout=SECONDS, context=tls_context())
        else:
            session = poplib.POP3(server.host, server.port, timeout=SECONDS)
    except (OSError, poplib.error_proto) as error:
        raise unreached(server, error) from error
    refused = unsecured
    try:
        if server.security is MailSecurity.STARTTLS:
            session.stls(tls_context())
        refused = unsigned
        session.user(server.account)
        session.pass_(server.secret)
    except (OSError, poplib.error_proto) as error:
        session.close()
        raise refused(server, error) from error
    return session
