import hashlib

import pytest
from tests.post.mails import multipart, part, to_jis

from madoguchi.post.message import Attachment
from madoguchi.post.reading import read_message


def attachment(disposition: bytes, content_type: bytes = b"application/octet-stream") -> Attachment:
    headers = b"Content-Disposition: " + disposition + b"\r\nContent-Transfer-Encoding: base64\r\n"
    message = read_message(multipart(part(b"text"), part(b"JVBERi0xLjQK", content_type, headers=headers)))
    assert message.text == "text"
    (found,) = message.attachments
    return found


def percent(data: bytes) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in data)


SJIS = "予算表.xlsx".encode("cp932")


@pytest.mark.parametrize(
    "disposition",
    [
        b"attachment; filename*=UTF-8''" + percent("予算表.xlsx".encode()),
        b"attachment; filename*=Shift_JIS'ja'" + percent(SJIS),
        b"attachment; filename*=iso-2022-jp''" + percent(to_jis("予算表.xlsx")),
        b"attachment; filename*=" + percent(SJIS),
        b"attachment; filename*0*=Shift_JIS''" + percent(SJIS[:3]) + b";\r\n filename*1*=" + percent(SJIS[3:]),
        b"attachment; filename*1*=" + percent(SJIS[3:]) + b"; filename*0*=Shift_JIS''" + percent(SJIS[:3]),
        b"attachment; filename*0*=Shift_JIS''" + percent(SJIS[:6]) + b'; filename*1=".xlsx"',
        b'attachment; filename="' + SJIS + b'"',
        b"attachment; filename=" + SJIS,
        b'attachment; filename="' + to_jis("予算表.xlsx") + b'"',
        b'attachment; filename="' + "予算表.xlsx".encode() + b'"',
        b'attachment; filename="' + "予算表.xlsx".encode("euc_jp") + b'"',
        b'attachment; filename="=?iso-2022-jp?B?GyRCTT07O0k9GyhCLnhsc3g=?="',
        b"attachment; filename=\"x.xlsx\"; filename*=UTF-8''" + percent("予算表.xlsx".encode()),
        b'attachment; filename*0="=?utf-8?B?5LqI566X6KGoLn"; filename*1="hsc3g=?="',
        b'attachment; filename="C:\\work\\' + SJIS + b'"',
        b'attachment; filename="../../' + SJIS + b'"',
    ],
)
def test_a_japanese_file_name_is_read_however_it_is_written(disposition: bytes) -> None:
    assert attachment(disposition).file_name == "予算表.xlsx"


def test_the_type_may_carry_the_name() -> None:
    assert attachment(b"attachment", b'application/pdf; name="' + SJIS + b'"').file_name == "予算表.xlsx"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('"a\u202egpj.exe"', "agpj.exe"),
        ('".."', "attachment-1.bin"),
        ('""', "attachment-1.bin"),
        ('"NUL.txt"', "_NUL.txt"),
        ('"a/b\\\\c?.txt"', "c_.txt"),
        ('"a b c.txt "', "a b c.txt"),
        ('"か\u3099.txt"', "が.txt"),
        ('"神﨑.txt"', "神﨑.txt"),
        ('"say \\"hi\\".txt"', "say _hi_.txt"),
    ],
)
def test_hostile_file_names_are_made_harmless(given: str, kept: str) -> None:
    assert attachment(b"attachment; filename=" + given.encode()).file_name == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = attachment(b'attachment; filename="' + "長".encode() * 500 + b'.xlsx"').file_name
    assert name.startswith("長長")
    assert name.endswith(".xlsx")
    assert len(name.encode()) <= 180


def test_content_is_measured_and_kept() -> None:
    found = attachment(b"attachment; filename=a.pdf")
    assert (found.size, found.content) == (9, b"%PDF-1.4\n")
    assert found.sha256 == hashlib.sha256(b"%PDF-1.4\n").hexdigest()


def test_inline_images_are_found_by_their_identifier() -> None:
    image = part(b"x", b"image/png", headers=b"Content-ID: <logo@x>\r\nContent-Disposition: inline\r\n")
    html = part(b'<img src="cid:logo@x"><img src="https://t.example/p.gif">', b"text/html")
    message = read_message(multipart(html, image, subtype=b"related"))
    assert message.html == '<img src="cid:logo@x">'
    assert message.has_remote_content
    assert [(each.content_id, each.file_name, each.is_inline) for each in message.attachments] == [
        ("logo@x", "attachment-1.png", True)
    ]
