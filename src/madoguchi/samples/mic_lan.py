"""Facts for the Ministry of Internal Affairs' LAN, October 2021 to December 2022."""

from datetime import date, timedelta

from madoguchi.core.calendar.elapsed import add_business_seconds
from madoguchi.core.calendar.periods import Period, quarters_in
from madoguchi.samples.events import Events, Maker, Question, answers, surveyed

EVALUATION = Period(start_date=date(2021, 10, 1), end_date=date(2023, 1, 1))
SURVEY = Period(start_date=date(2022, 12, 1), end_date=date(2022, 12, 24))
# they print as 3, 1, 1, 0 and 0 a month, and fall in each quarter
REQUESTS_BY_QUARTER = (9, 4, 3, 1, 0)
# 11.5 a quarter over the four quarters of 2022; over all five no count gives 11.5
REVISIONS_BY_QUARTER = (11, 14, 12, 11, 9)
WAITED_ELSEWHERE = 3
WISHES, WISHES_DONE = 54, 48
INVITED = 201
# 79.4% of 201 people is not possible: 159 are 79.1%, 160 are 79.6%. 160 is the nearer of the two.
ANSWERED = 160
QUESTIONS = (Question(name="回答までに要した時間", mean="77"), Question(name="説明の分かりやすさ", mean="79"))
SUBJECTS = ("利用申請の可否", "持込機器の接続", "外部サービスの利用", "保存期間の延長")
WORK_UNIT_SECONDS = 3 * 3600


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    return {
        "decision_requests": _decision_requests(maker),
        "criterion_revisions": _revisions(maker),
        "tickets": _wishes(maker),
        "survey_invitations": surveyed(maker, survey="令和4年", period=SURVEY, invited=INVITED, answered=ANSWERED),
        "survey_answers": answers(
            maker, survey="令和4年", period=SURVEY, respondents=ANSWERED,
            questions=QUESTIONS,
        ),
    }  # fmt: skip


def _decision_requests(maker: Maker) -> Events:
    """Let the first three requests wait some days for other divisions; decide all others the same day."""
    made: Events = []
    for period, count in zip(quarters_in(EVALUATION), REQUESTS_BY_QUARTER, strict=True):
        for asked_at in maker.moments(count, period):
            own = timedelta(minutes=maker.rng.randrange(10, 90))
            waited = timedelta(days=7 * maker.rng.randrange(1, 3)) if len(made) < WAITED_ELSEWHERE else timedelta()
            made.append(
                maker.event(
                    "decision_requests", f"{len(made) + 1:04d}", asked_at=asked_at, decided_at=asked_at + own + waited,
                    waited_elsewhere=bool(waited), waiting_elsewhere_seconds=int(waited.total_seconds()),
                    subject=SUBJECTS[len(made) % len(SUBJECTS)],
                )
            )  # fmt: skip
    return made


def _revisions(maker: Maker) -> Events:
    made: Events = []
    for period, count in zip(quarters_in(EVALUATION), REVISIONS_BY_QUARTER, strict=True):
        for at in maker.moments(count, period):
            key = f"{len(made) + 1:04d}"
            made.append(maker.event("criterion_revisions", key, at=at, criterion=f"基準{key}", summary="見直し"))
    return made


def _wishes(maker: Maker) -> Events:
    """Do the first ones within some weeks; leave the latest open at the end of the year."""
    early = Period(start_date=EVALUATION.start_date, end_date=date(2022, 12, 1))
    made: Events = []
    for number, at in enumerate(maker.moments(WISHES, early)):
        work = maker.rng.randrange(8 * WORK_UNIT_SECONDS, 50 * WORK_UNIT_SECONDS)
        done_at = add_business_seconds(calendar=maker.calendar, start=at, seconds=work)
        reference = f"W-{number + 1:04d}"
        made.append(
            maker.event(
                "tickets", reference, reference=reference, kind="wish", channel="web", received_at=at,
                resolved_at=done_at if number < WISHES_DONE else None,
            )
        )  # fmt: skip
    return made
