import pytest
from tests.post.mails import mail, multipart, part, to_jis
from tests.shared_data import shared_folder

from madoguchi.post.reading import read_message
from madoguchi.post.sorting import Sorting, classify
from madoguchi.post.tokens import make_message_id
from madoguchi.post.vocabulary import Mark

OWN = ["helpdesk@example.go.jp"]
KEY = b"k" * 32


def sort(raw: bytes, envelope_sender: str | None = None) -> Sorting:
    return classify(message=read_message(raw), own_addresses=OWN, envelope_sender=envelope_sender, keys=[KEY])


def marks(headers: bytes) -> set[Mark]:
    return {reason.mark for reason in sort(mail(b"text", headers=headers + b"\r\n")).reasons}


def test_a_person_is_no_machine() -> None:
    found = sort(mail(b"text", headers=b"Auto-Submitted: no\r\nReturn-Path: <taro@example.jp>\r\n"), "taro@example.jp")
    assert found.reasons == ()
    assert found.may_open_ticket
    assert found.may_be_answered
    assert not found.is_automatic


@pytest.mark.parametrize(
    "header",
    [
        b"Auto-Submitted: auto-replied",
        b"Auto-Submitted: Auto-Replied; owner=x",
        b"Precedence: auto_reply",
        b"X-Autoreply: yes",
        b"Delivered-To: Autoresponder",
        "Subject: 自動応答: 届出様式の件".encode(),
        "Subject: 【自動返信】受け付けました".encode(),
        b"Subject: " + to_jis("不在通知: 11/12まで休暇です"),
        "Subject: 休暇のお知らせ".encode(),
        "Subject: ただいま不在にしております".encode(),
        "Subject: Re: 不在のため対応できません。".encode(),
        "Subject: 【自動応答】不在のお知らせ".encode(),
        b"Subject: Automatic reply: test",
        b"Subject: Out of Office: test",
        b"Subject: Out of Office AutoReply: test",
    ],
)
def test_answers_of_machines_never_open_a_ticket(header: bytes) -> None:
    found = sort(mail(b"text", headers=header + b"\r\n"))
    assert found.has(Mark.AUTO_REPLY)
    assert not found.may_open_ticket
    assert not found.may_be_answered


@pytest.mark.parametrize(
    "header",
    [
        b"Auto-Submitted: auto-generated",
        b"Precedence: bulk",
        b"List-Id: <news.example.jp>",
        b"X-Auto-Response-Suppress: OOF, AutoReply",
    ],
)
def test_notices_of_machines_may_open_a_ticket_but_are_never_answered(header: bytes) -> None:
    found = sort(mail(b"text", headers=header + b"\r\n"))
    assert found.is_automatic
    assert found.may_open_ticket
    assert not found.may_be_answered


@pytest.mark.parametrize(
    "subject",
    [
        "自動応答システムの使い方",
        "不在通知の設定方法を教えてください",
        "Re: 休暇申請の件",
        "Vacation rules",
        "返信の件",
    ],
)
def test_people_may_ask_about_automatic_answers(subject: str) -> None:
    assert marks(b"Subject: " + subject.encode()) == set()


def test_the_null_sender_is_a_machine() -> None:
    assert sort(mail(headers=b"Return-Path: <>\r\n")).has(Mark.NULL_SENDER)
    assert sort(mail(), "").has(Mark.NULL_SENDER)
    assert not sort(mail(headers=b"Return-Path: <>\r\n"), "taro@example.jp").has(Mark.NULL_SENDER)


# --- returned mail ---------------------------------------------------------------------------------------------------

FAILED = b"Final-Recipient: rfc822; <%s>\r\nAction: %s\r\nStatus: %s\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n"


def report(*groups: bytes, returned: bytes = b"Message-ID: <m1@helpdesk.example.go.jp>\r\n") -> bytes:
    status = b"\r\n".join((b"Reporting-MTA: dns; mx.example.jp\r\n", *groups))
    parts = (part(b"words"), part(status, b"message/delivery-status"), part(returned, b"text/rfc822-headers"))
    return multipart(*parts, subtype=b"report; report-type=delivery-status")


def test_a_report_names_every_failed_recipient_and_the_message() -> None:
    raw = report(FAILED % (b"a@x.jp", b"failed", b"5.1.1"), FAILED % (b"b@x.jp", b"failed (bad)", b"4.2.2 (full)"))
    found = sort(raw)
    assert found.is_bounce
    assert found.report is not None
    assert [(each.address, each.status) for each in found.report.failed] == [("a@x.jp", "5.1.1"), ("b@x.jp", "4.2.2")]
    assert found.report.original_message_id == "m1@helpdesk.example.go.jp"


