"""What old, broken and careless mailers send: read as a person would."""

import base64
import binascii
import time

import pytest
from tests.post.mails import mail, to_jis

from madoguchi.post.charsets import decode_text
from madoguchi.post.inline_files import take_inline_files
from madoguchi.post.reading import read_message
from madoguchi.post.sorting import classify

TEXT = "様式がダウンロードできません。"


def word(data: bytes, charset: bytes) -> bytes:
    return b"=?" + charset + b"?B?" + base64.b64encode(data) + b"?="


def subject(raw: bytes) -> bytes:
    return mail(b"x", headers=b"Subject: " + raw + b"\r\n")


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (TEXT.encode("utf-16-be"), "utf-16"),  # no mark at its beginning
        (TEXT.encode("utf-16-le"), "utf-16"),
        (f"{TEXT}\n".encode("utf-16-le"), ""),
        (TEXT.encode("utf-8"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        (TEXT.encode("utf-32"), "utf-8"),
    ],
)
def test_two_and_four_bytes_a_character_are_told_from_the_bytes(data: bytes, label: str) -> None:
    assert decode_text(data=data, label=label).text.rstrip() == TEXT


def test_nul_bytes_in_an_eight_bit_text_make_it_no_other_encoding() -> None:
    assert decode_text(data="様式\0が".encode(), label="utf-8").text == "様式\0が"
    assert decode_text(data=b"plain words\0").text == "plain words\0"


@pytest.mark.parametrize("label", ["shift_jis-2004", "euc-jis-2004", "Shift_JISX0213"])
def test_characters_of_jis_x_0213_are_read_where_the_label_names_them(label: str) -> None:
    codec = "euc_jis_2004" if label.startswith("euc") else "shift_jis_2004"
    assert decode_text(data="俱楽部か゚".encode(codec), label=label).text == "俱楽部か゚"
    windows = "①㈱".encode("cp932")
    assert decode_text(data=windows, label="shift_jis-2004").text == "①㈱"


def test_a_character_cut_between_words_of_two_spellings_of_one_charset_is_whole() -> None:
    encoded, windows = "届出様式①".encode(), "届出様式①".encode("cp932")
    found = [
        subject(word(encoded[:4], b"utf-8") + b"\r\n " + word(encoded[4:], b"UTF8")),
        subject(word(windows[:3], b"cp932") + b"\r\n " + word(windows[3:], b"windows-31j")),
    ]
    assert [read_message(raw).subject for raw in found] == ["届出様式①"] * 2


@pytest.mark.parametrize("ends", [b"", b"-- \r\nfooter of a list\r\n"])
def test_base64_is_read_without_the_footer_of_a_list(ends: bytes) -> None:
    body = base64.b64encode(TEXT.encode()) + b"\r\n\r\n" + ends
    message = read_message(mail(body, encoding=b"base64", content_type=b"text/plain; charset=utf-8"))
    assert message.text == TEXT


def test_a_blank_line_within_base64_ends_nothing() -> None:
    body = base64.b64encode(b"a" * 90) + b"\r\n\r\n" + base64.b64encode(b"b" * 90)
    assert read_message(mail(body, encoding=b"base64")).text == "a" * 90 + "b" * 90


@pytest.mark.parametrize("text", [TEXT, "This is plain text, not base64."])
def test_plain_text_that_is_labelled_base64_stays_text(text: str) -> None:
    raw = mail(text.encode(), encoding=b"base64", content_type=b"text/plain; charset=utf-8")
    assert read_message(raw).text == text


def uuencoded(name: bytes, content: bytes) -> bytes:
    lines = (content[start : start + 45] for start in range(0, len(content), 45))
    encoded = b"".join(binascii.b2a_uu(line).rstrip(b"\n") + b"\r\n" for line in lines)
    return b"begin 644 " + name + b"\r\n" + encoded + b"`\r\nend\r\n"


def test_files_written_into_the_text_become_files() -> None:
    content = bytes(range(256)) * 9
    shifted = bytes((byte + 42) % 256 for byte in content)
    escaped = b"".join(b"=" + bytes(((each + 64) % 256,)) if each in b"\0\n\r=" else bytes((each,)) for each in shifted)
    yenc = b"=ybegin line=128 size=2304 name=b.bin\r\n" + escaped + b"\r\n=yend size=2304\r\n"
    body = "添付します\r\n".encode("cp932") + uuencoded("予算.bin".encode("cp932"), content) + b"bye\r\n" + yenc
    message = read_message(mail(body, content_type=b"text/plain; charset=shift_jis"))
    assert message.text == "添付します\nbye"
    assert [(each.file_name, each.content) for each in message.attachments] == [
        ("予算.bin", content), ("b.bin", content),
    ]  # fmt: skip


