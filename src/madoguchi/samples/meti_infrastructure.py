"""Facts for METI's infrastructure system, fiscal year 2016: services, probes, patches and the desk."""

from datetime import datetime, timedelta

from madoguchi.core.calendar.elapsed import add_business_seconds
from madoguchi.core.calendar.periods import Period, fiscal_year_period, months_in
from madoguchi.samples.choose import durations, flags_for, nearest_part
from madoguchi.samples.events import CallMonth, Event, Events, Maker, calls, split_handled
from madoguchi.samples.spread import days_of, local_moment

EVALUATION = fiscal_year_period(2016)
SERVICES = (
    "authentication", "virtual_desktop", "mail", "shared_storage", "groupware", "internal_web", "public_web",
    "internet", "remote_access", "wan", "wireless_lan", "data_centre", "file_exchange", "mail_magazine", "printers",
)  # fmt: skip
CAUSES = ("機器", "回線", "設定", "高負荷")
PROBED = ("virtual_desktop", "mail", "groupware", "internal_web")
DEVICES = ("server", "thin_client", "network")
OUTAGE_EVERY = 3
MAINTENANCE_HOURS = 4
FASTEST, SLOWEST = 1500, 5250
PATCHES_A_MONTH = 40
HANDLE_SECONDS = 250
LEAST_COMPLETION = 900


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    names = ("outages", "maintenance", "probes", "patches", "tickets", "calls", "leaks")
    tables: dict[str, Events] = {name: [] for name in names}
    for number, period in enumerate(months_in(EVALUATION)):
        tables["outages"] += _outages(maker, period, number)
        tables["maintenance"] += _maintenance(maker, period)
        tables["probes"] += _probes(maker, period)
        tables["patches"] += _patches(maker, period)
        made = _calls(maker, period)
        tables["calls"] += made
        tables["tickets"] += _tickets(maker, [call for call in made if call["outcome"] == "answered"])
    return tables


def _outages(maker: Maker, period: Period, number: int) -> Events:
    """Give a third of the services a short outage each month, in turn: 5 to 35 minutes."""
    made = []
    for index, service in enumerate(SERVICES):
        if (index + number) % OUTAGE_EVERY:
            continue
        started_at = maker.moments(1, period)[0]
        ended_at = started_at + timedelta(seconds=maker.rng.randrange(300, 2100))
        made.append(
            maker.event(
                "outages", f"{period.start_date:%Y%m}-{service}", service=service, started_at=started_at,
                ended_at=ended_at, severity="minor", cause=maker.rng.choice(CAUSES),
            )
        )  # fmt: skip
    return made


def _maintenance(maker: Maker, period: Period) -> Events:
    """Take every service down for four hours on the first Saturday evening."""
    saturday = next(day for day in days_of(period) if day.isoweekday() == 6)  # noqa: PLR2004  # Saturday
    start = local_moment(saturday, 20 * 3600, calendar=maker.calendar)
    return [
        maker.event(
            "maintenance", f"{period.start_date:%Y%m}-{service}", service=service, started_at=start,
            ended_at=start + timedelta(hours=MAINTENANCE_HOURS),
        )
        for service in SERVICES
    ]  # fmt: skip


def _probes(maker: Maker, period: Period) -> Events:
    made = []
    for day in days_of(period):
        for hours in maker.calendar.hours_on(day):
            for second in range(hours.start, hours.end, 3600):
                at = local_moment(day, second, calendar=maker.calendar)
                made += [_probe(maker, at, service) for service in PROBED]
    return made


def _probe(maker: Maker, at: datetime, service: str) -> Event:
    milliseconds = FASTEST + int((SLOWEST - FASTEST) * maker.rng.betavariate(2, 6))
    return maker.event("probes", f"{at:%Y%m%d%H}-{service}", service=service, at=at, milliseconds=milliseconds)


def _patches(maker: Maker, period: Period) -> Events:
    """Release patches on the eleventh; each device has fourteen days and takes less."""
    released_at = local_moment(period.start_date + timedelta(days=10), 10 * 3600, calendar=maker.calendar)
    made = []
    for device in DEVICES:
        for number in range(PATCHES_A_MONTH):
            applied_at = released_at + timedelta(hours=maker.rng.randrange(4, 13 * 24))
            made.append(
                maker.event(
                    "patches", f"{period.start_date:%Y%m}-{device}-{number:02d}", device=device,
                    patch=f"{period.start_date:%Y-%m}", released_at=released_at,
                    due_at=released_at + timedelta(days=14), applied_at=applied_at,
                )
            )  # fmt: skip
    return made


def _calls(maker: Maker, period: Period) -> Events:
    offered = maker.rng.randrange(420, 520)
    abandoned = maker.rng.randrange(offered * 3 // 100, offered * 8 // 100)
    answered = offered - abandoned
    spent = durations(answered, total=answered * HANDLE_SECONDS, rng=maker.rng, least=60, sigma=0.4)
    outcomes = (("answered", answered), ("queue_abandoned", abandoned))
    handled = split_handled(spent, rng=maker.rng)
    made = calls(maker, CallMonth(period=period, outcomes=outcomes, handled=handled))
    for number, call in enumerate(each for each in made if each["outcome"] == "answered"):
        call["ticket"] = f"MI-{period.start_date:%Y%m}-{number:04d}"
    return made


def _tickets(maker: Maker, answered: Events) -> Events:
    """Every answered call is one ticket; 92 to 94 of a hundred are resolved by the first line."""
    count = len(answered)
    total = count * maker.rng.randrange(18 * 60, 26 * 60)
    spent = durations(count, total=total, rng=maker.rng, least=LEAST_COMPLETION)
    kept = flags_for(count, part=nearest_part(count, percent=f"{maker.rng.randrange(920, 941)}e-1"), rng=maker.rng)
    made = []
    for call, seconds, is_first_line in zip(answered, spent, kept, strict=True):
        at, reference = call["offered_at"], str(call["ticket"])
        assert isinstance(at, datetime)
        made.append(
            maker.event(
                "tickets", reference, reference=reference, kind="inquiry", channel="phone", received_at=at,
                first_answered_at=call["answered_at"], resolved_by_first_line=is_first_line,
                resolved_at=add_business_seconds(calendar=maker.calendar, start=at, seconds=seconds),
            )
        )  # fmt: skip
    return made
