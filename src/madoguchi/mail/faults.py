"""What is wrong with a mail server or with keeping mail, said so that its reader knows what to look at.

A server's own words are quoted behind it, without the password that some servers repeat.
"""

import errno
import imaplib
import smtplib
import socket
import ssl

from django.db import DatabaseError, InterfaceError

from madoguchi.mail.errors import IntakeStoppedError, SecretError, SourceError
from madoguchi.mail.looking import kept_text
from madoguchi.mail.sources.source import Server
from madoguchi.people.sayings import Said, kept, say

LONGEST = 300
FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
FAR = frozenset((errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN))
ENDED = (ConnectionError, imaplib.IMAP4.abort, smtplib.SMTPServerDisconnected)
# RFC 5530 and RFC 2449: what a server says that could sign us in another time
NOT_NOW = ("[UNAVAILABLE]", "[LIMIT]", "[INUSE]", "[IN-USE]", "[LOGIN-DELAY]", "[SYS/TEMP]")


def unreached(server: Server, error: Exception) -> SourceError:
    """Return that no connection could be made, or that it ended or was of no use."""
    return _fault(server, error, _of_connection(error, _place(server)) or _unwilling(_place(server)))


def unsecured(server: Server, error: Exception) -> SourceError:
    """Return that the connection could not be secured by STARTTLS."""
    return _fault(server, error, _of_connection(error, _place(server)) or _without_tls(_place(server)))


def unsigned(server: Server, error: Exception) -> SourceError:
    """Return that the server does not let the account in."""
    place, words = _place(server), words_of(error).upper()
    said = _of_connection(error, place)
    if said is None and any(each in words for each in NOT_NOW):
        said = _unwilling(place)
    return _fault(server, error, said or _refused_account(place, server.account))


def unopened(server: Server, error: Exception) -> SourceError:
    """Return that the box's folder is not there, or cannot be opened."""
    missing = say(
        "メールサーバー%(server)sのフォルダー「%(folder)s」を開けません。フォルダーの名前を確認してください。",
        server=_place(server),
        folder=server.folder,
    )
    return _fault(server, error, _of_connection(error, _place(server)) or missing)


def stored(error: BaseException) -> str:
    """Return what went wrong with a box as it is kept, to be read in either language."""
    if isinstance(error, SecretError | SourceError) and error.said:
        return kept(error.said)
    cause = error.__cause__ if isinstance(error, IntakeStoppedError) and error.__cause__ else error
    return kept([_of_keeping(cause), *quoted(words_of(cause))])


def stored_of_sending(error: Exception, *, place: str) -> str:
    """Return why a mail could not be sent as it is kept, to be read in either language."""
    return kept([_of_sending(error, place), *quoted(words_of(error))])


def quoted(words: str) -> list[Said]:
    """Return a server's or the system's own words, as many as a page holds; none where there are none."""
    clean = kept_text(" ".join(words.split()), LONGEST)
    return [say("詳細：「%(detail)s」", detail=clean)] if clean else []


def words_of(error: BaseException) -> str:
    """Return an error's own words; of bytes that a server sent, what they read as."""
    if isinstance(error, UnicodeError):
        # its words show what cannot be sent, which may be of a password
        return type(error).__name__
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_read(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(f"{code} {_read(words)}" for code, words in error.recipients.values())
    if len(error.args) == 1 and isinstance(error.args[0], bytes):
        return _read(error.args[0])
    return f"{type(error).__name__}: {error}"


def _read(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _place(server: Server) -> str:
    return f"{server.host}:{server.port}"


def _fault(server: Server, error: Exception, said: Said) -> SourceError:
    words = words_of(error)
    if server.secret:
        words = words.replace(server.secret, "***")
    return SourceError(f"{_place(server)}: {words}", said=[said, *quoted(words)])


def _of_connection(error: BaseException, place: str) -> Said | None:
    """Return what is wrong with a connection; None where it is not the connection that fails."""
    if isinstance(error, socket.gaierror):
        return say(
            "メールサーバー%(server)sの名前が見つかりません。サーバー名とDNSの設定を確認してください。", server=place
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return say(
            "メールサーバー%(server)sの証明書を確認できません。サーバー名、証明書の期限、認証局を確認してください。",
            server=place,
        )
    if isinstance(error, ssl.SSLError):
        return _without_tls(place)
    if isinstance(error, TimeoutError):
        return say(
            "メールサーバー%(server)sの応答を待つ間に時間切れになりました。ネットワークとポート番号を確認してください。",
            server=place,
        )
    if isinstance(error, OSError | imaplib.IMAP4.abort):
        return _of_socket(error, place)
    return None


def _of_socket(error: BaseException, place: str) -> Said:
    if isinstance(error, ConnectionRefusedError):
        return say(
            "メールサーバー%(server)sに接続を断られました。ポート番号と、サーバーが動いていることを確認してください。",
            server=place,
        )
    if isinstance(error, OSError) and error.errno in FAR:
        return say(
            "メールサーバー%(server)sまで通信が届きません。ネットワークとファイアウォールを確認してください。",
            server=place,
        )
    if isinstance(error, ENDED):
        return say("メールサーバー%(server)sとの接続が途中で切れました。", server=place)
    return _unwilling(place)


def _without_tls(place: str) -> Said:
    return say(
        "メールサーバー%(server)sとTLSで接続できません。暗号化の方式とポート番号を確認してください。",
        server=place,
    )


def _unwilling(place: str) -> Said:
    return say("メールサーバー%(server)sが今は要求に応じません。", server=place)


def _refused_account(place: str, account: str) -> Said:
    return say(
        "メールサーバー%(server)sがアカウント「%(account)s」のサインインを断りました。"
        "アカウント名とパスワードを確認してください。",
        server=place,
        account=account,
    )


def _of_keeping(error: BaseException) -> Said:
    """Return why mail that was fetched cannot be kept, or what else ended the round."""
    if isinstance(error, OSError) and error.errno in FULL:
        return say("ディスクに空きがないため、メールを保存できません。空きができると受信を再開します。")
    if isinstance(error, DatabaseError | InterfaceError):
        return say("データベースに書き込めないため、メールを保存できません。書き込めるようになると受信を再開します。")
    if isinstance(error, TimeoutError):
        return say("メールサーバーの応答を待つ間に時間切れになりました。")
    if isinstance(error, ConnectionError | ssl.SSLError):
        return say("メールサーバーとの接続が途中で切れました。")
    return say("メールを受信できません。次の巡回でやり直します。")


def _of_sending(error: Exception, place: str) -> Said:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return say(
            "送信用のメールサーバー%(server)sがサインインを断りました。アカウント名とパスワードを確認してください。",
            server=place,
        )
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return say("送信用のメールサーバー%(server)sが宛先を受け付けません。", server=place)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _of_socket(ConnectionResetError(), place)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _without_tls(place)
    if isinstance(error, smtplib.SMTPException):
        return say("送信用のメールサーバー%(server)sがメールを受け付けません。", server=place)
    return _of_connection(error, place) or say("このメールは送れる形ではありません。")
