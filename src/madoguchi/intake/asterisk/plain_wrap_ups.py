"""After-call work found for all plain calls at once by DuckDB, to what `WrapUps` finds for one leg after the other."""

import json

from madoguchi.core.vocabulary import CallFinding
from madoguchi.intake.asterisk.call import wrap_up_findings
from madoguchi.intake.asterisk.queue_lines import quoted
from madoguchi.intake.asterisk.queue_log import NONE
from madoguchi.intake.asterisk.raw_store import RawStore
from madoguchi.intake.asterisk.reading import parser_of
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.sightings import plain_reason
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind, WrapUpEnd
from madoguchi.intake.asterisk.wrap_up import AGENT_EVENTS, DAY_SECONDS, PAUSES, WrapUp

NEVER = 2**62
# one row for each second of an agent: whether a pause for wrap-up or another was begun in it, or one released
SECONDS = f"""
CREATE OR REPLACE TEMP TABLE agent_second AS
WITH said AS (
    SELECT coalesce(shown.name, agent) AS agent, moment, event, coalesce(first, '') AS reason
    FROM raw LEFT JOIN shown ON named = agent
    WHERE kind = 0 AND NOT is_about_call AND event IN {quoted(AGENT_EVENTS)}
    UNION ALL FROM pause_read_alone
)
SELECT agent, moment, bool_or(is_pause AND is_wrap_up) AS has_wrap_up,
    bool_or(is_pause AND NOT is_wrap_up) AS has_other, bool_or(NOT is_pause) AS has_release
FROM (SELECT *, event IN {quoted(PAUSES)} AS is_pause, reason IN (SELECT reason FROM wrap_up_reason) AS is_wrap_up
    FROM said)
WHERE agent <> '{NONE}' GROUP BY agent, moment
"""  # noqa: S608  # constants of ours
# a release in the second in which a pause starts ends it only if no other pause was there to be released
STARTS = f"""
CREATE OR REPLACE TEMP TABLE wrap_up AS
WITH seen AS (
    SELECT *, coalesce(lag(has_wrap_up OR has_other) OVER inside
            AND moment - lag(moment) OVER inside <= {DAY_SECONDS}, false) AS was_paused,
        min(CASE WHEN has_release OR ($is_ended_by_change AND has_other) THEN moment END) OVER ahead AS next_end,
        min(CASE WHEN has_other AND NOT $is_ended_by_change THEN moment END) OVER ahead AS next_other
    FROM agent_second
    WINDOW inside AS (PARTITION BY agent ORDER BY moment),
        ahead AS (PARTITION BY agent ORDER BY moment ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
)
SELECT agent, moment AS started_at,
    CASE WHEN has_release AND NOT was_paused THEN moment ELSE next_end END AS ended_at,
    coalesce(next_other < least(coalesce(ended_at, {NEVER}), started_at + $limit + 1), false) AS is_mixed
FROM seen WHERE has_wrap_up
"""  # noqa: S608  # constants of ours
AFTER = """
CREATE OR REPLACE TEMP TABLE after_call AS
WITH answered AS (SELECT call_id, agent_name AS agent, ended_at FROM plain WHERE answer_count = 1),
followed AS (
    SELECT call_id, started_at, is_mixed, wrap_up.ended_at - started_at AS seconds,
        started_at IS NOT NULL AND started_at - answered.ended_at <= $within AS has_wrap_up,
        coalesce(seconds <= $limit, false) AS is_whole, $horizon - started_at > $limit AS is_over
    FROM answered ASOF LEFT JOIN wrap_up ON answered.agent = wrap_up.agent AND answered.ended_at <= started_at
)
SELECT call_id, has_wrap_up AND NOT is_whole AND NOT is_over AS is_pending,
    CASE WHEN NOT has_wrap_up THEN 0 WHEN is_whole THEN seconds WHEN is_over THEN $limit END AS wrap_up_seconds,
    CASE WHEN NOT has_wrap_up THEN '[]' ELSE finding.findings END AS findings
FROM followed LEFT JOIN finding ON finding.is_pending = (NOT is_whole AND NOT is_over)
    AND finding.is_capped = (NOT is_whole AND is_over)
    AND finding.is_mixed = (followed.is_mixed AND (is_whole OR is_over))
"""


