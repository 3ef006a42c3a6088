"""Parts of a document that say what the contract is: terms, parties, how it was awarded."""

from fractions import Fraction

from madoguchi.core.calendar.periods import Period
from madoguchi.core.procurement.spec import Opening, Tender
from madoguchi.core.procurement_vocabulary import BidResult, ScoringMethod
from madoguchi.core.scoring.award import price_to_ceiling_rate
from madoguchi.reports.blocks import Block, Cell, Paragraph, Table
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.money import in_unit, money_figure
from madoguchi.reports.documents.texts import written_cell
from madoguchi.reports.documents.words import day_text, length_text, months_text, number_text, period_text
from madoguchi.reports.rows import label_of


def line(text: str) -> tuple[Block, ...]:
    return (Paragraph(parts=(text,)),)


def contract_term(material: Material) -> tuple[Block, ...]:
    return line(term_text(material))


def term_text(material: Material) -> str:
    period = material.contract.period
    paid = material.plan.current.paid if material.plan else None
    if material.language != "ja":
        english = f"{period_text(period, 'en')} ({length_text(period, 'en')})."
        return english + (f" Paid: {period_text(paid, 'en')} ({length_text(paid, 'en')})." if paid else "")
    text = f"{period_text(period)}（{length_text(period)}）"
    return f"{text}。うち有償の期間は{period_text(paid)}（{length_text(paid)}）。" if paid else f"{text}。"


def evaluation_term(material: Material) -> tuple[Block, ...]:
    period = material.period
    english = f"{period_text(period, 'en')} ({length_text(period, 'en')})."
    return line(material.said(f"{period_text(period)}（{length_text(period)}間）。", english))


def supplier(material: Material) -> tuple[Block, ...]:
    return line(material.contract.supplier)


def award_text(tender: Tender, language: str) -> str:
    """Return how the winner was found, from the records of the tender alone."""
    return _award_in_japanese(tender) if language == "ja" else _award_in_english(tender)


def _award_in_english(tender: Tender) -> str:
    competition = tender.competition()
    parts = [f"Proposals: {tender.proposal_count}"]
    if tender.withdrawn_before_count:
        parts.append(f"withdrawn before the opening: {tender.withdrawn_before_count}")
    parts += [
        f"tenderers: {competition.tenderer_count}",
        f"of these within the ceiling price: {competition.within_ceiling_count}",
    ]
    method = f"Award: {tender.method.label_en}"
    end = "The award is not made yet" if tender.is_running else f"The tender was won by {tender.winner}"
    if tender.is_direct_after_failed_bidding:
        ground = f" ({tender.legal_ground})" if tender.legal_ground else ""
        times = number_text(len(tender.openings), "opening", "openings")
        end = f"After {times} without a winner a direct contract was made with {tender.winner}{ground}"
    return f"{', '.join(parts)}. {method}. {end}."


def _award_in_japanese(tender: Tender) -> str:
    competition = tender.competition()
    parts = [f"提案書等の提出は{tender.proposal_count}者"]
    if tender.withdrawn_before_count:
        parts.append(f"開札前の辞退は{tender.withdrawn_before_count}者")
    within = competition.within_ceiling_count
    parts += [f"応札は{competition.tenderer_count}者", f"うち予定価格の範囲内は{within}者"]
    rated = tender.method is not ScoringMethod.PRICE_ONLY
    method = f"落札者の決定は{f'総合評価落札方式（{tender.method.label}）' if rated else tender.method.label}による"
    end = "契約の相手方は決まっていない" if tender.is_running else f"{tender.winner}が落札者となった"
    if tender.is_direct_after_failed_bidding:
        ground = f"（{tender.legal_ground}）" if tender.legal_ground else ""
        end = f"{len(tender.openings)}回の開札で落札者がなく、{tender.winner}と随意契約を行った{ground}"
    return f"{'、'.join(parts)}。{method}。{end}。"


