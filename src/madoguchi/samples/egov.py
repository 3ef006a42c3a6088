"""Facts for the e-Gov support centre, October 2018 to March 2019."""

from dataclasses import dataclass
from datetime import timedelta

from madoguchi.core.calendar.periods import month_period
from madoguchi.samples.choose import durations, part_of
from madoguchi.samples.events import CallMonth, Events, Maker, calls, flagged

WRAP_UP_SHARE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """A published month; volumes are invented. Times are (minutes, seconds) and (hours, minutes)."""

    year: int
    month: int
    offered: int
    answer_rate: str
    handle_time: tuple[int, int]
    mails: int
    mail_time: tuple[int, int]
    tickets: int
    first_line: str
    complaints: int


MONTHS = (
    Month(year=2018, month=10, offered=3810, answer_rate="93.4", handle_time=(6, 0), mails=410, mail_time=(4, 9),
          tickets=3970, first_line="99.6", complaints=1),
    Month(year=2018, month=11, offered=9120, answer_rate="43.0", handle_time=(6, 58), mails=1130, mail_time=(37, 8),
          tickets=5050, first_line="99.2", complaints=0),
    Month(year=2018, month=12, offered=8240, answer_rate="43.5", handle_time=(7, 51), mails=1240,
          mail_time=(208, 47), tickets=4820, first_line="98.4", complaints=0),
    Month(year=2019, month=1, offered=6050, answer_rate="67.4", handle_time=(7, 29), mails=980,
          mail_time=(101, 12), tickets=5060, first_line="97.4", complaints=0),
    Month(year=2019, month=2, offered=5470, answer_rate="78.3", handle_time=(7, 15), mails=760, mail_time=(41, 47),
          tickets=5040, first_line="97.6", complaints=0),
    Month(year=2019, month=3, offered=5930, answer_rate="81.5", handle_time=(6, 18), mails=690, mail_time=(11, 6),
          tickets=5520, first_line="99.2", complaints=0),
)  # fmt: skip


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    tables: dict[str, Events] = {name: [] for name in ("calls", "tickets", "mails", "complaints", "leaks")}
    for month in MONTHS:
        tables["calls"] += _calls(maker, month)
        tables["tickets"] += _tickets(maker, month)
        tables["mails"] += _mails(maker, month)
        tables["complaints"] += _complaints(maker, month)
    return tables


def _calls(maker: Maker, month: Month) -> Events:
    """Offered calls are the answered and the abandoned ones; busy, self-served and late ones come on top."""
    answered = part_of(month.offered, percent=month.answer_rate)
    abandoned = month.offered - answered
    in_menu = abandoned // 5
    minutes, seconds = month.handle_time
    handled = durations(answered, total=answered * (60 * minutes + seconds), rng=maker.rng, least=40)
    outcomes = (
        ("answered", answered),
        ("ivr_abandoned", in_menu),
        ("queue_abandoned", abandoned - in_menu),
        ("busy_pbx", month.offered // 60),
        ("ivr_selfservice", month.offered // 25),
        ("out_of_hours", month.offered // 30),
    )
    split = [(each - each // WRAP_UP_SHARE, each // WRAP_UP_SHARE) for each in handled]
    period = month_period(year=month.year, month=month.month)
    return calls(maker, CallMonth(period=period, outcomes=outcomes, handled=split))


def _tickets(maker: Maker, month: Month) -> Events:
    period = month_period(year=month.year, month=month.month)
    flags = flagged(maker, month.tickets, percent=month.first_line)
    made = []
    for number, (at, is_first_line) in enumerate(zip(maker.moments(month.tickets, period), flags, strict=True)):
        reference = f"EG-{month.year}{month.month:02d}-{number:05d}"
        event = maker.event(
            "tickets", reference, reference=reference, kind="inquiry", received_at=at, category="e-Gov",
            channel="phone" if number % 6 else "mail", resolved_by_first_line=is_first_line,
            handed_over=not is_first_line, resolved_at=at + timedelta(minutes=maker.rng.randrange(5, 600)),
        )  # fmt: skip
        made.append(event)
    return made


def _mails(maker: Maker, month: Month) -> Events:
    """Every twentieth mail is handed over; its long way is not the desk's and is left out by the definition."""
    period = month_period(year=month.year, month=month.month)
    hours, minutes = month.mail_time
    own = month.mails - month.mails // 20
    spent = durations(own, total=own * 60 * (60 * hours + minutes), rng=maker.rng, least=60)
    made = []
    for number, at in enumerate(maker.moments(month.mails, period)):
        is_handed_over = number >= own
        seconds = maker.rng.randrange(5, 40) * 86_400 if is_handed_over else spent[number]
        key = f"{month.year}{month.month:02d}-{number:05d}"
        answered_at = at + timedelta(seconds=seconds)
        made.append(maker.event("mails", key, received_at=at, answered_at=answered_at, handed_over=is_handed_over))
    return made


def _complaints(maker: Maker, month: Month) -> Events:
    """One complaint a month is about the system, not the desk: it is recorded and does not count."""
    period = month_period(year=month.year, month=month.month)
    made = []
    for number, at in enumerate(maker.moments(month.complaints + 1, period)):
        key = f"{month.year}{month.month:02d}-{number}"
        made.append(maker.event("complaints", key, at=at, attributable=number > 0, summary="応対についての申出"))
    return made
