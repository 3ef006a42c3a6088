"""So many of one thing here and so many there: 3つの回答, 4つの回答; a desk that has two names."""

import re
from collections import Counter
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind

THINGS = re.compile(r"(?<![\d.])(?P<count>\d{1,2}|[二三四五六七八九])つの(?P<what>[一-龥ァ-ヶー]{2,8})")
PAIRS = (("サービスデスク", "ヘルプデスク"), ("コールセンター", "コンタクトセンター"), ("e-Gov", "e-Tax"))
USUAL, OFTEN = 2, 3


def check_counted_things(document: Document) -> Iterator[Finding]:
    found = list(THINGS.finditer(document.flow))
    counts: dict[str, Counter[str]] = {}
    for match in found:
        counts.setdefault(match["what"], Counter())[match["count"]] += 1
    for match in found:
        usual, often = counts[match["what"]].most_common(1)[0]
        if match["count"] != usual and often >= USUAL and counts[match["what"]][match["count"]] == 1:
            reason = f"他の{often}か所では{usual}つの{match['what']}"
            yield finding_at(
                document=document,
                at=match.span(),
                kind=Kind.TWO_WAYS,
                right=f"{usual}つの{match['what']}",
                reason=reason,
            )
    yield from _other_names(document)


def _other_names(document: Document) -> Iterator[Finding]:
    """Find the one place that calls the desk by a name it has nowhere else."""
    for names in PAIRS:
        for rare, usual in (names, names[::-1]):
            count = document.flow.count(usual)
            if (
                document.flow.count(rare) != 1
                or count < OFTEN
                or re.search(f"官公庁等の{rare}|他の{rare}", document.flow)
            ):
                continue
            start = document.flow.index(rare)
            yield finding_at(
                document=document,
                at=(start, start + len(rare)),
                kind=Kind.NAME,
                certainty=Certainty.POSSIBLE,
                right=usual,
                reason=f"他の{count}か所では{usual}",
            )
