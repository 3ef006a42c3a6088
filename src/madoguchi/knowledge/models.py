from django.conf import settings
from django.db import models
from django.db.models import Q

from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience


class Article(models.Model):
    """An answer kept for the next time; what it says is in its versions."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="articles")
    kind = models.CharField(max_length=24, choices=[(each.value, each.label) for each in ArticleKind])
    audience = models.CharField(max_length=16, choices=[(each.value, each.label) for each in Audience])
    state = models.CharField(max_length=16, choices=[(each.value, each.label) for each in ArticleState])
    title = models.CharField(max_length=200)
    body = models.TextField(max_length=50_000)
    review_date = models.DateField(null=True)
    latest_version = models.PositiveIntegerField(default=0)
    use_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in ArticleKind]), name="article_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=[each.value for each in Audience]), name="article_audience_known"
            ),
        ]
        indexes = [models.Index(fields=("contract", "state", "kind"), name="article_by_contract")]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What an article said from one save to the next; never changed."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    audience = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    change_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("article", "number"), name="article_version_once")]
        ordering = ("-number",)


class SearchWord(models.Model):
    """A word in its normal form."""

    text = models.CharField(max_length=60, unique=True)


class SearchPosting(models.Model):
    """A word in one text; `weight` is its frequency over the fields, weighted and set against their lengths."""

    pk = models.CompositePrimaryKey("contract_id", "kind", "word_id", "object_id")
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.SmallIntegerField()
    word = models.ForeignKey(
        SearchWord, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    object_id = models.BigIntegerField()
    weight = models.FloatField()


class SearchedText(models.Model):
    """Which words a text was filed under, so that they can be taken back when it changes."""

    pk = models.CompositePrimaryKey("kind", "object_id")
    kind = models.SmallIntegerField()
    object_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+", db_index=False)
    words = models.TextField()


class WaitingText(models.Model):
    """A text that is there and not filed under its words yet: the search does not find it."""

    pk = models.CompositePrimaryKey("kind", "object_id")
    kind = models.SmallIntegerField()
    object_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
