"""The words of a Japanese text in their normal form."""

import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

SILENT = frozenset(("助詞", "助動詞", "補助記号", "空白", "記号"))
MAX_CHARACTERS = 20_000
MAX_WORD = 60
CHUNK = 4_000
MAX_BYTES = 40_000


_own = threading.local()


@lru_cache(maxsize=1)
def _dictionary() -> Any:  # noqa: ANN401  # the library has no types
    from sudachipy import Dictionary  # noqa: PLC0415  # it is large: only who searches loads it

    return Dictionary(dict="core")


def _tokenizer() -> Any:  # noqa: ANN401
    """Return this thread's tokenizer: one that another thread is using refuses to work."""
    if not hasattr(_own, "tokenizer"):
        from sudachipy import SplitMode  # noqa: PLC0415

        _own.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    return _own.tokenizer


def spans_of(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each word that carries meaning, with where it stands: Sudachi's short units in their normal form.

    Particles and signs are silent. Texts beyond 20,000 characters are cut there.
    """
    for start, part in _parts(text[:MAX_CHARACTERS]):
        for token in _tokenizer().tokenize(part):
            word = token.normalized_form().casefold()[:MAX_WORD].strip()
            if word and token.part_of_speech()[0] not in SILENT:
                yield start + token.begin(), start + token.end(), word


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield pieces the tokenizer takes: it refuses 49,149 bytes, and one Arabic ligature spells out to 33 of them."""
    for start in range(0, len(text), CHUNK):
        part = text[start : start + CHUNK]
        is_long = len(unicodedata.normalize("NFKC", part).encode()) > MAX_BYTES
        step = CHUNK // 4 if is_long else CHUNK
        for inner in range(0, len(part), step):
            yield start + inner, part[inner : inner + step]


def words_of(text: str) -> list[str]:
    return [word for _, _, word in spans_of(text)]
