"""What the page of a survey round shows: figures as printed, nothing of groups too small."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from madoguchi.contracts.models import Contract
from madoguchi.core.metrics.spec import Indicator, Measurement
from madoguchi.core.surveys.intervals import Interval
from madoguchi.core.surveys.questionnaire import Question, in_language
from madoguchi.core.surveys.scoring import Pattern, QuestionResult, score_interval
from madoguchi.core.surveys.strata import StratifiedMean
from madoguchi.core.values import Mean, Rate, rounded
from madoguchi.core.vocabulary import Statistic
from madoguchi.quality.figures import figures_of_round
from madoguchi.reports.rows import Row, row_of
from madoguchi.surveys.models import Round
from madoguchi.surveys.queries import Results, earlier_rounds, results_of
from madoguchi.surveys.weighing import ScoreRule, WeighedQuestion, Weighing, weighed_score, weighing_of

NOTHING = "－"
TENTH = Decimal("0.1")


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionRow:
    """One question as printed; `result` is None where too few people answered it."""

    text: str
    result: QuestionResult | None
    choices: tuple[tuple[str, int, str], ...]
    mean: str
    mean_interval: str
    satisfied: str
    satisfied_interval: str


def printed_mean(mean: Mean | None) -> str:
    exact = mean.exact() if mean else None
    return NOTHING if exact is None else f"{rounded(exact, decimals=1)}"


def printed_rate(rate: Rate) -> str:
    percent = rate.percent(decimals=1)
    return NOTHING if percent is None else f"{percent}%"


def printed_interval(interval: Interval | None, *, scale: int = 1, unit: str = "") -> str:
    if interval is None:
        return NOTHING
    low, high = ((each * scale).quantize(TENTH, rounding=ROUND_HALF_UP) for each in (interval.low, interval.high))
    return f"{low}{unit} ～ {high}{unit}"


def question_rows(results: Results, *, language: str) -> list[QuestionRow]:
    return [_row(in_language(asked.texts, language), result, language) for asked, result in _pairs(results)]


def _pairs(results: Results) -> Iterator[tuple[Question, QuestionResult | None]]:
    return zip(results.asked, results.questions, strict=True)


def _row(text: str, result: QuestionResult | None, language: str) -> QuestionRow:
    if result is None:
        return QuestionRow(
            text=text, result=None, choices=(), mean=NOTHING, mean_interval=NOTHING, satisfied=NOTHING,
            satisfied_interval=NOTHING,
        )  # fmt: skip
    counts = dict(result.counts)
    return QuestionRow(
        text=text, result=result, mean=printed_mean(result.mean),
        choices=tuple(
            (in_language(each.texts, language), counts[each.id],
             printed_rate(Rate(part=counts[each.id], whole=result.answered)))
            for each in result.question.choices
        ),
        mean_interval=printed_interval(result.mean_interval), satisfied=printed_rate(result.satisfied),
        satisfied_interval=printed_interval(result.satisfied_interval, scale=100, unit="%"),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractRow:
    """A promised figure; `weighed` is the one weighed by organisation, to which the interval then belongs.

    `is_hidden`: there is no interval, as too few people of some organisation answered one of the questions.
    """

    row: Row
    interval: str
    weighed: str = ""
    is_hidden: bool = False


def contract_rows(
    *, contract: Contract, found: Round, results: Results, language: str, now: datetime
) -> list[ContractRow]:
    """Return what the contract promises of a round, measured and judged, each score with its interval."""
    is_weighed = weighing_of(found) is not None
    figures = figures_of_round(contract=contract, found=found, now=now)
    rows = [(each, row_of(each, language=language)) for each in figures]
    return [
        _weighed_score_row(each.indicator, row, results, found)
        if is_weighed and _has_score(each.indicator, results)
        else ContractRow(row=row, interval=printed_interval(_interval(each, results, found)))
        for each, row in rows
    ]


def _has_score(indicator: Indicator, results: Results) -> bool:
    """Say whether an indicator is a score whose questions were all asked in a round that can be shown."""
    asked = {question.id for question in results.asked}
    is_asked = all(name in asked for name, _ in indicator.groups)
    return indicator.statistic is Statistic.SURVEY_SCORE and is_asked and results.is_shown


def _weighed_score_row(indicator: Indicator, row: Row, results: Results, found: Round) -> ContractRow:
    places = {question.id: place for place, question in enumerate(results.asked)}
    rules = {
        name: ScoreRule(scores=_scores(indicator, results, places[name]), weight=weight)
        for name, weight in indicator.groups
    }
    score = weighed_score(found, rules=rules, combine=indicator.combine)
    if score is None:
        return ContractRow(row=row, interval=NOTHING, is_hidden=True)
    return ContractRow(row=row, interval=printed_interval(score.interval), weighed=printed_exact(score))


def _interval(measurement: Measurement, results: Results, found: Round) -> Interval | None:
    """Return the interval of a contract's score, where all its questions were asked in this round."""
    indicator = measurement.indicator
    if not _has_score(indicator, results):
        return None
    names = {question.id: place for place, question in enumerate(results.asked)}
    places = [names[name] for name, _ in indicator.groups]
    patterns: Counter[Pattern] = Counter()
    for pattern, people in results.patterns.items():
        patterns[tuple(pattern[place] for place in places)] += people
    return score_interval(
        patterns, scores=[_scores(indicator, results, place) for place in places],
        weights=[weight for _, weight in indicator.groups], combine=indicator.combine,
        population=found.population_count,
    )  # fmt: skip


