"""Two Chinese letters that make no word, where one that looks or sounds like one of them makes a common word: 分折."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.words import Word, clauses_of, is_common_word, words_in

# letters taken for one another, by their look or by their sound in words of reports
GROUPS_TOLD = (
    "揮輝 案按 保補 慮盧 数故 掘堀 況祝 範籠 減滅 履覆 整正 規則 較校 慣習 渉捗 捗渉 頻頓 偏遍 衛衞 "
    "並普 主王 予矛 互五 交文 人入 今令 他池 付符 代伐 件体 任仕 任認忍 伝仏 位異意 体休 余徐 "
    "作昨 例列 供共 侯候 便使 係系 促捉 保深 修終 倉食 倍部 値植 側例 側測則 備僧 傾頃 働動 "
    "像象 億憶 充亢 全金 公広 具貝 典曲 写与 冠完 処外 分公 判刊 利和 到倒 制剌 制成製 前削 "
    "副福幅 割害 割裂 力刀 努怒 効功 勘堪 務努 勤勘 区巨 千干 午牛 半平 卒率 協脇 単草 博専 "
    "即促 原厚 参惨 双又 反友 収叔 収取 受授 句旬 台合 名各 向同 告吉 周週 命令 哀衰 品呂 "
    "員買貝 問門間 善普 器機 困因 図固 国囲 在存 均的 堀掘 堂党 堤提 報執 境鏡 増憎贈 壁璧 "
    "壌嬢譲 士土 変恋 多名 大太犬 天夫 契喫 奪奮 好女 始姉 姓性 姿委 媛援 字学 宅託 守宇 完官 "
    "官管宮 定走 実美 宣宜 害書 容溶 密蜜 察祭 審番 寺等 対体 専恵 導道 就熟 局居 届屈 属嘱 "
    "層屑 履復 崇祟 工功攻 差着 師帥 席度 常堂 幕暮 幣弊 幹乾 幹管 庁丁 広拡 序予 底低抵 店占 "
    "府附 延廷 建健 張調 当尚 役設 往住注柱 径経 待侍持特 律率 後俊 得待 復複腹 微徴徹 徹撤 "
    "必心 忙亡 忙忘 念怠 思恩 息恩 患急 情清請 想装 態熊 慕募 慨概既 慮虜 憲害 懐壊 戦単 戴載 "
    "戸声 打折 承永 抑仰 投役 抜技 抽油 担但胆坦 招召紹 拠処 指旨 捕補 捜操 捨拾 採探菜 探深 "
    "接按 推堆 措借 掲揭 提掲 揚場 換喚 操燥 支枝 放故 政攻 敗則 数教 整警 敵的適摘滴 斉斎 "
    "料科 断新 断継 方万 施旋 日目 昇升 明朋 普晋 暦歴 暮募墓 更交 更便 最取 望忘 朝期 期棋 "
    "期機 未末 本木 材村 条案 来未 析折祈 枠粋 根恨 栽裁載 棄葉 植殖 検険倹 楊場 極局 様羊 "
    "権観 機基 次吹 欲歓 残銭 段殴 殻穀 毎海 比北 水氷永 決欠 治冶 法決 派脈 流硫 混昆 済剤 "
    "済斉 満万 源原 準淮 滞帯 漠模 潔契 点占 烈裂 無撫 然燃 版板 物拐 状壮 独触 王玉 現観 "
    "理埋 用角 申由 留畄 略絡 痛病 発登 登豊 白自 百白 監鑑覧 直値 真直 着看 矢失 知和 石右 "
    "礼札 社杜 祖組 票標漂 禁襟 秩扶 程税 税説 種稚 積債 積績責 穫獲 究空 章意 競竟 等筆 答筈 "
    "策築 算箕 節筋 精清 系糸 約的 約納 納紛 級給 紛粉 素索 組粗租 経軽 給絡結 統続 絶純 継続 "
    "続読 綜総 綱網 総統 緒諸 締諦 編偏 緩援暖 練錬 縁緑録 縮宿 罪非 置直 署暑者 群郡 者著 "
    "職織識 能態 航般 艦鑑 茶荼 蔵臓 薬楽 衝衡 表衷 衷衰 被披 裏衷 要妻 規親 規軌 視規 親新 "
    "観勧歓 触解 言信 計訂 討計 訓順 訪防 設没 訴訢 証註 評許 試誠 詳洋 誌諮 認諦 誓警 語話 "
    "誤語 調誰 談淡 論輪 講構購 議義儀 護獲 護穫 負員 財材 貨貸賃 販敗 貫慣 責貴 責青 貯財 "
    "資質 賛替 趣越 路跡 転軽 軸輔 輪輸 輸諭愉 辞乱 近所 追迫 退追 逐遂 通連 造告 連運 週遇 "
    "進準 遅達 遇偶隅 遍偏 達逹 選遷 遺遣 還環 郊効 部郡 配酌 釈訳 重量 閉問 閑間 防妨 限眼 "
    "陣陳 除徐 陽湯場 隔融 際祭 集焦 電雷 震振 面画 項頂 順須 領頚 頼瀬 題顔 類数 養餐 験険"
)
PARTNERS: dict[str, str] = {}
for _group in GROUPS_TOLD.split():
    for _letter in _group:
        PARTNERS[_letter] = PARTNERS.get(_letter, "") + _group.replace(_letter, "")
KANJI, KANJI_TWICE = re.compile(r"[一-龥]"), re.compile(r"[一-龥]{2}")
NUMERALS = "一二三四五六七八九十百千万億兆"
ENDINGS = "者期日前後回年月名件度数目毎時分秒内外間上下中用等別版式型省庁局課室員化性的費料額率点位台号社書類系"
USUAL = 3
# words of the trade that the dictionary lacks
TRADE = frozenset(("話中", "呼損", "架電", "入電", "受電", "終話", "保留", "転電", "呼量", "呼数"))


def check_near_letters(document: Document) -> Iterator[Finding]:
    found = [each for clause in clauses_of(document) for each in _in_clause(clause)]
    counts = Counter(pair for _, pair, _ in found)
    for start, pair, right in found:
        if counts[pair] < USUAL and not document.is_apart(start):
            reason = f"「{pair}」という語はない。形や音の似た字と取り違えている"
            yield finding_at(document=document, at=(start, start + 2), kind=Kind.WORDING, right=right, reason=reason)


def _in_clause(clause: Span) -> Iterator[tuple[int, str, str]]:
    if KANJI_TWICE.search(clause.text):
        for place, pair in _no_words(words_in(clause.text)):
            right = _meant(pair)
            if right is not None:
                yield clause.start + place, pair, right


def _no_words(words: Sequence[Word]) -> Iterator[tuple[int, str]]:
    """Yield what stands as two words of one letter, or as one that the dictionary lacks."""
    for word in words:
        if len(word.text) == 2 and word.is_unknown and word.text not in TRADE and _is_kanji(word.text):  # noqa: PLR2004
            yield word.start, word.text
    for place, (before, after) in enumerate(pairwise(words)):
        pair = before.text + after.text
        is_start = place == 0 or not _is_counted(words[place - 1], before)
        if len(pair) == 2 and _is_kanji(pair) and pair not in TRADE and is_start and before.group != "接頭辞":  # noqa: PLR2004
            yield before.start, pair


def _is_counted(before: Word, letter: Word) -> bool:
    """Say whether a letter ends the word before it: 応札+者, 3+期, 開札+日."""
    is_ending = letter.text in ENDINGS
    return is_ending and bool(re.search(r"[一-龥ァ-ヶー0-9]$", before.text))


def _is_kanji(text: str) -> bool:
    return all(KANJI.match(letter) and letter not in NUMERALS for letter in text)


def _meant(pair: str) -> str | None:
    first, second = pair[0], pair[1]
    guesses = [each + second for each in PARTNERS.get(first, "")] + [first + each for each in PARTNERS.get(second, "")]
    return next((each for each in guesses if is_common_word(each)), None)
