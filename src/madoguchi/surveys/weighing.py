"""What a round drawn by organisation says of everybody: the answers of each stratum, weighed by its people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count

from madoguchi.core.quality_vocabulary import Allocation, QuestionKind
from madoguchi.core.surveys.questionnaire import Question
from madoguchi.core.surveys.scoring import Pattern, QuestionResult, question_result, score_estimate
from madoguchi.core.surveys.strata import (
    StratifiedMean,
    Stratum,
    StratumAnswers,
    stratified_mean,
    stratified_score,
    stratified_share,
)  # fmt: skip
from madoguchi.core.values import Mean, Rate
from madoguchi.core.vocabulary import Combine
from madoguchi.surveys.models import Response, Round, RoundStratum
from madoguchi.surveys.queries import results_of, sheet_of

Patterns = Counter[Pattern]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreRule:
    """How a question enters a score: what its choices are worth, and its share among the questions."""

    scores: Mapping[str, int]
    weight: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class WeighedStratum:
    """Organisations whose answers are counted together: one, or all of those too small to stand alone."""

    names: tuple[str, ...]
    population: int
    answered: int
    weight: Rate


@dataclass(frozen=True, kw_only=True, slots=True)
class WeighedQuestion:
    """One question over the strata, in their order.

    Everything is None where fewer people of some stratum answered it than the minimum: the others would give that
    stratum away. So no stratum without answers, or with a single one, is ever weighed.
    """

    question: Question
    means: tuple[Mean | None, ...]
    mean: StratifiedMean | None
    satisfied: StratifiedMean | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighing:
    """A closed round by stratum; `left_out_count` sheets came without one, on paper or from people who came later."""

    strata: tuple[WeighedStratum, ...]
    questions: tuple[WeighedQuestion, ...]
    left_out_count: int
    is_equal: bool

    @property
    def has_lean(self) -> bool:
        """Say whether small organisations weigh too much in a joined stratum, as after as many asked of each."""
        return self.is_equal and self.has_joined

    @property
    def has_joined(self) -> bool:
        return any(len(each.names) > 1 for each in self.strata)


def weighing_of(found: Round) -> Weighing | None:
    """Return a round's answers weighed by N_h/N; None where its answers do not know their strata, or are not shown."""
    if not found.is_stratified or not results_of(found).is_shown:
        return None
    groups = _groups(list(found.strata.order_by("pk")))
    asked = [each for each in sheet_of(found).questions if each.kind is QuestionKind.CHOICE]
    patterns = _patterns(found, asked)
    if not patterns.keys() - {None}:
        return None
    counted = [patterns.get(group[0].pk, Counter()) for group in groups]
    strata = _strata(groups, counted)
    return Weighing(
        strata=strata, left_out_count=patterns.get(None, Counter()).total(),
        is_equal=found.allocation == Allocation.EQUAL.value,
        questions=tuple(
            _weighed(strata, _results(counted, question, place), minimum=found.minimum)
            for place, question in enumerate(asked)
        ),
    )  # fmt: skip


def weighed_score(found: Round, *, rules: Mapping[str, ScoreRule], combine: Combine) -> StratifiedMean | None:
    """Return a score over several questions, weighed, of a round whose weighing stands.

    None where fewer people of some stratum than the minimum answered one of the questions.
    """
    asked = [each for each in sheet_of(found).questions if each.id in rules]
    groups = _groups(list(found.strata.order_by("pk")))
    patterns = _patterns(found, asked)
    parts = []
    for group in groups:
        own = patterns.get(group[0].pk, Counter())
        answered = [sum(n for pattern, n in own.items() if pattern[place]) for place in range(len(asked))]
        estimate = score_estimate(
            own, scores=[rules[each.id].scores for each in asked], combine=combine,
            weights=[rules[each.id].weight for each in asked],
        )  # fmt: skip
        if estimate is None or min(answered) < found.minimum:
            return None
        name, size = "、".join(each.name for each in group), sum(each.population_count for each in group)
        parts.append((Stratum(name=name, size=size), estimate))
    return stratified_score(parts)


def _groups(strata: Sequence[RoundStratum]) -> list[list[RoundStratum]]:
    """Return the strata that stand alone, and all joined ones together at the end, the first of them in front."""
    joined = [each for each in strata if each.is_joined]
    return [[each] for each in strata if not each.is_joined] + ([joined] if joined else [])


def _patterns(found: Round, asked: Sequence[Question]) -> dict[int | None, Patterns]:
    """Return by stratum how many sheets gave just these choices; counted by the database."""
    patterns: dict[int | None, Patterns] = {}
    rows = Response.objects.filter(round=found).order_by().values_list("stratum", "answers")
    for stratum, answers, people in rows.annotate(people=Count("pk")):
        patterns.setdefault(stratum, Counter())[tuple(answers.get(each.id) for each in asked)] += people
    return patterns


def _strata(groups: Sequence[Sequence[RoundStratum]], counted: Sequence[Patterns]) -> tuple[WeighedStratum, ...]:
    sizes = [sum(each.population_count for each in group) for group in groups]
    return tuple(
        WeighedStratum(
            names=tuple(each.name for each in group), population=size, answered=patterns.total(),
            weight=Rate(part=size, whole=sum(sizes)),
        )
        for group, size, patterns in zip(groups, sizes, counted, strict=True)
    )  # fmt: skip


def _results(counted: Sequence[Patterns], question: Question, place: int) -> list[QuestionResult]:
    return [question_result(each, question=question, place=place, population=None) for each in counted]


def _weighed(strata: Sequence[WeighedStratum], results: Sequence[QuestionResult], *, minimum: int) -> WeighedQuestion:
    means = [each.mean for each in results]
    has_means = all(each.count >= minimum for each in means)
    has_shares = all(each.answered >= minimum for each in results)
    parts = [Stratum(name="、".join(each.names), size=each.population) for each in strata]
    answers = [
        StratumAnswers(stratum=part, asked=result.answered, scores=_scores(result))
        for part, result in zip(parts, results, strict=True)
    ]
    shares = [(part, result.satisfied) for part, result in zip(parts, results, strict=True)]
    return WeighedQuestion(
        question=results[0].question, means=tuple(means) if has_means else (None,) * len(means),
        mean=stratified_mean(answers) if has_means else None,
        satisfied=stratified_share(shares) if has_shares else None,
    )  # fmt: skip


def _scores(result: QuestionResult) -> Counter[int]:
    scores: Counter[int] = Counter()
    for choice, people in result.counts:
        given = result.question.choice(choice)
        if given is not None and given.score is not None:
            scores[given.score] += people
    return scores
