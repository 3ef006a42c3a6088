"""Words with two letters exchanged, one lost, one twice or one other, by the document's own words and the trade's."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.words import is_common_word

RUN = re.compile(r"[一-龥]{3,}|[ァ-ヶー]{3,}")
KATAKANA = re.compile(r"[ァ-ヶー]+")
# words of tenders, service desks and reports, spelt as they are
KATAKANA_WORDS_TOLD = (
    "サービス システム ネットワーク セキュリティ アンケート ヘルプデスク サービスデスク コールセンター "
    "インシデント エスカレーション アカウント パスワード プリンタ プリンター クラウド サーバー "
    "データセンター ソフトウェア ハードウェア アプリケーション センター インターネット ウェブサイト "
    "ホームページ マニュアル ガイダンス モニタリング メンテナンス スケジュール ポリシー メールアドレス "
    "ライセンス バックアップ ウイルス ログイン リモートアクセス テレワーク ペーパーレス ペーパレス "
    "デジタル ガバメント ソリューション ソリューションズ オンライン オンサイト プロセス プロジェクト "
    "ノウハウ ヒアリング フォローアップ リーダー スクリプト ファイル フォルダ フォルダー ユーザー "
    "ブラウザ シンクライアント クライアント ストレージ グループウェア コンソーシアム レイアウト リーダ "
    "トレーニング ナレッジ マネジメント アドバイザー プライベート パブリック サービスレベル "
    "サービスレベルアグリーメント デスクトップ サイバーセキュリティ セキュリティパッチ メールマガジン "
    "エンタープライズ エンタープライズモバイルマネジメント "
    "コミュニケーション スマートフォン プログラム ドメイン イベント データ"
)
KATAKANA_WORDS = frozenset(KATAKANA_WORDS_TOLD.split())
KANJI_WORDS_TOLD = (
    "競争入札 民間競争入札 一般競争入札 随意契約 予定価格 実施要項 受託事業者 請負事業者 受注事業者 "
    "民間事業者 契約期間 契約金額 実施経費 従来経費 経費削減 削減効果 業務改善指示 法令違反行為 重大障害 "
    "個人情報 機密情報 満足度調査 達成状況 実施状況 評価委員会 監理委員会 官民競争入札等監理委員会 "
    "総合評価落札方式 最低価格落札方式 閣議決定 受付窓口 運用管理業務 運用支援業務 改善提案 測定指標 "
    "評価事項 業務内容 業務実施 放棄呼率 利用者満足度 技術提案書 情報開示 情報漏洩 外部有識者 入札参加者 "
    "契約締結 評価期間"
)
KANJI_WORDS = frozenset(KANJI_WORDS_TOLD.split())
USUAL = 2
LONGEST, LONG_WORD = 16, 6
SHORTEST, SHORTEST_LOST, SHORTEST_OTHER = 4, 5, 5
# what a word may have or not: 満足(度)調査, 利用(者)窓口
VOICED = (
    "カガ", "キギ", "クグ", "ケゲ", "コゴ", "サザ", "シジ", "スズ", "セゼ", "ソゾ",
    "タダ", "チヂ", "ツヅ", "テデ", "トド", "ハバパ", "ヒビピ", "フブプ", "ヘベペ", "ホボポ",
)  # fmt: skip
VOICES = {letter: group.replace(letter, "") for group in VOICED for letter in group}
AFFIXES = frozenset(
    "度者等用的化性別式書費率料上下中間員先約総全各本当再不未非新旧前後内外大小一二三四五六七八九十省庁課室部局係年月日件数案"
)


def check_near_words(document: Document) -> Iterator[Finding]:
    """Find words that stand once and are one stroke away from a usual word."""
    found = list(RUN.finditer(document.flow))
    counts = Counter(match.group() for match in found)
    own = {word for word, count in counts.items() if count >= USUAL}
    usual = own | KATAKANA_WORDS | KANJI_WORDS
    slips = _slips(usual)
    for match in found:
        if counts[match.group()] > 1 or match.group() in usual:
            continue
        if KATAKANA.match(match.group()) and is_common_word(match.group()):
            continue
        told = _told(match.group(), slips, usual)
        if told is not None:
            start, length, right = told
            at = (match.start() + start, match.start() + start + length)
            is_sure = right in KATAKANA_WORDS or right in KANJI_WORDS
            yield finding_at(
                document=document,
                at=at,
                kind=Kind.WORDING,
                certainty=Certainty.LIKELY if is_sure else Certainty.POSSIBLE,
                right=right,
                reason=f"「{right}」と一字だけ違うか、字の順が違う",
            )


def _slips(usual: AbstractSet[str]) -> dict[str, str]:
    """Return, for every slip of a usual word, the word; an open letter is written as a question mark."""
    slips: dict[str, str] = {}
    for word in sorted(usual):
        for slip in _strokes(word):
            if slip not in usual:
                slips.setdefault(slip, word)
    return slips


def _strokes(word: str) -> Iterator[str]:
    is_kana = KATAKANA.fullmatch(word) is not None
    is_known = word in KATAKANA_WORDS or word in KANJI_WORDS
    is_whole = is_kana and is_known
    if len(word) >= SHORTEST:
        yield from _exchanged(word)
        yield from _doubled(word) if is_kana else ()
    if len(word) >= SHORTEST_LOST - is_whole:
        yield from _lost(word if is_whole else word[:-1], end="" if is_whole else word[-1], is_kana=is_kana)
    if is_known and is_kana and len(word) == SHORTEST:
        yield from _other_voice(word)
    if is_known and len(word) >= SHORTEST_OTHER:
        places = range(len(word)) if is_kana else range(1, len(word) - 1)
        yield from (f"{word[:place]}?{word[place + 1 :]}" for place in places)


def _exchanged(word: str) -> Iterator[str]:
    for place, (letter, following) in enumerate(pairwise(word)):
        if letter != following:
            yield word[:place] + following + letter + word[place + 2 :]


def _other_voice(word: str) -> Iterator[str]:
    """Yield the word with one letter's voice marks changed: デジダル, プラウザ."""
    for place, letter in enumerate(word):
        for voice in VOICES.get(letter, ""):
            yield word[:place] + voice + word[place + 1 :]


