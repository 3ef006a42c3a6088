"""How mailers introduce what they quote: an answer loses all of it and nothing else."""

import pytest
from tests.post.mails import mail

from madoguchi.post.quoting import split_quotes
from madoguchi.post.reading import read_message

NEW = "承知しました。\n明日までに返信します。"
QUOTE = "> 様式は次のとおりです。\n> ご確認ください。"
BODY = "様式は次のとおりです。\nご確認ください。"
# over lines that begin with >
INTRODUCTIONS = [
    "窓口さんは書きました",
    "窓口 さんは書きました。",
    "窓口さんが 2024/04/01 9:05 に書きました:",
    "2024/4/1 9:05、窓口さんは書きました：",
    "平成30年11月12日(月) 10:15 窓口 <desk@example.jp>:",
    "令和6年4月1日(月) 9:05 窓口 <desk@example.jp>:",
    "--- 窓口 <desk@example.jp> からのメッセージ:",
    "2024年4月1日月曜日 9時05分00秒 UTC+9 窓口:",
    "2024/04/01 9:05、窓口 <desk@example.jp> のメッセージ:",
    "On 2024/04/01, at 9:05, 窓口 <desk@example.jp> wrote:",
    "Mon, 1 Apr 2024 09:05:00 +0900 頃に\n窓口さんから頂いたメール:",
    'In message <abc@example.jp>\n   "Re: 様式" の中で 窓口さんは書きました:',
    "窓口さんの 2024/04/01 09:05 のメールより引用:",
    "Quoting 窓口 <desk@example.jp>:",
    '"窓口" <desk@example.jp> さん wrote:',
    "窓口 <desk@example.jp> さんからのメール：",
    "2024-04-01 09:05 に 窓口 さんは書きました:",
    "2024年4月1日(月) 9:05 窓口 via desk <\ndesk@example.jp>:",
    "４月１日 9:05 窓口様:",
    "2024.04.01 09:05 窓口 <desk@example.jp> 作成:",
    "Am 01.04.2024 um 09:05 schrieb 窓口:",
    "Le lun. 1 avr. 2024 à 09:05, 窓口 <desk@example.jp> a écrit :",
    "El lun, 1 abr 2024 a las 9:05, 窓口 (<desk@example.jp>) escribió:",
    "2024年4月1日 9:05，窓口 <desk@example.jp> 写道：",
    "2024년 4월 1일 (월) 오전 9:05, 窓口 <desk@example.jp>님이 작성:",
    "Il giorno lun 1 apr 2024 alle ore 09:05 窓口 <desk@example.jp> ha scritto:",
    "Em seg., 1 de abr. de 2024 às 09:05, 窓口 <desk@example.jp> escreveu:",
    "Op ma 1 apr 2024 om 09:05 schreef 窓口 <desk@example.jp>:",
    "> 2024/04/01 9:05、窓口 <desk@example.jp>のメール:\n>",
    "On Mon, Apr 1, 2024 at 9:05 AM 窓口 <desk@example.jp>\nwrote:",
    "窓口 <desk@example.jp>さんは2024年4月1日 9:05に書きました:\n",
]
# over the whole earlier message
HEADS = [
    "−−−− Original Message −−−−\nFrom: 窓口\nDate: 2024/4/1",
    "――――― 元のメッセージ ―――――",
    '------------------ Original ------------------\nFrom:  "窓口"<desk@example.jp>;\nDate:  Mon, Apr 1, 2024 09:05 AM',
    "－－－－－Original Message－－－－－",
    "＝＝＝＝＝ Original Message ＝＝＝＝＝",
    "-----Original Message-----\nFrom: x",
    "———— 原始邮件 ————",
    "-------- 転送メッセージ --------",
    "-----元のメッセージ-----",
    "----- 元のメール -----",
    "-------- 以下、元メッセージ --------",
    "---------- 返信元メッセージ ----------",
    "-------- 引用 --------",
    "--- 以下引用 ---",
    "【元のメール】\n差出人：窓口\n日時：2024/4/1 9:05\n件名：様式",
    "差出人: 窓口 <desk@example.jp>\n\n送信日時: 2024年4月1日 9:05\n\n宛先: 花子\n\n件名: 様式",
    "差出人: 窓口\n<desk@example.jp>\n送信日時: 2024年4月1日 9:05\n宛先: 花子\n件名: 様式",
    "差出人：\u3000窓口 <desk@example.jp>\n送信日時：\u30002024年4月1日 9:05\n宛先：\u3000花子\n件名：\u3000様式",
    "From: 窓口 <desk@example.jp>\nSent: Monday, April 1, 2024 9:05 AM\nTo: a@example.jp\n b@example.jp\nSubject: 様式",
    "From:\t窓口\nTo:\t花子\nDate:\t2024/04/01 09:05\nSubject:\t様式",
    "送信元: 窓口\n送信日時: 2024/4/1\n宛先: 花子\n件名: 様式",
    "*差出人:* 窓口 <desk@example.jp>\n*日付:* 2024年4月1日月曜日 9:05\n*宛先:* 花子\n*件名:* 様式",
    "**差出人:** 窓口 <desk@example.jp>\n**送信日時:** 2024年4月1日\n**宛先:** 花子\n**件名:** 様式",
    'From: "窓口" <desk@example.jp>\nTo: "花子" <h@example.jp>\nCc: \nSent: 2024/04/01 (月) 09:05\nSubject: Re: 様式',
    "-----------------------------------------\n差出人: 窓口\n送信日時: 2024年4月1日\n宛先: 花子\n件名: 様式",
    "―――――――――――――――\n差出人 : 窓口\n送信日 : 2024年4月1日\n宛先 : 花子\n件名 : 様式",
    "From : 窓口\nDate : 2024/4/1 9:05\nTo : 花子\nSubject : 様式",
    '送信者: "窓口" <desk@example.jp>\n宛先: <h@example.jp>\n送信日時: 2024年4月1日 9:05\n件名: Re: 様式',
    "件名: 様式\n送信者: 窓口\n日時: 2024/4/1 9:05:00",
    "発信者: 窓口\n送信日時: 2024/4/1 9:05\n宛先: 花子\n件名: 様式",
    "寄件者: 窓口\n寄件日期: 2024年4月1日\n收件者: 花子\n主旨: 様式",
    "发件人: 窓口\n发送时间: 2024年4月1日 9:05\n收件人: 花子\n主题: 様式",
    "________________________________\n差出人: 窓口\n送信日時: 2024年4月1日",
    "________________________________________\n\nFrom: 窓口\nSent: x",
    "====================\nFrom: 窓口\nDate: 2024/4/1 9:05\nSubject: 様式\n====================",
    "-------- 元のメッセージ --------\n件名: \tRe: 様式\n日付: \tMon, 1 Apr 2024\n差出人: \t窓口\n宛先: \t花子",
]
# the writer's own words
OWN = [
    "昨日、田中さんが書きました。",
    "田中さんは書きました",
    "差出人: 私\n件名: 会議\nの2つの欄が空です。",
    "------\n花子\n------",
    "次の表のとおりです。\n| 氏名 | 内線 |\n|---|---|\n| 花子 | 123 |",
    "次の表のとおりです。\n｜氏名｜内線｜\n｜花子｜123｜",
    "日時:\n場所:\nをお知らせください。",
    "会議の件です。\n日時：4月1日 10:15\n場所：本館\n担当より：\n花子",
    "手順は次のとおりです：\n1. 開く",
    "From ここで、\nTo ここまで。",
    "___\n花子\nTEL: 03-1234",
    "10:15 に窓口へ行きます:\n持ち物は印鑑です。",
    "件名: 会議\n日時: 4月1日\nの2点です。",
    "a > b のとき\n困ります。",
    "------------------------------\n総務課 花子\n〒100-0001\nE-mail: h@example.jp\n------------------------------",
    "※元のメッセージを消しました。",
    "「-----Original Message-----」という行が出ます。",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
@pytest.mark.parametrize("blank", ["", "\n"])
def test_the_line_over_a_quote_goes_with_it(introduction: str, blank: str) -> None:
    assert split_quotes(f"{NEW}\n\n{introduction}\n{blank}{QUOTE}\n").new_text == NEW


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("below", [BODY, QUOTE])
def test_the_earlier_message_under_its_head_is_no_answer(head: str, below: str) -> None:
    assert split_quotes(f"{NEW}\n\n{head}\n\n{below}\n").new_text == NEW


@pytest.mark.parametrize("text", OWN)
def test_what_only_looks_like_a_quote_is_kept(text: str) -> None:
    assert split_quotes(text).new_text == text
    assert split_quotes(f"{text}\n\n2024/4/1 9:05、窓口さんは書きました：\n{QUOTE}").new_text == text


WROTE = [
    "On Monday, April 1, 2024 at 09:05:00 AM GMT+9, 窓口 <desk@example.jp> wrote:",
    "2024年4月1日(月) 9:05、窓口 <desk@example.jp>のメール：",
    "2024年4月1日(月) 9:05 窓口 <desk@example.jp>:",
]


@pytest.mark.parametrize("line", WROTE)
def test_an_earlier_message_without_marks_goes_with_the_line_over_it(line: str) -> None:
    assert split_quotes(f"{NEW}\n\n{line}\n\n{BODY}\n").new_text == NEW
    assert split_quotes(f"{line}\n\n{BODY}").new_text == f"{line}\n\n{BODY}"
    assert split_quotes(f"{NEW}\n\n{line}\n{QUOTE}\n\n{BODY}").new_text.endswith(BODY)


def test_a_quote_in_html_that_is_no_blockquote_is_no_answer() -> None:
    body = f"<div>{NEW}</div><div class='yahoo_quoted'><div>{WROTE[0].replace('<', '&lt;')}</div><p>{BODY}</p></div>"
    message = read_message(mail(body.encode(), content_type=b"text/html; charset=utf-8"))
    assert message.new_text == NEW.replace("\n", " ")
