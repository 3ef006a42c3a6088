"""Letters taken for ones that look or sound like them: 滅少, 末満, 契約機関; no word, or not in its place."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

# no words at all, each with the word that is meant
NO_WORDS = {
    "滅少": "減少", "削滅": "削減", "軽滅": "軽減", "増滅": "増減", "滅額": "減額",
    "低滅": "低減", "縮滅": "縮減", "端未": "端末", "期未": "期末", "年度未": "年度末",
    "月未": "月末", "入礼": "入札", "開礼": "開札", "落礼": "落札", "応礼": "応札",
    "織員": "職員", "識員": "職員", "組職": "組織", "組識": "組織", "知織": "知識",
    "還境": "環境", "官理": "管理", "菅理": "管理", "契役": "契約", "余定": "予定",
    "評化": "評価", "実積": "実績", "成積": "成績", "績算": "積算", "険討": "検討",
    "検計": "検討", "点険": "点検", "経険": "経験", "側定": "測定", "捕助": "補助",
    "複旧": "復旧", "復数": "複数", "反複": "反復", "講築": "構築", "構策": "構築",
    "構入": "購入", "講入": "購入", "資科": "資料", "堤出": "提出", "堤供": "提供",
    "堤案": "提案", "適功": "適切", "敵切": "適切", "指適": "指摘", "掲裁": "掲載",
    "記裁": "記載", "撤底": "徹底", "徹去": "撤去", "派遺": "派遣", "慨要": "概要",
    "特微": "特徴", "輪送": "輸送", "説備": "設備", "設明": "説明", "間題": "問題",
    "郊果": "効果", "効課": "効果", "業努": "業務", "職努": "職務", "事努": "事務",
    "総努": "総務", "万足": "満足", "伸請": "申請", "継読": "継続", "既要": "概要",
    "委記": "委託", "受記": "受託", "監埋": "監理", "管埋": "管理", "処埋": "処理",
    "整埋": "整理", "調逹": "調達", "確忍": "確認", "承忍": "承認", "実旋": "実施",
    "旋策": "施策", "待定": "特定", "障書": "障害", "報吉": "報告", "公吉": "公告",
    "末達": "未達", "末満": "未満", "末定": "未定", "末完": "未完", "末対応": "未対応",
    "貨与": "貸与",
}  # fmt: skip
# words by themselves, but not beside the one before or after them
MISPLACED = (
    (r"(?:契約|履行|公告|公示|調整|試行|保存|支払い?|引継ぎ|準備|募集|請負)(?P<slip>機関)", "期間"),
    (r"(?:行政|関係|第三者|公的|金融)(?P<slip>期間)", "機関"),
    (r"(?:対応|常駐|受付|担当|運用|派遣)(?P<slip>要因)", "要員"),
    (r"(?:減少|阻害|遅延|発生|経費減の|経費増の|変動)(?P<slip>要員)", "要因"),
    (r"(?P<slip>解答)(?=率|者|時間|数|期限|を行|した職員|があった)", "回答"),
    (r"(?:技術|要求|共通|調達|基本)(?P<slip>使用)(?!料|者|し|す|量)|(?P<slip2>使用)(?=書(?!面|類|き))", "仕様"),
    (r"(?:運用|受付|窓口|支援)(?P<slip>義務)(?!付|を負|が(?:あ|課)|違反)", "業務"),
    (r"(?P<slip>補修)(?=・運用|事業者|業者)|(?:運用・|運用及び)(?P<slip2>補修)", "保守"),
    (r"(?P<slip>傷害)(?=対応|受付|発生|件数|復旧|履歴|等の)|(?:重大|システム|セキュリティ上の)(?P<slip2>傷害)", "障害"),
    (r"人事(?P<slip>移動)", "異動"),
    (r"入札(?P<slip>広告)", "公告"),
    (r"(?P<slip>改札)(?=日|し|の結果|を|に|前|後|では)", "開札"),
    (r"(?P<slip>高率)(?=化|的)", "効率"),
    (r"(?:契約|事業|期間|業務|市場化テスト)[をがの]?(?P<slip>修了)", "終了"),
    (
        r"(?:[にへ]|への)(?P<slip>以降)(?=す|し|後|時|を|作業|計画)|(?:データ|システム)(?P<slip2>以降)(?=作業|計画|時|に係)",
        "移行",
    ),
    (r"\d(?:年度?|月|日)(?P<slip>移行)(?=[はに、も])", "以降"),
    (r"を(?P<slip>対称|対照)(?=に(?:調査|実施|、)|として(?:調査|、|実施))", "対象"),
    (r"(?:作業|判断|業務|変更|調査)(?P<slip>以来)", "依頼"),
    (r"(?:実施|運用|支援|連絡|管理|推進)(?P<slip>体勢|大勢)", "体制"),
    (r"[をが](?P<slip>確率)(?=し|す|さ)", "確立"),
    (r"(?P<slip>衆知)(?=徹底|を図|を行|し)", "周知"),
    (r"(?:システム|機器|契約|ライセンス|登録)の?(?P<slip>交信)(?=時|を|作業|整備|に)", "更新"),
    (r"品質(?P<slip>保障)", "保証"),
    (r"サービスの(?P<slip>室)(?=[はがを])", "質"),
)
PATTERNS = tuple((re.compile(pattern), right) for pattern, right in MISPLACED)
# 期末満了, 月末達成, 長官理事: two words that meet
MET = re.compile(r"[期月年週端巻結]末[達満定完対]|[長次]官理|品質間題")
NO_WORD = re.compile("|".join(sorted(NO_WORDS, key=len, reverse=True)))


def check_misprints(document: Document) -> Iterator[Finding]:
    for match in NO_WORD.finditer(document.flow):
        before = max(match.start() - 1, 0)
        if not MET.match(document.flow, before):
            yield _finding(document, match.span(), NO_WORDS[match.group()], "似た字と取り違えている")
    for pattern, right in PATTERNS:
        for match in pattern.finditer(document.flow):
            group = "slip" if match["slip"] else "slip2"
            yield _finding(document, match.span(group), right, "同じ読みの語と取り違えている")


def _finding(document: Document, at: tuple[int, int], right: str, reason: str) -> Finding:
    return finding_at(document=document, at=at, kind=Kind.WORDING, right=right, reason=reason)
