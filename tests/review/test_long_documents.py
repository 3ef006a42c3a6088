"""Documents of many hundred amounts are reviewed in seconds, and a slip among them is found as in a short one."""

import random
import time

from tests.review.reviewed import document_of

from madoguchi.review.findings import Kind
from madoguchi.review.review import review_document

CHANGES, SECONDS = 400, 10


def statement(base: int, new: int, *, fall: int, rate: float) -> str:
    return f"従来経費{base:,}千円に対し、実施経費は{new:,}千円で、{fall:,}千円（{rate:.1f}%）の経費の削減となった。"


def test_hundreds_of_changes_are_reviewed_in_seconds() -> None:
    chance = random.Random(1)
    pairs = [(base, round(base * chance.uniform(0.5, 0.9))) for base in chance.sample(range(100_000, 10**7), CHANGES)]
    lines = [statement(base, new, fall=base - new, rate=100 * (base - new) / base) for base, new in pairs]
    base, new = pairs[200]
    lines[200] = statement(base, new, fall=base - new + 1_000, rate=100 * (base - new) / base)
    lines[300] = statement(*pairs[300], fall=pairs[300][0] - pairs[300][1], rate=99.9)
    document = document_of("\n".join(lines))
    start = time.process_time()
    found = {each.place.line: (each.kind, each.right) for each in review_document(document=document)}
    assert time.process_time() - start < SECONDS
    assert found[201] == (Kind.DIFFERENCE, f"{base - new:,}千円")
    assert found[301][0] is Kind.RATE
    assert set(found) <= {201, 301}
