"""`madoguchi mail`: fetch the boxes, take a message from a mail server, look after the quarantine."""

import argparse
import hashlib
import os
import sys
from typing import TYPE_CHECKING

from madoguchi.cli.serve import set_up
from madoguchi.core.errors import InvalidInputError, Problem

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madoguchi.mail.models import KeptMail, Mailbox

# what sysexits.h calls them: mail servers bounce the first two and try again after the third
BAD_DATA, NO_BOX, LATER = 65, 67, 75
ACTOR = "system:command line"


def run(given: argparse.Namespace) -> int:
    set_up()
    return {"fetch": fetch, "take": take, "quarantine": quarantine}[given.action](given)


def fetch(_given: argparse.Namespace) -> int:
    """Read every box to its end, once. Returns 75 where one could not be read."""
    from madoguchi.mail.models import Mailbox  # noqa: PLC0415  # needs Django set up
    from madoguchi.mail.rounds import fetch_all  # noqa: PLC0415

    sys.stdout.write(f"{fetch_all()} mail(s) kept\n")
    faulty = Mailbox.objects.filter(is_active=True).exclude(fault="").select_related("contract")
    for box in faulty.order_by("pk"):
        sys.stderr.write(f"{box.contract.key}/{box.name}: {box.fault_said}\n")
    return LATER if faulty else 0


def take(given: argparse.Namespace) -> int:
    """Take one message from standard input. The answer tells the mail server whether to try again."""
    from django.db import Error  # noqa: PLC0415

    try:
        return _take(given)
    except (Error, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return LATER


def _take(given: argparse.Namespace) -> int:
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.mail.errors import IntakeStoppedError  # noqa: PLC0415
    from madoguchi.mail.operations.take import take_mails  # noqa: PLC0415
    from madoguchi.mail.sources.source import LARGEST  # noqa: PLC0415
    from madoguchi.mail.values import Arrived  # noqa: PLC0415

    box = _box(given.box)
    if box is None:
        sys.stderr.write(f"no box {given.box!r}; allowed: CONTRACT/BOX of an active box\n")
        return NO_BOX
    raw, size = _read(LARGEST)
    key, now = f"pipe/{hashlib.sha256(raw).hexdigest()}", timezone.now()
    arrived = Arrived(source_key=key, raw=raw, received_at=now, size=size, envelope_sender=given.sender)
    try:
        is_kept = key in take_mails(box=box, arrived=[arrived], now=now)
    except IntakeStoppedError as error:
        sys.stderr.write(f"{error}\n")
        return LATER
    if not arrived.is_whole:
        sys.stderr.write(f"{size} bytes; allowed: {LARGEST}\n")
        return BAD_DATA
    return 0 if is_kept else LATER


def _read(largest: int) -> tuple[bytes, int]:
    """Return the message up to the limit, and its whole size."""
    raw = sys.stdin.buffer.read(largest)
    size = len(raw)
    while rest := sys.stdin.buffer.read(1024 * 1024):
        size += len(rest)
    return raw, size


def _box(name: str) -> "Mailbox | None":
    from madoguchi.mail.models import Mailbox  # noqa: PLC0415

    contract, _, box = name.replace("\0", " ").partition("/")
    found = Mailbox.objects.filter(contract__key=contract, name=box, is_active=True)
    return found.select_related("contract", "clerk", "queue").first()


def quarantine(given: argparse.Namespace) -> int:
    return {"list": show_list, "show": show, "retry": retry, "discard": discard}[given.what](given)


def _set_aside() -> "QuerySet[KeptMail]":
    from madoguchi.core.mail_vocabulary import MailState  # noqa: PLC0415
    from madoguchi.mail.models import KeptMail  # noqa: PLC0415

    found = KeptMail.objects.filter(state=MailState.QUARANTINED.value)
    return found.select_related("contract", "mailbox__contract", "mailbox__clerk", "mailbox__queue").order_by("pk")


def show_list(_given: argparse.Namespace) -> int:
    found = _set_aside()
    for each in found:
        line = f"{each.pk} {each.mailbox.contract.key}/{each.mailbox.name} {each.kept_at:%Y-%m-%d %H:%M} {each.reason}"
        sys.stdout.write(f"{line} {each.size} bytes {_printable(each.sender)} {_printable(each.subject)}\n")
    sys.stdout.write(f"{len(found)} mail(s) set aside\n")
    return 0


def _printable(text: str) -> str:
    """Return a stranger's text without what moves a terminal's cursor."""
    return "".join(each if each.isprintable() else " " for each in text)


def _one(given: argparse.Namespace) -> "KeptMail":
    found = _set_aside().filter(pk=given.number).first() if given.number is not None else None
    if found is None:
        problem = Problem(
            where="madoguchi mail quarantine", key="NUMBER", given=str(given.number), allowed="a number of the list"
        )
        raise InvalidInputError([problem])
    return found


def show(given: argparse.Namespace) -> int:
    """Write the bytes of a mail that was set aside, as they came; that they were looked at is in the history."""
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.audit.operations import Entry, record  # noqa: PLC0415

    mail = _one(given)
    entry = Entry(act="view_mail", subject=f"mail:{mail.pk}")
    record(chain=mail.contract.key, at=timezone.now(), actor=ACTOR, entries=[entry])
    with os.fdopen(os.dup(1), "wb") as out:
        out.write(bytes(mail.content.raw))
    return 0


def retry(given: argparse.Namespace) -> int:
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.mail.operations.quarantine import release_mail  # noqa: PLC0415

    kept = release_mail(mail=_one(given), actor=ACTOR, now=timezone.now())
    ticket = f" ticket {kept.ticket.reference}" if kept.ticket else ""
    sys.stdout.write(f"{kept.state}{ticket} {kept.reason}".rstrip() + "\n")
    return 0


def discard(given: argparse.Namespace) -> int:
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.mail.operations.quarantine import discard_mail  # noqa: PLC0415

    discard_mail(mail=_one(given), actor=ACTOR, now=timezone.now())
    return 0
