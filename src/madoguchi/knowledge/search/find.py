"""Ranking what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from django.db import connection
from django.db.backends.utils import CursorWrapper

from madoguchi.contracts.models import Contract
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
    numbers = list(ids.values())
    with connection.cursor() as cursor:
        rarities = _rarities(cursor, contract.pk, kind, numbers) if len(numbers) > 1 else {numbers[0]: 1.0}
        cursor.execute(*_ranking(contract.pk, kind, rarities, needs_all=needs_all, limit=limit))
        found = cursor.fetchall()
    return Found(object_ids=tuple(row[0] for row in found), count=found[0][1] if found else 0, words=words)


def _rarities(cursor: CursorWrapper, contract_id: int, kind: TextKind, numbers: Sequence[int]) -> dict[int, float]:
    """Return each word's rarity in the contract: the fewer texts hold it, the more it tells."""
    places = ", ".join(["%s"] * len(numbers))
    cursor.execute(
        "SELECT word_id, count(*) FROM knowledge_searchposting "  # noqa: S608  # places are placeholders
        f"WHERE contract_id = %s AND kind = %s AND word_id IN ({places}) GROUP BY word_id",
        [contract_id, kind.value, *numbers],
    )
    counts = dict(cursor.fetchall())
    return {number: log(1 + TEXTS_ASSUMED / (1 + counts.get(number, 0))) for number in numbers}


def _ranking(
    contract_id: int, kind: TextKind, rarities: dict[int, float], *, needs_all: bool, limit: int
) -> tuple[str, list[str | float]]:
    """Return the query of the best texts, each with the count of all; one word's rarity is the same for every text."""
    places = ", ".join(["%s"] * len(rarities))
    cases = " ".join("WHEN %s THEN %s" for _ in rarities)
    given: list[str | float] = [value for pair in rarities.items() for value in pair]
    having = " HAVING count(*) = %s" if needs_all and len(rarities) > 1 else ""
    statement = (
        "SELECT object_id, count(*) OVER () FROM (SELECT object_id, "  # noqa: S608  # places are placeholders
        f"sum(CASE word_id {cases} END * weight / (weight + {SATURATION})) AS score FROM knowledge_searchposting "
        f"WHERE contract_id = %s AND kind = %s AND word_id IN ({places}) GROUP BY object_id{having}) AS found "
        "ORDER BY score DESC, object_id DESC LIMIT %s"
    )
    wanted: list[str | float] = [contract_id, kind.value, *rarities, *([len(rarities)] if having else []), limit]
    return statement, given + wanted
