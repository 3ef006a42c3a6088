"""Reports on calls by mail: who is sent which, and the sending itself, once for each time it is due."""

from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, access_to, people_of
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.calendar.periods import Period
from madoguchi.core.call_vocabulary import CallReport, Rhythm, SentState
from madoguchi.core.calls.build import report_of
from madoguchi.core.calls.counted import NoCountingError
from madoguchi.documents.models import CallSending, CallSent
from madoguchi.documents.rules import latest_due
from madoguchi.people.models import Person
from madoguchi.people.rules import one_line
from madoguchi.quality.calls import data_of_calls
from madoguchi.reports.call_document import call_document

MOST_TRIES = 5
BETWEEN_TRIES = timedelta(minutes=10)


@transaction.atomic
def add_call_sending(
    *, access: Access, person: Person, report: CallReport, rhythm: Rhythm, hour: int, at: datetime
) -> CallSending:
    """Send somebody a report from the next time it is due; asked twice, the hour is the latest.

    Raises Http404 for who may not have it.
    """
    access.require(Right.MANAGE)
    if not receivers_of(access, at=at).filter(pk=person.pk).exists():
        raise Http404
    sending, _is_new = CallSending.objects.update_or_create(
        contract=access.contract, person=person, report=report.value, rhythm=rhythm.value, ended_at=None,
        defaults={"hour": hour, "begun_at": at},
    )  # fmt: skip
    details = {"person": person.key, "report": report.value, "rhythm": rhythm.value, "hour": hour}
    _note(access, "add_call_sending", sending, at=at, details=details)
    return sending


@transaction.atomic
def end_call_sending(*, access: Access, sending_id: int, at: datetime) -> None:
    """End a sending and keep what was sent. Raises Http404 where there is none."""
    access.require(Right.MANAGE)
    running = CallSending.objects.filter(contract=access.contract, pk=sending_id, ended_at__isnull=True)
    if not running.update(ended_at=at):
        raise Http404
    _note(access, "end_call_sending", CallSending(pk=sending_id), at=at, details={})


def receivers_of(access: Access, *, at: datetime) -> QuerySet[Person]:
    """Return who may be sent a contract's reports: those who may take them out themselves."""
    return people_of(contract=access.contract, day=timezone.localdate(at), kinds=RIGHTS[Right.EXPORT]).exclude(mail="")


def send_due_call_reports(*, now: datetime) -> int:
    """Send every report that is due and was not sent yet. Returns how many mails went out.

    What was due while nobody was there to send it is not made up for: only the latest time counts.
    """
    sendings = CallSending.objects.filter(ended_at__isnull=True).select_related("contract", "person").order_by("pk")
    return sum(_send_if_due(each, now=now) for each in sendings)


def _send_if_due(sending: CallSending, *, now: datetime) -> bool:
    due_at, period = latest_due(rhythm=Rhythm(sending.rhythm), hour=sending.hour, local=timezone.localtime(now))
    if due_at < sending.begun_at:
        return False
    claimed = _claim(sending, period, now=now)
    if claimed is None:
        return False
    state = _send(sending, period, now=now)
    CallSent.objects.filter(pk=claimed.pk).update(state=state.value)
    return state is SentState.SENT


def _claim(sending: CallSending, period: Period, *, now: datetime) -> CallSent | None:
    """Take a sending for this run, None where it was done, is being done, or failed a moment ago.

    Who stops between this and the mail leaves it marked as being sent: a report can be fetched at the desk, one
    that went out twice cannot be taken back.
    """
    row, is_new = CallSent.objects.get_or_create(
        sending=sending, end_date=period.end_date,
        defaults={"start_date": period.start_date, "state": SentState.UNDERWAY.value, "tried_at": now},
    )  # fmt: skip
    if is_new:
        return row
    failed = CallSent.objects.filter(
        pk=row.pk, state=SentState.FAILED.value, try_count__lt=MOST_TRIES, tried_at__lte=now - BETWEEN_TRIES
    )
    taken = failed.update(state=SentState.UNDERWAY.value, try_count=F("try_count") + 1, tried_at=now)
    return row if taken else None


def _send(sending: CallSending, period: Period, *, now: datetime) -> SentState:
    try:
        access = access_to(person=sending.person, contract_key=sending.contract.key, day=timezone.localdate(now))
    except Http404:
        return SentState.REFUSED
    if not access.may(Right.EXPORT) or not sending.person.mail:
        return SentState.REFUSED
    try:
        mail = _mail(sending, period, now=now)
        mail.send()
    except (OSError, NoCountingError):  # an SMTP fault is an OSError
        return SentState.FAILED
    details = {"report": sending.report, "first": str(period.start_date), "end": str(period.end_date), "by": "mail"}
    entry = Entry(act="export_calls", subject="calls", details=details)
    record(chain=access.contract.key, at=now, actor=sending.person.key, entries=[entry])
    return SentState.SENT


def _mail(sending: CallSending, period: Period, *, now: datetime) -> EmailMessage:
    from madoguchi.reports.writing import written  # noqa: PLC0415  # only who sends loads it

    asked, language = CallReport(sending.report), sending.person.language
    data = data_of_calls(contract=sending.contract, period=period)
    document = call_document(
        data=data, table=report_of(data, asked), asked=asked, is_behind=False, period=period,
        issued_date=timezone.localdate(now), language=language,
    )  # fmt: skip
    label = asked.label if language == "ja" else asked.label_en
    days = f"{period.start_date} – {period.end_date - timedelta(days=1)}"
    mail = EmailMessage(
        subject=one_line(f"[窓口] {sending.contract.name} {document.title} {label} {days}", longest=300),
        body=f"{document.title} {label}\n{days}\n\n{sending.contract.name}\n", to=[sending.person.mail],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    name = f"calls-{asked.value}-{sending.contract.key}-{period.start_date}.pdf"
    mail.attach(name, written(report=document, kind="pdf"), "application/pdf")
    return mail


def _note(access: Access, act: str, sending: CallSending, *, at: datetime, details: dict[str, object]) -> None:
    entry = Entry(act=act, subject=f"call_sending:{sending.pk}", details=details)
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])
