"""The only row locks of monitoring: whatever a source says waits for its row."""

from madoguchi.contracts.models import Contract
from madoguchi.monitoring.models import Maintenance, Outage, Source


def locked_source(source_id: int) -> Source:
    sources = Source.objects.select_for_update(of=("self",), no_key=True).select_related("contract", "clerk")
    return sources.get(pk=source_id)


def locked_outage(*, contract: Contract, outage_id: int) -> Outage:
    """Return an outage with its source held, so that no notification changes it meanwhile."""
    locked_source(Outage.objects.values_list("source_id", flat=True).get(pk=outage_id, contract=contract))
    return Outage.objects.select_related("ticket", "source").get(pk=outage_id, contract=contract)


def locked_maintenance(*, contract: Contract, maintenance_id: int) -> Maintenance:
    return Maintenance.objects.select_for_update(no_key=True).get(pk=maintenance_id, contract=contract)
