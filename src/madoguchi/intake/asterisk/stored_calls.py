"""The stored calls as rows of the table `calls`, without a Python object for each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from madoguchi.core.events import CALLS
from madoguchi.core.vocabulary import CallFinding, CallOutcome
from madoguchi.intake.asterisk.finish import Found, Known, source_findings
from madoguchi.intake.asterisk.quality import Quality, collect_quality
from madoguchi.intake.asterisk.raw_store import FACTS, RawStore
from madoguchi.intake.asterisk.source import AsteriskSource
from madoguchi.intake.columnar import with_all_columns


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """All calls of a PBX as an Arrow table in order of arrival, and the quality of what they were made from."""

    table: Any  # pyarrow is not typed
    quality: Quality


def finish_stored(*, raw: RawStore, source: AsteriskSource, known: Known) -> Finished:
    """Return what `finish_calls` does where there is no attempt of a carrier."""
    raw.make_table("contract_of", {"number": list(source.lines), "contract": list(source.lines.values())})
    rows = raw.db.sql(
        f"""
        SELECT coalesce(contract_of.contract, $contract) AS contract, $name || ':' || key AS source,
            file AS source_file, {", ".join(FACTS)}
        FROM call LEFT JOIN contract_of ON number = coalesce(line, '')
        WHERE outcome IS NOT NULL ORDER BY offered_at, source
        """,  # noqa: S608  # names of our own columns
        params={"contract": source.contract, "name": source.name},
    ).to_arrow_table()
    found = [*source_findings(source, known), *_call_findings(raw, source)]
    counted = raw.db.execute("SELECT outcome, count(*) FROM call WHERE outcome IS NOT NULL GROUP BY outcome")
    outcomes = {CallOutcome(outcome): count for outcome, count in counted.fetchall()}
    return Finished(table=with_all_columns(rows, table=CALLS), quality=collect_quality(outcomes, findings=found))


def _call_findings(raw: RawStore, source: AsteriskSource) -> Iterator[Found]:
    for key, findings in raw.db.execute("SELECT key, findings FROM call WHERE findings <> '[]'").fetchall():
        for finding, detail in json.loads(findings):
            yield CallFinding(finding), detail, f"{source.name}:{key}"
    for (key,) in raw.db.execute("SELECT key FROM call WHERE outcome IS NOT NULL AND line IS NULL").fetchall():
        yield CallFinding.LINE_UNKNOWN, "", f"{source.name}:{key}"
