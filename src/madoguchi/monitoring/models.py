from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madoguchi.contracts.models import Contract
from madoguchi.core.monitoring_vocabulary import MaintenanceState, MessageState, MonitoringFile, SourceKind
from madoguchi.desk.models import Ticket, word

PERSON = settings.AUTH_USER_MODEL


class Source(models.Model):
    """A program that sends notifications, known by its key and a secret of which only the hash is kept."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    kind = word(SourceKind)
    secret_hash = models.CharField(max_length=64, blank=True)
    # the secret before, taken beside the new one until then
    previous_hash = models.CharField(max_length=64, blank=True)
    previous_until = models.DateTimeField(null=True)
    # who opens tickets for new outages; nobody: none are opened
    clerk = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    join_seconds = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    latest_at = models.DateTimeField(null=True)
    received_count = models.PositiveBigIntegerField(default=0)
    refused_count = models.PositiveBigIntegerField(default=0)
    outage_count = models.PositiveBigIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "name"), name="monitoring_source_name_once")]

    def __str__(self) -> str:
        return self.name


class HeardDay(models.Model):
    """A local day on which a source sent anything: what it did not send of such a day did not happen."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="heard_days")
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("source", "date"), name="heard_day_once")]


class FileImport(models.Model):
    """A CSV file that was read: how many lines were taken, and those that were not, with the reasons."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    kind = word(MonitoringFile)
    name = models.CharField(max_length=200)
    taken_count = models.PositiveIntegerField()
    same_count = models.PositiveIntegerField()
    refused_count = models.PositiveIntegerField()
    refused = models.JSONField(default=list)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)


class ConfirmedDays(models.Model):
    """Days that a person vouches for: every outage of the services (of all, where none is named) is known."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    services = models.JSONField(default=list)
    start_date = models.DateField()
    closing_date = models.DateField()
    reason = models.CharField(max_length=400)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closing_date__gte=F("start_date")), name="confirmed_days_in_order")
        ]


class Message(models.Model):
    """A notification as it came, kept once however often it comes; its bytes are let go after a time."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="messages")
    digest = models.CharField(max_length=64)
    raw = models.BinaryField(null=True)
    size = models.PositiveIntegerField()
    state = word(MessageState)
    problems = models.JSONField(default=list)
    received_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    count = models.PositiveBigIntegerField(default=1)
    file_import = models.ForeignKey(FileImport, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("source", "digest"), name="monitoring_message_once")]
        indexes = [models.Index(fields=("source", "-received_at"), name="message_by_receipt")]


class MappingRule(models.Model):
    """Which labels mean which service. The first rule of a source that fits counts; no service means: no outage."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="rules")
    number = models.PositiveIntegerField()
    tests = models.JSONField()
    service = models.CharField(max_length=60, blank=True)
    severity = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("source", "number"), name="mapping_rule_number_once")]


class Sighting(models.Model):
    """One thing a source said: a problem began, ended, or both. Outages follow from the set of them."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="sightings")
    problem = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    labels = models.JSONField(default=dict)
    summary = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="sightings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("source", "digest"), name="sighting_once"),
            models.CheckConstraint(
                condition=Q(started_at__isnull=False) | Q(ended_at__isnull=False), name="sighting_says_something"
            ),
        ]
        indexes = [models.Index(fields=("source", "problem"), name="sighting_by_problem")]


class Outage(models.Model):
    """A service that was down: as the source said it (`seen_…`), and as it counts after a person's corrections.

    Without a service it is not mapped yet. Without a start its source told only the end.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="outages")
    # never given twice: with the source's key it names the outage among the facts
    number = models.PositiveBigIntegerField()
    problem = models.CharField(max_length=200)
    labels = models.JSONField(default=dict)
    summary = models.CharField(max_length=200, blank=True)
    seen_severity = models.CharField(max_length=40, blank=True)
    seen_started_at = models.DateTimeField(null=True)
    seen_ended_at = models.DateTimeField(null=True)
    fixed_service = models.CharField(max_length=60, blank=True)
    fixed_started_at = models.DateTimeField(null=True)
    fixed_ended_at = models.DateTimeField(null=True)
    is_dismissed = models.BooleanField(default=False)
    service = models.CharField(max_length=60, blank=True)
    severity = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_ignored = models.BooleanField(default=False)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="+")
    noticed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="outage_in_order",
            ),
            models.UniqueConstraint(fields=("source", "number"), name="outage_number_once"),
        ]
        indexes = [
            models.Index(fields=("source", "problem"), name="outage_by_problem"),
            models.Index(fields=("contract", "-started_at"), name="outage_by_start"),
        ]


class OutageCorrection(models.Model):
    """What a person changed of an outage, from what to what, and why."""

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=20)
    old = models.CharField(max_length=80, blank=True)
    new = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=400)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Maintenance(models.Model):
    """Planned downtime of a service; it is taken out of the figures once the responsible division has approved it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    reason = models.CharField(max_length=400)
    state = word(MaintenanceState, default=MaintenanceState.PROPOSED.value)
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=400, blank=True)
    file_import = models.ForeignKey(FileImport, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gt=F("started_at")), name="maintenance_in_order"),
            models.UniqueConstraint(
                fields=("contract", "service", "started_at", "ended_at"), name="maintenance_once",
                condition=Q(state__in=(MaintenanceState.PROPOSED.value, MaintenanceState.APPROVED.value)),
            ),
        ]  # fmt: skip


class Probe(models.Model):
    """A timed sample, such as how long an application took to start."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=60)
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    file_import = models.ForeignKey(FileImport, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "service", "at"), name="probe_once")]


class Patch(models.Model):
    """A patch that a device of a kind had to get by a day; `unit` tells devices of the same kind apart."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    device = models.CharField(max_length=60)
    unit = models.CharField(max_length=80, blank=True)
    patch = models.CharField(max_length=120)
    released_at = models.DateTimeField()
    due_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    file_import = models.ForeignKey(FileImport, null=True, on_delete=models.PROTECT, related_name="+")
    # the later file that told when it was applied
    applied_import = models.ForeignKey(FileImport, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "device", "unit", "patch"), name="patch_once")]
