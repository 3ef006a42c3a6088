"""Boxes read by IMAP. A message is known by the box's UIDVALIDITY and its UID."""

import imaplib
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from madoguchi.core.mail_vocabulary import AfterIntake, MailSecurity
from madoguchi.mail.errors import SourceError
from madoguchi.mail.faults import unopened, unreached, unsecured, unsigned
from madoguchi.mail.sources.source import HEAD, LARGEST, SECONDS, Server, groups, tls_context
from madoguchi.mail.values import Arrived

UID = re.compile(rb"\bUID (\d+)")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
LITERAL = re.compile(rb"\{(\d+)\}$")
SEARCHED_AT_ONCE = 100_000
STORED_AT_ONCE = 500


class ImapSource:
    """An open folder; `start` is the UID before which everything is settled."""

    def __init__(self, session: imaplib.IMAP4, *, server: Server, known_validity: int | None, start: int) -> None:
        self.session = session
        self.after = server.after
        self.server = server
        self._select()
        self.uid_validity = self._number("UIDVALIDITY")
        self.uid_next = self._number("UIDNEXT")
        self.start = start if known_validity == self.uid_validity else 1

    def _select(self) -> None:
        try:
            answer, data = self.session.select(f'"{self.server.folder}"')
        except (imaplib.IMAP4.error, UnicodeError) as error:
            raise unopened(self.server, error) from error
        if answer != "OK":
            raise unopened(self.server, imaplib.IMAP4.error(data[0]))

    def _number(self, name: str) -> int:
        _, found = self.session.response(name)
        if not found or found[-1] is None:
            raise SourceError(f"the server gives no {name}; allowed: an IMAP server that does")
        return int(found[-1])

    def _ask(self, question: Callable[[], tuple[str, list[Any]]]) -> list[Any]:
        """Return the server's data. Raises SourceError where it says no or breaks off."""
        try:
            answer, data = question()
        except imaplib.IMAP4.error as error:
            raise unreached(self.server, error) from error
        if answer != "OK":
            raise unreached(self.server, imaplib.IMAP4.error(data[0]))
        return data

    def listed(self) -> list[str]:
        lowest = 1 if self.after is AfterIntake.EXPUNGE else self.start
        uids = [uid for first, last in self._ranges(lowest) for uid in self._search(f"UID {first}:{last}")]
        if lowest > 1:
            # kept before, yet not marked as read: the connection broke off in between
            uids += self._search(f"UNSEEN UID 1:{lowest - 1}")
        return [f"{self.uid_validity}/{uid}" for uid in sorted(set(uids))]

    def _ranges(self, lowest: int) -> Iterator[tuple[int, int]]:
        for first in range(lowest, self.uid_next, SEARCHED_AT_ONCE):
            yield first, min(first + SEARCHED_AT_ONCE, self.uid_next) - 1

    def _search(self, criteria: str) -> list[int]:
        (found, *_) = self._ask(lambda: self.session.uid("SEARCH", criteria)) or [b""]
        return [int(each) for each in (found or b"").split()]

    def fetched(self, keys: Sequence[str]) -> Iterator[list[Arrived]]:
        for start in range(0, len(keys), STORED_AT_ONCE):
            part = keys[start : start + STORED_AT_ONCE]
            sizes = self._sizes(part)
            for group in groups([(key, sizes[key]) for key in part if key in sizes]):
                whole = [(key, size) for key, size in group if size <= LARGEST]
                huge = [(key, size) for key, size in group if size > LARGEST]
                yield [*self._bodies(whole, "BODY.PEEK[]"), *self._bodies(huge, f"BODY.PEEK[]<0.{HEAD}>")]

    def _sizes(self, keys: Sequence[str]) -> dict[str, int]:
        data = self._ask(lambda: self.session.uid("FETCH", _set(keys), "(RFC822.SIZE)"))
        found = [(UID.search(line), SIZE.search(line)) for line in data if isinstance(line, bytes)]
        return {f"{self.uid_validity}/{int(uid[1])}": int(size[1]) for uid, size in found if uid and size}

    def _bodies(self, group: Sequence[tuple[str, int]], what: str) -> Iterator[Arrived]:
        """Yield messages; the literal must be as long as it was announced, or the connection broke off inside."""
        if not group:
            return
        sizes = dict(group)
        data = self._ask(lambda: self.session.uid("FETCH", _set(list(sizes)), f"(UID INTERNALDATE {what})"))
        for line, rest in zip(data, [*data[1:], b""], strict=True):
            if not isinstance(line, tuple):
                continue
            head, raw = line
            tail = rest if isinstance(rest, bytes) else b""
            uid, announced = UID.search(head) or UID.search(tail), LITERAL.search(head)
            if uid is None or announced is None or int(announced[1]) != len(raw):
                raise SourceError("the server broke off inside a message")
            key = f"{self.uid_validity}/{int(uid[1])}"
            size = sizes[key] if what != "BODY.PEEK[]" else len(raw)
            yield Arrived(source_key=key, raw=raw, received_at=_moment(head + tail), size=size)

    def let_go(self, keys: Collection[str]) -> None:
        ordered = sorted(keys, key=_uid)
        for start in range(0, len(ordered), STORED_AT_ONCE):
            self._let_go(_set(ordered[start : start + STORED_AT_ONCE]))

    def _let_go(self, chosen: str) -> None:
        flag = r"(\Seen)" if self.after is AfterIntake.FLAG else r"(\Deleted)"
        self._ask(lambda: self.session.uid("STORE", chosen, "+FLAGS.SILENT", flag))
        if self.after is AfterIntake.FLAG:
            return
        if "UIDPLUS" in self.session.capabilities:
            self._ask(lambda: self.session.uid("EXPUNGE", chosen))
        else:
            self._ask(self.session.expunge)


def _uid(key: str) -> int:
    return int(key.rpartition("/")[2])


def _set(keys: Sequence[str]) -> str:
    return ",".join(str(_uid(key)) for key in keys)


def _moment(head: bytes) -> datetime:
    """Return when the server received a message: its INTERNALDATE, or the beginning of time where it names none."""
    parsed = imaplib.Internaldate2tuple(head)
    return datetime.fromtimestamp(time.mktime(parsed) if parsed else 0, UTC)


@contextmanager
def imap_source(*, server: Server, known_validity: int | None, start: int) -> Iterator[ImapSource]:
    """Open a folder and close it again. Raises SourceError where the server cannot be reached or refuses us."""
    session = connected(server)
    try:
        yield ImapSource(session, server=server, known_validity=known_validity, start=start)
    finally:
        close(session)


def connected(server: Server) -> imaplib.IMAP4:
    try:
        if server.security is MailSecurity.TLS:
            session: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                server.host, server.port, ssl_context=tls_context(), timeout=SECONDS
            )
        else:
            session = imaplib.IMAP4(server.host, server.port, timeout=SECONDS)
    except (OSError, imaplib.IMAP4.error) as error:
        raise unreached(server, error) from error
    refused = unsecured
    try:
        if server.security is MailSecurity.STARTTLS:
            session.starttls(tls_context())
        refused = unsigned
        session.login(server.account, server.secret)
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        close(session)
        raise refused(server, error) from error
    return session


def close(session: imaplib.IMAP4) -> None:
    try:
        session.logout()
    except (OSError, imaplib.IMAP4.error):
        session.shutdown()
