"""What one PBX calls its things: which contexts are menus, which lines are whose, which zone it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from madoguchi.core.vocabulary import CallOutcome


class LogKind(StrEnum):
    QUEUE_LOG = "queue_log"
    CDR = "cdr"
    CEL = "cel"
    CARRIER = "carrier"


class QueueLogTime(StrEnum):
    """How queue_log writes its first field; text is what the database variant writes."""

    EPOCH = "epoch"
    LOCAL = "local"
    UTC = "utc"


class ConsultMoment(StrEnum):
    """Which moment of an attended transfer is the escalation."""

    CONSULT = "consult"
    COMPLETION = "completion"


class WrapUpEnd(StrEnum):
    """What ends after-call work where the agent changes the reason of the pause without a release between."""

    RELEASE = "release"
    REASON_CHANGE = "reason_change"


# the order of cel_custom.conf as Asterisk ships it
CEL_COLUMNS = (
    "eventtype", "eventtime", "cid_name", "cid_num", "cid_ani", "cid_rdnis", "cid_dnid", "exten", "context",
    "channel", "appname", "appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "peer", "userfield",
    "userdeftype", "eventextra",
)  # fmt: skip
CEL_NEEDED = ("eventtype", "eventtime", "channel", "uniqueid", "linkedid")
WRAP_UP_REASONS = ("ACW", "Wrap-up", "Wrapup", "Wrap up", "After Call Work", "後処理", "後作業", "事後処理")


@dataclass(frozen=True, kw_only=True, slots=True)
class CarrierReport:
    """The carrier's report: acceptable headings per field, and the words of its result column.

    `columns` is the order of a report without a heading line; `date` is the day where `start` and `end` are
    times alone.
    """

    encoding: str = "auto"
    start: tuple[str, ...] = (
        "start", "start_time", "started_at", "開始日時", "開始時刻", "着信日時", "発信日時", "着信時刻", "発信時刻",
        "発着信日時", "通話開始日時", "通話開始時刻", "接続開始日時",
    )  # fmt: skip
    date: tuple[str, ...] = ("date", "日付", "着信日", "発信日", "通話日", "利用日")
    caller: tuple[str, ...] = (
        "calling_number", "caller", "caller_number", "from", "src", "発信者番号", "発信番号", "発番号",
        "発信元番号", "発信元", "発信電話番号",
    )  # fmt: skip
    dialled: tuple[str, ...] = (
        "dialled_number", "dialled", "dialed_number", "called_number", "to", "dst", "着信番号", "着信者番号", "着番号",
        "着信先番号", "着信先", "着信電話番号",
    )  # fmt: skip
    result: tuple[str, ...] = ("disposition", "result", "status", "結果", "接続結果", "通話結果", "着信結果", "呼結果")
    end: tuple[str, ...] = ("end", "end_time", "ended_at", "終了日時", "終了時刻", "通話終了日時", "通話終了時刻")
    answered_words: tuple[str, ...] = ("ANSWERED", "ANSWER", "応答", "通話", "接続")
    busy_words: tuple[str, ...] = ("BUSY", "話中", "ビジー")
    no_answer_words: tuple[str, ...] = (
        "NO ANSWER",
        "NOANSWER",
        "CANCEL",
        "CANCELLED",
        "不応答",
        "無応答",
        "途中放棄",
        "応答なし",
    )
    failed_words: tuple[str, ...] = ("FAILED", "CONGESTION", "REJECTED", "規制", "不完了", "接続不可", "輻輳")
    columns: tuple[str, ...] = (
        "start", "answer", "end", "calling_number", "dialled_number", "duration", "billsec", "disposition",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class AsteriskSource:
    """A PBX's profile. Where a list of names is empty, the names are worked out from the records themselves.

    `zone` has no default: the files do not say in which zone their local times are, and nobody may guess.
    `lines` says which contract a dialled number belongs to, `line_of` which number a context or queue serves.
    `cdr_columns` is the order of CDR files without a heading, where it is not Asterisk's own; `cdr_headings` are
    headings of other names.
    `clock_offsets` are the seconds to add to a file's times to get the right ones.
    """

    name: str
    contract: str
    zone: str
    zones: Mapping[LogKind, str] = field(default_factory=dict)
    clock_offsets: Mapping[LogKind, int] = field(default_factory=dict)
    queue_log_time: QueueLogTime = QueueLogTime.EPOCH
    lines: Mapping[str, str] = field(default_factory=dict)
    line_of: Mapping[str, str] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    trunk_channels: tuple[str, ...] = ()
    ivr_contexts: tuple[str, ...] = ()
    closed_contexts: tuple[str, ...] = ()
    exit_contexts: tuple[str, ...] = ()
    self_service_exits: tuple[str, ...] = ()
    second_level_queues: tuple[str, ...] = ()
    second_level_extensions: tuple[str, ...] = ()
    attended_transfer_at: ConsultMoment = ConsultMoment.CONSULT
    wrap_up_reasons: tuple[str, ...] = WRAP_UP_REASONS
    wrap_up_within_seconds: int = 3
    wrap_up_limit_seconds: int = 1800
    wrap_up_ends_at: WrapUpEnd = WrapUpEnd.RELEASE
    congestion_outcome: CallOutcome = CallOutcome.OUT_OF_HOURS
    empty_queue_outcome: CallOutcome = CallOutcome.QUEUE_EMPTY_FULL
    restart_events: tuple[str, ...] = ("QUEUESTART",)
    cdr_columns: tuple[str, ...] = ()
    cdr_headings: Mapping[str, str] = field(default_factory=dict)
    cel_columns: tuple[str, ...] = CEL_COLUMNS
    carrier: CarrierReport = field(default_factory=CarrierReport)
    carrier_match_seconds: int = 5

    def zone_of(self, kind: LogKind) -> str:
        return self.zones.get(kind, self.zone)

    def offset_of(self, kind: LogKind) -> int:
        return self.clock_offsets.get(kind, 0)

    def contract_of(self, line: str | None) -> str:
        return self.lines.get(line or "", self.contract)
