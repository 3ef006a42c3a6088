"""The words of the mail room, beside those of core/vocabulary.py."""

from madoguchi.core.vocabulary import LabelledEnum


class MailProtocol(LabelledEnum):
    """How mail of a box comes in."""

    IMAP = "imap", "IMAP", "IMAP"
    POP3 = "pop3", "POP3", "POP3"
    PIPE = "pipe", "メールサーバーからの受渡し", "handed over by the mail server"


class MailSecurity(LabelledEnum):
    """How the connection to a mail server is protected."""

    TLS = "tls", "TLS", "TLS"
    STARTTLS = "starttls", "STARTTLS", "STARTTLS"
    PLAIN = "plain", "なし（内部網のみ）", "none (inner network only)"


class AfterIntake(LabelledEnum):
    """What becomes of a mail in its box once it is kept here."""

    EXPUNGE = "expunge", "メールボックスから削除", "deleted from the box"
    FLAG = "flag", "既読にして残す", "marked as read and left"


class MailState(LabelledEnum):
    """What was made of a mail that came in."""

    TAKEN = "taken", "案件に反映", "became part of a ticket"
    MACHINE = "machine", "自動メール", "from a machine"
    COPY = "copy", "同じメール", "the same mail again"
    QUARANTINED = "quarantined", "隔離", "quarantined"
    DISCARDED = "discarded", "破棄", "discarded"


class MailReason(LabelledEnum):
    """Why a mail was set aside."""

    LIMITS = "limits", "大きさや構造が上限を超える", "larger or deeper than is read"
    TOO_LARGE = "too_large", "大きすぎて全体を取り込めない", "too large to be taken in whole"
    TOO_MANY_FILES = "too_many_files", "添付ファイルが多すぎる", "too many files"
    FAILED = "failed", "処理が繰り返し失敗した", "taking it failed again and again"
    SPAM = "spam", "迷惑メール", "spam"
    STRANGER = "stranger", "登録のない差出人", "an unknown sender"
    RATE = "rate", "同じ差出人から多すぎる", "too many from one sender"
    NO_AUTHOR = "no_author", "差出人がない", "nobody wrote it"
    PARTIAL = "partial", "分割されたメールの一部", "one piece of a mail that was split"


class OutgoingState(LabelledEnum):
    """How far a mail of ours has come."""

    WAITING = "waiting", "送信待ち", "waiting to be sent"
    SENDING = "sending", "送信中", "being sent"
    SENT = "sent", "送信済み", "sent"
    RETURNED = "returned", "不達", "returned undelivered"
    DEAD = "dead", "送信断念", "given up"
