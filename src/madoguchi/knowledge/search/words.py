"""The words of a Japanese text in their normal form."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

SILENT = frozenset(("助詞", "助動詞", "補助記号", "空白", "記号"))
MAX_CHARACTERS = 20_000
MAX_WORD = 60
CHUNK = 4_000


@lru_cache(maxsize=1)
def _tokenizer() -> Any:  # noqa: ANN401  # the library has no types
    from sudachipy import Dictionary, SplitMode  # noqa: PLC0415  # its dictionary is large: only who searches loads it

    return Dictionary(dict="core").tokenizer(mode=SplitMode.A)


def spans_of(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each word that carries meaning, with where it stands: Sudachi's short units in their normal form.

    Particles and signs are silent. Texts beyond 20,000 characters are cut there.
    """
    for start in range(0, min(len(text), MAX_CHARACTERS), CHUNK):
        for token in _tokenizer().tokenize(text[start : start + CHUNK]):
            word = token.normalized_form().casefold()[:MAX_WORD].strip()
            if word and token.part_of_speech()[0] not in SILENT:
                yield start + token.begin(), start + token.end(), word


def words_of(text: str) -> list[str]:
    return [word for _, _, word in spans_of(text)]
