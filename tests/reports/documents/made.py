"""A small contract with a measurement, costs and a tender, and documents made of it."""

from datetime import date
from fractions import Fraction

from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.load import load_costs
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract, Figure, Judgement, Measurement, Tally, Window
from madoguchi.core.procurement.load import load_procurement
from madoguchi.core.vocabulary import Season, Verdict, WindowKind
from madoguchi.reports.documents.kind import DocumentKind, Section, Span
from madoguchi.reports.documents.material import Material

CONTRACT = """
[contract]
id = "x"
name = "窓口業務"
buyer = "甲省"
supplier = "乙社"
start_date = 2018-10-01
end_date = 2019-03-31
[calendar]
hours = ["09:00-17:00"]
"""
INDICATOR = """
id = "answer_rate"
label = "応答率"
statistic = "rate"
table = "tickets"
[[part]]
column = "kind"
is = "inquiry"
[[objective]]
comparator = "at_least"
target = 90
"""
COSTS = """
[current]
name = "今期"
months = 6
[[current.contract]]
name = "今の契約"
amount = 600
start_date = 2018-10-01
end_date = 2019-03-31
[[prior]]
id = "before"
name = "前期"
months = 12
[[prior.contract]]
name = "前の契約"
amount = 2_000
start_date = 2017-10-01
end_date = 2018-09-30
"""


def contract() -> Contract:
    return load_contract({"contract.toml": CONTRACT, "indicators/answer_rate.toml": INDICATOR})


def measurement(month: int, percent: int | None, verdict: Verdict) -> Measurement:
    year = 2018 if month > 9 else 2019
    start = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1)
    indicator = contract().indicators[0]
    exact = None if percent is None else Fraction(percent)
    window = Window(kind=WindowKind.MONTH, label=f"{year}-{month:02d}", period=Period(start_date=start, end_date=end))
    figure = Figure(indicator=indicator.id, version=1, window=window, tally=Tally(), groups=(), exact=exact)
    judgement = Judgement(verdict=verdict, reasons=(), objective=indicator.objectives[0], season=Season.NORMAL)
    return Measurement(indicator=indicator, figure=figure, judgement=judgement)


MEASUREMENTS = (
    measurement(10, 95, Verdict.MET), measurement(11, 43, Verdict.MISSED), measurement(12, 91, Verdict.MET),
    measurement(1, 92, Verdict.MET), measurement(2, None, Verdict.NOT_MEASURABLE), measurement(3, 93, Verdict.MET),
)  # fmt: skip


def kind(*content: str) -> DocumentKind:
    return DocumentKind(
        id="performance",
        title="{name}の実施状況について",
        span=Span.EVALUATION,
        sections=(Section(level=1, heading="1 概要", content=content),),
        issuers=("甲省",),
        closing="以上",
    )


def material(
    *content: str,
    texts: dict[str, str] | None = None,
    costs: str | None = COSTS,
    procurement: str | None = None,
    measurements: tuple[Measurement, ...] = MEASUREMENTS,
) -> Material:
    return Material(
        kind=kind(*content),
        contract=contract(),
        period=contract().evaluation,
        measurements=measurements,
        costs=load_costs({"costs.toml": costs}) if costs else None,
        procurement=load_procurement({"procurement.toml": procurement}) if procurement else None,
        texts=texts or {},
        issued_date=date(2019, 5, 24),
    )
