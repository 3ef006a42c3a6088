"""Stratified samples against a case worked by hand, and what must hold of every sample."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from statistics import variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.surveys.intervals import mean_interval
from madoguchi.core.surveys.sampling import drawn
from madoguchi.core.surveys.scoring import ScoreEstimate, score_estimate
from madoguchi.core.surveys.strata import (
    SampleTooSmallError,
    StratifiedMean,
    Stratum,
    StratumAnswers,
    drawn_by_stratum,
    equal_allocation,
    proportional_allocation,
    stratified_mean,
    stratified_score,
    stratified_share,
)
from madoguchi.core.values import Rate
from madoguchi.core.vocabulary import Combine

SIZES = st.lists(st.integers(min_value=0, max_value=400), max_size=8)
SCORES = st.lists(st.integers(min_value=0, max_value=100), max_size=40)


def strata_of(sizes: list[int]) -> list[Stratum]:
    return [Stratum(name=f"層{place}", size=size) for place, size in enumerate(sizes)]


def part(name: str, size: int, scores: list[int], *, asked: int | None = None) -> StratumAnswers:
    return StratumAnswers(
        stratum=Stratum(name=name, size=size), asked=asked or len(scores), scores=Counter(scores)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "sample", "proportional", "equal"),
    [
        ([600, 300, 100], 100, (60, 30, 10), (34, 33, 33)),
        # 4.9, 3.5, 1.6: the largest remainders get the two left over
        ([49, 35, 16], 10, (5, 3, 2), (4, 3, 3)),
        # a tenth of a person for each small one: they get 2, the large one the rest
        ([980, 10, 10], 10, (6, 2, 2), (4, 3, 3)),
        ([50, 1, 0], 11, (10, 1, 0), (10, 1, 0)),
        ([3, 50, 50], 43, (2, 21, 20), (3, 20, 20)),
        ([5, 5], 99, (5, 5), (5, 5)),
        ([], 10, (), ()),
    ],
)
def test_a_sample_is_shared_out(
    sizes: list[int], sample: int, proportional: tuple[int, ...], equal: tuple[int, ...]
) -> None:
    assert proportional_allocation(strata_of(sizes), sample=sample) == proportional
    assert equal_allocation(strata_of(sizes), sample=sample) == equal


def test_a_sample_too_small_for_two_a_stratum_is_refused() -> None:
    with pytest.raises(SampleTooSmallError, match="sample: 4 given, at least 5 needed") as caught:
        proportional_allocation(strata_of([100, 1, 50]), sample=4)
    assert caught.value.least == 5
    assert proportional_allocation(strata_of([100, 1, 50]), sample=5) == (2, 1, 2)


@given(sizes=SIZES, sample=st.integers(min_value=0, max_value=4_000))
def test_an_allocation_sums_to_the_sample_within_each_stratum(sizes: list[int], sample: int) -> None:
    least = [min(2, size) for size in sizes]
    wanted = max(sample, sum(least))
    for allocate in (proportional_allocation, equal_allocation):
        shares = allocate(strata_of(sizes), sample=wanted)
        assert sum(shares) == min(wanted, sum(sizes))
        assert all(low <= share <= size for low, share, size in zip(least, shares, sizes, strict=True))


def test_the_stratified_mean_worked_by_hand() -> None:
    # W = 0.6, 0.4; means 70 and 50; s^2 = 2000/3 and 100; n = 4 of 60 and 3 of 40
    parts = [part("本省", 60, [40, 60, 80, 100], asked=8), part("地方", 40, [40, 50, 60], asked=6)]
    found = stratified_mean(parts)
    assert found.exact == 62
    # 0.36 x 56/60 x 500/3 + 0.16 x 37/40 x 100/3 = 56 + 4.9333... = 60.9333..., its root 7.80598
    assert found.interval is not None
    assert round(found.interval.low, 3) == Decimal("46.701")
    assert round(found.interval.high, 3) == Decimal("77.299")
    assert [each.response_rate for each in parts] == [Rate(part=4, whole=8), Rate(part=3, whole=6)]


def test_too_few_answers_in_a_stratum_give_no_interval_and_say_which() -> None:
    one = stratified_mean([part("本省", 60, [40, 60]), part("地方", 40, [100])])
    assert (one.exact, one.interval, one.too_few) == (Fraction(70), None, ("地方",))
    none = stratified_mean([part("本省", 60, [40, 60]), part("地方", 40, [], asked=9)])
    assert none == StratifiedMean(exact=None, interval=None, too_few=("地方",))
    assert stratified_mean([]) == StratifiedMean(exact=None, interval=None, too_few=())
    assert stratified_mean([part("空", 0, [])]).exact is None


def test_who_hears_from_everybody_knows_the_mean() -> None:
    found = stratified_mean([part("a", 2, [0, 100]), part("b", 3, [50, 60, 70])])
    assert found.interval is not None
    assert found.interval.low == found.interval.high == Decimal(56)


@given(scores=SCORES, more=st.integers(min_value=0, max_value=100))
def test_one_stratum_is_a_simple_random_sample(scores: list[int], more: int) -> None:
    size = len(scores) + more
    found = stratified_mean([part("全体", size, scores)])
    if len(scores) < 2:
        assert found.interval is None
        return
    exact = Fraction(sum(scores), len(scores))
    spread = variance([Fraction(each) for each in scores])
    assert found.exact == exact
    assert found.interval == mean_interval(exact, variance=spread, count=len(scores), population=size)


def test_each_stratum_is_drawn_by_itself_and_again_the_same() -> None:
    people = [range(100), range(100, 200), range(200, 201)]
    first = drawn_by_stratum(people, sizes=(10, 10, 1), seed=7)
    assert first == drawn_by_stratum(people, sizes=(10, 10, 1), seed=7)
    assert first[0] == drawn(range(100), size=10, seed=7)
    assert [each - 100 for each in first[1]] != first[0]
    assert [set(each) <= set(members) for each, members in zip(first, people, strict=True)] == [True] * 3


def test_the_stratified_share_worked_by_hand() -> None:
    # W = 0.6, 0.4; p = 3/4 and 1/3: 0.45 + 0.1333... = 0.58333...
    parts = [
        (Stratum(name="本省", size=60), Rate(part=3, whole=4)), (Stratum(name="地方", size=40), Rate(part=1, whole=3)),
    ]  # fmt: skip
    found = stratified_share(parts)
    assert found.exact == Fraction(7, 12)
    # 0.36 x 56/60 x (3/16)/3 + 0.16 x 37/40 x (2/9)/2 = 0.021 + 0.016444... = 0.037444..., its root 0.1935057
    assert found.interval is not None
    assert round(found.interval.low, 4) == Decimal("0.2041")
    assert round(found.interval.high, 4) == Decimal("0.9626")


def test_a_share_has_no_interval_where_each_stratum_speaks_with_one_voice_but_not_everybody_spoke() -> None:
    first, second = Stratum(name="本省", size=60), Stratum(name="地方", size=3)
    some = stratified_share([(first, Rate(part=9, whole=9)), (second, Rate(part=0, whole=3))])
    assert (some.exact, some.interval) == (Fraction(20, 21), None)
    everybody = stratified_share([(first, Rate(part=60, whole=60)), (second, Rate(part=0, whole=3))])
    assert everybody.interval is not None
    assert everybody.interval.low == everybody.interval.high
    one = stratified_share([(first, Rate(part=1, whole=1)), (second, Rate(part=0, whole=3))])
    assert (one.interval, one.too_few) == (None, ("本省",))


@given(counts=st.lists(st.tuples(*[st.integers(min_value=0, max_value=30)] * 3), min_size=1, max_size=5))
def test_a_share_lies_between_nothing_and_all(counts: list[tuple[int, int, int]]) -> None:
    parts = [
        (Stratum(name=str(place), size=yes + no + more), Rate(part=yes, whole=yes + no))
        for place, (yes, no, more) in enumerate(counts)
    ]
    found = stratified_share(parts)
    if found.interval is not None and found.exact is not None:
        assert 0 <= found.interval.low <= found.interval.high <= 1
        assert 0 <= found.exact <= 1


SMALL = ((0, 40, 100, 100), (20, 20, 60, 80, 100))
"""The scores of everybody in two organisations."""


def samples(sizes: tuple[int, int]) -> Iterator[list[StratumAnswers]]:
    """Yield every sample there is of so many people of each organisation; all are as likely as each other."""
    for chosen in product(*(combinations(people, size) for people, size in zip(SMALL, sizes, strict=True))):
        yield [part("", len(people), list(scores)) for people, scores in zip(SMALL, chosen, strict=True)]


@pytest.mark.parametrize("sizes", [(2, 2), (2, 4), (3, 3), (4, 5)])
def test_over_every_sample_there_is_the_mean_and_its_variance_are_right_on_average(sizes: tuple[int, int]) -> None:
    everybody = [score for people in SMALL for score in people]
    truth = Fraction(sum(everybody), len(everybody))
    means, spreads = [], []
    for parts in samples(sizes):
        found = stratified_mean(parts)
        assert found.exact is not None
        assert found.interval is not None
        means.append(found.exact)
        half = (found.interval.high - found.interval.low) / 2 / Decimal("1.959963984540054")
        spreads.append(half * half)
    assert sum(means) / len(means) == truth
    # what the intervals are made of is on average what the means really vary by
    real = sum((each - truth) ** 2 for each in means) / len(means)
    assert abs(float(sum(spreads) / len(spreads)) - float(real)) < 1e-9


def test_weights_put_right_what_a_sample_of_equal_parts_gets_wrong() -> None:
    everybody = [score for people in SMALL for score in people]
    plain = [
        Fraction(sum(score * n for each in parts for score, n in each.scores.items()), 4) for parts in samples((2, 2))
    ]
    assert sum(plain) / len(plain) != Fraction(sum(everybody), len(everybody))


def test_a_score_of_one_question_is_the_stratified_mean() -> None:
    parts = [part("a", 20, [100, 80, 0, 80]), part("b", 60, [0, 100, 100])]
    scores = [({str(each): each for each in own.scores}, own) for own in parts]
    estimates = [
        (own.stratum, score_estimate(
            {(str(score),): people for score, people in own.scores.items()}, scores=[worth], weights=[Fraction(1)],
            combine=Combine.MEAN_OF_QUESTIONS,
        ))
        for worth, own in scores
    ]  # fmt: skip
    known = [(stratum, found) for stratum, found in estimates if found is not None]
    assert len(known) == len(parts)
    assert stratified_score(known) == stratified_mean(parts)


def test_a_score_over_strata_worked_by_hand() -> None:
    # 1/4 x 80 + 3/4 x 60; 1/16 x 1/2 x 100/10 + 9/16 x 5/6 x 40/10 = 2.1875, its root 1.479020
    parts = [
        (Stratum(name="a", size=20), ScoreEstimate(exact=Fraction(80), variance=Fraction(100), count=10)),
        (Stratum(name="b", size=60), ScoreEstimate(exact=Fraction(60), variance=Fraction(40), count=10)),
    ]
    found = stratified_score(parts)
    assert found.exact == 65
    assert found.interval is not None
    assert round(found.interval.low, 3) == Decimal("62.101")
    assert round(found.interval.high, 3) == Decimal("67.899")
