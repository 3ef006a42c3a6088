"""Single events of the fact tables: calls, survey answers, confirmed milestones."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import Value
from madoguchi.samples.choose import choices_for, score_total
from madoguchi.samples.spread import in_hours, out_of_hours

FIVE_POINTS = (("満足", 100), ("ほぼ満足", 80), ("どちらとも言えない", 60), ("やや不満", 40), ("不満", 0))
AGENTS = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村")
QUEUED = ("queue_abandoned", "queue_timeout")
SECONDS_IN_MENU: Mapping[str, tuple[int, int]] = {
    "ivr_abandoned": (3, 40), "ivr_selfservice": (40, 180), "out_of_hours": (8, 25),
    "busy_pbx": (0, 2), "busy_carrier": (0, 2),
}  # fmt: skip
LONGEST_WAIT = 900
Event = dict[str, Value]
Events = list[Event]


@dataclass(frozen=True, kw_only=True, slots=True)
class Maker:
    """What every event of an example needs: its contract, its calendar and a seeded source of chance."""

    contract: str
    calendar: BusinessCalendar
    rng: random.Random

    def event(self, table: str, key: str, /, **values: Value) -> Event:
        source = {"contract": self.contract, "source": f"sample:{table}/{key}", "source_file": f"{table}.generated"}
        return {**source, **values}

    def moments(self, count: int, period: Period) -> list[datetime]:
        return in_hours(count, period=period, calendar=self.calendar, rng=self.rng)


@dataclass(frozen=True, kw_only=True, slots=True)
class CallMonth:
    """The calls of one month: how many ended how; `handled` are the answered calls' (talk, wrap-up) seconds.

    `escalations` of the answered calls went to the second line after so many seconds, one each, in no order.
    """

    period: Period
    outcomes: Sequence[tuple[str, int]]
    handled: Sequence[tuple[int, int]]
    escalations: Sequence[int] = ()

    def mean_wait(self) -> int:
        """Return how long callers wait on average: the more gave up, the longer the others waited too."""
        counts = dict(self.outcomes)
        gave_up = sum(counts.get(word, 0) for word in QUEUED)
        return 10 + 240 * gave_up // max(1, gave_up + counts.get("answered", 0))


def split_handled(seconds: Iterable[int], *, rng: random.Random) -> list[tuple[int, int]]:
    """Return handle times as talk and wrap-up: a sixth to a third of each is wrap-up."""
    parts = ((each, each * rng.randrange(16, 34) // 100) for each in seconds)
    return [(each - wrap_up, wrap_up) for each, wrap_up in parts]


def calls(maker: Maker, month: CallMonth) -> Events:
    """Return a month of calls, whole, each with one outcome, in order of arrival but for those out of hours."""
    words = [outcome for outcome, count in month.outcomes for _ in range(count)]
    maker.rng.shuffle(words)
    late = out_of_hours(words.count("out_of_hours"), period=month.period, calendar=maker.calendar, rng=maker.rng)
    usual = maker.moments(len(words) - len(late), month.period)
    escalations = [*month.escalations, *[None] * (len(month.handled) - len(month.escalations))]
    maker.rng.shuffle(escalations)
    answered = iter(zip(month.handled, escalations, strict=True))
    made, evening, daytime = [], iter(late), iter(usual)
    for number, word in enumerate(words):
        at = next(evening) if word == "out_of_hours" else next(daytime)
        key = f"{month.period.start_date:%Y%m}-{number:05d}"
        call = maker.event("calls", key, offered_at=at, line="代表番号", outcome=word)
        if word == "answered":
            call |= _answered(maker, at, *next(answered), month.mean_wait())
        else:
            call |= _lost(maker, at, word, month.mean_wait())
        made.append(call)
    return made


def _answered(maker: Maker, at: datetime, handled: tuple[int, int], escalation: int | None, mean_wait: int) -> Event:
    talk, wrap_up = handled
    queued_at = at + timedelta(seconds=maker.rng.randrange(15, 40))
    wait = _exponential(maker, mean_wait)
    answered_at = queued_at + timedelta(seconds=wait)
    return {
        "queued_at": queued_at, "answered_at": answered_at, "ended_at": answered_at + timedelta(seconds=talk),
        "queue": "desk", "queue_visit_count": 1, "agent_leg_count": 1, "agent": maker.rng.choice(AGENTS),
        "wait_seconds": wait, "talk_seconds": talk, "wrap_up_seconds": wrap_up,
        "escalated_at": None if escalation is None else answered_at + timedelta(seconds=escalation),
        "escalated_to": None if escalation is None else "second_line",
    }  # fmt: skip


def _lost(maker: Maker, at: datetime, word: str, mean_wait: int) -> Event:
    if word not in QUEUED:
        seconds = maker.rng.randint(*SECONDS_IN_MENU[word])
        return {"ended_at": at + timedelta(seconds=seconds), "queue_visit_count": 0}
    queued_at = at + timedelta(seconds=maker.rng.randrange(15, 40))
    patience = _exponential(maker, 30 + mean_wait)
    return {
        "queued_at": queued_at, "ended_at": queued_at + timedelta(seconds=patience), "queue": "desk",
        "queue_visit_count": 1, "wait_seconds": patience,
    }  # fmt: skip


def _exponential(maker: Maker, mean: int) -> int:
    return 1 + min(LONGEST_WAIT, int(maker.rng.expovariate(1 / mean)))


def surveyed(maker: Maker, *, survey: str, period: Period, invited: int, answered: int) -> Events:
    """Return the invitations of a survey round; the first `answered` of them were answered."""
    asked_at = maker.moments(1, Period(start_date=period.start_date, end_date=period.start_date + timedelta(days=4)))[0]
    replies = [max(asked_at, at) for at in maker.moments(answered, period)]
    return [
        maker.event(
            "survey_invitations", f"{survey}-{number:05d}", invited_at=asked_at, survey=survey,
            answered_at=replies[number] if number < answered else None,
        )
        for number in range(invited)
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A survey question and the mean score it was published with."""

    name: str
    mean: str
    lowest: bool = False


def answers(
    maker: Maker, *, survey: str, period: Period, respondents: int, questions: Iterable[Question],
    scores: Sequence[tuple[str, int]] = FIVE_POINTS, step: int = 20,
) -> Events:  # fmt: skip
    """Return every respondent's answer to every question."""
    moments = maker.moments(respondents, period)
    made = []
    for question in questions:
        total = score_total(respondents, mean=question.mean, step=step, lowest=question.lowest)
        for number, choice in enumerate(choices_for(respondents, total=total, scores=scores, rng=maker.rng)):
            person = f"{survey}-{number:05d}"
            made.append(
                maker.event(
                    "survey_answers", f"{person}-{question.name}", answered_at=moments[number], survey=survey,
                    question=question.name, respondent=person, choice=choice, score=dict(scores)[choice],
                )
            )  # fmt: skip
    return made


def milestone(maker: Maker, *, name: str, due_at: datetime, confirmed_by: str, evidence: str) -> Event:
    """Return something confirmed by a person, with evidence, the hour before it was due."""
    return maker.event(
        "milestones", f"{name}-{due_at:%Y%m%d}", milestone=name, due_at=due_at,
        confirmed_at=due_at - timedelta(hours=1), confirmed_by=confirmed_by, evidence=evidence,
    )  # fmt: skip
