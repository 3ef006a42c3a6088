"""Places that nothing comes from any more: noticed in opening hours, mailed once, over by itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from madoguchi.contracts.access import people_of
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.elapsed import elapsed_business_seconds
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.core.quality_vocabulary import Arrival
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.operations.notices import is_open_at
from madoguchi.people.models import Person
from madoguchi.people.rules import one_line
from madoguchi.quality.arrivals import Heard, arrivals
from madoguchi.quality.models import Silence, SilenceMail

MAILED = frozenset((RoleKind.OPERATIONS_MANAGER, RoleKind.ADMINISTRATOR))
HOUR_SECONDS = 3600
NEVER = 0
# what is usual is not known from fewer arrivals
FEWEST_ARRIVALS = 10
# hours of opening: never sooner than this; and where nothing is usual yet
LEAST_HOURS = {Arrival.MAILBOX: 2, Arrival.TELEPHONE: 1, Arrival.MONITORING: 8, Arrival.CALL_FILES: 8}
FIRST_HOURS = {Arrival.MAILBOX: 8, Arrival.TELEPHONE: 1, Arrival.MONITORING: 40, Arrival.CALL_FILES: 24}


def allowed_seconds(kind: Arrival, gaps: Sequence[int], *, set_hours: int | None) -> int:
    """Return for how long of opening time a place may be silent.

    As was set; else half as long again as the longest of the usual gaps, where enough of them are known.
    """
    if set_hours is not None:
        return set_hours * HOUR_SECONDS
    if kind is Arrival.TELEPHONE:
        # somebody who is listened to without a pause has no usual gap
        return LEAST_HOURS[kind] * HOUR_SECONDS
    if len(gaps) + 1 < FEWEST_ARRIVALS:
        return FIRST_HOURS[kind] * HOUR_SECONDS
    return max(LEAST_HOURS[kind] * HOUR_SECONDS, max(gaps) * 3 // 2)


def note_silences(*, now: datetime) -> int:
    """Look at each contract whose desk is open: leave an alarm where a place fell silent, end those that are over.

    Returns how many alarms are new.
    """
    today = timezone.localdate(now)
    running = Contract.objects.filter(start_date__lte=today, end_date__gt=today, definitions__isnull=False)
    return sum(_look_at(contract, now=now) for contract in running.distinct().order_by("pk"))


def _look_at(contract: Contract, *, now: datetime) -> int:
    heard = list(arrivals(contract, now=now))
    promised = definitions_on(contract=contract, day=timezone.localdate(now)).promised
    known = {(each.kind, each.name): each for each in Silence.objects.filter(contract=contract, ended_at=None)}
    silent = {(each.kind.value, each.key): each for each in heard if is_silent(each, promised=promised, now=now)}
    over = [each.pk for key, each in known.items() if key not in silent]
    Silence.objects.filter(pk__in=over, ended_at=None).update(ended_at=now)
    if not is_open_at(promised.calendar, now):
        return 0
    new = [
        Silence(contract=contract, kind=kind, name=name, latest_at=each.moments[-1], noticed_at=now)
        for (kind, name), each in silent.items()
        if (kind, name) not in known
    ]
    Silence.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def is_silent(heard: Heard, *, promised: Promised, now: datetime) -> bool:
    set_hours = _set_hours(heard, promised)
    if not heard.moments or heard.is_there or set_hours == NEVER:
        return False
    gaps = [_open_seconds(promised.calendar, before, after) for before, after in pairwise(heard.moments)]
    allowed = allowed_seconds(heard.kind, gaps, set_hours=set_hours)
    return _open_seconds(promised.calendar, heard.moments[-1], now) > allowed


def _set_hours(heard: Heard, promised: Promised) -> int | None:
    """Return the hours that the contract says; else those of the whole installation, but not of a telephone system."""
    hours = promised.silent_hours(heard.kind, name=heard.key)
    if hours is None and heard.kind is not Arrival.TELEPHONE:
        return settings.SILENT_HOURS
    return hours


def _open_seconds(calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    return elapsed_business_seconds(calendar=calendar, start=start, end=end)


def mail_silences(*, now: datetime) -> int:
    """Mail managers and administrators each alarm once, one mail a contract. Returns how many mails were sent.

    A mail that could not be sent is tried again with the next run, to nobody else. Nothing goes out while the desk is
    closed.
    """
    today, sent = timezone.localdate(now), 0
    waiting = Silence.objects.filter(ended_at=None, mailed_at=None)
    for contract in Contract.objects.filter(pk__in=waiting.values("contract")).order_by("pk"):
        if not is_open_at(definitions_on(contract=contract, day=today).promised.calendar, now):
            continue
        alarms = list(waiting.filter(contract=contract).order_by("pk"))
        people = [each for each in people_of(contract=contract, day=today, kinds=MAILED) if each.mail]
        told = [_tell(contract, person, alarms, now=now) for person in people]
        sent += told.count(True)
        if None not in told:
            waiting.filter(pk__in=[each.pk for each in alarms]).update(mailed_at=now)
    return sent


def _tell(contract: Contract, person: Person, alarms: Sequence[Silence], *, now: datetime) -> bool | None:
    """Return whether a mail was sent: not where the person knows of all alarms, None where it has to be tried again."""
    known = set(SilenceMail.objects.filter(silence__in=alarms, person=person).values_list("silence", flat=True))
    new = [each for each in alarms if each.pk not in known]
    mails = [SilenceMail(silence=each, person=person, mailed_at=now) for each in new]
    try:
        # kept before it is sent, so that two runs at once send one mail
        with transaction.atomic():
            SilenceMail.objects.bulk_create(mails)
    except IntegrityError:
        return None
    try:
        return _mail(contract, person, new) if new else False
    except OSError:
        # an SMTP fault is an OSError
        SilenceMail.objects.filter(pk__in=[each.pk for each in mails]).delete()
        return None


def _mail(contract: Contract, person: Person, alarms: Iterable[Silence]) -> bool:
    with override(person.language):
        texts = [silence_text(each) for each in alarms]
        subject = _("[窓口] %(contract)s：届かなくなった送り元が%(n)s件") % {"contract": contract.name, "n": len(texts)}
    body = "\n".join([*texts, "", contract.name, ""])
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject=one_line(subject, longest=300), body=body, to=[person.mail], headers=headers).send()
    return True


def silence_text(alarm: Silence) -> str:
    """Return what somebody is told of a place that fell silent, in their language."""
    kind = Arrival(alarm.kind)
    language = get_language() or "ja"
    label = kind.label if language.startswith("ja") else kind.label_en
    place = f"{label} {alarm.name}".strip()
    values = {"place": place, "at": f"{timezone.localtime(alarm.latest_at):%Y-%m-%d %H:%M}"}
    return _("%(place)sから、%(at)sを最後に何も届いていません。") % values
