import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.post.flowed import unflow
from madoguchi.post.quoting import split_quotes

NEW = "ご回答ありがとうございます。\n解決しました。"
ASKED = "> 様式は次のとおりです。\n> 以上"
QUOTED = [
    f"{NEW}\n\n2018年11月12日(月) 10:15 窓口 <desk@example.jp>:\n\n{ASKED}",
    f"{NEW}\n\n2018年11月12日(月) 10:15 窓口\n<desk@example.jp>:\n{ASKED}\n",
    f"{NEW}\n\n2018/11/12 10:15、窓口 <desk@example.jp>のメール:\n\n{ASKED}",
    f"{NEW}\n\nOn 2018/11/12 10:15, 窓口 wrote:\n{ASKED}",
    f"{NEW}\n\n(2018/11/12 10:15), 窓口 wrote:\n{ASKED}",
    f"{NEW}\n\nOn Mon, 12 Nov 2018 10:15:00 +0900\n窓口 <desk@example.jp> wrote:\n\n{ASKED}",
    f"{NEW}\n\n窓口さんは書きました:\n{ASKED}",
    f"{NEW}\n\n----- Original Message -----\nFrom: 窓口\nTo: x\n\n様式は次のとおりです。",
    f"{NEW}\n\n-----元のメッセージ-----\n差出人: 窓口\n\n様式は次のとおりです。",
    f"{NEW}\n\n________________________________\n差出人: 窓口 <desk@example.jp>\n送信日時: 2018年11月12日\n\n様式",
    f"{NEW}\n\n差出人: 窓口 <desk@example.jp>\n送信日時: 2018年11月12日 10:15\n宛先: 花子\n件名: 様式\n\n様式",
    f"{NEW}\n\nFrom: 窓口 <desk@example.jp>\nSent: Monday, November 12, 2018 10:15 AM\nTo: 花子\nSubject: 様式\n\n様式",
    f"{NEW}\n\n{ASKED}",
    f"2018年11月12日(月) 10:15 窓口 <desk@example.jp>:\n{ASKED}\n\n{NEW}",
    f"{ASKED}\n{NEW}",
    f"{NEW}\n\n＞ 様式は次のとおりです。",
]


@pytest.mark.parametrize("text", QUOTED)
def test_a_quote_under_or_over_the_answer_is_taken_away(text: str) -> None:
    split = split_quotes(text)
    assert split.new_text.strip("\n") == NEW
    assert split.quoted == text


@pytest.mark.parametrize(
    "text",
    [
        "> 一つ目は?\nはい\n> 二つ目は?\nいいえ",
        "こんにちは\n> 一つ目は?\nはい",
        "---------- Forwarded message ---------\nFrom: x\n\nbody",
        "> only a quote",
        "From: の欄に何を書けばよいですか。\nTo: も教えてください。",
        "手順:\n1. 開く\n2. 押す",
        "次のとおりです。\n日時: 4月1日\n件名: 会議\n場所: 本館",
        "",
        "\n\n",
    ],
)
def test_answers_between_quotes_and_plain_texts_are_left_whole(text: str) -> None:
    assert split_quotes(text).new_text.strip() == text.strip()
    assert split_quotes(text).quoted == ""


def test_a_signature_under_a_quote_is_no_answer() -> None:
    assert split_quotes(f"{NEW}\n{ASKED}\n-- \n署名").new_text == NEW


@given(st.text(alphabet="> abc:\n-あFrom", max_size=200))
def test_new_words_are_part_of_the_text(text: str) -> None:
    new_text = split_quotes(text).new_text
    assert new_text in text
    assert bool(new_text.strip()) == bool(text.strip())


@pytest.mark.parametrize(
    ("text", "delete_space", "expected"),
    [
        ("a \nb\nc", False, "a b\nc"),
        ("あ \nい\nう", True, "あい\nう"),
        ("> a \n> b\nc", False, "> a b\nc"),
        (">> a \n> b", False, ">> a \n> b"),
        (" From x\n -- y", False, "From x\n-- y"),
        ("a \n-- \nb", False, "a \n-- \nb"),
        ("a ", False, "a "),
    ],
)
def test_flowed_lines_are_joined(text: str, expected: str, *, delete_space: bool) -> None:
    assert unflow(text=text, delete_space=delete_space) == expected
