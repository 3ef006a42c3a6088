"""Mails as senders in Japan write them: offices' groupware, scanners, telephones, lists, signed mail, receipts."""

import base64
import time
from datetime import datetime

import pytest
from tests.post.mails import HEADERS, mail, multipart, part, to_jis

from madoguchi.post.message import Message
from madoguchi.post.reading import read_message
from madoguchi.post.signed_data import MOST_ELEMENTS, signed_content
from madoguchi.post.sorting import Sorting, classify
from madoguchi.post.vocabulary import Mark

TEXT = "印刷できません。"
UTF_8 = TEXT.encode()
SIGNED, DATA = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
P7M = b'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'


def sorted_out(raw: bytes) -> tuple[Message, Sorting]:
    message = read_message(raw)
    return message, classify(message=message, own_addresses=["helpdesk@example.go.jp"], keys=[b"k" * 32])


def word(text: str, charset: str = "utf-8") -> bytes:
    encoded = to_jis(text) if charset == "iso-2022-jp" else text.encode(charset)
    return b"=?" + charset.encode() + b"?B?" + base64.b64encode(encoded) + b"?="


def subject(text: str) -> bytes:
    return b"Subject: " + word(text) + b"\r\n"


# --- signed and sealed ------------------------------------------------------------------------------------------------


def der(tag: int, *inside: bytes, is_endless: bool = False) -> bytes:
    content = b"".join(inside)
    if is_endless:
        return bytes((tag, 0x80)) + content + b"\0\0"
    size = len(content)
    length = bytes((size,)) if size < 128 else bytes((0x84,)) + size.to_bytes(4, "big")
    return bytes((tag,)) + length + content


def wrapped(content: bytes, *, is_endless: bool = False) -> bytes:
    """Signed data as OpenSSL (of known length) and streaming mailers (in pieces, of none) write it; nobody signed."""
    pieces = [der(0x04, content[at : at + 100]) for at in range(0, len(content), 100)]
    octets = der(0x24, *pieces, is_endless=True) if is_endless else der(0x04, content)
    inner = der(0x30, DATA, der(0xA0, octets, is_endless=is_endless), is_endless=is_endless)
    signed = der(0x30, b"\x02\x01\x01", der(0x31), inner, der(0x31), is_endless=is_endless)
    return der(0x30, SIGNED, der(0xA0, signed, is_endless=is_endless), is_endless=is_endless)


INSIDE = multipart(part(UTF_8), part(b"%PDF", b"application/pdf; name=a.pdf")).removeprefix(HEADERS)


@pytest.mark.parametrize("is_endless", [False, True])
def test_a_message_wrapped_whole_into_its_signature_is_read(is_endless: bool) -> None:  # noqa: FBT001
    body = base64.encodebytes(wrapped(INSIDE, is_endless=is_endless))
    message = read_message(mail(body, content_type=P7M, encoding=b"base64"))
    assert message.text == TEXT
    assert [each.file_name for each in message.attachments] == ["a.pdf", "smime.p7m"]


def test_what_is_sealed_broken_or_wrapped_again_and_again_stays_a_file() -> None:
    sealed = der(0x30, bytes.fromhex("06092a864886f70d010703"), der(0xA0, der(0x30, b"\x02\x01\x00")))
    whole = wrapped(INSIDE)
    for body in (b"", b"0", b"0\x80", sealed, whole[:40], whole[:-1], b"\x30\x84\xff\xff\xff\xff" + whole[6:], DATA):
        assert signed_content(body) is None
        message = read_message(mail(base64.b64encode(body), content_type=P7M, encoding=b"base64"))
        assert [(each.file_name, each.content) for each in message.attachments] == [("smime.p7m", body)]
        assert not message.needs_quarantine
    for _ in range(6):
        whole = wrapped(b"Content-Type: " + P7M + b"\r\nContent-Transfer-Encoding: binary\r\n\r\n" + whole)
    message = read_message(mail(whole, content_type=P7M, encoding=b"binary"))
    assert (message.text, len(message.attachments)) == ("", 4)


@pytest.mark.parametrize("unit", [b"\x04\0", b"\x30\x80", b"\x30\x80\0\0", b"\x24\x80\x04\x01a"])
def test_signed_data_of_endless_elements_costs_little(unit: bytes) -> None:
    data = b"\x30\x80" + SIGNED + b"\xa0\x80\x30\x80" + unit * (MOST_ELEMENTS * 20)
    started = time.process_time()
    assert signed_content(data) is None
    assert time.process_time() - started < 1


