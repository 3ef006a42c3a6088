"""What a review found: where, what is printed, what is right, and how sure that is."""

from dataclasses import dataclass

from madoguchi.core.vocabulary import LabelledEnum


class Level(LabelledEnum):
    """How much a finding weighs; only errors make the command fail."""

    ERROR = "error", "誤り", "error"
    CAUTION = "caution", "要確認", "to be checked"
    NOTATION = "notation", "表記", "notation"


class Certainty(LabelledEnum):
    """How sure a finding is: by arithmetic, by all signs, or worth a person's look."""

    CERTAIN = "certain", "確実", "certain"
    LIKELY = "likely", "ほぼ確実", "likely"
    POSSIBLE = "possible", "可能性あり", "possible"


class Kind(LabelledEnum):
    """Which rule a finding breaks."""

    DATE = "date", "ない日付・曜日違い", "date that does not exist"
    PERIOD_LENGTH = "period_length", "期間の長さ", "length of a period"
    OVERLAP = "overlap", "期間の重なり", "periods that overlap"
    TOTAL = "total", "合計と内訳", "total against its parts"
    FORMULA = "formula", "計算式", "calculation"
    RATE = "rate", "率・削減率", "rate against its amounts"
    DIFFERENCE = "difference", "差額", "difference against its amounts"
    SHARE = "share", "人数・件数から出ない割合", "share impossible for its count"
    MEAN = "mean", "平均", "mean against its values"
    UNITS = "units", "単位・基準の混在", "units mixed"
    COMPARATOR = "comparator", "比較の向き", "comparator turned round"
    VERDICT = "verdict", "判定と実績", "verdict against its figures"
    TREND = "trend", "増減の記述", "trend against its figures"
    TWO_WAYS = "two_ways", "同じ事項の二通りの記載", "one thing printed two ways"
    NAME = "name", "名称の取り違え", "name of another thing"
    REFERENCE = "reference", "番号と参照", "numbers and references"
    WORDING = "wording", "文章の誤り", "slip of the pen"
    NOTATION = "notation", "表記のゆれ", "notation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A stretch of the document as its reader finds it: the line, from 1, and the words on it."""

    line: int
    quote: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that does not hold; `reason` is the calculation or the rule, in Japanese.

    `other_lines` are the lines that hold the same slip again.
    """

    kind: Kind
    certainty: Certainty
    place: Place
    printed: str
    right: str
    reason: str
    other_lines: tuple[int, ...] = ()

    @property
    def level(self) -> Level:
        if self.kind is Kind.NOTATION:
            return Level.NOTATION
        return Level.CAUTION if self.certainty is Certainty.POSSIBLE else Level.ERROR
