"""Parts of a document on how the contract was bought and will be: engagement, firms, scores, the next schedule."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.calendar.eras import format_short
from madoguchi.core.calendar.periods import Period
from madoguchi.core.procurement.comments import count_comments
from madoguchi.core.procurement.spec import Procurement, Scoring, Step
from madoguchi.core.procurement_vocabulary import BidOutcome
from madoguchi.core.scoring.award import score_bids, what_if
from madoguchi.core.values import rounded
from madoguchi.reports.blocks import Block, Cell, Chart, Paragraph, Table
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.overview import line
from madoguchi.reports.gantt import gantt

NO_RECORD = "【未記入】この契約の procurement.toml に記録がない。"
EMPTY = Procurement()


def _procurement(material: Material) -> Procurement:
    return material.procurement or EMPTY


def _days(period: Period) -> str:
    return f"{format_short(period.start_date)}～{format_short(period.end_date - timedelta(days=1))}"


def timeline(material: Material) -> tuple[Block, ...]:
    """Return the stages up to the tender with the firms that took part."""
    return _steps(_procurement(material).steps, caption="入札までのスケジュールと手続")


def _steps(steps: Sequence[Step], *, caption: str) -> tuple[Block, ...]:
    if not steps:
        return line(NO_RECORD)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            step.name,
            _days(step.period),
            f"{step.days}日",
            _amount(step.firm_count, "者"),
            _amount(step.comment_count, "件"),
            step.note,
        )
        for step in steps
    )
    header = ("段階", "期間", "日数", "参加", "意見", "内容")
    return (Table(caption=caption, header=header, rows=rows, widths=(4, 5, 2, 2, 2, 7), numeric=(2, 3, 4)),)


def _amount(count: int | None, unit: str) -> str:
    return "－" if count is None else f"{count:,}{unit}"


def comments(material: Material) -> tuple[Block, ...]:
    """Return what became of the comments on the draft, counted from their records."""
    if not material.comments:
        return line(NO_RECORD)
    counted = count_comments(material.comments)
    counts = [(outcome.label, count) for outcome, count in counted.by_outcome]
    counts += [("未回答", counted.unanswered), ("計", counted.total)]
    rows: tuple[tuple[Cell, ...], ...] = tuple((label, f"{count:,}件") for label, count in counts)
    text = f"{counted.firm_count}者から{counted.total:,}件の意見があった。"
    table = Table(caption="意見招請の結果", header=("結果", "件数"), rows=rows, widths=(3, 2), numeric=(1,))
    return (*line(text), table)


def past_terms(material: Material) -> tuple[Block, ...]:
    """Return who won the earlier terms."""
    terms = _procurement(material).past_terms
    if not terms:
        return line(NO_RECORD)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each.label, _days(each.period), each.winner, each.form or "－", _amount(each.tenderer_count, "者"))
        for each in terms
    )
    header = ("期", "運用期間", "落札者", "形態", "応札")
    return (Table(caption="落札者の変遷", header=header, rows=rows, widths=(2, 5, 5, 5, 2), numeric=(4,)),)


def decliners(material: Material) -> tuple[Block, ...]:
    """Return the firms that did not bid, with reasons and what would have let them."""
    found = _procurement(material).decliners
    if not found:
        return line(NO_RECORD)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each.firm, "\n".join(each.reasons), "\n".join(each.remedies) or "－") for each in found
    )
    header = ("事業者", "応札を断念した理由", "改善されれば応札できた条件")
    return (Table(caption="入札参加を断念した事業者へのヒアリング結果", header=header, rows=rows, widths=(2, 6, 5)),)


def follow_ups(material: Material) -> tuple[Block, ...]:
    """Return what became of the points an earlier review asked to improve."""
    found = _procurement(material).follow_ups
    if not found:
        return line(NO_RECORD)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each.point, each.state.label, "\n".join(each.actions) or "－") for each in found
    )
    return (Table(caption="改善点への対応状況", header=("改善点", "状況", "対応"), rows=rows, widths=(4, 2, 9)),)


def next_schedule(material: Material) -> tuple[Block, ...]:
    """Return the next schedule as a picture and a table, each stage checked against the days it must have."""
    steps = _procurement(material).schedule
    if not steps:
        return line(NO_RECORD)
    words = "、".join(f"{step.name} {_days(step.period)}" for step in steps)
    title = "次回の調達・導入スケジュール（案）"
    picture = Chart(
        title=title,
        svg=gantt(steps, title=title, description=words),
        description=words,
        categories=tuple(step.name for step in steps),
        values=tuple(Decimal(step.days) for step in steps),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (step.name, _days(step.period), f"{step.days}日", *_checked(step), step.note or "－") for step in steps
    )
    header = ("段階", "期間", "日数", "必要な日数", "確認", "備考")
    table = Table(caption=f"{title}の日数", header=header, rows=rows, widths=(4, 5, 2, 5, 2, 5), numeric=(2,))
    return (picture, table)


def _checked(step: Step) -> tuple[str, str]:
    if step.minimum_days is None:
        return "－", "－"
    return f"{step.minimum_days}日以上（{step.minimum_ground}）", "○" if step.is_long_enough else "× 短い"


def short_steps(material: Material) -> tuple[str, ...]:
    return tuple(step.name for step in _procurement(material).schedule if step.is_long_enough is False)


def scoring(material: Material) -> tuple[Block, ...]:
    """Return the bids with their scores, and who would lead with other ratios of price to technical points."""
    found = _procurement(material).scoring
    if found is None:
        return line(NO_RECORD)
    scored = score_bids(bids=found.bids, rule=found.rule, ceiling_price=found.ceiling_price)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            each.bid.tenderer,
            "－" if each.bid.price is None else f"{each.bid.price:,}",
            points_text(each.technical),
            points_text(each.price),
            points_text(each.total),
            _outcome(each.outcome, each.bid.missed_items),
        )
        for each in scored
    )
    header = ("入札", "価格（円）", "技術点", "価格点", "総合評価点", "結果")
    table = Table(
        caption=f"総合評価（{found.rule.method.label}）", header=header, rows=rows, widths=(4, 4, 2, 2, 3, 5),
        numeric=(1, 2, 3, 4),
    )  # fmt: skip
    return (Paragraph(parts=(f"{found.note}。",)), table, _ratios(found))


def points_text(exact: Fraction | None) -> str:
    return "－" if exact is None else f"{rounded(exact, decimals=2):,f}"


def _outcome(outcome: BidOutcome, missed: Sequence[str]) -> str:
    return outcome.label + (f"：{'、'.join(missed)}" if missed else "")


def _ratios(found: Scoring) -> Table:
    tried = what_if(bids=found.bids, rule=found.rule, ceiling_price=found.ceiling_price, ratios=found.ratios)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{each.price}：{each.technical}", "、".join(each.leaders) or "－") for each in tried
    )
    return Table(caption="比率を変えた場合の首位", header=("価格点：技術点", "首位"), rows=rows, widths=(2, 5))