def find_wrap_ups(raw: RawStore, source: AsteriskSource, *, horizon: int, uses_wrap_up: bool) -> None:
    """Fill the table `after_call` with the after-call work of the plain calls that were answered."""
    if not uses_wrap_up:
        raw.db.execute(
            """
            CREATE OR REPLACE TEMP TABLE after_call
            (call_id VARCHAR, is_pending BOOLEAN, wrap_up_seconds BIGINT, findings VARCHAR)
            """
        )
        return
    _name_reasons(raw, source, _read_alone(raw, source))
    _name_findings(raw)
    limit = source.wrap_up_limit_seconds
    raw.db.execute(SECONDS)
    is_ended_by_change = source.wrap_up_ends_at is WrapUpEnd.REASON_CHANGE
    raw.db.execute(STARTS, {"is_ended_by_change": is_ended_by_change, "limit": limit})
    raw.db.execute(AFTER, {"within": source.wrap_up_within_seconds, "limit": limit, "horizon": horizon})


def _read_alone(raw: RawStore, source: AsteriskSource) -> list[str]:
    """Fill the table `pause_read_alone` with the lines not read in bulk; return their reasons."""
    parse = parser_of(LogKind.QUEUE_LOG, source)
    found = raw.db.execute("SELECT text FROM raw WHERE kind = 0 AND NOT is_about_call AND event IS NULL").fetchall()
    read = [parse(text) for (text,) in found]
    events = [each for each in read if isinstance(each, QueueEvent) and each.event in AGENT_EVENTS]
    reasons = ["".join(each.parameters[:1]) for each in events]
    raw.db.execute(
        "CREATE OR REPLACE TEMP TABLE pause_read_alone (agent VARCHAR, moment BIGINT, event VARCHAR, reason VARCHAR)"
    )
    rows = [(each.agent, each.at, each.event, reason) for each, reason in zip(events, reasons, strict=True)]
    raw.insert("pause_read_alone", ("agent", "moment", "event", "reason"), zip(*rows, strict=True))
    return reasons


def _name_reasons(raw: RawStore, source: AsteriskSource, more: list[str]) -> None:
    """Fill the table `wrap_up_reason` with the reasons as they are written that stand for wrap-up."""
    meant = frozenset(plain_reason(reason) for reason in source.wrap_up_reasons)
    query = f"SELECT DISTINCT coalesce(first, '') FROM raw WHERE kind = 0 AND event IN {quoted(PAUSES)}"  # noqa: S608
    written = {reason for (reason,) in raw.db.execute(query).fetchall()} | set(more)
    raw.make_table("wrap_up_reason", {"reason": sorted(each for each in written if plain_reason(each) in meant)})


def _name_findings(raw: RawStore) -> None:
    """Fill the table `finding` with what is to be known of each kind of wrap-up, in the form it is kept in."""
    flags = (False, True)
    kinds = [WrapUp(None, is_capped=c, is_pending=p, is_mixed=m) for c in flags for p in flags for m in flags]
    rows = [(each.is_capped, each.is_pending, each.is_mixed, _kept(each)) for each in kinds]
    raw.db.execute(
        """
        CREATE OR REPLACE TEMP TABLE finding
        (is_capped BOOLEAN, is_pending BOOLEAN, is_mixed BOOLEAN, findings VARCHAR)
        """
    )
    raw.insert("finding", ("is_capped", "is_pending", "is_mixed", "findings"), zip(*rows, strict=True))


def _kept(wrap_up: WrapUp) -> str:
    found: list[tuple[CallFinding, str]] = list(wrap_up_findings(wrap_up))
    return json.dumps(found)
