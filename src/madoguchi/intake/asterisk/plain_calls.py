"""Calls of the usual shapes rebuilt all at once by DuckDB, to what `rebuild_call` makes of them one by one.

A call is plain where queue_log alone knows it, all of its lines were read in bulk, and it entered one queue once and
was either answered there by one agent and completed, or left the queue. All others are left to `rebuild_call`; a
property test holds the calls made here equal to its.
"""

from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.numbers import WITHHELD
from madoguchi.intake.asterisk.outcome import NEXT_STEP_SECONDS
from madoguchi.intake.asterisk.plain_wrap_ups import find_wrap_ups
from madoguchi.intake.asterisk.queue_journey import CONNECT, ENTER, FINAL, LONGEST_NUMBER, STEPS
from madoguchi.intake.asterisk.queue_lines import quoted
from madoguchi.intake.asterisk.raw_store import RawStore
from madoguchi.intake.asterisk.sightings import Roles
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

COMPLETED = ("COMPLETECALLER", "COMPLETEAGENT")
LEFT = ("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY")
ENDINGS = quoted((*COMPLETED, *LEFT))
DAY_SECONDS = 86_400
# one row for each touched channel: how many lines of each kind there are, and what they say
CHANNELS = f"""
CREATE OR REPLACE TEMP TABLE channel AS
SELECT call_id, min(moment) AS first_at, max(moment) AS latest_at, min(file.name) AS file,
    bool_and(event IS NOT NULL) AS is_read_in_bulk,
    count(*) FILTER (event IN {quoted(STEPS)}) AS step_count,
    count(*) FILTER (event = '{ENTER}') AS entry_count,
    count(*) FILTER (event = '{CONNECT}') AS answer_count,
    count(*) FILTER (event = 'DID') AS dialled_count,
    max(moment) FILTER (event = '{ENTER}') AS entered_at,
    max(second) FILTER (event = '{ENTER}') AS caller,
    max(third) FILTER (event = '{ENTER}') AS entered_position,
    max(CASE WHEN event = 'EXITWITHKEY' THEN second ELSE first END) FILTER (event IN {quoted(LEFT)}) AS left_position,
    max(moment) FILTER (event = '{CONNECT}') AS answered_at,
    max(agent) FILTER (event = '{CONNECT}') AS agent,
    coalesce(max(second) FILTER (event = '{CONNECT}'), '') AS agent_channel,
    max(event) FILTER (event IN {ENDINGS}) AS ending,
    max(moment) FILTER (event IN {ENDINGS}) AS ended_at,
    max(second) FILTER (event IN {ENDINGS}) AS talked,
    min(queue) FILTER (event IN {quoted(STEPS)}) AS queue,
    max(queue) FILTER (event IN {quoted(STEPS)}) AS other_queue,
    max(first) FILTER (event = 'DID') AS dialled
FROM raw JOIN touched ON call_id = touched.id JOIN file ON raw.file = file.id
WHERE is_about_call GROUP BY call_id
"""  # noqa: S608  # constants of ours
# nobody knows yet what follows a step that need not be the last; `rebuild_call` looks at such calls while they are new
IS_OVER = f"ending IN {quoted(FINAL)} OR $restarted_at > latest_at OR $horizon - ended_at > {NEXT_STEP_SECONDS}"
IS_USUAL = f"""
    is_read_in_bulk AND entry_count = 1 AND dialled_count <= 1 AND queue = other_queue
    AND (caller = '' OR lower(caller) IN {quoted(WITHHELD)} OR regexp_full_match(caller, '[+]?[0-9]+'))
    AND strlen(call_id) = length(call_id)
    AND CASE WHEN ending IN {quoted(COMPLETED)}
        THEN step_count = 3 AND answer_count = 1 AND entered_at <= answered_at AND answered_at <= ended_at
        ELSE step_count = 2 AND answer_count = 0 AND entered_at <= ended_at AND ({IS_OVER}) END
"""
# the answering agent's channel is linked with this call alone, and no log has a line of it
IS_ALONE = """
    coalesce(own.links, 0) = CAST(agent_channel <> '' AS INTEGER)
    AND (agent_channel = '' OR (its.links = 1 AND agent_channel <> call_id AND agent_channel NOT IN
        (SELECT call_id FROM channel)))
"""
PLAIN = f"""
CREATE OR REPLACE TEMP TABLE plain AS
WITH linked AS (SELECT one AS id, count(*) AS links FROM link SEMI JOIN touched ON one = touched.id GROUP BY one)
SELECT channel.*, coalesce(shown.name, agent) AS agent_name, line_of.line,
    TRY_CAST(regexp_extract(call_id, '^(?:.*-)?([0-9]{{9,11}})[.][0-9]+$', 1) AS BIGINT) + $offset AS made_at
FROM channel LEFT JOIN linked AS own ON own.id = call_id LEFT JOIN linked AS its ON its.id = agent_channel
LEFT JOIN shown ON named = agent LEFT JOIN line_of ON served = queue
WHERE {IS_USUAL} AND {IS_ALONE}
"""  # noqa: S608  # constants of ours


