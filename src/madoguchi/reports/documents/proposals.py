"""Texts the records propose where nobody has written one yet; marked, so that no reader takes them for a person's."""

from collections.abc import Callable, Mapping

from madoguchi.core.costing.plan import decisive
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.scoring.exit_criteria import may_end
from madoguchi.core.vocabulary import Verdict
from madoguchi.reports.blocks import Inline, Paragraph
from madoguchi.reports.documents.exit_decision import exit_findings
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.money import change_figure, rate_figure
from madoguchi.reports.documents.overview import award_text
from madoguchi.reports.documents.quality import by_indicator
from madoguchi.reports.rows import indicator_label

LABELS = {
    "overview": "事業の概要",
    "scope": "業務内容",
    "award": "事業者決定の経緯",
    "quality": "質の達成状況",
    "cost_review": "経費の評価",
    "improvements": "改善提案",
    "overall": "全体的な評価",
    "future": "今後の事業",
    "purpose": "事業の目的",
    "selection": "選定の経緯",
    "evaluation_summary": "評価の概要",
    "evaluation_method": "評価方法",
    "evaluation_improvements": "改善提案",
    "evaluation_costs": "実施経費の評価",
    "evaluation_conclusion": "評価のまとめ",
    "evaluation_policy": "今後の方針",
    "survey_outline": "調査の概要",
    "survey_remarks": "所見",
    "daily_remarks": "所見",
    "monthly_remarks": "所見",
    "quarterly_remarks": "所見",
    "slides_system": "現行システムの概要",
    "slides_levels": "SLAの設定と達成状況",
    "slides_procurement": "サービス調達の評価",
    "slides_engagement": "入札までのスケジュール・手続",
    "slides_result": "調達結果",
    "slides_competition": "競争性に係る評価",
    "slides_improvement": "次回に向けた更なる改善方針",
    "slides_conclusion": "まとめ",
}
PROPOSED = {"ja": "【提案】", "en": "[Proposed] "}
UNWRITTEN = {"ja": "【未記入】", "en": "[Not written] "}
Proposal = Callable[[Material], tuple[Inline, ...] | None]


def label_of_text(name: str) -> str:
    """Return what a text is about; a contract's own texts are known by their file's name."""
    return LABELS.get(name, name)


def proposed(material: Material, name: str) -> Paragraph:
    """Return a text proposed by the records, or the place where one is still to be written."""
    make = PROPOSALS.get(name)
    parts = make(material) if make else None
    if parts is not None:
        return Paragraph(parts=(PROPOSED[material.language], *parts))
    label = material.said(label_of_text(name), name.replace("_", " "))
    return Paragraph(parts=(UNWRITTEN[material.language] + label,))


def _overview(material: Material) -> tuple[Inline, ...]:
    contract = material.contract
    english = f"{contract.buyer} has {contract.name} carried out as follows."
    return (material.said(f"{contract.buyer}は、{contract.name}を以下の内容により実施している。", english),)


def _award(material: Material) -> tuple[Inline, ...] | None:
    tender = material.procurement.tender if material.procurement else None
    return (award_text(tender, material.language),) if tender else None


def _cost_review(material: Material) -> tuple[Inline, ...] | None:
    plan, comparison = material.costs, decisive(material.comparisons())
    if plan is None or comparison is None:
        return None
    word = "減" if comparison.saving.change < 0 else "増"
    if material.language != "ja":
        verb = "fell" if word == "減" else "rose"
        return (
            f"Compared with {comparison.prior.name} ({comparison.saving.basis.label_en}) the cost {verb} by ",
            change_figure(plan, comparison, is_reduction=word == "減", has_unit=True, language="en"),
            " (",
            rate_figure(plan, comparison, is_reduction=word == "減"),
            ").",
        )
    return (
        f"{comparison.prior.name}と{comparison.saving.basis.label}で比べると、",
        change_figure(plan, comparison, is_reduction=word == "減", has_unit=True),
        "（",
        rate_figure(plan, comparison, is_reduction=word == "減"),
        f"）の経費{word}である。",
    )


def _quality(material: Material) -> tuple[Inline, ...] | None:
    groups = by_indicator(each for each in material.measurements if each.judgement.objective)
    if not groups:
        return None
    kept = [group for group in groups if _is_kept(group)]
    others = [indicator_label(group[0], material.language) for group in groups if group not in kept]
    if material.language != "ja":
        english = f"Of {len(groups)} indicators with an objective {len(kept)} met it in every window that was judged."
        return (english + (f" Missed or not measurable at times: {', '.join(others)}." if others else ""),)
    text = f"目標を定めた{len(groups)}指標のうち、判定したすべての期間で達成したものは{len(kept)}指標である。"
    return (text + (f"{'、'.join(others)}には、未達または測定不能の期間がある。" if others else ""),)


def _is_kept(group: list[Measurement]) -> bool:
    return all(each.judgement.verdict in (Verdict.MET, Verdict.NOT_JUDGED) for each in group)


def _overall(material: Material) -> tuple[Inline, ...]:
    findings = exit_findings(material)
    answer = may_end(findings=findings)
    if material.language != "ja":
        ends = {True: "all 5 criteria are kept.", False: "some criterion is not kept.", None: "a person must decide."}
        return (f"As the figures propose, {ends[answer]}",)
    end = {
        True: "5つの基準はいずれも満たされている。",
        False: "満たされていない基準がある。",
        None: "人の判断を要する基準がある。",
    }[answer]
    return ("計算による提案では、" + end,)


PROPOSALS: Mapping[str, Proposal] = {
    "overview": _overview,
    "award": _award,
    "quality": _quality,
    "cost_review": _cost_review,
    "overall": _overall,
}
