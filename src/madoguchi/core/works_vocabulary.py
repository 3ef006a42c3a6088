"""The words of applications, registers, decisions and improvements; the rest is in `vocabulary`."""

from madoguchi.core.vocabulary import LabelledEnum


class FormGroup(LabelledEnum):
    """Under which heading a form stands in the catalogue."""

    ACCOUNT = "account", "アカウント・パスワード", "Accounts and passwords"
    LENDING = "lending", "貸与品", "Things on loan"
    MEDIA = "media", "外部媒体", "External media"
    DEVICE = "device", "端末・プリンター", "Terminals and printers"
    REMOTE = "remote", "リモートアクセス・紛失盗難", "Remote access, loss and theft"
    WEB = "web", "ホームページ・動画", "Web pages and video"
    PLANNED = "planned", "異動・レイアウト変更・研修", "Moves, layout and training"


class FieldKind(LabelledEnum):
    """What a field of a form takes. There is no kind for secrets: none is ever stored."""

    TEXT = "text", "文字"
    LONG_TEXT = "long_text", "文章", "text of several lines"
    NUMBER = "number", "整数", "whole number"
    DATE = "date", "日付"
    MOMENT = "moment", "日時", "date and time"
    CHOICE = "choice", "選択"
    FLAG = "flag", "確認", "yes or no"
    PERSON = "person", "人"
    ITEM = "item", "台帳の品目", "item of a register"
    TICKET = "ticket", "案件の受付番号", "number of a ticket"


class ApprovalBy(LabelledEnum):
    """Who is asked in a step of approval."""

    OWN_DIVISION = "own_division", "申請者の所属課", "the applicant's division"
    RESPONSIBLE_DIVISION = "responsible_division", "主管課", "the responsible division"
    OPERATIONS_MANAGER = "operations_manager", "運用管理者", "the operations managers"


class ApplicationState(LabelledEnum):
    APPROVING = "approving", "承認待ち", "waiting for approval"
    FULFILLING = "fulfilling", "作業中", "being carried out"
    DONE = "done", "完了"
    REFUSED = "refused", "不承認"


class ApprovalState(LabelledEnum):
    PENDING = "pending", "順番待ち", "not asked yet"
    ASKED = "asked", "依頼中", "asked"
    APPROVED = "approved", "承認"
    REFUSED = "refused", "不承認"


class Effect(LabelledEnum):
    """What finishing a task does beyond recording it."""

    NOTHING = "nothing", "記録のみ", "recorded only"
    ISSUE_SECRET = "issue_secret", "仮パスワードを一度だけ表示", "show a temporary password once"
    RAISE_INCIDENT = "raise_incident", "障害案件を起票", "open an incident"
    REPORT = "report", "主管課へ報告", "report to the responsible division"
    RESERVE = "reserve", "予約", "reserve"
    LEND = "lend", "貸出", "lend"
    TAKE_BACK = "take_back", "返却", "take back"
    REGISTER = "register", "台帳に登録", "add to the register"
    RENEW = "renew", "登録を更新", "renew"
    HAND_OVER = "hand_over", "持ち主の変更", "change who holds it"
    PLACE = "place", "設置場所の変更", "change its place"
    SUPPLY = "supply", "消耗品の払出し", "take from stock"
    CHANGE_ACCOUNT = "change_account", "アカウントの変更", "change an account"
    PASS_ON = "pass_on", "個別システムへの配布", "pass on to the systems"
    MARK_LOST = "mark_lost", "紛失として記録", "mark as lost"
    RETIRE = "retire", "台帳から外す", "retire"


class Register(LabelledEnum):
    """The registers of things and accounts."""

    LOAN = "loan", "貸与品", "things on loan"
    MEDIA = "media", "外部媒体", "media"
    TERMINAL = "terminal", "端末", "terminals"
    PRINTER = "printer", "プリンター", "printers"
    SUPPLY = "supply", "トナー・消耗品", "toner and supplies"
    PHONE = "phone", "スマートフォン・電話", "phones"
    ACCOUNT = "account", "アカウント", "accounts"


class ItemState(LabelledEnum):
    IN_STOCK = "in_stock", "保管中", "in stock"
    IN_USE = "in_use", "使用中", "in use"
    LENT = "lent", "貸出中", "lent"
    LOST = "lost", "紛失"
    RETIRED = "retired", "廃止"


class LoanState(LabelledEnum):
    RESERVED = "reserved", "予約"
    OUT = "out", "貸出中", "lent"
    RETURNED = "returned", "返却済", "returned"
    CANCELLED = "cancelled", "取消"


class ImprovementKind(LabelledEnum):
    FAQ = "faq", "よくある質問", "FAQ"
    MANUAL = "manual", "操作マニュアル", "manual"
    SCREEN = "screen", "申請画面・様式", "forms and screens"
    PROCEDURE = "procedure", "手順の確立", "procedure"
    AUTOMATION = "automation", "自動化", "automation"
    INFORMATION = "information", "情報連携", "passing on of information"
    SECURITY = "security", "セキュリティ", "security"
    STAFFING = "staffing", "体制", "staffing"


class ImprovementState(LabelledEnum):
    PROPOSED = "proposed", "提案中", "proposed"
    APPROVED = "approved", "承認"
    REFUSED = "refused", "見送り", "not taken up"
    DONE = "done", "実施済", "done"
    REVIEWED = "reviewed", "効果確認済", "reviewed"


class ProblemState(LabelledEnum):
    OPEN = "open", "調査中", "being looked into"
    KNOWN = "known", "原因判明", "cause known"
    FIXED = "fixed", "恒久対応済", "fixed"


class PersonnelKind(LabelledEnum):
    JOIN = "join", "着任", "joins"
    MOVE = "move", "異動", "moves"
    LEAVE = "leave", "退職", "leaves"
    RENAME = "rename", "氏名変更", "changes name"


class BatchState(LabelledEnum):
    PREVIEWED = "previewed", "確認中", "previewed"
    APPLIED = "applied", "反映済", "applied"
    UNDONE = "undone", "取消済", "undone"


class DeskRecordKind(LabelledEnum):
    """What the desk writes down about its own running."""

    DUTY = "duty", "当番", "on duty"
    HANDOVER = "handover", "引継ぎ", "handover between shifts"
    MEETING = "meeting", "定例会の議事録", "minutes of a meeting"
    ACTION = "action", "会議の宿題", "action from a meeting"
    TRAINING = "training", "研修の記録", "training record"


class DutySource(LabelledEnum):
    """Where a filling of the duty roster comes from."""

    FILE = "file", "CSVファイル", "CSV file"
    SHIFTS = "shifts", "配置計画のシフト", "shifts of the staffing plan"
