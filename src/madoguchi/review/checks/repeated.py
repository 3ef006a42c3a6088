"""One thing printed in two ways: a month's figure, an amount's term, a choice's name, a standard's value."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER, Quantity, moneys, number_of
from madoguchi.review.requirements import Value, values_in
from madoguchi.review.tables import find_tables
from madoguchi.review.written_periods import MONTHS_A_YEAR, WrittenMoment, WrittenPeriod, moments, periods

CHOICE = re.compile(r"(?:[「、:]|^)(?P<name>[^「」、。:()\d\v\t]{1,12})」?[:は(]{0,2}(?P<score>\d{1,3})点")
FEWEST_CHOICES = 4
TELLING = 5
MONTH_FIGURE = re.compile(r"^(?:は|、|の|で)")
BARE_MONTH = re.compile(r"(?<![\d年])(?P<month>1[0-2]|[1-9])月(?=は)")
TOLD = re.compile(r"[^。\n\t\v]*")
TOLD_REACH = 80
RANGE = re.compile(
    rf"(?:まで)?[はの、で]{{1,2}}(?P<range>(?P<least>{NUMBER})(?:%|点|件)?〜(?P<greatest>{NUMBER})(?P<unit>%|点|件))"
)
EVENT = re.compile(r"(?:[にの](?P<what>[^\d。、「」()\n\t\v]{11})|は(?P<told>[^\d。、「」()\n\t\v]{9}))")
MONTHS_OF_YEAR = re.compile(
    r"(?P<year>(?:平成|令和)(?:元|\d{1,2})年)(?P<months>\d{1,2}月?〜\d{1,2}月)は(?P<what>[^\d。、「」()\n\t\v]{8})"
)
YEAR_BETWEEN = re.compile(r"\d年\d")
STANDARD = re.compile(
    r"(?P<label>(?:基準|目標)(?:スコア|値|点))[:は(](?P<value>\d[\d.]*)(?P<unit>点|%|件|分)(?P<bound>以上|以下|以内|未満)?"
)
YEAR_LABEL = re.compile(
    r"(?P<year>(?:平成|令和)(?:元|\d{1,2})年度)の?(?P<label>[^\d。、\n\t\v(]{2,16}?)[はが:](?P<value>\d[\d,.]*)(?P<unit>点|%|件|円|千円|名|人)"
)


def check_repeated(document: Document) -> Iterator[Finding]:
    yield from _choices(document)
    yield from _standards(document)
    yield from _year_figures(document)
    yield from _terms_of_amounts(document)
    yield from _months_in_tables(document)
    yield from _ranges_over_months(document)
    yield from _events(document)
    yield from _months_of_year(document)


def _choices(document: Document) -> Iterator[Finding]:
    """Scales that give one score two names."""
    names: dict[str, tuple[str, int]] = {}
    scores: dict[str, tuple[str, int]] = {}
    scale: list[str] = []
    scale_line = 0
    for sentence in document.sentences():
        found = list(CHOICE.finditer(sentence.text))
        if len({match["score"] for match in found}) < FEWEST_CHOICES:
            continue
        ours = [match["score"] for match in found]
        if not scale:
            scale, scale_line = ours, document.place(start=sentence.start, end=sentence.end).line
        odd = [index for index, score in enumerate(ours) if len(ours) == len(scale) and score != scale[index]]
        if len(odd) == 1:
            match = found[odd[0]]
            start, right = sentence.start + match.start("score"), f"{scale[odd[0]]}点または{match['score']}点"
            reason = f"{scale_line}行目に先に記された選択肢の点数は{'、'.join(scale)}"
            yield finding_at(
                document=document,
                at=(start, start + len(match["score"])),
                kind=Kind.TWO_WAYS,
                right=right,
                reason=reason,
            )
        for match in found:
            line = document.place(start=sentence.start + match.start(), end=sentence.start + match.end()).line
            name, before = names.setdefault(match["score"], (match["name"], line))
            score, scored = scores.setdefault(match["name"], (match["score"], line))
            if score != match["score"]:
                start = sentence.start + match.start("score")
                reason = f"{scored}行目では「{match['name']}」は{score}点"
                right = f"{score}点または{match['score']}点"
                yield finding_at(
                    document=document,
                    at=(start, start + len(match["score"])),
                    kind=Kind.TWO_WAYS,
                    right=right,
                    reason=reason,
                )
            elif name != match["name"]:
                start = sentence.start + match.start("name")
                reason = f"{before}行目では{match['score']}点の選択肢は「{name}」"
                yield finding_at(
                    document=document,
                    at=(start, start + len(match["name"])),
                    kind=Kind.TWO_WAYS,
                    right="一つの名称",
                    reason=reason,
                )


def _standards(document: Document) -> Iterator[Finding]:
    """Find a standard's name over a figure that is not the standard."""
    first: dict[str, re.Match[str]] = {}
    for match in STANDARD.finditer(document.flow):
        before = first.setdefault(match["label"], match)
        if before["value"] != match["value"] and before["unit"] == match["unit"]:
            line = document.place(start=before.start(), end=before.end()).line
            stated = before["value"] + before["unit"] + (before["bound"] or "")
            reason = f"{line}行目では{match['label']}は{stated}。実績値を{match['label']}と呼んでいる"
            right = f"実績値{match['value']}{match['unit']}（{match['label']}は{before['value']}{before['unit']}）"
            yield finding_at(document=document, at=match.span(), kind=Kind.TWO_WAYS, right=right, reason=reason)


