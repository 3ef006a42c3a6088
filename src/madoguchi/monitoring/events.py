"""What monitoring told as fact tables, for the measure."""

from collections.abc import Iterator

from madoguchi.contracts.models import Contract
from madoguchi.core.events import Event
from madoguchi.core.monitoring_vocabulary import MaintenanceState
from madoguchi.desk.events import CHUNK, SYSTEM
from madoguchi.monitoring.models import ConfirmedDays, HeardDay, Maintenance, Outage, Patch, Probe


def outage_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row an outage of a known service; those without a beginning, or set aside, are none."""
    found = Outage.objects.filter(contract=contract, started_at__isnull=False, is_dismissed=False, is_ignored=False)
    for each in found.exclude(service="").select_related("source").order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "contract": key, "source": f"{SYSTEM}:outage:{each.pk}", "source_file": each.source.key,
            "service": each.service, "started_at": each.started_at, "ended_at": each.ended_at,
            "severity": each.severity or None, "cause": each.summary or None,
        }  # fmt: skip


def maintenance_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a planned downtime that the responsible division approved."""
    found = Maintenance.objects.filter(contract=contract, state=MaintenanceState.APPROVED.value).order_by("pk")
    for each in found.iterator(chunk_size=CHUNK):
        yield {
            "contract": key, "source": f"{SYSTEM}:maintenance:{each.pk}", "source_file": SYSTEM,
            "service": each.service, "started_at": each.started_at, "ended_at": each.ended_at,
        }  # fmt: skip


def probe_events(contract: Contract, *, key: str) -> Iterator[Event]:
    for each in Probe.objects.filter(contract=contract).order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "contract": key, "source": f"{SYSTEM}:probe:{each.pk}", "source_file": SYSTEM,
            "service": each.service, "at": each.at, "milliseconds": each.milliseconds,
        }  # fmt: skip


def patch_events(contract: Contract, *, key: str) -> Iterator[Event]:
    for each in Patch.objects.filter(contract=contract).order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "contract": key, "source": f"{SYSTEM}:patch:{each.pk}", "source_file": SYSTEM, "device": each.device,
            "patch": each.patch, "released_at": each.released_at, "due_at": each.due_at, "applied_at": each.applied_at,
        }  # fmt: skip


TABLES = {
    "outages": outage_events,
    "maintenance": maintenance_events,
    "probes": probe_events,
    "patches": patch_events,
}


def tables_kept(contract: Contract) -> frozenset[str]:
    """Return the tables that are kept here; what is not may be imported from elsewhere."""
    is_watched = (
        HeardDay.objects.filter(source__contract=contract).exists()
        or ConfirmedDays.objects.filter(contract=contract).exists()
        or Outage.objects.filter(contract=contract).exists()
    )
    kept = {
        "outages": is_watched,
        "maintenance": Maintenance.objects.filter(contract=contract).exists(),
        "probes": Probe.objects.filter(contract=contract).exists(),
        "patches": Patch.objects.filter(contract=contract).exists(),
    }
    return frozenset(name for name, is_kept in kept.items() if is_kept)
