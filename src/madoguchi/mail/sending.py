"""Sending what is in the outbox, by the installation's mail server."""

import logging
import smtplib
from collections.abc import Callable
from email.message import Message

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from madoguchi.mail.faults import stored_of_sending
from madoguchi.mail.models import OutgoingMail
from madoguchi.mail.operations.outbox import due_mails, fill_outbox, note_sent, note_unsent
from madoguchi.mail.rounds import never

log = logging.getLogger(__name__)
PERMANENT = 500


class Composed(Message):
    """A message whose bytes are final."""

    raw: bytes = b""

    def as_bytes(self, *_given: object, **_options: object) -> bytes:
        return self.raw


class ComposedMail(EmailMessage):
    """A mail of the outbox as Django's transports take it."""

    def __init__(self, mail: OutgoingMail) -> None:
        super().__init__(from_email=mail.sender, to=[mail.recipient])
        self.raw = bytes(mail.raw)

    def message(self) -> Composed:  # type: ignore[override]  # transports ask it for nothing but its bytes
        composed = Composed()
        composed.raw = self.raw
        return composed


def send_all(is_stopping: Callable[[], bool] = never) -> int:
    """Write the mails that are to be written, and send those whose time has come. Returns how many were sent."""
    fill_outbox(now=timezone.now())
    connection = get_connection()
    sent = 0
    try:
        for mail in due_mails(now=timezone.now()):
            sent += _send(connection, mail)
            if is_stopping():
                break
    finally:
        connection.close()
    return sent


def _send(connection: BaseEmailBackend, mail: OutgoingMail) -> int:
    """Send one mail. A refusal for good is final; everything else is tried again."""
    try:
        connection.send_messages([ComposedMail(mail)])
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.warning("mail %s is not sent: %s", mail.pk, error)
        note_unsent(mail, fault=stored_of_sending(error, place=_place()), is_final=_is_final(error), now=timezone.now())
        _close(connection)
        return 0
    note_sent(mail, now=timezone.now())
    return 1


def _place() -> str:
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        log.info("closing a broken connection: %s", error)


def _is_final(error: Exception) -> bool:
    """Return whether the server refused this mail for good; a refused password is no fault of the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= PERMANENT
    return isinstance(error, ValueError)
