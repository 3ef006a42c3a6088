"""The words of surveys and of months under approval, beside those of core/vocabulary.py."""

from madoguchi.core.vocabulary import LabelledEnum


class QuestionKind(LabelledEnum):
    """What a question takes. A `group` question says where somebody belongs: results are shown by it."""

    CHOICE = "choice", "選択"
    GROUP = "group", "区分"
    TEXT = "text", "自由記述", "free text"


class AnswerFault(LabelledEnum):
    """What is wrong with an answer to one question."""

    MISSING = "missing", "回答してください", "please answer"
    UNKNOWN_CHOICE = "unknown_choice", "選択肢から選んでください", "choose one of the choices"
    TOO_LONG = "too_long", "20,000字以内で入力してください", "at most 20,000 characters"
    FORBIDDEN_CHARACTER = "forbidden_character", "使えない文字が含まれています", "holds a character that cannot be kept"


class RoundMode(LabelledEnum):
    """How people get at a survey: by a link of their own, or after signing in."""

    PERSONAL = "personal", "個人別リンク（メール）", "personal links by mail"
    PORTAL = "portal", "ポータル（サインインして1人1回）", "in the portal, once each"


class Allocation(LabelledEnum):
    """How a sample drawn by organisation is shared out among them."""

    PROPORTIONAL = "proportional", "人数に比例（比例配分）", "in proportion to their people"
    EQUAL = "equal", "どの組織も同じ人数（均等配分）", "the same number of each"


class RoundState(LabelledEnum):
    PLANNED = "planned", "準備中"
    OPEN = "open", "回答受付中", "open"
    CLOSED = "closed", "締切済", "closed"


class InvitationChannel(LabelledEnum):
    MAIL = "mail", "メール"
    PORTAL = "portal", "ポータル"
    PAPER = "paper", "紙"


class MonthState(LabelledEnum):
    """Where a month's figures stand on their way to approval."""

    RUNNING = "running", "進行中"
    ENDED = "ended", "未提出", "not submitted"
    SUBMITTED = "submitted", "承認待ち", "waiting for approval"
    RETURNED = "returned", "差戻し"
    APPROVED = "approved", "承認済（凍結）", "approved and frozen"


class BudgetLevel(LabelledEnum):
    """What an alert on a running month says."""

    LOW = "low", "許容できる残りがわずか", "little of the budget is left"
    GONE = "gone", "許容できる件数を超過", "the budget is exceeded"
    FORECAST_MISSED = "forecast_missed", "このままでは未達の見込み", "forecast to be missed"


class Arrival(LabelledEnum):
    """A kind of place that things reach a desk from."""

    MAILBOX = "mailbox", "メールボックス", "mailbox"
    TELEPHONE = "telephone", "電話システム", "telephone system"
    MONITORING = "monitoring", "監視の連携元", "monitoring source"
    CALL_FILES = "call_files", "通話の記録ファイル", "files of calls"
