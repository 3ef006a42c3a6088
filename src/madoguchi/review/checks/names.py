"""Names of other contracts, offices and firms, left from the document this one was copied from."""

import re
from collections import Counter
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.once import once_a_document

TITLE = re.compile(r"(?:民間競争入札実施事業)?(?P<title>[^。\t]{4,80}?)の(?:実施状況|評価)について")
HEAD_LENGTH = 1500
OFTEN, NEAR = 3, 2
SYSTEM = re.compile(r"^(?P<owner>.{2,24}?(?:システム|LAN|センター|ネットワーク))の")
WORK_NAME = r"[^。、「」『』()\n\t\v]{2,24}?業務"
GENERIC = re.compile(r"^(?:運用|業務|一部|全体|全て)?(?:に係る|に関わる|に関する|のうち|の中|運用業務$)")
SHORT_NAME = re.compile(r"(?:以下、?)「?(?P<name>[^「」、。()]{3,12}?業務)」?という")
OFFICES = (
    "内閣府|警察庁|金融庁|消費者庁|デジタル庁|復興庁|総務省|法務省|外務省|財務省|文部科学省|厚生労働省|農林水産省|経済産業省|"
    "国土交通省|環境省|防衛省|国税庁|特許庁|気象庁|林野庁|水産庁|文化庁|観光庁|海上保安庁|会計検査院|人事院|"
    "消防庁|中小企業庁|資源エネルギー庁|スポーツ庁|こども家庭庁|公正取引委員会"
)
OWNED = re.compile(rf"(?P<office>{OFFICES})(?P<tail>[A-Za-z一-龥ァ-ヶー]{{3,14}})")
SELF = re.compile(r"当(?P<kind>省|庁)(?![一-龥])")
FIRM = r"(?:株式会社[^\s。、,()\n\t\vがと]{2,24}|[ァ-ヶー・一-龥A-Za-z0-9]{2,24}株式会社)"
SUPPLIER = re.compile(rf"(?:受託|請負|契約)事業者[\s\n\t:]*(?P<firm>{FIRM})(?=[\n\t。、(]|$|実施状況)")
WINNER = re.compile(
    rf"(?<=は、)(?P<present>{FIRM})とのサービス契約|(?P<firm>{FIRM})(?:が落札者|と(?:金額を交渉し|随意契約))"
)
FAILED_BIDDING = re.compile(r"不落(?:による|となり|により)?(?:不落)?(?:随意契約|随契)")
WINNER_LABEL = re.compile(rf"(?P<word>落札者)[:は](?P<firm>{FIRM})")
NEXT_SYSTEM = re.compile(
    r"次期[^。、の「」\n\t]{2,12}システム(?=に(?:関する|係る)(?:問い?合わ?せ|不具合|障害|申請|操作))"
)


def check_names(document: Document) -> Iterator[Finding]:
    subject = subject_of(document)
    if subject:
        yield from _other_work(document, subject)
        yield from _next_system(document)
    yield from _short_names(document)
    yield from _other_office(document)
    yield from _self_word(document)
    yield from _supplier(document)
    yield from _no_winner(document)


@once_a_document
def subject_of(document: Document) -> str:
    """Return the contract's name out of the title, or an empty text."""
    match = TITLE.search(document.flow[:HEAD_LENGTH].replace("\n", ""))
    if match is None:
        return ""
    title = match["title"].rpartition("民間競争入札実施事業")[2]
    quoted = re.search(r"「([^」]+)」?$", title)
    return quoted[1] if quoted else title.rpartition("(案)")[2]


def _other_work(document: Document, subject: str) -> Iterator[Finding]:
    """Find a work of the same system under another name than the contract's."""
    system = SYSTEM.match(subject)
    if system is None:
        return
    usual = _usual_subject(document, subject, system["owner"])
    if usual is not None:
        start = document.flow.index(subject)
        reason = f"他の{document.flow.count(usual)}か所では「{usual}」"
        at = (start, start + len(subject))
        yield finding_at(document=document, at=at, kind=Kind.NAME, right=usual, reason=reason)
        return
    prefix = re.escape(system["owner"]) + "の"
    for match in re.finditer(prefix + f"(?P<work>{WORK_NAME})", document.flow):
        work = match["work"]
        quoted = document.flow[match.start() - 1] in "「『"
        if subject.endswith(work) or subject.startswith(match.group()) or GENERIC.match(work) or quoted:
            continue
        reason = f"この文書の対象は「{subject}」。別の契約の名称が残っている"
        yield finding_at(document=document, at=match.span(), kind=Kind.NAME, right=subject, reason=reason)


