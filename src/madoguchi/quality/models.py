from django.conf import settings
from django.db import models
from django.db.models import Q

from madoguchi.contracts.models import Contract
from madoguchi.core.quality_vocabulary import MonthState

STATES = (MonthState.SUBMITTED, MonthState.RETURNED, MonthState.APPROVED)


class Revision(models.Model):
    """A month's figures as they were submitted: frozen, then approved or returned. A correction is another revision."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="month_revisions")
    month = models.DateField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=32, choices=[(each.value, each.label) for each in STATES])
    definitions_number = models.PositiveIntegerField()
    definitions_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    why = models.TextField(max_length=2_000, blank=True)
    comment = models.TextField(max_length=5_000, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_comment = models.TextField(max_length=5_000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "month", "number"), name="revision_number_once"),
            models.UniqueConstraint(
                fields=("contract", "month"), condition=Q(state=MonthState.SUBMITTED.value), name="revision_waits_once"
            ),
            models.CheckConstraint(condition=Q(state__in=[each.value for each in STATES]), name="revision_state_known"),
            models.CheckConstraint(
                condition=Q(state=MonthState.SUBMITTED.value) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="revision_decided_by_somebody",
            ),
        ]


class FrozenFigure(models.Model):
    """One figure of a revision: `facts` is what it must be again when it is measured anew, `shown` how it was printed.

    Updates and deletes are refused by the database itself.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="figures")
    place = models.PositiveIntegerField()
    indicator = models.CharField(max_length=100)
    window = models.CharField(max_length=100)
    verdict = models.CharField(max_length=32)
    facts = models.JSONField()
    shown = models.JSONField()
    explanation = models.TextField(max_length=2_000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("revision", "place"), name="frozen_figure_place_once")]


class BudgetAlert(models.Model):
    """Somebody was told that a month's budget runs out, or is to be missed; once for each level in a month."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="budget_alerts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="budget_alerts")
    month = models.DateField()
    indicator = models.CharField(max_length=100)
    level = models.CharField(max_length=32)
    text = models.CharField(max_length=400)
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "person", "month", "indicator", "level"), name="budget_alert_once"
            )
        ]


class Silence(models.Model):
    """A place that things used to come from fell silent; it is over as soon as something comes again."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=100, blank=True)
    latest_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # when the last of those who are told was mailed
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "kind", "name"), name="silence_once", condition=models.Q(ended_at=None)
            )
        ]


class SilenceMail(models.Model):
    """Somebody was mailed of a silence, or could not be: nobody is twice, also where a mail to somebody else failed.

    `retry_at` is missing where the mail was sent, and where it is tried no more.
    """

    silence = models.ForeignKey(Silence, on_delete=models.CASCADE, related_name="mails")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mailed_at = models.DateTimeField(null=True)
    failed_count = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    # the kind of fault and the server's number alone: what servers say names people
    fault = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("silence", "person"), name="silence_mail_once")]
