from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import (
    Act,
    Attribution,
    Channel,
    LabelledEnum,
    LinkKind,
    Priority,
    TicketKind,
    TicketState,
    Tier,
    Visibility,
)  # fmt: skip
from madoguchi.knowledge.models import Article
from madoguchi.people.models import Organisation

OPEN_STATES = tuple(each.value for each in TicketState if each not in (TicketState.RESOLVED, TicketState.WITHDRAWN))

# stands for "no due time" where lists are sorted: engines disagree on the place of missing values
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def word(words: type[LabelledEnum], **options: object) -> "models.CharField[str, str]":
    return models.CharField(max_length=32, choices=[(each.value, each.label) for each in words], **options)  # type: ignore[arg-type]


class Queue(models.Model):
    """Where tickets wait for somebody; a vendor's queue belongs to its organisation."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="queues")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    tier = word(Tier)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "key"), name="queue_key_once"),
            models.CheckConstraint(
                condition=~Q(tier=Tier.VENDOR.value) | Q(organisation__isnull=False), name="queue_vendor_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="categories")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "key"), name="category_key_once")]

    def __str__(self) -> str:
        return self.name


class TicketNumber(models.Model):
    """The latest number given in a contract."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, primary_key=True)
    latest = models.BigIntegerField(default=0)


def reference_of(number: int) -> str:
    """Return a ticket's number as people write and read it."""
    return f"{number:06d}"


class Ticket(models.Model):
    """A matter of a requester. Columns from `state` on are a summary of the activities, kept by one operation."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    number = models.BigIntegerField()
    kind = word(TicketKind)
    channel = word(Channel)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, db_index=False)
    priority = word(Priority, default=Priority.NORMAL.value)
    subject = models.CharField(max_length=200)
    text = models.TextField(max_length=50_000)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requested_tickets")
    received_at = models.DateTimeField()
    detected_at = models.DateTimeField(null=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_tickets")
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=200, blank=True)

    state = word(TicketState)
    tier = word(Tier)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="assigned_tickets", db_index=False
    )
    activity_count = models.PositiveIntegerField(default=0)
    latest_at = models.DateTimeField()
    triaged_at = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.CharField(max_length=40, blank=True)
    vendor_contacted_at = models.DateTimeField(null=True)
    progress_reported_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    agreed_due_at = models.DateTimeField(null=True)
    waiting_elsewhere_seconds = models.PositiveIntegerField(default=0)
    reopened_count = models.PositiveIntegerField(default=0)
    reassigned_count = models.PositiveIntegerField(default=0)
    handed_over = models.BooleanField(default=False)
    complaint_attribution = word(Attribution, blank=True, default="")
    exclusion_reason = models.CharField(max_length=400, blank=True)
    is_excluded = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(null=True)
    # the clock that runs out first, worked out anew whenever an activity or a calendar changes; a cache for sorting
    next_due_at = models.DateTimeField(null=True)
    due_order_at = models.DateTimeField(default=NEVER)
    next_warning_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "number"), name="ticket_number_once"),
            models.UniqueConstraint(fields=("contract", "source"), condition=~Q(source=""), name="ticket_source_once"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in TicketState]), name="ticket_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=[each.value for each in TicketKind]), name="ticket_kind_known"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="ticket_rating_range"
            ),
        ]
        indexes = [
            models.Index(
                fields=("contract", "due_order_at", "-number"),
                name="ticket_open_by_due",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=("contract", "queue", "state"), name="ticket_by_queue", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                fields=("assignee", "contract"), name="ticket_by_assignee", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(fields=("contract", "received_at"), name="ticket_by_received"),
            models.Index(fields=("contract", "requester", "-number"), name="ticket_by_requester"),
            models.Index(
                fields=("next_warning_at",), name="ticket_by_warning", condition=Q(next_warning_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return reference_of(self.number)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Activity(models.Model):
    """A step in a ticket's life: `at` is when it happened, `recorded_at` when it was written. Never changed."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="activities", db_index=False)
    number = models.PositiveIntegerField()
    act = word(Act)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    visibility = word(Visibility, default=Visibility.INTERNAL.value)
    text = models.TextField(blank=True)
    fields = models.JSONField(default=dict)
    corrects = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("ticket", "number"), name="activity_number_once"),
            models.CheckConstraint(condition=Q(act__in=[each.value for each in Act]), name="activity_act_known"),
        ]


class Attachment(models.Model):
    """A file of a ticket, kept by the hash of its content."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="attachments")
    activity_number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    visibility = word(Visibility)


class TicketLink(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked_from")
    kind = word(LinkKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("ticket", "other", "kind"), name="link_once"),
            models.CheckConstraint(condition=~Q(ticket=models.F("other")), name="link_other_ticket"),
        ]


class Watcher(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="watchers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watched")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("ticket", "person"), name="watcher_once")]


class ArticleUse(models.Model):
    """An article that served in a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="article_uses")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="uses")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("ticket", "article"), name="article_use_once")]


class Presence(models.Model):
    """Somebody has a ticket open; old rows mean nothing."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("ticket", "person"), name="presence_once")]


class AnswerTemplate(models.Model):
    """A text that answers use; places like {{requester}} are filled in for the ticket."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=100)
    text = models.TextField(max_length=10_000)
    resolves = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "name"), name="template_name_once")]

    def __str__(self) -> str:
        return self.name


class Macro(models.Model):
    """Steps that are done to a ticket at one go, in the order of the columns; an empty column is no step."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="macros")
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)
    takes = models.BooleanField(default=False)
    kind = word(TicketKind, blank=True, default="")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    priority = word(Priority, blank=True, default="")
    note = models.TextField(max_length=10_000, blank=True)
    answer = models.TextField(max_length=10_000, blank=True)
    queue = models.ForeignKey(Queue, null=True, on_delete=models.PROTECT, related_name="+")
    waits_for = models.CharField(max_length=16, blank=True)
    resolves = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "name"), name="macro_name_once"),
            models.CheckConstraint(condition=Q(resolves=False) | Q(waits_for=""), name="macro_waits_or_resolves"),
        ]

    def __str__(self) -> str:
        return self.name


class SavedFilter(models.Model):
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1_000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "person", "name"), name="saved_filter_once")]


class TicketVendor(models.Model):
    """A ticket was passed to a vendor: from then on its people see it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="vendors")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("ticket", "organisation"), name="ticket_vendor_once")]


class Notice(models.Model):
    """Something a person should look at; a clock's warning is sent once for each share of each of its cycles."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=32)
    clock = models.CharField(max_length=60, blank=True)
    share = models.CharField(max_length=16, blank=True)
    about_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    # the step a notice tells of, and when it was mailed, for those who are told by mail
    activity_number = models.PositiveIntegerField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("ticket", "person", "kind", "clock", "share", "about_at"), name="notice_once"
            )
        ]
        indexes = [
            models.Index(fields=("person", "seen_at"), name="notice_by_person"),
            models.Index(fields=("sent_at",), name="notice_to_mail", condition=Q(kind="told", mailed_at__isnull=True)),
        ]