def _usual_subject(document: Document, subject: str, owner: str) -> str | None:
    """Return the name that the document otherwise uses, where only its title has the one read there."""
    if document.flow.count(subject) != 1:
        return None
    tail = subject[len(owner) + 1 :]
    pattern = re.compile(re.escape(owner) + rf"の(?P<work>[^。、「」『』()\n\t\v]{{{max(len(tail) - 2, 2)}}}業務)")
    counts = Counter(match.group() for match in pattern.finditer(document.flow) if match.group() != subject)
    usual, count = counts.most_common(1)[0] if counts else ("", 0)
    return usual if count >= OFTEN and len(usual) == len(subject) else None


def _next_system(document: Document) -> Iterator[Finding]:
    """Users cannot ask about the next system: the words come from before the present one went into service."""
    for match in NEXT_SYSTEM.finditer(document.flow):
        right = match.group().removeprefix("次期")
        reason = "実施状況の報告で、稼働中のシステムを「次期」と呼んでいる。調達時の文書の写しと見られる"
        yield finding_at(document=document, at=match.span(), kind=Kind.NAME, right=right, reason=reason)


def _short_names(document: Document) -> Iterator[Finding]:
    """Find a name one word away from the one that the document introduced with 以下「…」という."""
    for defined in SHORT_NAME.finditer(document.flow):
        name = defined["name"]
        stem, core = name[:2], name[2:-2]
        if not core:
            continue
        pattern = re.compile(rf"(?<![一-龥ァ-ヶーA-Za-z]){stem}(?P<core>[一-龥]{{{len(core)}}})業務(?![一-龥])")
        others = [match for match in pattern.finditer(document.flow) if match["core"] != core]
        for match in others:
            if _is_listed(document, match.group()):
                continue
            reason = f"この文書では「{name}」と定めている。「{match.group()}」はどこにも定めがない"
            yield finding_at(document=document, at=match.span(), kind=Kind.NAME, right=name, reason=reason)


def _is_listed(document: Document, name: str) -> bool:
    """Say whether a name is a duty of its own: a numbered item, or a name in quotation marks."""
    return bool(re.search(rf"(?:[①-⑳]|\(\d+\)|「){name}", document.flow))


def _other_office(document: Document) -> Iterator[Finding]:
    """`総務省LANシステム` in a document that elsewhere says it of another office."""
    counts = Counter(match["office"] for match in OWNED.finditer(document.flow))
    for match in OWNED.finditer(document.flow):
        usual = [
            office
            for office in counts
            if office != match["office"]
            and counts[office] > counts[match["office"]]
            and document.flow.count(office + match["tail"]) > document.flow.count(match.group())
        ]
        if usual:
            right = usual[0] + match["tail"]
            reason = f"他の{document.flow.count(right)}か所では{right}"
            yield finding_at(document=document, at=match.span(), kind=Kind.NAME, right=right, reason=reason)


def _self_word(document: Document) -> Iterator[Finding]:
    """当庁 in a ministry's document, or 当省 in an agency's."""
    found = list(SELF.finditer(document.flow))
    usual = Counter(match["kind"] for match in found).most_common(1)
    for match in found:
        if match["kind"] != usual[0][0]:
            right = f"当{usual[0][0]}"
            reason = f"他の{usual[0][1]}か所では{right}"
            yield finding_at(document=document, at=match.span(), kind=Kind.NAME, right=right, reason=reason)


def _supplier(document: Document) -> Iterator[Finding]:
    """Compare the winner of the tender, and the supplier named again, with the supplier named at the head."""
    named = SUPPLIER.search(document.flow)
    if named is None:
        return
    supplier = _plain(named["firm"])
    others = [*SUPPLIER.finditer(document.flow, named.end()), *WINNER.finditer(document.flow)]
    for match in others:
        group = "firm" if match["firm"] else "present"
        winner = _plain(match[group])
        is_near = winner != supplier and abs(len(winner) - len(supplier)) <= NEAR
        if is_near or (supplier not in winner and winner not in supplier):
            line = document.place(start=named.start("firm"), end=named.end("firm")).line
            reason = f"{line}行目で受託事業者として記されているのは{named['firm']}"
            yield finding_at(
                document=document,
                at=match.span(group),
                kind=Kind.NAME,
                right=named["firm"],
                reason=reason,
            )


def _no_winner(document: Document) -> Iterator[Finding]:
    """Find a winner where nobody won: after failed bidding the contract is a direct one."""
    if not FAILED_BIDDING.search(document.flow):
        return
    for match in WINNER_LABEL.finditer(document.flow):
        reason = "不落による随意契約では落札者はいない"
        yield finding_at(
            document=document,
            at=(match.start("word"), match.end("firm")),
            kind=Kind.WORDING,
            certainty=Certainty.POSSIBLE,
            right=f"契約相手方：{match['firm']}",
            reason=reason,
        )


def _plain(firm: str) -> str:
    return firm.replace("株式会社", "").replace("・", "")
