"""Lists of mail, calls, monitoring, other programs and imports as tables for export."""

from collections.abc import Iterable

from madoguchi.calls.models import CallExclusion
from madoguchi.calls.queries import exclusions_of
from madoguchi.console.list_columns import Asked, Column, Listed, table_of
from madoguchi.contracts.rules import Right
from madoguchi.core.call_vocabulary import CallReport, SentState
from madoguchi.core.import_vocabulary import ImportState
from madoguchi.core.mail_vocabulary import MailProtocol, MailReason, OutgoingState
from madoguchi.core.monitoring_vocabulary import MaintenanceState, MessageState, MonitoringFile, SourceKind
from madoguchi.core.vocabulary import DeliveryState
from madoguchi.documents.models import CallSent
from madoguchi.documents.queries import sent_call_reports
from madoguchi.imports.models import ImportRun
from madoguchi.imports.queries import runs_of
from madoguchi.mail.models import KeptMail, Mailbox, OutgoingMail
from madoguchi.mail.queries import quarantined
from madoguchi.monitoring.models import FileImport, Maintenance, MappingRule, Message, Outage, Source
from madoguchi.monitoring.queries import HELD, OutageFilter, outages_of
from madoguchi.provisioning.models import Push
from madoguchi.provisioning.queries import pushes_of
from madoguchi.webhooks.models import Delivery


def _mailboxes(asked: Asked) -> Iterable[Mailbox]:
    return Mailbox.objects.filter(contract=asked.access.contract).select_related("queue").order_by("name")


def _quarantine(asked: Asked) -> Iterable[KeptMail]:
    return quarantined(asked.access.contract).iterator()


def _outbox(asked: Asked) -> Iterable[OutgoingMail]:
    found = OutgoingMail.objects.filter(contract=asked.access.contract).exclude(state=OutgoingState.SENT.value)
    return found.defer("raw").select_related("ticket").order_by("-made_at", "-pk").iterator()


def _deliveries(asked: Asked) -> Iterable[Delivery]:
    found = Delivery.objects.filter(receiver__contract=asked.access.contract).exclude(state=DeliveryState.TAKEN.value)
    return found.select_related("receiver").order_by("state", "-written_at").iterator()


def _pushes(asked: Asked) -> Iterable[Push]:
    return pushes_of(asked.access.contract).iterator()


def _call_sent(asked: Asked) -> Iterable[CallSent]:
    return sent_call_reports(asked.access).iterator()


def _runs(asked: Asked) -> Iterable[ImportRun]:
    return runs_of(asked.access).iterator()


def _outages(asked: Asked) -> Iterable[Outage]:
    wanted = OutageFilter(state=asked.given.get("state", ""), service=asked.given.get("service", "")[:60])
    return outages_of(asked.access, wanted).iterator()


def _sources(asked: Asked) -> Iterable[Source]:
    found = Source.objects.filter(contract=asked.access.contract).exclude(kind=SourceKind.FILE.value)
    return found.select_related("clerk").order_by("name").iterator()


def _rules(asked: Asked) -> Iterable[MappingRule]:
    found = MappingRule.objects.filter(source__contract=asked.access.contract)
    return found.select_related("source").order_by("source__name", "number").iterator()


def _messages(asked: Asked) -> Iterable[Message]:
    found = Message.objects.filter(source__contract=asked.access.contract).select_related("source").defer("raw")
    if asked.given.get("state") != "all":
        found = found.filter(state__in=HELD)
    return found.order_by("-received_at", "-pk").iterator()


def _maintenance(asked: Asked) -> Iterable[Maintenance]:
    found = Maintenance.objects.filter(contract=asked.access.contract)
    return found.select_related("proposed_by", "decided_by").order_by("-started_at", "-pk").iterator()


def _files(asked: Asked) -> Iterable[FileImport]:
    found = FileImport.objects.filter(contract=asked.access.contract).select_related("by").defer("refused")
    return found.order_by("-at", "-pk").iterator()


def _exclusions(asked: Asked) -> Iterable[CallExclusion]:
    return exclusions_of(asked.access).iterator()


