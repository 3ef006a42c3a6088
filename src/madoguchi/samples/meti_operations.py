"""Facts for METI's operations management, February 2022 to January 2024."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi.core.calendar.elapsed import add_business_seconds
from madoguchi.core.calendar.periods import Period, months_in
from madoguchi.samples.choose import durations, flags_for, nearest_part, part_of
from madoguchi.samples.events import (
    CallMonth,
    Event,
    Events,
    Maker,
    Question,
    answers,
    calls,
    milestone,
    split_handled,
    surveyed,
)
from madoguchi.samples.spread import days_of, local_moment

EVALUATION = Period(start_date=date(2022, 2, 1), end_date=date(2024, 2, 1))
QUESTION_NAMES = ("電話での対応", "メールやWebでの対応", "窓口での対応")
ROUNDS = (
    ("令和4年度調査", Period(start_date=date(2023, 1, 10), end_date=date(2023, 2, 11)),
     "32.3", ("76.4", "74.3", "80.0")),
    ("令和5年度調査", Period(start_date=date(2024, 1, 5), end_date=date(2024, 2, 1)),
     "31.3", ("82.8", "81.2", "85.9")),
)  # fmt: skip
STAFF = 5200
KINDS = ("inquiry", "inquiry", "inquiry", "application", "fault")
OTHER_CHANNELS = ("mail", "web", "web", "counter")
LEAST_COMPLETION = 900
HANDLE_SECONDS = 290


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """The desk's invented level in a month: percentages, minutes of completion, escalation and report, volumes."""

    offered: int
    abandoned: str
    busy: int
    others: int
    first_line: str
    completion: int
    escalation: int
    report: int


# three months of adjustment, then the five in which something was missed
EARLY = (
    Level(offered=1180, abandoned="17.8", busy=82, others=340,
          first_line="81.2", completion=44, escalation=14, report=41),
    Level(offered=1120, abandoned="15.1", busy=61, others=330,
          first_line="84.0", completion=38, escalation=12, report=36),
    Level(offered=1090, abandoned="13.4", busy=57, others=310,
          first_line="86.3", completion=35, escalation=11, report=33),
    Level(offered=980, abandoned="12.2", busy=45, others=300,
          first_line="88.1", completion=33, escalation=11, report=32),
    Level(offered=940, abandoned="11.6", busy=38, others=290,
          first_line="89.2", completion=31, escalation=9, report=29),
    Level(offered=910, abandoned="10.9", busy=33, others=280,
          first_line="90.4", completion=29, escalation=9, report=28),
    Level(offered=890, abandoned="10.3", busy=28, others=270,
          first_line="91.0", completion=28, escalation=8, report=27),
    Level(offered=880, abandoned="10.0", busy=25, others=260,
          first_line="91.5", completion=27, escalation=8, report=26),
)  # fmt: skip


def level(number: int) -> Level:
    """Return the level of the n-th month: the adjustment period, five months with misses, then steady."""
    if number < len(EARLY):
        return EARLY[number]
    step = number - len(EARLY)
    return Level(
        offered=800 - 8 * step, abandoned=f"{90 - 2 * step}e-1", busy=18 - step // 2, others=250 - 3 * step,
        first_line=f"{920 + 2 * step}e-1", completion=25 - step // 4, escalation=7 - step // 8, report=24 - step // 4,
    )  # fmt: skip


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    names = ("calls", "tickets", "leaks", "survey_answers", "survey_invitations", "milestones")
    tables: dict[str, Events] = {name: [] for name in names}
    for number, period in enumerate(months_in(EVALUATION)):
        for name, made in _month(maker, period, level(number)).items():
            tables[name] += made
    for survey, period, percent, means in ROUNDS:
        count = part_of(STAFF, percent=percent)
        questions = [Question(name=name, mean=mean) for name, mean in zip(QUESTION_NAMES, means, strict=True)]
        tables["survey_invitations"] += surveyed(maker, survey=survey, period=period, invited=STAFF, answered=count)
        tables["survey_answers"] += answers(maker, survey=survey, period=period, respondents=count, questions=questions)
    return tables


def _month(maker: Maker, period: Period, month: Level) -> dict[str, Events]:
    """Every answered call is one ticket; those that came by mail, web and at the counter come on top."""
    abandoned = nearest_part(month.offered, percent=month.abandoned)
    answered = month.offered - abandoned
    resolved = nearest_part(answered + month.others, percent=month.first_line)
    escalated = answered + month.others - resolved
    by_phone = escalated * answered // (answered + month.others)
    made = _calls(maker, period, month, answered=answered, escalated=by_phone)
    tickets = [_ticket_of_call(maker, call) for call in made if call["outcome"] == "answered"]
    passed_on = flags_for(month.others, part=escalated - by_phone, rng=maker.rng)
    for number, (at, is_escalated) in enumerate(zip(maker.moments(month.others, period), passed_on, strict=True)):
        reference = f"ME-{period.start_date:%Y%m}-W{number:05d}"
        escalated_at = at + timedelta(minutes=maker.rng.randrange(3, 15)) if is_escalated else None
        channel = maker.rng.choice(OTHER_CHANNELS)
        tickets.append(_ticket(maker, reference, channel=channel, at=at, answered_at=at, escalated_at=escalated_at))
    _complete(
        maker, tickets, calls_by_ticket={call["ticket"]: call for call in made if call.get("ticket")}, month=month
    )
    _report(maker, tickets, month=month)
    report = milestone(
        maker, name="monthly_report", due_at=_meeting(maker, period), confirmed_by="情報システム室",
        evidence=f"{period.start_date:%Y-%m}月次運用報告書",
    )  # fmt: skip
    return {"calls": made, "tickets": tickets, "milestones": [report]}


