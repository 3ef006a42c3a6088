from django.db import models
from django.db.models import Q

from madoguchi.assets.models import Item
from madoguchi.contracts.models import Contract
from madoguchi.core.provisioning_vocabulary import CsvEncoding, SystemKind, UpdateWay
from madoguchi.core.vocabulary import DeliveryState
from madoguchi.desk.models import word
from madoguchi.webhooks.models import outcome_said


class TargetSystem(models.Model):
    """A system that takes a contract's accounts: by SCIM at an address, or as a CSV file with columns of its own.

    `columns` are pairs of a heading and what stands under it.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    kind = word(SystemKind)
    url = models.CharField(max_length=500, blank=True)
    sealed_token = models.TextField(blank=True)
    update_way = word(UpdateWay, default=UpdateWay.PATCH.value)
    columns = models.JSONField(default=list)
    encoding = word(CsvEncoding, default=CsvEncoding.UTF_8.value)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "name"), name="target_system_once"),
            models.CheckConstraint(
                condition=Q(kind=SystemKind.SCIM.value) & ~Q(url="") & ~Q(sealed_token="")
                | Q(kind=SystemKind.CSV.value, url="", sealed_token=""),
                name="target_system_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Push(models.Model):
    """How one account stands at one system: what it took last and what it is to take, both as hashes."""

    system = models.ForeignKey(TargetSystem, on_delete=models.CASCADE, related_name="pushes")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    remote_id = models.CharField(max_length=200, blank=True)
    wanted_hash = models.CharField(max_length=64)
    taken_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        max_length=12, choices=[(each.value, each.label) for each in DeliveryState], default=DeliveryState.WAITING.value
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    outcome = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("system", "item"), name="push_once")]
        indexes = [
            models.Index(fields=("next_at",), name="push_due", condition=Q(state=DeliveryState.WAITING.value)),
        ]

    @property
    def outcome_said(self) -> str:
        """Return what came of it, in the reader's language."""
        return outcome_said(self.outcome)