TABLES = {
    "call_exclusions": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _exclusions, Column("通話", "source"), Column("着信日時", "offered_at"), Column("指標", "indicator"),
        Column("除外の理由", "reason"), Column("申請者", "asked_by.name"), Column("申請日時", "asked_at"),
        Column("承認", "is_approved"), Column("決定者", "decided_by.name"), Column("決定日時", "decided_at"),
        Column("備考", "remark"),
    )),
    "mailboxes": Listed(rights=(Right.RUN_MAIL,), table=table_of(
        _mailboxes, Column("名前", "name"), Column("アドレス", "address"), Column("方式", "protocol", MailProtocol),
        Column("受付先", "queue.name"), Column("動いている", "is_active"), Column("最後の受信", "latest_success_at"),
        Column("障害", "fault_said"), Column("障害の始まり", "fault_since"),
    )),
    "quarantine": Listed(rights=(Right.RUN_MAIL,), table=table_of(
        _quarantine, Column("受信箱", "mailbox.name"), Column("届いた日時", "received_at"), Column("差出人", "sender"),
        Column("件名", "subject"), Column("理由", "reason", MailReason), Column("詳細", "detail"),
        Column("大きさ", "size"),
    )),
    "outbox": Listed(rights=(Right.RUN_MAIL,), table=table_of(
        _outbox, Column("作成日時", "made_at"), Column("宛先", "recipient"), Column("受付番号", "ticket.reference"),
        Column("状態", "state", OutgoingState), Column("試行回数", "attempts"), Column("障害", "fault_said"),
    )),
    "webhooks": Listed(rights=(Right.ADMINISTER,), table=table_of(
        _deliveries, Column("送信先", "receiver.name"), Column("状態", "state", DeliveryState),
        Column("作成日時", "written_at"), Column("試行回数", "attempts"), Column("次の試行", "next_at"),
        Column("結果", "outcome_said"),
    )),
    "account_pushes": Listed(rights=(Right.ADMINISTER,), table=table_of(
        _pushes, Column("アカウント", "item.name"), Column("送信先", "system.name"),
        Column("状態", "state", DeliveryState), Column("変更日時", "changed_at"), Column("試行回数", "attempts"),
        Column("次の試行", "next_at"), Column("結果", "outcome_said"),
    )),
    "call_sent": Listed(rights=(Right.MANAGE,), table=table_of(
        _call_sent, Column("日時", "tried_at"), Column("宛先", "sending.person.name"),
        Column("集計", "sending.report", CallReport), Column("対象期間の初日", "start_date"),
        Column("対象期間の末日", "final_date"), Column("試行回数", "try_count"), Column("結果", "state", SentState),
    )),
    "ledgers": Listed(rights=(Right.MANAGE,), table=table_of(
        _runs, Column("ファイル", "file_name"), Column("状態", "state", ImportState), Column("受取日時", "uploaded_at"),
        Column("受け取った人", "uploaded_by.name"), Column("行数", "row_count"),
        Column("取り込んだ件数", "added_count"),
        Column("取込済みの件数", "known_count"), Column("拒否した件数", "refused_count"), Column("障害", "fault_said"),
    )),
    "outages": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _outages, Column("サービス", "service"), Column("重大度", "severity"), Column("概要", "summary"),
        Column("開始日時", "started_at"), Column("終了日時", "ended_at"), Column("送信元", "source.name"),
        Column("受付番号", "ticket.reference"), Column("数えない", "is_ignored"), Column("誤検知", "is_dismissed"),
    )),
    "monitoring_sources": Listed(rights=(Right.ADMINISTER,), table=table_of(
        _sources, Column("名前", "name"), Column("種類", "kind", SourceKind), Column("代理", "clerk.name"),
        Column("登録日時", "added_at"), Column("無効にした日時", "revoked_at"), Column("最後の通知", "latest_at"),
        Column("受信数", "received_count"), Column("拒否数", "refused_count"), Column("停止数", "outage_count"),
    )),
    "mapping": Listed(rights=(Right.MANAGE,), table=table_of(
        _rules, Column("送信元", "source.name"), Column("順番", "number"), Column("条件", "tests"),
        Column("サービス", "service"), Column("重大度", "severity"),
    )),
    "notifications": Listed(rights=(Right.MANAGE,), table=table_of(
        _messages, Column("送信元", "source.name"), Column("状態", "state", MessageState),
        Column("最初の受信", "received_at"), Column("最後の受信", "latest_at"), Column("回数", "count"),
        Column("大きさ", "size"), Column("問題", "problems"),
    )),
    "maintenance": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _maintenance, Column("サービス", "service"), Column("開始日時", "started_at"), Column("終了日時", "ended_at"),
        Column("理由", "reason"), Column("状態", "state", MaintenanceState), Column("登録した人", "proposed_by.name"),
        Column("決定した人", "decided_by.name"), Column("決定日時", "decided_at"), Column("所見", "remark"),
    )),
    "monitoring_files": Listed(rights=(Right.MANAGE,), table=table_of(
        _files, Column("取込日時", "at"), Column("種類", "kind", MonitoringFile), Column("ファイル", "name"),
        Column("取り込んだ行", "taken_count"), Column("同じ行", "same_count"), Column("拒否した行", "refused_count"),
        Column("取り込んだ人", "by.name"),
    )),
}  # fmt: skip
