"""Proofs of erasure, held against the tables, the history and the disk."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Q

from madoguchi.audit.models import HistoryRow
from madoguchi.audit.rules import canonical
from madoguchi.contracts.models import Contract
from madoguchi.core.handover_vocabulary import ErasureState
from madoguchi.desk.models import Attachment
from madoguchi.desk.operations.around import stored_path
from madoguchi.handover.models import Erasure, Origin
from madoguchi.handover.operations.erase import rows_hash
from madoguchi.handover.operations.erase_people import NAMES
from madoguchi.handover.retention import TARGETS
from madoguchi.handover.tables import ERASED

CHUNK = 500


def proofs(contract: Contract) -> Iterator[tuple[Erasure, list[str]]]:
    """Yield every erasure of a contract with what speaks against its proof."""
    done = Erasure.objects.filter(contract=contract, state=ErasureState.DONE.value).order_by("pk")
    for erasure in done:
        yield erasure, list(_faults(erasure))


def _faults(erasure: Erasure) -> Iterator[str]:
    proof: dict[str, Any] = erasure.proof or {}
    if hashlib.sha256(canonical(proof).encode()).hexdigest() != erasure.sha256:
        yield "the proof is not what was written"
    if rows_hash(erasure.rows) != proof.get("rows_sha256"):
        yield "the list of rows is not what was written"
    if not _is_in_history(erasure):
        yield "the history holds no such proof"
    origins = [
        each for each in Origin.objects.filter(contract=erasure.contract).order_by("pk")
        if erasure.decided_at is not None and each.arrived_at > erasure.decided_at
    ]  # fmt: skip
    for label, keys in erasure.rows.items():
        count = 0 if label.endswith(NAMES) else _named_again(label, _keys_here(label, keys, origins))
        if count:
            yield f"{label}: {count} row(s) hold personal data again"


def _is_in_history(erasure: Erasure) -> bool:
    rows = HistoryRow.objects.filter(chain=erasure.contract.key, act="erase_personal_data")
    return any(json.loads(each).get("proof") == erasure.sha256 for each in rows.values_list("details", flat=True))


def _keys_here(label: str, keys: list[Any], origins: list[Origin]) -> list[Any]:
    """Return the keys that rows erased on an earlier installation have here."""
    if label == "people.Person":
        # an origin's people are kept as of here, also where the contract moved on afterwards
        return [origins[0].people.get(str(each), 0) for each in keys] if origins else keys
    offset = sum(int(each.offsets.get(OWNERS.get(label, label), 0)) for each in origins)
    return [each + offset if isinstance(each, int) else each for each in keys]


# rows that take their key from another table's
OWNERS = {"mail.MailContent": "mail.KeptMail"}


def _named_again(label: str, keys: list[Any]) -> int:
    """Count rows that are not empty any more."""
    model = apps.get_model(label)._default_manager
    if label == "people.Person":
        empty = Q(name__startswith=ERASED, mail="", reading="", extension="", sign_in_name__isnull=True)
        return _count(model, keys, empty)
    found = [each for targets in TARGETS.values() for each in targets if each.label == label]
    back = _count(model, keys, found[0].done)
    if label == "desk.Attachment":
        back += _files_back(keys)
    return back


def _count(model: Any, keys: list[Any], empty: Q) -> int:  # noqa: ANN401  # a manager
    parts = (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
    return sum(model.filter(pk__in=part).exclude(empty).count() for part in parts)


def _files_back(keys: list[Any]) -> int:
    """Count erased files that lie on the disk and belong to no other attachment."""
    erased = set(Attachment.objects.filter(pk__in=keys, name=ERASED).values_list("sha256", flat=True))
    kept = set(Attachment.objects.filter(sha256__in=erased).exclude(name=ERASED).values_list("sha256", flat=True))
    return sum(stored_path(each).exists() for each in erased - kept)
