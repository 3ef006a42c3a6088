"""Reading history, and proving that it is whole."""

from collections.abc import Iterator

from django.db.models import QuerySet

from madoguchi.audit.anchors import anchored, anchored_chains
from madoguchi.audit.models import HistoryRow
from madoguchi.audit.rules import Fault, Row, chain_faults


def history_of(*, chain: str, subject: str | None = None) -> QuerySet[HistoryRow]:
    """Return a chain's rows, the latest first."""
    rows = HistoryRow.objects.filter(chain=chain).order_by("-number")
    return rows if subject is None else rows.filter(subject=subject)


def chains() -> list[str]:
    """Return every chain that is in the table or was ever anchored."""
    stored = HistoryRow.objects.order_by().values_list("chain", flat=True).distinct()
    return sorted({*stored, *anchored_chains()})


def faults_of(chain: str) -> Iterator[Fault]:
    """Return what is wrong in a chain: a changed, missing, reordered or cut-off row."""
    return chain_faults(_rows(chain), chain=chain, anchors=anchored(chain))


def _rows(chain: str) -> Iterator[tuple[Row, str]]:
    for stored in HistoryRow.objects.filter(chain=chain).order_by("number", "id").iterator(chunk_size=2000):
        row = Row(
            chain=stored.chain, number=stored.number, at=stored.at, actor=stored.actor, act=stored.act,
            subject=stored.subject, details=stored.details, previous_hash=stored.previous_hash,
        )  # fmt: skip
        yield row, stored.hash
