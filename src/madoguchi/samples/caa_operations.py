"""Facts for the Consumer Affairs Agency's network operation, fiscal years 2014 and 2015."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from madoguchi.core.calendar.elapsed import open_day_after
from madoguchi.core.calendar.periods import Period, fiscal_year_period
from madoguchi.samples.events import Events, Maker, Question, answers, flagged

if TYPE_CHECKING:
    from madoguchi.core.events import Value

# (fiscal year, problems, published percentage solved in time, works)
YEARS = ((2014, 432, "94.2", 1380), (2015, 396, "94.2", 1295))
LARGE_WORK_EVERY = 60
ROUNDS = (
    ("平成26年度", Period(start_date=date(2015, 2, 1), end_date=date(2015, 3, 1)), 240,
     (("申請（3開庁日以内）", "84.1"), ("問題（1開庁日以内）", "85.2"), ("説明の適切さ", "84.0"),
      ("依頼～解決までの対応", "84.2"), ("対応", "84.3"))),
    ("平成27年度", Period(start_date=date(2016, 2, 1), end_date=date(2016, 3, 1)), 240,
     (("申請（3開庁日以内）", "77.6"), ("問題（1開庁日以内）", "82.5"), ("説明の適切さ", "79.8"),
      ("依頼～解決までの対応", "80.1"), ("対応", "79.5"))),
)  # fmt: skip
MILESTONES = (
    ("takeover", datetime(2014, 3, 31, 8, 0, tzinfo=UTC), "引継ぎ完了報告書"),
    ("migration", datetime(2014, 3, 31, 9, 0, tzinfo=UTC), "運用業務移行完了報告書"),
)


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    tickets: Events = []
    for year, problems, percent, works in YEARS:
        tickets += _problems(maker, year, problems, percent)
        tickets += _works(maker, year, works)
    answered: Events = []
    for survey, period, respondents, means in ROUNDS:
        # the published means of the questions are possible together with their mean only at their low ends
        questions = [Question(name=name, mean=mean, lowest=survey == "平成26年度") for name, mean in means]
        answered += answers(maker, survey=survey, period=period, respondents=respondents, questions=questions)
    return {"tickets": tickets, "survey_answers": answered, "leaks": [], "milestones": _milestones(maker)}


def _moment_on(maker: Maker, day: date, at: datetime) -> datetime:
    """Return a moment of a day, a little before closing and never before the receipt."""
    hours = maker.calendar.hours_on(day)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(seconds=maker.calendar.utc_offset_seconds)
    return max(at + timedelta(minutes=1), midnight + timedelta(seconds=hours[-1].end - 600))


def _problems(maker: Maker, year: int, count: int, percent: str) -> Events:
    flags = flagged(maker, count, percent=percent)
    made = []
    for number, at in enumerate(maker.moments(count, fiscal_year_period(year))):
        days = maker.rng.choice((0, 1, 1)) if flags[number] else maker.rng.randrange(2, 6)
        resolved_at = _moment_on(maker, open_day_after(calendar=maker.calendar, start=at, days=days), at)
        reference = f"P{year}-{number:04d}"
        made.append(
            maker.event(
                "tickets", reference, reference=reference, kind="fault", channel="phone", received_at=at,
                detected_at=at, resolved_at=resolved_at,
            )
        )  # fmt: skip
    return made


def _works(maker: Maker, year: int, count: int) -> Events:
    """Every work is done in three open days, large ones by the day agreed for them."""
    made = []
    for number, at in enumerate(maker.moments(count, fiscal_year_period(year))):
        is_large = number % LARGE_WORK_EVERY == 0
        days = 8 if is_large else maker.rng.randrange(4)
        resolved_at = _moment_on(maker, open_day_after(calendar=maker.calendar, start=at, days=days), at)
        agreed: dict[str, Value] = {"agreed_due_at": resolved_at + timedelta(days=2)} if is_large else {}
        reference = f"W{year}-{number:04d}"
        made.append(
            maker.event(
                "tickets", reference, reference=reference, kind="application", channel="web", received_at=at,
                category="人事異動対応" if is_large else "運用作業", resolved_at=resolved_at,
            )
            | agreed
        )  # fmt: skip
    return made


def _milestones(maker: Maker) -> Events:
    return [
        maker.event(
            "milestones", name, milestone=name, due_at=due_at, confirmed_at=due_at - timedelta(days=1),
            confirmed_by="主管課", evidence=evidence,
        )
        for name, due_at, evidence in MILESTONES
    ]  # fmt: skip
