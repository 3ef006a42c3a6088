"""Facts for the Ministry of Internal Affairs' LAN, October 2021 to December 2022."""

from datetime import date, timedelta

from madoguchi.core.calendar.periods import Period, quarters_in
from madoguchi.samples.events import Events, Maker, Question, answers, surveyed

EVALUATION = Period(start_date=date(2021, 10, 1), end_date=date(2023, 1, 1))
REVIEWED = Period(start_date=date(2022, 1, 1), end_date=date(2023, 1, 1))
SURVEY = Period(start_date=date(2022, 12, 1), end_date=date(2022, 12, 24))
REQUESTS_BY_QUARTER = (9, 3, 3, 0, 0)
REVISIONS_BY_QUARTER = (14, 12, 11, 9)
WAITED_ELSEWHERE = 3
WISHES, WISHES_DONE = 54, 48
INVITED = 201
# 79.4% of 201 people is not possible: 159 are 79.1%, 160 are 79.6%. 160 is the nearer of the two.
ANSWERED = 160
QUESTIONS = (Question(name="回答までに要した時間", mean="77"), Question(name="説明の分かりやすさ", mean="79"))


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
        for at in maker.moments(count, period):
            waited = len(made) < WAITED_ELSEWHERE
            decided_at = at + (timedelta(days=6) if waited else timedelta(minutes=maker.rng.randrange(10, 60)))
            made.append(
                maker.event(
                    "decision_requests", f"{len(made) + 1:04d}", asked_at=at, decided_at=decided_at,
                    waited_elsewhere=waited, waiting_elsewhere_seconds=6 * 86_400 if waited else 0, subject="判断依頼",
                )
            )  # fmt: skip
    return made


def _revisions(maker: Maker) -> Events:
    made: Events = []
    for period, count in zip(quarters_in(REVIEWED), REVISIONS_BY_QUARTER, strict=True):
        for at in maker.moments(count, period):
            key = f"{len(made) + 1:04d}"
            made.append(maker.event("criterion_revisions", key, at=at, criterion=f"基準{key}", summary="見直し"))
    return made


def _wishes(maker: Maker) -> Events:
    early = Period(start_date=EVALUATION.start_date, end_date=date(2022, 12, 1))
    made: Events = []
    for number, at in enumerate(maker.moments(WISHES, early)):
        resolved_at = at + timedelta(days=maker.rng.randrange(3, 25)) if number < WISHES_DONE else None
        reference = f"W-{number + 1:04d}"
        made.append(
            maker.event(
                "tickets", reference, reference=reference, kind="wish", channel="web", received_at=at,
                resolved_at=resolved_at,
            )
        )  # fmt: skip
    return made
