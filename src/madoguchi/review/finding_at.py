"""Makes a finding out of a stretch of the running text."""

from madoguchi.review.document import Document, Span
from madoguchi.review.findings import Certainty, Finding, Kind


def finding_at(
    *,
    document: Document,
    at: Span | tuple[int, int],
    kind: Kind,
    right: str,
    reason: str,
    certainty: Certainty = Certainty.LIKELY,
) -> Finding:
    """Return the finding on a span, or from one position to another; likely unless said otherwise."""
    start, end = (at.start, at.end) if isinstance(at, Span) else at
    return Finding(
        kind=kind,
        certainty=certainty,
        place=document.place(start=start, end=end),
        printed=document.flow[start:end].replace("\n", "").replace("\t", " ").replace("\v", " "),
        right=right,
        reason=reason,
    )
