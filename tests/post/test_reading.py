import base64

import pytest
from tests.post.mails import mail, multipart, part, to_jis

from madoguchi.post.message import Address, Message
from madoguchi.post.reading import read_message
from madoguchi.post.vocabulary import Trouble

TEXT = "様式がダウンロードできません。"


def troubles(message: Message) -> set[Trouble]:
    return {finding.trouble for finding in message.findings}


def subject(raw: bytes) -> str:
    return read_message(mail(headers=b"Subject: " + raw + b"\r\n")).subject


def word(data: bytes, charset: str = "iso-2022-jp") -> bytes:
    return b"=?" + charset.encode() + b"?B?" + base64.b64encode(data) + b"?="


# --- headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        word(to_jis(TEXT)),
        word(TEXT.encode("cp932"), "Shift_JIS"),
        word(TEXT.encode("euc_jp"), "euc-jp"),
        word(TEXT.encode(), "utf-8"),
        word(TEXT.encode(), "iso-2022-jp"),
        word(TEXT.encode("cp932"), "x-unknown"),
        b'"' + word(TEXT.encode(), "UTF-8*ja") + b'"',
        to_jis(TEXT),
        TEXT.encode("cp932"),
        TEXT.encode("euc_jp"),
        TEXT.encode(),
    ],
)
def test_subjects_in_every_encoding_are_read(raw: bytes) -> None:
    assert subject(raw).strip('"') == TEXT


@pytest.mark.parametrize("cut", range(1, 44))
def test_an_encoded_word_cut_anywhere_is_joined(cut: int) -> None:
    for data, charset in ((TEXT.encode(), "utf-8"), (to_jis(TEXT), "iso-2022-jp"), (TEXT.encode("cp932"), "cp932")):
        assert subject(word(data[:cut], charset) + b"\r\n " + word(data[cut:], charset)) == TEXT


@pytest.mark.parametrize("cut", range(4, 20))
def test_a_raw_header_folded_among_kanji_is_joined(cut: int) -> None:
    raw = to_jis(TEXT)
    assert subject(raw[:cut] + b"\r\n\t" + raw[cut:]) == TEXT


def test_base64_cut_inside_a_group_is_joined() -> None:
    digits = base64.b64encode(TEXT.encode())
    assert subject(b"=?utf-8?B?" + digits[:7] + b"?=\r\n\t=?utf-8?B?" + digits[7:] + b"?=") == TEXT


def test_words_of_two_encodings_stand_side_by_side() -> None:
    assert subject(word("あ".encode(), "utf-8") + b" =?utf-8?Q?=E3=81=84?= (a_b)") == "あい (a_b)"


@pytest.mark.parametrize(
    "raw", [b"=?utf-8?Q?Hello=0D=0ABcc:=20victim@example.com=0D=0A=0D=0Abody?=", b"=?utf-8?Q?Hello=0ABcc:_x?="]
)
def test_a_header_hidden_in_a_subject_is_cut_off_and_said(raw: bytes) -> None:
    message = read_message(mail(headers=b"Subject: " + raw + b"\r\n"))
    assert message.subject == "Hello"
    assert Trouble.HEADER_INJECTION in troubles(message)


def test_a_harmless_line_break_in_a_subject_becomes_a_space() -> None:
    assert subject(b"=?utf-8?Q?first=0D=0A_second?=") == "first  second"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"taro@example.jp", [("", "taro@example.jp")]),
        (b"<taro@example.jp>", [("", "taro@example.jp")]),
        (b"taro@example.jp (Taro (x) Yamada)", [("Taro (x) Yamada", "taro@example.jp")]),
        (b'"Yamada, Taro" <taro@example.jp>, b@c.jp', [("Yamada, Taro", "taro@example.jp"), ("", "b@c.jp")]),
        (word(to_jis("山田,太郎")) + b" <taro@example.jp>", [("山田,太郎", "taro@example.jp")]),
        ('"表示" <taro@example.jp>'.encode("cp932"), [("表示", "taro@example.jp")]),
        (to_jis("法務　花子") + b" <taro@example.jp>", [("法務　花子", "taro@example.jp")]),
        (b"undisclosed-recipients:;", []),
        (b"desk: a@b.jp, c@d.jp; e@f.jp", [("", "a@b.jp"), ("", "c@d.jp"), ("", "e@f.jp")]),
        (b"a..b.@docomo.ne.jp", [("", "a..b.@docomo.ne.jp")]),
        (b'"Taro <taro@example.jp>', [("Taro", "taro@example.jp")]),
        (b"Taro (unfinished <taro@example.jp>", [("Taro (unfinished", "taro@example.jp")]),
        (b"<@a.jp,@b.jp:taro@example.jp>", [("", "taro@example.jp")]),
        ("山田太郎".encode(), [("山田太郎", "")]),
        (b"foo", [("", "foo")]),
        (b"Taro <>", [("Taro", "")]),
        (b"taro @ example.jp", [("", "taro@example.jp")]),
        (b'"taro@example.jp" <evil@example.com>', [("taro@example.jp", "evil@example.com")]),
        (b"a@b.jp; c@d.jp", [("", "a@b.jp"), ("", "c@d.jp")]),
        (b"Taro taro@example.jp>", [("Taro", "taro@example.jp")]),
        (b"Taro [taro@example.jp]", [("Taro", "taro@example.jp")]),
        (b"taro@[192.0.2.1]", [("", "taro@[192.0.2.1]")]),
    ],
)
def test_addresses_are_read_as_they_are_written(raw: bytes, expected: list[tuple[str, str]]) -> None:
    message = read_message(mail(headers=b"Cc: " + raw + b"\r\n"))
    assert [(each.name, each.address) for each in message.cc] == expected


