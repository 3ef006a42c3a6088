"""Texts that are kept and read later, by readers of either language: a text of the catalogue with its values."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from django.utils.translation import gettext

from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import LabelledEnum
from madoguchi.people.languages import is_japanese, listed

Value = Union[str, int, "Said", "Both", Sequence["Value"]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Both:
    """A value that is called differently in the two languages."""

    ja: str
    en: str

    def __str__(self) -> str:
        return self.ja if is_japanese() else self.en


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A text of the catalogue with what stands in it; as a string it is in the language that is on."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.text) % {name: _shown(each) for name, each in self.values.items()}


def say(text: str, /, **values: Value) -> Said:
    """Return a text to be kept; scripts/catalogue.py asks its English, as of gettext's."""
    return Said(text=text, values=values)


def word_said(word: LabelledEnum) -> Both:
    """Return a stored word as either reader says it."""
    return Both(ja=word.label, en=word.label_en)


class SaidError(MadoguchiError):
    """An expected failure whose texts are read in the language of their reader, also after they were kept."""

    def __init__(self, *said: Said) -> None:
        self.said = said
        super().__init__(*(each.text for each in said))

    def __str__(self) -> str:
        return " ".join(str(each) for each in self.said)


def error_kept(error: MadoguchiError) -> str:
    """Return an expected failure as it is kept in a text column."""
    return kept(error.said) if isinstance(error, SaidError) else str(error)


def _shown(value: Value) -> str | int:
    if isinstance(value, str | int):
        return value
    return str(value) if isinstance(value, Said | Both) else listed(_shown(each) for each in value)


def as_json(value: Value) -> Any:  # noqa: ANN401  # JSON
    """Return a text or a value of one as it is kept in a JSON column."""
    if isinstance(value, Said):
        return {"text": value.text, "values": {name: as_json(each) for name, each in value.values.items()}}
    if isinstance(value, Both):
        return {"ja": value.ja, "en": value.en}
    return value if isinstance(value, str | int) else [as_json(each) for each in value]


def from_json(kept: Any) -> Value:  # noqa: ANN401  # JSON
    """Return what was kept; a plain text, from before texts were kept so, stays as it was written."""
    if isinstance(kept, list):
        return tuple(from_json(each) for each in kept)
    if isinstance(kept, dict) and kept.keys() == {"text", "values"}:
        return Said(text=kept["text"], values={name: from_json(each) for name, each in kept["values"].items()})
    if isinstance(kept, dict) and kept.keys() == {"ja", "en"}:
        return Both(ja=kept["ja"], en=kept["en"])
    return kept if isinstance(kept, int) else str(kept)


def kept(texts: Iterable[Said]) -> str:
    """Return texts as they are kept together in a text column; none is an empty string."""
    found = [as_json(each) for each in texts]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else ""


def retold(stored: str) -> str:
    """Return what a text column keeps, in the reader's language, or as it stands where it was written as plain text."""
    if not stored.startswith('[{"text":'):
        return stored
    try:
        return " ".join(str(from_json(each)) for each in json.loads(stored))
    except (ValueError, KeyError, TypeError, AttributeError):
        # written by a stranger to look like what we keep
        return stored
