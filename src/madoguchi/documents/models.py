from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madoguchi.contracts.models import Contract

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
