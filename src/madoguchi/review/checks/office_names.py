"""Names of ministries, laws and bodies that do not exist as written: 経済産業庁, デジタル省, 競争入札等管理委員会."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind

MINISTRIES = "総務|法務|外務|財務|文部科学|厚生労働|農林水産|経済産業|国土交通|環境|防衛"
AGENCIES = (
    "警察|金融|消費者|デジタル|復興|国税|特許|気象|林野|水産|文化|観光|海上保安|"
    "中小企業|資源エネルギー|スポーツ|こども家庭"
)
WRONG_ENDING = re.compile(rf"(?<![一-龥])(?:(?P<ministry>{MINISTRIES})庁|(?P<agency>{AGENCIES})省)")
REFORM_LAW = "競争の導入による公共サービスの改革に関する法律"
REFORM_LIKE = re.compile(r"競争の導入[^「」。()\n]{0,6}公共サービス[^「」。()\n]{0,6}に関する法律")
ARTICLE = re.compile(r"第7条第(?P<slip>(?:\d+[項号]|\d+))の規定に基づく(?:標記|本)?事業の評価")
COMMITTEE = re.compile(r"(?P<slip>官民競争入札等(?!監理委員会)[一-龥]{2}委員会|(?<![一-龥・等ァ-ヶー])管理委員会)")
TENDERED = re.compile("民間競争入札")
PLAIN_COMMITTEE = "監理委員会"


def check_office_names(document: Document) -> Iterator[Finding]:
    for match in WRONG_ENDING.finditer(document.flow):
        right = f"{match['ministry']}省" if match["ministry"] else f"{match['agency']}庁"
        yield _finding(document, match.span(), right, "この名称の省庁はない")
    for match in REFORM_LIKE.finditer(document.flow):
        if match.group() != REFORM_LAW:
            yield _finding(document, match.span(), REFORM_LAW, "この名称の法律はない")
    for match in ARTICLE.finditer(document.flow):
        if match["slip"] != "8項":
            yield _finding(document, match.span("slip"), "8項", "評価を定めるのは公共サービス改革法第7条第8項")
    if TENDERED.search(document.flow):
        for match in COMMITTEE.finditer(document.flow):
            right = "官民競争入札等監理委員会" if match["slip"].startswith("官民") else PLAIN_COMMITTEE
            yield _finding(document, match.span("slip"), right, "民間競争入札を審議する委員会の名称")


def _finding(document: Document, at: tuple[int, int], right: str, reason: str) -> Finding:
    return finding_at(document=document, at=at, kind=Kind.NAME, certainty=Certainty.LIKELY, right=right, reason=reason)
