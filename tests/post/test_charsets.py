import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.post.mails import to_jis

from madoguchi.post.charsets import decode_text
from madoguchi.post.japanese import AS_WINDOWS, decode_euc_jp, decode_iso_2022_jp

WINDOWS = "①㈱髙橋﨑 Ⅱ～－ テスト ｶﾞｯｺｳ abc"
SENTENCE = "様式がダウンロードできません。至急ご確認ください。"
# cp932 writes six characters as others of the same look
SIX = "¢£¬‖−〜"
CP932 = st.text(st.characters(codec="cp932", exclude_categories=("Cc", "Co"), exclude_characters=SIX), max_size=60)


def test_jis_with_nec_and_ibm_characters_and_half_width_kana_is_read() -> None:
    assert decode_text(data=to_jis(WINDOWS), label="iso-2022-jp").text == WINDOWS


@given(CP932)
def test_every_character_of_windows_survives_jis(text: str) -> None:
    assert decode_iso_2022_jp(to_jis(text)) == text


@given(st.text(st.characters(codec="iso2022_jp", exclude_characters="¥‾\\~\x1b\x0e\x0f"), max_size=60))
def test_the_fast_way_reads_as_the_careful_one(text: str) -> None:
    data = text.encode("iso2022_jp")
    careful = data.replace(b"\x1b(B", b"\x1b(J")
    assert decode_iso_2022_jp(data) == decode_iso_2022_jp(careful) == text.translate(AS_WINDOWS)


def test_ibm_characters_in_rows_beyond_94_are_read() -> None:
    assert decode_iso_2022_jp(b"\x1b$B\x96\x7e\x1b(B") == b"\xfb\xfc".decode("cp932")


@pytest.mark.parametrize("label", ["", "us-ascii", "utf-8", "iso-8859-1", "x-unknown", "ISO-2022-JP", "shift_jis"])
@pytest.mark.parametrize("charset", ["iso2022_jp", "cp932", "euc_jp", "utf-8"])
def test_japanese_is_read_under_a_missing_or_wrong_label(label: str, charset: str) -> None:
    assert decode_text(data=SENTENCE.encode(charset), label=label).text == SENTENCE


@pytest.mark.parametrize("charset", ["cp932", "euc_jp", "utf-8"])
@pytest.mark.parametrize("text", ["予算表.xlsx", "届出書", "テスト", "法務　花子", "議事録（案）.docx"])
def test_short_names_are_read_without_a_label(text: str, charset: str) -> None:
    assert decode_text(data=text.encode(charset)).text == text


@pytest.mark.parametrize(
    ("label", "codec"),
    [("iso-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("iso-8859-15", "iso-8859-15"), ("koi8-r", "koi8-r")],
)
def test_one_byte_labels_are_believed(label: str, codec: str) -> None:
    texts = ["Привет, мир", "Привет"] if codec == "koi8-r" else ["Déjà vu, garçon à l'été", "ÄÖÜ äöüß", "été", "Ñandú"]
    for text in texts:
        assert decode_text(data=text.encode(codec), label=label).text == text


@pytest.mark.parametrize("charset", ["cp932", "euc_jp"])
@pytest.mark.parametrize("text", ["届出様式", "予算表 2018", "会議（案）"])
def test_a_heading_of_kanji_is_read_under_a_latin_label(text: str, charset: str) -> None:
    assert decode_text(data=text.encode(charset), label="iso-8859-1").text == text


def test_quotation_marks_of_windows_are_believed() -> None:
    text = "“été” – l’œuvre"
    assert decode_text(data=text.encode("cp1252"), label="iso-8859-1").text == text


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("gb2312", "gbk", "您好，無法下载"),
        ("big5", "big5", "無法下載表格"),
        ("ks_c_5601-1987", "cp949", "양식을 다운로드할 수 없습니다"),
        ("utf-16", "utf-16", SENTENCE),
        ("utf-7", "utf-7", SENTENCE),
        ("hz-gb-2312", "hz", "您好"),
    ],
)
def test_other_labels_are_believed(label: str, codec: str, text: str) -> None:
    assert decode_text(data=text.encode(codec), label=label).text == text


def test_pictures_of_mobile_telephones_do_not_upset_the_reading() -> None:
    data = SENTENCE.encode("cp932") + b"\xf8\x9f\xf9\xa0"
    assert decode_text(data=data).text.startswith(SENTENCE)


def test_half_width_kana_under_a_shift_jis_label_is_not_taken_for_latin_utf8() -> None:
    assert decode_text(data="ﾃｽﾄ送信".encode("cp932"), label="Shift_JIS").text == "ﾃｽﾄ送信"


def test_half_width_kana_by_shift_out_and_with_the_high_bit() -> None:
    assert decode_iso_2022_jp(b"\x0e6E\x0f ok") == "ｶﾅ ok"
    assert decode_iso_2022_jp(b"\x1b(J\xb6\xc5\x1b(B ok") == "ｶﾅ ok"


def test_old_jis_and_roman_escapes_are_read() -> None:
    assert decode_iso_2022_jp(b"\x1b$@4A;z\x1b(Jabc\x1b(H!") == "漢字abc!"


def test_supplementary_kanji_are_read() -> None:
    assert decode_iso_2022_jp("丂".encode("iso2022_jp_1")) == "丂"


def test_a_line_that_forgot_to_return_to_ascii_ends_there() -> None:
    assert decode_iso_2022_jp(b"\x1b$B4A;z\nplain text\n") == "漢字\nplain text\n"


def test_a_line_broken_inside_kanji_goes_on_in_kanji() -> None:
    assert decode_iso_2022_jp(b"\x1b$B4A\n;z\x1b(B.") == "漢\n字."


def test_a_character_cut_by_an_escape_is_joined() -> None:
    assert decode_iso_2022_jp(b"\x1b$B4A;\x1b(B\x1b$Bz\x1b(B") == "漢字"


def test_escapes_eaten_on_the_way_are_put_back() -> None:
    assert decode_text(data=b"$B4A;z(B abc", label="iso-2022-jp").text == "漢字 abc"


def test_what_cannot_be_read_is_shown_as_lost_and_said() -> None:
    decoded = decode_text(data=b"\x1b$B4A;\x1b(B.", label="iso-2022-jp")
    assert decoded.text == "漢\N{REPLACEMENT CHARACTER}."
    assert decoded.has_losses


def test_euc_with_nec_row_and_half_width_kana_is_read() -> None:
    assert decode_euc_jp(b"\xad\xa1\xad\xea \x8e\xb6\x8f\xb0\xa1\xff") == "①㈱ ｶ丂\N{REPLACEMENT CHARACTER}"


def test_a_correction_is_said() -> None:
    assert not decode_text(data=SENTENCE.encode(), label="shift_jis").is_as_labelled
    assert decode_text(data=SENTENCE.encode("cp932"), label="shift_jis").is_as_labelled


def test_a_cut_utf8_text_loses_only_its_last_character() -> None:
    assert decode_text(data=SENTENCE.encode()[:-1], label="utf-8").text[:-1] == SENTENCE[:-1]


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_under_any_label_become_text(data: bytes, label: str) -> None:
    decode_text(data=data, label=label).text.encode("utf-8", "strict")
