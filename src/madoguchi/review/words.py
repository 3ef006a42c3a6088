"""The words of a clause with their parts of speech, as Sudachi's dictionary divides it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import local
from typing import Any

from madoguchi.review.document import Document, Span

CLAUSE = re.compile(r"[^、。,.!?\n\t\v「」『』()【】・:;]+")
LONGEST = 4_000
"""Far below what the dictionary refuses, and far above a clause of any report."""
_OF_THREAD = local()


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One word: where it begins in its clause, as written, its base form and what it is."""

    start: int
    text: str
    base: str
    part: tuple[str, ...]
    is_unknown: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def group(self) -> str:
        return self.part[0]

    @property
    def form(self) -> str:
        return self.part[5]


def clauses_of(document: Document) -> Iterator[Span]:
    """Yield what stands between marks and edges of the running text."""
    for match in CLAUSE.finditer(document.flow):
        for start in range(match.start(), match.end(), LONGEST):
            end = min(start + LONGEST, match.end())
            yield Span(start=start, end=end, text=document.flow[start:end])


def words_in(text: str) -> Sequence[Word]:
    return [
        Word(
            start=each.begin(),
            text=each.surface(),
            base=each.dictionary_form(),
            part=each.part_of_speech(),
            is_unknown=each.is_oov(),
        )
        for each in _tokenizer("A").tokenize(text)
    ]


def cost_of(text: str) -> int:
    """Return how unlikely the dictionary holds a run of words, in its own measure; short units have none."""
    cost: int = _tokenizer("C").tokenize(text).get_internal_cost()
    return cost


@lru_cache(maxsize=20_000)
def is_common_word(text: str) -> bool:
    """Say whether the dictionary holds a text as one word that is no name."""
    words = words_in(text)
    return len(words) == 1 and not words[0].is_unknown and words[0].part[1] != "固有名詞"


@lru_cache(maxsize=1)
def _dictionary() -> Any:  # noqa: ANN401  # the library has no types
    from sudachipy import Dictionary  # noqa: PLC0415  # it is large: only a review loads it

    return Dictionary(dict="core")


def _tokenizer(unit: str) -> Any:  # noqa: ANN401  # as above
    """Return this thread's tokenizer: one that two threads use at once refuses the second."""
    if not hasattr(_OF_THREAD, unit):
        from sudachipy import SplitMode  # noqa: PLC0415  # as above

        setattr(_OF_THREAD, unit, _dictionary().tokenizer(mode=getattr(SplitMode, unit)))
    return getattr(_OF_THREAD, unit)
