from django.conf import settings
from django.db import models
from django.db.models import Q

from madoguchi.contracts.models import Contract
from madoguchi.core.handover_vocabulary import ErasureState, ExportState, FindingState, KeptKind, Party
from madoguchi.core.vocabulary import LabelledEnum
from madoguchi.desk.models import Attachment

PERSON = settings.AUTH_USER_MODEL


def word(words: type[LabelledEnum]) -> "models.CharField[str, str]":
    return models.CharField(max_length=24, choices=[(each.value, each.label) for each in words])


class Export(models.Model):
    """An archive of a whole contract that was asked for; the file lies in the folder of the exports."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="exports")
    state = word(ExportState)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    row_count = models.PositiveBigIntegerField(default=0)
    failure = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[each.value for each in ExportState]), name="export_state")
        ]


class Origin(models.Model):
    """Where an imported contract came from: whom the keys of its history up to a number mean here."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="origins")
    archive_sha256 = models.CharField(max_length=64)
    until_number = models.BigIntegerField()
    arrived_at = models.DateTimeField()
    people = models.JSONField()
    offsets = models.JSONField()


class RetentionRule(models.Model):
    """How many years a kind of data is kept after its matter is closed, and on what ground."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="retention_rules")
    kind = word(KeptKind)
    years = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=400)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "kind"), name="retention_rule_once"),
            models.CheckConstraint(condition=Q(years__lte=30), name="retention_rule_years"),
            models.CheckConstraint(condition=Q(kind__in=[each.value for each in KeptKind]), name="retention_rule_kind"),
        ]


class Hold(models.Model):
    """Nothing of a kind, or of one person, is erased while a lawsuit, an audit or a request stands."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=24, blank=True)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400)
    placed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)


class Erasure(models.Model):
    """Personal data that was asked to be erased: of a kind up to a day, or of one person; and the proof of it.

    `rows` names every row that was emptied, by table; `proof` is what was signed by its hash in the history. Between
    the two the files are gone through: `sealed_work` holds the names to look for, encrypted, and is emptied at the
    end; `searched_until` is the hash of the file read last, so that whoever goes on begins behind it.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="erasures")
    kind = models.CharField(max_length=24, blank=True)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    before_date = models.DateField(null=True)
    ground = models.CharField(max_length=400)
    state = word(ErasureState)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    rows = models.JSONField(default=dict)
    sealed_work = models.TextField(blank=True)
    cleared_at = models.DateTimeField(null=True)
    searched_until = models.CharField(max_length=64, blank=True)
    searched_count = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=400, blank=True)
    proof = models.JSONField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[each.value for each in ErasureState]), name="erasure_state"),
            models.CheckConstraint(
                condition=(~Q(kind="") & Q(person__isnull=True, before_date__isnull=False))
                | Q(kind="", person__isnull=False),
                name="erasure_of_kind_or_person",
            ),
        ]


class FileFinding(models.Model):
    """A file of others in which somebody erased is named so many times, or that could not be read (no count)."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="findings")
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(null=True)
    state = word(FindingState)
    reason = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("erasure", "attachment"), name="file_finding_once"),
            models.CheckConstraint(condition=Q(state__in=[each.value for each in FindingState]), name="finding_state"),
        ]


class Confirmation(models.Model):
    """A point of the handover's checklist that a party confirmed."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="confirmations")
    item = models.CharField(max_length=60)
    party = word(Party)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "item", "party"), name="confirmation_once"),
            models.CheckConstraint(condition=Q(party__in=[each.value for each in Party]), name="confirmation_party"),
        ]
