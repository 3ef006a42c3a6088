"""Places that nothing comes from any more: noticed in opening hours, mailed once, over by itself."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
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

log = logging.getLogger(__name__)
MAILED = frozenset((RoleKind.OPERATIONS_MANAGER, RoleKind.ADMINISTRATOR))
HOUR_SECONDS = 3600
# 5, 10, 20, 40 and 80 minutes after the first
FIRST_PAUSE, MOST_TRIES = timedelta(minutes=5), 6
NEVER = 0
# what is usual is not known from fewer arrivals
FEWEST_ARRIVALS = 10
# hours of opening: never sooner than this; and where nothing is usual yet
LEAST_HOURS = {Arrival.MAILBOX: 2, Arrival.TELEPHONE: 1, Arrival.MONITORING: 8, Arrival.CALL_FILES: 8}
FIRST_HOURS = {Arrival.MAILBOX: 8, Arrival.TELEPHONE: 1, Arrival.MONITORING: 40, Arrival.CALL_FILES: 24}


class Told(Enum):
    """What a run did for somebody; `KNOWS` also where their mail is tried no more."""

    MAILED = auto()
    KNOWS = auto()
    NOT_YET = auto()


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

    A mail that could not be sent is tried again later, to nobody else, and after some tries no more. Nothing goes out
    while the desk is closed.
    """
    today, sent = timezone.localdate(now), 0
    waiting = Silence.objects.filter(ended_at=None, mailed_at=None)
    for contract in Contract.objects.filter(pk__in=waiting.values("contract")).order_by("pk"):
        if not is_open_at(definitions_on(contract=contract, day=today).promised.calendar, now):
            continue
        alarms = list(waiting.filter(contract=contract).order_by("pk"))
        people = [each for each in people_of(contract=contract, day=today, kinds=MAILED) if each.mail]
        told = [_tell(contract, person, alarms, now=now) for person in people]
        sent += told.count(Told.MAILED)
        if Told.NOT_YET not in told:
            waiting.filter(pk__in=[each.pk for each in alarms]).update(mailed_at=now)
    return sent


def _tell(contract: Contract, person: Person, alarms: Sequence[Silence], *, now: datetime) -> Told:
    """Mail somebody what they do not know yet and whose time has come."""
    known = {each.silence_id: each for each in SilenceMail.objects.filter(silence__in=alarms, person=person)}
    again = [each for each in known.values() if each.retry_at and each.retry_at <= now]
    new = [SilenceMail(silence=each, person=person, mailed_at=now) for each in alarms if each.pk not in known]
    is_waiting = any(each.retry_at and each.retry_at > now for each in known.values())
    if not again and not new:
        return Told.NOT_YET if is_waiting else Told.KNOWS
    try:
        # kept before it is sent, so that two runs at once send one mail
        with transaction.atomic():
            SilenceMail.objects.bulk_create(new)
            _take(again, now=now)
    except IntegrityError:
        return Told.NOT_YET
    told = {each.silence_id for each in (*again, *new)}
    try:
        _mail(contract, person, [each for each in alarms if each.pk in told])
    except OSError as error:
        # an SMTP fault is an OSError
        log.warning("somebody is not mailed of silent sources: %s", fault_of(error))
        return _put_off([*again, *new], error, now=now)
    return Told.NOT_YET if is_waiting else Told.MAILED


def _take(mails: Sequence[SilenceMail], *, now: datetime) -> None:
    """Mark mails that wait as sent. Raises IntegrityError where another run was quicker."""
    waiting = SilenceMail.objects.filter(pk__in=[each.pk for each in mails], mailed_at=None)
    if waiting.update(mailed_at=now, retry_at=None) != len(mails):
        raise IntegrityError("taken by another run")


def _put_off(mails: Iterable[SilenceMail], error: OSError, *, now: datetime) -> Told:
    """Note a fault: each time it is waited twice as long, up to the last try."""
    outcome = Told.KNOWS
    for each in mails:
        count = each.failed_count + 1
        retry_at = None if count >= MOST_TRIES else now + FIRST_PAUSE * 2 ** (count - 1)
        SilenceMail.objects.filter(pk=each.pk).update(
            mailed_at=None, failed_count=count, retry_at=retry_at, fault=fault_of(error)
        )
        outcome = Told.NOT_YET if retry_at else outcome
    return outcome


def fault_of(error: OSError) -> str:
    """Return the kind of a fault with the server's number: its words may name people."""
    refused = getattr(error, "recipients", None)
    codes = (
        [code for code, _said in refused.values()] if isinstance(refused, dict) else [getattr(error, "smtp_code", "")]
    )
    return f"{type(error).__name__} {' '.join(str(each) for each in codes)}".strip()[:100]


def _mail(contract: Contract, person: Person, alarms: Iterable[Silence]) -> None:
    with override(person.language):
        texts = [silence_text(each) for each in alarms]
        subject = _("[窓口] %(contract)s：届かなくなった送り元が%(n)s件") % {"contract": contract.name, "n": len(texts)}
    body = "\n".join([*texts, "", contract.name, ""])
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject=one_line(subject, longest=300), body=body, to=[person.mail], headers=headers).send()


def silence_text(alarm: Silence) -> str:
    """Return what somebody is told of a place that fell silent, in their language."""
    kind = Arrival(alarm.kind)
    language = get_language() or "ja"
    label = kind.label if language.startswith("ja") else kind.label_en
    place = f"{label} {alarm.name}".strip()
    values = {"place": place, "at": f"{timezone.localtime(alarm.latest_at):%Y-%m-%d %H:%M}"}
    return _("%(place)sから、%(at)sを最後に何も届いていません。") % values
