"""Tickets that are counted already because they came as bare facts: the same ticket must not count twice."""

from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.desk.models import Ticket

TABLE = "tickets"


def measured_sources(contract: Contract) -> frozenset[str]:
    """Return the sources of the tickets that `madoguchi facts import` put beside a contract's desk."""
    from madoguchi.intake.store import FactStore  # noqa: PLC0415  # loaded by who needs it, as it is large

    path = FactStore(imported_folder(contract)).table_path(TABLE)
    if path is None:
        return frozenset()
    import pyarrow.parquet as pq  # noqa: PLC0415  # as above

    return frozenset(pq.read_table(path, columns=["source"])["source"].to_pylist())


def doubled_count(contract: Contract) -> int:
    """Return how many tickets of the desk also came as bare facts."""
    measured = measured_sources(contract)
    if not measured:
        return 0
    brought = Ticket.objects.filter(contract=contract).exclude(source="").values_list("source", flat=True)
    return sum(source in measured for source in brought.iterator(chunk_size=5_000))
