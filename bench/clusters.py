"""How useful the groups of like tickets are: how many tickets they hold, and how many of those share a topic.

    python -m bench.clusters TICKETS.csv.gz [--words 10] [--tickets-count 500]

The file has the columns Document and Topic_group. The first words of a text stand for its subject. As a measure beside
it: the share of the largest topic, which is what groups made at random would come near to.
"""

import argparse
import csv
import gzip
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from madoguchi.works.rules import clusters


def read(path: Path) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as opened:
        return [(row["Document"], row["Topic_group"]) for row in csv.DictReader(opened)]


def purity(groups: Sequence[tuple[int, ...]], topics: Mapping[int, str]) -> tuple[int, int]:
    """Return how many matters stand in a group with others, and how many of them are of its commonest topic."""
    held = sum(len(each) for each in groups)
    return held, sum(max(Counter(topics[key] for key in each).values()) for each in groups)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.clusters")
    parser.add_argument("tickets", type=Path)
    parser.add_argument("--words", type=int, default=10)
    parser.add_argument("--tickets-count", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    rows = read(given.tickets)
    for seed in range(given.rounds):
        drawn = random.Random(seed).sample(rows, given.tickets_count)  # a sample, no secret
        words = {key: frozenset(text.split()[: given.words]) for key, (text, _topic) in enumerate(drawn)}
        topics = {key: topic for key, (_text, topic) in enumerate(drawn)}
        begun = time.perf_counter()
        groups = clusters(words)
        seconds = time.perf_counter() - begun
        held, same = purity(groups, topics)
        largest = max(Counter(topics.values()).values()) / len(topics)
        sys.stdout.write(
            f"seed {seed}: {len(groups)} groups, {held} of {len(topics)} tickets, "
            f"{100 * same / max(held, 1):.1f}% of their group's topic (largest topic {100 * largest:.1f}%), "
            f"{seconds:.2f} s\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
