"""Stratified samples: how many to ask in each stratum, whom, and the mean that follows from their answers.

Formulas of W. G. Cochran, Sampling Techniques, 3rd ed. 1977, chapter 5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.errors import MadoguchiError
from madoguchi.core.surveys.intervals import Z_95, Interval
from madoguchi.core.surveys.sampling import drawn
from madoguchi.core.surveys.scoring import ScoreEstimate
from madoguchi.core.values import Rate

LEAST = 2
"""Answers that a stratum's variance needs."""


class SampleTooSmallError(MadoguchiError):
    """The sample cannot give every stratum its two people."""

    def __init__(self, *, sample: int, least: int) -> None:
        self.least = least
        super().__init__(f"sample: {sample} given, at least {least} needed for two people a stratum")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stratum:
    """A part of the population, apart from all others."""

    name: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StratumAnswers:
    """How many of a stratum were asked, and the scores of those who answered, by how many gave each."""

    stratum: Stratum
    asked: int
    scores: Mapping[int, int]

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def response_rate(self) -> Rate:
        return Rate(part=self.answered, whole=self.asked)

    @property
    def mean(self) -> Fraction | None:
        return Fraction(self._total, self.answered) if self.answered else None

    @property
    def variance(self) -> Fraction | None:
        """Return the sample's variance (with n-1); None for fewer than two answers."""
        if self.answered < LEAST:
            return None
        squares = sum(score * score * people for score, people in self.scores.items())
        return (squares - Fraction(self._total**2, self.answered)) / (self.answered - 1)

    @property
    def _total(self) -> int:
        return sum(score * people for score, people in self.scores.items())


@dataclass(frozen=True, kw_only=True, slots=True)
class StratifiedMean:
    """The population's estimated mean: None where a stratum did not answer at all.

    `too_few` names the strata of fewer than two answers: because of them there is no interval.
    """

    exact: Fraction | None
    interval: Interval | None
    too_few: tuple[str, ...]


def proportional_allocation(strata: Sequence[Stratum], *, sample: int) -> tuple[int, ...]:
    """Share a sample out by the strata's sizes. Raises SampleTooSmallError where it does not reach."""
    return _allocated(strata, weights=[each.size for each in strata], sample=sample)


def equal_allocation(strata: Sequence[Stratum], *, sample: int) -> tuple[int, ...]:
    """Share a sample out evenly; what a small stratum lacks goes to the others. Raises SampleTooSmallError."""
    return _allocated(strata, weights=[1] * len(strata), sample=sample)


def drawn_by_stratum(people: Sequence[Iterable[int]], *, sizes: Sequence[int], seed: int) -> list[list[int]]:
    """Draw a simple random sample of each stratum; each has a seed of its own, the first the one given."""
    return [
        drawn(members, size=size, seed=seed + place)
        for place, (members, size) in enumerate(zip(people, sizes, strict=True))
    ]


def stratified_mean(parts: Sequence[StratumAnswers]) -> StratifiedMean:
    """Return the mean of the strata's means with weights N_h/N, and its normal interval at 95 %.

    The variance is the sum of W_h^2 (1 - n_h/N_h) s_h^2/n_h (theorem 5.3, estimated as in section 5.4), in each
    stratum that of a simple random sample with the finite-population correction. Strata without people have no weight.
    """
    filled = [each for each in parts if each.stratum.size]
    population = sum(each.stratum.size for each in filled)
    too_few = tuple(each.stratum.name for each in filled if each.answered < LEAST)
    exact, spread = Fraction(0), Fraction(0)
    for each in filled:
        weight = Fraction(each.stratum.size, population)
        if each.mean is None:
            return StratifiedMean(exact=None, interval=None, too_few=too_few)
        exact += weight * each.mean
        if each.variance is not None:
            missed = max(Fraction(0), 1 - Fraction(each.answered, each.stratum.size))
            spread += weight**2 * missed * each.variance / each.answered
    if not filled:
        return StratifiedMean(exact=None, interval=None, too_few=())
    interval = None if too_few else _interval(exact, spread)
    return StratifiedMean(exact=exact, interval=interval, too_few=too_few)