def _position(name: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({name}, '[0-9]{{1,{LONGEST_NUMBER}}}') THEN CAST({name} AS BIGINT) END AS {name}"
    )


MADE = f"""
INSERT INTO call BY NAME
SELECT call_id AS key, latest_at, coalesce(is_pending, false) AS is_provisional, file,
    coalesce(findings, '[]') AS findings,
    CASE WHEN first_at - made_at BETWEEN 0 AND {DAY_SECONDS} THEN made_at ELSE first_at END AS offered_at,
    coalesce(nullif(dialled, ''), line) AS line,
    CASE WHEN caller = '' OR lower(caller) IN {quoted(WITHHELD)} THEN NULL ELSE caller END AS caller,
    coalesce(after_leaving.outcome, $answered) AS outcome,
    entered_at AS queued_at, answered_at, CASE WHEN ending IN {quoted(FINAL)} THEN ended_at END AS ended_at,
    nullif(queue, '') AS queue, 1 AS queue_visit_count, answer_count AS agent_leg_count,
    answered_at - entered_at AS wait_seconds,
    CASE WHEN ending IN {quoted(COMPLETED)} THEN CAST(talked AS BIGINT) END AS talk_seconds,
    wrap_up_seconds, nullif(agent_name, '') AS agent, {_position("entered_position")}, {_position("left_position")},
    CASE WHEN answer_count = 1 AND agent_name <> ''
        THEN CAST(json_array(json_array(agent_name, queue, answered_at, ended_at)) AS VARCHAR) ELSE '[]' END AS legs
FROM plain LEFT JOIN after_call USING (call_id) LEFT JOIN after_leaving USING (ending)
"""  # noqa: S608  # constants of ours


def make_plain_calls(raw: RawStore, source: AsteriskSource, roles: Roles, *, horizon: int | None) -> int:
    """Make the touched calls that are plain, which are then touched no more; return how many they are."""
    if roles.has_rows_without_id or horizon is None:
        return 0
    db = raw.db
    raw.make_table("shown", {"named": list(source.agents), "name": list(source.agents.values())})
    raw.make_table("line_of", {"served": list(source.line_of), "line": list(source.line_of.values())})
    outcomes = {
        "ABANDON": CallOutcome.QUEUE_ABANDONED,
        "EXITWITHTIMEOUT": CallOutcome.QUEUE_TIMEOUT,
        "EXITEMPTY": source.empty_queue_outcome,
        "EXITWITHKEY": CallOutcome.QUEUE_EXIT_KEY,
    }
    raw.make_table("after_leaving", {"ending": list(outcomes), "outcome": list(outcomes.values())})
    db.execute(CHANNELS)
    restarted_at = max(raw.restarts(), default=0)
    offset = source.offset_of(LogKind.QUEUE_LOG)
    db.execute(PLAIN, {"restarted_at": restarted_at, "horizon": horizon, "offset": offset})
    find_wrap_ups(raw, source, horizon=horizon, uses_wrap_up=roles.uses_wrap_up)
    made = db.execute(MADE, {"answered": str(CallOutcome.ANSWERED)}).fetchall()[0][0]
    db.execute("DELETE FROM touched WHERE id IN (SELECT call_id FROM plain UNION SELECT agent_channel FROM plain)")
    return int(made)
