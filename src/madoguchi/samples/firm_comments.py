"""Invented comments of firms on a draft specification, with the answers they were given; the same ones every time."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madoguchi.core.procurement.comments import COLUMNS
from madoguchi.core.procurement_vocabulary import CommentOutcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of comment: what is asked, what was answered and what came of it."""

    comment: str
    answer: str
    outcome: CommentOutcome


SECTIONS = (
    "1 調達の概要", "2 業務要件", "3 機能要件", "4 非機能要件", "5 情報セキュリティ要件",
    "6 移行要件", "7 サービスレベル", "8 体制及び資格", "9 検収及び支払", "別紙 総合評価の基準",
)  # fmt: skip
KINDS = (
    Kind(
        comment="「{section}」の要求は特定の製品を前提に読める。同等の機能で満たせることを明記されたい。",
        answer="同等の機能を認める旨を追記した。",
        outcome=CommentOutcome.ADOPTED,
    ),
    Kind(
        comment="「{section}」の数値の根拠となる現行の業務量を開示されたい。",
        answer="過去1年間の月ごとの業務量を資料として閲覧に供することとした。",
        outcome=CommentOutcome.ADOPTED,
    ),
    Kind(
        comment="「{section}」の準備期間が短い。開始日を2か月繰り下げられたい。",
        answer="開始日は変更しないが、段階的な移行を認める旨を追記した。",
        outcome=CommentOutcome.PARTLY_ADOPTED,
    ),
    Kind(
        comment="「{section}」の要件を任意項目とされたい。",
        answer="業務の継続に必要なため、必須項目のままとする。",
        outcome=CommentOutcome.NOT_ADOPTED,
    ),
    Kind(
        comment="「{section}」の用語の意味を確認したい。",
        answer="用語集に定義があるとおりである。",
        outcome=CommentOutcome.EXPLAINED,
    ),
)
STRIDE = 7
"""Steps through the kinds out of step with the sections, so that every pair turns up."""


def comment_rows(*, count: int, firms: int) -> Iterator[Sequence[str]]:
    for number in range(1, count + 1):
        section = SECTIONS[number % len(SECTIONS)]
        kind = KINDS[(number * STRIDE // len(SECTIONS) + number) % len(KINDS)]
        firm = f"事業者{number % firms + 1:02d}"
        yield (
            str(number), firm, section, kind.comment.format(section=section), kind.answer, kind.outcome.value,
        )  # fmt: skip


def comments_csv(*, count: int, firms: int) -> str:
    """Return the comments as the CSV text that a contract's folder holds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(comment_rows(count=count, firms=firms))
    return text.getvalue()
