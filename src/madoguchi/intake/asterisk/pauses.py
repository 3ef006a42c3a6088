"""The agents' pauses out of the kept lines."""

from collections.abc import Iterable

from madoguchi.intake.asterisk.queue_lines import quoted
from madoguchi.intake.asterisk.raw_store import RawStore
from madoguchi.intake.asterisk.reading import parser_of
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.asterisk.wrap_up import AGENT_EVENTS, DAY_SECONDS, AgentEvent, agent_events

AROUND = "FROM raw WHERE kind = 0 AND NOT is_about_call AND moment BETWEEN ? AND ?"
READ_IN_BULK = f"SELECT moment, agent, event, first {AROUND} AND event IN {quoted(AGENT_EVENTS)}"
OTHERS = f"SELECT text {AROUND} AND event IS NULL"  # constants of ours


def pauses_around(raw: RawStore, source: AsteriskSource, moments: Iterable[int]) -> dict[str, list[AgentEvent]]:
    """Return the agents' pauses as far back and ahead as the wrap-up of these moments is looked for."""
    around = list(moments)
    if not around:
        return {}
    ahead = source.wrap_up_limit_seconds + source.wrap_up_within_seconds + 1
    span = (min(around) - DAY_SECONDS, max(around) + ahead)
    events = [
        QueueEvent(moment, "", "", source.agents.get(agent, agent), event, () if first is None else (first,))
        for moment, agent, event, first in raw.db.execute(READ_IN_BULK, span).fetchall()
    ]
    parse = parser_of(LogKind.QUEUE_LOG, source)
    others = (parse(text) for (text,) in raw.db.execute(OTHERS, span).fetchall())
    events += [record for record in others if isinstance(record, QueueEvent)]
    return agent_events(events)
