"""What is wrong with a mail server or with keeping mail, said so that its reader knows what to look at.

A server's own words are quoted behind it, without the password that some servers repeat.
"""

import errno
import imaplib
import poplib
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError

from madoguchi.mail.errors import IntakeStoppedError, SecretError, SourceError
from madoguchi.mail.sources.source import Server
from madoguchi.mail.values import kept_text
from madoguchi.people.sayings import Said, kept, say

LONGEST = 300
FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
FAR = frozenset((errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN))
# RFC 5530 and RFC 2449: what a server says that could sign us in another time
NOT_NOW = ("[UNAVAILABLE]", "[LIMIT]", "[INUSE]", "[IN-USE]", "[LOGIN-DELAY]", "[SYS/TEMP]")
Refusing = Callable[[str], Said]


def unreached(server: Server, error: Exception) -> SourceError:
    """Return that no connection could be made, or that it ended."""
    place = _place(server)
    return _fault(server, error, _of_connection(error, place) or _unwilling(place), f"{place}: {_kind(error)}")


def unsecured(server: Server, error: Exception) -> SourceError:
    """Return that the connection could not be secured by STARTTLS."""
    place = _place(server)
    return _fault(server, error, _of_connection(error, place) or _without_tls(place), f"{place}: {_kind(error)}")


def unsigned(server: Server, error: Exception) -> SourceError:
    """Return that the server does not let the account in."""
    place = _place(server)
    said = _of_connection(error, place) or (
        _busy(place)
        if any(each in words_of(error).upper() for each in NOT_NOW)
        else say(
            "メールサーバー%(server)sがアカウント「%(account)s」のサインインを断りました。アカウント名とパスワードを"
            "確認してください。",
            server=place, account=server.account,
        )
    )  # fmt: skip
    return _fault(server, error, said, f"{place} refuses {server.account}:")


def unopened(server: Server, error: Exception) -> SourceError:
    """Return that the box's folder is not there, or cannot be opened."""
    said = _of_connection(error, _place(server)) or say(
        "フォルダー「%(folder)s」を開けません。メールサーバー%(server)sにあるフォルダーの名前を指定してください。",
        folder=server.folder, server=_place(server),
    )  # fmt: skip
    return _fault(server, error, said, f"{_place(server)} does not open {server.folder}:")


def stored(error: Exception) -> str:
    """Return what went wrong with a box as it is kept, to be read in either language."""
    if isinstance(error, SecretError | SourceError) and error.said:
        return kept(error.said)
    cause = error.__cause__ if isinstance(error, IntakeStoppedError) and error.__cause__ else error
    return kept([_of_keeping(cause), *quoted(words_of(cause))])


def stored_of_sending(error: Exception, *, host: str) -> str:
    """Return why a mail could not be sent as it is kept, to be read in either language."""
    return kept([_of_sending(error, host), *quoted(words_of(error))])


def quoted(words: str, *, secret: str = "") -> Sequence[Said]:
    """Return a server's or the system's own words, as many as a page holds; nothing where there are none."""
    clean = kept_text(" ".join((words.replace(secret, "***") if secret else words).split()), LONGEST)
    return [say("詳細：「%(detail)s」", detail=clean)] if clean else []


def words_of(error: BaseException) -> str:
    """Return an error's own words; of bytes that a server sent, what they read as."""
    if isinstance(error, UnicodeError):
        # its words show the text that cannot be sent, which may be a password
        return type(error).__name__
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_read(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(f"{code} {_read(words)}" for code, words in error.recipients.values())
    if len(error.args) == 1 and isinstance(error.args[0], bytes | str):
        return _read(error.args[0])
    return _kind(error)


def _read(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _kind(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _place(server: Server) -> str:
    return f"{server.host}:{server.port}"


def _fault(server: Server, error: Exception, said: Said, detail: str) -> SourceError:
    words = words_of(error)
    hidden = words.replace(server.secret, "***") if server.secret else words
    own = detail if detail.endswith(_kind(error)) and not server.secret else f"{detail.removesuffix(_kind(error))} "
    return SourceError(f"{own.rstrip()} {hidden}".strip(), said=[said, *quoted(words, secret=server.secret)])
