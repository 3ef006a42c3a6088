"""Writes on kept documents: open, write, remark, approve, and who is sent what."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import MadoguchiError
from madoguchi.documents.checking import Checked
from madoguchi.documents.models import Document, DocumentComment, DocumentText, DocumentVersion, Sending
from madoguchi.documents.queries import current_texts
from madoguchi.reports.tree import report_of, tree_of
from madoguchi.reports.write_pdf import write_pdf


class StaleTextError(MadoguchiError):
    """Somebody else saved this text meanwhile. Compare with what it says now and save again."""


class NotReadyError(MadoguchiError):
    """Something stands against an approval. See what the checks found."""


class OpenCommentError(MadoguchiError):
    """A remark on this document is still open. Settle it first."""


@transaction.atomic
def open_document(*, access: Access, kind: str, label: str, period: Period, at: datetime) -> Document:
    """Open a document, or return the one there is."""
    access.require(Right.WRITE_DOCUMENTS)
    document, is_new = Document.objects.get_or_create(
        contract=access.contract, kind=kind, label=label,
        defaults={"start_date": period.start_date, "end_date": period.end_date, "opened_at": at},
    )  # fmt: skip
    if is_new:
        _record(access, "open_document", document, at, {"kind": kind, "label": label})
    return document


@transaction.atomic
def write_text(*, access: Access, document: Document, name: str, text: str, number: int, at: datetime) -> DocumentText:
    """Save a text. Raises StaleTextError where `number` is not the latest save of it."""
    access.require(Right.WRITE_DOCUMENTS)
    locked = _locked(access, document)
    latest = locked.texts.filter(name=name).aggregate(latest=Max("number"))["latest"] or 0
    if latest != number:
        raise StaleTextError(str(StaleTextError.__doc__))
    saved = DocumentText.objects.create(
        document=locked, name=name, number=latest + 1, text=text, author=access.person, at=at
    )
    _record(access, "write_document_text", locked, at, {"name": name, "number": saved.number})
    return saved


@transaction.atomic
def add_comment(*, access: Access, document: Document, body: str, at: datetime) -> DocumentComment:
    access.require(Right.SEE_FIGURES)
    locked = _locked(access, document)
    comment = DocumentComment.objects.create(document=locked, author=access.person, at=at, body=body)
    _record(access, "comment_on_document", locked, at, {"comment": comment.pk})
    return comment


@transaction.atomic
def settle_comment(*, access: Access, document: Document, comment_id: int, at: datetime) -> None:
    """Settle a remark; one that is settled, or of another document, changes nothing."""
    access.require(Right.WRITE_DOCUMENTS)
    locked = _locked(access, document)
    if locked.comments.filter(pk=comment_id, settled_at__isnull=True).update(settled_at=at):
        _record(access, "settle_document_comment", locked, at, {"comment": comment_id})


@transaction.atomic
def approve_document(
    *, access: Access, document: Document, checked: Checked, change_note: str, at: datetime
) -> DocumentVersion:
    """Keep a document as a new version: its texts, its content as data and its PDF with the hash.

    Raises NotReadyError where something stands against it, OpenCommentError while a remark is open.
    """
    access.require(Right.APPROVE_DOCUMENTS)
    locked = _locked(access, document)
    if not checked.may_be_approved:
        raise NotReadyError(str(NotReadyError.__doc__))
    if locked.comments.filter(settled_at__isnull=True).exists():
        raise OpenCommentError(str(OpenCommentError.__doc__))
    report = checked.built.report
    pdf = write_pdf(report=report)
    locked.latest_version += 1
    locked.save(update_fields=["latest_version"])
    version = DocumentVersion.objects.create(
        document=locked, number=locked.latest_version, approved_by=access.person, approved_at=at,
        issued_date=report.issued_date, change_note=change_note, texts=current_texts(locked), tree=tree_of(report),
        months={each.month.isoformat(): each.revision for each in checked.months},
        pdf=pdf, pdf_sha256=hashlib.sha256(pdf).hexdigest(),
    )  # fmt: skip
    _record(access, "approve_document", locked, at, {"number": version.number, "sha256": version.pdf_sha256})
    return version


def rewrite_version(version: DocumentVersion) -> None:
    """Write an approved version's file anew from its content, of which somebody's name was taken out.

    The hash of what was approved stays in the history.
    """
    version.pdf = write_pdf(report=report_of(version.tree))
    version.pdf_sha256 = hashlib.sha256(version.pdf).hexdigest()
    version.save()


@transaction.atomic
def add_sending(*, access: Access, kind: str, day: int, mail: str, at: datetime) -> Sending:
    """Send a kind of document to an address each month; asked twice, the day is the latest."""
    access.require(Right.APPROVE_DOCUMENTS)
    sending, _ = Sending.objects.update_or_create(contract=access.contract, kind=kind, mail=mail, defaults={"day": day})
    entry = Entry(act="add_sending", subject=f"sending:{sending.pk}", details={"kind": kind, "day": day})
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])
    return sending


@transaction.atomic
def end_sending(*, access: Access, sending_id: int, at: datetime) -> None:
    """End a sending; one that is not there changes nothing."""
    access.require(Right.APPROVE_DOCUMENTS)
    if Sending.objects.filter(contract=access.contract, pk=sending_id).delete()[0]:
        entry = Entry(act="end_sending", subject=f"sending:{sending_id}")
        record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])


def _locked(access: Access, document: Document) -> Document:
    return Document.objects.select_for_update().get(pk=document.pk, contract=access.contract)


def _record(access: Access, act: str, document: Document, at: datetime, details: dict[str, object]) -> None:
    entry = Entry(act=act, subject=f"document:{document.pk}", details=details)
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])
