"""Bounds turned round: a resolution rate promised from above, complaints blamed for being few."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.requirements import (
    COMPARATORS,
    HIGH,
    LOW,
    POLARITY,
    TIME_UNITS,
    direction_before,
    promised,
    requirements_in,
)

RESULT_AFTER = re.compile(r"^(?:の(?:場合|月|とき|日|案件)|とな|にとどま|であった|だった|かか|要し|を要|増|減)")
QUOTED_AFTER = re.compile(r"」と(?:する|し、|して(?:いる|おり)|ある|記|書|なって)")
OPPOSITE = {"以上": "以下", "超": "未満", "以下": "以上", "以内": "以上", "未満": "以上"}
BLAMED = re.compile(
    rf"(?:(?P<high>{HIGH})|(?P<low>{LOW}))[がはも](?:基準値?|目標値?|基準)を(?P<side>下回|上回)[^。]{{0,8}}(?:場合|とき)"
    r"[^。]{0,30}(?:未達成|達成しな|不適|減額)"
)
SOLVED = re.compile(
    r"(?P<bound>\d[\d.]*%(?P<comparator>以下|以内|未満))(?:を|で|の案件を)?(?P<act>解決|完了|回答|応答|処理|完結)す(?:る|べき)"
)
STATED = re.compile(
    r"(?P<label>[一-龥ァ-ヶーA-Za-z]{2,14}(?:率|時間|件数|満足度|スコア)|[^\d。、:(\n\t\v]{6,24}まで)(?:原則)?[:は(]?"
    r"(?P<bound>\d[\d.,]*(?:%|点|分|秒|時間|件|開庁日|営業日)(?:以上|以下|以内|未満))"
)
DAYS = re.compile(
    r"(?P<days>\d+(?:開庁日|営業日))(?P<side>以上|以内|以下)(?P<act>[のに]?[、]?(?:作業|対応|解決|完了|回答))?"
)
MEETINGS = re.compile(r"(?P<often>[年月週]\d+回)(?P<side>以下|以内|未満)\)?[をの]?(?:開催|実施|報告|点検)")


def check_comparators(document: Document) -> Iterator[Finding]:
    yield from _turned(document)
    yield from _blamed(document)
    yield from _at_most_solved(document)
    yield from _turned_in_rows(document)
    yield from _stated_twice(document)
    yield from _days_at_least(document)
    for match in MEETINGS.finditer(document.flow):
        reason = f"{match['often']}は行う回数の下限"
        yield finding_at(
            document=document, at=match.span("side"), kind=Kind.COMPARATOR, right=f"{match['often']}以上", reason=reason
        )


def _days_at_least(document: Document) -> Iterator[Finding]:
    """Find `3開庁日以上に完了`, or 3開庁日以上 in a document that elsewhere says 3開庁日以内."""
    found = list(DAYS.finditer(document.flow))
    within = {match["days"] for match in found if match["side"] != "以上"}
    for match in found:
        if match["side"] == "以上" and (match["act"] or match["days"] in within):
            reason = "日数のうちに終えるという約束で、以上では向きが逆"
            stretch = (match.start(), match.end("side"))
            yield finding_at(
                document=document, at=stretch, kind=Kind.COMPARATOR, right=f"{match['days']}以内", reason=reason
            )


def _turned(document: Document) -> Iterator[Finding]:
    whole = Span(start=0, end=len(document.flow), text=document.flow)
    for requirement in requirements_in(whole):
        span = requirement.span
        direction, name = direction_before(document, span.start)
        is_turned = direction * COMPARATORS[requirement.comparator] < 0 and is_fit(name, requirement.unit)
        is_result = RESULT_AFTER.match(document.flow[span.end :][:6])
        if not is_turned or is_result or _is_quoted(document, span):
            continue
        right = span.text.replace(requirement.comparator, OPPOSITE[requirement.comparator])
        want = "高い" if direction > 0 else "低い"
        reason = f"{name}は{want}ほどよいため、{span.text}では向きが逆"
        yield finding_at(document=document, at=span, kind=Kind.COMPARATOR, right=right, reason=reason)


def _is_quoted(document: Document, span: Span) -> bool:
    """Say whether a bound is cited, as in 表は「90%以内」とするが, and not promised."""
    return document.flow[span.start - 1 : span.start] == "「" and bool(QUOTED_AFTER.match(document.flow, span.end))


def _blamed(document: Document) -> Iterator[Finding]:
    """`苦情件数が基準値を下回っている場合は未達成`: the good side is called a failure."""
    for match in BLAMED.finditer(document.flow):
        is_low, side = bool(match["low"]), match["side"]
        if is_low != (side == "下回"):
            continue
        right = match.group().split("、")[0].replace(side, "上回" if side == "下回" else "下回")
        name = match["low"] or match["high"]
        reason = f"{name}は{'少ない' if is_low else '高い'}ほどよく、基準値を{side}ることは基準を守ること"
        end = match.start() + len(match.group().split("、")[0])
        yield finding_at(document=document, at=(match.start(), end), kind=Kind.COMPARATOR, right=right, reason=reason)


def _at_most_solved(document: Document) -> Iterator[Finding]:
    """Find `90%以下解決すること`: a share of good acts bounded from above."""
    for match in SOLVED.finditer(document.flow):
        right = match["bound"].replace(match["comparator"], "以上")
        reason = f"{match['act']}する割合は高いほどよい"
        yield finding_at(document=document, at=match.span("bound"), kind=Kind.COMPARATOR, right=right, reason=reason)


def _turned_in_rows(document: Document) -> Iterator[Finding]:
    """Find a bound whose sentence names no measure but whose table row does."""
    for label, bounds in promised(document).items():
        named = list(POLARITY.finditer(label))
        if len(named) != 1:
            continue
        want = 1 if named[0]["high"] else -1
        for bound in bounds:
            is_turned = want * COMPARATORS[bound.comparator] < 0 and is_fit(named[0].group(), bound.unit)
            is_named = direction_before(document, bound.span.start)[0] != 0
            if is_turned and not is_named and not _is_quoted(document, bound.span):
                right = bound.span.text.replace(bound.comparator, OPPOSITE[bound.comparator])
                reason = (
                    f"{named[0].group()}は{'高い' if want > 0 else '低い'}ほどよいため、{bound.span.text}では向きが逆"
                )
                yield finding_at(document=document, at=bound.span, kind=Kind.COMPARATOR, right=right, reason=reason)


def is_fit(name: str, unit: str) -> bool:
    """Say whether a bound's unit is one its measure can have."""
    if "率" in name:
        return unit == "%"
    if "件数" in name:
        return unit == "件"
    return unit in TIME_UNITS if "時間" in name or "まで" in name else unit in ("点", "%")


def _stated_twice(document: Document) -> Iterator[Finding]:
    """One measure with two different bounds in one document."""
    first: dict[str, re.Match[str]] = {}
    for match in STATED.finditer(document.flow):
        before = first.setdefault(match["label"], match)
        if before["bound"] != match["bound"]:
            line = document.place(start=before.start(), end=before.end()).line
            reason = f"{line}行目では{before['label']}は{before['bound']}"
            right = f"どちらか一方（{before['bound']}または{match['bound']}）"
            yield finding_at(
                document=document,
                at=(match.start("bound"), match.end()),
                kind=Kind.COMPARATOR,
                right=right,
                reason=reason,
            )
