"""Reads of staffing: plans in force, their shifts, the roster's people as planning wants them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from madoguchi.contracts.access import people_of
from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Person
from madoguchi.planning.shift_calendar import CalendarEntry
from madoguchi.staffing.models import AnnouncedEvent, Attendance, Member, Plan, Shift, ShiftFeed
from madoguchi.staffing.operations.attendance import secret_hash

if TYPE_CHECKING:
    from madoguchi.planning import day_features, roster

ROSTER_ROLES = frozenset((RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER))
FEED_PAST, FEED_COMING = timedelta(days=31), timedelta(days=186)


def plans_of(contract: Contract) -> QuerySet[Plan]:
    """Return a contract's plans, the latest first, without what came of them."""
    plans = Plan.objects.filter(contract=contract).select_related("made_by", "published_by")
    return plans.defer("result", "inputs").order_by("-number")


def plans_in_force(contract: Contract) -> list[Plan]:
    """Return the latest published plan of each month."""
    found: dict[date, Plan] = {}
    published = Plan.objects.filter(contract=contract, published_at__isnull=False).defer("result", "inputs")
    for plan in published.order_by("published_at", "number"):
        found[plan.month] = plan
    return [found[month] for month in sorted(found)]


def shifts_in_force(contract: Contract) -> QuerySet[Shift]:
    """Return the shifts that people work by: those of the plans in force."""
    return Shift.objects.filter(plan__in=plans_in_force(contract)).order_by("starts_at", "person_id")


def own_shifts(*, contract: Contract, person: Person, start: datetime, end: datetime) -> QuerySet[Shift]:
    shifts = shifts_in_force(contract).filter(person=person, starts_at__gte=start, starts_at__lt=end)
    return shifts.select_related("plan")


def live_feed(*, secret: str, day: date) -> ShiftFeed | None:
    """Return the feed of a secret, None where it is unknown, revoked, or its person has left the roster's roles."""
    found = ShiftFeed.objects.select_related("contract", "person")
    feed = found.filter(hash=secret_hash(secret), revoked_at__isnull=True).first()
    if feed is None or not rosterable(contract=feed.contract, day=day).filter(pk=feed.person_id).exists():
        return None
    return feed


def feed_shifts(feed: ShiftFeed, *, now: datetime) -> QuerySet[Shift]:
    """Return what a calendar program is told: the last month and the coming six."""
    return own_shifts(contract=feed.contract, person=feed.person, start=now - FEED_PAST, end=now + FEED_COMING)


def has_live_feed(*, contract: Contract, person: Person) -> bool:
    return ShiftFeed.objects.filter(contract=contract, person=person, revoked_at__isnull=True).exists()


def rosterable(*, contract: Contract, day: date) -> QuerySet[Person]:
    """Return who may be planned: people with an operator's or manager's role on a day."""
    return people_of(contract=contract, day=day, kinds=ROSTER_ROLES).order_by("reading", "pk")


def members_of(contract: Contract) -> QuerySet[Member]:
    members = Member.objects.filter(contract=contract).select_related("person").prefetch_related("leave")
    return members.order_by("person__reading", "pk")


def planned_people(*, contract: Contract, day: date) -> "list[roster.Person]":
    """Return the active members with a role in the month that begins, named by their person's key."""
    from madoguchi.planning import roster  # noqa: PLC0415  # planning is loaded by who plans

    able = set(rosterable(contract=contract, day=day).values_list("pk", flat=True))
    return [
        roster.Person(
            name=str(each.person_id),
            skills=frozenset(each.skills),
            leave=frozenset(leave.day for leave in each.leave.all()),
            most_hours_a_week=float(each.most_hours),
            least_hours_a_week=float(each.least_hours),
        )
        for each in members_of(contract)
        if each.is_active and each.person_id in able
    ]


def announced_events(contract: Contract) -> "list[day_features.AnnouncedEvent]":
    from madoguchi.planning import day_features  # noqa: PLC0415

    events = AnnouncedEvent.objects.filter(contract=contract).order_by("start_date", "kind")
    return [
        day_features.AnnouncedEvent(kind=each.kind, start_date=each.start_date, days=each.day_count) for each in events
    ]


def attendance_between(*, contract: Contract, start: datetime, end: datetime) -> dict[datetime, int]:
    rows = Attendance.objects.filter(contract=contract, at__gte=start, at__lt=end)
    return dict(rows.values_list("at", "present"))


def entries_of(shifts: Iterable[Shift], *, label: str, names: dict[int, str] | None = None) -> list[CalendarEntry]:
    """Return shifts as entries of a calendar; with `names` each says whose it is."""
    found = []
    for each in shifts:
        pause = ""
        if each.break_starts_at and each.break_ends_at:
            local = (timezone.localtime(each.break_starts_at), timezone.localtime(each.break_ends_at))
            pause = f"{local[0]:%H:%M}-{local[1]:%H:%M}"
        day = timezone.localdate(each.starts_at)
        title = f"{label} {names[each.person_id]}" if names else label
        found.append(
            CalendarEntry(
                key=f"{each.plan.contract_id}:{each.person_id}:{day}", starts_at=each.starts_at, ends_at=each.ends_at,
                title=title, text=pause, revision=each.plan.number,
            )
        )  # fmt: skip
    return found
