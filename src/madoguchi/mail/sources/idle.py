"""A folder listened to by IDLE (RFC 2177): the server says at once when something came."""

import imaplib
import select
import time
from collections.abc import Callable

from madoguchi.mail.errors import SourceError
from madoguchi.mail.sources.imap import close, connected
from madoguchi.mail.sources.source import Server

# a server may end a connection that was idle for 30 minutes
REISSUE_SECONDS = 28 * 60.0
STEP_SECONDS = 1.0
TAG = b"LISTEN"


def listen(
    server: Server, *, heard: Callable[[], None], is_over: Callable[[], bool], reissue_seconds: float = REISSUE_SECONDS
) -> bool:
    """Say whenever the server says something, until it is over; False at once where the server has no IDLE.

    It is said once at every beginning too: what came while nobody listened. Raises SourceError or OSError where the
    connection ends.
    """
    session = connected(server)
    try:
        # asked again: some servers name it only to who signed in
        _, names = session.capability()
        if b"IDLE" not in names[-1].upper().split():
            return False
        answer, _data = session.select(f'"{server.folder}"', readonly=True)
        if answer != "OK":
            raise SourceError(f"the server answers {answer} to {server.folder}")
        while not is_over():
            _idle(session, heard=heard, is_over=is_over, until=time.monotonic() + reissue_seconds)
    except imaplib.IMAP4.error as error:
        raise SourceError(f"{type(error).__name__}: {error}") from error
    finally:
        close(session)
    return True


def _idle(session: imaplib.IMAP4, *, heard: Callable[[], None], is_over: Callable[[], bool], until: float) -> None:
    session.send(TAG + b" IDLE\r\n")
    while not (line := _line(session)).startswith(b"+"):
        if line.startswith(TAG):
            raise SourceError(f"the server answers {line!r:.100} to IDLE")
    heard()
    while not is_over() and time.monotonic() < until:
        # whatever the server says is a reason to look; lines that came along with it are of the same moment
        if select.select([session.sock], [], [], STEP_SECONDS)[0]:
            _line(session)
            heard()
    session.send(b"DONE\r\n")
    while not _line(session).startswith(TAG):
        heard()


def _line(session: imaplib.IMAP4) -> bytes:
    line = session.readline()
    if not line or line.upper().startswith(b"* BYE"):
        raise SourceError("the server ended the connection")
    return line
