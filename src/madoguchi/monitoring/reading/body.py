"""A body of any kind of source, read."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.monitoring.reading import alertmanager, nagios, zabbix
from madoguchi.monitoring.reading.values import BodyError, Reading

READERS: Mapping[SourceKind, Callable[..., Reading]] = {
    SourceKind.ALERTMANAGER: alertmanager.read,
    SourceKind.ZABBIX: zabbix.read,
    SourceKind.NAGIOS: nagios.read,
}
# what any program may send once a day to say that it watches
HEARTBEAT = {"heartbeat": True}


def read_body(raw: bytes, *, kind: SourceKind, now: datetime) -> Reading:
    """Return what a body says. Raises BodyError where it cannot be understood as a whole."""
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BodyError(_("本文をUTF-8のJSONとして読めません。")) from error
    if not isinstance(body, dict):
        raise BodyError(_("本文がJSONのオブジェクトではありません。"))
    return Reading() if body == HEARTBEAT else READERS[kind](body, now=now)
