"""What is read of accounts passed on."""

from django.db.models import QuerySet

from madoguchi.contracts.models import Contract
from madoguchi.core.provisioning_vocabulary import SystemKind
from madoguchi.core.vocabulary import DeliveryState
from madoguchi.provisioning.models import Push, TargetSystem


def has_systems(contract: Contract) -> bool:
    """Return whether any system takes a contract's accounts at present."""
    return TargetSystem.objects.filter(contract=contract, is_active=True).exists()


def pushes_of(contract: Contract) -> QuerySet[Push]:
    """Return what waits for a system or was given up, with system and account; the given up first."""
    found = Push.objects.filter(system__contract=contract, system__kind=SystemKind.SCIM.value)
    found = found.exclude(state=DeliveryState.TAKEN.value).select_related("system", "item")
    return found.order_by("state", "-changed_at", "pk")
