"""A mailbox's fault says what failed in its reader's language, with the server's own words and without its password."""

import errno
import imaplib
import poplib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils.translation import override
from pytest_django import Settings
from tests.desk_world import World
from tests.mail.boxes import make_box
from tests.mail.secrets import give_secret

from madoguchi.core.mail_vocabulary import AfterIntake, MailSecurity
from madoguchi.mail.errors import IntakeStoppedError, SourceError
from madoguchi.mail.faults import stored, stored_of_sending, unopened, unreached, unsecured, unsigned
from madoguchi.mail.models import Mailbox
from madoguchi.mail.rounds import fetch_box
from madoguchi.mail.sources.source import Server
from madoguchi.people.sayings import retold

SECRET = "pass-Wort9"
SERVER = Server(
    host="mail.example.go.jp", port=993, security=MailSecurity.TLS, account="desk", secret=SECRET, folder="受付",
    after=AfterIntake.FLAG,
)  # fmt: skip


def both(kept: str) -> tuple[str, str]:
    with override("ja"):
        japanese = retold(kept)
    with override("en"):
        return japanese, retold(kept)


@pytest.mark.parametrize(
    ("fault", "japanese", "english"),
    [
        (unreached(SERVER, socket.gaierror(-2, "Name or service not known")), "名前が見つかり", "cannot be found"),
        (unreached(SERVER, ConnectionRefusedError(errno.ECONNREFUSED, "no")), "接続を断られ", "refuses the connection"),
        (unreached(SERVER, OSError(errno.EHOSTUNREACH, "No route")), "通信が届きません", "cannot be reached"),
        (unreached(SERVER, TimeoutError("timed out")), "時間切れ", "Time ran out"),
        (unreached(SERVER, ssl.SSLCertVerificationError(1, "self-signed")), "証明書を確認", "certificate"),
        (unreached(SERVER, ssl.SSLError(1, "WRONG_VERSION")), "TLSで接続できません", "by TLS"),
        (unsecured(SERVER, imaplib.IMAP4.error("TLS not supported")), "TLSで接続できません", "by TLS"),
        (unreached(SERVER, imaplib.IMAP4.abort("socket error: EOF")), "途中で切れました", "broke off"),
        (unsigned(SERVER, imaplib.IMAP4.error(b"[AUTHENTICATIONFAILED] no")), "サインインを断", "refuses the account"),
        (unsigned(SERVER, imaplib.IMAP4.error(b"[UNAVAILABLE] later")), "今は要求に応じません", "just now"),
        (unsigned(SERVER, poplib.error_proto(b"-ERR [AUTH] no")), "サインインを断り", "refuses the account"),
        (unsigned(SERVER, ConnectionResetError(errno.ECONNRESET, "reset")), "途中で切れました", "broke off"),
        (unopened(SERVER, imaplib.IMAP4.error(b"[NONEXISTENT] none")), "「受付」を開けません", "folder “受付”"),
    ],
)  # fmt: skip
def test_what_failed_is_said_in_either_language(fault: SourceError, japanese: str, english: str) -> None:
    said = both(stored(fault))
    assert japanese in said[0]
    assert english in said[1]
    assert all("mail.example.go.jp:993" in each for each in said)


def test_the_server_s_own_words_are_quoted_without_the_password() -> None:
    fault = unsigned(SERVER, imaplib.IMAP4.error(f"LOGIN desk {SECRET} is wrong".encode()))
    said = both(stored(fault))
    assert said[0].endswith("詳細：「LOGIN desk *** is wrong」")
    assert said[1].endswith("Details: “LOGIN desk *** is wrong”")
    assert SECRET not in f"{said}{fault}{stored(fault)}"


def test_a_password_that_cannot_be_sent_is_not_shown_letter_by_letter() -> None:
    with pytest.raises(UnicodeEncodeError) as found:
        "ひみつ".encode("ascii")
    assert "ひ" not in stored(unsigned(SERVER, found.value)).replace("受付", "")
    assert "\\u3072" not in stored(unsigned(SERVER, found.value))


def _stopped(cause: Exception) -> IntakeStoppedError:
    stop = IntakeStoppedError("stopped")
    stop.__cause__ = cause
    return stop


@pytest.mark.parametrize(
    ("error", "japanese", "english"),
    [
        (_stopped(OSError(errno.ENOSPC, "No space left on device")), "ディスクに空きがない", "The disk is full"),
        (_stopped(OperationalError("disk I/O error")), "データベースに書き込めない", "The database cannot be written"),
        (OperationalError("server closed"), "データベースに書き込めない", "The database cannot be written"),
        (TimeoutError("timed out"), "時間切れ", "Time ran out"),
        (OSError(5, "Input/output error"), "受信できません", "cannot be fetched"),
    ],
)
def test_what_keeps_mail_from_being_kept_is_said(error: Exception, japanese: str, english: str) -> None:
    said = both(stored(error))
    assert japanese in said[0]
    assert english in said[1]


@pytest.mark.parametrize(
    ("error", "japanese", "english"),
    [
        (smtplib.SMTPAuthenticationError(535, b"bad"), "サインインを断り", "sign us in"),
        (smtplib.SMTPRecipientsRefused({"a@example.jp": (550, b"no such user")}), "宛先を受け付け", "the recipient"),
        (smtplib.SMTPDataError(554, b"spam"), "メールを受け付けません", "accept the mail"),
        (smtplib.SMTPServerDisconnected("gone"), "途中で切れ", "broke off"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), "接続を断られ", "refuses the connection"),
        (ValueError("no bytes"), "送れる形では", "form that can be sent"),
    ],
)
def test_why_a_mail_is_not_sent_is_said(error: Exception, japanese: str, english: str) -> None:
    said = both(stored_of_sending(error, place="smtp.example.go.jp:25"))
    assert japanese in said[0]
    assert english in said[1]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that takes connections and says nothing anybody could use."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def answer() -> None:
            try:
                while True:
                    held.append(server.accept()[0])
                    held[-1].sendall(b"220 nothing of the kind\r\n")
            except OSError:
                return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for each in held:
            each.close()


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
@pytest.mark.django_db
def test_a_box_s_page_says_what_failed_in_its_reader_s_language(
    world: World, protocol: str, listener: socket.socket, settings: Settings, tmp_path: Path
) -> None:
    settings.MAIL_SECRETS_FOLDER, settings.MAIL_LOCKS_FOLDER = tmp_path / "secrets", tmp_path / "locks"
    box = make_box(
        world, protocol=protocol, host="127.0.0.1", port=listener.getsockname()[1], security="tls", account="desk"
    )
    give_secret(box)
    fetch_box(box)
    box.refresh_from_db()
    assert "TLSで接続できません" in both(box.fault)[0]
    assert "by TLS" in both(box.fault)[1]
    Mailbox.objects.filter(pk=box.pk).update(port=1)
    fetch_box(box)
    box.refresh_from_db()
    assert "接続を断られました" in both(box.fault)[0]
    assert "refuses the connection" in both(box.fault)[1]
    assert box.fault_said == both(box.fault)[0]
