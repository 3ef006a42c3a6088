"""Lines of queue_log: `epoch|callid|queue|agent|EVENT|parameters...`, neither quoted nor headed."""

from sys import intern

from madoguchi.intake.asterisk.line_error import LineError
from madoguchi.intake.asterisk.moments import FINAL_EPOCH, FIRST_EPOCH, LocalClock, MomentError
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind, QueueLogTime

NONE = "NONE"
# the fewest parameters any version writes, and which of them (from the front or the back) are whole numbers
PARAMETERS = {
    "ENTERQUEUE": (2, ()),
    "CONNECT": (1, (0,)),
    "ABANDON": (3, (0, 1, 2)),
    "COMPLETECALLER": (2, (0, 1)),
    "COMPLETEAGENT": (2, (0, 1)),
    "BLINDTRANSFER": (4, (2, 3)),
    "ATTENDEDTRANSFER": (5, (-3, -2, -1)),
    "TRANSFER": (4, (2, 3)),
    "EXITWITHTIMEOUT": (1, (0,)),
    "EXITEMPTY": (3, (0, 1, 2)),
    "EXITWITHKEY": (2, (-1,)),
    "RINGNOANSWER": (1, (0,)),
    "RINGCANCELED": (1, (0,)),
}  # fmt: skip
WITHOUT_PARAMETERS = frozenset(
    {
        "QUEUESTART", "CONFIGRELOAD", "DID", "WITHDRAW", "SYSCOMPAT", "AGENTDUMP", "ADDMEMBER",
        "REMOVEMEMBER", "PAUSE", "UNPAUSE", "PAUSEALL", "UNPAUSEALL", "PENALTY", "RINGINUSE", "AGENTLOGIN",
        "AGENTLOGOFF", "AGENTCALLBACKLOGIN", "AGENTCALLBACKLOGOFF", "OUTCALL", "INFO",
    }
)  # fmt: skip
KNOWN = WITHOUT_PARAMETERS | PARAMETERS.keys()
FIELDS, EVENT_FIELD, MOST_SHIFTED = 5, 4, 8
NO_CALL = frozenset({NONE, "MANAGER", "CLI", "REALTIME", ""})


class QueueLogParser:
    def __init__(self, source: AsteriskSource) -> None:
        self._agents = source.agents
        self._offset = source.offset_of(LogKind.QUEUE_LOG)
        self._is_epoch = source.queue_log_time is QueueLogTime.EPOCH
        # several lines are of one second
        self._latest = ("", 0)
        is_local = source.queue_log_time is QueueLogTime.LOCAL
        self._clock = LocalClock(zone=source.zone_of(LogKind.QUEUE_LOG) if is_local else "UTC")

    def parse(self, text: str) -> QueueEvent:
        fields = text.split("|")
        if len(fields) < FIELDS:
            raise LineError(
                column="fields",
                given=f"{len(fields)} fields separated by |",
                allowed="epoch|callid|queue|agent|EVENT|parameters",
            )
        position = EVENT_FIELD if fields[EVENT_FIELD] in KNOWN else _event_position(fields)
        event = intern(fields[position])
        parameters = tuple(fields[position + 1 :])
        if event in PARAMETERS:
            _require_parameters(event, parameters)
        agent = intern(fields[3] if position == EVENT_FIELD else "|".join(fields[3:position]))
        return QueueEvent(
            self._moment(fields[0]) + self._offset,
            intern(fields[1]),
            intern(fields[2]),
            self._agents.get(agent, agent),
            event,
            parameters,
        )

    def _moment(self, text: str) -> int:
        if text == self._latest[0]:
            return self._latest[1]
        moment = self._read_moment(text)
        self._latest = (text, moment)
        return moment

    def _read_moment(self, text: str) -> int:
        whole = text.partition(".")[0]
        is_number = whole.isascii() and whole.isdigit()
        if self._is_epoch and is_number and FIRST_EPOCH <= int(whole) < FINAL_EPOCH:
            return int(whole)
        allowed = "seconds since 1970 (a log kept in a database: set queue_log.time to local or utc)"
        if self._is_epoch:
            raise LineError(column="time", given=repr(text), allowed=allowed)
        try:
            return self._clock.seconds(text)
        except MomentError as error:
            raise LineError(column="time", given=repr(text), allowed=str(error)) from error


def _event_position(fields: list[str]) -> int:
    """Return where the event stands: a | in an agent's name shifts it."""
    for position in range(EVENT_FIELD + 1, min(len(fields), MOST_SHIFTED)):
        if fields[position] in KNOWN:
            return position
    name = fields[EVENT_FIELD]
    if not name or name != name.upper() or " " in name:
        raise LineError(column="event", given=repr(name), allowed="an event such as " + ", ".join(sorted(PARAMETERS)))
    return EVENT_FIELD


def _require_parameters(event: str, parameters: tuple[str, ...]) -> None:
    fewest, numbers = PARAMETERS[event]
    if len(parameters) < fewest:
        raise LineError(column=event, given=f"{len(parameters)} parameters", allowed=f"at least {fewest} after {event}")
    for position in numbers:
        if not parameters[position].isdigit():
            allowed = "a whole number that is not negative: a call cannot end before it starts"
            raise LineError(column=event, given=f"parameter {parameters[position]!r}", allowed=allowed)
