"""Filing texts under their words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from django.db import connection, transaction

from madoguchi.audit.bulk import insert_rows
from madoguchi.contracts.models import Contract
from madoguchi.knowledge.models import SearchedText, SearchPosting, SearchWord, WaitingText
from madoguchi.knowledge.search.words import words_of
from madoguchi.prepared.statements import rows_of, run

WORDS_KEPT = 200_000
ROWS_AT_ONCE = 2_000


class TextKind(IntEnum):
    TICKET = 1
    ARTICLE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldWeight:
    """How much a field counts, its usual length in words, and how much its length matters (BM25F's b)."""

    weight: float
    usual_length: int
    length_share: float


TITLE = FieldWeight(weight=2.5, usual_length=8, length_share=0.3)
BODY = FieldWeight(weight=1.0, usual_length=60, length_share=0.6)
_known: dict[str, int] = {}
KNOWN = "SELECT text, id FROM knowledge_searchword WHERE text = ANY(%s)"
# in the order of `sorted`, in which everybody adds: two who add the same words never wait for each other
KNOWN_OR_ADDED = """
WITH added AS (
    INSERT INTO knowledge_searchword (text)
    SELECT word FROM unnest(%s::varchar[]) AS asked(word)
    WHERE NOT EXISTS (SELECT FROM knowledge_searchword WHERE text = word) ORDER BY word COLLATE "C"
    ON CONFLICT DO NOTHING RETURNING text, id
)
SELECT text, id FROM added UNION ALL SELECT text, id FROM knowledge_searchword WHERE text = ANY(%s)
"""
# a text's postings and what it was filed under, in one go
FILE_ONE = """
WITH posted AS (
    INSERT INTO knowledge_searchposting (contract_id, kind, word_id, object_id, weight)
    SELECT %s, %s, word, %s, weight FROM unnest(%s::bigint[], %s::float8[]) AS weighed(word, weight)
)
INSERT INTO knowledge_searchedtext (contract_id, kind, object_id, words) VALUES (%s, %s, %s, %s)
"""


def weights_of(*, title: Sequence[str], body: Sequence[str]) -> dict[str, float]:
    """Return each word's weighted frequency over both fields.

    BM25F (Zaragoza, Craswell, Taylor, Saria, Robertson 2004) with fixed usual lengths in place of collection means, so
    that a text's weights never change because another text came.
    """
    weights: Counter[str] = Counter()
    for field, words in ((TITLE, title), (BODY, body)):
        share = field.length_share
        norm = (1 - share) + share * len(words) / field.usual_length
        for word, count in Counter(words).items():
            weights[word] += field.weight * count / norm  # type: ignore[assignment]  # a counter of reals
    return {word: round(float(weight), 3) for word, weight in weights.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text to be found: what it is, and its fields."""

    kind: TextKind
    object_id: int
    title: str
    body: str


def file_texts(*, contract: Contract, texts: Sequence[Text], are_new: bool = False) -> None:
    """File texts under their words, in the place of what they said before."""
    weighed = weigh_texts([(text.title, text.body) for text in texts])
    with transaction.atomic(savepoint=False):
        if not are_new:
            for text in texts:
                withdraw_text(contract=contract, kind=text.kind, object_id=text.object_id)
        keys = [(text.kind, text.object_id) for text in texts]
        file_weighed(contract=contract, weighed=list(zip(keys, weighed, strict=True)))


def weigh_texts(texts: Sequence[tuple[str, str]]) -> list[dict[int, float]]:
    """Return the numbers of each text's words (title, body) with their weights; new words are added."""
    weighed = [weights_of(title=words_of(title), body=words_of(body)) for title, body in texts]
    ids = word_ids({word for weights in weighed for word in weights})
    return [{ids[word]: weight for word, weight in weights.items()} for weights in weighed]


def file_weighed(*, contract: Contract, weighed: Sequence[tuple[tuple[TextKind, int], Mapping[int, float]]]) -> None:
    """File new texts, each by its kind and number, under their weighed words."""
    if len(weighed) == 1 and connection.vendor == "postgresql":
        ((kind, object_id), weights) = weighed[0]
        text = (contract.pk, kind.value, object_id)
        run(FILE_ONE, [*text, list(weights), list(weights.values()), *text, _listed(weights)])
        return
    postings = [
        (contract.pk, kind.value, word, object_id, weight)
        for (kind, object_id), weights in weighed
        for word, weight in weights.items()
    ]
    columns = ("contract_id", "kind", "word_id", "object_id", "weight")
    insert_rows(table="knowledge_searchposting", columns=columns, rows=postings)
    filed = [(contract.pk, kind.value, object_id, _listed(weights)) for (kind, object_id), weights in weighed]
    insert_rows(table="knowledge_searchedtext", columns=("contract_id", "kind", "object_id", "words"), rows=filed)


def _listed(words: Iterable[int]) -> str:
    return ",".join(str(word) for word in words)


def withdraw_text(*, contract: Contract, kind: TextKind, object_id: int) -> None:
    """Take a text out of the index, or out of what waits to be filed."""
    WaitingText.objects.filter(contract=contract, kind=kind, object_id=object_id).delete()
    filed = SearchedText.objects.filter(kind=kind, object_id=object_id, contract=contract)
    words = filed.values_list("words", flat=True).first()
    if words is None:
        return
    numbers = [int(each) for each in words.split(",") if each]
    SearchPosting.objects.filter(contract=contract, kind=kind, word_id__in=numbers, object_id=object_id).delete()
    filed.delete()


def forget_words(text: str) -> None:
    """Take the words of a text, such as a person's name, out of the list of words where no text holds them any more."""
    words = list(SearchWord.objects.filter(text__in=words_of(text)))
    held = set(SearchPosting.objects.filter(word__in=words).values_list("word_id", flat=True).distinct())
    for word in words:
        if word.pk not in held:
            _known.pop(word.text, None)
            # the number stays taken: a process that remembers it must not find another word under it
            SearchWord.objects.filter(pk=word.pk).update(text=f"\x1f{word.pk}")


def withdraw_texts(*, contract: Contract, kind: TextKind, object_ids: Sequence[int]) -> None:
    """Take many texts out of the index at one go, or out of what waits to be filed."""
    WaitingText.objects.filter(contract=contract, kind=kind, object_id__in=object_ids).delete()
    filed = SearchedText.objects.filter(contract=contract, kind=kind, object_id__in=object_ids)
    words = {int(each) for listed in filed.values_list("words", flat=True) for each in listed.split(",") if each}
    for start in range(0, len(numbers := sorted(words)), ROWS_AT_ONCE):
        part = numbers[start : start + ROWS_AT_ONCE]
        SearchPosting.objects.filter(contract=contract, kind=kind, word_id__in=part, object_id__in=object_ids).delete()
    filed.delete()


def word_ids(words: Iterable[str], *, may_add: bool = True) -> dict[str, int]:
    """Return the numbers of words; unknown ones are added, or left out."""
    asked = set(words)
    missing = sorted(asked - _known.keys())
    found = _asked_for(missing, may_add=may_add) if missing else {}
    new = [word for word in missing if word not in found] if may_add else []
    if new:
        SearchWord.objects.bulk_create([SearchWord(text=word) for word in new], ignore_conflicts=True)
        found |= dict(SearchWord.objects.filter(text__in=new).values_list("text", "pk"))
    if found:
        # a word of a transaction that is rolled back never was
        transaction.on_commit(lambda: _remember(found))
    return {word: number for word in asked if (number := _known.get(word) or found.get(word)) is not None}


def _asked_for(words: list[str], *, may_add: bool) -> dict[str, int]:
    """Return the numbers that the database knows; one that adds on the way leaves out what others are adding."""
    if connection.vendor != "postgresql":
        return dict(SearchWord.objects.filter(text__in=words).values_list("text", "pk"))
    rows = rows_of(KNOWN_OR_ADDED, [words, words]) if may_add else rows_of(KNOWN, [words])
    return {str(text): int(number) for text, number in rows}


def _remember(found: dict[str, int]) -> None:
    if len(_known) > WORDS_KEPT:
        _known.clear()
    _known.update(found)
