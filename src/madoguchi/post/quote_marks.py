"""The lines by which mailers mark what they quote, in the languages mail to a Japanese desk is written in."""

import re

# a bar begins a quote where no other follows but at the front: a row of a table has more of them
QUOTE = re.compile(r"\s{0,3}(?:[>＞≫]|(?:[|｜]\s?){1,20}[^|｜]*$)")
DASHES = r"[-_=*~―－─━‐‑‒–—−＝＿＊ー]"
RULE = re.compile(r"_{20,200}$")
RULE_OVER_HEADERS = re.compile(DASHES + r"{5,200}$")
ORIGINAL = re.compile(
    rf"\W{{0,3}}{DASHES}{{2,40}}\s{{0,5}}(?:original(?: (?:message|appointment|mail|e-?mail))?|reply message"
    r"|forwarded (?:message|by.{0,200})|begin forwarded message"
    r"|(?:以下、?)?(?:返信)?元の?(?:メッセージ|メール|本文)|転送(?:された)?(?:メッセージ|メール)|原文|(?:以下、?)?引用(?:文|元)?"
    r"|原始[邮郵]件|원본 메시지|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale"
    r"|mensagem original)"
    rf"\s{{0,5}}:?\s{{0,5}}{DASHES}{{0,40}}\s{{0,5}}$",
    re.IGNORECASE,
)
BRACKETED_ORIGINAL = re.compile(
    r"[【《〔\[＜<]\s{0,3}(?:original message|(?:返信)?元の?(?:メッセージ|メール))\s{0,3}[】》〕\]＞>]$",
    re.IGNORECASE,
)
BEGIN_FORWARDED = re.compile(
    r"(?:begin forwarded message|転送されたメッセージ|以下、?引用)\s{0,3}[:：]?$", re.IGNORECASE
)
HEADER_LINE = re.compile(
    r"[*\s>]{0,5}(?P<name>from|sent|to|cc|subject|date|reply-to"
    r"|差出人|送信者|発信者|発信元|送信日時|送信日|日時|日付|宛先|受信者|件名|題名|CC|返信先|送信元"
    r"|发件人|寄件者|发送时间|寄件日期|收件人|收件者|抄送|副本|主题|主旨|보낸 사람|보낸 날짜|받는 사람|제목"
    r"|от|отправлено|кому|тема|дата|von|gesendet|an|betreff|de|envoyé|à|objet)\s{0,3}\*{0,2}\s{0,3}[:：]",
    re.IGNORECASE,
)
AUTHOR_NAMES = {
    "from", "差出人", "送信者", "発信者", "発信元", "送信元", "发件人", "寄件者", "보낸 사람", "от", "von", "de",
}  # fmt: skip
WHEN_NAMES = {
    "sent", "date", "送信日時", "送信日", "日時", "日付", "发送时间", "寄件日期", "보낸 날짜", "отправлено", "дата",
    "gesendet", "envoyé", "subject", "件名", "主题", "主旨", "제목",
}  # fmt: skip
# ends of the line that introduces a quote, by which mailers and languages can be told
INTRO_END = re.compile(
    r"(?:wrote|writes|said|schrieb|a écrit|escribió|ha scritto|escreveu|написал(?:\(а\))?|写道|작성"
    r"|書きました|(?:の|からの|から(?:頂|いただ)いた)(?:メール|メッセージ)|(?:より|から)引用|より)"
    r"\s{0,3}[:：]\s{0,3}(?:-{2,5})?$",
    re.IGNORECASE,
)
INTRO_START = re.compile(
    r"[-\s*]{0,6}(?:on\s|am\s|le\s|el\s|at\s|em\s|op\s|il giorno\s|in message\s|quoting\s|\(?\d{4}[年년/.-]"
    r"|\(?\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}月\s?\d{1,2}日|(?:令和|平成)\s?(?:元|\d{1,2})年|R\d{1,2}[./]"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s|[月火水木金土日]曜)",
    re.IGNORECASE,
)
ADDRESS_OR_TIME = re.compile(r"@[\w.-]{2,80}|\d{1,2}[:：時]\d{2}")
# a time and an address in brackets after it: only mailers write both over a message
WHOSE = re.compile(r"\d{1,2}[:：時]\d{2}.{0,80}[<＜(][^<>()\s]{1,64}@[^<>()\s]{1,120}[>＞)]")
# an intro without a colon, strictly in one form: other sentences above a quote are the writer's own
PLAIN_INTRO = re.compile(
    r"[\d/.:()（）年月日時分秒曜火水木金土、,\s]{0,40}[^\s、。,]{1,20}\s?(?:さん|様)[はが]書きました[。.]?$"
)
