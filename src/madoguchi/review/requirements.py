"""What a document says is promised: a measure, a comparator and a number; and values to hold against it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from madoguchi.review.document import Cell, Document, Span
from madoguchi.review.once import once_a_document
from madoguchi.review.quantities import NUMBER, number_of
from madoguchi.review.tables import find_tables

COMPARATORS = {"以上": 1, "超": 1, "以下": -1, "以内": -1, "未満": -1}
COMPARATOR = r"以上|以下|以内|未満|超(?!え|過)"
NONE_WANTED = re.compile(r"(?<![\d.,])0件(?=であること|とすること|に抑え|を維持)")
UNIT = r"%|点|開庁日|営業日|時間|分|秒|件|名|人|回|日"
REQUIREMENT = re.compile(rf"(?P<number>{NUMBER})(?P<unit>{UNIT})(?P<comparator>{COMPARATOR})")
HIGH = (
    r"解決率|応答率|完結率|稼働率|回収率|回答率|達成率|適用率|遵守率|正答率|満足度|満足率|スコア|完了率|可用性|即答率"
)
LOW = (
    r"放棄呼?率|放棄率|ビジー率|話中率|エラー率|誤り率|苦情(?:発生)?件数|障害件数|障害発生件数|漏えい件数|漏えいの件数|事故件数|"
    r"(?:対応|処理|回答|復旧|起動|待ち|応答|解決|完了|停止|報告)時間|(?:完了|報告|エスカレーション|回答|対応)(?:する)?まで"
)
POLARITY = re.compile(rf"(?P<high>{HIGH})|(?P<low>{LOW})")
DURATION = re.compile(r"(?:(?P<hours>\d+)時間)?(?:(?P<minutes>\d+)分)?(?:(?P<seconds>\d+)秒)?")
SECONDS = {"時間": 3600, "分": 60, "秒": 1}
TIME_UNITS = (*SECONDS, "開庁日", "営業日", "日")
VALUE = re.compile(
    rf"(?P<number>{NUMBER})(?P<unit>%|点|件)|(?P<duration>(?:\d+時間)?\d+分(?:\d+秒)?|\d+時間(?!\d)|\d+秒)"
)
LABEL_REACH = 26


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """A promised bound; `bound` and the values held against it are in seconds where the unit is a time."""

    span: Span
    bound: Fraction
    unit: str
    comparator: str

    @property
    def is_time(self) -> bool:
        return self.unit in SECONDS

    def is_kept(self, value: Fraction) -> bool:
        if self.comparator == "以上":
            return value >= self.bound
        if self.comparator == "超":
            return value > self.bound
        return value < self.bound if self.comparator == "未満" else value <= self.bound


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """A figure in the text, in the base of its unit: seconds for times."""

    span: Span
    value: Fraction
    unit: str


def requirements_in(span: Span) -> tuple[Requirement, ...]:
    return tuple(_requirements(span))


def _requirements(span: Span) -> Iterator[Requirement]:
    for match in REQUIREMENT.finditer(span.text):
        yield Requirement(
            span=Span(start=span.start + match.start(), end=span.start + match.end(), text=match.group()),
            bound=number_of(match["number"]) * SECONDS.get(match["unit"], 1),
            unit=match["unit"],
            comparator=match["comparator"],
        )
    for match in NONE_WANTED.finditer(span.text):
        place = Span(start=span.start + match.start(), end=span.start + match.end(), text=match.group())
        yield Requirement(span=place, bound=Fraction(0), unit="件", comparator="以下")


def values_in(span: Span) -> tuple[Value, ...]:
    """Return the figures of a cell or sentence that are no bounds themselves."""
    found = []
    for match in VALUE.finditer(span.text):
        after = span.text[match.end() : match.end() + 3]
        if re.match(rf"{COMPARATOR}|\)?{COMPARATOR}", after) or re.match(r"を?超", after):
            continue
        unit = match["unit"] or "時間"
        value = seconds_of(match["duration"]) if match["duration"] else number_of(match["number"])
        place = Span(start=span.start + match.start(), end=span.start + match.end(), text=match.group())
        found.append(Value(span=place, value=value, unit=unit))
    return tuple(found)


def seconds_of(text: str) -> Fraction:
    match = DURATION.fullmatch(text)
    assert match is not None, text
    hours, minutes, seconds = (int(match[name] or 0) for name in ("hours", "minutes", "seconds"))
    return Fraction(3600 * hours + 60 * minutes + seconds)


def is_same_unit(requirement: Requirement, value: Value) -> bool:
    return value.unit == requirement.unit or (value.unit == "時間" and requirement.is_time)


@once_a_document
def promised(document: Document) -> dict[str, tuple[Requirement, ...]]:
    """Return the bounds by measure: the first cell of a table row names it, rows without one continue it."""
    found: dict[str, list[Requirement]] = {}
    for table in find_tables(document):
        label = ""
        for row in table.rows:
            label = plain_label(row[0].span.text) or label
            for cell in row[1:-1]:
                found.setdefault(label, []).extend(requirements_in(cell.span))
    return {label: tuple(each) for label, each in found.items() if label and each}


def plain_label(text: str) -> str:
    return re.sub(r"[\s\v()（）・]", "", text)


def loosest(requirements: Sequence[Requirement], values: Sequence[Value]) -> list[Value]:
    """Return the values that keep none of the bounds in their unit."""
    failing = []
    for value in values:
        bounds = [each for each in requirements if is_same_unit(each, value)]
        if bounds and not any(each.is_kept(value.value) for each in bounds):
            failing.append(value)
    return failing


def strictest(requirements: Sequence[Requirement], values: Sequence[Value]) -> list[Value]:
    """Return the values that break at least one of the bounds in their unit."""
    failing = []
    for value in values:
        bounds = [each for each in requirements if is_same_unit(each, value)]
        if bounds and not all(each.is_kept(value.value) for each in bounds):
            failing.append(value)
    return failing


def is_requirement_cell(cell: Cell) -> bool:
    return bool(requirements_in(cell.span))


def direction_before(document: Document, position: int) -> tuple[int, str]:
    """Return 1 or -1 for a measure that shall be high or low, with its name; 0 where none stands before a number."""
    sentence = document.sentence_at(position)
    before = document.flow[max(sentence.start, position - LABEL_REACH) : position]
    matches = list(POLARITY.finditer(before))
    if not matches or REQUIREMENT.search(before[matches[-1].end() :]):
        return 0, ""
    return (1 if matches[-1]["high"] else -1), matches[-1].group()
