"""Percentages that no whole number of people or cases can give."""

import re
from collections.abc import Iterator
from fractions import Fraction

from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER, Quantity, number_of, percentages, printed_number
from madoguchi.review.tables import cell_at, find_tables, label_of, row_at, table_at

COUNTER = "名|人|件|者|通|台|社|回|呼"
PEOPLE_RATE = re.compile(r"(?:回収率|回答率|返信率|有効回答率)[^%\d]{0,6}$")
WHOLE = re.compile(
    rf"(?:計|合計|総数|全|対象(?:者)?|配布(?:数)?|送付(?:数)?|発送(?:数)?)[:は]?(?P<count>{NUMBER})(?:{COUNTER})"
)
PART_OF = re.compile(
    rf"(?P<whole>{NUMBER})(?:{COUNTER})(?:中|のうち|に対し(?:て)?、?|うち)、?(?P<part>{NUMBER})(?:{COUNTER})"
    rf"[^%\d。\n\t]{{0,12}}[(、]?(?P<rate>{NUMBER})%"
)
ANSWERED = re.compile(rf"(?:回答|回収|有効回答)(?:者)?(?:数)?[:は]?(?P<part>{NUMBER})(?:{COUNTER})")
SHARE_LABEL = re.compile(
    r"(?:応答率|解決率|完結率|稼働率|回収率|回答率|達成率|放棄率|放棄呼率|ビジー率|適用率|遵守率)[:はが]?(?:約)?$"
)


GROWTH = re.compile(r"比|増|伸び|達成率|倍|上昇|超え|減|(?:経費|費用|コスト|額|前年度?|前期|従来)に対し")
SCORE = re.compile(rf"(?P<number>{NUMBER})点")
FULL_SCORE = "100点満点"
FULL = 100
WHOLE_RANGE, NO_MORE_THAN_ALL = "0%から100%まで", "全体に対する割合は100%を超えない"


def check_shares(document: Document) -> Iterator[Finding]:
    for rate in percentages(document):
        yield from _impossible(document, rate)
        yield from _beyond(document, rate)
    yield from _counted(document)
    yield from _beyond_in_columns(document)
    yield from _beyond_full_score(document)


def _beyond_full_score(document: Document) -> Iterator[Finding]:
    """Find a score above 100 in a document that scores out of 100."""
    if FULL_SCORE not in document.flow:
        return
    for match in SCORE.finditer(document.flow):
        if number_of(match["number"]) > FULL:
            span = Span(start=match.start(), end=match.end(), text=match.group())
            yield _certain(document, span, "0点から100点まで", f"この文書の点数は{FULL_SCORE}")


def _beyond_in_columns(document: Document) -> Iterator[Finding]:
    """Find a cell above 100% in a column of shares."""
    tables = find_tables(document)
    for rate in percentages(document):
        table = table_at(tables, rate.span.start) if rate.value > FULL else None
        cell = cell_at(table, rate.span.start) if table is not None else None
        if table is None or cell is None or not cell.row:
            continue
        if any(each.index == cell.index and SHARE_LABEL.search(each.span.text) for each in table.rows[0]):
            yield _certain(document, rate.span, WHOLE_RANGE, NO_MORE_THAN_ALL)


def _impossible(document: Document, rate: Quantity) -> Iterator[Finding]:
    before = document.flow[max(rate.span.start - 12, 0) : rate.span.start]
    if (
        not PEOPLE_RATE.search(before)
        or rate.is_about
        or document.flow[rate.span.end : rate.span.end + 2] in ("以上", "以下")
    ):
        return
    sentence = document.sentence_at(rate.span.start)
    wholes = list(WHOLE.finditer(sentence.text))
    if len(wholes) != 1 or ANSWERED.search(sentence.text):
        return
    whole = int(number_of(wholes[0]["count"]))
    if whole == 0 or _nearest_rates(whole, rate)[0] == rate.value:
        return
    right, reason = _explained(whole, rate)
    yield _certain(document, rate.span, right, reason)


def _nearest_rates(whole: int, rate: Quantity) -> list[Fraction]:
    """Return the printed forms of the shares nearest to a rate, nearest first."""
    middle = int(rate.value * whole / 100)
    shares = {_printed(Fraction(100 * part, whole), rate) for part in (middle - 1, middle, middle + 1, middle + 2)}
    return sorted(shares, key=lambda share: abs(share - rate.value))


def _printed(share: Fraction, rate: Quantity) -> Fraction:
    return Fraction(printed_number(share, decimals=rate.decimals).replace(",", ""))


def _explained(whole: int, rate: Quantity) -> tuple[str, str]:
    middle = int(rate.value * whole / 100)
    texts = [
        f"{part}人なら{printed_number(Fraction(100 * part, whole), decimals=rate.decimals)}%"
        for part in (middle, middle + 1)
    ]
    return "または".join(text.rpartition("なら")[2] for text in texts), f"{whole}人のうち{'、'.join(texts)}"


def _beyond(document: Document, rate: Quantity) -> Iterator[Finding]:
    before = document.flow[max(rate.span.start - 10, 0) : rate.span.start]
    is_fall = document.flow[rate.span.start] == "△" and rate.value < -FULL
    if is_fall:
        yield _certain(document, rate.span, "△100%まで", "全部なくなっても減少は100%まで")
    if SHARE_LABEL.search(before) and not 0 <= rate.value <= FULL:
        yield _certain(document, rate.span, WHOLE_RANGE, NO_MORE_THAN_ALL)
    elif rate.value > FULL and not GROWTH.search(_told_with(document, rate)):
        reason = "割合なら100%を超えない。比べる相手があるなら、その記載が要る"
        yield finding_at(
            document=document,
            at=rate.span,
            kind=Kind.SHARE,
            certainty=Certainty.POSSIBLE,
            right=WHOLE_RANGE,
            reason=reason,
        )


def _told_with(document: Document, rate: Quantity) -> str:
    """Return the sentence of a rate, in a table with the words that its row begins with."""
    table = table_at(find_tables(document), rate.span.start)
    label = label_of(row_at(table, rate.span.start)) if table else ""
    return label + document.sentence_at(rate.span.start).text


def _counted(document: Document) -> Iterator[Finding]:
    """`201名のうち160名（79.4%）`: the share worked out from its own counts."""
    for match in PART_OF.finditer(document.flow):
        whole, part, rate = (number_of(match[name]) for name in ("whole", "part", "rate"))
        if whole == 0:
            continue
        decimals = len(match["rate"].partition(".")[2])
        right = printed_number(100 * part / whole, decimals=decimals)
        if Fraction(right.replace(",", "")) != rate:
            span = Span(start=match.start("rate"), end=match.end(), text="")
            yield _certain(document, span, f"{right}%", f"{match['part']}÷{match['whole']}＝{right}%")


def _certain(document: Document, span: Span, right: str, reason: str) -> Finding:
    return finding_at(
        document=document, at=span, kind=Kind.SHARE, certainty=Certainty.CERTAIN, right=right, reason=reason
    )
