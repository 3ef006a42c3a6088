"""A box of an example desk: letters that became tickets, a machine's notice, and one that waits in quarantine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from madoguchi.contracts.models import Contract
from madoguchi.core.mail_vocabulary import MailProtocol
from madoguchi.mail.operations.mailboxes import add_mailbox
from madoguchi.mail.operations.take import take_mails
from madoguchi.mail.values import Arrived
from madoguchi.people.models import Person

LETTERS = (
    ("共有フォルダーが開けません", "今朝から部の共有フォルダーを開くと「アクセスが拒否されました」と表示されます。"),
    ("会議室の無線LANについて", "第3会議室で無線LANにつながりません。午後の会議までに確認をお願いします。"),
)
HTML = '<p><b>当選</b>おめでとうございます。<a href="https://example.com/">こちら</a></p><img src="https://example.com/a.png">'


def fill_box(*, contract: Contract, senders: Sequence[Person], actor: str, now: datetime) -> None:
    """Give a desk a box that a mail server hands messages to, with the mail of the latest hour."""
    address = f"desk-{contract.key}@example.go.jp"
    box = add_mailbox(
        contract=contract, name="desk", address=address, display_name="ヘルプデスク", actor=actor, at=now,
        protocol=MailProtocol.PIPE.value, takes_strangers=False,
    )  # fmt: skip
    letters = [
        _letter(sender=sender.mail, to=address, subject=subject, text=text, now=now)
        for (subject, text), sender in zip(LETTERS, senders, strict=False)
    ]
    notice = _letter(sender=senders[0].mail, to=address, subject="自動応答: 不在", text="本日は休暇です。", now=now)
    notice["Auto-Submitted"] = "auto-replied"
    unwanted = _letter(sender="lucky@example.com", to=address, subject="【当選】お知らせ", text="当選です。", now=now)
    unwanted.add_alternative(HTML, subtype="html")
    at = now - timedelta(minutes=10)
    raws = [bytes(each) for each in (*letters, notice, unwanted)]
    arrived = [
        Arrived(source_key=f"sample/{number}", raw=raw, received_at=at, size=len(raw))
        for number, raw in enumerate(raws)
    ]
    take_mails(box=box, arrived=arrived, now=now)


def _letter(*, sender: str, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(now - timedelta(minutes=11))
    message.set_content(f"お世話になっております。\n{text}\n")
    return message
