"""Parts of a document on how the contract was bought and will be: engagement, firms, scores, the next schedule."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.procurement.comments import count_comments
from madoguchi.core.procurement.spec import Procurement, Scoring, Step
from madoguchi.core.procurement_vocabulary import BidOutcome
from madoguchi.core.scoring.award import score_bids, what_if
from madoguchi.core.values import rounded
from madoguchi.reports.blocks import Block, Cell, Chart, Paragraph, Table
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.overview import line
from madoguchi.reports.documents.words import days_text, number_text, said
from madoguchi.reports.gantt import gantt
from madoguchi.reports.rows import label_of

NO_RECORD = ("【未記入】{what}の記録がない。", "[Not written] There is no record of {what}.")
EMPTY = Procurement()


def _procurement(material: Material) -> Procurement:
    return material.procurement or EMPTY


def _no_record(material: Material, japanese: str, english: str) -> tuple[Block, ...]:
    return line(material.said(*NO_RECORD).format(what=material.said(japanese, english)))


def _header(material: Material, japanese: Sequence[str], english: Sequence[str]) -> tuple[str, ...]:
    return tuple(japanese if material.language == "ja" else english)


def timeline(material: Material) -> tuple[Block, ...]:
    """Return the stages up to the tender with the firms that took part."""
    steps, language = _procurement(material).steps, material.language
    if not steps:
        return _no_record(material, "入札までの経過", "the stages up to the tender")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            step_name(step, language),
            days_text(step.period, language),
            _count(step.days, "日", language),
            _amount(step.firm_count, "者", language),
            _amount(step.comment_count, "件", language),
            step.note,
        )
        for step in steps
    )
    header = _header(
        material, ("段階", "期間", "日数", "参加", "意見", "内容"),
        ("Stage", "Time", "Days", "Firms", "Comments", "What"),
    )  # fmt: skip
    caption = material.said("入札までのスケジュールと手続", "Stages up to the tender")
    return (Table(caption=caption, header=header, rows=rows, widths=(9, 9, 3, 3, 4, 18), numeric=(2, 3, 4)),)


def _amount(count: int | None, unit: str, language: str) -> str:
    return "－" if count is None else _count(count, unit, language)


def _count(count: int, unit: str, language: str) -> str:
    """Return a count in its column: the Japanese one has its unit, the English one stands under its heading."""
    return f"{count:,}{unit}" if language == "ja" else f"{count:,}"


def step_name(step: Step, language: str) -> str:
    """Return what a stage is called: the name people gave it, or its kind's."""
    return step.label or label_of(step.kind, language)


def comments(material: Material) -> tuple[Block, ...]:
    """Return what became of the comments on the draft, counted from their records."""
    if not material.comments:
        return _no_record(material, "意見招請の意見", "comments on the draft")
    counted, language = count_comments(material.comments), material.language
    counts = [(label_of(outcome, language), count) for outcome, count in counted.by_outcome]
    counts += [
        (material.said("未回答", "not answered"), counted.unanswered), (material.said("計", "Sum"), counted.total),
    ]  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple((label, _count(count, "件", language)) for label, count in counts)
    english = (
        f"{number_text(counted.total, 'comment', 'comments')} of {number_text(counted.firm_count, 'firm', 'firms')}."
    )
    text = material.said(f"{counted.firm_count}者から{counted.total:,}件の意見があった。", english)
    table = Table(
        caption=material.said("意見招請の結果", "What became of the comments"),
        header=_header(material, ("結果", "件数"), ("Result", "Comments")), rows=rows, widths=(3, 2), numeric=(1,),
    )  # fmt: skip
    return (*line(text), table)


def past_terms(material: Material) -> tuple[Block, ...]:
    """Return who won the earlier terms."""
    terms = _procurement(material).past_terms
    if not terms:
        return _no_record(material, "落札者の変遷", "earlier terms")
    language = material.language
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            each.label, days_text(each.period, language), each.winner, each.form or "－",
            _amount(each.tenderer_count, "者", language),
        )
        for each in terms
    )  # fmt: skip
    header = _header(
        material, ("期", "運用期間", "落札者", "形態", "応札"), ("Term", "Time", "Winner", "Form", "Tenderers")
    )
    return (
        Table(
            caption=material.said("落札者の変遷", "Earlier winners"),
            header=header,
            rows=rows,
            widths=(2, 5, 5, 5, 2),
            numeric=(4,),
        ),
    )


def decliners(material: Material) -> tuple[Block, ...]:
    """Return the firms that did not bid, with reasons and what would have let them."""
    found = _procurement(material).decliners
    if not found:
        return _no_record(material, "入札に参加しなかった事業者", "firms that did not bid")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each.firm, "\n".join(each.reasons), "\n".join(each.remedies) or "－") for each in found
    )
    header = _header(
        material, ("事業者", "応札を断念した理由", "改善されれば応札できた条件"),
        ("Firm", "Why it did not bid", "What would have let it"),
    )  # fmt: skip
    caption = material.said("入札参加を断念した事業者へのヒアリング結果", "Firms that did not bid")
    return (Table(caption=caption, header=header, rows=rows, widths=(2, 6, 5)),)


