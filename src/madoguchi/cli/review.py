"""`madoguchi review`: where a performance report contradicts itself."""

import argparse
import sys

from madoguchi.review.findings import Level
from madoguchi.review.printing import findings_json, findings_text
from madoguchi.review.reading import read_document
from madoguchi.review.review import review_document

ERRORS_FOUND = 1


def run(given: argparse.Namespace) -> int:
    """Print what was found. Returns 1 where there are errors; cautions and notation alone are no failure."""
    findings = review_document(document=read_document(given.file))
    name = given.file.name
    text = findings_json(findings, name=name) if given.json else findings_text(findings, name=name, language=given.lang)
    sys.stdout.write(text)
    return ERRORS_FOUND if any(each.level is Level.ERROR for each in findings) else 0