def stratified_share(parts: Sequence[tuple[Stratum, Rate]]) -> StratifiedMean:
    """Return a share of the population, in 0..1, from the share of each stratum's answers.

    It is the mean of ones and zeros, whose variance is the sum of W_h^2 (1 - n_h/N_h) p_h q_h/(n_h - 1) (section 5.10).
    There is no interval where every stratum answered with one voice and not everybody did: the normal one would have no
    width there.
    """
    answers = [
        StratumAnswers(stratum=stratum, asked=rate.whole, scores={1: rate.part, 0: rate.whole - rate.part})
        for stratum, rate in parts
    ]
    found = stratified_mean(answers)
    if found.interval is None:
        return found
    is_whole = all(each.answered >= each.stratum.size for each in answers)
    if found.interval.low == found.interval.high and not is_whole:
        return replace(found, interval=None)
    bounded = Interval(low=max(Decimal(0), found.interval.low), high=min(Decimal(1), found.interval.high))
    return replace(found, interval=bounded)


def stratified_score(parts: Sequence[tuple[Stratum, ScoreEstimate]]) -> StratifiedMean:
    """Return a score over several questions: each stratum's own, weighed by N_h/N, and its normal interval at 95 %.

    Each stratum's score is a ratio of its own, as in the separate estimate of section 6.10: the variance is the sum of
    W_h^2 (1 - n_h/N_h) s_h^2/n_h, s_h^2 being that of the linear parts.
    """
    population = sum(stratum.size for stratum, _ in parts)
    exact, spread = Fraction(0), Fraction(0)
    for stratum, found in parts:
        weight = Fraction(stratum.size, population)
        missed = max(Fraction(0), 1 - Fraction(found.count, stratum.size))
        exact += weight * found.exact
        spread += weight**2 * missed * found.variance / found.count
    return StratifiedMean(exact=exact, interval=_interval(exact, spread), too_few=())


def _interval(exact: Fraction, spread: Fraction) -> Interval:
    half = Z_95 * (Decimal(spread.numerator) / Decimal(spread.denominator)).sqrt()
    middle = Decimal(exact.numerator) / Decimal(exact.denominator)
    return Interval(low=middle - half, high=middle + half)


def _allocated(strata: Sequence[Stratum], *, weights: Sequence[int], sample: int) -> tuple[int, ...]:
    """Share out by largest remainder, between two people (or all there are) and everybody of each stratum."""
    sample = min(sample, sum(each.size for each in strata))
    least = sum(min(LEAST, each.size) for each in strata)
    if sample < least:
        raise SampleTooSmallError(sample=sample, least=least)
    quotas = _quotas(strata, weights=weights, sample=sample)
    whole = [quota.numerator // quota.denominator for quota in quotas]
    by_remainder = sorted(range(len(strata)), key=lambda place: (whole[place] - quotas[place], place))
    for place in by_remainder[: sample - sum(whole)]:
        whole[place] += 1
    return tuple(whole)


def _quotas(strata: Sequence[Stratum], *, weights: Sequence[int], sample: int) -> list[Fraction]:
    """Return exact shares within the bounds: what oversteps the more in all is set first, the rest shared anew."""
    quotas = [Fraction(0)] * len(strata)
    free = set(range(len(strata)))
    rest = Fraction(sample)
    while free:
        whole = sum(weights[place] for place in free)
        wanted = {place: rest * Fraction(weights[place], whole or 1) for place in free}
        bounded = {
            place: max(Fraction(min(LEAST, strata[place].size)), min(Fraction(strata[place].size), share))
            for place, share in wanted.items()
        }
        excess = sum(bounded[place] - wanted[place] for place in free)
        settled = {place for place in free if (bounded[place] - wanted[place]) * excess > 0} if excess else set(free)
        for place in settled:
            quotas[place] = bounded[place]
            rest -= bounded[place]
        free -= settled
    return quotas
