from django.conf import settings
from django.db import models
from django.db.models import Q

from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Organisation


class Contract(models.Model):
    """One contract whose desk is run here; everything a desk does belongs to exactly one."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    start_date = models.DateField()
    end_date = models.DateField()

    def __str__(self) -> str:
        return self.name


class DefinitionVersion(models.Model):
    """The contract's definitions as files, in force from a day on. Never changed, only followed by another."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="definitions")
    number = models.PositiveIntegerField()
    in_force_from = models.DateField()
    texts = models.JSONField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "number"), name="definition_number_once")]


class Role(models.Model):
    """What a person is in a contract, from a day and until the day before another."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="roles")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=24, choices=[(each.value, each.label) for each in RoleKind])
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "person", "kind", "start_date"), name="role_once"),
            models.CheckConstraint(condition=Q(kind__in=[each.value for each in RoleKind]), name="role_kind_known"),
        ]
        indexes = [models.Index(fields=("person", "contract"), name="role_by_person")]


class ContractOrganisation(models.Model):
    """An organisation that a contract's administrators look after, before anybody of it has a role."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="organisations")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contracts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "organisation"), name="contract_organisation_once")]
