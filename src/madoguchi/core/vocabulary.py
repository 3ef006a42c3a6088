"""Every enumeration, once: the stored word and its Japanese label."""

from enum import StrEnum
from typing import Self


class LabelledEnum(StrEnum):
    """A stored word with a Japanese and an English label."""

    label: str
    label_en: str

    def __new__(cls, value: str, label: str = "", label_en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.label_en = label_en or value.replace("_", " ")
        return member


class CallOutcome(LabelledEnum):
    """How one call attempt ended, once it is whole. `unknown`: the files do not say (yet)."""

    ANSWERED = "answered", "応答"
    IVR_ABANDONED = "ivr_abandoned", "IVR放棄", "abandoned in the IVR"
    QUEUE_ABANDONED = "queue_abandoned", "応答待ち放棄", "abandoned while waiting"
    QUEUE_TIMEOUT = "queue_timeout", "待ち時間切れ", "queue time-out"
    QUEUE_EMPTY_FULL = "queue_empty_full", "待ち行列満杯・要員なし", "queue empty or full"
    QUEUE_EXIT_KEY = "queue_exit_key", "キー操作で離脱", "left by key"
    IVR_SELFSERVICE = "ivr_selfservice", "音声案内で終了", "served by the IVR"
    BUSY_PBX = "busy_pbx", "話中（PBX）", "busy at the PBX"
    BUSY_CARRIER = "busy_carrier", "話中（回線）", "busy at the carrier"
    OUT_OF_HOURS = "out_of_hours", "受付時間外", "out of hours"
    FAILED = "failed", "接続失敗", "failed"
    OPEN = "open", "通話中・記録途中", "still open in the files"
    UNKNOWN = "unknown", "不明", "unknown"


class CallFinding(LabelledEnum):
    """What a person should know of how calls were rebuilt from telephone logs."""

    MISSING_LOG = "missing_log", "記録がない種類がある", "a kind of log is missing"
    OPEN = "open", "終わりの記録がない", "no end in the logs yet"
    LONG_OPEN = "long_open", "1日以上終わりの記録がない", "no end in the logs for more than a day"
    CUT_OFF = "cut_off", "PBXの再起動で終わりの記録が失われた", "the end was lost when the PBX restarted"
    UNCLASSIFIED = "unclassified", "結果を分類できない", "the outcome cannot be told"
    GUESSED = "guessed", "設定になく記録から推定した結果", "the outcome was worked out without the profile"
    LOG_INCOMPLETE = "log_incomplete", "キュー記録が欠けている", "queue_log lacks lines of the call"
    NOT_INBOUND = "not_inbound", "外線着信でない通話（対象外）", "not a call from outside, left out"
    LINE_UNKNOWN = "line_unknown", "着信番号が不明", "the dialled number is not known"
    TALK_UNKNOWN = "talk_unknown", "通話時間が不明", "the talk time is not known"
    WRAP_UP_CAPPED = "wrap_up_capped", "後処理時間を上限で打ち切り", "the wrap-up time was cut at its limit"
    WRAP_UP_MIXED = (
        "wrap_up_mixed",
        "後処理中に離席理由が変更された",
        "the pause for wrap-up was changed to another reason",
    )
    WRAP_UP_OPEN = "wrap_up_open", "後処理の終わりの記録がない", "the wrap-up has no end in the logs yet"
    TRANSFER_TARGET_UNKNOWN = (
        "transfer_target_unknown",
        "転送先が不明",
        "the target of an attended transfer is not known",
    )
    NO_SECOND_LEVEL = (
        "no_second_level",
        "二次窓口の設定がない",
        "no second level is set: no escalations counted",
    )
    NOT_AT_CARRIER = "not_at_carrier", "回線側の記録にない", "not in the carrier's report"
    ONLY_AT_CARRIER = "only_at_carrier", "回線側の記録にのみある", "only in the carrier's report"
    IGNORED_EVENT = "ignored_event", "使わないイベント", "an event that is not used"


class CountedAs(LabelledEnum):
    """What a contract's dated counting table makes of a call."""

    ANSWERED = "answered", "応答数に算入", "counted as answered"
    ABANDONED = "abandoned", "放棄呼に算入", "counted as abandoned"
    SHORT_ABANDONED = "short_abandoned", "短時間放棄（除外）", "short abandon, left out"
    LEFT_OUT = "left_out", "分母から除外", "left out"


class TicketKind(LabelledEnum):
    INQUIRY = "inquiry", "問合せ"
    APPLICATION = "application", "申請"
    FAULT = "fault", "不具合"
    INCIDENT = "incident", "障害"
    COMPLAINT = "complaint", "苦情"
    WISH = "wish", "要望"


class Channel(LabelledEnum):
    PHONE = "phone", "電話"
    MAIL = "mail", "メール"
    WEB = "web", "Web"
    COUNTER = "counter", "窓口"


class Statistic(LabelledEnum):
    """How counted events become one figure."""

    RATE = "rate", "割合"
    SHARE_WITHIN = "share_within", "期限内割合", "share within a time"
    MEAN = "mean", "平均"
    COUNT = "count", "件数"
    SUM = "sum", "合計"
    MAXIMUM = "maximum", "最大"
    PERCENTILE = "percentile", "百分位"
    AVAILABILITY = "availability", "稼働率"
    SURVEY_SCORE = "survey_score", "満足度スコア", "survey score"
    MILESTONE = "milestone", "達成確認"
    COMPOSITE = "composite", "合成指標"


class Clock(LabelledEnum):
    """How time between two moments is counted."""

    ELAPSED = "elapsed", "暦の経過時間", "elapsed time"
    BUSINESS = "business", "受付時間内の経過時間", "business time"
    OPEN_DAYS = "open_days", "開庁日数", "open days"
    DAYS = "days", "暦日数", "calendar days"


class MissingEnd(LabelledEnum):
    """What an event without an end (or without a value) counts as."""

    MISSED = "missed", "期限超過として算入", "counted as not within"
    LEFT_OUT = "left_out", "算入しない", "left out"


class WindowKind(LabelledEnum):
    """The stretch of time one figure is made for."""

    MONTH = "month", "月"
    QUARTER = "quarter", "四半期"
    FISCAL_YEAR = "fiscal_year", "年度"
    CONTRACT = "contract", "契約期間"
    EVALUATION = "evaluation", "評価期間"
    SURVEY_ROUND = "survey_round", "調査回"


class Unit(LabelledEnum):
    """What an exact figure is counted in; durations are seconds inside."""

    PERCENT = "percent", "％"
    COUNT = "count", "件"
    DURATION = "duration", "時間"
    POINTS = "points", "点"
    OPEN_DAYS = "open_days", "開庁日"
    NUMBER = "number", ""


class DurationStyle(LabelledEnum):
    """How a duration is printed; rounding is to the last part shown."""

    MINUTES_SECONDS = "minutes_seconds", "分秒"
    HOURS_MINUTES = "hours_minutes", "時間分"
    SECONDS = "seconds", "秒"


class Comparator(LabelledEnum):
    AT_LEAST = "at_least", "以上"
    MORE_THAN = "more_than", "超"
    AT_MOST = "at_most", "以下"
    LESS_THAN = "less_than", "未満"
    EQUALS = "equals", "に等しい"


class Trend(LabelledEnum):
    """What must hold between a window's figure and the one before it."""

    NOT_RISING = "not_rising", "前期以下"
    FALLING = "falling", "前期より減少（0は維持で可）", "falling, or staying at zero"
    NOT_FALLING = "not_falling", "前期以上"


class Season(LabelledEnum):
    NORMAL = "normal", "通常期"
    SHOULDER = "shoulder", "準繁忙期"
    PEAK = "peak", "繁忙期"


class Verdict(LabelledEnum):
    MET = "met", "達成"
    MISSED = "missed", "未達"
    NOT_MEASURABLE = "not_measurable", "測定不能"
    NOT_JUDGED = "not_judged", "対象外", "not judged"


class Combine(LabelledEnum):
    """How several survey questions become one score."""

    MEAN_OF_QUESTIONS = "mean_of_questions", "設問別平均の平均"
    MEAN_OF_ANSWERS = "mean_of_answers", "全回答の平均"


class ReasonCode(LabelledEnum):
    """Why a figure got its verdict."""

    TARGET_MET = "target_met", "目標値を満たす", "the target is met"
    TARGET_MISSED = "target_missed", "目標値に届かない", "the target is missed"
    NOTHING_COUNTED = "nothing_counted", "対象となる事象がない", "there was nothing to count"
    NOT_COVERED = "not_covered", "記録がこの期間を含まない", "the facts do not cover this period"
    PARTLY_COVERED = (
        "partly_covered",
        "記録が期間の一部しか含まない",
        "the facts cover only part of the period",
    )
    NOT_JUDGED_PERIOD = "not_judged_period", "評価対象外の期間", "a period that is not judged"
    PARTLY_NOT_JUDGED = "partly_not_judged", "一部が評価対象外の期間", "part of the window is not judged"
    NO_OBJECTIVE = "no_objective", "目標値の定めがない", "no objective is in force"
    FIRST_WINDOW = "first_window", "比較する前期がない", "there is no earlier window to compare with"
    REQUIRED_MISSED = "required_missed", "前提となる指標が未達", "an objective it leans on is missed"
    REQUIRED_UNKNOWN = (
        "required_unknown",
        "前提となる指標を測定できない",
        "an objective it leans on cannot be measured",
    )
    PRINTED_DIFFERS = (
        "printed_differs",
        "表示値では判定が異なる（判定は端数処理前の値による）",
        "the printed figure would be judged otherwise; the exact figure decides",
    )


class CostBasis(LabelledEnum):
    """What costs of contracts of different length are compared on."""

    TOTAL = "total", "総額"
    YEAR = "year", "年額（12か月換算）", "a year"
    MONTH = "month", "月額", "a month"


class RoundingMode(LabelledEnum):
    """How a fraction below the printed unit is treated (端数処理)."""

    HALF_UP = "half_up", "四捨五入", "rounded half up"
    DOWN = "down", "切捨て", "rounded down"
    UP = "up", "切上げ", "rounded up"


class CostNote(LabelledEnum):
    """What a reader of a cost comparison must be told."""

    DIFFERENT_LENGTH = "different_length", "期間の長さが異なる総額の比較", "totals of terms of different length"
    OVERLAP = "overlap", "期間の重なる契約を合算", "contracts that share days were added up"
    UNCOVERED = "uncovered", "対象月数のうち契約のない日がある", "days of the term without a contract"
    SHARE = "share", "一括契約からの按分", "a share of a bundled contract"
    TAX_REMOVED = "tax_removed", "税込みの額から消費税を除いた", "consumption tax was taken out"


class ScoringMethod(LabelledEnum):
    """How technical merit and price make one award score."""

    ADDITIVE = "additive", "加点方式"
    DIVISION = "division", "除算方式", "by division"
    PRICE_ONLY = "price_only", "最低価格落札方式", "lowest price"


class BidOutcome(LabelledEnum):
    """What became of one firm's bid in one opening."""

    WON = "won", "落札"
    TIED = "tied", "同点（くじ引き）", "tied, to be drawn by lot"
    LOST = "lost", "次点以下"
    OVER_CEILING = "over_ceiling", "予定価格超過", "above the ceiling price"
    DISQUALIFIED = "disqualified", "必須項目を満たさない", "a mandatory item was not met"
    WITHDRAWN = "withdrawn", "辞退"
    UNSCORED = "unscored", "採点できない（予定価格なし）", "cannot be scored without a ceiling price"


class CriterionProposal(LabelledEnum):
    """What the figures say of one exit criterion; a person decides."""

    KEPT = "kept", "○", "kept"
    NOT_KEPT = "not_kept", "×", "not kept"
    TO_DECIDE = "to_decide", "要判断", "for a person to decide"


class ExitCriterion(LabelledEnum):
    """The five conditions for ending market testing."""

    NO_ORDERS = "no_orders", "業務改善指示等や業務に係る法令違反行為等がない", "no orders to improve, no violations"
    OUTSIDE_CHECK = (
        "outside_check",
        "実施状況について外部有識者等の点検を受ける仕組みがある",
        "outside experts check the performance",
    )
    COMPETITION = "competition", "入札で競争性が確保されている", "the tender was competitive"
    QUALITY = "quality", "確保されるべき質に係る達成目標を達成している", "the promised quality was kept"
    SAVING = "saving", "従来経費と比べて経費削減の効果を上げている", "the cost fell"
