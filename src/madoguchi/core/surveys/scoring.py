"""Answers counted by pattern: how many people gave just these choices. Scores and shares follow from the counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from madoguchi.core.surveys.intervals import Interval, mean_interval, share_interval
from madoguchi.core.surveys.questionnaire import Question
from madoguchi.core.values import Mean, Rate
from madoguchi.core.vocabulary import Combine

Pattern = tuple[str | None, ...]
Patterns = Mapping[Pattern, int]
"""People by the choices they gave, one place a question; None where a question was not answered."""
Scores = Sequence[Mapping[str, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionResult:
    """What was answered to one question; intervals are None where they cannot be computed."""

    question: Question
    counts: tuple[tuple[str, int], ...]
    answered: int
    mean: Mean
    mean_interval: Interval | None
    satisfied: Rate
    satisfied_interval: Interval | None


def question_result(patterns: Patterns, *, question: Question, place: int, population: int | None) -> QuestionResult:
    """Count one question; the share of satisfied is of those who answered it, the mean of those with a score."""
    counts = {each.id: 0 for each in question.choices}
    for pattern, people in patterns.items():
        choice = pattern[place]
        if choice is not None:
            counts[choice] = counts.get(choice, 0) + people
    scored = [(each.score, counts[each.id]) for each in question.choices if each.score is not None]
    total, valued = sum(score * n for score, n in scored), sum(n for _, n in scored)
    squares = sum(score * score * n for score, n in scored)
    answered = sum(counts.values())
    satisfied = Rate(part=sum(counts[each.id] for each in question.choices if each.is_satisfied), whole=answered)
    interval = None
    if valued > 1:
        variance = (squares - Fraction(total * total, valued)) / (valued - 1)
        interval = mean_interval(Fraction(total, valued), variance=variance, count=valued, population=population)
    return QuestionResult(
        question=question, counts=tuple(counts.items()), answered=answered, mean=Mean(total=total, count=valued),
        mean_interval=interval, satisfied=satisfied,
        satisfied_interval=share_interval(satisfied, population=population),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreEstimate:
    """A score over several questions, the variance of each person's part in it, and how many people gave an answer."""

    exact: Fraction
    variance: Fraction
    count: int


def score_interval(
    patterns: Patterns, *, scores: Scores, weights: Sequence[Fraction], combine: Combine, population: int | None
) -> Interval | None:
    """Return the interval of a score over several questions, by the contract's rule for joining them."""
    found = score_estimate(patterns, scores=scores, weights=weights, combine=combine)
    if found is None:
        return None
    return mean_interval(found.exact, variance=found.variance, count=found.count, population=population)


def score_estimate(
    patterns: Patterns, *, scores: Scores, weights: Sequence[Fraction], combine: Combine
) -> ScoreEstimate | None:
    """Return a score by the contract's rule; None where a question has no answer, or fewer than two people gave any.

    The score is a ratio of sums over people, so its variance is that of each person's linear part (Cochran 1977,
    section 2.11: for a ratio R of totals y and m, the sample variance of y - R m, divided by the mean of m).
    """
    rows = [
        ([values.get(choice or "") for choice, values in zip(pattern, scores, strict=True)], people)
        for pattern, people in patterns.items()
    ]
    rows = [(row, people) for row, people in rows if any(value is not None for value in row)]
    people = sum(count for _, count in rows)
    totals = [sum(value * n for value, n in _column(rows, place)) for place in range(len(scores))]
    valued = [sum(n for _, n in _column(rows, place)) for place in range(len(scores))]
    if people < 2 or not all(valued):  # noqa: PLR2004  # one person has no spread
        return None
    if combine is Combine.MEAN_OF_ANSWERS:
        shares = [Fraction(people, sum(valued))] * len(scores)
        means = [Fraction(sum(totals), sum(valued))] * len(scores)
    else:
        shares = [weight / sum(weights) * Fraction(people, n) for weight, n in zip(weights, valued, strict=True)]
        means = [Fraction(total, n) for total, n in zip(totals, valued, strict=True)]
    exact = sum(
        (share * Fraction(total, people) for share, total in zip(shares, totals, strict=True)), start=Fraction(0)
    )
    squares = sum((count * _part(row, shares, means) ** 2 for row, count in rows), start=Fraction(0))
    return ScoreEstimate(exact=exact, variance=squares / (people - 1), count=people)


def _part(row: Sequence[int | None], shares: Sequence[Fraction], means: Sequence[Fraction]) -> Fraction:
    """Return what one person's answers add to the score's spread."""
    given = zip(shares, row, means, strict=True)
    return sum((share * (value - mean) for share, value, mean in given if value is not None), start=Fraction(0))


def _column(rows: Sequence[tuple[list[int | None], int]], place: int) -> Iterator[tuple[int, int]]:
    return ((value, people) for row, people in rows if (value := row[place]) is not None)
