"""Readings of a document that many checks share: made when first asked for, and kept as long as the document."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from madoguchi.review.document import Document

Read = TypeVar("Read")


def once_a_document(read: Callable[[Document], Read]) -> Callable[[Document], Read]:
    """Return a reading that is made once for each document; what it returns must not be changed."""
    kept: WeakKeyDictionary[Document, Read] = WeakKeyDictionary()

    @wraps(read)
    def kept_or_read(document: Document) -> Read:
        if document not in kept:
            kept[document] = read(document)
        return kept[document]

    return kept_or_read
