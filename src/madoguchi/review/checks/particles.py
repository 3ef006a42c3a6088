"""Particles that are missing before a verb, and syllables lost or said twice."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

# after words such as 最低限, 制度上 and 別途 no particle is needed
NOUN = (
    r"(?<=[一-龥ァ-ヶー]{2})(?<![限下所際後前中間回件者名人切部途宜時次括律則毎別接年月日々])"
    r"(?<!(?<!向)上)(?<!(?<!足)度)"
)
# verbs of one kanji that never close a compound with the noun before them
OBJECT = re.compile(
    NOUN + r"(?<![執挙])(?P<verb>行う|行い、|行った|行って(?:いる|おり)|"
    r"図る|図り|図っ[たて]|仰ぐ|踏まえ|満たして|満たす|含む(?=[①-⑳一-龥])|"
    r"下回ら|上回ら|切り(?:離し|出し)|用いて|経て(?=[、一-龥])|設けて|備えて|認めて|進めて|高める|求めて)"
)
TARGET = re.compile(
    NOUN
    + r"(?P<verb>関する|関して|基づ(?:き|く)|伴う|伴い|(?<!仕)向け[たて](?=[、一-龥])|占める|際して|当たって(?:は|、)|"
    r"(?<![投出融増])資する|起因する|(?<![相反敵絶])対する|係る|諮り|至る(?=まで|[一-龥])|努め、|応じて)"
)
SUBJECT = re.compile(r"の(?P<noun>質|品質|効果|水準)(?P<verb>確保されて|図られて|維持されて|認められ)")
RECEIVED = re.compile(
    r"(?P<noun>連絡|指摘|承認|申請|依頼|要望|意見|指示|説明|報告|提案)(?P<verb>受け(?=て|た(?!め)|、|るとともに))"
)
QUALITY = re.compile(
    r"の(?P<noun>質|品質|競争性|透明性|安全性|信頼性)(?P<verb>(?:確保|維持|担保)する(?=ため|こと|とともに|観点))"
)
ACT_ENDS = re.compile(
    r"(?<=[一-龥ァ-ヶー]の)(?P<noun>延長|提出|実施|確認|変更|設定|整備|提供|検討|締結|改善|削減|短縮|強化|把握|整理|分析|報告|登録|更新|点検)"
    r"(?P<verb>し(?=、|て(?:いる|おり|いく)))(?<!内容の確認し)"
)
BECAME = re.compile(
    r"を(?P<noun>変更|延期|中止|対象外|長期化|困難|必要|可能|明確|不調)(?P<verb>に(?:なっ|なり|なる|なれ))"
)
PER = re.compile(r"(?<!丸)(?:ごと|毎)(?P<verb>(?:見直|実施|報告|更新|提出|集計|確認|点検)[すしさ])")
PLACE = re.compile(r"(?<=[一-龥ァ-ヶー])(?<![日月年間])(?P<verb>おける|おいて(?=は|も|、))")
CALLED = re.compile(r"(?:する|した|ない|である)と(?P<verb>(?:目的|観点|方針|趣旨|考え|理由)[をがはにか])")
THUS = re.compile(r"の(?P<verb>より、)")
PASSIVE = re.compile(r"(?<=[一-龥ァ-ヶー]{2})(?P<verb>認められる|認められた|得られた|見込まれ|抑えられる|求められ)")
LOST_TE = re.compile(
    r"(?P<stem>され|(?<=[一-龥ァ-ヶー])し|行っ|なっ|図られ|受け)(?P<rest>い(?:る(?![一-龥])|ない|た(?=。)))"
)
TWICE = re.compile(r"(?P<word>[一-龥]{2,4})(?P=word)(?=[しすさをがにはので、。])")
NEVER_TWICE = re.compile(r"一.*|[一二三四五六七八九十百千年月日]+")


def check_particles(document: Document) -> Iterator[Finding]:
    for pattern, particle in ((OBJECT, "を"), (TARGET, "に"), (SUBJECT, "は"), (PASSIVE, "が")):
        for match in pattern.finditer(document.flow):
            if _is_cut(document, match.start("verb")):
                continue
            start = max(match.start("verb") - 4, document.sentence_at(match.start()).start)
            before = document.flow[start : match.start("verb")]
            right = f"{before}{particle}{match['verb']}".replace("\n", "")
            yield finding_at(
                document=document,
                at=(start, match.end("verb")),
                kind=Kind.WORDING,
                right=right,
                reason=f"助詞「{particle}」が抜けている",
            )
    yield from _others(document)
    for match in LOST_TE.finditer(document.flow):
        right = f"{match['stem']}て{match['rest']}"
        reason = "「て」が抜けている"
        yield finding_at(document=document, at=match.span(), kind=Kind.WORDING, right=right, reason=reason)
    for match in TWICE.finditer(document.flow):
        word = match["word"]
        if not NEVER_TWICE.fullmatch(word) and not document.is_apart(match.end("word") - 1):
            reason = "同じ語が続けて二度書かれている"
            yield finding_at(document=document, at=match.span(), kind=Kind.WORDING, right=word, reason=reason)


OTHERS = (
    (RECEIVED, "verb", "を", "助詞「を」が抜けている"),
    (QUALITY, "verb", "を", "助詞「を」が抜けている"),
    (ACT_ENDS, "verb", "を", "助詞「を」が抜けている"),
    (PER, "verb", "に", "助詞「に」が抜けている"),
    (PLACE, "verb", "に", "助詞「に」が抜けている"),
    (CALLED, "verb", "いう", "「という」の「いう」が抜けている"),
)


def _others(document: Document) -> Iterator[Finding]:
    for pattern, group, lost, reason in OTHERS:
        for match in pattern.finditer(document.flow):
            if not _is_cut(document, match.start(group)):
                right = document.flow[match.start() : match.start(group)] + lost + match[group]
                yield _told(document, match.span(), right, reason)
    for match in BECAME.finditer(document.flow):
        yield _told(document, match.span(), f"が{match['noun']}{match['verb']}", "なることの前の助詞は「が」")
    for match in THUS.finditer(document.flow):
        yield _told(document, match.span(), "により、", "「より」の前の助詞は「に」")


def _told(document: Document, at: tuple[int, int], right: str, reason: str) -> Finding:
    return finding_at(document=document, at=at, kind=Kind.WORDING, right=right.replace("\n", ""), reason=reason)


def _is_cut(document: Document, place: int) -> bool:
    """Say whether a printed line ends here: a heading may stand over the text, and no particle is missing."""
    return document.line_of[place - 1] != document.line_of[place]
