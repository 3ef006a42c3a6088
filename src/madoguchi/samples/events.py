"""Single events of the fact tables: calls, tickets, survey answers."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import Value
from madoguchi.samples.choose import choices_for, part_of, score_total
from madoguchi.samples.spread import in_hours, out_of_hours

FIVE_POINTS = (("満足", 100), ("ほぼ満足", 80), ("どちらとも言えない", 60), ("やや不満", 40), ("不満", 0))
AGENTS = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村")
MARGIN = 3600
Events = list[dict[str, Value]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Maker:
    """What every event of an example needs: its contract, its calendar and a seeded source of chance."""

    contract: str
    calendar: BusinessCalendar
    rng: random.Random

    def event(self, table: str, key: str, /, **values: Value) -> dict[str, Value]:
        source = {"contract": self.contract, "source": f"sample:{table}/{key}", "source_file": f"{table}.generated"}
        return {**source, **values}

    def moments(self, count: int, period: Period) -> list[datetime]:
        return in_hours(count, period=period, calendar=self.calendar, rng=self.rng, margin=MARGIN)


@dataclass(frozen=True, kw_only=True, slots=True)
class CallMonth:
    """The calls of one month: how many ended how; `handled` are the answered calls' (talk, wrap-up) seconds.

    `escalated` of the answered calls went to the second line after `escalation_seconds`, one each.
    """

    period: Period
    outcomes: Sequence[tuple[str, int]]
    handled: Sequence[tuple[int, int]]
    escalation_seconds: Sequence[int] = ()


def calls(maker: Maker, month: CallMonth) -> Events:
    """Return a month of calls, whole, each with one outcome."""
    words = [outcome for outcome, count in month.outcomes for _ in range(count)]
    maker.rng.shuffle(words)
    late = out_of_hours(words.count("out_of_hours"), period=month.period, calendar=maker.calendar, rng=maker.rng)
    usual = maker.moments(len(words) - len(late), month.period)
    handled, escalated = iter(month.handled), iter(month.escalation_seconds)
    made, evening, daytime = [], iter(late), iter(usual)
    for number, word in enumerate(words):
        at = next(evening) if word == "out_of_hours" else next(daytime)
        key = f"{month.period.start_date:%Y%m}-{number:05d}"
        call = maker.event("calls", key, offered_at=at, line="0570000000", outcome=word)
        call |= (
            _answered(maker, at, next(handled), next(escalated, None)) if word == "answered" else _lost(maker, at, word)
        )
        made.append(call)
    return made


def _answered(maker: Maker, at: datetime, handled: tuple[int, int], escalated: int | None) -> dict[str, Value]:
    talk, wrap_up = handled
    queued_at = at + timedelta(seconds=maker.rng.randrange(5, 20))
    wait = maker.rng.randrange(1, 60)
    answered_at = queued_at + timedelta(seconds=wait)
    escalated_at = None if escalated is None else answered_at + timedelta(seconds=escalated)
    ended_at = max(answered_at + timedelta(seconds=talk), escalated_at or answered_at)
    return {
        "queued_at": queued_at, "answered_at": answered_at, "ended_at": ended_at, "wait_seconds": wait,
        "talk_seconds": talk, "wrap_up_seconds": wrap_up, "agent": maker.rng.choice(AGENTS),
        "escalated_at": escalated_at, "queue_visit_count": 1, "agent_leg_count": 1,
    }  # fmt: skip


def _lost(maker: Maker, at: datetime, word: str) -> dict[str, Value]:
    seconds = maker.rng.randrange(2, 180)
    is_queued = word in ("queue_abandoned", "queue_timeout")
    queued_at = at + timedelta(seconds=8) if is_queued else None
    return {
        "queued_at": queued_at,
        "ended_at": (queued_at or at) + timedelta(seconds=seconds),
        "queue_visit_count": int(is_queued),
    }


def surveyed(maker: Maker, *, survey: str, period: Period, invited: int, answered: int) -> Events:
    """Return the invitations of a survey round; the first `answered` of them were answered."""
    asked_at = maker.moments(1, period)[0]
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


def flagged(maker: Maker, whole: int, *, percent: str) -> list[bool]:
    """Return `whole` flags of which as many are set as give the published percentage, in no order."""
    part = part_of(whole, percent=percent)
    flags = [True] * part + [False] * (whole - part)
    maker.rng.shuffle(flags)
    return flags