def _year_figures(document: Document) -> Iterator[Finding]:
    first: dict[tuple[str, str, str], re.Match[str]] = {}
    for match in YEAR_LABEL.finditer(document.flow):
        key = (match["year"], match["label"], match["unit"])
        before = first.setdefault(key, match)
        if before["value"] != match["value"]:
            line = document.place(start=before.start(), end=before.end()).line
            reason = f"{line}行目では{match['year']}の{match['label']}は{before['value']}{before['unit']}"
            right = f"{before['value']}{before['unit']}または{match['value']}{match['unit']}"
            yield finding_at(
                document=document,
                at=(match.start("value"), match.end()),
                kind=Kind.TWO_WAYS,
                right=right,
                reason=reason,
            )


def _terms_of_amounts(document: Document) -> Iterator[Finding]:
    """One amount with one term in parentheses here and another there."""
    found = periods(document)
    first: dict[int, tuple[Quantity, WrittenPeriod]] = {}
    for amount in moneys(document):
        period = next((each for each in found if each.span.start - amount.span.end in (1, 2)), None)
        if period is None or document.flow[amount.span.end] != "(":
            continue
        before, term = first.setdefault(int(amount.value), (amount, period))
        if (term.first_date, term.final_date) != (period.first_date, period.final_date):
            line = document.place(start=before.span.start, end=before.span.end).line
            reason = f"同じ{amount.span.text}が{line}行目では{term.span.text}のもの"
            yield finding_at(
                document=document,
                at=period.span,
                kind=Kind.TWO_WAYS,
                certainty=Certainty.POSSIBLE,
                right="契約期間と支払期間を分けた記載",
                reason=reason,
            )


def _months_in_tables(document: Document) -> Iterator[Finding]:
    """`平成30年11月は37時間08分` against that month's row."""
    rows = _month_rows(document)
    for year, month, end in _months_told(document):
        after = document.flow[end : end + 14]
        values = values_in(Span(start=end, end=end + len(after), text=after))[:1] if MONTH_FIGURE.match(after) else ()
        row = rows.get((year, month))
        yield from _of_another_month(document, rows, (year, month), values)
        if row is None or not values or values[0].span.start - end > 2:  # noqa: PLR2004  # は and a sign
            continue
        if document.flow[values[0].span.end] == "〜":
            continue
        same = [each for each in row if each.unit == values[0].unit]
        if same and all(each.value != values[0].value for each in same):
            texts = "、".join(each.span.text for each in same)
            line = document.place(start=same[0].span.start, end=same[0].span.end).line
            reason = f"{line}行目の表では{texts}"
            yield finding_at(document=document, at=values[0].span, kind=Kind.TWO_WAYS, right=texts, reason=reason)


def _of_another_month(
    document: Document, rows: Mapping[tuple[int, int], Sequence[Value]], told: tuple[int, int], values: Sequence[Value]
) -> Iterator[Finding]:
    """Find the figure of one month's row told of a month that the table does not hold."""
    if not rows or told in rows or not values or len(values[0].span.text) < TELLING:
        return
    months = [month for month, row in rows.items() if any(each.value == values[0].value for each in row)]
    if len(months) == 1:
        reason = f"表ではこの値は{months[0][0]}年{months[0][1]}月のもの"
        stretch = (values[0].span.start, values[0].span.end)
        yield finding_at(
            document=document,
            at=stretch,
            kind=Kind.TWO_WAYS,
            right=f"{months[0][1]}月の{values[0].span.text}",
            reason=reason,
        )


