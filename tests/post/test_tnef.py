import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.post.mails import multipart, part

from madoguchi.post.reading import read_message
from madoguchi.post.tnef import read_tnef
from madoguchi.post.vocabulary import Trouble

START = struct.pack("<IH", 0x223E9F78, 1)
CODE_PAGE = (0x9007, struct.pack("<II", 932, 0))


def tnef(*attributes: tuple[int, bytes]) -> bytes:
    body = b"".join(
        struct.pack("<BHHI", 2, number, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
        for number, value in attributes
    )
    return START + body


def properties(*given_properties: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(given_properties))
    for kind, number, value in given_properties:
        out += struct.pack("<HH", kind, number)
        if kind in (0x1E, 0x1F, 0x102, 0x0D):
            out += struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
        else:
            out += value
    return out


SHORT = (0x8010, "予算~1.XLS\0".encode("cp932"))
LONG = (0x1F, 0x3707, "予算表.xlsx\0".encode("utf-16-le"))
SJIS_LONG = (0x1E, 0x3707, "予算表.xlsx\0".encode("cp932"))
MIME = (0x1E, 0x370E, b"application/vnd.ms-excel\0")
NUMBER = (0x03, 0x0E21, struct.pack("<I", 3))


def test_long_japanese_names_and_contents_are_read() -> None:
    for name in (LONG, SJIS_LONG):
        found = read_tnef(
            tnef(CODE_PAGE, (0x9002, b"\0" * 14), SHORT, (0x800F, b"content"), (0x9005, properties(NUMBER, MIME, name)))
        )
        assert found is not None
        (file,) = found.files
        assert (file.name, file.content_type, file.content) == ("予算表.xlsx", "application/vnd.ms-excel", b"content")


def test_named_and_several_valued_properties_are_stepped_over() -> None:
    named = struct.pack("<HH", 0x1F, 0x8001) + b"\0" * 16 + struct.pack("<II", 1, 6) + b"a\0b\0\0\0" + b"\0\0"
    named += struct.pack("<II", 1, 4) + b"x\0\0\0"
    several = struct.pack("<HHI", 0x1003, 0x1234, 2) + b"\1\0\0\0\2\0\0\0"
    data = struct.pack("<I", 3) + named + several + properties(LONG)[4:]
    found = read_tnef(tnef((0x9002, b""), (0x9005, data)))
    assert found is not None
    assert found.files[0].name == "予算表.xlsx"


def test_the_file_gives_its_contents_in_place_of_itself() -> None:
    data = tnef(CODE_PAGE, (0x800C, "本文です。\0".encode("cp932")), (0x9002, b""), SHORT, (0x800F, b"content"))
    message = read_message(multipart(part(data, b"application/ms-tnef; name=winmail.dat")))
    assert message.text == "本文です。"
    assert [(each.file_name, each.content) for each in message.attachments] == [("予算~1.XLS", b"content")]
    with_text = read_message(multipart(part(b"own words"), part(data, b"application/ms-tnef")))
    assert with_text.text == "own words"


def test_a_body_among_the_properties_is_read() -> None:
    found = read_tnef(tnef((0x9003, properties((0x1F, 0x1000, "本文\0".encode("utf-16-le"))))))
    assert found is not None
    assert found.text == "本文"


def test_a_broken_file_is_kept_as_it_is() -> None:
    message = read_message(multipart(part(b"text"), part(b"broken", b"application/ms-tnef; name=winmail.dat")))
    assert [(each.file_name, each.content) for each in message.attachments] == [("winmail.dat", b"broken")]
    assert Trouble.TNEF_UNREADABLE in {finding.trouble for finding in message.findings}


@pytest.mark.parametrize("cut", range(6, 200, 7))
def test_a_cut_file_gives_what_is_whole(cut: int) -> None:
    whole = tnef(CODE_PAGE, (0x9002, b""), SHORT, (0x800F, b"content"), (0x9005, properties(NUMBER, MIME, LONG)))
    found = read_tnef(whole[:cut])
    assert found is not None
    assert all(file.content in (b"", b"content") for file in found.files)


@given(st.binary(max_size=200), st.sampled_from([0x9003, 0x9005, 0x9007, 0x800C]))
def test_any_bytes_are_survived(data: bytes, number: int) -> None:
    assert read_tnef(START + data) is not None
    assert read_tnef(tnef((0x9002, b""), (number, data))) is not None
