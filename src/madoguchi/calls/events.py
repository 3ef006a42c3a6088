"""What people decided on calls, as facts for the measure."""

from collections.abc import Iterator

from madoguchi.calls.models import CallExclusion
from madoguchi.contracts.models import Contract
from madoguchi.core.events import Event

SYSTEM = "madoguchi"


def exclusion_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield what was asked and not refused; only what has an `approved_at` leaves a call out."""
    standing = CallExclusion.objects.filter(contract=contract).exclude(is_approved=False)
    for each in standing.select_related("decided_by").order_by("pk").iterator(chunk_size=2_000):
        yield {
            "contract": key, "source": f"{SYSTEM}:call-exclusion:{each.pk}", "source_file": SYSTEM,
            "at": each.asked_at, "excluded_table": "calls", "excluded_source": each.source,
            "indicator": each.indicator or None, "reason": each.reason,
            "approved_by": each.decided_by.name if each.decided_by else None, "approved_at": each.decided_at,
        }  # fmt: skip


TABLES = {"exclusions": exclusion_events}


def has_exclusions(contract: Contract) -> bool:
    return CallExclusion.objects.filter(contract=contract).exists()
