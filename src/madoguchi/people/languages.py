"""The reader's language: of the two the product speaks, the one that is on."""

from collections.abc import Iterable

from django.utils.translation import get_language

from madoguchi.core.vocabulary import LabelledEnum


def is_japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def language_on() -> str:
    """Return "ja" or "en"."""
    return "ja" if is_japanese() else "en"


def label_of(word: LabelledEnum) -> str:
    """Return a stored word as the reader says it."""
    return word.label if is_japanese() else word.label_en


def listed(texts: Iterable[object]) -> str:
    """Return texts one after the other, as the reader's language parts them."""
    return ("、" if is_japanese() else ", ").join(str(each) for each in texts)
