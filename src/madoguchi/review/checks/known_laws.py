"""Laws and cabinet decisions that such reports cite, with a number or a day near the published one but not it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from madoguchi.core.calendar.eras import format_date
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.written_periods import ERA_NAMES, moments

LAWS: Mapping[str, str] = {
    "競争の導入による公共サービスの改革に関する法律": "平成18年法律第51号",
    "総務省設置法": "平成11年法律第91号",
    "財務省設置法": "平成11年法律第95号",
    "経済産業省設置法": "平成11年法律第99号",
    "消費者庁及び消費者委員会設置法": "平成21年法律第48号",
    "デジタル庁設置法": "令和3年法律第36号",
    "行政機関の休日に関する法律": "昭和63年法律第91号",
    "個人情報の保護に関する法律": "平成15年法律第57号",
    "行政機関の保有する情報の公開に関する法律": "平成11年法律第42号",
    "公文書等の管理に関する法律": "平成21年法律第66号",
    "サイバーセキュリティ基本法": "平成26年法律第104号",
    "情報通信技術を活用した行政の推進等に関する法律": "平成14年法律第151号",
    "国等による環境物品等の調達の推進等に関する法律": "平成12年法律第100号",
    "障害を理由とする差別の解消の推進に関する法律": "平成25年法律第65号",
    "会計法": "昭和22年法律第35号",
    "予算決算及び会計令": "昭和22年勅令第165号",
    "著作権法": "昭和45年法律第48号",
    "行政手続法": "平成5年法律第88号",
    "労働基準法": "昭和22年法律第49号",
    "民法": "明治29年法律第89号",
}
CITED = re.compile(
    rf"(?P<name>[一-龥ァ-ヶーぁ-ん]{{2,40}}?(?:法律|法|会計令))[」』]?\((?P<number>(?:{ERA_NAMES})(?:元|\d{{1,2}})年(?:法律|勅令|政令)第\d+号)"
)
DECISIONS: Mapping[str, tuple[date, ...]] = {
    "デジタル社会の実現に向けた重点計画": (
        date(2021, 12, 24), date(2022, 6, 7), date(2023, 6, 9), date(2024, 6, 21), date(2025, 6, 13),
    ),
    "サイバーセキュリティ戦略": (date(2015, 9, 4), date(2018, 7, 27), date(2021, 9, 28)),
    "日本再興戦略改訂2015": (date(2015, 6, 30),),
    "日本再興戦略改訂2014": (date(2014, 6, 24),),
    "市場化テスト終了プロセス及び新プロセス運用に関する指針": (date(2014, 3, 19), date(2019, 3, 8)),
}  # fmt: skip
DECIDED = re.compile(r"[」』]?\((?:一部改正[:は]?|平成26年3月19日[^()]{0,20}改正[:は]?)?$")
NEAR = timedelta(days=400)
NAME_REACH = 50


def check_known_laws(document: Document) -> Iterator[Finding]:
    for match in CITED.finditer(document.flow):
        name = next((each for each in sorted(LAWS, key=len, reverse=True) if match["name"].endswith(each)), None)
        if name is not None and match["number"] != LAWS[name]:
            reason = f"{name}は{LAWS[name]}"
            yield finding_at(
                document=document, at=match.span("number"), kind=Kind.DATE, right=LAWS[name], reason=reason
            )
    yield from _decisions(document)


def _decisions(document: Document) -> Iterator[Finding]:
    """Find the day of a decision that is not among the published ones but within a year or so of one."""
    for moment in moments(document):
        before = document.flow[max(moment.span.start - NAME_REACH, 0) : moment.span.start].replace("\n", "")
        opening = DECIDED.search(before)
        name = next((each for each in DECISIONS if opening and before[: opening.start()].endswith(each)), None)
        if name is None or not moment.exists or moment.day is None or moment.first_date in DECISIONS[name]:
            continue
        nearest = min(DECISIONS[name], key=lambda each: abs(each - moment.first_date))
        if abs(nearest - moment.first_date) <= NEAR:
            right = format_date(nearest)
            yield finding_at(
                document=document,
                at=moment.span,
                kind=Kind.DATE,
                certainty=Certainty.POSSIBLE,
                right=right,
                reason=f"公表された{name}の日付でこれに近いのは{right}",
            )
