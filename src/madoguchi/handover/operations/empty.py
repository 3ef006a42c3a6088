"""Rows of one target emptied, with what lies beside them: the search, names of files, files."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import Act
from madoguchi.desk.models import Activity
from madoguchi.handover.disk import Taken
from madoguchi.handover.retention import Target
from madoguchi.handover.tables import ERASED
from madoguchi.knowledge.search.index import TextKind, withdraw_text

CHUNK = 500
Rows = dict[str, list[int | str]]


def empty_rows(target: Target, due: QuerySet[Any], *, contract: Contract, taken: Taken) -> list[int | str]:
    """Empty the rows of a target, in pieces. Returns their keys."""
    keys = [each if isinstance(each, int) else str(each) for each in due.values_list("pk", flat=True)]
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        found = apps.get_model(target.label)._default_manager.filter(pk__in=part)
        if target.label == "desk.Attachment":
            taken.attachments |= set(found.values_list("sha256", flat=True))
        if target.label == "imports.ImportRun":
            taken.ledgers |= set(found.values_list("sha256", flat=True))
        found.update(**target.empty)
        if target.label == "desk.Activity":
            _unname_files(part)
        if target.label == "desk.Ticket":
            for key in part:
                withdraw_text(contract=contract, kind=TextKind.TICKET, object_id=int(key))
    return keys


def _unname_files(keys: Sequence[int | str]) -> None:
    """Take the names of attached files out of the steps that attached them."""
    steps = list(Activity.objects.filter(pk__in=keys, act=Act.ATTACH.value))
    for each in steps:
        each.fields = {**each.fields, "file": ERASED}
    Activity.objects.bulk_update(steps, ["fields"], batch_size=CHUNK)
