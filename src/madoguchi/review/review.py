"""Runs every check over a document."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from madoguchi.review.checks.claims import check_claims
from madoguchi.review.checks.comparators import check_comparators
from madoguchi.review.checks.conclusions import check_conclusions
from madoguchi.review.checks.counts import check_counts
from madoguchi.review.checks.dates import check_dates
from madoguchi.review.checks.fiscal import check_fiscal
from madoguchi.review.checks.footing import check_footing
from madoguchi.review.checks.formulas import check_formulas
from madoguchi.review.checks.marks import check_marks
from madoguchi.review.checks.means import check_means
from madoguchi.review.checks.names import check_names
from madoguchi.review.checks.near_amounts import check_near_amounts
from madoguchi.review.checks.near_names import check_near_names
from madoguchi.review.checks.near_terms import check_near_terms
from madoguchi.review.checks.notation import check_notation
from madoguchi.review.checks.order import check_order
from madoguchi.review.checks.periods import check_periods
from madoguchi.review.checks.repeated import check_repeated
from madoguchi.review.checks.savings import check_savings
from madoguchi.review.checks.shares import check_shares
from madoguchi.review.checks.terms import check_terms
from madoguchi.review.checks.totals import check_totals
from madoguchi.review.checks.units import check_units
from madoguchi.review.checks.verdicts import check_verdicts
from madoguchi.review.checks.wording import check_wording
from madoguchi.review.document import Document
from madoguchi.review.findings import Finding, Kind, Level

Check: TypeAlias = Callable[[Document], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_dates,
    check_order,
    check_periods,
    check_terms,
    check_totals,
    check_formulas,
    check_savings,
    check_shares,
    check_means,
    check_conclusions,
    check_counts,
    check_units,
    check_fiscal,
    check_footing,
    check_comparators,
    check_verdicts,
    check_marks,
    check_claims,
    check_repeated,
    check_names,
    check_near_amounts,
    check_near_names,
    check_wording,
    check_near_terms,
    check_notation,
)
ORDER = list(Level)


def review_document(*, document: Document) -> tuple[Finding, ...]:
    """Return what does not hold, errors first, then in the document's order; the same slip once."""
    found = [each for check in CHECKS for each in check(document)]
    merged = _merged(sorted(found, key=lambda each: each.place.line))
    return tuple(sorted(merged, key=lambda each: (ORDER.index(each.level), each.place.line, each.kind)))


def _merged(found: Sequence[Finding]) -> list[Finding]:
    """Return each slip once, with the lines that repeat it."""
    groups: dict[tuple[Kind, str, str], list[Finding]] = {}
    for each in found:
        groups.setdefault((each.kind, each.printed, each.right), []).append(each)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[Finding]) -> Finding:
    lines = dict.fromkeys(each.place.line for each in group)
    return replace(group[0], other_lines=tuple(line for line in lines if line != group[0].place.line))
