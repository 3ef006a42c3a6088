"""The tables of costs: what was paid, what was saved, and how it was worked out."""

from fractions import Fraction

from madoguchi.core.costing.plan import CostPlan, PlannedTerm, compare_plan
from madoguchi.core.procurement_vocabulary import CostBasis
from madoguchi.reports.blocks import Block, Cell, Paragraph, Table
from madoguchi.reports.documents.money import change_figure, money_figure, rate_figure, term_figure, unit_text
from madoguchi.reports.documents.words import months_text, number_text, period_text, said
from madoguchi.reports.rows import label_of

NO_COSTS = {
    "ja": "【未記入】実施経費の記録がない。",
    "en": "[Not written] There is no record of costs.",
}
NO_PRIOR = {
    "ja": "【未記入】比べる従来経費の記録がない。",
    "en": "[Not written] There is no record of a prior cost to compare with.",
}


def unit_line(plan: CostPlan, language: str) -> str:
    return said(language, f"単位：{plan.unit_label}、税抜", f"{unit_text(plan, language)}, without tax")


def service_cost(plan: CostPlan | None, language: str = "ja") -> tuple[Block, ...]:
    """Return the contracts of the current term, each with its days and amount."""
    if plan is None:
        return (Paragraph(parts=(NO_COSTS[language],)),)
    rows: list[tuple[Cell, ...]] = []
    for each in plan.current.costs:
        figure = money_figure(plan, each.cost.net(), of="current", window=each.cost.name)
        months = _months(each.months or plan.current.months, language)
        rows.append((each.cost.name, months, period_text(each.cost.period, language), figure))
    unit, english = unit_line(plan, language), ("Contract, year", "Months paid", "Term", "Total")
    table = Table(
        caption=said(language, f"実施経費（{unit}）", f"Service cost ({unit})"),
        header=("契約・年度", "支払月数", "契約期間", "総額") if language == "ja" else english,
        rows=tuple(rows),
        widths=(5, 2, 8, 3),
        numeric=(1, 3),
    )
    bases = [basis for basis in plan.bases if basis is not CostBasis.TOTAL]
    if not bases:
        return (table, *_paid(plan.current, language))
    figures: tuple[Cell, ...] = tuple(term_figure(plan, plan.current, basis) for basis in bases)
    of = f"{plan.current.name}{said(language, '、', ', ')}{_months(plan.current.months, language)}"
    change = Table(
        caption=said(language, f"比較に用いる額（{of}、{unit}）", f"Amounts compared ({of}, {unit})"),
        header=(said(language, "期", "Term"), *(label_of(basis, language) for basis in bases)),
        rows=((plan.current.name, *figures),),
        widths=(5, *(3 for _ in bases)),
        numeric=tuple(range(1, len(bases) + 1)),
    )
    return (table, *_paid(plan.current, language), change)


def _months(count: int, language: str) -> str:
    return said(language, f"{count}か月", number_text(count, "month", "months"))


def _paid(term: PlannedTerm, language: str) -> tuple[Block, ...]:
    if term.paid is None:
        return ()
    months, length = months_text(term.paid, language), _months(term.months, language)
    return (Paragraph(parts=(said(language, f"うち支払期間は{months}の{length}。", f"Paid: {months}, {length}."),)),)


def cost_saving(plan: CostPlan | None, language: str = "ja") -> tuple[Block, ...]:
    """Return a table for each prior term: both costs, the change and its rate on each basis, and the ground."""
    if plan is None:
        return (Paragraph(parts=(NO_COSTS[language],)),)
    if not plan.priors:
        return (Paragraph(parts=(NO_PRIOR[language],)),)
    blocks: list[Block] = []
    for prior in plan.priors:
        if len(prior.costs) > 1 or prior.costs[0].cost.share:
            blocks.append(_shares(plan, prior, language))
        blocks.append(_saving(plan, prior, language))
        blocks += _paid(prior, language)
        blocks.append(_notes(plan, prior, language))
    return tuple(blocks)


