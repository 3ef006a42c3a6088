"""The words of monitoring; the rest is in `vocabulary`."""

from madoguchi.core.vocabulary import LabelledEnum


class SourceKind(LabelledEnum):
    """What kind of program sends its notifications, or that files are read instead."""

    ALERTMANAGER = "alertmanager", "Prometheus Alertmanager", "Prometheus Alertmanager"
    ZABBIX = "zabbix", "Zabbix", "Zabbix"
    NAGIOS = "nagios", "Nagios・Icinga", "Nagios or Icinga"
    FILE = "file", "CSVファイル", "CSV files"


class MessageState(LabelledEnum):
    """What became of a notification that came in."""

    TAKEN = "taken", "受入済", "taken"
    PARTLY = "partly", "一部を保留", "taken in part"
    QUARANTINED = "quarantined", "保留", "held"
    SETTLED = "settled", "確認済", "looked at"


class MaintenanceState(LabelledEnum):
    PROPOSED = "proposed", "承認待ち", "waiting for approval"
    APPROVED = "approved", "承認"
    REFUSED = "refused", "不承認"
    CANCELLED = "cancelled", "取消"


class MonitoringFile(LabelledEnum):
    """What a CSV file holds."""

    OUTAGES = "outages", "停止・障害", "outages"
    MAINTENANCE = "maintenance", "計画停止", "planned maintenance"
    PROBES = "probes", "計測（起動時間など）", "timed samples"
    PATCHES = "patches", "パッチ適用", "patches"