@pytest.mark.parametrize("raw", ["Yamada, Taro <taro@example.jp>", "山田, 太郎 <taro@example.jp>"])
def test_a_name_with_a_comma_that_nobody_quoted_is_one_author(raw: str) -> None:
    message = read_message(mail(headers=b"From: " + raw.encode() + b"\r\n"))
    assert message.author == Address(name=raw.partition(" <")[0], address="taro@example.jp")


def test_a_whole_address_inside_an_encoded_word_is_found() -> None:
    message = read_message(mail(headers=b"Cc: " + word("山田 <taro@example.jp>".encode(), "utf-8") + b"\r\n"))
    assert message.cc == (Address(name="山田", address="taro@example.jp"),)


def test_addresses_hold_no_line_break() -> None:
    message = read_message(mail(headers=b"Cc: =?utf-8?Q?x=0D=0ABcc:_v,@e.com?= <a\x0bb@c.jp>\r\n"))
    assert message.cc == (Address(name="x", address="ab@c.jp"),)


def test_identifiers_are_read_without_their_brackets() -> None:
    message = read_message(
        mail(headers=b"References: <a@b>\r\n\t<c@d> <a@b>\r\nIn-Reply-To: Your mail <c@d> of today\r\n")
    )
    assert message.message_id == "a1@mail.example.jp"
    assert message.references == ("a@b", "c@d")
    assert message.in_reply_to == ("c@d",)


@pytest.mark.parametrize("raw", [b"yesterday", b"", b"Mon, 99 Foo 2018 10:15:00", b"1 Jan 1950 00:00 +0000", b"\xff"])
def test_a_date_that_is_none_is_missing_and_said(raw: bytes) -> None:
    message = read_message(mail(headers=b"Date: " + raw + b"\r\n"))
    assert message.date is None
    assert Trouble.DATE_UNREADABLE in troubles(message)


def test_an_empty_file_is_a_message_that_says_nothing() -> None:
    message = read_message(b"")
    assert (message.text, message.subject, message.author, message.message_id) == ("", "", None, None)
    assert message.fingerprint.startswith("e3b0c442")


# --- bodies ----------------------------------------------------------------------------------------------------------


def test_quoted_printable_jis_is_read() -> None:
    body = to_jis(TEXT).replace(b"=", b"=3D").replace(b"\x1b", b"=1B")
    message = read_message(mail(body, content_type=b"text/plain; charset=iso-2022-jp", encoding=b"quoted-printable"))
    assert message.text == TEXT


@pytest.mark.parametrize("content_type", [b"text/plain", b"text/plain; charset=utf-8", b"text/plain; charset=broken"])
def test_jis_without_its_label_is_read(content_type: bytes) -> None:
    assert read_message(mail(to_jis("①㈱髙 " + TEXT), content_type=content_type)).text == "①㈱髙 " + TEXT


def test_a_corrected_charset_is_said() -> None:
    message = read_message(mail(TEXT.encode("cp932"), content_type=b"text/plain; charset=utf-8"))
    assert message.text == TEXT
    assert Trouble.CHARSET_CORRECTED in troubles(message)


def test_flowed_japanese_is_joined_without_its_spaces() -> None:
    body = "様式がダウン \r\nロードできません。\r\n> 引用の \r\n> 続き\r\n-- \r\n署名".encode()
    message = read_message(mail(body, content_type=b"text/plain; charset=utf-8; format=flowed; delsp=yes"))
    assert message.text == "様式がダウンロードできません。\n> 引用の続き\n-- \n署名"


