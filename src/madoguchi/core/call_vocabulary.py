"""The words of the reports on calls, beside those of core/vocabulary.py."""

from madoguchi.core.vocabulary import LabelledEnum


class AgentState(LabelledEnum):
    """What somebody who answers calls was doing for a while, as the telephone system logged it."""

    LOGGED_IN = "logged_in", "ログイン", "logged in"
    PAUSED = "paused", "離席", "paused"
    WRAP_UP = "wrap_up", "後処理", "wrap-up"
    TALKING = "talking", "通話", "talking"
    NOT_ANSWERED = "not_answered", "呼び出しに出なかった", "did not answer"


class CallReport(LabelledEnum):
    """A report on a contract's calls."""

    DAYS = "days", "日別", "by day"
    WEEKS = "weeks", "週別", "by week"
    MONTHS = "months", "月別", "by month"
    YEARS = "years", "年度別", "by fiscal year"
    LINES = "lines", "着信番号別", "by dialled number"
    QUEUES = "queues", "受付キュー別", "by queue"
    OUTCOMES = "outcomes", "結果別と分母の扱い", "by outcome, and what each counts as"
    HALF_HOURS = "half_hours", "30分別", "by half hour"
    WEEKDAYS = "weekdays", "曜日別", "by weekday"
    HEAT = "heat", "曜日×30分の着信数", "calls by half hour and weekday"
    WAITS = "waits", "待ち時間の分布とサービスレベル", "waits and service level"
    ABANDONED = "abandoned", "放棄呼の一覧", "abandoned calls"
    IVR = "ivr", "音声案内で終わった呼", "calls that ended in the recorded voice"
    MENU = "menu", "音声案内の選択", "choices in the recorded menus"
    BUSY = "busy", "話中と同時通話数", "busy calls and lines in use"
    AGENTS = "agents", "応答者別", "by agent"
    SESSIONS = "sessions", "応答者のログインと離席", "logins and pauses of agents"
    OCCUPANCY = "occupancy", "応答者の稼働率", "occupancy of agents"
    TRANSFERS = "transfers", "二次窓口への転送", "transfers to the second line"
    REPEATS = "repeats", "同じ番号からの再入電", "repeat callers"
    UNMATCHED = "unmatched", "案件のない通話", "answered calls without a ticket"
    QUALITY = "quality", "データの品質", "quality of the data"
    CORRECTIONS = "corrections", "承認された除外", "approved exclusions"


class Rhythm(LabelledEnum):
    """How often a report goes out by mail, each time about the stretch that ended."""

    DAILY = "daily", "毎日（前日分）", "daily, of the day before"
    WEEKLY = "weekly", "毎週月曜日（前週分）", "on Mondays, of the week before"
    MONTHLY = "monthly", "毎月1日（前月分）", "on the first, of the month before"


class SentState(LabelledEnum):
    """What became of one report that was due."""

    UNDERWAY = "underway", "送信中", "being sent"
    SENT = "sent", "送信済み", "sent"
    REFUSED = "refused", "権限がないため送らず", "not sent: no right to it"
    FAILED = "failed", "送信できず", "could not be sent"
