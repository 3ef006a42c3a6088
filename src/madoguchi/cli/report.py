"""`madoguchi report`: the monthly report or another document the law asks for, checked before it is approved."""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from madoguchi.cli.measure import measured
from madoguchi.cli.report_staffing import staffing
from madoguchi.core.calendar.office_days import first_office_day
from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.load import load_costs
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.procurement.comments import Comment, read_comments
from madoguchi.core.procurement.load import load_procurement
from madoguchi.documents.checking import checked_document
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.document_texts import read_document_texts
from madoguchi.intake.facts import open_facts
from madoguchi.reports.documents.build import Built
from madoguchi.reports.documents.checks import Point
from madoguchi.reports.documents.kind import Span, load_kind
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.spans import asked_span, known_until
from madoguchi.reports.writing import FORMATS, written
from madoguchi.review.findings import Finding
from madoguchi.review.printing import findings_text

ERRORS_FOUND = 1
COMMENTS_FILE = "comments.csv"


def run(given: argparse.Namespace) -> int:
    """Write the document. Returns 1 where it was to be approved and something stands against that."""
    given.period = given.period or (f"{given.month:%Y-%m}" if given.month else None)
    material = gather(given)
    checked = checked_document(material)
    _print(given.kind, checked.points, checked.findings)
    if given.approve and not checked.may_be_approved:
        counts = f"承認を妨げる点 {checked.stop_count}件、文書の誤り {checked.error_count}件"
        sys.stderr.write(f"承認できません：{counts}。何も書き出していません。\n")
        return ERRORS_FOUND
    _write(given, material, checked.built)
    return 0


def gather(given: argparse.Namespace) -> Material:
    definitions, texts = read_definitions(given.contract), read_document_texts(given.contract)
    contract, kind = load_contract(definitions), load_kind(given.kind, texts=texts)
    if given.lang not in kind.languages:
        allowed = f"{', '.join(kind.languages)}, for documents of the kind {kind.id}"
        raise InvalidInputError([Problem(where="--lang", key="", given=given.lang, allowed=allowed)])
    period = asked_span(contract, kind, given.period)
    start = min(period.start_date, contract.evaluation.start_date) if kind.span is Span.MONTH else period.start_date
    within = Period(start_date=start, end_date=period.end_date)
    return Material(
        kind=kind,
        contract=contract,
        period=period,
        measurements=measured(
            contract=contract, facts=open_facts(given.facts), within=within, until=known_until(kind, period)
        ),
        costs=load_costs(definitions),
        procurement=load_procurement(definitions),
        texts=texts,
        issued_date=given.date or kind.issued_date or first_office_day(period.end_date),
        comments=_comments(texts),
        staffing=staffing(contract, given) if given.staffing else (),
        language=given.lang,
    )


def _comments(texts: Mapping[str, str]) -> tuple[Comment, ...]:
    return read_comments(texts[COMMENTS_FILE], file=COMMENTS_FILE) if COMMENTS_FILE in texts else ()


def _print(kind: str, points: Sequence[Point], findings: Sequence[Finding]) -> None:
    for point in points:
        sys.stderr.write(f"[{point.weight.label}] {point.place}: {point.text}\n")
    if findings:
        sys.stderr.write(findings_text(findings, name=kind))


def _write(given: argparse.Namespace, material: Material, built: Built) -> None:
    formats = FORMATS if given.format == "all" else (given.format,)
    name = f"{material.contract.id}-{material.kind.id}"
    if material.kind.span not in (Span.EVALUATION, Span.FISCAL_YEAR) or given.period:
        name += f"-{given.period}"
    folder: Path = given.output or Path()
    if len(formats) == 1 and folder.suffix == f".{formats[0]}":
        folder, name = folder.parent, folder.stem
    files = {f"{name}.{each}": written(report=built.report, kind=each) for each in formats}
    folder.mkdir(parents=True, exist_ok=True)
    sums = {}
    for file, data in files.items():
        path = folder / file
        path.write_bytes(data)
        sums[path.name] = hashlib.sha256(data).hexdigest()
        sys.stdout.write(f"{path}\n")
    if given.approve:
        approved = {"format": 1, "kind": material.kind.id, "issued_date": str(material.issued_date), "sha256": sums}
        path = folder / f"{name}.approved.json"
        path.write_text(json.dumps(approved, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        sys.stdout.write(f"{path}\n")
