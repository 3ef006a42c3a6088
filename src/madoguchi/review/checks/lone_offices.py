"""Another ministry's name, once, in a document of one ministry."""

import re
from collections import Counter
from collections.abc import Iterator

from madoguchi.review.checks.names import OFFICES
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind

NAME = re.compile(OFFICES)
# Offices that any contract's documents name: they run the reform, the common systems and the audits.
OF_ALL = {"デジタル庁", "内閣府", "会計検査院", "人事院"}
REFORM = re.compile(r"総務省(?:行政管理局公共サービス|官民競争|公共サービス)")
# Words after an office that other contracts' documents too have dealings with.
DEALT_WITH = re.compile(
    r"の(?:事?例|実績|設置法|官報)|と(?:の|連携|調整|協議|統合)|へ(?:の|移|展開|説明)|に(?:移管|確認|照会|説明)|から"
)
AMONG_OTHERS = re.compile(r"[・及びや等]")
LISTED = re.compile(rf"(?:{OFFICES})、(?:{OFFICES})|、(?:{OFFICES})(?=、[^。、]{{2,4}}[省庁])")
FEWEST, NEAR = 2, 12


def check_lone_offices(document: Document) -> Iterator[Finding]:
    found = [match for match in NAME.finditer(document.flow) if match.group() not in OF_ALL]
    counts = Counter(match.group() for match in found)
    if not counts:
        return
    own, count = counts.most_common(1)[0]
    for match in found:
        if counts[match.group()] > 1 or count < FEWEST or _is_listed(document, match):
            continue
        yield finding_at(
            document=document,
            at=match.span(),
            kind=Kind.NAME,
            certainty=Certainty.POSSIBLE,
            right=own,
            reason=f"この文書で{match.group()}が出るのはここだけで、他の{count}か所は{own}",
        )


def _is_listed(document: Document, match: re.Match[str]) -> bool:
    """Say whether an office is named beside others, as a partner, or as the one that examines all contracts."""
    if DEALT_WITH.match(document.flow, match.end()):
        return True
    if any(each.start() <= match.start() < each.end() for each in _lists(document, match)):
        return True
    around = document.flow[match.start() - 1 : match.start()] + document.flow[match.end() : match.end() + 1]
    return AMONG_OTHERS.search(around) is not None or REFORM.match(document.flow, match.start()) is not None


def _lists(document: Document, match: re.Match[str]) -> list[re.Match[str]]:
    """Return the lists of offices around a name."""
    return list(LISTED.finditer(document.flow, max(match.start() - NEAR, 0), match.end() + NEAR))