def follow_ups(material: Material) -> tuple[Block, ...]:
    """Return what became of the points an earlier review asked to improve."""
    found = _procurement(material).follow_ups
    if not found:
        return _no_record(material, "改善点への対応", "points to improve")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each.point, label_of(each.state, material.language), "\n".join(each.actions) or "－") for each in found
    )
    header = _header(material, ("改善点", "状況", "対応"), ("Point", "State", "Action"))
    caption = material.said("改善点への対応状況", "What became of the points to improve")
    return (Table(caption=caption, header=header, rows=rows, widths=(4, 2, 9)),)


def next_schedule(material: Material) -> tuple[Block, ...]:
    """Return the next schedule as a picture and a table, each stage checked against the days it must have."""
    steps = _procurement(material).schedule
    if not steps:
        return _no_record(material, "次回の日程", "the next schedule")
    language = material.language
    names = [step_name(step, language) for step in steps]
    spans = [days_text(step.period, language) for step in steps]
    words = material.said("、", ", ").join(f"{name} {span}" for name, span in zip(names, spans, strict=True))
    title = material.said("次回の調達・導入スケジュール（案）", "The next procurement (plan)")
    picture = Chart(
        title=title,
        svg=gantt(steps, names=names, title=title, description=words, language=language),
        description=words,
        categories=tuple(names),
        values=tuple(Decimal(step.days) for step in steps),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, span, _count(step.days, "日", language), *_checked(step, language), step.note or "－")
        for step, name, span in zip(steps, names, spans, strict=True)
    )
    header = _header(
        material, ("段階", "期間", "日数", "必要な日数", "確認", "備考"),
        ("Stage", "Time", "Days", "Days it must have", "Check", "Remark"),
    )  # fmt: skip
    table = Table(
        caption=material.said(f"{title}の日数", f"{title}: days"),
        header=header,
        rows=rows,
        widths=(4, 5, 2, 5, 2, 5),
        numeric=(2,),
    )
    return (picture, table)


def _checked(step: Step, language: str) -> tuple[str, str]:
    if step.minimum_days is None:
        return "－", "－"
    if language != "ja":
        need = f"at least {step.minimum_days} ({step.minimum_ground})"
        return need, "○" if step.is_long_enough else "× too short"
    return f"{step.minimum_days}日以上（{step.minimum_ground}）", "○" if step.is_long_enough else "× 短い"


def short_steps(material: Material) -> tuple[str, ...]:
    return tuple(step.name for step in _procurement(material).schedule if step.is_long_enough is False)


def scoring(material: Material) -> tuple[Block, ...]:
    """Return the bids with their scores, and who would lead with other ratios of price to technical points."""
    found, language = _procurement(material).scoring, material.language
    if found is None:
        return _no_record(material, "採点", "scores")
    scored = score_bids(bids=found.bids, rule=found.rule, ceiling_price=found.ceiling_price)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            each.bid.tenderer,
            "－" if each.bid.price is None else f"{each.bid.price:,}",
            points_text(each.technical),
            points_text(each.price),
            points_text(each.total),
            _outcome(each.outcome, each.bid.missed_items, language),
        )
        for each in scored
    )
    header = _header(
        material, ("入札", "価格（円）", "技術点", "価格点", "総合評価点", "結果"),
        ("Bid", "Price (yen)", "Technical points", "Price points", "Score", "Result"),
    )  # fmt: skip
    method = label_of(found.rule.method, language)
    table = Table(
        caption=material.said(f"総合評価（{method}）", f"Award scores ({method})"), header=header, rows=rows,
        widths=(4, 4, 2, 2, 3, 5), numeric=(1, 2, 3, 4),
    )  # fmt: skip
    return (Paragraph(parts=(found.note + material.said("。", "."),)), table, _ratios(material, found))


def points_text(exact: Fraction | None) -> str:
    return "－" if exact is None else f"{rounded(exact, decimals=2):,f}"


def _outcome(outcome: BidOutcome, missed: Sequence[str], language: str) -> str:
    items = said(language, f"：{'、'.join(missed)}", f": {', '.join(missed)}")
    return label_of(outcome, language) + (items if missed else "")


def _ratios(material: Material, found: Scoring) -> Table:
    tried = what_if(bids=found.bids, rule=found.rule, ceiling_price=found.ceiling_price, ratios=found.ratios)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            material.said(f"{each.price}：{each.technical}", f"{each.price}:{each.technical}"),
            material.said("、", ", ").join(each.leaders) or "－",
        )
        for each in tried
    )
    return Table(
        caption=material.said("比率を変えた場合の首位", "Who would lead with other ratios"),
        header=_header(material, ("価格点：技術点", "首位"), ("Price : technical", "Leader")), rows=rows, widths=(2, 5),
    )  # fmt: skip