def test_a_delay_and_a_delivery_are_no_bounce() -> None:
    for action in (b"delayed", b"delivered", b"relayed"):
        found = sort(report(FAILED % (b"a@x.jp", action, b"2.0.0")))
        assert not found.is_bounce
        assert found.has(Mark.DELIVERY_NOTICE)
        assert not found.may_open_ticket


def test_a_report_that_returns_the_whole_message_names_it() -> None:
    status = part(FAILED % (b"a@x.jp", b"failed", b"5.1.1"), b"message/delivery-status")
    returned = part(b"Message-ID: <m2@own>\r\nSubject: x\r\n\r\nbody", b"message/rfc822")
    found = sort(multipart(part(b"words"), status, returned, subtype=b"report")).report
    assert found is not None
    assert found.original_message_id == "m2@own"


def test_a_failure_in_plain_words_is_read() -> None:
    text = (
        b"Hi. This is the qmail-send program at mx.example.jp.\r\n\r\n<nobody@example.jp>:\r\n"
        b"Sorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n"
        b"Return-Path: <helpdesk@example.go.jp>\r\nMessage-ID: <m3@own>\r\n"
    )
    found = sort(mail(text, headers=b"From: MAILER-DAEMON@mx.example.jp\r\nSubject: failure notice\r\n"))
    assert found.is_bounce
    assert found.report is not None
    assert [(each.address, each.status) for each in found.report.failed] == [("nobody@example.jp", "5.1.1")]
    assert found.report.original_message_id == "m3@own"


def test_a_failure_noted_in_a_header_is_read() -> None:
    headers = b"From: postmaster@x.jp\r\nX-Failed-Recipients: a@x.jp, b@x.jp\r\nIn-Reply-To: <m4@own>\r\n"
    found = sort(mail(b"SMTP error: 550 no such user", headers=headers))
    assert found.is_bounce
    assert found.report is not None
    assert [(each.address, each.status) for each in found.report.failed] == [("a@x.jp", "5.0.0"), ("b@x.jp", "5.0.0")]
    assert found.report.original_message_id == "m4@own"


def test_a_postmaster_may_write_as_a_person() -> None:
    assert marks(b"From: postmaster@example.jp\r\nSubject: a question") == set()


def test_a_reading_notice_is_no_ticket() -> None:
    notice = part(b"Disposition: manual-action/MDN-sent-manually; displayed\r\n", b"message/disposition-notification")
    found = sort(multipart(part(b"read"), notice, subtype=b"report; report-type=disposition-notification"))
    assert found.has(Mark.READING_NOTICE)
    assert not found.may_open_ticket


def test_reports_of_other_systems_are_read() -> None:
    folder = shared_folder("data/mail/cpython_email")
    expected = {"msg_16.txt": "jangel1@cougar.noc.ucla.edu", "msg_25.txt": "scoffman@wellpartner.com"}
    for name, address in expected.items():
        found = sort((folder / name).read_bytes())
        assert found.is_bounce
        assert found.report is not None
        assert found.report.failed[0].address == address


# --- loops and spam --------------------------------------------------------------------------------------------------


def test_own_mail_that_comes_back_is_a_loop() -> None:
    own_id = make_message_id(reference="T-1", nonce="abcdefgh", domain="example.go.jp", key=KEY)
    assert Mark.OWN_ADDRESS in marks(b"From: HelpDesk <helpdesk+t-1-abc@EXAMPLE.go.jp>")
    assert Mark.OWN_MESSAGE in marks(b"Message-ID: <" + own_id.encode() + b">")
    assert Mark.OWN_LOOP_MARK in marks(b"X-Loop: helpdesk@example.go.jp")
    assert Mark.TOO_MANY_HOPS in marks(b"\r\n".join([b"Received: from a by b; date"] * 51))
    assert marks(b"\r\n".join([b"Received: from a by b; date"] * 20)) == set()
    assert not sort(mail(headers=b"X-Loop: helpdesk@example.go.jp\r\n")).may_open_ticket


@pytest.mark.parametrize(
    "header",
    [
        b"X-Spam-Flag: YES",
        b"X-Spam-Status: Yes, score=9",
        b"X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:9;SRV:",
        b"X-MS-Exchange-Organization-SCL: 6",
        b"Subject: [SPAM] hello",
        "Subject: 【迷惑メール】当選".encode(),
    ],
)
def test_spam_marks_of_filters_are_believed(header: bytes) -> None:
    found = sort(mail(headers=header + b"\r\n"))
    assert found.is_spam
    assert found.may_open_ticket
    assert not found.is_automatic
    assert not found.may_be_answered


def test_no_spam_is_no_spam() -> None:
    assert marks(b"X-Spam-Status: No, score=-1\r\nX-MS-Exchange-Organization-SCL: 1") == set()
