"""Reviews a few lines, for tests."""

from madoguchi.review.document import Document, make_document
from madoguchi.review.findings import Finding, Kind, Level
from madoguchi.review.review import review_document


def document_of(text: str) -> Document:
    return make_document(text.strip("\n").split("\n"))


def reviewed(text: str) -> tuple[Finding, ...]:
    return review_document(document=document_of(text))


def of_kind(text: str, kind: Kind) -> list[tuple[str, str]]:
    """Return what is printed and what is right, for each finding of a kind."""
    return [(each.printed, each.right) for each in reviewed(text) if each.kind is kind]


def weighty(text: str) -> list[tuple[str, str, str]]:
    """Return every finding but those of notation."""
    return [(each.kind.value, each.printed, each.right) for each in reviewed(text) if each.level is not Level.NOTATION]
