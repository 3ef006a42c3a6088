from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from madoguchi.contracts.models import Contract
from madoguchi.core.works_vocabulary import (
    ApplicationState,
    ApprovalState,
    BatchState,
    DeskRecordKind,
    DutySource,
    ImprovementKind,
    ImprovementState,
    PersonnelKind,
    ProblemState,
)
from madoguchi.desk.models import Category, Ticket, word
from madoguchi.knowledge.models import Article
from madoguchi.people.models import Division
from madoguchi.people.sayings import retold


class FormVersion(models.Model):
    """A form's text as it was from one change to the next; never changed. Applications keep the one they used."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="form_versions")
    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    text = models.TextField()
    is_changed_here = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "key", "number"), name="form_version_once")]


class Application(models.Model):
    """What a ticket applies for: a form's version, its answers, and how far it has come."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="application")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="applications")
    answers = models.JSONField(default=dict)
    state = word(ApplicationState)
    due_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in ApplicationState]), name="application_state_known"
            )
        ]


class Approval(models.Model):
    """One step of approval of an application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="approvals")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    state = word(ApprovalState, default=ApprovalState.PENDING.value)
    asked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_by_link = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("application", "number"), name="approval_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in ApprovalState]), name="approval_state_known"
            ),
        ]


class ApprovalAsk(models.Model):
    """Somebody was asked to approve; the link in their mail works until it expires or the step is decided."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="asks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="approval_asks")
    instead_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("approval", "person"), name="approval_ask_once")]
        indexes = [models.Index(fields=("asked_at",), name="ask_to_mail", condition=Q(mailed_at__isnull=True))]


class Approver(models.Model):
    """Who approves what people of a division apply for."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="approvers")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "division", "person"), name="approver_once")]


class Absence(models.Model):
    """A person is away, both days included; a delegate approves meanwhile."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="absences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    start_date = models.DateField()
    end_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gte=F("start_date")), name="absence_order"),
            models.CheckConstraint(condition=~Q(person=F("delegate")), name="absence_other_person"),
        ]


class Task(models.Model):
    """One thing to do for an application, and what was recorded of it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="tasks")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    records = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("application", "number"), name="task_number_once")]


class DecisionRequest(models.Model):
    """A question no criterion answers: put to the responsible division with options and a recommendation."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="decision_requests")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="decision_requests")
    subject = models.CharField(max_length=200)
    question = models.TextField()
    options = models.JSONField()
    recommended = models.PositiveSmallIntegerField()
    evidence = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    choice = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    is_by_link = models.BooleanField(default=False)
    criterion = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, choice__isnull=True)
                | Q(decided_at__gte=F("asked_at"), choice__isnull=False),
                name="decision_whole",
            )
        ]
        indexes = [models.Index(fields=("contract", "asked_at"), name="decision_by_asked")]

    def __str__(self) -> str:
        return self.subject

    @property
    def chosen(self) -> str:
        # once erased, the options are gone and the choice stays
        is_known = self.choice is not None and self.choice < len(self.options)
        return str(self.options[self.choice]) if is_known else ""


class DecisionWait(models.Model):
    """The responsible division waits for somebody else; this time is not its own."""

    request = models.ForeignKey(DecisionRequest, on_delete=models.CASCADE, related_name="waits")
    whom = models.CharField(max_length=120)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("request",), condition=Q(end_at__isnull=True), name="decision_wait_one_open"
            )
        ]


class DecisionAsk(models.Model):
    """Somebody of the responsible division was asked; the link in their mail works until then."""

    request = models.ForeignKey(DecisionRequest, on_delete=models.CASCADE, related_name="asks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("request", "person"), name="decision_ask_once")]
        indexes = [models.Index(fields=("asked_at",), name="decision_to_mail", condition=Q(mailed_at__isnull=True))]


class Improvement(models.Model):
    """A proposal with its ground, cost and effect: what is expected, and what the tickets showed afterwards."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="improvements")
    title = models.CharField(max_length=200)
    kind = word(ImprovementKind)
    ground = models.TextField()
    wish = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="improvements")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    cost = models.PositiveBigIntegerField(default=0)
    expected_minutes_per_week = models.IntegerField()
    minutes_before = models.PositiveIntegerField()
    minutes_after = models.PositiveIntegerField()
    state = word(ImprovementState, default=ImprovementState.PROPOSED.value)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    weeks = models.PositiveSmallIntegerField(null=True)
    count_before = models.PositiveIntegerField(null=True)
    count_after = models.PositiveIntegerField(null=True)
    effect_minutes_per_week = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=("contract", "proposed_at"), name="improvement_by_proposed")]

    def __str__(self) -> str:
        return self.title


class Problem(models.Model):
    """What lies behind faults that come again: cause, what helps meanwhile, what ends it, what prevents it."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="problems")
    title = models.CharField(max_length=200)
    state = word(ProblemState, default=ProblemState.OPEN.value)
    cause = models.TextField(blank=True)
    workaround = models.TextField(blank=True)
    permanent_fix = models.TextField(blank=True)
    preventive_action = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True)
    tickets = models.ManyToManyField(Ticket, related_name="problems")

    def __str__(self) -> str:
        return self.title


class PersonnelBatch(models.Model):
    """A personnel office's list: read, looked at, applied as one act, and undone as one."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="personnel_batches")
    state = word(BatchState, default=BatchState.PREVIEWED.value)
    row_count = models.PositiveIntegerField()
    broken_count = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class PersonnelRow(models.Model):
    """A line of the list: what it says, why it cannot be used, what it changed, and what was done for the person."""

    batch = models.ForeignKey(PersonnelBatch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    kind = word(PersonnelKind, blank=True)
    given = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+")
    effective_date = models.DateField(null=True)
    account_done_at = models.DateTimeField(null=True)
    device_done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("batch", "line"), name="personnel_line_once")]

    @property
    def said(self) -> str:
        """Return why the line cannot be used, in the reader's language."""
        return retold(self.error)


class PersonnelChange(models.Model):
    """What applying a line changed: of whom, and what was there before, for the undoing."""

    row = models.OneToOneField(PersonnelRow, on_delete=models.CASCADE, related_name="change")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.CharField(max_length=200, blank=True)

    @property
    def said(self) -> str:
        """Return why the change was not taken back, in the reader's language."""
        return retold(self.note)


class DeskRecord(models.Model):
    """One thing about the running of the desk: who is on duty, what is handed over, minutes, actions, training."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="desk_records")
    kind = word(DeskRecordKind)
    date = models.DateField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField(null=True)
    # of a meeting: who came; of an action: from which meeting it is, and by when
    attendees = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    meeting = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="actions")
    due_date = models.DateField(null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=("contract", "kind", "date"), name="desk_record_by_date")]


class DutyBatch(models.Model):
    """Duties for many days at once: looked at first, applied as one act, and undone as one."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="duty_batches")
    source = word(DutySource)
    state = word(BatchState, default=BatchState.PREVIEWED.value)
    row_count = models.PositiveIntegerField()
    refused_count = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class DutyRow(models.Model):
    """One duty asked for: what was given, why it is refused, and the record it became."""

    batch = models.ForeignKey(DutyBatch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    given = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    date = models.DateField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    record = models.OneToOneField(DeskRecord, null=True, on_delete=models.SET_NULL, related_name="duty_row")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("batch", "line"), name="duty_line_once")]

    @property
    def said(self) -> str:
        """Return why the duty is refused, in the reader's language."""
        return retold(self.error)
