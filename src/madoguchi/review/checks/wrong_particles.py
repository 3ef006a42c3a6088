"""Particles that cannot stand before what follows: へ without a direction, を before a passive, two を."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.review.checks.fixed_particles import WRONG
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

NOUN = r"(?<=[一-龥ァ-ヶー])"
DONE = (
    r"対応|回答|作業|調査|評価|修正|報告|分析|集計|検討|確認|提案|点検|整備|改修|更新|設定|登録|作成|判断|処理|連絡|調整|手続|説明|"
    r"ヒアリング|アンケート|増員|見直し|訓練|研修|審査|掲載|周知|変更|開札|初期化"
)
THING = rf"{DONE}|内容|結果|情報|状況|要望|課題|体制|計画|施策|費用|経費|範囲|事務|業務|台帳|履歴|市場化テスト"
KEPT = r"質|品質|水準|競争性|公平性|透明性|安全性|信頼性|機密性"
TOLD = r"効果|提出|応札|障害|項目|苦情|要望|指摘|申請|可能性|実績|差|違反|行為|事案"
# acts and states that go nowhere: they follow no へ
STILL = (
    r"ある(?!べき)|あった|あり、|ない(?!よう)|なかった|なる|なった|なって|なり、|なされ|おける|より|よる|よって|"
    r"行[いうわっ](?!き)|実施|図[るりっら]|確保|達成|満た|維持|完了|発生|把握|管理|実現|分析|整理|検討|作成|改善|軽減|減少|増加|"
    r"受け[るたて]|得[るたて]|得られ|見込|認め|定め[るた]|全て|すべて|以下の|下表の|下記の|基づ|関する|関して|関わ|係る|資する|対し|対する|"
    r"応じ|際し|当たっ|伴[うい]|要する|生じ|明確|容易|適切|円滑|効率的|継続的|定期的|可能|必要(?!と)|困難|質の|質[はが]|場合|とおり|"
    r"ため[、に]|際に|うち、|中で|通じ|比較|算出|調査(?!会)|取りまとめ|切り出|長期化|複雑化|悪化|単独|採用|構築|推進|効果|影響した"
)
PASSIVE = (
    r"行われ|図られ|なされ|見込まれ(?=る|た|て|ます)|(?:確保|達成|実施|維持|完了|改善|短縮|軽減|発揮|実現|解消)され(?!る?べき|るよう)|"
    r"発生し(?!て?[^。]{0,2}させ)|(?:増加|減少|長期化|複雑化|悪化|進展)し(?:て|た|、)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A pattern whose group `slip` is a particle that does not go with `after`, and the usual one."""

    pattern: re.Pattern[str]
    right: str
    reason: str


