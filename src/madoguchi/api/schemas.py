"""What goes in and out, as OpenAPI describes it."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from madoguchi.core.vocabulary import (
    Act,
    ArticleKind,
    Attribution,
    Audience,
    Channel,
    Priority,
    TicketKind,
    TicketState,
    Tier,
)

NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)]
Body = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=NO_NUL)]
Note = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_NUL)]
Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[-a-zA-Z0-9_]*$")]
Identity = Annotated[int, Field(ge=1, le=2**62)]


class Strict(Schema):
    """What is given; a field that is not known is refused by name."""

    model_config = ConfigDict(extra="forbid")


class NewTicketIn(Strict):
    """`requester` is a person's id in the contract; without it the token's person asks."""

    kind: TicketKind = TicketKind.INQUIRY
    channel: Channel = Channel.WEB
    subject: Line
    text: Body
    requester: Identity | None = None
    category: Key | None = None
    priority: Priority = Priority.NORMAL
    queue: Key | None = None
    received_at: AwareDatetime | None = None
    source: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] = ""


class ActIn(Strict):
    """One step on a ticket. `version` is the ticket's version it was decided on."""

    act: Act
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    text: Note = ""
    is_public: bool = False
    at: AwareDatetime | None = None
    queue: Key | None = None
    assignee: Identity | None = None
    waits_for: Annotated[str, StringConstraints(pattern="^(requester|elsewhere|)$")] = ""
    attribution: Attribution | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    is_approved: bool = False
    agreed_due_at: AwareDatetime | None = None


class PersonOut(Schema):
    id: int
    name: str


class TicketOut(Schema):
    """A ticket as it stands."""

    number: int
    reference: str
    kind: TicketKind
    channel: Channel
    category: str | None
    priority: Priority
    subject: str
    state: TicketState
    tier: Tier
    queue: str
    requester: PersonOut
    assignee: PersonOut | None
    received_at: datetime
    first_answered_at: datetime | None
    resolved_at: datetime | None
    due_at: datetime | None
    version: int


class ActivityOut(Schema):
    number: int
    act: Act
    at: datetime
    recorded_at: datetime
    actor: str | None
    visibility: str
    text: str


class ClockOut(Schema):
    """A clock: `spent` and `left` are seconds of opening hours, or open days."""

    clock: str
    label: str
    status: str
    spent: int
    left: int
    due_at: datetime | None
    is_breached: bool


class TicketDetailOut(TicketOut):
    text: str
    activities: list[ActivityOut]
    clocks: list[ClockOut]


class TicketPage(Schema):
    tickets: list[TicketOut]
    next_page: int | None


class ContractOut(Schema):
    key: str
    name: str
    roles: list[str]


class ArticleOut(Schema):
    id: int
    kind: ArticleKind
    audience: Audience
    title: str
    body: str
    version: int


class Problem(Schema):
    """What is wrong with one field."""

    field: str
    message: str


class Problems(Schema):
    problems: list[Problem]
