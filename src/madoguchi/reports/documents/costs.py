"""The tables of costs: what was paid, what was saved, and how it was worked out."""

from fractions import Fraction

from madoguchi.core.costing.plan import CostPlan, PlannedTerm, compare_plan
from madoguchi.core.procurement_vocabulary import CostBasis
from madoguchi.reports.blocks import Block, Cell, Paragraph, Table
from madoguchi.reports.documents.money import change_figure, money_figure, rate_figure, term_figure
from madoguchi.reports.documents.words import months_text, period_text

NO_COSTS = Paragraph(parts=("【未記入】この契約の costs.toml がない。",))


def unit_line(plan: CostPlan) -> str:
    return f"単位：{plan.unit_label}、税抜"


def service_cost(plan: CostPlan | None) -> tuple[Block, ...]:
    """Return the contracts of the current term, each with its days and amount."""
    if plan is None:
        return (NO_COSTS,)
    rows: list[tuple[Cell, ...]] = []
    for each in plan.current.costs:
        figure = money_figure(plan, each.cost.net(), of="current", window=each.cost.name)
        months = f"{each.months or plan.current.months}か月"
        rows.append((each.cost.name, months, period_text(each.cost.period), figure))
    table = Table(
        caption=f"実施経費（{unit_line(plan)}）",
        header=("契約・年度", "支払月数", "契約期間", "総額"),
        rows=tuple(rows),
        widths=(5, 2, 6, 3),
        numeric=(1, 3),
    )
    bases = [basis for basis in plan.bases if basis is not CostBasis.TOTAL]
    if not bases:
        return (table, *_paid(plan.current))
    figures: tuple[Cell, ...] = tuple(term_figure(plan, plan.current, basis) for basis in bases)
    change = Table(
        caption=f"比較に用いる額（{plan.current.name}、{plan.current.months}か月、{unit_line(plan)}）",
        header=("期", *(basis.label for basis in bases)),
        rows=((plan.current.name, *figures),),
        widths=(5, *(3 for _ in bases)),
        numeric=tuple(range(1, len(bases) + 1)),
    )
    return (table, *_paid(plan.current), change)


def _paid(term: PlannedTerm) -> tuple[Block, ...]:
    if term.paid is None:
        return ()
    return (Paragraph(parts=(f"うち支払期間は{months_text(term.paid)}の{term.months}か月。",)),)


def cost_saving(plan: CostPlan | None) -> tuple[Block, ...]:
    """Return a table for each prior term: both costs, the change and its rate on each basis, and the ground."""
    if plan is None:
        return (NO_COSTS,)
    blocks: list[Block] = []
    for prior in plan.priors:
        if len(prior.costs) > 1 or prior.costs[0].cost.share:
            blocks.append(_shares(plan, prior))
        blocks.append(_saving(plan, prior))
        blocks += _paid(prior)
        blocks.append(_notes(plan, prior))
    return tuple(blocks)


def _shares(plan: CostPlan, prior: PlannedTerm) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in prior.costs:
        share, whole = each.cost.share, money_figure(plan, each.cost.gross(), of=prior.id, window=each.cost.name)
        rows.append(
            (
                each.cost.name,
                period_text(each.cost.period),
                "－" if share is not None and share.part == 1 else whole,
                money_figure(plan, each.cost.net(), of=prior.id, window=each.cost.name),
                share.ground if share else "契約の全部",
            )
        )
    if len(rows) > 1:
        total = _whole_sum(plan, prior)
        rows.append(("合計", "", total, term_figure(plan, prior, CostBasis.TOTAL), ""))
    return Table(
        caption=f"{prior.name}の契約と本業務に相当する額（{unit_line(plan)}）",
        header=("契約", "契約期間", "契約金額", "本業務に相当する額", "根拠"),
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


def _saving(plan: CostPlan, prior: PlannedTerm) -> Table:
    compared = [each for each in compare_plan(plan) if each.prior is prior]
    rows: tuple[tuple[Cell, ...], ...] = (
        (f"{prior.name}（{prior.months}か月）", *(term_figure(plan, prior, each.saving.basis) for each in compared)),
        (
            f"{plan.current.name}（{plan.current.months}か月）",
            *(term_figure(plan, plan.current, each.saving.basis) for each in compared),
        ),
        ("増減額", *(change_figure(plan, each) for each in compared)),
        ("増減率", *(rate_figure(plan, each) for each in compared)),
    )
    return Table(
        caption=f"{prior.name}との比較（{unit_line(plan)}）",
        header=("区分", *(each.saving.basis.label for each in compared)),
        rows=rows,
        widths=(5, *(3 for _ in compared)),
        numeric=tuple(range(1, len(compared) + 1)),
    )


def _notes(plan: CostPlan, prior: PlannedTerm) -> Paragraph:
    """Say what a reader must know of the comparison, and the rule of rounding."""
    notes = dict.fromkeys(note for each in compare_plan(plan) if each.prior is prior for note in each.saving.notes)
    parts = [note.label for note in notes] + ([prior.note] if prior.note else [])
    rule = f"端数処理：{plan.rounding.label}、率は小数第{plan.decimals}位まで。額と率は端数処理前の額から一度だけ求めた"
    return Paragraph(parts=("。".join([rule, *parts]) + "。",))
