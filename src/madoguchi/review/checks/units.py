"""Amounts compared on different footings: yen with thousands of yen, a total with a year, 42 months with 60."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from madoguchi.review.amounts import Amounts, amounts_of
from madoguchi.review.changes import changes_with_bases
from madoguchi.review.document import Cell, Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import YEN, Quantity, moneys, printed_money
from madoguchi.review.tables import Table, find_tables, row_at, table_at
from madoguchi.review.written_periods import WrittenPeriod, periods

DIGITS, SMALL_DIGITS, EXACT_DIGITS = 4, 3, 7
SMALL_YEN, FAR = 10_000, 100
CONTRACT_AMOUNT = re.compile(r"(?:契約額|契約金額|実施経費|契約総額|経費)(?:\(税抜\))?[:はが]?(?:約)?$")
SAVING = re.compile(r"コストダウン|コスト(?:を|の)?(?:削減|低減|縮減)|経費(?:を|の)?(?:削減|低減|縮減|減)")
MONTHS = re.compile(r"(?P<months>\d{1,3})(?:か|ケ|カ|箇)月")
LISTED_YEAR = re.compile(r"年度(?:\([^()]*\))?[:は]$")
MONTHLY = re.compile(r"月額|月平均|年額|単年|1か月|換算")
PERIOD_REACH = 120
LIST_REACH = 40
PARTS = 2
MONTHS_A_YEAR = 12


def check_units(document: Document) -> Iterator[Finding]:
    amounts = moneys(document)
    yield from _same_digits(document, amounts)
    yield from _total_with_year(document, amounts)
    yield from _different_lengths(document)
    yield from _monthly(document, amounts_of(document))
    yield from _other_unit_in_list(document, amounts)
    yield from _far_above(document, amounts)


def _monthly(document: Document, amounts: Amounts) -> Iterator[Finding]:
    """Find a monthly amount that is not its row's total over the months the row names."""
    for table in find_tables(document):
        headings = {cell.index: cell.span.text for cell in table.rows[0]}
        months = next((index for index, text in headings.items() if text.startswith("月額")), None)
        totals = next((index for index, text in headings.items() if text.startswith("総額")), None)
        for row in table.rows[1:]:
            length = MONTHS.search("".join(cell.span.text for cell in row))
            total, month = _amount_in(amounts, row, totals), _amount_in(amounts, row, months)
            if length is None or total is None or month is None:
                continue
            exact = total.value / int(length["months"])
            if abs(exact - month.value) > month.step / 2:
                right = printed_money(exact, unit=month.unit, step=month.step)
                reason = f"{total.span.text}÷{length['months']}か月＝{right}"
                yield finding_at(document=document, at=month.span, kind=Kind.FORMULA, right=right, reason=reason)


def _amount_in(amounts: Amounts, row: Sequence[Cell], index: int | None) -> Quantity | None:
    """Return the final amount of a row's cell."""
    span = next((cell.span for cell in row if cell.index == index), None)
    return next(reversed(amounts.within(span.start, span.end)), None) if span is not None else None


def _other_unit_in_list(document: Document, amounts: Sequence[Quantity]) -> Iterator[Finding]:
    """Find a yearly list whose amounts change their unit, so that one is a thousand times the others."""
    listed = [
        each for each in amounts if LISTED_YEAR.search(document.flow[max(each.span.start - 40, 0) : each.span.start])
    ]
    for first, second in pairwise(listed):
        is_near = second.span.start - first.span.end <= LIST_REACH
        if is_near and first.unit != second.unit and not first.value / 100 < second.value < first.value * 100:
            larger = max(first, second, key=lambda each: each.value)
            smaller = min(first, second, key=lambda each: each.value)
            right = larger.span.text.replace(larger.unit, smaller.unit)
            reason = f"並べて記された{smaller.span.text}と桁が大きく違う"
            yield finding_at(document=document, at=larger.span, kind=Kind.UNITS, right=right, reason=reason)


def _same_digits(document: Document, amounts: Sequence[Quantity]) -> Iterator[Finding]:
    """Find digits printed once in yen and once in thousands of yen; the rarer unit is the slip."""
    groups: dict[str, list[Quantity]] = {}
    for each in amounts:
        digits = re.sub(r"[^\d.,]", "", each.span.text)
        groups.setdefault(digits, []).append(each)
    for digits, group in groups.items():
        units = Counter(each.unit for each in group)
        if len(units) == 1 or not _is_telling(digits, group):
            continue
        (usual, count), (_, other_count) = units.most_common(2)
        for each in group:
            if each.unit != usual:
                right = f"{digits}{usual}" if count > other_count else f"{digits}{usual}または{each.span.text}"
                yield finding_at(
                    document=document,
                    at=each.span,
                    kind=Kind.UNITS,
                    right=right,
                    reason=f"他の{count}か所では{digits}{usual}",
                )


