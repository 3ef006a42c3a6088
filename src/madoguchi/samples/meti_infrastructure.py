"""Facts for METI's infrastructure system, fiscal year 2016: services, probes, patches and the desk."""

from datetime import datetime, timedelta

from madoguchi.core.calendar.elapsed import add_business_seconds
from madoguchi.core.calendar.periods import Period, fiscal_year_period, months_in
from madoguchi.core.events import Value
from madoguchi.samples.choose import durations
from madoguchi.samples.events import CallMonth, Events, Maker, calls
from madoguchi.samples.spread import days_of, local_moment

EVALUATION = fiscal_year_period(2016)
SERVICES = (
    "authentication", "virtual_desktop", "mail", "shared_storage", "groupware", "internal_web", "public_web",
    "internet", "remote_access", "wan", "wireless_lan", "data_centre", "file_exchange", "mail_magazine",
)  # fmt: skip
PROBED = ("virtual_desktop", "mail", "groupware", "internal_web")
DEVICES = ("server", "thin_client", "network")
OUTAGE_EVERY = 3
MAINTENANCE_HOURS = 4


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    names = ("outages", "maintenance", "probes", "patches", "tickets", "calls", "complaints", "leaks")
    tables: dict[str, Events] = {name: [] for name in names}
    for number, period in enumerate(months_in(EVALUATION)):
        tables["outages"] += _outages(maker, period, number)
        tables["maintenance"] += _maintenance(maker, period)
        tables["probes"] += _probes(maker, period)
        tables["patches"] += _patches(maker, period)
        tables["tickets"] += _tickets(maker, period)
        tables["calls"] += _calls(maker, period)
        tables["complaints"] += _complaints(maker, period, number)
    return tables


def _outages(maker: Maker, period: Period, number: int) -> Events:
    """Give a third of the services a short outage each month, in turn: 5 to 35 minutes."""
    made = []
    for index, service in enumerate(SERVICES):
        if (index + number) % OUTAGE_EVERY:
            continue
        started_at = maker.moments(1, period)[0]
        ended_at = started_at + timedelta(seconds=maker.rng.randrange(300, 2100))
        key = f"{period.start_date:%Y%m}-{service}"
        made.append(
            maker.event(
                "outages",
                key,
                service=service,
                started_at=started_at,
                ended_at=ended_at,
                severity="minor",
                cause="機器",
            )
        )
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


def _probe(maker: Maker, at: datetime, service: str) -> dict[str, Value]:
    milliseconds = min(5250, int(maker.rng.lognormvariate(7.6, 0.25)))
    return maker.event("probes", f"{at:%Y%m%d%H}-{service}", service=service, at=at, milliseconds=milliseconds)


def _patches(maker: Maker, period: Period) -> Events:
    released_at = local_moment(period.start_date + timedelta(days=10), 10 * 3600, calendar=maker.calendar)
    due_at = released_at + timedelta(days=14)
    made = []
    for device in DEVICES:
        for number in range(40):
            applied_at = released_at + timedelta(hours=maker.rng.randrange(4, 13 * 24))
            key = f"{period.start_date:%Y%m}-{device}-{number:02d}"
            made.append(
                maker.event(
                    "patches", key, device=device, patch=f"{period.start_date:%Y-%m}", released_at=released_at,
                    due_at=due_at, applied_at=applied_at,
                )
            )  # fmt: skip
    return made


def _tickets(maker: Maker, period: Period) -> Events:
    count = maker.rng.randrange(360, 440)
    first_line = round(count * 0.93)
    spent = durations(count, total=count * 60 * maker.rng.randrange(18, 26), rng=maker.rng, least=60)
    made = []
    for number, at in enumerate(maker.moments(count, period)):
        reference = f"MI-{period.start_date:%Y%m}-{number:04d}"
        made.append(
            maker.event(
                "tickets", reference, reference=reference, kind="inquiry", channel="phone", received_at=at,
                resolved_by_first_line=number < first_line,
                resolved_at=add_business_seconds(calendar=maker.calendar, start=at, seconds=spent[number]),
            )
        )  # fmt: skip
    return made


def _calls(maker: Maker, period: Period) -> Events:
    offered = maker.rng.randrange(420, 520)
    abandoned = round(offered * maker.rng.uniform(0.03, 0.08))
    answered = offered - abandoned
    talks = durations(answered, total=answered * 200, rng=maker.rng, least=30)
    outcomes = (("answered", answered), ("queue_abandoned", abandoned))
    return calls(maker, CallMonth(period=period, outcomes=outcomes, handled=[(talk, talk // 5) for talk in talks]))


def _complaints(maker: Maker, period: Period, number: int) -> Events:
    key = f"{period.start_date:%Y%m}"
    return [
        maker.event("complaints", f"{key}-{n}", at=at, attributable=True, summary="応対についての申出")
        for n, at in enumerate(maker.moments(number % 2, period))
    ]
