from django.conf import settings
from django.db import models

from madoguchi.contracts.models import Contract
from madoguchi.desk.models import Ticket


class CallLink(models.Model):
    """A call belongs to a ticket, as somebody at the desk said. The call itself is a fact that came by import.

    `caller` is the number in the form that numbers are compared in, empty where it was withheld: it tells who calls
    the next time.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=400)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="calls")
    caller = models.CharField(max_length=20, blank=True)
    offered_at = models.DateTimeField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "source"), name="call_link_once")]
        indexes = [models.Index(fields=("contract", "caller", "-linked_at"), name="call_link_by_caller")]


class CallExclusion(models.Model):
    """A call that is to be left out of the figures, and why. It changes a figure only while it stands approved."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=400)
    offered_at = models.DateTimeField()
    indicator = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=400)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    is_approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "source", "indicator"), name="call_exclusion_once",
                condition=models.Q(is_approved=True) | models.Q(is_approved__isnull=True),
            )
        ]  # fmt: skip


class Board(models.Model):
    """A contract's telephone system as last heard: for the people at the desk, never for a figure.

    Nothing of it is kept: each state takes the place of the one before.
    """

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, primary_key=True, related_name="+")
    heard_at = models.DateTimeField()
    problem = models.CharField(max_length=200, blank=True)
    content = models.JSONField(default=dict)
