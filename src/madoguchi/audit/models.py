from django.db import models


class ChainHead(models.Model):
    """The end of one chain: what the next row hangs on, and the lock that keeps rows in order."""

    chain = models.CharField(max_length=64, primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")


class HistoryRow(models.Model):
    """One change or view. Updates and deletes are refused by the database itself."""

    chain = models.CharField(max_length=64)
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    act = models.CharField(max_length=64)
    subject = models.CharField(max_length=120)
    details = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("chain", "number"), name="history_number_once")]
        indexes = [models.Index(fields=("chain", "subject", "number"), name="history_by_subject")]