def _doubled(word: str) -> Iterator[str]:
    yield from (word[:place] + letter + word[place:] for place, letter in enumerate(word))


def _lost(word: str, *, end: str, is_kana: bool) -> Iterator[str]:
    """Yield the word without each letter but the first and, where `end` is one, the last, unless some leave it out."""
    for place in range(1 if end else 0, len(word)):
        is_slip = (word + end)[place:] != "ー" if is_kana else word[place] not in AFFIXES
        if is_slip:
            yield word[:place] + word[place + 1 :] + end


def _told(run: str, slips: Mapping[str, str], usual: AbstractSet[str]) -> tuple[int, int, str] | None:
    """Return where in a run a slip stands, its length and the word meant; katakana are one word."""
    if KATAKANA.match(run):
        whole = next(((0, len(run), slips[each]) for each in _readings(run) if each in slips), None)
        return whole or _inside(run, slips)
    for length in range(min(len(run), LONGEST), SHORTEST - 1, -1):
        for start in range(len(run) - length + 1):
            part = run[start : start + length]
            meant = next((slips[each] for each in _readings(part) if each in slips), None)
            if meant is not None and meant not in run and not any(part in word and word in run for word in usual):
                return start, length, meant
    return None


def _inside(run: str, slips: Mapping[str, str]) -> tuple[int, int, str] | None:
    """Return the slip of a long known word inside a longer run, such as a service's name."""
    for length in range(min(len(run) - 1, LONGEST), LONG_WORD - 1, -1):
        for start in range(len(run) - length + 1):
            part = run[start : start + length]
            meant = next((slips[each] for each in _readings(part)[1:] if slips.get(each) in KATAKANA_WORDS), None)
            is_longer = part[:-1] in KATAKANA_WORDS or part[1:] in KATAKANA_WORDS
            if meant is not None and meant not in run and not is_longer:
                return start, length, meant
    return None


def _readings(part: str) -> list[str]:
    readings = [part]
    if len(part) >= SHORTEST_OTHER:
        readings += [f"{part[:place]}?{part[place + 1 :]}" for place in range(len(part))]
    return readings
