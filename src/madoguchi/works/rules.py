"""Pure decisions of the works: which matters are alike, and what an improvement saved."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

# the cosine from which matters count as alike: on English tickets of eight topics, groups of three and more then hold
# every fourth matter, four in five of them of one topic (bench/clusters.py)
ALIKE = 0.4
FEWEST = 3


@dataclass(kw_only=True, slots=True)
class _Group:
    """Matters that are alike, with the sum of their words' weights."""

    keys: list[int]
    weights: dict[str, float]
    length: float = 1.0

    def likeness(self, weights: Mapping[str, float]) -> float:
        return sum(each * self.weights.get(word, 0.0) for word, each in weights.items()) / self.length

    def take(self, key: int, weights: Mapping[str, float]) -> None:
        self.keys.append(key)
        for word, each in weights.items():
            self.weights[word] = self.weights.get(word, 0.0) + each
        self.length = math.sqrt(sum(each * each for each in self.weights.values()))


def clusters(words: Mapping[int, frozenset[str]]) -> list[tuple[int, ...]]:
    """Return groups of matters whose words are alike, the largest first; each begins with its first matter.

    A word counts the more the rarer it is, and one that stands alone not at all. A matter joins the group it is nearest
    to, by the cosine of their weights; groups of fewer than three are left out. No more is held than the words given.
    """
    counts = Counter(word for own in words.values() for word in own)
    groups: list[_Group] = []
    for key, own in words.items():
        weights = _weights(own, counts, len(words))
        if not weights:
            continue
        nearest = max(groups, key=lambda each: each.likeness(weights), default=None)
        if nearest is not None and nearest.likeness(weights) >= ALIKE:
            nearest.take(key, weights)
        else:
            groups.append(_Group(keys=[key], weights=dict(weights)))
    large = [tuple(each.keys) for each in groups if len(each.keys) >= FEWEST]
    return sorted(large, key=lambda group: (-len(group), group[0]))


def _weights(own: frozenset[str], counts: Mapping[str, int], total: int) -> dict[str, float]:
    """Return what each word of a matter counts, of length one; sorted, so that sums never differ."""
    rare = {word: math.log(1 + total / counts[word]) for word in sorted(own) if counts[word] > 1}
    length = math.sqrt(sum(each * each for each in rare.values()))
    return {word: each / length for word, each in rare.items()}


def effect_per_week(*, count_before: int, count_after: int, minutes_before: int, minutes_after: int, weeks: int) -> int:
    """Return the minutes a week that were saved, negative where it takes more; half a minute is rounded away from 0."""
    saved = count_before * minutes_before - count_after * minutes_after
    whole, rest = divmod(abs(saved), weeks)
    rounded = whole + (2 * rest >= weeks)
    return rounded if saved >= 0 else -rounded