def openings(material: Material) -> tuple[Block, ...]:
    """Return the openings with every bid, and the rate of the award to the ceiling where both are known."""
    tender = material.tender
    if tender is None or not tender.openings:
        return line(_no_openings(material))
    rows = tuple(row for opening in tender.openings for row in _opening_rows(opening, material.language))
    english = ("Opening", "Day", "Tenderer", "Bid (yen)", "Result")
    table = Table(
        caption=material.said("開札の経過", "Openings"),
        header=("回", "開札日", "応札者", "入札額（円）", "結果") if material.language == "ja" else english,
        rows=rows,
        widths=(2, 4, 6, 3, 4),
        numeric=(3,),
    )
    return (table, *_ceiling(material, tender))


def _no_openings(material: Material) -> str:
    """Return that no opening is recorded; a tender that is but came later is named as the next contract's."""
    other = material.procurement.tender if material.procurement and not material.tender else None
    if other is None:
        return material.said("【未記入】開札の記録がない。", "[Not written] There is no record of openings.")
    name = other.name or material.contract.name
    return material.said(
        f"【未記入】この契約の開札の記録がない（記録されている入札「{name}」は、次の契約のもの）。",
        f"[Not written] There is no record of this contract's openings (the recorded one, {name}, is the next).",
    )


def _opening_rows(opening: Opening, language: str) -> tuple[tuple[Cell, ...], ...]:
    day = day_text(opening.opening_date, language) if opening.opening_date else "－"
    number = f"第{opening.number}回" if language == "ja" else f"No. {opening.number}"
    return tuple(
        (number, day, bid.tenderer, "－" if bid.price is None else f"{bid.price:,}", label_of(bid.result, language))
        for bid in opening.bids
    )


def _ceiling(material: Material, tender: Tender) -> tuple[Block, ...]:
    won = [
        bid.price
        for opening in tender.openings
        for bid in opening.bids
        if bid.tenderer == tender.winner and bid.result is BidResult.WITHIN and bid.price is not None
    ]
    rate = price_to_ceiling_rate(price=won[-1], ceiling_price=tender.ceiling_price) if won else None
    if rate is None:
        return ()
    return line(material.said(f"落札率は{rate}%である。", f"The award is {rate}% of the ceiling price."))


def outline_table(material: Material) -> tuple[Block, ...]:
    """Return the table an evaluation begins with: who, what, how long, for how much, after which tender."""
    contract, tender = material.contract, material.tender
    unwritten: Cell = material.said("【未記入】", "[Not written]")
    rows: tuple[tuple[Cell, ...], ...] = (
        (material.said("実施機関", "Buyer"), contract.buyer),
        (material.said("事業概要", "Service"), contract.name),
        (material.said("実施期間", "Term"), term_text(material)),
        (material.said(material.kind.supplier_word, "Supplier"), contract.supplier),
        (material.said("契約金額（税抜）", "Price (without tax)"), _contract_amount(material)),
        (material.said("入札の状況", "Tender"), award_text(tender, material.language) if tender else unwritten),
        (material.said("事業の目的", "Purpose"), written_cell(material, "purpose") or unwritten),
        (material.said("選定の経緯", "Selection"), written_cell(material, "selection") or unwritten),
    )
    header = (material.said("事項", "Item"), material.said("内容", "Content"))
    return (Table(caption=material.said("事業の概要", "Outline"), header=header, rows=rows, widths=(1, 4)),)


def _contract_amount(material: Material) -> Cell:
    """Return what all contracts of the term come to, with the months they are for."""
    plan = material.plan
    if plan is None:
        return material.said("【未記入】", "[Not written]")
    costs = [each.cost for each in plan.current.costs]
    total = sum((each.net() for each in costs), Fraction(0))
    figure = money_figure(
        in_unit(plan, 1), total, of="current", window=plan.current.name, has_unit=True, language=material.language
    )
    period = Period(
        start_date=min(each.period.start_date for each in costs), end_date=max(each.period.end_date for each in costs)
    )
    months = months_text(period, material.language)
    return (figure, material.said(f"（{months}）", f" ({months})"))
