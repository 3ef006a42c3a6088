"""The words of costs, tenders and exit criteria, beside those of core/vocabulary.py."""

from madoguchi.core.vocabulary import LabelledEnum


class CostBasis(LabelledEnum):
    """What costs of contracts of different length are compared on."""

    TOTAL = "total", "総額"
    YEAR = "year", "年額（12か月換算）", "a year"
    MONTH = "month", "月額", "a month"


class RoundingMode(LabelledEnum):
    """How a fraction below the printed unit is treated (端数処理)."""

    HALF_UP = "half_up", "四捨五入", "rounded half up"
    DOWN = "down", "切捨て", "rounded down"
    UP = "up", "切上げ", "rounded up"


class CostNote(LabelledEnum):
    """What a reader of a cost comparison must be told."""

    DIFFERENT_LENGTH = "different_length", "期間の長さが異なる総額の比較", "totals of terms of different length"
    OVERLAP = "overlap", "期間の重なる契約を合算", "contracts that share days were added up"
    UNCOVERED = "uncovered", "対象月数のうち契約のない日がある", "days of the term without a contract"
    SHARE = "share", "一括契約からの按分", "a share of a bundled contract"
    TAX_REMOVED = "tax_removed", "税込みの額から消費税を除いた", "consumption tax was taken out"


class ScoringMethod(LabelledEnum):
    """How technical merit and price make one award score."""

    ADDITIVE = "additive", "加点方式"
    DIVISION = "division", "除算方式", "by division"
    PRICE_ONLY = "price_only", "最低価格落札方式", "lowest price"


class BidOutcome(LabelledEnum):
    """What became of one firm's bid in one opening."""

    WON = "won", "落札"
    TIED = "tied", "同点（くじ引き）", "tied, to be drawn by lot"
    LOST = "lost", "次点以下"
    OVER_CEILING = "over_ceiling", "予定価格超過", "above the ceiling price"
    DISQUALIFIED = "disqualified", "必須項目を満たさない", "a mandatory item was not met"
    WITHDRAWN = "withdrawn", "辞退"
    UNSCORED = "unscored", "採点できない（予定価格なし）", "cannot be scored without a ceiling price"


class CriterionProposal(LabelledEnum):
    """What the figures say of one exit criterion; a person decides."""

    KEPT = "kept", "○", "kept"
    NOT_KEPT = "not_kept", "×", "not kept"
    TO_DECIDE = "to_decide", "要判断", "for a person to decide"


class ExitCriterion(LabelledEnum):
    """The five conditions for ending market testing."""

    NO_ORDERS = "no_orders", "業務改善指示等や業務に係る法令違反行為等がない", "no orders to improve, no violations"
    OUTSIDE_CHECK = (
        "outside_check",
        "実施状況について外部有識者等の点検を受ける仕組みがある",
        "outside experts check the performance",
    )
    COMPETITION = "competition", "入札で競争性が確保されている", "the tender was competitive"
    QUALITY = "quality", "確保されるべき質に係る達成目標を達成している", "the promised quality was kept"
    SAVING = "saving", "従来経費と比べて経費削減の効果を上げている", "the cost fell"


class BidResult(LabelledEnum):
    """How one firm's bid in one opening stood to the ceiling price."""

    WITHIN = "within", "予定価格の範囲内", "within the ceiling price"
    OVER = "over", "予定価格を超過", "above the ceiling price"
    WITHDRAWN = "withdrawn", "辞退"


class StepKind(LabelledEnum):
    """A stage of a procurement."""

    MARKET_RESEARCH = "market_research", "市場調査"
    REQUEST_FOR_INFORMATION = "request_for_information", "資料招請"
    HEARING = "hearing", "ヒアリング"
    REQUEST_FOR_COMMENTS = "request_for_comments", "意見招請"
    DRAFTING = "drafting", "仕様書案作成", "drafting of specifications"
    TENDER_NOTICE = "tender_notice", "入札公告から提案書締切", "notice to deadline"
    BRIEFING = "briefing", "説明会"
    TECHNICAL_REVIEW = "technical_review", "技術審査"
    OPENING = "opening", "開札"
    TRANSITION = "transition", "設計・構築・移行", "design, building and transition"
    OPERATION = "operation", "運用"


class FollowUpState(LabelledEnum):
    """What became of a point an earlier review asked to improve."""

    DONE = "done", "対応済み"
    UNDER_WAY = "under_way", "対応中", "under way"
    NOT_DONE = "not_done", "未対応", "not done"


class CommentOutcome(LabelledEnum):
    """What a firm's comment on a draft specification led to."""

    ADOPTED = "adopted", "反映"
    PARTLY_ADOPTED = "partly_adopted", "一部反映", "partly adopted"
    NOT_ADOPTED = "not_adopted", "反映しない", "not adopted"
    EXPLAINED = "explained", "説明のみ", "explained"
