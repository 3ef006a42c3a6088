"""Spellings that change within one document; each group is reported once, at its rarer spelling."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madoguchi.review.document import Document
from madoguchi.review.findings import Certainty, Finding, Kind, Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelling:
    """One of several ways to write the same; the pattern reads the printed text, not the folded one."""

    name: str
    pattern: str


def _words(*names: str) -> tuple[Spelling, ...]:
    return tuple(Spelling(name=name, pattern=re.escape(name)) for name in names)


GROUPS: tuple[tuple[Spelling, ...], ...] = (
    _words("問い合わせ", "問合せ", "問合わせ", "問い合せ"),
    _words("漏えい", "漏洩"),
    _words("か月", "ヶ月", "ヵ月", "カ月", "ケ月", "箇月"),
    _words("及び", "および"),
    _words("又は", "または"),
    _words("並びに", "ならびに"),
    _words("若しくは", "もしくは"),
    _words("すべて", "全て"),
    _words("引継ぎ", "引き継ぎ"),
    _words("打合せ", "打ち合わせ", "打合わせ"),
    _words("公告期間", "公示期間"),
    _words("回答率", "回収率"),
    _words("ウェブ", "ウエブ"),
    _words("申込み", "申し込み"),
    _words("組合せ", "組み合わせ"),
    _words("入札参加", "入札参画"),
    (
        Spelling(name="当たり", pattern=r"(?<=[件月人回台年])当たり"),
        Spelling(name="あたり", pattern=r"(?<=[件月人回台年])あたり"),
    ),
    tuple(Spelling(name=name, pattern=rf"(?<![A-Za-z/.]){name}(?![A-Za-z/.])") for name in ("Web", "web", "WEB")),
    (
        Spelling(name="受託事業者", pattern="受託事業者"),
        Spelling(name="請負事業者", pattern="(?<!構築)請負事業者"),
    ),
    (Spelling(name="に係る", pattern="に係る"), Spelling(name="にかかる", pattern="にかかる(?=[一-龥])")),
    (Spelling(name="に係る業務", pattern="に係る業務"), Spelling(name="に関わる業務", pattern="に関わる業務")),
    (Spelling(name="一者応札", pattern="一者応札"), Spelling(name="1者応札", pattern=r"[1１]\s?者応札")),
    (
        Spelling(name="者（事業者の数）", pattern=r"[0-9０-９]\s?者"),
        Spelling(name="社（事業者の数）", pattern=r"[0-9０-９]\s?社"),
    ),
    (
        Spelling(name="△", pattern=r"△(?=\s?[0-9０-９])"),
        Spelling(name="▲", pattern=r"▲(?=\s?[0-9０-９])"),
        Spelling(
            name="-", pattern=r"(?<![\w）)〜～\s<=\"-])[-－−](?=[0-9０-９][0-9,.]*[%％千万円])|(?<=\t)[-－−](?=[0-9])"
        ),
    ),
    (Spelling(name="%", pattern=r"(?<=[0-9])\s?%(?!;)"), Spelling(name="％", pattern=r"(?<=[0-9０-９])\s?％")),
    (Spelling(name="半角の数字", pattern=r"(?<![0-9A-Za-z.])[0-9]+"), Spelling(name="全角の数字", pattern=r"[０-９]+")),
    (Spelling(name="、", pattern="、"), Spelling(name="，", pattern="，")),
    (
        Spelling(name="元号の年", pattern=r"(?:平成|令和)\s?(?:元|[0-9０-９]{1,2}|[0-9]\s[0-9])\s?年"),
        # 令和4年（2022年） says one year both ways, which is no mixture
        Spelling(name="西暦の年", pattern=r"(?<![0-9０-９])(?<!年[（(])(?:19|20|１９|２０)[0-9０-９]{2}\s?年"),
    ),
    (
        Spelling(name="2桁の分（06分）", pattern=r"時間\s?0[0-9]\s?分"),
        Spelling(name="1桁の分（6分）", pattern=r"時間\s?[0-9]\s?分"),
    ),
)
# verbs and nouns that official Japanese writes in kana where they only help another word
PLAIN = (
    (r"出来(?=[るたなまずれ]|て)", "でき"),
    (r"(?<=[てで])下さ(?=[いる])", "ください"),
    (r"(?<=[てで])頂(?=[いきくけ])", "いただ"),
    (r"(?<=[ごお][一-龥])致(?=[しす])|(?<=[ごお][一-龥]{2})致(?=[しす])", "いた"),
    (r"(?<=[るたの])為(?=[、にの])", "ため"),
    (r"(?<=[るた])事(?=[がはをでにと])(?<![たる]出来事)", "こと"),
    (r"(?<=[のるた])様に", "ように"),
    (r"(?<=[一-龥])等々", "等"),
    (r"(?<=[、。\s])但し", "ただし"),
    (r"(?<=[、。\s])尚、", "なお、"),
    (r"(?<=に)於(?=[いけ])", "お"),
    (r"(?<=に)付(?=いて)", "つ"),
    (r"(?<=[る])迄|(?<=[日月時])迄", "まで"),
    (r"(?<=[一-龥る])毎(?=に)", "ごと"),
    (r"行な(?=[いうわえ])", "行"),
)
MARKUP = re.compile(r"<[^<>]*>")
LONG_SOUND = re.compile(r"[ァ-ヶー]{2,}ー(?![ァ-ヶー])")
MIXED_WIDTH = re.compile(r"[0-9]+[０-９][0-9０-９]*|[０-９]+[0-9][0-9０-９]*")
ABOUT_TWICE = re.compile(r"約\s?[0-9０-９][0-9０-９,.]*\s?[^\s0-9。、]{1,3}程度")
END_TWICE = re.compile(r"[～〜]\s?[^。、（）()～〜\t]{3,24}?[日月]\s?まで(?!の間)")
ORDINAL_TWICE = re.compile(r"第\s?[0-9０-９一二三四五]\s?[期回番]目")
STOP_TWICE = re.compile(r"。[（(][^（）()。]{2,60}[）)]。")
NO_QUOTES = re.compile(r"(?<=[（(])以下、?[^「」（）()、。]{2,14}という")
NO_STOP = re.compile(r"。[^。\n\t]{6,}(?:した|している|である|なった|となった|する|されない)(?=[\n\t])")
YEAR_RATE = re.compile(
    r"(?:[HSR]\d{1,2}(?:fy|年度|→)|(?:平成|令和)(?:元|\d+)年度)[^\d%\n]{0,3}(?P<rate>\d+(?:\.\d+)?)%(?!以上|以下|以内|未満)"
)
FEWEST_RATES = 3


def check_notation(document: Document) -> Iterator[Finding]:
    lines = [MARKUP.sub(lambda match: " " * len(match.group()), line) for line in document.lines]
    for group in GROUPS:
        yield from _mixed(lines, group)
    yield from _long_sounds(lines)
    for pattern, right, reason in (
        (MIXED_WIDTH, "一つの幅の数字", "一つの数のなかで全角と半角の数字が混ざっている"),
        (ABOUT_TWICE, "「約」か「程度」の一方", "「約」と「程度」が重なっている"),
        (END_TWICE, "「～」か「まで」の一方", "「～」と「まで」が重なっている"),
        (ORDINAL_TWICE, "「第」か「目」の一方", "「第」と「目」が重なっている"),
        (STOP_TWICE, "括弧の後に一つの「。」", "括弧の前と後に「。」がある"),
        (NO_QUOTES, "以下「…」という", "定める名称に「」がない"),
    ):
        for number, line in enumerate(lines):
            for match in pattern.finditer(line):
                yield _respelt(number, match.group(), right, reason)
    for kanji, right in PLAIN:
        for number, line in enumerate(lines):
            for match in re.finditer(kanji, line):
                yield _respelt(number, match.group(), right, "公用文での書き方と違う（補助の語はかなで書く）")
    yield from _no_stop(document)
    yield from _mixed_decimals(document)


def _mixed(lines: Sequence[str], group: Sequence[Spelling]) -> Iterator[Finding]:
    places = {spelling.name: _places(lines, spelling.pattern) for spelling in group}
    used = {name: found for name, found in places.items() if found}
    if len(used) < 2:  # noqa: PLR2004  # one spelling is no mixture
        return
    usual = max(used, key=lambda name: len(used[name]))
    counts = "、".join(f"{name} {len(found)}か所" for name, found in used.items())
    for name, found in used.items():
        if name != usual:
            number, quote = found[0]
            yield _respelt(number, quote, usual, counts)


def _places(lines: Sequence[str], pattern: str) -> list[tuple[int, str]]:
    compiled = re.compile(pattern)
    return [(number, match.group()) for number, line in enumerate(lines) for match in compiled.finditer(line)]


def _long_sounds(lines: Sequence[str]) -> Iterator[Finding]:
    """`サーバ` beside `サーバー`."""
    text = "\n".join(lines)
    for word in sorted({match.group() for match in LONG_SOUND.finditer(text)}):
        short = re.escape(word[:-1])
        yield from _mixed(
            lines,
            (
                Spelling(name=word, pattern=rf"(?<![ァ-ヶー]){re.escape(word)}(?![ァ-ヶー])"),
                Spelling(name=word[:-1], pattern=rf"(?<![ァ-ヶー]){short}(?![ァ-ヶー])"),
            ),
        )


def _no_stop(document: Document) -> Iterator[Finding]:
    for match in NO_STOP.finditer(document.flow):
        place = document.place(start=match.end() - 6, end=match.end())
        yield _respelt(place.line - 1, place.quote, "文末に「。」", "文末の句点がない")


def _mixed_decimals(document: Document) -> Iterator[Finding]:
    """Find a row of yearly rates printed with and without a decimal."""
    found = list(YEAR_RATE.finditer(document.flow))
    decimals = {len(match["rate"].partition(".")[2]) for match in found}
    if len(found) < FEWEST_RATES or len(decimals) == 1:
        return
    most = max(decimals)
    for match in found:
        if len(match["rate"].partition(".")[2]) < most:
            place = document.place(start=match.start("rate"), end=match.end())
            text = ", ".join(each["rate"] for each in found)
            yield _respelt(place.line - 1, place.quote, f"小数第{most}位まで", f"同じ並びで桁数が違う（{text}）")
            return


def _respelt(number: int, quote: str, right: str, reason: str) -> Finding:
    return Finding(
        kind=Kind.NOTATION,
        certainty=Certainty.CERTAIN,
        place=Place(line=number + 1, quote=quote.strip()),
        printed=quote.strip(),
        right=right,
        reason=reason,
    )
