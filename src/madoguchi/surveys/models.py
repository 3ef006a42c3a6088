import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madoguchi.contracts.models import Contract
from madoguchi.core.quality_vocabulary import Allocation, InvitationChannel, RoundMode, RoundState
from madoguchi.core.surveys.suppression import MINIMUM


class StoredQuestionnaire(models.Model):
    """A questionnaire's file as it was given. Never changed, only followed by another version."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="questionnaires")
    key = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=2_000)
    file = models.CharField(max_length=200)
    text = models.TextField(max_length=200_000)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("contract", "key", "number"), name="questionnaire_number_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Round(models.Model):
    """One time a questionnaire is put to people: from `start_date` to `closing_date`, both included."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="survey_rounds")
    key = models.CharField(max_length=100)
    label = models.CharField(max_length=200)
    questionnaire = models.ForeignKey(StoredQuestionnaire, on_delete=models.PROTECT, related_name="rounds")
    mode = models.CharField(max_length=32, choices=[(each.value, each.label) for each in RoundMode])
    state = models.CharField(max_length=32, choices=[(each.value, each.label) for each in RoundState])
    start_date = models.DateField()
    closing_date = models.DateField()
    reminder_date = models.DateField(null=True)
    reminded_at = models.DateTimeField(null=True)
    sample_size = models.PositiveIntegerField(null=True)
    is_stratified = models.BooleanField(default=False)
    allocation = models.CharField(
        max_length=32,
        choices=[(each.value, each.label) for each in Allocation],
        default=Allocation.PROPORTIONAL.value,
    )
    seed = models.PositiveIntegerField(default=1)
    minimum = models.PositiveSmallIntegerField(default=MINIMUM)
    population_count = models.PositiveIntegerField(default=0)
    invited_count = models.PositiveIntegerField(default=0)
    paper_count = models.PositiveIntegerField(default=0)
    paper_entered_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "key"), name="round_key_once"),
            models.CheckConstraint(condition=Q(closing_date__gte=F("start_date")), name="round_dates_order"),
            models.CheckConstraint(
                condition=Q(paper_entered_count__lte=F("paper_count")), name="round_paper_not_more_than_issued"
            ),
            models.CheckConstraint(condition=Q(mode__in=[each.value for each in RoundMode]), name="round_mode_known"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in RoundState]), name="round_state_known"
            ),
            models.CheckConstraint(
                condition=Q(allocation__in=[each.value for each in Allocation]), name="round_allocation_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RoundStratum(models.Model):
    """An organisation's share of a stratified round: how many were drawn of it, and in the end how many answered.

    Paper comes back without a name: those who got it (`paper_count` of the invited) are no part of `answered_count`.
    Strata in which too few were asked or answered are joined: their answers all stand under the first of them.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="strata")
    name = models.CharField(max_length=200, blank=True)
    population_count = models.PositiveIntegerField()
    invited_count = models.PositiveIntegerField()
    paper_count = models.PositiveIntegerField(default=0)
    answered_count = models.PositiveIntegerField(null=True)
    is_joined = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(invited_count__lte=F("population_count")), name="stratum_not_more_than_its_people"
            ),
            models.CheckConstraint(
                condition=Q(paper_count__lte=F("invited_count")), name="stratum_paper_not_more_than_invited"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """Who was asked, and whether they have answered: not when, and not what. Deleted when the round is closed."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    stratum = models.ForeignKey(RoundStratum, null=True, on_delete=models.CASCADE, related_name="invitations")
    channel = models.CharField(max_length=32, choices=[(each.value, each.label) for each in InvitationChannel])
    nonce = models.CharField(max_length=43, unique=True)
    mail_due = models.CharField(max_length=16, blank=True)
    is_used = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("round", "person"), name="invitation_once")]
        indexes = [models.Index(fields=("round",), name="invitation_to_mail", condition=~Q(mail_due=""))]


class Response(models.Model):
    """The choices of one answer sheet. It knows its round alone: no person, no moment, no order.

    Of a round drawn by organisation it knows the stratum too, where that is a crowd.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="responses")
    stratum = models.ForeignKey(RoundStratum, null=True, on_delete=models.SET_NULL, related_name="responses")
    answers = models.JSONField()


class Comment(models.Model):
    """One free text, apart from the sheet it stood on; `search_key` is what searches look at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="comments")
    question = models.CharField(max_length=100)
    text = models.TextField(max_length=20_000)
    search_key = models.TextField()
