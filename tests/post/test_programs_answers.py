"""What calendars, complaint loops and old mailers send by themselves, and addresses typed in full-width letters."""

import pytest
from tests.post.mails import mail, multipart, part

from madoguchi.post.message import Message
from madoguchi.post.reading import read_message
from madoguchi.post.sorting import Sorting, classify
from madoguchi.post.vocabulary import Mark, Trouble

OWN = ("helpdesk@example.go.jp",)


def calendar(method: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


def read(raw: bytes) -> tuple[Message, Sorting]:
    message = read_message(raw)
    return message, classify(message=message, own_addresses=OWN)


# --- calendars --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH", "reply"])
@pytest.mark.parametrize("subtype", [b"alternative", b"mixed"])
def test_an_answer_to_an_invitation_opens_no_ticket_and_is_not_answered(method: str, subtype: bytes) -> None:
    kind = b"text/calendar; charset=utf-8; method=" + method.encode()
    sorting = read(multipart(part("承諾: 定例会".encode()), part(calendar(method), kind), subtype=subtype))[1]
    assert sorting.has(Mark.CALENDAR_ANSWER)
    assert (sorting.may_open_ticket, sorting.may_be_answered) == (False, False)


def test_a_calendar_alone_is_an_answer_too() -> None:
    assert read(mail(calendar("REPLY"), content_type=b"text/calendar; method=REPLY"))[1].has(Mark.CALENDAR_ANSWER)


def test_an_invitation_and_a_calendar_given_as_a_file_are_letters() -> None:
    invitation = multipart(part(b"meeting"), part(calendar("REQUEST"), b"text/calendar; method=REQUEST"))
    attached = b'Content-Disposition: attachment; filename="answer.ics"\r\n'
    file = multipart(part(b"look at this"), part(calendar("REPLY"), b"text/calendar", headers=attached))
    for raw in (invitation, file):
        assert read(raw)[1].may_open_ticket


# --- reports ----------------------------------------------------------------------------------------------------------


def test_a_complaint_loop_s_report_opens_no_ticket() -> None:
    raw = multipart(
        part(b"This is an email abuse report."),
        part(b"Feedback-Type: abuse\r\nUser-Agent: Loop/1.0\r\nVersion: 1\r\n", b"message/feedback-report"),
        part(b"From: helpdesk@example.go.jp\r\nSubject: answer\r\n\r\ntext", b"message/rfc822"),
        subtype=b"report; report-type=feedback-report",
    )
    sorting = read(raw)[1]
    assert sorting.has(Mark.ABUSE_REPORT)
    assert (sorting.may_open_ticket, sorting.may_be_answered, sorting.is_bounce) == (False, False, False)


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        (b'"feedback-report"', Mark.ABUSE_REPORT),
        (b"disposition-notification", Mark.READING_NOTICE),
        (b"delivery-status", Mark.DELIVERY_NOTICE),
    ],
)
def test_a_report_is_known_by_its_type_where_the_rest_cannot_be_read(kind: bytes, mark: Mark) -> None:
    sorting = read(multipart(part(b"words"), subtype=b"report; report-type=" + kind))[1]
    assert sorting.has(mark)
    assert not sorting.may_open_ticket


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "name", "address"),
    [
        ("山田太郎 <yamada＠example.jp>", "山田太郎", "yamada@example.jp"),
        ("<ｙａｍａｄａ＠ｅｘａｍｐｌｅ．ｊｐ>", "", "yamada@example.jp"),
        ("yamada＠example.jp", "", "yamada@example.jp"),
        ("山田 yamada＠example.jp", "山田", "yamada@example.jp"),
        ("yamada@ｅxample.jp", "", "yamada@example.jp"),
        ("=?UTF-8?B?5bGx55SwIDx5YW1hZGHvvKBleGFtcGxlLmpwPg==?=", "山田", "yamada@example.jp"),
    ],
)
@pytest.mark.parametrize("header", ["From", "Reply-To"])
def test_an_address_in_full_width_letters_is_read_as_a_person_would(
    header: str, given: str, name: str, address: str
) -> None:
    message = read(mail(headers=f"{header}: {given}\r\n".encode()))[0]
    found = (message.authors if header == "From" else message.reply_to)[0]
    assert (found.name, found.address) == (name, address)
    assert Trouble.ADDRESS_NARROWED in {each.trouble for each in message.findings}
    assert not message.needs_quarantine


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("総務課＠本省 <a@example.jp>", "a@example.jp"),
        ("山田（ＡＢＣ） <a@example.jp>", "a@example.jp"),
        ("a@example.jp", "a@example.jp"),
        ("総務課＠本省", ""),
        ("＜a＠example.jp＞", ""),
        ("a＠b＠example.jp", ""),
        ("a，b＠example.jp", ""),
        ("a：b＠example.jp", ""),
    ],
)
def test_full_width_signs_elsewhere_make_no_address_and_no_second_one(given: str, address: str) -> None:
    message = read(mail(headers=f"Reply-To: {given}\r\n".encode()))[0]
    assert [each.address for each in message.reply_to] == [address]
    assert Trouble.ADDRESS_NARROWED not in {each.trouble for each in message.findings}


def test_an_address_of_ours_in_full_width_letters_is_still_ours() -> None:
    sorting = read(mail(headers="From: ｈelpdesk＠example.go.jp\r\n".encode()))[1]
    assert sorting.has(Mark.OWN_ADDRESS)
    assert not sorting.may_open_ticket


def test_no_header_hides_in_a_full_width_address() -> None:
    message = read(mail(headers="From: a＠example.jp\u2028Bcc: x@example.com\r\n".encode()))[0]
    assert all(not set(each.address) & set("\r\n\u2028 ") for each in message.authors)
    for sign in "\uff0d\u212a\ufe6b\u2100":
        near = read(mail(headers=f"From: a{sign}b@example.jp\r\n".encode()))[0]
        assert near.authors[0].address in (f"a{sign}b@example.jp", "a-b@example.jp")
