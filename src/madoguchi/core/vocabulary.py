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
    CLOCK_OFFSET = "clock_offset", "回線側の時計がずれている", "the carrier's clock differs from the PBX's"
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
    RUNNING = "running", "期間の途中で、まだ判定しない", "the window has not ended and is not judged yet"
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


class RoleKind(LabelledEnum):
    """What a person may be in one contract."""

    USER = "user", "利用者"
    OPERATOR = "operator", "一次窓口オペレーター", "operator"
    OPERATIONS_MANAGER = "operations_manager", "運用管理者", "operations manager"
    RESPONSIBLE_DIVISION = "responsible_division", "主管課", "responsible division"
    VENDOR = "vendor", "保守事業者"
    AUDITOR = "auditor", "監査者"
    ADMINISTRATOR = "administrator", "管理者"


class Tier(LabelledEnum):
    """Who holds a ticket now."""

    FIRST_LINE = "first_line", "一次窓口", "first line"
    SECOND_LINE = "second_line", "二次窓口", "second line"
    RESPONSIBLE_DIVISION = "responsible_division", "主管課", "responsible division"
    VENDOR = "vendor", "保守事業者"


class TicketState(LabelledEnum):
    RECEIVED = "received", "受付済", "received"
    IN_PROGRESS = "in_progress", "対応中", "in progress"
    WAITING_REQUESTER = "waiting_requester", "利用者の返答待ち", "waiting for the requester"
    WAITING_ELSEWHERE = "waiting_elsewhere", "他部署の対応待ち", "waiting for others"
    RESOLVED = "resolved", "完了"
    WITHDRAWN = "withdrawn", "取消"


class Priority(LabelledEnum):
    LOW = "low", "低"
    NORMAL = "normal", "中"
    HIGH = "high", "高"
    URGENT = "urgent", "緊急"


class Act(LabelledEnum):
    """What a step in a ticket's life did."""

    RECEIVE = "receive", "受付", "received"
    TAKE = "take", "担当開始", "taken"
    ASSIGN = "assign", "担当割当", "assigned"
    CLASSIFY = "classify", "分類・優先度の設定", "classified"
    ANSWER = "answer", "回答", "answered"
    PROGRESS = "progress", "経過報告", "progress reported"
    NOTE = "note", "内部メモ", "internal note"
    REPLY = "reply", "利用者からの返答", "reply from the requester"
    ESCALATE = "escalate", "エスカレーション", "escalated"
    RETURN = "return", "差戻し・回答返送", "handed back"
    WAIT = "wait", "待ち開始", "waiting"
    RESUME = "resume", "待ち終了", "resumed"
    RESOLVE = "resolve", "完了", "resolved"
    REOPEN = "reopen", "再開", "reopened"
    WITHDRAW = "withdraw", "取消", "withdrawn"
    COMPLAIN = "complain", "苦情の登録", "complaint recorded"
    ASK_EXCLUSION = "ask_exclusion", "集計除外の申請", "exclusion asked"
    DECIDE_EXCLUSION = "decide_exclusion", "集計除外の決定", "exclusion decided"
    AGREE_DUE = "agree_due", "期限の合意", "due time agreed"
    HAND_OVER = "hand_over", "他機関への引渡し", "handed over to another office"
    LINK = "link", "関連付け", "linked"
    UNLINK = "unlink", "関連付けの解除", "link removed"
    MERGE = "merge", "統合", "merged"
    ATTACH = "attach", "添付", "file attached"
    WATCH = "watch", "通知先の変更", "watchers changed"
    RATE = "rate", "回答の評価", "answer rated"
    CORRECT = "correct", "訂正", "corrected"


class Visibility(LabelledEnum):
    PUBLIC = "public", "利用者に公開", "shown to the requester"
    INTERNAL = "internal", "内部のみ", "internal"


class Attribution(LabelledEnum):
    """Whose fault a complaint is about."""

    SUPPLIER = "supplier", "受託者の責による", "the supplier"
    BUYER = "buyer", "発注者の責による", "the buyer"
    OTHER = "other", "その他", "somebody else"
    UNDECIDED = "undecided", "確認中", "not decided yet"


class LinkKind(LabelledEnum):
    RELATED = "related", "関連", "related to"
    DUPLICATE = "duplicate", "重複", "duplicate of"
    CAUSED_BY = "caused_by", "原因", "caused by"


class LinkBack(LabelledEnum):
    """A link's kind as it reads from the ticket it leads to."""

    RELATED = "related", "関連", "related to"
    DUPLICATE = "duplicate", "重複（相手がこの案件と重複）", "duplicated by"
    CAUSED_BY = "caused_by", "結果", "cause of"


class Audience(LabelledEnum):
    PUBLIC = "public", "一般公開"
    STAFF = "staff", "職員"
    OPERATORS = "operators", "オペレーター"


class ArticleKind(LabelledEnum):
    FAQ = "faq", "よくある質問", "FAQ"
    PROCEDURE = "procedure", "手順書"
    DECISION_CRITERION = "decision_criterion", "判断基準", "decision criterion"
    RESPONSE_POLICY = "response_policy", "対応方針", "response policy"


class ArticleState(LabelledEnum):
    DRAFT = "draft", "案"
    PUBLISHED = "published", "公開"
    RETIRED = "retired", "廃止"


class DeliveryState(LabelledEnum):
    WAITING = "waiting", "送信待ち", "to be sent"
    TAKEN = "taken", "受領済み"
    DEAD = "dead", "送信断念", "given up"


class DeliveryFault(LabelledEnum):
    """Why something was not sent where the desk itself is at fault; any other outcome is kept as it was answered."""

    UNREADABLE_SECRET = (
        "unreadable_secret",
        "保存した署名用の鍵を、今の秘密鍵では読めません。「鍵を作り直す」で新しい鍵を作り、受け取る側にも設定してください。",
        "The kept secret cannot be read with the key of today. Make a new secret and set it at the receiver too.",
    )
    UNREADABLE_TOKEN = (
        "unreadable_token",
        "保存したトークンを、今の秘密鍵では読めません。「トークンを入れ替える」で同じトークンを入れ直してください。",
        "The kept token cannot be read with the key of today. Replace the token by the same one.",
    )


class PlanKind(LabelledEnum):
    """Which way a staffing plan looks: a past month is explained, a coming one is planned."""

    COMING = "coming", "これからの月", "coming month"
    PAST = "past", "過去の月", "past month"


class PlanState(LabelledEnum):
    WAITING = "waiting", "計算待ち"
    RUNNING = "running", "計算中"
    DONE = "done", "完了"
    FAILED = "failed", "失敗"


class AnnouncedKind(LabelledEnum):
    """What is known beforehand to make people call."""

    RELEASE = "release", "リリース"
    PERSONNEL_CHANGES = "personnel_changes", "人事異動"
    DIET_SESSION = "diet_session", "国会会期", "Diet session"
    CAMPAIGN = "campaign", "周知・告知", "announcement"
    OTHER = "other", "その他"
