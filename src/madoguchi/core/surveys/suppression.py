"""Which groups are too small to be shown, and which others would give them away."""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=str)

MINIMUM = 5


def hidden_groups(counts: Mapping[Key, int], *, minimum: int) -> frozenset[Key]:
    """Return the groups that must not be shown.

    Groups of fewer than `minimum` answers are hidden. Where all hidden answers together are still fewer, whoever takes
    the shown groups from the total would see them: the smallest shown groups are hidden as well until they are not
    (complementary suppression; A. Hundepool et al., Statistical Disclosure Control, 2012, chapter 4).
    """
    hidden = {name for name, count in counts.items() if count < minimum}
    together = sum(counts[name] for name in hidden)
    shown = sorted(set(counts) - hidden, key=lambda name: (counts[name], name))
    for name in shown:
        if together == 0 or together >= minimum:
            break
        hidden.add(name)
        together += counts[name]
    return frozenset(hidden)