def _calls(maker: Maker, period: Period, month: Level, *, answered: int, escalated: int) -> Events:
    abandoned = month.offered - answered
    total = escalated * 60 * month.escalation - maker.rng.randrange(50 * escalated)
    outcomes = (
        ("answered", answered),
        ("ivr_abandoned", abandoned // 4),
        ("queue_abandoned", abandoned - abandoned // 4),
        ("busy_pbx", month.busy - month.busy // 5),
        ("busy_carrier", month.busy // 5),
        ("out_of_hours", month.offered // 40),
    )
    spent = durations(answered, total=answered * HANDLE_SECONDS, rng=maker.rng, least=60, sigma=0.4)
    escalations = durations(escalated, total=total, rng=maker.rng, least=60)
    handled = split_handled(spent, rng=maker.rng)
    made = calls(maker, CallMonth(period=period, outcomes=outcomes, handled=handled, escalations=escalations))
    for number, call in enumerate(each for each in made if each["outcome"] == "answered"):
        call["ticket"] = f"ME-{period.start_date:%Y%m}-T{number:05d}"
    return made


def _ticket_of_call(maker: Maker, call: Event) -> Event:
    at, answered_at, escalated_at = call["offered_at"], call["answered_at"], call["escalated_at"]
    assert isinstance(at, datetime)
    assert isinstance(answered_at, datetime)
    assert escalated_at is None or isinstance(escalated_at, datetime)
    reference = str(call["ticket"])
    return _ticket(maker, reference, channel="phone", at=at, answered_at=answered_at, escalated_at=escalated_at)


def _ticket(
    maker: Maker, reference: str, *, channel: str, at: datetime, answered_at: datetime, escalated_at: datetime | None
) -> Event:
    return maker.event(
        "tickets", reference, reference=reference, kind=maker.rng.choice(KINDS), channel=channel, received_at=at,
        first_answered_at=answered_at, escalated_at=escalated_at, resolved_by_first_line=escalated_at is None,
        escalated_to=None if escalated_at is None else "second_line",
    )  # fmt: skip


def _complete(maker: Maker, tickets: Sequence[Event], *, calls_by_ticket: dict[object, Event], month: Level) -> None:
    """Complete what the first line resolved; the longer the call, the longer it takes."""

    def call_length(ticket: Event) -> int:
        seconds = calls_by_ticket.get(ticket["reference"], {}).get("talk_seconds")
        return seconds if isinstance(seconds, int) else maker.rng.randrange(2 * HANDLE_SECONDS)

    own = sorted((each for each in tickets if each["resolved_by_first_line"]), key=call_length)
    total = len(own) * 60 * month.completion - maker.rng.randrange(50 * len(own))
    spent = sorted(durations(len(own), total=total, rng=maker.rng, least=LEAST_COMPLETION))
    for ticket, seconds in zip(own, spent, strict=True):
        at = ticket["received_at"]
        assert isinstance(at, datetime)
        ticket["resolved_at"] = add_business_seconds(calendar=maker.calendar, start=at, seconds=seconds)


def _report(maker: Maker, tickets: Sequence[Event], *, month: Level) -> None:
    """Report the progress of what was escalated, and resolve it within some days."""
    escalated = [each for each in tickets if not each["resolved_by_first_line"]]
    total = len(escalated) * 60 * month.report - maker.rng.randrange(50 * len(escalated))
    for ticket, seconds in zip(escalated, durations(len(escalated), total=total, rng=maker.rng, least=60), strict=True):
        at = ticket["escalated_at"]
        assert isinstance(at, datetime)
        reported_at = add_business_seconds(calendar=maker.calendar, start=at, seconds=seconds)
        work = maker.rng.randrange(3600, 27 * 3600)
        ticket["progress_reported_at"] = reported_at
        ticket["resolved_at"] = add_business_seconds(calendar=maker.calendar, start=reported_at, seconds=work)


def _meeting(maker: Maker, period: Period) -> datetime:
    """Return the month's regular meeting, on its last open day."""
    day = max(each for each in days_of(period) if maker.calendar.is_open_day(each))
    return local_moment(day, 15 * 3600, calendar=maker.calendar)
