"""Facts for METI's operations management, February 2022 to January 2024."""

from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.core.calendar.elapsed import add_business_seconds
from madoguchi.core.calendar.periods import Period, months_in
from madoguchi.samples.choose import durations, part_of
from madoguchi.samples.events import CallMonth, Events, Maker, Question, answers, calls, surveyed

START = date(2022, 2, 1)
EVALUATION = Period(start_date=START, end_date=date(2024, 2, 1))
ROUNDS = (
    ("令和4年度調査", Period(start_date=date(2023, 1, 10), end_date=date(2023, 2, 11)), "32.3",
     (Question(name="電話での対応", mean="76.4"), Question(name="メールやWebでの対応", mean="74.3"),
      Question(name="窓口での対応", mean="80.0"))),
    ("令和5年度調査", Period(start_date=date(2024, 1, 5), end_date=date(2024, 2, 1)), "31.3",
     (Question(name="電話での対応", mean="82.8"), Question(name="メールやWebでの対応", mean="81.2"),
      Question(name="窓口での対応", mean="85.9"))),
)  # fmt: skip
STAFF = 5200
ESCALATED_SHARE = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """The desk's invented level in a month: percentages, minutes of completion, escalation and report, volumes."""

    offered: int
    abandoned: str
    busy: int
    tickets: int
    first_line: str
    completion: int
    escalation: int
    report: int


# three months of adjustment, then the five in which something was missed
EARLY = (
    Level(offered=1180, abandoned="17.8", busy=82, tickets=1010,
          first_line="81.2", completion=44, escalation=14, report=41),
    Level(offered=1120, abandoned="15.1", busy=61, tickets=980,
          first_line="84.0", completion=38, escalation=12, report=36),
    Level(offered=1090, abandoned="13.4", busy=57, tickets=950,
          first_line="86.3", completion=35, escalation=11, report=33),
    Level(offered=980, abandoned="12.2", busy=45, tickets=880,
          first_line="88.1", completion=33, escalation=10, report=31),
    Level(offered=940, abandoned="11.6", busy=38, tickets=850,
          first_line="89.2", completion=31, escalation=9, report=29),
    Level(offered=910, abandoned="10.9", busy=33, tickets=830,
          first_line="90.4", completion=29, escalation=9, report=28),
    Level(offered=890, abandoned="10.3", busy=28, tickets=800,
          first_line="91.0", completion=28, escalation=8, report=27),
    Level(offered=880, abandoned="10.0", busy=25, tickets=790,
          first_line="91.5", completion=27, escalation=8, report=26),
)  # fmt: skip


def level(number: int) -> Level:
    """Return the level of the n-th month: the adjustment period, five months with misses, then steady."""
    if number < len(EARLY):
        return EARLY[number]
    step = number - len(EARLY)
    return Level(
        offered=800 - 8 * step, abandoned=f"{9.0 - step / 5:.1f}", busy=18 - step // 2, tickets=760 - 6 * step,
        first_line=f"{92.0 + step / 5:.1f}", completion=25 - step // 4, escalation=7 - step // 8, report=24 - step // 4,
    )  # fmt: skip


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    tables: dict[str, Events] = {
        "calls": [],
        "tickets": [],
        "leaks": [],
        "survey_answers": [],
        "survey_invitations": [],
    }
    for number, period in enumerate(months_in(EVALUATION)):
        tables["calls"] += _calls(maker, period, level(number))
        tables["tickets"] += _tickets(maker, period, level(number))
    for survey, period, percent, questions in ROUNDS:
        respondents = part_of(STAFF, percent=percent)
        tables["survey_invitations"] += surveyed(
            maker, survey=survey, period=period, invited=STAFF, answered=respondents
        )
        tables["survey_answers"] += answers(
            maker, survey=survey, period=period, respondents=respondents, questions=questions
        )
    return tables


def _calls(maker: Maker, period: Period, month: Level) -> Events:
    abandoned = _nearest(month.offered, month.abandoned)
    answered = month.offered - abandoned
    talks = durations(answered, total=answered * 240, rng=maker.rng, least=30)
    escalated = answered // ESCALATED_SHARE
    seconds = durations(escalated, total=escalated * 60 * month.escalation, rng=maker.rng, least=60)
    outcomes = (
        ("answered", answered),
        ("ivr_abandoned", abandoned // 4),
        ("queue_abandoned", abandoned - abandoned // 4),
        ("busy_pbx", month.busy - month.busy // 5),
        ("busy_carrier", month.busy // 5),
        ("out_of_hours", month.offered // 40),
    )
    handled = [(talk, talk // 5) for talk in talks]
    return calls(maker, CallMonth(period=period, outcomes=outcomes, handled=handled, escalation_seconds=seconds))


def _nearest(whole: int, percent: str) -> int:
    """Return the part that comes nearest: these monthly levels are invented, no document prints them."""
    return round(whole * float(percent) / 100)


def _tickets(maker: Maker, period: Period, month: Level) -> Events:
    resolved = _nearest(month.tickets, month.first_line)
    escalated = month.tickets - resolved
    completion = iter(durations(resolved, total=resolved * 60 * month.completion, rng=maker.rng, least=60))
    report = iter(durations(escalated, total=escalated * 60 * month.report, rng=maker.rng, least=60))
    flags = [True] * resolved + [False] * escalated
    maker.rng.shuffle(flags)
    kinds = ("inquiry", "inquiry", "application", "fault")
    made = []
    for number, at in enumerate(maker.moments(month.tickets, period)):
        reference = f"ME-{period.start_date:%Y%m}-{number:05d}"
        event = maker.event(
            "tickets", reference, reference=reference, kind=kinds[number % 4], channel=maker.rng.choice(
                ("phone", "phone", "mail", "web", "counter")), received_at=at, resolved_by_first_line=flags[number],
        )  # fmt: skip
        if flags[number]:
            seconds = next(completion)
            event["resolved_at"] = add_business_seconds(calendar=maker.calendar, start=at, seconds=seconds)
        else:
            escalated_at = at + timedelta(minutes=5)
            reported_at = add_business_seconds(calendar=maker.calendar, start=escalated_at, seconds=next(report))
            event |= {"escalated_at": escalated_at, "escalated_to": "second_line", "progress_reported_at": reported_at}
            event["resolved_at"] = reported_at + timedelta(hours=maker.rng.randrange(1, 40))
        made.append(event)
    return made