def test_a_large_file_written_into_the_text_becomes_a_file_like_a_small_one() -> None:
    content = bytes(range(256)) * 46_000
    message = read_message(mail(b"see below\r\n" + uuencoded(b"big.bin", content) + b"bye\r\n"))
    assert message.text == "see below\nbye"
    assert [(each.file_name, each.content == content) for each in message.attachments] == [("big.bin", True)]
    assert message.findings == ()


def test_words_that_only_look_like_a_beginning_stay_text() -> None:
    text = "begin 644 the work\nplease be quick about it\nend"
    message = read_message(mail(text.encode()))
    assert (message.text, message.attachments) == (text, ())


MANY = 8_000_000
BAITS = [
    b"begin 644 x\n" * (MANY // 12), b"=ybegin name=x\n" * (MANY // 15), b"begin 644 x\nM\nend\n" * (MANY // 18),
    b"begin 644 x\n" * 30 + b"\n" * MANY + b"\nend\n",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BAITS)))
def test_many_beginnings_cost_little(number: int) -> None:
    started = time.process_time()
    take_inline_files(BAITS[number])
    assert time.process_time() - started < 1


def test_a_byte_order_mark_and_lines_ended_by_cr_alone_do_not_hide_the_headers() -> None:
    assert read_message(b"\xef\xbb\xbf" + mail(b"hi")).subject == "test"
    mac = read_message(b"From: a@b.jp\rSubject: x\r\rline 1\nline 2\r")
    assert (mac.subject, mac.text) == ("x", "line 1\nline 2")
    # one of them in a header begins no other header
    assert read_message(b"From: a@b.jp\r\nSubject: a\rBcc: evil@b.jp\r\n\r\nhi").header("bcc") == ""


def test_a_name_with_a_comma_nobody_quoted_is_one_person() -> None:
    (author,) = read_message("From: 山田, 太郎 <taro@b.jp>\r\n\r\nhi".encode()).authors
    assert (author.name, author.address) == ("山田, 太郎", "taro@b.jp")
    two = read_message(b"From: a@b.jp, c@d.jp\r\n\r\nhi").authors
    assert [each.address for each in two] == ["a@b.jp", "c@d.jp"]


@pytest.mark.parametrize(
    ("text", "is_answer"),
    [
        ("本日休暇をいただいております", True),
        ("お問い合わせ受付（自動返信メール）", True),
        ("※自動返信※ お問い合わせ", True),
        ("不在連絡（4/1～4/3）", True),
        ("外出中につき返信が遅れます", True),
        ("休暇中のため後日ご連絡いたします", True),
        ("出張中のためパスワードを再設定したい", False),
        ("不在のため代理で申請したい", False),
        ("不在通知（宅配）が届いた件", False),
        ("お休みをいただいているときの転送設定", False),
        ("自動返信が届きません", False),
        ("自動返信（不在時）の設定", False),
    ],
)
def test_answers_of_machines_are_told_from_questions_about_them(text: str, is_answer: bool) -> None:  # noqa: FBT001
    sorting = classify(message=read_message(subject(word(text.encode(), b"utf-8"))), own_addresses=[])
    assert (sorting.is_automatic, sorting.may_open_ticket) == (is_answer, not is_answer)


def test_an_address_within_a_sentence_of_a_bounce_is_found() -> None:
    raw = (
        b"Return-Path: <>\r\nFrom: Postmaster@ezweb.ne.jp\r\nSubject: Mail System Error - Returned Mail\r\n\r\n"
        b"Your mail could not be delivered to: <who@ezweb.ne.jp>\r\nas the mailbox is full.\r\n"
    )
    report = classify(message=read_message(raw), own_addresses=[]).report
    assert report is not None
    assert [each.address for each in report.failed] == ["who@ezweb.ne.jp"]


def test_kanji_of_windows_in_jis_come_through_a_label_of_another_kind() -> None:
    for label in (b"us-ascii", b"utf-8", b"shift_jis", b"x-unknown", b"iso-2022-jp-ms"):
        raw = mail(to_jis("①髙﨑㈱ｶﾞ"), content_type=b"text/plain; charset=" + label)
        assert read_message(raw).text == "①髙﨑㈱ｶﾞ"
