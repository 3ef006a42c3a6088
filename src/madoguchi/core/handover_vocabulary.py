"""The words of a contract's end."""

from madoguchi.core.vocabulary import LabelledEnum


class ExportState(LabelledEnum):
    WAITING = "waiting", "作成待ち", "waiting"
    RUNNING = "running", "作成中", "being written"
    DONE = "done", "作成済み", "ready"
    FAILED = "failed", "失敗", "failed"


class KeptKind(LabelledEnum):
    """A kind of data with a time of its own for which it is kept."""

    TICKETS = "tickets", "案件の本文・対応記録・添付", "texts, steps and files of tickets"
    MAILS = "mails", "メール", "mails"
    APPLICATIONS = "applications", "申請の内容と作業記録", "answers and records of applications"
    PERSONNEL = "personnel", "人事異動の名簿", "personnel lists"
    COMMENTS = "comments", "アンケートの自由記述", "free texts of surveys"
    DESK_RECORDS = "desk_records", "日報・引継ぎ・研修の記録", "daily reports, handovers, training"
    CALLS = "calls", "電話の発信者番号", "telephone numbers of callers"
    IMPORTS = "imports", "取り込んだ台帳の原本と不採用行", "ledgers as they came, and their refused rows"
    MONITORING = "monitoring", "監視の通知の原文", "messages of monitoring, word for word"
    PEOPLE = "people", "利用者の氏名と連絡先", "names and addresses of people"


class ErasureState(LabelledEnum):
    ASKED = "asked", "承認待ち", "waiting for approval"
    REFUSED = "refused", "不承認", "refused"
    CLEARING = "clearing", "ファイルを処理中", "files are being gone through"
    DONE = "done", "消去済み", "erased"


class FindingState(LabelledEnum):
    """What becomes of a file that names somebody erased, or cannot be read."""

    OPEN = "open", "未判断", "to be decided"
    ERASED = "erased", "消去済み", "erased"
    KEPT = "kept", "残す", "kept"


class Party(LabelledEnum):
    """Who confirms a point of the handover."""

    PRESENT = "present", "現受託者", "the present contractor"
    NEXT = "next", "次期受託者", "the next contractor"
    DIVISION = "division", "主管課", "the responsible division"