# --- receipts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("開封済み: 報告", "宛先: 窓口 のメッセージは 2018/11/12 に開封されました。"),
        ("未開封: 報告", "メッセージは開封せずに削除されました。"),
        ("開封確認：報告", "次のメールが開封されました"),
        ("Read: report", "Your message was read on Monday, November 12, 2018."),
        ("Not read: report", "Your message was deleted without being read."),
    ],
)
def test_a_receipt_that_a_mailer_wrote_in_words_is_no_ticket(given: str, text: str) -> None:
    sorting = sorted_out(mail(text.encode(), headers=subject(given)))[1]
    assert sorting.has(Mark.READING_NOTICE)
    assert not sorting.may_open_ticket


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("開封済み: 報告", "この通知が届きましたが、送った覚えがありません。"),
        ("Re: 開封済み: 報告", "開封されましたと出ますが、相手は見ていないそうです。"),
        ("Read: マニュアル", "手順どおりにするとエラーが表示されました。"),
        ("封書の開封について", "封筒が開封されました。"),
    ],
)
def test_a_person_may_write_about_receipts(given: str, text: str) -> None:
    assert sorted_out(mail(text.encode(), headers=subject(given)))[1].may_open_ticket


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [b"X-ML-Name: desk", b"X-MLServer: fml 4.0", b"Mailing-List: run by ezmlm"])
def test_what_comes_by_a_list_opens_a_ticket_and_is_never_answered(header: bytes) -> None:
    sorting = sorted_out(mail(UTF_8, headers=header + b"\r\n"))[1]
    assert (sorting.may_open_ticket, sorting.may_be_answered) == (True, False)


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("Mon, 12 Nov 2018 10:15:00 JST", "2018-11-12T10:15:00+09:00"),
        ("2018-11-12 10:15:00 +0900", "2018-11-12T10:15:00+09:00"),
        ("2018-11-12T01:15:00Z", "2018-11-12T10:15:00+09:00"),
        ("2018-11-12 10:15:00.123", "2018-11-12T10:15:00+09:00"),
        ("2018/11/12 9:05", "2018-11-12T09:05:00+09:00"),
        ("2018年11月12日 10:15:00", "2018-11-12T10:15:00+09:00"),
        ("2018-13-12 10:15:00", None), ("2018-11-12 10:15:00 +99:99", None), ("2018-11-12", None),
    ],
)  # fmt: skip
def test_dates_of_scanners_and_forms_are_japans_unless_they_say_otherwise(given: str, moment: str | None) -> None:
    found = read_message(mail(UTF_8, headers=b"Date: " + given.encode() + b"\r\n")).date
    assert found == (datetime.fromisoformat(moment) if moment else None)


# --- words and files --------------------------------------------------------------------------------------------------


def test_words_in_markdown_or_enriched_text_are_the_text_where_there_are_no_others() -> None:
    enriched = "<bold>印刷</bold><param>x</param>が a<<b で止まります".encode()
    assert read_message(mail(UTF_8, content_type=b"text/markdown; charset=utf-8")).text == TEXT
    assert read_message(mail(enriched, content_type=b"text/enriched; charset=utf-8")).text == "印刷が a<b で止まります"
    both = read_message(
        multipart(part(UTF_8), part(b"# more", b"text/markdown"), part(b"#", b"text/markdown; name=a.md"))
    )
    assert (both.text, [each.file_name for each in both.attachments][-1:]) == (TEXT, ["a.md"])
    assert len(both.attachments) == 2


def test_a_scan_without_words_date_or_message_id_is_a_letter_with_its_file() -> None:
    scan = b'application/pdf; name="20181112101500.pdf"'
    raw = b"From: scanner@example.jp\r\nSubject: " + word("スキャン", "iso-2022-jp") + b"\r\n"
    raw += b"Content-Type: " + scan + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"%PDF-1.4")
    message, sorting = sorted_out(raw)
    assert (message.subject, message.text, sorting.may_open_ticket) == ("スキャン", "", True)
    assert [(each.file_name, each.content) for each in message.attachments] == [("20181112101500.pdf", b"%PDF-1.4")]


def test_telephones_addresses_with_dots_and_pictures_between_words_are_read() -> None:
    raw = multipart(
        part(UTF_8), part(b"x", b'image/jpeg; name="IMG_0001.jpeg"', headers=b"Content-Disposition: inline\r\n"),
        part("\n\niPhoneから送信".encode()), headers=b"From: ta..ro.@docomo.ne.jp\r\n",
    )  # fmt: skip
    message, sorting = sorted_out(raw)
    assert message.author is not None
    assert (message.author.address, sorting.may_open_ticket) == ("ta..ro.@docomo.ne.jp", True)
    assert message.text == f"{TEXT}\niPhoneから送信"
    assert [each.file_name for each in message.attachments] == ["IMG_0001.jpeg"]


def test_an_invitation_keeps_its_words_and_its_calendar_file() -> None:
    calendar = part(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"text/calendar; method=REQUEST")
    raw = multipart(part("日時: 5月20日".encode()), part(b"<p>x</p>", b"text/html"), calendar, subtype=b"alternative")
    message, sorting = sorted_out(raw)
    assert (message.text, sorting.may_open_ticket) == ("日時: 5月20日", True)
    assert [each.content_type for each in message.attachments] == ["text/calendar"]
