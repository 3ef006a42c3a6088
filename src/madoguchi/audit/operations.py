"""Writing history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from madoguchi.audit.anchors import anchor
from madoguchi.audit.models import ChainHead
from madoguchi.audit.rules import Row, canonical, row_hash
from madoguchi.prepared.statements import rows_of, run

# every act and every view of personal data ends here: written by hand, it costs a third of the same through models
INSERT = (
    "INSERT INTO audit_historyrow (chain, number, at, actor, act, subject, details, previous_hash, hash) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
END = "UPDATE audit_chainhead SET number = %s, hash = %s WHERE chain = %s"
INSERT_AND_END = f"WITH added AS ({INSERT}) {END}"


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
        number, end = _locked_head(chain)
        rows = []
        for entry in entries:
            number += 1
            row = Row(
                chain=chain, number=number, at=at, actor=actor, act=entry.act, subject=entry.subject,
                details=canonical(entry.details), previous_hash=end,
            )  # fmt: skip
            end = row_hash(row)
            rows.append(_stored(row, end))
        _add(rows, end=(number, end, chain))
        transaction.on_commit(lambda: anchor(chain=chain, number=number, row_hash=end))


def _add(rows: Sequence[Sequence[str | int]], *, end: tuple[int, str, str]) -> None:
    """Add rows and move the chain's end: for one row, which is what there is nearly always, in one go."""
    if len(rows) == 1 and connection.vendor == "postgresql":
        run(INSERT_AND_END, [*rows[0], *end])
        return
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)
    run(END, end)


def _locked_head(chain: str) -> tuple[int, str]:
    """Return the end of a chain, locked: others wait here until the commit."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    question = f"SELECT number, hash FROM audit_chainhead WHERE chain = %s{lock}"  # noqa: S608  # a constant
    found = rows_of(question, [chain])
    if not found:
        ChainHead.objects.bulk_create([ChainHead(chain=chain)], ignore_conflicts=True)
        found = rows_of(question, [chain])
    ((number, end),) = found
    return int(number), str(end)


def _stored(row: Row, its_hash: str) -> list[str | int]:
    at = str(connection.ops.adapt_datetimefield_value(row.at))
    return [row.chain, row.number, at, row.actor, row.act, row.subject, row.details, row.previous_hash, its_hash]