def _months_told(document: Document) -> Iterator[tuple[int, int, int]]:
    """Yield year, month and end of every month told in the text; a bare month takes the year before it."""
    for moment in moments(document):
        if moment.day is not None:
            continue
        yield moment.year, moment.month, moment.span.end
        rest = TOLD.match(document.flow[moment.span.end : moment.span.end + TOLD_REACH])
        told = rest.group() if rest else ""
        for match in BARE_MONTH.finditer(told):
            if int(match["month"]) > moment.month and not YEAR_BETWEEN.search(told[: match.start()]):
                yield moment.year, int(match["month"]), moment.span.end + match.end()


def _ranges_over_months(document: Document) -> Iterator[Finding]:
    """`平成30年11月〜平成31年1月は43.0%〜67.4%` against the least and the greatest of those months' rows."""
    rows = _month_rows(document)
    for period in periods(document):
        match = RANGE.match(document.flow, period.span.end)
        if match is None or period.has_days:
            continue
        told = [row for month, row in rows.items() if period.first_date <= date(*month, 1) <= period.final_date]
        printed = {number_of(match["least"]), number_of(match["greatest"])}
        columns = [column for column in zip(*told, strict=False) if {each.unit for each in column} == {match["unit"]}]
        ends = [{min(each.value for each in column), max(each.value for each in column)} for column in columns]
        near = [column for column, pair in zip(columns, ends, strict=True) if pair & printed]
        if len(told) > 1 and near and printed not in ends:
            values = sorted(near[0], key=lambda each: each.value)
            right = f"{values[0].span.text}〜{values[-1].span.text}"
            texts = "、".join(each.span.text for each in near[0])
            yield finding_at(
                document=document,
                at=match.span("range"),
                kind=Kind.TWO_WAYS,
                right=right,
                reason=f"表のこの期間の値は{texts}",
            )


def _events(document: Document) -> Iterator[Finding]:
    """Find one event, told in the same words, at two dates."""
    told: dict[str, list[WrittenMoment]] = {}
    for moment in moments(document):
        event = EVENT.match(document.flow, moment.span.end)
        if event is not None:
            told.setdefault(event["what"] or event["told"], []).append(moment)
    for event_text, found in told.items():
        counts = Counter((each.year, each.month, each.day) for each in found)
        usual = counts.most_common(1)[0][0]
        first = next(each for each in found if (each.year, each.month, each.day) == usual)
        for each in found:
            if (each.year, each.month, each.day) != usual:
                line = document.place(start=first.span.start, end=first.span.end).line
                reason = f"{line}行目では「{event_text}…」は{first.span.text}"
                right = f"{first.span.text}または{each.span.text}"
                yield finding_at(document=document, at=each.span, kind=Kind.TWO_WAYS, right=right, reason=reason)


def _months_of_year(document: Document) -> Iterator[Finding]:
    """`令和4年5〜9月は未達成項目があるが` with other months elsewhere."""
    first: dict[tuple[str, str], re.Match[str]] = {}
    for match in MONTHS_OF_YEAR.finditer(document.flow):
        before = first.setdefault((match["year"], match["what"]), match)
        if before["months"] != match["months"]:
            line = document.place(start=before.start(), end=before.end()).line
            reason = f"{line}行目では「{match['what']}…」は{before['year']}{before['months']}"
            right = f"{before['months']}または{match['months']}"
            yield finding_at(document=document, at=match.span("months"), kind=Kind.TWO_WAYS, right=right, reason=reason)


def _month_rows(document: Document) -> dict[tuple[int, int], Sequence[Value]]:
    """Return the figures of every table row headed by a month; a row without a year takes the one above."""
    found: dict[tuple[int, int], Sequence[Value]] = {}
    named = {each.span.start: each for each in moments(document)}
    for table in find_tables(document):
        latest: WrittenMoment | None = None
        month = 0
        for row in table.rows:
            head = row[0].span
            if head.start in named:
                latest = named[head.start]
                month = latest.month
            elif (bare := re.fullmatch(r"(\d{1,2})月", head.text)) and latest is not None:
                month = int(bare[1])
            else:
                continue
            year = latest.year if latest.month <= month <= MONTHS_A_YEAR else latest.year + 1
            found[year, month] = [value for cell in row[1:] for value in values_in(cell.span)]
    return found
