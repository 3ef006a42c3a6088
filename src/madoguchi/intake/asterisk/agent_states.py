"""What agents were doing: logins and pauses from queue_log, talks from the rebuilt calls. DuckDB makes them at once."""

from typing import Any

from madoguchi.core.call_vocabulary import AgentState
from madoguchi.core.events import AGENT_STATES
from madoguchi.intake.asterisk.queue_lines import quoted
from madoguchi.intake.asterisk.queue_log import NO_CALL, NONE
from madoguchi.intake.asterisk.raw_store import STATE_EVENTS, RawStore
from madoguchi.intake.asterisk.reading import parser_of
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.sightings import plain_reason
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.columnar import arrow_schema

LOGINS = ("ADDMEMBER", "AGENTLOGIN", "AGENTCALLBACKLOGIN")
LOGOUTS = ("REMOVEMEMBER", "AGENTLOGOFF", "AGENTCALLBACKLOGOFF")
PAUSES, RELEASES = ("PAUSE", "PAUSEALL"), ("UNPAUSE", "UNPAUSEALL")
FOR_ALL = ("PAUSEALL", "UNPAUSEALL")
MISSED = "RINGNOANSWER"
# later than any moment: the end of what has not ended
NEVER = 2**62
FILED = f"""
CREATE OR REPLACE TEMP TABLE filed AS
WITH said AS (
    SELECT moment, call_id, queue, coalesce(shown.name, agent) AS agent, event, first, second, third, file
    FROM raw LEFT JOIN shown ON named = agent WHERE kind = 0 AND event IN {quoted(STATE_EVENTS)}
    UNION ALL BY NAME FROM read_alone
)
SELECT moment, call_id, queue, agent, event, coalesce(first, '') AS first, coalesce(second, '') AS second,
    coalesce(third, '') AS third, file.name AS file, coalesce(contract, $contract) AS contract
FROM said JOIN file ON said.file = file.id
LEFT JOIN line_of ON served = queue LEFT JOIN contract_of ON number = coalesce(line, '')
WHERE agent <> '{NONE}'
"""  # noqa: S608  # constants of ours
# somebody whose pauses are logged queue by queue has those for all queues logged twice
ONCE = f"""
    NOT (event IN {quoted(FOR_ALL)} AND agent IN
        (SELECT agent FROM filed WHERE event IN {quoted({*PAUSES, *RELEASES} - {*FOR_ALL})}))
"""  # noqa: S608  # constants of ours


def _moves(*, starts: tuple[str, ...], ends: tuple[str, ...]) -> str:
    """Return the tables `move` and `second`: starts and ends of one place, and whether it was open at a second.

    The order of lines within a second is not to be relied on: what was open was ended before it was started again.
    """
    return f"""
        move AS (SELECT *, event IN {quoted(starts)} AS is_start FROM filed
            WHERE event IN {quoted({*starts, *ends})} AND {ONCE}),
        same_second AS (
            SELECT agent, queue, any_value(contract) AS contract, moment, bool_or(is_start) AS starts,
                bool_or(NOT is_start) AS ends, min(file) FILTER (is_start) AS file
            FROM move GROUP BY agent, queue, moment),
        second AS (
            SELECT *, coalesce(last_value(CASE WHEN starts <> ends THEN starts END IGNORE NULLS) OVER (
                PARTITION BY agent, queue ORDER BY moment ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), false) AS was_open
            FROM same_second)
    """  # noqa: S608  # constants of ours


