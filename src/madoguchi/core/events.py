"""The fact tables: the public contract of imports, engine and every room's events.

A fact is one row of one table. Moments are aware datetimes in core and whole epoch seconds (UTC) in
storage; durations are whole seconds unless the column says milliseconds. Every row carries `contract`,
`source` (system and key: the same source twice is one fact) and `source_file` (where it was last read).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from madoguchi.core.call_vocabulary import AgentState
from madoguchi.core.vocabulary import CallOutcome, Channel, LabelledEnum, TicketKind

Value = str | int | bool | datetime | None
Event = Mapping[str, Value]


class ColumnKind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    FLAG = "flag"
    MOMENT = "moment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    name: str
    kind: ColumnKind
    is_required: bool = False
    words: type[LabelledEnum] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FactTable:
    """A kind of fact; `moment` places a row in a period unless a definition says otherwise."""

    name: str
    moment: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def text(name: str, *, required: bool = False, words: type[LabelledEnum] | None = None) -> Column:
    return Column(name=name, kind=ColumnKind.TEXT, is_required=required, words=words)


def moment(name: str, *, required: bool = False) -> Column:
    return Column(name=name, kind=ColumnKind.MOMENT, is_required=required)


def seconds(name: str) -> Column:
    return Column(name=name, kind=ColumnKind.SECONDS)


def integer(name: str) -> Column:
    return Column(name=name, kind=ColumnKind.INTEGER)


def flag(name: str) -> Column:
    return Column(name=name, kind=ColumnKind.FLAG)


SOURCE_COLUMNS = (text("contract", required=True), text("source", required=True), text("source_file"))


def table(name: str, at: str, *columns: Column) -> FactTable:
    return FactTable(name=name, moment=at, columns=SOURCE_COLUMNS + columns)


CALLS = table(
    "calls",
    "offered_at",
    moment("offered_at", required=True),
    text("line"),
    text("caller"),
    text("outcome", required=True, words=CallOutcome),
    moment("queued_at"),
    moment("answered_at"),
    moment("escalated_at"),
    text("escalated_to"),
    moment("ended_at"),
    text("queue"),
    integer("queue_visit_count"),
    integer("agent_leg_count"),
    seconds("wait_seconds"),
    seconds("talk_seconds"),
    seconds("wrap_up_seconds"),
    text("agent"),
    text("ticket"),
    integer("entered_position"),
    integer("left_position"),
    text("menu_steps"),
    # a part of the talk; missing where the telephone system does not record it
    seconds("hold_seconds"),
    integer("hold_count"),
)
TICKETS = table(
    "tickets",
    "received_at",
    text("reference", required=True),
    text("kind", required=True, words=TicketKind),
    text("channel", words=Channel),
    text("category"),
    text("priority"),
    moment("received_at", required=True),
    moment("detected_at"),
    moment("triaged_at"),
    moment("first_answered_at"),
    moment("escalated_at"),
    text("escalated_to"),
    moment("vendor_contacted_at"),
    moment("progress_reported_at"),
    moment("resolved_at"),
    moment("due_at"),
    moment("agreed_due_at"),
    seconds("waiting_elsewhere_seconds"),
    integer("reopened_count"),
    integer("reassigned_count"),
    flag("resolved_by_first_line"),
    flag("handed_over"),
    flag("excluded"),
    text("exclusion_reason"),
)
ACTIVITIES = table(
    "activities",
    "at",
    moment("at", required=True),
    text("ticket", required=True),
    text("act", required=True),
    text("from_state"),
    text("to_state"),
    text("actor"),
    text("tier"),
)
MAILS = table(
    "mails",
    "received_at",
    moment("received_at", required=True),
    moment("answered_at"),
    text("ticket"),
    flag("handed_over"),
)
SURVEY_ANSWERS = table(
    "survey_answers",
    "answered_at",
    moment("answered_at", required=True),
    text("survey", required=True),
    text("question", required=True),
    text("respondent", required=True),
    text("choice"),
    integer("score"),
)
SURVEY_INVITATIONS = table(
    "survey_invitations",
    "invited_at",
    moment("invited_at", required=True),
    text("survey", required=True),
    moment("answered_at"),
)
COMPLAINTS = table("complaints", "at", moment("at", required=True), flag("attributable"), text("summary"))
LEAKS = table("leaks", "at", moment("at", required=True), flag("attributable"), text("summary"))
CORRECTIONS = table("corrections", "at", moment("at", required=True), flag("attributable"), text("summary"))
DECISION_REQUESTS = table(
    "decision_requests",
    "asked_at",
    moment("asked_at", required=True),
    moment("decided_at"),
    seconds("waiting_elsewhere_seconds"),
    flag("waited_elsewhere"),
    text("subject"),
)
CRITERION_REVISIONS = table(
    "criterion_revisions", "at", moment("at", required=True), text("criterion"), text("summary")
)
IMPROVEMENTS = table(
    "improvements",
    "proposed_at",
    moment("proposed_at", required=True),
    moment("done_at"),
    text("kind"),
    integer("effect_minutes_per_week"),
    text("summary"),
)
TASKS = table(
    "tasks",
    "received_at",
    text("ticket", required=True),
    text("form", required=True),
    text("task", required=True),
    moment("received_at", required=True),
    moment("done_at"),
)
OUTAGES = table(
    "outages",
    "started_at",
    text("service", required=True),
    moment("started_at", required=True),
    moment("ended_at"),
    text("severity"),
    text("cause"),
)
MAINTENANCE = table(
    "maintenance",
    "started_at",
    text("service", required=True),
    moment("started_at", required=True),
    moment("ended_at", required=True),
)
PROBES = table(
    "probes",
    "at",
    text("service", required=True),
    moment("at", required=True),
    Column(name="milliseconds", kind=ColumnKind.MILLISECONDS),
)
PATCHES = table(
    "patches",
    "due_at",
    text("device", required=True),
    text("patch"),
    moment("released_at"),
    moment("due_at", required=True),
    moment("applied_at"),
)
STAFFING = table("staffing", "at", moment("at", required=True), integer("planned"), integer("present"), text("skill"))
MILESTONES = table(
    "milestones",
    "due_at",
    text("milestone", required=True),
    moment("due_at", required=True),
    moment("confirmed_at"),
    text("confirmed_by"),
    text("evidence"),
)
AGENT_STATES = table(
    "agent_states",
    "started_at",
    text("agent", required=True),
    text("state", required=True, words=AgentState),
    text("reason"),
    text("queue"),
    text("call"),
    moment("started_at", required=True),
    moment("ended_at"),
)
EXCLUSIONS = table(
    "exclusions",
    "at",
    moment("at", required=True),
    text("excluded_table", required=True),
    text("excluded_source", required=True),
    text("indicator"),
    text("reason", required=True),
    text("approved_by"),
    moment("approved_at"),
)

FACT_TABLES: Mapping[str, FactTable] = {
    each.name: each
    for each in (
        CALLS, TICKETS, ACTIVITIES, MAILS, SURVEY_ANSWERS, SURVEY_INVITATIONS, COMPLAINTS, LEAKS, CORRECTIONS,
        DECISION_REQUESTS, CRITERION_REVISIONS, IMPROVEMENTS, TASKS, OUTAGES, MAINTENANCE, PROBES, PATCHES, STAFFING,
        MILESTONES, AGENT_STATES, EXCLUSIONS,
    )
}  # fmt: skip
