from django.conf import settings
from django.db import models

from madoguchi.contracts.models import Contract
from madoguchi.core.import_vocabulary import ImportState
from madoguchi.desk.models import Ticket, word
from madoguchi.people.sayings import from_json, retold


class ImportProfile(models.Model):
    """A mapping kept under a name, for the next ledger of the same kind."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="import_profiles")
    name = models.CharField(max_length=60)
    mapping = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "name"), name="import_profile_once")]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """A file on its way into the desk: what it is, how it is read, how far it has come, what came of it."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="import_runs")
    state = word(ImportState, default=ImportState.UPLOADED.value)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    mapping = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    # moved on with every piece, so that a run whose worker died can be told from one under way
    moved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    row_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    added_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    headings = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    fault = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=("contract", "-uploaded_at"), name="import_run_latest")]

    @property
    def fault_said(self) -> str:
        """Return what is wrong with the file as a whole, in the reader's language."""
        return retold(self.fault)


class RefusedRow(models.Model):
    """A row that was not brought in: its line, its cells as they were read, and every reason."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refused_rows", db_index=False)
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=120, blank=True)
    reasons = models.JSONField()
    cells = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("run", "line"), name="refused_line_once")]

    @property
    def texts(self) -> list[str]:
        """Return every reason in the reader's language."""
        return [str(from_json(each)) for each in self.reasons]


class ImportedTicket(models.Model):
    """A ticket that an import brought, with the hash of what its source said."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="imported")
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="imported_tickets")
    line = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    step_count = models.PositiveIntegerField()


class UnknownRequester(models.Model):
    """Who stands for requesters of a contract's imports that the desk does not know."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, primary_key=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
