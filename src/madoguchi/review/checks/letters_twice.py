"""One letter or mark struck twice: 、、, 確認認する, されるる; words that end and begin with one letter are left."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

MARKS = re.compile(r"(?<![、。])(?:、、|。。|、。|。、)(?![、。])")
KANJI = re.compile(r"(?P<letter>[一-龥])(?P=letter)(?P<after>[一-龥]?)")
# what may follow a word that ends in its first letter: 対策策定, 情報報告, 会議議事録
BEGINNINGS_TOLD = (
    "策定 策略 約款 約束 議事 議論 議題 議決 報告 報知 報酬 画面 画像 理由 理解 理念 用途 用紙 用品 用語 "
    "用意 施設 施策 施行 業務 業者 業種 業界 日程 日数 日時 日付 日次 日報 間隔 告知 告示 員数 類似 類型 "
    "類別 証明 証跡 証拠 書式 書類 書面 書籍 部局 部長 部門 部署 部品 部分 法令 法律 法人 方針 方法 方式 "
    "方向 月次 月額 月間 月末 月報 月数 年度 年次 年間 年額 人数 人員 人材 人事 者数 者名 性質 性能 性別 "
    "等級 等分 名称 名簿 名前 名義 数値 数量 数字 時間 時刻 時期 時点 期間 期限 期日 期待 期首 場所 場合 "
    "場面 分析 分類 分担 分野 分割 地域 地方 地点 会議 会社 会計 会場 会員 課題 課長 課金 室長 室内 局長 "
    "局内 庁舎 庁内 省庁 省令 省内 開始 開発 開札 開庁 開示 始業 終了 了承 了解 成果 成績 成立 果実 "
    "果たす 更新 更改 新規 新設 規模 規定 規則 定義 定期 定員 定数 定着 定額 定例 額面 費目 費用 目的 "
    "目標 目次 目録 録音 音声 声明 明細 明示 示達 達成 成否 否認 認証 認定 認識 証券 点数 点検 検査 検討 "
    "検索 検証 査定 査察 査読 定時 理論 論点 置換 換算 換気 算出 算定 出力 出席 出張 力量 席上 送付 送信 "
    "付与 付属 付録 信頼 信用 頼信 入力 入札 入手 入庁 力点 手順 手続 手法 手当 順次 順序 次期 次回 次年 "
    "回線 回数 回答 答弁 答申 線路 受付 受託 受領 領収 領域 収集 集計 集約 計画 計測 計上 約定 上記 上位 "
    "上限 上昇 上長 下記 下位 下限 下表 記載 記録 記入 記号 号機 機能 機器 機関 機会 器具 能力 関係 関連 "
    "係員 係数 係長 連絡 連携 連続 連結 携帯 物品 物件 物資 品質 品目 品名 質問 質疑 問題 問診 題目 題名 "
    "件名 件数 表示 表題 表現 現状 現行 現在 現場 状況 状態 況報 態勢 行政 行為 政策 政府 為替 内容 内訳 "
    "内線 内部 容量 訳文 外部 外線 外注 注意 注記 注文 意見 意図 見積 見解 見本 積算 本体 本文 本人 本部 "
    "体制 体系 体験 制度 制限 制御 度数 限度 限定 御中 面接 面談 面積 接続 接触 接客 続行 談話 話題 話者 "
    "対応 対策 対象 象限 応答 応札 札数 別表 別紙 別途 実施 実績 実態 績効 態様 様式 様子 式典 式次 式年 "
    "子会 通知 通話 通信 知識 識別 別添 添付 紙面 紙幣 版数 版権 権限 権利 利用 利益 益金 金額 金融 税率 "
    "税額 率先 先方 先行 先頭 頭数 基準 基盤 基本 準備 準拠 備考 備品 考慮 考察 慮外 察知 営業 営繕 責任 "
    "責務 任意 任期 務省 的確 的中 確認 確保 確定 保守 保存 保証 守備 存在 在庫 在席 庫内 席次 者側 側面 "
    "化学 化合 化石 全体 全員 全国 国内 国際 国民 民間 民事 際限 土木 木材 材料 料金 料理 単位 単価 位置 "
    "価格 価値 格差 格納 格付 値段 段階 段落 階層 層別 評価 評点 点呼 呼称 称号 職員 職務 職場 担当 当該 "
    "当庁 当省 当日 当初 該当 初期 初回 組織 織物 調査 調達 調整 整備 整理 備蓄 系統 統計 統合 合意 合計 "
    "合格 合算 総額 総数 総合 決定 決済 決裁 官房 官公 裁量 裁定 済証"
)
BEGINNINGS = frozenset(BEGINNINGS_TOLD.split())
KANA = re.compile(r"(?P<letter>[をるりてでじしげざずぜばびぶべぼむゆよろわんっえ])(?P=letter)(?!ん)")
# words that hold a letter twice by right: 当てて, これまでで, 触れれば
KANA_BY_RIGHT = re.compile(
    r"[当立建充育捨果隔企慌あたすそはだ]てて|までで|[一-龥]出でで|ででき|[えけねれ]れれば|ええ[、とっ]|[倒渡話消残越直戻出貸返試増通押]しし"
)


def check_letters_twice(document: Document) -> Iterator[Finding]:
    for match in MARKS.finditer(document.flow):
        yield _finding(document, match, match.group()[0] if "。" not in match.group() else "。", "句読点が重なっている")
    for match in KANJI.finditer(document.flow):
        if not _is_by_right(document, match):
            yield _finding(document, match, match["letter"] + match["after"], "同じ字が続けて二度書かれている")
    for match in KANA.finditer(document.flow):
        around = document.flow[max(match.start() - 1, 0) : match.end() + 2]
        if not KANA_BY_RIGHT.search(around) and not document.is_apart(match.start()):
            yield _finding(document, match, match["letter"], "同じ字が続けて二度書かれている")


def _is_by_right(document: Document, match: re.Match[str]) -> bool:
    """Say whether a word ends in the letter that the next one begins with, or a line or column ends between them."""
    letter, after = match["letter"], match["after"]
    before = document.flow[max(match.start() - 1, 0) : match.start()]
    is_inside = "一" <= before <= "龥" or before.isdigit()
    is_word = letter + after in BEGINNINGS
    return (
        (is_inside and (is_word or letter == "用"))
        or letter in "一二三四五六七八九十"
        or (letter == "及" and before in "普言波追遡企論")
        or document.is_apart(match.start())
    )


def _finding(document: Document, match: re.Match[str], right: str, reason: str) -> Finding:
    return finding_at(document=document, at=match.span(), kind=Kind.WORDING, right=right, reason=reason)