def _scores(indicator: Indicator, results: Results, place: int) -> dict[str, int]:
    own = {each.id: each.score for each in results.asked[place].choices if each.score is not None}
    return dict(indicator.scores) or own


@dataclass(frozen=True, kw_only=True, slots=True)
class WeighedRow:
    """One question weighed by the strata's people, as printed."""

    text: str
    mean: str
    mean_interval: str
    satisfied: str
    satisfied_interval: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WeighedLine:
    """One stratum as printed, with its mean of each question."""

    names: tuple[str, ...]
    population: int
    weight: str
    answered: int
    means: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WeighedPage:
    """The questions, and the strata with the mean of each question, as printed."""

    table: tuple[WeighedLine, ...]
    rows: tuple[WeighedRow, ...]
    has_joined: bool
    has_lean: bool
    left_out_count: int


def weighed_page(found: Round, *, language: str) -> WeighedPage | None:
    """Return what a round drawn by organisation shows of its strata; None where its answers do not know them."""
    weighing = weighing_of(found)
    if weighing is None:
        return None
    return WeighedPage(
        table=tuple(_weighed_line(weighing, place) for place in range(len(weighing.strata))),
        rows=tuple(_weighed_row(each, language) for each in weighing.questions),
        has_joined=weighing.has_joined, has_lean=weighing.has_lean, left_out_count=weighing.left_out_count,
    )  # fmt: skip


def _weighed_line(weighing: Weighing, place: int) -> WeighedLine:
    stratum = weighing.strata[place]
    return WeighedLine(
        names=stratum.names, population=stratum.population, weight=printed_rate(stratum.weight),
        answered=stratum.answered, means=tuple(printed_mean(each.means[place]) for each in weighing.questions),
    )  # fmt: skip


def _weighed_row(weighed: WeighedQuestion, language: str) -> WeighedRow:
    mean = weighed.mean if weighed.question.is_scored else None
    return WeighedRow(
        text=in_language(weighed.question.texts, language), mean=printed_exact(mean),
        mean_interval=printed_interval(mean.interval if mean else None),
        satisfied=printed_exact(weighed.satisfied, scale=100, unit="%"),
        satisfied_interval=printed_interval(
            weighed.satisfied.interval if weighed.satisfied else None, scale=100, unit="%"
        ),
    )  # fmt: skip


def printed_exact(figure: StratifiedMean | None, *, scale: int = 1, unit: str = "") -> str:
    if figure is None or figure.exact is None:
        return NOTHING
    return f"{rounded(scale * figure.exact, decimals=1)}{unit}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A question's mean in each of several rounds, and what it changed by since the one before."""

    text: str
    means: tuple[str, ...]
    change: str


def comparison(found: Round, *, language: str) -> tuple[list[Round], list[str], list[Comparison]]:
    """Return the rounds up to this one, their response rates, and each question's means."""
    rounds = earlier_rounds(found)
    counted = [results_of(each) for each in rounds]
    rates = [printed_rate(each.response_rate) for each in counted]
    rows = []
    for asked in counted[-1].asked if counted else ():
        means = [_mean_of(each, asked.id) for each in counted]
        rows.append(
            Comparison(
                text=in_language(asked.texts, language), means=tuple(printed_mean(each) for each in means),
                change=_change(means),
            )
        )  # fmt: skip
    return rounds, rates, rows


def _mean_of(results: Results, question_id: str) -> Mean | None:
    found = [each for each in results.questions if each is not None and each.question.id == question_id]
    return found[0].mean if found else None


def _change(means: list[Mean | None]) -> str:
    exact = [each.exact() if each else None for each in means[-2:]]
    if len(exact) < 2 or exact[0] is None or exact[1] is None:  # noqa: PLR2004  # two to compare
        return NOTHING
    return f"{rounded(Fraction(exact[1] - exact[0]), decimals=1):+}"