SESSIONS = f"""
WITH {_moves(starts=LOGINS, ends=LOGOUTS)}, ended AS (
    SELECT *, CASE WHEN ends AND NOT was_open THEN moment ELSE min(CASE WHEN ends THEN moment END) OVER (
        PARTITION BY agent, queue ORDER BY moment ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) END AS end_at
    FROM second)
SELECT contract, agent, '{AgentState.LOGGED_IN}' AS state, '' AS reason, moment AS start_at, end_at, file
FROM ended WHERE starts AND (ends OR NOT was_open)
"""  # noqa: S608  # constants of ours
# a pause for another reason ends the one before
IN_TURN = f"""
WITH {_moves(starts=PAUSES, ends=(*RELEASES, *LOGOUTS))}, in_turn AS (
    SELECT move.*, lead(moment) OVER (
        PARTITION BY agent, queue ORDER BY moment, is_start = was_open, event, first, second, third
    ) AS end_at
    FROM move JOIN (SELECT agent, queue, moment, was_open FROM second) USING (agent, queue, moment))
SELECT contract, agent, state, reason, moment AS start_at, end_at, file
FROM in_turn JOIN reason_of ON written = first WHERE is_start
"""  # noqa: S608  # constants of ours
# somebody who serves several queues of a contract is logged once for each: what overlaps is one stretch
STRETCHES = f"""
WITH stretch AS (({SESSIONS}) UNION ALL ({IN_TURN})), marked AS (
    SELECT *, start_at > max(coalesce(end_at, {NEVER})) OVER earlier IS NOT false AS is_first FROM stretch
    WINDOW earlier AS (PARTITION BY contract, agent, state, reason ORDER BY start_at, coalesce(end_at, {NEVER}), file
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), counted AS (
    SELECT *, count(*) FILTER (is_first) OVER (PARTITION BY contract, agent, state, reason
        ORDER BY start_at, coalesce(end_at, {NEVER}), file) AS number FROM marked
)
SELECT contract, concat_ws('|', contract, agent, state, reason, min(start_at)) AS key,
    min(file) FILTER (is_first) AS source_file, agent, state, nullif(reason, '') AS reason,
    CAST(NULL AS VARCHAR) AS queue, CAST(NULL AS VARCHAR) AS call, min(start_at) AS started_at,
    nullif(max(coalesce(end_at, {NEVER})), {NEVER}) AS ended_at
FROM counted GROUP BY contract, agent, state, reason, number
"""  # noqa: S608  # constants of ours
NOT_ANSWERED = f"""
SELECT contract, concat_ws('|', call_id, queue, agent, event, moment, first, second, third) AS key,
    min(file) AS source_file, agent, '{AgentState.NOT_ANSWERED}' AS state, CAST(NULL AS VARCHAR) AS reason, queue,
    $name || ':' || nullif(call_id, '') AS call,
    moment - CASE WHEN regexp_full_match(first, '[0-9]{{1,8}}') THEN CAST(first AS BIGINT) // 1000 ELSE 0 END
        AS started_at,
    moment AS ended_at
FROM filed WHERE event = '{MISSED}' GROUP BY ALL
"""  # noqa: S608  # constants of ours
TALKS = f"""
WITH leg AS (
    SELECT key, file, coalesce(line, '') AS line, unnest(from_json(legs, '["JSON"]')) AS leg
    FROM call WHERE legs <> '[]'
), talk AS (
    SELECT key, file, line, leg ->> '$[0]' AS agent, leg ->> '$[1]' AS queue,
        CAST(leg ->> '$[2]' AS BIGINT) AS started_at, CAST(leg ->> '$[3]' AS BIGINT) AS ended_at FROM leg
)
SELECT DISTINCT coalesce(contract, $contract) AS contract,
    concat_ws('|', key, agent, queue, started_at, coalesce(CAST(ended_at AS VARCHAR), '')) AS key, file AS source_file,
    agent, '{AgentState.TALKING}' AS state, CAST(NULL AS VARCHAR) AS reason, nullif(queue, '') AS queue,
    $name || ':' || key AS call, started_at, ended_at
FROM talk LEFT JOIN contract_of ON number = line
"""  # noqa: S608  # constants of ours
STATES = f"""
SELECT *, $name || ':agent-' || left(md5(key), 24) AS source
FROM (({STRETCHES}) UNION ALL BY NAME ({NOT_ANSWERED}) UNION ALL BY NAME ({TALKS}))
ORDER BY started_at, source
"""  # noqa: S608  # constants of ours


def agent_states(raw: RawStore, source: AsteriskSource) -> Any:  # noqa: ANN401  # pyarrow is not typed
    """Return the rows of `agent_states` of a PBX as an Arrow table, in order of time."""
    raw.make_table("shown", {"named": list(source.agents), "name": list(source.agents.values())})
    raw.make_table("line_of", {"served": list(source.line_of), "line": list(source.line_of.values())})
    raw.make_table("contract_of", {"number": list(source.lines), "contract": list(source.lines.values())})
    _read_alone(raw, source)
    raw.db.execute(FILED, {"contract": source.contract})
    _name_reasons(raw, source)
    schema = arrow_schema(AGENT_STATES)
    rows = raw.db.sql(STATES, params={"contract": source.contract, "name": source.name}).to_arrow_table()
    return rows.select(schema.names).cast(schema)


def _read_alone(raw: RawStore, source: AsteriskSource) -> None:
    """Fill the table `read_alone` with the lines that were not read in bulk."""
    raw.db.execute(
        """
        CREATE OR REPLACE TEMP TABLE read_alone (moment BIGINT, call_id VARCHAR, queue VARCHAR, agent VARCHAR,
            event VARCHAR, first VARCHAR, second VARCHAR, third VARCHAR, file INTEGER)
        """
    )
    parse = parser_of(LogKind.QUEUE_LOG, source)
    rows = []
    for text, file in raw.state_lines_read_alone():
        record = parse(text)
        if isinstance(record, QueueEvent) and record.event in STATE_EVENTS:
            call_id = "" if record.call_id in NO_CALL else record.call_id
            parameters = (*record.parameters[:3], "", "", "")[:3]
            rows.append((record.at, call_id, record.queue, record.agent, record.event, *parameters, file))
    names = ("moment", "call_id", "queue", "agent", "event", "first", "second", "third", "file")
    raw.insert("read_alone", names, zip(*rows, strict=True))


def _name_reasons(raw: RawStore, source: AsteriskSource) -> None:
    """Fill the table `reason_of`: what each reason stands for that was written with a pause."""
    found = raw.db.execute(f"SELECT DISTINCT first FROM filed WHERE event IN {quoted(PAUSES)}").fetchall()  # noqa: S608
    written = [first for (first,) in found]
    wrap_up_reasons = frozenset(plain_reason(reason) for reason in source.wrap_up_reasons)
    states = (
        AgentState.WRAP_UP if plain_reason(reason) in wrap_up_reasons else AgentState.PAUSED for reason in written
    )
    raw.make_table(
        "reason_of",
        {"written": written, "reason": [reason.strip() for reason in written], "state": [str(each) for each in states]},
    )
