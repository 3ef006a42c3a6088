"""Texts the records propose where nobody has written one yet; marked, so that no reader takes them for a person's."""

import re
from collections.abc import Callable, Mapping

from madoguchi.core.costing.plan import decisive
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.scoring.exit_criteria import may_end
from madoguchi.core.vocabulary import Verdict
from madoguchi.reports.blocks import Inline, Paragraph
from madoguchi.reports.documents.exit_decision import exit_findings
from madoguchi.reports.documents.kind import DocumentKind
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.money import change_figure, rate_figure
from madoguchi.reports.documents.overview import award_text
from madoguchi.reports.documents.quality import by_indicator
from madoguchi.reports.documents.words import period_text, said
from madoguchi.reports.rows import indicator_label

LABELS = {
    "overview": ("事業の概要", "The service"),
    "scope": ("業務内容", "What is done"),
    "award": ("事業者決定の経緯", "How the supplier was chosen"),
    "quality": ("質の達成状況", "The quality promised"),
    "cost_review": ("経費の評価", "Evaluation of the cost"),
    "improvements": ("改善提案", "Improvements proposed"),
    "overall": ("全体的な評価", "Evaluation as a whole"),
    "future": ("今後の事業", "What is to come"),
    "purpose": ("事業の目的", "Purpose"),
    "selection": ("選定の経緯", "Selection"),
    "evaluation_summary": ("評価の概要", "Summary"),
    "evaluation_method": ("評価方法", "Method of evaluation"),
    "evaluation_improvements": ("改善提案", "Improvements proposed"),
    "evaluation_costs": ("実施経費の評価", "Evaluation of the cost"),
    "evaluation_conclusion": ("評価のまとめ", "Conclusion"),
    "evaluation_policy": ("今後の方針", "Policy from here on"),
    "survey_outline": ("調査の概要", "The survey"),
    "survey_remarks": ("所見", "Remarks"),
    "daily_remarks": ("所見", "Remarks"),
    "monthly_remarks": ("所見", "Remarks"),
    "quarterly_remarks": ("所見", "Remarks"),
    "slides_system": ("現行システムの概要", "The present system"),
    "slides_levels": ("SLAの設定と達成状況", "Service levels and whether they were kept"),
    "slides_procurement": ("サービス調達の評価", "Evaluation of the procurement"),
    "slides_engagement": ("入札までのスケジュール・手続", "Stages up to the tender"),
    "slides_result": ("調達結果", "Result of the tender"),
    "slides_competition": ("競争性に係る評価", "Evaluation of the competition"),
    "slides_improvement": ("次回に向けた更なる改善方針", "Improvement for the next time"),
    "slides_conclusion": ("まとめ", "Conclusion"),
}
PROPOSED = {"ja": "【提案】", "en": "[Proposed] "}
UNWRITTEN = {"ja": "【未記入】", "en": "[Not written] "}
NUMBER = re.compile(
    r"^(?:【[^】]*】|[(（][0-9０-９]+[)）]|[①-⑳]|[0-9０-９]+(?:[-－.．][0-9０-９]+)*[.．]?\s|[IVX]+\s)\s*"
)
"""The number in front of a heading: 1-3, (2), ③, II, 【参考2】."""
Proposal = Callable[[Material], tuple[Inline, ...] | None]


def label_of_text(kind: DocumentKind, name: str, language: str) -> str:
    """Return what a text is about; one of a contract's own is called by its row of the quality table or its heading."""
    if name in LABELS:
        return said(language, *LABELS[name])
    row = next((each.item for each in kind.quality if each.text == name), "")
    return row or _heading_of_text(kind, name, language) or name.replace("_", " ")


def _heading_of_text(kind: DocumentKind, name: str, language: str) -> str:
    """Return the heading a text stands under, without its number; a second text there is counted."""
    heading = ""
    for section in kind.sections:
        heading = (section.heading if language == "ja" else section.heading_en or section.heading) or heading
        texts = [each for each in section.content if each.startswith("text:")]
        if f"text:{name}" in texts:
            place = texts.index(f"text:{name}") + 1
            count = f"（{place}）" if language == "ja" else f" ({place})"
            return NUMBER.sub("", heading) + (count if place > 1 else "")
    return ""


def proposed(material: Material, name: str) -> Paragraph:
    """Return a text proposed by the records, or the place where one is still to be written."""
    make = PROPOSALS.get(name)
    parts = make(material) if make else None
    if parts is not None:
        return Paragraph(parts=(PROPOSED[material.language], *parts))
    label = label_of_text(material.kind, name, material.language)
    return Paragraph(parts=(UNWRITTEN[material.language] + label,))


def _overview(material: Material) -> tuple[Inline, ...]:
    contract = material.contract
    english = f"{contract.buyer} has {contract.name} carried out as follows."
    return (material.said(f"{contract.buyer}は、{contract.name}を以下の内容により実施している。", english),)


def _award(material: Material) -> tuple[Inline, ...] | None:
    tender = material.tender
    return (award_text(tender, material.language),) if tender else None


def _cost_review(material: Material) -> tuple[Inline, ...] | None:
    plan, comparison = material.plan, decisive(material.comparisons())
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


def _system(material: Material) -> tuple[Inline, ...]:
    """Return who runs the present system and how long, as the first slide of a committee's begins."""
    supplier, term = material.contract.supplier, period_text(material.contract.period, material.language)
    return (material.said(f"契約事業者は{supplier}、契約期間は{term}である。", f"Supplier: {supplier}. Term: {term}."),)


PROPOSALS: Mapping[str, Proposal] = {
    "overview": _overview,
    "award": _award,
    "quality": _quality,
    "cost_review": _cost_review,
    "overall": _overall,
    "evaluation_costs": _cost_review,
    "slides_system": _system,
    "slides_result": _award,
}
