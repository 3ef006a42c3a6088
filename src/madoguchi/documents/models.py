from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madoguchi.contracts.models import Contract
from madoguchi.core.call_vocabulary import CallReport, Rhythm, SentState

PERSON = settings.AUTH_USER_MODEL


class Document(models.Model):
    """A document of one kind on one stretch of time; what it says is in its texts, what it said in its versions."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=32)
    label = models.CharField(max_length=32, blank=True)
    start_date = models.DateField()
    end_date = models.DateField()
    latest_version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "kind", "label"), name="document_once"),
            models.CheckConstraint(condition=Q(start_date__lt=F("end_date")), name="document_period"),
        ]
        ordering = ("-end_date", "kind")

    @property
    def final_date(self) -> date:
        """Return the last day of the document's period."""
        return self.end_date - timedelta(days=1)


class DocumentText(models.Model):
    """One save of a text that people write; never changed, only followed by another."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="texts")
    name = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=20_000, blank=True)
    author = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("document", "name", "number"), name="document_text_once")]


class DocumentComment(models.Model):
    """What somebody remarked on a draft, until somebody settles it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    body = models.TextField(max_length=5_000)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "pk")


class DocumentVersion(models.Model):
    """An approved document: its texts, what it says as data, and its PDF with its hash. Never changed.

    `months` holds the revision of each month its figures were taken from; null where the month was not approved.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    approved_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField()
    issued_date = models.DateField()
    change_note = models.CharField(max_length=200, blank=True)
    texts = models.JSONField()
    months = models.JSONField(default=dict)
    tree = models.JSONField()
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("document", "number"), name="document_version_once")]
        ordering = ("-number",)

    @property
    def used_revisions(self) -> dict[date, int | None]:
        return {date.fromisoformat(month): number for month, number in self.months.items()}


class Sending(models.Model):
    """A kind of document that goes by mail each month, from a day of the month on, once it is approved."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="sendings")
    kind = models.CharField(max_length=32)
    day = models.PositiveSmallIntegerField()
    mail = models.EmailField()
    latest_document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="+")
    latest_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "kind", "mail"), name="sending_once"),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="sending_day"),
        ]
        ordering = ("kind", "mail")


class CallSending(models.Model):
    """A report on calls that goes by mail to somebody of the contract, at an hour of the days its rhythm names."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="call_sendings")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=32, choices=[(each.value, each.label) for each in CallReport])
    rhythm = models.CharField(max_length=32, choices=[(each.value, each.label) for each in Rhythm])
    hour = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "person", "report", "rhythm"), name="call_sending_once",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(condition=Q(hour__gte=0, hour__lte=23), name="call_sending_hour"),
        ]  # fmt: skip
        ordering = ("person__name", "report", "rhythm", "pk")


class CallSent(models.Model):
    """One report that was due, and what became of it: the row stands before the mail goes out, so it goes out once."""

    sending = models.ForeignKey(CallSending, on_delete=models.CASCADE, related_name="sent")
    start_date = models.DateField()
    end_date = models.DateField()
    state = models.CharField(max_length=32, choices=[(each.value, each.label) for each in SentState])
    try_count = models.PositiveSmallIntegerField(default=1)
    tried_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("sending", "end_date"), name="call_report_sent_once")]
        ordering = ("-end_date", "-pk")

    @property
    def final_date(self) -> date:
        return self.end_date - timedelta(days=1)