def _shares(plan: CostPlan, prior: PlannedTerm, language: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in prior.costs:
        share, whole = each.cost.share, money_figure(plan, each.cost.gross(), of=prior.id, window=each.cost.name)
        rows.append(
            (
                each.cost.name,
                period_text(each.cost.period, language),
                "－" if share is not None and share.part == 1 else whole,
                money_figure(plan, each.cost.net(), of=prior.id, window=each.cost.name),
                share.ground if share else said(language, "契約の全部", "the whole contract"),
            )
        )
    if len(rows) > 1:
        total = _whole_sum(plan, prior)
        rows.append((said(language, "合計", "Sum"), "", total, term_figure(plan, prior, CostBasis.TOTAL), ""))
    unit, english = unit_line(plan, language), ("Contract", "Term", "Price", "Part for this service", "Ground")
    return Table(
        caption=said(
            language,
            f"{prior.name}の契約と本業務に相当する額（{unit}）",
            f"Contracts of {prior.name} and their part for this service ({unit})",
        ),
        header=("契約", "契約期間", "契約金額", "本業務に相当する額", "根拠") if language == "ja" else english,
        rows=tuple(rows),
        widths=(4, 5, 3, 3, 5),
        numeric=(2, 3),
    )


def _whole_sum(plan: CostPlan, prior: PlannedTerm) -> Cell:
    """Return the sum of whole contracts; a dash where some whole is not known."""
    wholes = [each.cost for each in prior.costs if each.cost.share is None or each.cost.share.part < 1]
    if len(wholes) < len(prior.costs):
        return "－"
    return money_figure(plan, sum((cost.gross() for cost in wholes), Fraction(0)), of=prior.id, window="契約金額の合計")


def _saving(plan: CostPlan, prior: PlannedTerm, language: str) -> Table:
    compared = [each for each in compare_plan(plan) if each.prior is prior]
    rows: tuple[tuple[Cell, ...], ...] = (
        (_named(prior, language), *(term_figure(plan, prior, each.saving.basis) for each in compared)),
        (
            _named(plan.current, language),
            *(term_figure(plan, plan.current, each.saving.basis) for each in compared),
        ),
        (said(language, "増減額", "Change"), *(change_figure(plan, each) for each in compared)),
        (said(language, "増減率", "Change in percent"), *(rate_figure(plan, each) for each in compared)),
    )
    unit = unit_line(plan, language)
    return Table(
        caption=said(language, f"{prior.name}との比較（{unit}）", f"Compared with {prior.name} ({unit})"),
        header=(said(language, "区分", "Term"), *(label_of(each.saving.basis, language) for each in compared)),
        rows=rows,
        widths=(5, *(3 for _ in compared)),
        numeric=tuple(range(1, len(compared) + 1)),
    )


def _named(term: PlannedTerm, language: str) -> str:
    months = _months(term.months, language)
    return said(language, f"{term.name}（{months}）", f"{term.name} ({months})")


def _notes(plan: CostPlan, prior: PlannedTerm, language: str) -> Paragraph:
    """Say what a reader must know of the comparison, and the rule of rounding."""
    notes = dict.fromkeys(note for each in compare_plan(plan) if each.prior is prior for note in each.saving.notes)
    parts = [label_of(note, language) for note in notes] + ([prior.note] if prior.note else [])
    if language != "ja":
        digits = number_text(plan.decimals, "decimal", "decimals")
        english = f"Rounding: amounts {plan.rounding.label_en}, rates to {digits}; both once, from the exact amounts"
        return Paragraph(parts=("".join(f"{each[:1].upper()}{each[1:]}. " for each in (english, *parts)).strip(),))
    rule = f"端数処理：{plan.rounding.label}、率は小数第{plan.decimals}位まで。額と率は端数処理前の額から一度だけ求めた"
    return Paragraph(parts=("。".join([rule, *parts]) + "。",))