def _is_telling(digits: str, group: Sequence[Quantity]) -> bool:
    """Say whether digits are too many, or the amount too small, to stand in two units by chance."""
    plain = re.sub(r"\D", "", digits)
    if len(plain) == SMALL_DIGITS:
        return not plain.endswith("0") and min(each.value for each in group) < SMALL_YEN
    return len(plain) >= EXACT_DIGITS or (len(plain) >= DIGITS and not plain.endswith("00"))


def _far_above(document: Document, amounts: Sequence[Quantity]) -> Iterator[Finding]:
    """Find an amount far above all others that would lie among them in a smaller unit."""
    ordered = sorted((each for each in amounts if each.value > 0), key=lambda each: each.value)
    if len(ordered) <= PARTS or ordered[-1].value < FAR * ordered[-2].value:
        return
    largest, second = ordered[-1], ordered[-2]
    number = largest.value / YEN[largest.unit]
    for unit, size in YEN.items():
        if number * size <= second.value * 10 and number * size * FAR >= second.value and unit != largest.unit:
            right = largest.span.text.replace(largest.unit, unit)
            reason = f"次に大きい額は{second.span.text}で、桁が大きく違う。{right}なら並ぶ"
            yield finding_at(document=document, at=largest.span, kind=Kind.UNITS, right=right, reason=reason)
            return


def _total_with_year(document: Document, amounts: Sequence[Quantity]) -> Iterator[Finding]:
    """Find a contract's total beside another's yearly amount, in a document that claims a saving."""
    named = [
        each
        for each in amounts
        if CONTRACT_AMOUNT.search(document.flow[max(each.span.start - 12, 0) : each.span.start])
    ]
    yearly = [each for each in named if each.per]
    totals = [each for each in named if not each.per]
    if not yearly or not totals or not SAVING.search(document.flow):
        return
    for each in yearly:
        right, reason = _same_footing(document, each, totals[0])
        yield finding_at(
            document=document, at=each.span, kind=Kind.UNITS, certainty=Certainty.POSSIBLE, right=right, reason=reason
        )


def _same_footing(document: Document, yearly: Quantity, total: Quantity) -> tuple[str, str]:
    period = _period_near(document, total)
    own = _period_near(document, yearly)
    reason = f"{total.span.text}は契約の総額、{yearly.span.text}は{yearly.per}あたりで、そのままでは比べられない"
    if period is not None:
        share = total.value * MONTHS_A_YEAR / period.months
        reason += f"。総額を{period.months}か月で割ると1年{printed_money(share, unit=total.unit, step=total.step / 10)}"
    if own is not None and yearly.per == "年":
        whole = yearly.value * own.months / MONTHS_A_YEAR
        shown = printed_money(whole, unit=yearly.unit, step=yearly.step)
        reason += f"。{yearly.per}あたりが正しければ総額は{shown}、総額の誤記なら「/{yearly.per}」が要らない"
    return "同じ基準（総額どうし、または1年あたりどうし）での比較", reason


def _period_near(document: Document, amount: Quantity) -> WrittenPeriod | None:
    near = [
        each
        for each in periods(document)
        if min(abs(each.span.end - amount.span.start), abs(each.span.start - amount.span.end)) <= PERIOD_REACH
    ]
    return min(near, key=lambda each: abs(each.span.start - amount.span.start), default=None)


def _different_lengths(document: Document) -> Iterator[Finding]:
    """Find totals of different lengths, as of 42 and 60 months, taken from one another."""
    tables = find_tables(document)
    for change, base, new in changes_with_bases(document):
        lengths = [_months_beside(tables, each) for each in (base, new)]
        if None in lengths or lengths[0] == lengths[1]:
            continue
        first, second = lengths
        if first is None or second is None:
            continue
        shares = [each.value / months for each, months in ((base, first), (new, second))]
        texts = [printed_money(share, unit=base.unit, step=base.step) for share in shares]
        reason = (
            f"{base.span.text}は{first}か月分、{new.span.text}は{second}か月分の総額。1か月では{texts[0]}と{texts[1]}"
        )
        yield finding_at(
            document=document,
            at=change.rate.span,
            kind=Kind.UNITS,
            certainty=Certainty.POSSIBLE,
            right="同じ長さの期間（1か月または1年）での比較",
            reason=reason,
        )
        return


def _months_beside(tables: Sequence[Table], amount: Quantity) -> int | None:
    """Return the months that an amount's row covers; None where its column is monthly or no length is given."""
    table = table_at(tables, amount.span.start)
    if table is None:
        return None
    row = row_at(table, amount.span.start)
    index = next((cell.index for cell in row if cell.span.start <= amount.span.start <= cell.span.end), 0)
    heading = next((cell.span.text for cell in table.rows[0] if cell.index == index), "")
    match = MONTHS.search("".join(cell.span.text for cell in row))
    return None if match is None or MONTHLY.search(heading) else int(match["months"])
