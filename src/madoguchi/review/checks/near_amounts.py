"""An amount with one digit changed or two exchanged, beside the one that the document's arithmetic rests on."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from madoguchi.review.checks.formulas import formulas
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import Quantity, moneys

FEWEST_DIGITS, LEAST = 3, 100_000
OFTEN, PAIR = 2, 2
YEAR = re.compile(r"(?:明治|大正|昭和|平成|令和)(?:元|\d{1,2})年度?|\d{4}年度?|第\d+期")
YEAR_REACH = 40
USUAL_SHARE, UNIT_DIGITS = 0.8, 10_000
FEWEST_AMOUNTS = 6


def check_near_amounts(document: Document) -> Iterator[Finding]:
    amounts = [each for each in moneys(document) if not each.is_about]
    yield from _near(document, amounts)
    yield from _rare_unit(document, amounts)


def _near(document: Document, amounts: Sequence[Quantity]) -> Iterator[Finding]:
    counts = Counter(each.value for each in amounts)
    results = {each.result for each in formulas(document)}
    sure = [each for each in amounts if counts[each.value] >= OFTEN or each.value in results]
    alike: dict[str, list[Quantity]] = {}
    for each in sure:
        for pattern in _patterns(each):
            alike.setdefault(pattern, []).append(each)
    for amount in amounts:
        if counts[amount.value] > 1 or amount.value in results:
            continue
        meant = _meant(document, amount, alike, counts)
        if meant is not None and not _is_derived(amount, counts):
            line = document.place(start=meant.span.start, end=meant.span.end).line
            reason = f"{line}行目ほかの{meant.span.text}と1桁だけ違うか、2桁が入れ替わっている"
            right = f"{meant.span.text}または{amount.span.text}"
            yield finding_at(document=document, at=amount.span, kind=Kind.TWO_WAYS, right=right, reason=reason)


def _patterns(amount: Quantity) -> Iterator[str]:
    """Yield the digits of an amount with one left open, and with two neighbours in either order."""
    digits = str(int(amount.value))
    for place in range(len(digits)):
        pair = "".join(sorted(digits[place : place + PAIR]))
        yield f"{digits[:place]}?{digits[place + 1 :]}"
        yield f"{digits[:place]}({pair}){digits[place + PAIR :]}"


def _meant(
    document: Document, amount: Quantity, alike: Mapping[str, Sequence[Quantity]], counts: Mapping[Fraction, int]
) -> Quantity | None:
    """Return the first sure amount that another one is a slip of."""
    found = (
        each
        for pattern in _patterns(amount)
        for each in alike.get(pattern, ())
        if _is_slip(amount, each, counts[each.value]) and _is_same_year(document, amount, each)
    )
    return min(found, key=lambda each: each.span.start, default=None)


def _is_derived(amount: Quantity, counts: Mapping[Fraction, int]) -> bool:
    """Say whether an amount that stands once is the sum or the difference of two others, and so no slip of a digit."""
    values = counts.keys() - {amount.value}
    return any(amount.value + each in values or amount.value - each in values for each in values)


def _is_slip(amount: Quantity, meant: Quantity, count: int) -> bool:
    """Say whether the digits differ in one place, or in two neighbours that are exchanged.

    The shorter the amounts, the more often they differ so by right.
    """
    ours, theirs = str(int(amount.value)), str(int(meant.value))
    if min(amount.value, meant.value) < LEAST or amount.per != meant.per or len(ours) != len(theirs):
        return False
    places = [index for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)) if mine != other]
    digits = max(len(ours.rstrip("0")), len(theirs.rstrip("0")))
    if len(places) == 1:
        return digits >= FEWEST_DIGITS + 1
    is_exchanged = (
        len(places) == PAIR and ours[places[0] : places[0] + PAIR] == theirs[places[0] : places[0] + PAIR][::-1]
    )
    return is_exchanged and (digits >= FEWEST_DIGITS or count > OFTEN)


def _is_same_year(document: Document, amount: Quantity, meant: Quantity) -> bool:
    """Say whether no year or term before the amounts tells that they are two."""
    years = [
        YEAR.findall(document.flow[max(each.span.start - YEAR_REACH, 0) : each.span.start])[-1:]
        for each in (amount, meant)
    ]
    return not (years[0] and years[1]) or years[0] == years[1]


def _rare_unit(document: Document, amounts: Sequence[Quantity]) -> Iterator[Finding]:
    """Find a lone 60,000円 among amounts in 千円 that lies outside their range, and inside it under their unit."""
    units = Counter(each.unit for each in amounts)
    if len(amounts) < FEWEST_AMOUNTS or len(units) == 1:
        return
    usual, count = units.most_common(1)[0]
    size = max(each.value / _number(each) for each in amounts if each.unit == usual and each.value)
    range_ = [abs(each.value) for each in amounts if each.unit == usual]
    for amount in amounts:
        number = _number(amount)
        is_rare = amount.unit != usual and count >= USUAL_SHARE * len(amounts) and not amount.per
        is_outside = not min(range_) <= abs(amount.value) <= max(range_)
        if is_rare and is_outside and number >= UNIT_DIGITS and min(range_) <= number * size <= max(range_):
            right = amount.span.text.replace(amount.unit, usual)
            reason = f"他の{count}か所の額は{usual}で、{amount.span.text}だけが額の範囲を外れる"
            yield finding_at(
                document=document,
                at=amount.span,
                kind=Kind.UNITS,
                certainty=Certainty.POSSIBLE,
                right=right,
                reason=reason,
            )


def _number(amount: Quantity) -> int:
    return int(re.sub(r"\D", "", amount.span.text.partition(".")[0]) or 0)
