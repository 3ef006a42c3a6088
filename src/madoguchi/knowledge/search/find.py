"""Ranking what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from django.db.models import Case, Count, ExpressionWrapper, F, FloatField, Sum, Value, When, Window

from madoguchi.contracts.models import Contract
from madoguchi.knowledge.models import SearchPosting
from madoguchi.knowledge.search.index import TextKind, word_ids
from madoguchi.knowledge.search.words import words_of

SATURATION = 1.2
TEXTS_ASSUMED = 1_000_000
MAX_WORDS = 24
MAX_FOUND = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The best texts first; `count` is how many there are in all, `words` what was looked for."""

    object_ids: tuple[int, ...]
    count: int
    words: tuple[str, ...]


def find_texts(*, contract: Contract, kind: TextKind, query: str, needs_all: bool, limit: int = MAX_FOUND) -> Found:
    """Return the texts of a contract that hold the words of a query, ranked by BM25F.

    With `needs_all` a text must hold every word; without, one is enough and more rank higher.
    """
    words = tuple(dict.fromkeys(words_of(query)))[:MAX_WORDS]
    ids = word_ids(words, may_add=False)
    if not words or not ids or (needs_all and len(ids) < len(words)):
        return Found(object_ids=(), count=0, words=words)
    postings = SearchPosting.objects.filter(contract=contract, kind=kind)
    numbers = list(ids.values())
    if len(numbers) > 1:
        frequencies = dict(postings.filter(word_id__in=numbers).values_list("word_id").annotate(Count("object_id")))
        ranked = _by_score(postings, numbers, frequencies, needs_all=needs_all)
    else:
        # one word: its rarity is the same for every text, the weight alone ranks
        ranked = postings.filter(word_id=numbers[0]).values("object_id").annotate(score=F("weight"))
    rows = ranked.annotate(total=Window(Count("*"))).order_by("-score", "-object_id")[:limit]
    found = list(rows.values_list("object_id", "total"))
    return Found(object_ids=tuple(row[0] for row in found), count=found[0][1] if found else 0, words=words)


def _by_score(postings, numbers: Sequence[int], frequencies: dict[int, int], *, needs_all: bool):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # Django's queryset of values has no name
    rarity = Case(
        *(
            When(word_id=number, then=Value(log(1 + TEXTS_ASSUMED / (1 + frequencies.get(number, 0)))))
            for number in numbers
        ),
        default=Value(0.0),
        output_field=FloatField(),
    )
    saturated = ExpressionWrapper(rarity * F("weight") / (F("weight") + SATURATION), output_field=FloatField())
    grouped = postings.filter(word_id__in=numbers).values("object_id").annotate(score=Sum(saturated))
    if needs_all:
        grouped = grouped.annotate(matched=Count("word_id")).filter(matched=len(numbers))
    return grouped
