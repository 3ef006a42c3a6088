"""What a reader of the figures should know of the logs behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from madoguchi.core.vocabulary import CallFinding, CallOutcome
from madoguchi.intake.asterisk.source import LogKind

EXAMPLES = 5
# what cannot be known without a kind of log: Japanese, English
COST_OF_MISSING: Mapping[LogKind, tuple[str, str]] = {
    LogKind.QUEUE_LOG: (
        "通話・待ち・後処理時間は通話路の記録からの近似となり、後処理時間は不明",
        "talk and wait times come from channel events or are unknown; wrap-up times are unknown",
    ),
    LogKind.CDR: (
        "通話路が終わった場所の裏付けがない",
        "nothing confirms where channels ended",
    ),
    LogKind.CEL: (
        "着信番号、IVRでの終わり方、在席転送の開始時刻が不明または推定になる",
        "dialled numbers, how calls ended in the IVR and when consults began are unknown or worked out",
    ),
    LogKind.CARRIER: (
        "回線側の話中は数えられない（話中率は下限値）",
        "calls refused by the carrier are not counted: the busy rate is a lower bound",
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityFinding:
    """`detail` names what it is about (a log, a place in the dialplan); `examples` are sources of calls."""

    finding: CallFinding
    count: int
    detail: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    outcomes: Mapping[CallOutcome, int]
    findings: tuple[QualityFinding, ...]

    def count(self, finding: CallFinding) -> int:
        return sum(each.count for each in self.findings if each.finding is finding)


def collect_quality(
    outcomes: Mapping[CallOutcome, int], *, findings: Iterable[tuple[CallFinding, str, str]]
) -> Quality:
    """Return counts of outcomes and of findings, each given as (finding, detail, source of the call)."""
    sources: dict[tuple[CallFinding, str], list[str]] = {}
    for finding, detail, source in findings:
        sources.setdefault((finding, detail), []).append(source)
    return Quality(
        outcomes={outcome: outcomes[outcome] for outcome in CallOutcome if outcomes.get(outcome)},
        findings=tuple(
            QualityFinding(
                finding=finding,
                count=len(found),
                detail=detail,
                examples=tuple(sorted(each for each in found if each)[:EXAMPLES]),
            )
            for (finding, detail), found in sorted(sources.items())
        ),
    )
