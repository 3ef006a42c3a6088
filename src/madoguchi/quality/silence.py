"""Places that nothing comes from any more: noticed in opening hours, mailed once, over by itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from madoguchi.contracts.access import people_of
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.elapsed import elapsed_business_seconds
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.quality_vocabulary import Arrival
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.operations.notices import is_open_at
from madoguchi.people.models import Person
from madoguchi.people.rules import one_line
from madoguchi.quality.arrivals import Heard, arrivals
from madoguchi.quality.models import Silence

MAILED = frozenset((RoleKind.OPERATIONS_MANAGER, RoleKind.ADMINISTRATOR))
HOUR_SECONDS = 3600
# what is usual is not known from fewer arrivals
FEWEST_ARRIVALS = 10
# hours of opening: never sooner than this; and where nothing is usual yet
LEAST_HOURS = {Arrival.MAILBOX: 2, Arrival.TELEPHONE: 1, Arrival.MONITORING: 8, Arrival.CALL_FILES: 8}
FIRST_HOURS = {Arrival.MAILBOX: 8, Arrival.TELEPHONE: 1, Arrival.MONITORING: 40, Arrival.CALL_FILES: 24}


def allowed_seconds(kind: Arrival, gaps: Sequence[int], *, set_hours: int | None) -> int:
    """Return for how long of opening time a place may be silent.

    As was set; else half as long again as the longest of the usual gaps, where enough of them are known.
    """
    if kind is Arrival.TELEPHONE:
        # somebody who is listened to without a pause has no usual gap
        return LEAST_HOURS[kind] * HOUR_SECONDS
    if set_hours is not None:
        return set_hours * HOUR_SECONDS
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
    calendar = definitions_on(contract=contract, day=timezone.localdate(now)).promised.calendar
    known = {(each.kind, each.name): each for each in Silence.objects.filter(contract=contract, ended_at=None)}
    silent = {(each.kind.value, each.key): each for each in heard if is_silent(each, calendar=calendar, now=now)}
    over = [each.pk for key, each in known.items() if key not in silent]
    Silence.objects.filter(pk__in=over, ended_at=None).update(ended_at=now)
    if not is_open_at(calendar, now):
        return 0
    new = [
        Silence(contract=contract, kind=kind, name=name, latest_at=each.moments[-1], noticed_at=now)
        for (kind, name), each in silent.items()
        if (kind, name) not in known
    ]
    Silence.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def is_silent(heard: Heard, *, calendar: BusinessCalendar, now: datetime) -> bool:
    if not heard.moments or heard.is_there:
        return False
    gaps = [_open_seconds(calendar, before, after) for before, after in pairwise(heard.moments)]
    allowed = allowed_seconds(heard.kind, gaps, set_hours=settings.SILENT_HOURS)
    return _open_seconds(calendar, heard.moments[-1], now) > allowed


def _open_seconds(calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    return elapsed_business_seconds(calendar=calendar, start=start, end=end)


def mail_silences(*, now: datetime) -> int:
    """Mail managers and administrators each alarm once, one mail a contract. Returns how many mails were sent.

    A mail that could not be sent is tried again with the next run. Nothing goes out while the desk is closed.
    """
    today, sent = timezone.localdate(now), 0
    waiting = Silence.objects.filter(ended_at=None, mailed_at=None)
    for contract in Contract.objects.filter(pk__in=waiting.values("contract")).order_by("pk"):
        if not is_open_at(definitions_on(contract=contract, day=today).promised.calendar, now):
            continue
        alarms = list(waiting.filter(contract=contract).order_by("pk"))
        mine = Silence.objects.filter(pk__in=[each.pk for each in alarms])
        # taken before they are sent, so that two runs at once send one mail
        if not mine.filter(mailed_at=None).update(mailed_at=now):
            continue
        try:
            people = people_of(contract=contract, day=today, kinds=MAILED)
            sent += sum(_mail(contract, person, alarms) for person in people if person.mail)
        except OSError:
            # an SMTP fault is an OSError
            mine.update(mailed_at=None)
    return sent


def _mail(contract: Contract, person: Person, alarms: Iterable[Silence]) -> int:
    with override(person.language):
        texts = [silence_text(each) for each in alarms]
        subject = _("[窓口] %(contract)s：届かなくなった送り元が%(n)s件") % {"contract": contract.name, "n": len(texts)}
    body = "\n".join([*texts, "", contract.name, ""])
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject=one_line(subject, longest=300), body=body, to=[person.mail], headers=headers).send()
    return 1


def silence_text(alarm: Silence) -> str:
    """Return what somebody is told of a place that fell silent, in their language."""
    kind = Arrival(alarm.kind)
    language = get_language() or "ja"
    label = kind.label if language.startswith("ja") else kind.label_en
    place = f"{label} {alarm.name}".strip()
    values = {"place": place, "at": f"{timezone.localtime(alarm.latest_at):%Y-%m-%d %H:%M}"}
    return _("%(place)sから、%(at)sを最後に何も届いていません。") % values
