"""Parts of a document that say what the contract is: terms, parties, how it was awarded."""

from madoguchi.core.calendar.eras import format_date
from madoguchi.core.procurement.spec import Opening, Tender
from madoguchi.core.procurement_vocabulary import BidResult, CostBasis
from madoguchi.core.scoring.award import price_to_ceiling_rate
from madoguchi.reports.blocks import Block, Cell, Paragraph, Table
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.money import in_unit, term_figure
from madoguchi.reports.documents.texts import written_cell
from madoguchi.reports.documents.words import length_text, period_text


def line(text: str) -> tuple[Block, ...]:
    return (Paragraph(parts=(text,)),)


def contract_term(material: Material) -> tuple[Block, ...]:
    return line(term_text(material))


def term_text(material: Material) -> str:
    period = material.contract.period
    text = f"{period_text(period)}（{length_text(period)}）"
    paid = material.costs.current.paid if material.costs else None
    return f"{text}。うち有償の期間は{period_text(paid)}（{length_text(paid)}）。" if paid else f"{text}。"


def evaluation_term(material: Material) -> tuple[Block, ...]:
    return line(f"{period_text(material.period)}（{length_text(material.period)}間）。")


def supplier(material: Material) -> tuple[Block, ...]:
    return line(material.contract.supplier)


def award_text(tender: Tender) -> str:
    """Return how the winner was found, from the records of the tender alone."""
    competition = tender.competition()
    parts = [f"提案書等の提出は{tender.proposal_count}者"]
    if tender.withdrawn_before_count:
        parts.append(f"開札前の辞退は{tender.withdrawn_before_count}者")
    within = competition.within_ceiling_count
    parts += [f"応札は{competition.tenderer_count}者", f"うち予定価格の範囲内は{within}者"]
    method = f"落札者の決定は{tender.method.label}による"
    end = "契約の相手方は決まっていない" if tender.is_running else f"{tender.winner}が落札者となった"
    if tender.is_direct_after_failed_bidding:
        ground = f"（{tender.legal_ground}）" if tender.legal_ground else ""
        end = f"{len(tender.openings)}回の開札で落札者がなく、{tender.winner}と随意契約を行った{ground}"
    return f"{'、'.join(parts)}。{method}。{end}。"


def openings(material: Material) -> tuple[Block, ...]:
    """Return the openings with every bid, and the rate of the award to the ceiling where both are known."""
    tender = material.procurement.tender if material.procurement else None
    if tender is None or not tender.openings:
        return line("【未記入】この契約の procurement.toml に開札の記録がない。")
    rows = tuple(row for opening in tender.openings for row in _opening_rows(opening))
    table = Table(
        caption="開札の経過",
        header=("回", "開札日", "応札者", "入札額（円）", "結果"),
        rows=rows,
        widths=(2, 4, 6, 3, 4),
        numeric=(3,),
    )
    return (table, *_ceiling(tender))


def _opening_rows(opening: Opening) -> tuple[tuple[Cell, ...], ...]:
    day = format_date(opening.opening_date) if opening.opening_date else "－"
    return tuple(
        (f"第{opening.number}回", day, bid.tenderer, "－" if bid.price is None else f"{bid.price:,}", bid.result.label)
        for bid in opening.bids
    )


def _ceiling(tender: Tender) -> tuple[Block, ...]:
    won = [
        bid.price
        for opening in tender.openings
        for bid in opening.bids
        if bid.tenderer == tender.winner and bid.result is BidResult.WITHIN and bid.price is not None
    ]
    rate = price_to_ceiling_rate(price=won[-1], ceiling_price=tender.ceiling_price) if won else None
    return () if rate is None else line(f"落札率は{rate}%である。")


def outline_table(material: Material) -> tuple[Block, ...]:
    """Return the table an evaluation begins with: who, what, how long, for how much, after which tender."""
    contract, tender = material.contract, material.procurement.tender if material.procurement else None
    unwritten: Cell = "【未記入】"
    rows: tuple[tuple[Cell, ...], ...] = (
        ("実施機関", contract.buyer),
        ("事業概要", contract.name),
        ("実施期間", term_text(material)),
        (material.kind.supplier_word, contract.supplier),
        ("契約金額（税抜）", _contract_amount(material)),
        ("入札の状況", award_text(tender) if tender else unwritten),
        ("事業の目的", written_cell(material, "purpose") or unwritten),
        ("選定の経緯", written_cell(material, "selection") or unwritten),
    )
    return (Table(caption="事業の概要", header=("事項", "内容"), rows=rows, widths=(1, 4)),)


def _contract_amount(material: Material) -> Cell:
    plan = material.costs
    if plan is None:
        return "【未記入】"
    return (term_figure(in_unit(plan, 1), plan.current, CostBasis.TOTAL, has_unit=True),)
