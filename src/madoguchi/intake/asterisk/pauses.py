"""The agents' pauses out of the kept lines."""

from collections.abc import Iterable
from itertools import chain

from madoguchi.intake.asterisk.queue_lines import quoted
from madoguchi.intake.asterisk.raw_store import MAY_PAUSE, RawStore
from madoguchi.intake.asterisk.reading import parser_of
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.sightings import plain_reason
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.asterisk.wrap_up import AGENT_EVENTS, DAY_SECONDS, PAUSES, AgentEvent, by_agent, named_events

# an agent paused from within a call leaves the call's id on the line
AROUND = "FROM raw WHERE kind = 0 AND moment BETWEEN ? AND ?"
READ_IN_BULK = f"""
SELECT agent, moment, event IN {quoted(PAUSES)} AS is_pause,
    CASE WHEN is_pause THEN coalesce(first, '') ELSE '' END AS reason
{AROUND} AND event IN {quoted(AGENT_EVENTS)}
"""  # constants of ours
OTHERS = f"SELECT text {AROUND} AND event IS NULL AND ({MAY_PAUSE})"  # constants of ours


def pauses_around(raw: RawStore, source: AsteriskSource, moments: Iterable[int]) -> dict[str, list[AgentEvent]]:
    """Return the agents' pauses as far back and ahead as the wrap-up of these moments is looked for."""
    around = list(moments)
    if not around:
        return {}
    ahead = source.wrap_up_limit_seconds + source.wrap_up_within_seconds + 1
    span = (min(around) - DAY_SECONDS, max(around) + ahead)
    rows = raw.db.sql(READ_IN_BULK, params=span).to_arrow_table()
    agents, moments, are_pauses, reasons = (column.to_pylist() for column in rows.columns)
    names = (source.agents.get(agent, agent) for agent in agents)
    read_in_bulk = zip(names, map(AgentEvent, moments, are_pauses, map(plain_reason, reasons)), strict=True)
    parse = parser_of(LogKind.QUEUE_LOG, source)
    others = (parse(text) for (text,) in raw.db.execute(OTHERS, span).fetchall())
    queue_events = (record for record in others if isinstance(record, QueueEvent))
    return by_agent(chain(read_in_bulk, named_events(queue_events)))
