from django.conf import settings
from django.db import models

from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import DeliveryFault, DeliveryState
from madoguchi.people.languages import label_of
from madoguchi.people.sayings import retold


def outcome_said(outcome: str) -> str:
    """Return what came of a message, in the reader's language; what another program answered as it answered."""
    return label_of(DeliveryFault(outcome)) if outcome in set(DeliveryFault) else retold(outcome)


class SecretHolder(models.Model):
    """Has a secret that messages are signed with; the one before holds beside it until a moment."""

    sealed_secret = models.TextField()
    sealed_previous = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Receiver(SecretHolder):
    """An address outside that is told what happens to a contract's tickets.

    `told_until` is the number of the history row up to which its messages were written: rows are numbered in the order
    of their commits, so none is ever passed over.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    told_until = models.BigIntegerField()
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "name"), name="receiver_name_once")]


class Delivery(models.Model):
    """A message on its way to a receiver: sent until it is taken, or dead after the last attempt."""

    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="deliveries")
    message = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(
        max_length=12, choices=[(each.value, each.label) for each in DeliveryState], default=DeliveryState.WAITING.value
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    written_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("receiver", "message"), name="delivery_once")]
        indexes = [
            models.Index(
                fields=("next_at",), name="delivery_due", condition=models.Q(state=DeliveryState.WAITING.value)
            )
        ]

    @property
    def outcome_said(self) -> str:
        """Return what came of it, in the reader's language."""
        return outcome_said(self.outcome)


class Source(SecretHolder):
    """A program outside that opens tickets by signed messages, as one of the contract's people."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "name"), name="source_name_once")]


class TakenMessage(models.Model):
    """A message of a source that was taken: the same again is a replay."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    message = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("source", "message"), name="taken_once")]
