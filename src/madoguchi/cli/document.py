"""`madoguchi report --kind`: one of the documents the law asks for, checked before it is approved."""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from madoguchi.cli.measure import measured
from madoguchi.cli.writing import FORMATS, written
from madoguchi.core.calendar.periods import Period, fiscal_year_period, month_period, quarter_period
from madoguchi.core.costing.load import load_costs
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.procurement.comments import Comment, read_comments
from madoguchi.core.procurement.load import load_procurement
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.document_texts import read_document_texts
from madoguchi.intake.facts import open_facts
from madoguchi.reports.blocks import Report
from madoguchi.reports.documents.build import Built, build_document
from madoguchi.reports.documents.checks import Point, Weight, check_document
from madoguchi.reports.documents.kind import DocumentKind, Span, load_kind
from madoguchi.reports.documents.material import Material
from madoguchi.reports.write_text import text_lines
from madoguchi.review.document import make_document
from madoguchi.review.findings import Finding, Level
from madoguchi.review.printing import findings_text
from madoguchi.review.review import review_document

ERRORS_FOUND = 1
COMMENTS_FILE = "comments.csv"
SPANS: Mapping[Span, tuple[str, str]] = {
    Span.DAY: (r"\d{4}-\d{2}-\d{2}", "2018-11-05"),
    Span.MONTH: (r"\d{4}-\d{2}", "2018-11"),
    Span.QUARTER: (r"\d{4}-Q[1-4]", "2018-Q3"),
    Span.FISCAL_YEAR: (r"FY\d{4}", "FY2018"),
}


def run(given: argparse.Namespace) -> int:
    """Write the document. Returns 1 where it was to be approved and something stands against that."""
    if given.lang != "ja":
        problem = Problem(where="--lang", key="", given=given.lang, allowed="ja, for documents of a kind")
        raise InvalidInputError([problem])
    material = gather(given)
    built = build_document(material)
    points, findings = check_document(material, built), own_findings(built.report)
    _print(given.kind, points, findings)
    stops = [each for each in points if each.weight is Weight.STOPS]
    errors = [each for each in findings if each.level is Level.ERROR]
    if given.approve and (stops or errors):
        sys.stderr.write(
            f"承認できません：承認を妨げる点 {len(stops)}件、文書の誤り {len(errors)}件。何も書き出していません。\n"
        )
        return ERRORS_FOUND
    _write(given, material, built)
    return 0


def gather(given: argparse.Namespace) -> Material:
    definitions, texts = read_definitions(given.contract), read_document_texts(given.contract)
    contract, kind = load_contract(definitions), load_kind(given.kind, texts=texts)
    period = asked_span(contract, kind, given.period)
    start = min(period.start_date, contract.evaluation.start_date) if kind.span is Span.MONTH else period.start_date
    within = Period(start_date=start, end_date=period.end_date)
    return Material(
        kind=kind,
        contract=contract,
        period=period,
        measurements=measured(contract=contract, facts=open_facts(given.facts), within=within),
        costs=load_costs(definitions),
        procurement=load_procurement(definitions),
        texts=texts,
        issued_date=given.date or kind.issued_date or period.end_date,
        comments=_comments(texts),
    )


def _comments(texts: Mapping[str, str]) -> tuple[Comment, ...]:
    return read_comments(texts[COMMENTS_FILE], file=COMMENTS_FILE) if COMMENTS_FILE in texts else ()


def asked_span(contract: Contract, kind: DocumentKind, text: str | None) -> Period:
    """Return the period a document is about. Raises InvalidInputError for one outside the contract."""
    if text is None and kind.span in (Span.EVALUATION, Span.FISCAL_YEAR):
        return contract.evaluation
    patterns = {each: SPANS[each] for each in SPANS if kind.span in (each, Span.EVALUATION)}
    examples = "、".join(example for _, example in patterns.values())
    inside = (
        f"{contract.period.start_date} から {contract.period.end_date - timedelta(days=1)} の {examples} などの書き方"
    )
    period = next((_span(each, text or "") for each in patterns if re.fullmatch(patterns[each][0], text or "")), None)
    if period is None or not period.overlaps(contract.period):
        raise InvalidInputError([Problem(where="--period", key="", given=f"given {text!r}", allowed=inside)])
    return period


def _span(span: Span, text: str) -> Period | None:
    try:
        if span is Span.DAY:
            day = date.fromisoformat(text)
            return Period(start_date=day, end_date=day + timedelta(days=1))
        if span is Span.MONTH:
            return month_period(year=int(text[:4]), month=int(text[5:]))
        if span is Span.QUARTER:
            return quarter_period(
                fiscal_year_period(int(text[:4])).start_date + timedelta(days=92 * (int(text[6]) - 1))
            )
        return fiscal_year_period(int(text[2:]))
    except (ValueError, OverflowError):
        return None


def own_findings(report: Report) -> tuple[Finding, ...]:
    """Return what the document says against itself; notation of names and sources is not ours to change."""
    document = make_document(text_lines(report), has_cut_lines=False)
    return tuple(each for each in review_document(document=document) if each.level is not Level.NOTATION)


def _print(kind: str, points: Sequence[Point], findings: Sequence[Finding]) -> None:
    for point in points:
        sys.stderr.write(f"[{point.weight.label}] {point.place}: {point.text}\n")
    if findings:
        sys.stderr.write(findings_text(findings, name=kind))


def _write(given: argparse.Namespace, material: Material, built: Built) -> None:
    formats = FORMATS if given.format == "all" else (given.format,)
    folder: Path = given.output or Path()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{material.contract.id}-{material.kind.id}"
    if material.kind.span not in (Span.EVALUATION, Span.FISCAL_YEAR) or given.period:
        name += f"-{given.period}"
    sums = {}
    for each in formats:
        path, data = folder / f"{name}.{each}", written(report=built.report, kind=each)
        path.write_bytes(data)
        sums[path.name] = hashlib.sha256(data).hexdigest()
        sys.stdout.write(f"{path}\n")
    if given.approve:
        approved = {"format": 1, "kind": material.kind.id, "issued_date": str(material.issued_date), "sha256": sums}
        path = folder / f"{name}.approved.json"
        path.write_text(json.dumps(approved, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        sys.stdout.write(f"{path}\n")
