"""Findings as text for a reader and as JSON for a program."""

import json
from collections.abc import Sequence

from madoguchi.core.vocabulary import LabelledEnum
from madoguchi.review.findings import Finding, Level

WORDS = {
    "line": ("{line}行目", "line {line}"),
    "also": ("（ほかに{lines}行目）", " (also lines {lines})"),
    "printed": ("記載", "printed"),
    "right": ("正しくは", "right"),
    "reason": ("理由", "why"),
    "none": ("食い違いは見つかりませんでした。", "Nothing was found."),
    "count": ("{label} {count}件", "{label}: {count}"),
}


def findings_text(findings: Sequence[Finding], *, name: str, language: str = "ja") -> str:
    """Return the findings by level; a level without any is left out."""
    if not findings:
        return f"{name}: {_word('none', language)}\n"
    counts = [
        _word("count", language).format(label=_label(level, language), count=_count(findings, level)) for level in Level
    ]
    parts = [f"{name}: " + ("、" if language == "ja" else ", ").join(counts)]
    for level in Level:
        shown = [each for each in findings if each.level is level]
        if shown:
            parts += ["", f"■ {_label(level, language)}"]
            parts += [_finding_text(each, language) for each in shown]
    return "\n".join(parts) + "\n"


def _finding_text(finding: Finding, language: str) -> str:
    line = _word("line", language).format(line=finding.place.line)
    lines = "、".join(str(each) for each in finding.other_lines)
    also = _word("also", language).format(lines=lines) if lines else ""
    kind, certainty = _label(finding.kind, language), _label(finding.certainty, language)
    return (
        f"{line}{also} [{kind}・{certainty}]\n"
        f"  {_word('printed', language)}: {finding.place.quote.strip()}\n"
        f"  {_word('right', language)}: {finding.right}\n"
        f"  {_word('reason', language)}: {finding.reason}"
    )


def findings_json(findings: Sequence[Finding], *, name: str) -> str:
    document = {"format": 1, "document": name, "findings": [_row(each) for each in findings]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _row(finding: Finding) -> dict[str, object]:
    return {
        "level": finding.level.value,
        "kind": finding.kind.value,
        "certainty": finding.certainty.value,
        "line": finding.place.line,
        "other_lines": list(finding.other_lines),
        "quote": finding.place.quote,
        "printed": finding.printed,
        "right": finding.right,
        "reason": finding.reason,
    }


def _count(findings: Sequence[Finding], level: Level) -> int:
    return sum(each.level is level for each in findings)


def _label(word: LabelledEnum, language: str) -> str:
    return word.label if language == "ja" else word.label_en


def _word(name: str, language: str) -> str:
    return WORDS[name][0 if language == "ja" else 1]
