"""Boxes and letters of the mail room's tests."""

from datetime import datetime
from email.message import EmailMessage
from typing import Any

from tests.desk_world import NOW, World

from madoguchi.mail.models import Mailbox
from madoguchi.mail.operations.mailboxes import add_mailbox
from madoguchi.mail.operations.take import take_mails
from madoguchi.mail.values import Arrived

ADDRESS = "desk@example.go.jp"


def make_box(world: World, *, name: str = "desk", address: str = ADDRESS, **given: Any) -> Mailbox:  # noqa: ANN401  # the columns of a box
    columns = {"protocol": "pipe", "display_name": "総合窓口", **given}
    return add_mailbox(
        contract=world.contract, name=name, address=address, actor="system:test", at=NOW, **columns
    )  # fmt: skip


def letter(
    number: int = 1, *, sender: str = "user-alpha@example.jp", text: str = "印刷できません。", to: str = ADDRESS,
    subject: str = "プリンターの件", **headers: str,
) -> bytes:  # fmt: skip
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Hanako <{sender}>", to, subject
    message["Message-ID"], message["Date"] = f"<letter{number}@mail.example.jp>", "Wed, 20 May 2026 09:00:00 +0900"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def arrived(raw: bytes, key: str = "1/1", *, at: datetime = NOW, envelope_sender: str | None = None) -> Arrived:
    return Arrived(source_key=key, raw=raw, received_at=at, size=len(raw), envelope_sender=envelope_sender)


def take(box: Mailbox, *raws: bytes, start: int = 1, now: datetime = NOW) -> set[str]:
    """Take letters as if they stood in the box with numbers from `start`."""
    given = [arrived(raw, f"1/{number}", at=now) for number, raw in enumerate(raws, start=start)]
    return take_mails(box=box, arrived=given, now=now)
