"""Reads on kept documents."""

from django.db.models import F, Max, QuerySet
from django.db.models.expressions import Window

from madoguchi.contracts.access import Access
from madoguchi.documents.models import Document, DocumentText, DocumentVersion, Sending


def documents_of(access: Access) -> QuerySet[Document]:
    return Document.objects.filter(contract=access.contract)


def latest_texts(document: Document) -> list[DocumentText]:
    """Return the latest save of each text, in the order of their names."""
    saves = document.texts.annotate(latest=Window(Max("number"), partition_by=[F("name")]))
    return list(saves.filter(number=F("latest")).select_related("author").order_by("name"))


def current_texts(document: Document) -> dict[str, str]:
    return {each.name: each.text for each in latest_texts(document)}


def versions_of(document: Document) -> QuerySet[DocumentVersion]:
    """Return the approved versions without their files."""
    return document.versions.defer("pdf", "tree", "texts").select_related("approved_by")


def sendings_of(access: Access) -> QuerySet[Sending]:
    return Sending.objects.filter(contract=access.contract)
