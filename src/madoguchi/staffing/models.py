from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import AnnouncedKind, LabelledEnum, PlanKind, PlanState

LONGEST_RUN = timedelta(minutes=15)


def word(words: type[LabelledEnum]) -> "models.CharField[str, str]":
    return models.CharField(max_length=24, choices=[(each.value, each.label) for each in words])


class Member(models.Model):
    """Somebody of a contract's roster: skills, and how many hours a week they may and should work."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    skills = models.JSONField(default=list)
    most_hours = models.DecimalField(max_digits=4, decimal_places=1)
    least_hours = models.DecimalField(max_digits=4, decimal_places=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "person"), name="member_once"),
            models.CheckConstraint(
                condition=Q(least_hours__gte=0, least_hours__lte=F("most_hours"), most_hours__lte=80),
                name="member_hours_in_order",
            ),
        ]


class Leave(models.Model):
    """A day on which a member is not planned."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="leave")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("member", "day"), name="leave_once")]


class AnnouncedEvent(models.Model):
    """Something that makes people call, past or coming; the forecast learns from the past ones of a kind."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="announced_events")
    kind = word(AnnouncedKind)
    start_date = models.DateField()
    day_count = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "kind", "start_date"), name="announced_event_once"),
            models.CheckConstraint(condition=Q(day_count__gte=1, day_count__lte=60), name="announced_event_days"),
        ]


class Plan(models.Model):
    """A month's plan: who asked for it when, from what (`inputs`, definitions, seed), and what came of it.

    Never changed once it is done, only followed by another; the latest published one of a month is in force.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="plans")
    number = models.PositiveIntegerField()
    month = models.DateField()
    kind = word(PlanKind)
    state = word(PlanState)
    target_percent = models.DecimalField(max_digits=5, decimal_places=2)
    seed = models.PositiveIntegerField()
    definition_number = models.PositiveIntegerField()
    inputs = models.JSONField()
    result = models.JSONField(null=True)
    failure = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "number"), name="plan_number_once"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(state=PlanState.DONE.value), name="plan_published_done"
            ),
        ]
        indexes = [models.Index(fields=("contract", "month"), name="plan_by_month")]

    @property
    def is_under_way(self) -> bool:
        return self.state in {PlanState.WAITING.value, PlanState.RUNNING.value}

    def is_lost(self, *, now: datetime) -> bool:
        """Say whether its computation must have been cut off, as by a restart."""
        return self.is_under_way and now - (self.started_at or self.made_at) > LONGEST_RUN


class Shift(models.Model):
    """A person's shift in a plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="shifts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts")
    kind = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    break_starts_at = models.DateTimeField(null=True)
    break_ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("plan", "person", "starts_at"), name="shift_once"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="shift_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=("person", "starts_at"), name="shift_by_person")]


class ShiftFeed(models.Model):
    """A private address of a person's shifts in a contract, for a calendar program; only its hash is kept."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shift_feeds")
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Attendance(models.Model):
    """How many people were there in a half hour, as somebody who saw it recorded."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    present = models.PositiveSmallIntegerField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "at"), name="attendance_once")]
