"""Pure decisions of the works: which matters are alike, and what an improvement saved."""

from collections.abc import Mapping

ALIKE = 0.5
FEWEST = 3


def clusters(words: Mapping[int, frozenset[str]]) -> list[tuple[int, ...]]:
    """Return groups of matters whose words are alike, the largest first; each begins with its first matter.

    A matter joins the first group whose first matter shares half of all their words (Jaccard); groups of fewer than
    three are left out.
    """
    groups: list[list[int]] = []
    for key, own in words.items():
        if not own:
            continue
        for group in groups:
            first = words[group[0]]
            if len(own & first) >= ALIKE * len(own | first):
                group.append(key)
                break
        else:
            groups.append([key])
    large = [tuple(group) for group in groups if len(group) >= FEWEST]
    return sorted(large, key=lambda group: (-len(group), group[0]))


def effect_per_week(*, count_before: int, count_after: int, minutes_before: int, minutes_after: int, weeks: int) -> int:
    """Return the minutes a week that were saved, negative where it takes more; half a minute is rounded away from 0."""
    saved = count_before * minutes_before - count_after * minutes_after
    whole, rest = divmod(abs(saved), weeks)
    rounded = whole + (2 * rest >= weeks)
    return rounded if saved >= 0 else -rounded
