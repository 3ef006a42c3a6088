"""Background work on documents: those approved go by mail to who is to have them."""

from datetime import date

from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from madoguchi.documents.call_sendings import send_due_call_reports
from madoguchi.documents.models import Document, DocumentVersion, Sending


@task(queue_name="notices")
def send_documents() -> int:
    """Send the documents that are due. Returns how many mails went out."""
    return send_due_documents(day=timezone.localdate())


@task(queue_name="notices")
def send_call_reports() -> int:
    """Send the reports on calls that are due. Returns how many mails went out."""
    return send_due_call_reports(now=timezone.now())


def send_due_documents(*, day: date) -> int:
    """Send each approved document once to each address, from the day of the month on; a correction is sent again."""
    sent = 0
    for sending in Sending.objects.filter(day__lte=day.day).select_related("contract"):
        version = _newest(sending, day)
        if version is None or (sending.latest_document_id, sending.latest_number) == (
            version.document_id, version.number,
        ):  # fmt: skip
            continue
        # marked before it is sent: a lost document can be fetched from the desk, one sent twice cannot be taken back
        marked = Sending.objects.filter(
            pk=sending.pk, latest_document=sending.latest_document_id, latest_number=sending.latest_number
        ).update(latest_document=version.document_id, latest_number=version.number)
        if marked:
            sending_mail(sending, version).send()
            sent += 1
    return sent


def _newest(sending: Sending, day: date) -> DocumentVersion | None:
    """Return the latest version of the latest document that ended by now."""
    document = (
        Document.objects.filter(
            contract=sending.contract_id, kind=sending.kind, end_date__lte=day, latest_version__gt=0
        )
        .order_by("-end_date", "-pk")
        .first()
    )
    return None if document is None else document.versions.select_related("document").order_by("-number").first()


def sending_mail(sending: Sending, version: DocumentVersion) -> EmailMessage:
    document = version.document
    title = str(version.tree["title"])
    body = f"{title}（第{version.number}版）\n\nSHA-256: {version.pdf_sha256}\n\n{sending.contract.name}\n"
    mail = EmailMessage(
        subject=" ".join(f"[窓口] {title} 第{version.number}版".split()), body=body, to=[sending.mail],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    name = f"{sending.contract.key}-{document.kind}-{document.label or 'all'}-v{version.number}.pdf"
    mail.attach(name, bytes(version.pdf), "application/pdf")
    return mail
