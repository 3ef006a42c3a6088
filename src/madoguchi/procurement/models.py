from django.conf import settings
from django.db import models
from django.db.models import Q

from madoguchi.contracts.models import Contract
from madoguchi.core.procurement_vocabulary import CommentOutcome


class FirmComment(models.Model):
    """A firm's comment on a draft specification with the answer it was given; `version` counts the answers."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="firm_comments")
    number = models.PositiveIntegerField()
    firm = models.CharField(max_length=200)
    section = models.CharField(max_length=200, blank=True)
    comment = models.TextField(max_length=20_000)
    answer = models.TextField(max_length=20_000, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "number"), name="firm_comment_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(each.value for each in CommentOutcome)]), name="firm_comment_outcome"
            ),
        ]
        ordering = ("number",)


class ProcurementVersion(models.Model):
    """The record of a procurement after one change: the whole of it as procurement.toml says it. Never changed.

    `part` names what was changed; it is empty where a whole file was taken in.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="procurement_versions")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=1_000_000)
    part = models.CharField(max_length=32, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "number"), name="procurement_version_once")]
        ordering = ("-number",)
