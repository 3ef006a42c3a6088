"""What the survey's document says of rounds drawn by organisation: figures weighed by the organisations' people."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period
from madoguchi.core.quality_vocabulary import RoundState
from madoguchi.core.surveys.intervals import Interval
from madoguchi.core.surveys.questionnaire import in_language
from madoguchi.core.surveys.strata import StratifiedMean
from madoguchi.core.values import Mean, rounded
from madoguchi.reports.blocks import Block, Cell, Paragraph, PrintedFigure, Table
from madoguchi.surveys.models import Round
from madoguchi.surveys.weighing import WeighedQuestion, Weighing, weighing_of

WORDS = {
    "caption": ("{label}：組織の人数で重みづけた結果", "{label}: weighed by the organisations' people"),
    "strata_caption": ("{label}：組織ごとの平均点", "{label}: mean score of each organisation"),
    "question": ("設問", "Question"),
    "mean": ("平均点", "Mean score"),
    "satisfied": ("満足の割合", "Satisfied"),
    "interval": ("95%信頼区間", "95% interval"),
    "stratum": ("組織", "Organisation"),
    "people": ("母集団", "People"),
    "weight": ("重み", "Weight"),
    "answered": ("回答", "Answers"),
    "nowhere": ("所属なし", "no organisation"),
    "comma": ("、", ", "),
    "note": (
        "重みは組織の人数の全体に対する割合で、信頼区間は組織ごとのばらつきに有限母集団修正を加えて合わせた（正規近似）。",
        (
            "Weights are the organisations' shares of all people; the intervals join the organisations' variances with "
            "the finite-population correction (normal approximation). "
        ),
    ),
    "few": (
        "ある組織でその設問に答えた人が{count}人に満たないときは、その設問の値を示さない（－）。",
        "Where fewer than {count} people of some organisation answered a question, its figures are not shown (－). ",
    ),
    "joined": (
        "依頼または回答が少ない組織は、一つにまとめて数えた。",
        "Organisations of which few were asked or answered are counted as one. ",
    ),
    "lean": (
        (
            "同じ人数ずつ依頼したため、まとめた行では小さい組織の人の答えが大きく数えられ、その分だけ値が寄る。"
            "信頼区間はこの偏りを含まない。"
        ),
        (
            "As many people were asked of each, so small organisations weigh too much within the joined line and draw "
            "its figures towards them; the intervals do not hold this lean. "
        ),
    ),
    "left_out": (
        "紙などで届いた{count}件は組織が分からないため、含まない。",
        "{count} sheets came without an organisation, on paper for instance, and are left out.",
    ),
}
NOTHING = "－"
TENTH = Decimal("0.1")


def weighed_tables(*, contract: Contract, period: Period, language: str) -> tuple[Block, ...]:
    """Return the tables of the closed rounds whose closing day lies in a period, in order of time."""
    rounds = Round.objects.filter(
        contract=contract, state=RoundState.CLOSED.value, is_stratified=True,
        closing_date__gte=period.start_date, closing_date__lt=period.end_date,
    ).select_related("questionnaire")  # fmt: skip
    return tuple(
        block for each in rounds.order_by("start_date", "pk") for block in _of_round(each, _Language(language))
    )


class _Language:
    """The words of one language."""

    def __init__(self, name: str) -> None:
        self.name = name

    def word(self, name: str, **values: object) -> str:
        return WORDS[name][0 if self.name == "ja" else 1].format(**values)


def _of_round(found: Round, language: _Language) -> Iterator[Block]:
    weighing = weighing_of(found)
    if weighing is None:
        return
    yield _questions(found, weighing, language)
    yield _strata(found, weighing, language)
    text = language.word("note") + language.word("few", count=found.minimum)
    if weighing.has_joined:
        text += language.word("joined")
    if weighing.has_lean:
        text += language.word("lean")
    if weighing.left_out_count:
        text += language.word("left_out", count=weighing.left_out_count)
    yield Paragraph(parts=(text.strip(),))


def _questions(found: Round, weighing: Weighing, language: _Language) -> Table:
    words = ("question", "mean", "interval", "satisfied", "interval")
    return Table(
        caption=language.word("caption", label=found.label), header=tuple(language.word(each) for each in words),
        rows=tuple(_question_row(found, each, language) for each in weighing.questions), widths=(6, 2, 3, 2, 3),
        numeric=(1, 2, 3, 4),
    )  # fmt: skip


def _question_row(found: Round, weighed: WeighedQuestion, language: _Language) -> tuple[Cell, ...]:
    mean = weighed.mean if weighed.question.is_scored else None
    satisfied = weighed.satisfied
    return (
        in_language(weighed.question.texts, language.name),
        _estimate(found, weighed, mean, scale=1, unit=""), _interval(mean, scale=1, unit=""),
        _estimate(found, weighed, satisfied, scale=100, unit="%"), _interval(satisfied, scale=100, unit="%"),
    )  # fmt: skip


def _strata(found: Round, weighing: Weighing, language: _Language) -> Table:
    rows = []
    for place, stratum in enumerate(weighing.strata):
        names = language.word("comma").join(name or language.word("nowhere") for name in stratum.names)
        means = tuple(_mean(found, each, each.means[place], names) for each in weighing.questions)
        weight = stratum.weight.percent(decimals=1)
        rows.append((names, f"{stratum.population:,}", f"{weight}%", f"{stratum.answered:,}", *means))
    words = ("stratum", "people", "weight", "answered")
    questions = tuple(in_language(each.question.texts, language.name) for each in weighing.questions)
    return Table(
        caption=language.word("strata_caption", label=found.label),
        header=(*(language.word(each) for each in words), *questions), rows=tuple(rows),
        widths=(5, 2, 2, 2, *(3 for _ in questions)), numeric=tuple(range(1, len(words) + len(questions))),
    )  # fmt: skip


def _estimate(
    found: Round, weighed: WeighedQuestion, estimate: StratifiedMean | None, *, scale: int, unit: str
) -> Cell:
    if estimate is None or estimate.exact is None:
        return NOTHING
    return _printed(found, weighed, scale * estimate.exact, window=found.label, unit=unit)


def _mean(found: Round, weighed: WeighedQuestion, mean: Mean | None, stratum: str) -> Cell:
    exact = mean.exact() if mean else None
    return NOTHING if exact is None else _printed(found, weighed, exact, window=f"{found.label} {stratum}", unit="")


def _printed(found: Round, weighed: WeighedQuestion, exact: Fraction, *, window: str, unit: str) -> PrintedFigure:
    number = rounded(exact, decimals=1)
    return PrintedFigure(
        text=f"{number}{unit}", indicator=f"survey:{found.key}:{weighed.question.id}",
        version=str(found.questionnaire.number), window=window, exact=exact, number=number, suffix=unit,
    )  # fmt: skip


def _interval(estimate: StratifiedMean | None, *, scale: int, unit: str) -> str:
    interval: Interval | None = estimate.interval if estimate else None
    if interval is None:
        return NOTHING
    low, high = ((scale * each).quantize(TENTH, rounding=ROUND_HALF_UP) for each in (interval.low, interval.high))
    return f"{low}{unit} ～ {high}{unit}"
