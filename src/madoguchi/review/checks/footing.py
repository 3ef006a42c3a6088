"""One amount under two names of its footing, or with another power of ten: a month's, a year's, a contract's."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from madoguchi.review.amounts import Amounts, amounts_of
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.quantities import Quantity, moneys
from madoguchi.review.tables import find_tables

NAMED = re.compile(r"(?P<name>月額|年額|総額|全体)[でのはを]?[^。、\d\n\t]{0,8}$")
SAME_NAMES = {"全体": "総額"}
HEADING = re.compile(r"^(?P<name>月額|年額|総額)")
TELLING_DIGITS, REACH = 6, 16
A_YEAR = re.compile(r"(?:単年|1年間?|一年間?)(?:あたり|当たり)?[(](?P<months>\d{1,2})か月[)]")
MONTHS_A_YEAR = 12


def check_footing(document: Document) -> Iterator[Finding]:
    amounts = moneys(document)
    yield from _other_name(document, amounts)
    yield from _other_power(document, amounts)
    for match in A_YEAR.finditer(document.flow):
        if int(match["months"]) != MONTHS_A_YEAR:
            yield finding_at(
                document=document, at=match.span("months"), kind=Kind.PERIOD_LENGTH, right="12", reason="1年は12か月"
            )


def _other_name(document: Document, amounts: Sequence[Quantity]) -> Iterator[Finding]:
    """`年額で比較すると775千円` where the table has 775 in its column of monthly amounts."""
    columns = _columns(document, amounts_of(document))
    for amount in amounts:
        match = NAMED.search(document.flow[max(amount.span.start - REACH, 0) : amount.span.start])
        headings = columns.get(abs(amount.value), set())
        if match is None or not headings:
            continue
        name = SAME_NAMES.get(match["name"], match["name"])
        if name not in headings:
            right = "・".join(sorted(headings))
            start = max(amount.span.start - REACH, 0) + match.start()
            reason = f"表では{amount.span.text}は{right}の列にある"
            yield finding_at(
                document=document,
                at=(start, amount.span.end),
                kind=Kind.UNITS,
                right=f"{right} {amount.span.text}",
                reason=reason,
            )


def _columns(document: Document, amounts: Amounts) -> dict[object, set[str]]:
    """Return, for each amount in a table's column of totals, months or years, the headings it stands under."""
    found: dict[object, set[str]] = {}
    for table in find_tables(document):
        headings = {cell.index: match["name"] for cell in table.rows[0] if (match := HEADING.match(cell.span.text))}
        for cell in table.cells:
            for amount in amounts.within(cell.span.start, cell.span.end) if cell.index in headings else ():
                found.setdefault(abs(amount.value), set()).add(headings[cell.index])
    return found


def _other_power(document: Document, amounts: Sequence[Quantity]) -> Iterator[Finding]:
    """Find an amount whose many digits stand elsewhere with more or fewer zeros."""
    groups: dict[str, list[Quantity]] = {}
    for each in amounts:
        digits = str(int(abs(each.value))).rstrip("0")
        if len(digits) >= TELLING_DIGITS:
            groups.setdefault(digits, []).append(each)
    for group in groups.values():
        counts = Counter(abs(each.value) for each in group)
        usual = next(each for each in group if abs(each.value) == counts.most_common(1)[0][0])
        for each in group:
            if abs(each.value) != abs(usual.value) and _number(each) != _number(usual):
                line = document.place(start=usual.span.start, end=usual.span.end).line
                reason = f"{line}行目では{_with_unit(usual)}、ここでは{_with_unit(each)}"
                right = f"{line}行目と同じ額"
                yield finding_at(document=document, at=each.span, kind=Kind.UNITS, right=right, reason=reason)


def _with_unit(quantity: Quantity) -> str:
    return quantity.span.text if quantity.span.text.endswith("円") else quantity.span.text + quantity.unit


def _number(quantity: Quantity) -> str:
    return re.sub(r"[^\d.]", "", quantity.span.text)
