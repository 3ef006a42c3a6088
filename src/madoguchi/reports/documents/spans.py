"""The period a document is about, as people write it: a day, a month, a quarter, a fiscal year."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from madoguchi.core.calendar.periods import Period, fiscal_year_period, month_period, quarter_period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.spec import Contract
from madoguchi.reports.documents.kind import DocumentKind, Span

SPANS: Mapping[Span, tuple[str, str]] = {
    Span.DAY: (r"\d{4}-\d{2}-\d{2}", "2018-11-05"),
    Span.MONTH: (r"\d{4}-\d{2}", "2018-11"),
    Span.QUARTER: (r"\d{4}-Q[1-4]", "2018-Q3"),
    Span.FISCAL_YEAR: (r"FY\d{4}", "FY2018"),
}


def asked_span(contract: Contract, kind: DocumentKind, text: str | None) -> Period:
    """Return the period a document is about. Raises InvalidInputError for one outside the contract."""
    if text is None and kind.span in (Span.EVALUATION, Span.FISCAL_YEAR):
        return contract.evaluation
    patterns = {each: SPANS[each] for each in SPANS if kind.span in (each, Span.EVALUATION)}
    examples = "、".join(example for _, example in patterns.values())
    inside = (
        f"{contract.period.start_date} から {contract.period.end_date - timedelta(days=1)} の {examples} などの書き方"
    )
    period = next((_span(each, text or "") for each in patterns if re.fullmatch(patterns[each][0], text or "")), None)
    if period is None or not period.overlaps(contract.period):
        raise InvalidInputError([Problem(where="--period", key="", given=f"given {text!r}", allowed=inside)])
    return period


def known_until(kind: DocumentKind, period: Period) -> date | None:
    """Return the first day a document knows nothing of: its period's end, or None where it looks back on a term."""
    return None if kind.span in (Span.EVALUATION, Span.FISCAL_YEAR) else period.end_date


def _span(span: Span, text: str) -> Period | None:
    try:
        if span is Span.DAY:
            day = date.fromisoformat(text)
            return Period(start_date=day, end_date=day + timedelta(days=1))
        if span is Span.MONTH:
            return month_period(year=int(text[:4]), month=int(text[5:]))
        if span is Span.QUARTER:
            return quarter_period(
                fiscal_year_period(int(text[:4])).start_date + timedelta(days=92 * (int(text[6]) - 1))
            )
        return fiscal_year_period(int(text[2:]))
    except (ValueError, OverflowError):
        return None
