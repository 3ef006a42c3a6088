"""One message posted to one address: resolved once, redirects checked anew, everything bounded."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from madoguchi.people.sayings import Said, SaidError, say
from madoguchi.webhooks.targets import PORTS, Network, TargetError, parts_of, resolved

TIMEOUT_SECONDS = 10.0
WHOLE_SECONDS = 20.0
MAX_REDIRECTS = 3
MAX_ANSWER = 65_536
LONGEST = 200
# those that say: the same again, there
REDIRECTS = frozenset((307, 308))


class PostError(SaidError):
    """The receiver was not reached or did not answer as HTTP does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an address answered; of a long body, the beginning."""

    status: int
    location: str | None
    body: bytes


def post(*, url: str, body: bytes, headers: Mapping[str, str], allowed: Sequence[Network]) -> int:
    """Post a body and return the status. Raises TargetError for an address that may not be reached, and PostError."""
    for _hop in range(MAX_REDIRECTS + 1):
        answer = exchange(method="POST", url=url, body=body, headers=headers, allowed=allowed)
        if answer.status not in REDIRECTS or not answer.location:
            return answer.status
        there = urljoin(url, answer.location)
        if url.startswith("https://") and not there.startswith("https://"):
            raise TargetError(say("https から、そうでない %(url)s へ案内されました。", url=repr(there[:60])))
        url = there
    raise PostError(say("別のアドレスへの案内が%(n)s回を超えました。", n=MAX_REDIRECTS))


def exchange(
    *, method: str, url: str, body: bytes | None, headers: Mapping[str, str], allowed: Sequence[Network]
) -> Answer:
    """Make one request and follow no redirect, which would carry a secret elsewhere. Raises TargetError, PostError."""
    parts = parts_of(url)
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    address = resolved(host, port, allowed=allowed)
    connection = _Pinned(host, port, address=address, is_tls=parts.scheme == "https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # an answer that comes byte by byte would never time out by itself
    deadline = threading.Timer(WHOLE_SECONDS, connection.give_up)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        location = answer.getheader("Location")
        content = answer.read(MAX_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        words = f"{type(error).__name__}: {error}".replace("\0", "")[:LONGEST]
        raise PostError(_fault_of(error), say("詳細：「%(detail)s」", detail=words)) from error
    finally:
        deadline.cancel()
        connection.close()
    if connection.has_given_up:
        # what was read before looks like a whole answer
        raise PostError(say("%(n)s秒以内に応答が終わりませんでした。", n=f"{WHOLE_SECONDS:.0f}"))
    return Answer(status=answer.status, location=location, body=content)


def _fault_of(error: Exception) -> Said:
    if isinstance(error, ConnectionRefusedError):
        return say("接続を断られました。ポートと、相手のプログラムが動いていることを確かめてください。")
    if isinstance(error, TimeoutError):
        return say("時間内に応答がありません。")
    if isinstance(error, ssl.SSLError):
        return say("TLSの証明書か暗号化の方式が合いません。")
    if isinstance(error, http.client.HTTPException):
        return say("応答がHTTPの形ではありません。")
    return say("相手に届きません。")


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, whatever the name means by now."""

    def __init__(self, host: str, port: int, *, address: str, is_tls: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._address, self._is_tls, self.has_given_up = address, is_tls, False
        self.default_port = PORTS["https" if is_tls else "http"]  # as HTTPSConnection does

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=TIMEOUT_SECONDS)
        context = ssl.create_default_context() if self._is_tls else None
        self.sock = context.wrap_socket(plain, server_hostname=self.host) if context else plain

    def give_up(self) -> None:
        self.has_given_up = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
