"""Facts for the Consumer Affairs Agency's network operation, 28 March 2014 to 30 November 2016."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi.core.calendar.elapsed import open_day_after
from madoguchi.core.calendar.periods import Period, fiscal_year_period
from madoguchi.samples.choose import flags_for, part_of
from madoguchi.samples.events import Event, Events, Maker, Question, answers, milestone
from madoguchi.samples.spread import closing, local_moment

AGREED_DAYS = 10
MILESTONES = (
    ("takeover", date(2014, 3, 31), "引継ぎ完了報告書"),
    ("migration", date(2014, 3, 31), "運用業務移行完了報告書"),
)
QUESTION_NAMES = ("申請（3開庁日以内）", "問題（1開庁日以内）", "説明の適切さ", "依頼～解決までの対応", "対応")


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """A fiscal year as far as the evaluation reaches: problems, the percentage solved in time, works."""

    period: Period
    problems: int
    solved: str
    works: int
    large_works: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """A survey round with its published means; `lowest`: only their low ends give the published mean of means."""

    survey: str
    period: Period
    respondents: int
    means: tuple[str, ...]
    lowest: bool = False


# the documents print 94.2% for the fiscal years 2014 and 2015; the others are invented
YEARS = (
    Year(period=Period(start_date=date(2014, 3, 28), end_date=date(2014, 4, 1)),
         problems=5, solved="100.0", works=14, large_works=0),
    Year(period=fiscal_year_period(2014), problems=432, solved="94.2", works=1380, large_works=26),
    Year(period=fiscal_year_period(2015), problems=396, solved="94.2", works=1295, large_works=24),
    Year(period=Period(start_date=date(2016, 4, 1), end_date=date(2016, 12, 1)),
         problems=256, solved="93.8", works=840, large_works=17),
)  # fmt: skip
ROUNDS = (
    Round(survey="平成26年度", period=Period(start_date=date(2015, 2, 1), end_date=date(2015, 3, 1)),
          respondents=240, means=("84.1", "85.2", "84.0", "84.2", "84.3"), lowest=True),
    Round(survey="平成27年度", period=Period(start_date=date(2016, 2, 1), end_date=date(2016, 3, 1)),
          respondents=240, means=("77.6", "82.5", "79.8", "80.1", "79.5")),
)  # fmt: skip


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    tickets: Events = []
    for year in YEARS:
        tickets += _problems(maker, year)
        tickets += _works(maker, year)
        tickets += _large_works(maker, year)
    answered: Events = []
    for each in ROUNDS:
        pairs = zip(QUESTION_NAMES, each.means, strict=True)
        questions = [Question(name=name, mean=mean, lowest=each.lowest) for name, mean in pairs]
        answered += answers(
            maker, survey=each.survey, period=each.period, respondents=each.respondents, questions=questions
        )
    return {"tickets": tickets, "survey_answers": answered, "leaks": [], "milestones": _milestones(maker)}


def _problems(maker: Maker, year: Year) -> Events:
    """Agree another day for some hard problems, and solve them by it."""
    in_time = flags_for(year.problems, part=part_of(year.problems, percent=year.solved), rng=maker.rng)
    made = []
    for number, at in enumerate(maker.moments(year.problems, year.period)):
        has_agreed_day = in_time[number] and maker.rng.random() < 0.03  # noqa: PLR2004  # three of a hundred
        days = maker.rng.choice((0, 1, 1)) if in_time[number] else maker.rng.randrange(2, 6)
        reference = f"P{year.period.start_date:%y%m}-{number:04d}"
        made.append(
            maker.event(
                "tickets", reference, reference=reference, kind="fault", category="課題", channel="phone",
                received_at=at, detected_at=at, agreed_due_at=_agreed(maker, at) if has_agreed_day else None,
                resolved_at=_done(maker, at, days=4 if has_agreed_day else days),
            )
        )  # fmt: skip
    return made


def _works(maker: Maker, year: Year) -> Events:
    made = []
    for number, at in enumerate(maker.moments(year.works, year.period)):
        made.append(_work(maker, f"W{year.period.start_date:%y%m}-{number:04d}", at, days=maker.rng.randrange(4)))
    return made


def _large_works(maker: Maker, year: Year) -> Events:
    """Works around a change of staff come in late June and September; a day is agreed for each."""
    made = []
    for number in range(year.large_works):
        month = (6, 9)[number % 2]
        days = Period(
            start_date=date(year.period.start_date.year, month, 15),
            end_date=date(year.period.start_date.year, month, 28),
        )
        at = maker.moments(1, days)[0]
        work = _work(
            maker, f"L{year.period.start_date:%y%m}-{number:04d}", at, days=maker.rng.randrange(5, AGREED_DAYS)
        )
        made.append(work | {"category": "人事異動対応", "agreed_due_at": _agreed(maker, at)})
    return made


def _work(maker: Maker, reference: str, at: datetime, *, days: int) -> Event:
    return maker.event(
        "tickets", reference, reference=reference, kind="application", category="運用作業", channel="web",
        received_at=at, resolved_at=_done(maker, at, days=days),
    )  # fmt: skip


def _done(maker: Maker, at: datetime, *, days: int) -> datetime:
    """Return a moment on the n-th open day after receipt, in its opening hours and after the receipt."""
    day = open_day_after(calendar=maker.calendar, start=at, days=days)
    opening = local_moment(day, maker.calendar.hours_on(day)[0].start, calendar=maker.calendar)
    first = max(at, opening)
    left = int((closing(opening, calendar=maker.calendar) - first).total_seconds())
    return first + timedelta(seconds=maker.rng.randrange(max(1, left)))


def _agreed(maker: Maker, at: datetime) -> datetime:
    day = open_day_after(calendar=maker.calendar, start=at, days=AGREED_DAYS)
    return local_moment(day, maker.calendar.hours_on(day)[-1].end, calendar=maker.calendar)


def _milestones(maker: Maker) -> Events:
    return [
        milestone(
            maker, name=name, due_at=local_moment(day, 17 * 3600, calendar=maker.calendar), confirmed_by="総務課",
            evidence=evidence,
        )
        for name, day, evidence in MILESTONES
    ]  # fmt: skip