def test_html_alone_becomes_text() -> None:
    html = "<html><head><title>t</title><style>p{}</style></head><body><p>一行目<br>二行目</p><ul><li>項目</ul></body>"
    message = read_message(mail(html.encode("cp932"), content_type=b"text/html; charset=shift_jis"))
    assert message.text == "一行目\n二行目\n\n- 項目"
    assert message.html.startswith("<p>一行目<br>")


def test_plain_text_is_the_text_and_html_the_html_of_alternatives() -> None:
    message = read_message(multipart(part(TEXT.encode()), part(b"<b>x</b>", b"text/html"), subtype=b"alternative"))
    assert (message.text, message.html) == (TEXT, "<b>x</b>")


def test_an_empty_plain_alternative_gives_way_to_the_html() -> None:
    message = read_message(multipart(part(b" \r\n"), part(b"<p>x</p>", b"text/html"), subtype=b"alternative"))
    assert message.text == "x"


def test_html_and_a_plain_footer_are_both_read() -> None:
    message = read_message(multipart(part(b"<p>body</p>", b"text/html"), part(b"footer")))
    assert message.text == "body\nfooter"


def test_a_missing_blank_line_and_a_wrong_boundary_are_survived() -> None:
    body = b"--right\r\nContent-Type: text/plain\r\n\r\nhi\r\n--right--\r\n"
    assert read_message(mail(body, content_type=b"multipart/mixed; boundary=wrong")).text == "hi"
    assert read_message(b"Subject: x\nno blank line").text == "no blank line"


@pytest.mark.parametrize("boundary", ["----=_NextPart_000_0093", '"bad-char-µ"', '"様式"', "a b", '"a;b"', "'x'"])
def test_unusual_boundaries_are_found(boundary: str) -> None:
    line = boundary.strip('"').encode()
    raw = mail(
        b"--" + line + b"\r\n\r\nhi\r\n--" + line + b"--\r\n",
        content_type=b"multipart/mixed; boundary=" + boundary.encode(),
    )
    assert read_message(raw).text == "hi"


def test_of_two_content_types_the_first_counts() -> None:
    raw = multipart(part(b"hi")).replace(b"\r\n\r\n", b"\r\nContent-type: text/plain\r\n\r\n", 1)
    assert read_message(raw).text == "hi"


def test_old_line_ends_and_a_mailbox_line_are_read() -> None:
    assert read_message(b"From taro Mon Nov 12\rSubject: x\r\rbody\rmore").text == "body\nmore"


def test_uuencoded_and_broken_base64_are_read_as_far_as_they_go() -> None:
    uu = b"begin 644 a.txt\n#86)C\n`\nend\n"
    assert read_message(mail(uu, encoding=b"x-uuencode")).text == "abc"
    assert read_message(mail(b"aGVsbG8*d29ybG!Q", encoding=b"base64")).text.startswith("hello")
    assert read_message(mail(b"aGVsbG8=\r\nd29ybGQ=\r\n", encoding=b"base64")).text == "helloworld"


@pytest.mark.parametrize(
    "content_type",
    [b"text/html charset=koi8-r", b"Text/HTML (x); CHARSET='koi8-r'", b'text/html; charset="koi8-r', b"text/html"],
)
def test_content_types_are_read_as_they_are_meant(content_type: bytes) -> None:
    html = "<meta http-equiv=x content='text/html; charset=koi8-r'><p>Привет, мир".encode("koi8-r")
    message = read_message(mail(html, content_type=content_type))
    assert (message.text, message.html) == ("Привет, мир", "<p>Привет, мир</p>")


# --- messages inside -------------------------------------------------------------------------------------------------


def test_a_forwarded_message_is_read_with_its_file() -> None:
    file = part(b"abc", b'text/csv; name="a.csv"')
    inner = multipart(part(TEXT.encode()), file, headers=b"Subject: inner\r\n", boundary=b"b2")
    message = read_message(multipart(part(b"see below"), part(inner, b"message/rfc822")))
    assert (message.text, message.attachments) == ("see below", ())
    (nested,) = message.nested
    assert (nested.subject, nested.text) == ("inner", TEXT)
    assert [each.file_name for each in nested.attachments] == ["a.csv"]


def test_a_forwarded_message_in_base64_is_read() -> None:
    inner = mail(TEXT.encode(), headers=b"Subject: inner\r\n")
    message = read_message(mail(base64.b64encode(inner), content_type=b"message/rfc822", encoding=b"base64"))
    assert [(each.subject, each.text) for each in message.nested] == [("inner", TEXT)]
