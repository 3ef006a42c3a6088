"""The words of imported ledgers; the rest is in `vocabulary`."""

from madoguchi.core.vocabulary import LabelledEnum


class ImportState(LabelledEnum):
    """How far an import has come."""

    UPLOADED = "uploaded", "列の対応を確認中", "columns to be matched"
    CHECKING = "checking", "試行中", "being tried out"
    CHECKED = "checked", "試行済", "tried out"
    WAITING = "waiting", "取込待ち", "waiting"
    RUNNING = "running", "取込中", "running"
    DONE = "done", "取込済", "imported"
    FAILED = "failed", "中断", "stopped"
    UNDOING = "undoing", "取消中", "being undone"
    UNDONE = "undone", "取消済", "undone"


class DayOrder(LabelledEnum):
    """How days written only with figures, the year last, are to be read."""

    YEAR_FIRST = "year_first", "年が先の日付だけを読む", "only dates with the year first"
    DAY_FIRST = "day_first", "日/月/年", "day/month/year"
    MONTH_FIRST = "month_first", "月/日/年", "month/day/year"


class LedgerField(LabelledEnum):
    """What a column of a ledger of tickets can hold."""

    KEY = "key", "元の番号", "number in the source"
    SUBJECT = "subject", "件名"
    TEXT = "text", "内容", "text"
    STATE = "state", "状態"
    KIND = "kind", "種別"
    CHANNEL = "channel", "受付経路"
    PRIORITY = "priority", "優先度"
    CATEGORY = "category", "分類"
    REQUESTER_MAIL = "requester_mail", "依頼者のメール", "requester's mail"
    REQUESTER_NAME = "requester_name", "依頼者の氏名", "requester's name"
    ASSIGNEE_NAME = "assignee_name", "担当者の氏名", "assignee's name"
    RECEIVED_AT = "received_at", "受付日時", "received at"
    FIRST_ANSWERED_AT = "first_answered_at", "一次回答日時", "first answered at"
    ESCALATED_AT = "escalated_at", "エスカレーション日時", "escalated at"
    RESOLVED_AT = "resolved_at", "完了日時", "resolved at"
    UPDATED_AT = "updated_at", "状態が変わった日時（更新日時）", "state changed (updated) at"
    ANSWER = "answer", "回答の内容", "text of the answer"
    COMMENT = "comment", "経過のメモ", "comments"
