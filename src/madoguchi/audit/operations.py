"""Writing history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from madoguchi.audit.anchors import anchor
from madoguchi.audit.models import ChainHead, HistoryRow
from madoguchi.audit.rules import Row, canonical, row_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What happened: `act` on `subject` (kind:key); `details` hold keys and counts, no personal text."""

    act: str
    subject: str
    details: Mapping[str, object] = field(default_factory=dict)


def record(*, chain: str, at: datetime, actor: str, entries: Sequence[Entry]) -> None:
    """Add rows to the end of a chain, inside the caller's transaction.

    The chain is locked from here to the commit: call it last. The anchor is written after the commit.
    """
    with transaction.atomic(savepoint=False):
        head = _locked_head(chain)
        rows = []
        for entry in entries:
            head.number += 1
            row = Row(
                chain=chain, number=head.number, at=at, actor=actor, act=entry.act, subject=entry.subject,
                details=canonical(entry.details), previous_hash=head.hash,
            )  # fmt: skip
            head.hash = row_hash(row)
            rows.append(_stored(row, head.hash))
        HistoryRow.objects.bulk_create(rows)
        ChainHead.objects.filter(chain=chain).update(number=head.number, hash=head.hash)
        number, end = head.number, head.hash
        transaction.on_commit(lambda: anchor(chain=chain, number=number, row_hash=end))


def _locked_head(chain: str) -> ChainHead:
    head = ChainHead.objects.select_for_update().filter(chain=chain).first()
    if head is None:
        ChainHead.objects.bulk_create([ChainHead(chain=chain)], ignore_conflicts=True)
        head = ChainHead.objects.select_for_update().get(chain=chain)
    return head


def _stored(row: Row, its_hash: str) -> HistoryRow:
    return HistoryRow(
        chain=row.chain, number=row.number, at=row.at, actor=row.actor, act=row.act, subject=row.subject,
        details=row.details, previous_hash=row.previous_hash, hash=its_hash,
    )  # fmt: skip
