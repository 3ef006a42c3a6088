"""Reads on kept documents."""

from django.db.models import F, Max, QuerySet
from django.db.models.expressions import Window

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.documents.models import CallSending, CallSent, Document, DocumentText, DocumentVersion, Sending


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


def call_sendings_of(access: Access) -> QuerySet[CallSending]:
    access.require(Right.MANAGE)
    running = CallSending.objects.filter(contract=access.contract, ended_at__isnull=True)
    return running.select_related("person")


def sent_call_reports(access: Access) -> QuerySet[CallSent]:
    """Return what was sent, or was not and why, the latest in front."""
    access.require(Right.MANAGE)
    return CallSent.objects.filter(sending__contract=access.contract).select_related("sending__person")
