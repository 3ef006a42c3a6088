"""Makes a finding out of a stretch of the running text."""

from madoguchi.review.document import Document
from madoguchi.review.findings import Certainty, Finding, Kind


def finding_at(
    *,
    document: Document,
    start: int,
    end: int,
    kind: Kind,
    certainty: Certainty,
    right: str,
    reason: str,
) -> Finding:
    return Finding(
        kind=kind,
        certainty=certainty,
        place=document.place(start=start, end=end),
        printed=document.flow[start:end].replace("\n", "").replace("\t", " ").replace("\v", " "),
        right=right,
        reason=reason,
    )