RULES = (
    Rule(
        pattern=re.compile(rf"{NOUN}(?<!への)(?P<slip>へ)(?P<after>{STILL})"),
        right="に、をなどの別の助詞",
        reason="「へ」は向かう先を示し、この語には続かない",
    ),
    Rule(
        pattern=re.compile(rf"{NOUN}(?P<slip>を)(?P<after>{PASSIVE})"),
        right="が",
        reason="受け身や自動詞の前の助詞は「が」",
    ),
    Rule(
        pattern=re.compile(
            rf"{NOUN}(?P<slip>を)(?P<after>ある[。、]|あった|あり、|ない[。、]|なかった|なる[。、]|なった|なって|おける|よる|よれば|"
            r"とおり(?:で|、|。)|ため[、に]|場合[はに、]|以下のとおり(?:である|。)|\d+(?:件|名|点|%|者)(?:で[あ、]|となっ))"
        ),
        right="が、は、のなどの別の助詞",
        reason="「を」はこの語には続かない",
    ),
    Rule(
        pattern=re.compile(
            r"(?P<slip>を)(?P<after>[一-龥ァ-ヶー]{2,6}を)(?=[一-龥]{1,2}[るりっすしらいけえめ、]|[一-龥]{2,4}(?:す|し)|行|図)"
        ),
        right="の、または語句の区切り",
        reason="一つの動詞に「を」が二つある",
    ),
    Rule(
        pattern=re.compile(
            rf"(?:{THING})(?P<slip>が)(?P<after>行(?:い|う|っ(?!た結果))|実施(?:し|す)|図(?:り|る|っ)|取りまとめ|把握し|整理し|確認し)"
        ),
        right="を",
        reason="行われることの後の助詞は「を」",
    ),
    Rule(
        pattern=re.compile(rf"(?:{DONE})(?P<slip>[にで])(?P<after>行(?:い、|う|った|って)|実施(?:し|す))"),
        right="を",
        reason="行われることの後の助詞は「を」",
    ),
    Rule(
        pattern=re.compile(rf"(?:{KEPT})(?P<slip>[にでを])(?P<after>(?:確保|維持|図)(?:され|られ))"),
        right="は",
        reason="受け身の前の助詞は「は」か「が」",
    ),
    Rule(
        pattern=re.compile(rf"(?:{TOLD})(?P<slip>に)(?P<after>あった|なかった|あり、|見込まれ|得られ)"),
        right="が",
        reason="あることを述べる前の助詞は「が」か「は」",
    ),
    Rule(
        pattern=re.compile(
            rf"{NOUN}(?P<slip>が)(?P<after>基づ[きいく]|関する|関して|資する|際して|対して|対する|当たって(?:は|、)|おける|沿っ[たて])"
        ),
        right="に",
        reason="この語の前の助詞は「に」",
    ),
    Rule(
        pattern=re.compile(r"(?:以下|次|下記|上記|前述|上述|下表|別表|別紙)(?P<slip>[をにへがで])(?P<after>とおり)"),
        right="の",
        reason="「とおり」の前の助詞は「の」",
    ),
    Rule(
        pattern=re.compile(r"(?:サービス|業務|事業|公共サービス)(?P<slip>[をにへがで])(?P<after>質[はがのを])"),
        right="の",
        reason="「質」の前の助詞は「の」",
    ),
    Rule(
        pattern=re.compile(rf"(?:{KEPT})(?P<slip>[をへに])(?P<after>向上(?:を|のため|が|に努))"),
        right="の",
        reason="「向上」の前の助詞は「の」",
    ),
    Rule(
        pattern=re.compile(rf"(?<!の)(?:{KEPT})(?P<slip>)(?P<after>(?:確保|維持)され)"),
        right="は",
        reason="助詞「は」が抜けている",
    ),
)
CONJUNCTIONS = re.compile(
    r"又(?!は|、|も|[一-龥]*の)|(?<![普言波追遡企論一-龥])及(?![びぶぼんばべ第])|(?<=[一-龥]{2})(?<![普言波追遡企論])及(?=[一-龥]{2})(?!第)|(?<![一-龥])若(?![しい干年手者く])"
)
WORDS = {"又": "又は", "及": "及び", "若": "若しくは"}


def check_wrong_particles(document: Document) -> Iterator[Finding]:
    told = {match.start("slip") for rule in WRONG for match in rule.pattern.finditer(document.flow)}
    for rule in RULES:
        for match in rule.pattern.finditer(document.flow):
            if (
                match.start("slip") in told
                or document.line_of[match.end("slip") - 1] != document.line_of[match.end("slip")]
            ):
                continue
            start = max(match.start("slip") - 4, document.sentence_at(match.start("slip")).start)
            at = (start, match.end("after"))
            yield finding_at(document=document, at=at, kind=Kind.WORDING, right=rule.right, reason=rule.reason)
    for match in CONJUNCTIONS.finditer(document.flow):
        right = WORDS[match.group()]
        reason = f"「{right}」の送りがない"
        yield finding_at(
            document=document, at=(match.start(), match.end() + 1), kind=Kind.WORDING, right=right, reason=reason
        )
