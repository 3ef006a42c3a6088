"""What goes in and out, as OpenAPI describes it."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticKnownError

from madoguchi.core.vocabulary import (
    Act,
    Attribution,
    Channel,
    LinkKind,
    Priority,
    TicketKind,
    TicketState,
    Tier,
    Visibility,
)
from madoguchi.desk.operations.bulk import MOST


def _no_flag(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticKnownError("int_type")
    return value


# JSON's true is no 1; it stands last, so that the bounds before it are described
NO_FLAG = BeforeValidator(_no_flag)


def _in_utc(moment: datetime) -> datetime:
    """Return a moment as databases take it: their offsets end earlier than ISO 8601's."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(moment) from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)]
Body = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=NO_NUL)]
Note = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_NUL)]
Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[-a-zA-Z0-9_]*$")]
Version = Annotated[int, Field(ge=1, le=2**31 - 1), NO_FLAG]
WaitsFor = Annotated[str, StringConstraints(pattern="^(requester|elsewhere|)$")]
Identity = Annotated[int, Field(ge=1, le=2**62), NO_FLAG]


class Strict(Schema):
    """What is given; a field that is not known is refused by name."""

    model_config = ConfigDict(extra="forbid")


class NewRequesterIn(Strict):
    """Somebody the contract does not know yet, and how they are reached: `extension` takes any telephone number."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=NO_NUL)]
    reading: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] = ""
    extension: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    mail: Annotated[str, StringConstraints(max_length=254, pattern=NO_NUL)] = ""


class NewTicketIn(Strict):
    """`requester` is a person's id in the contract, `new_requester` adds one; without both the token's person asks."""

    kind: TicketKind = TicketKind.INQUIRY
    channel: Channel = Channel.WEB
    subject: Line
    text: Body
    requester: Identity | None = None
    new_requester: NewRequesterIn | None = None
    category: Key | None = None
    priority: Priority = Priority.NORMAL
    queue: Key | None = None
    received_at: Moment | None = None
    source: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] = ""


class TicketListIn(Strict):
    """What a list of tickets is narrowed by. `assignee` is me, nobody or a person's id."""

    state: Literal["open", "all"] | TicketState = "open"
    queue: Key = ""
    kind: TicketKind | None = None
    channel: Channel | None = None
    category: Key = ""
    priority: Priority | None = None
    assignee: Annotated[str, StringConstraints(pattern=r"^(me|nobody|[0-9]{1,15}|)$")] = ""
    requester: Identity | None = None
    due_before: Moment | None = None
    sort: Literal["due", "newest", "oldest", "latest"] = "due"
    page: Identity = 1


class ActIn(Strict):
    """One act on a ticket. `version` is the ticket's version it was decided on.

    classify takes kind, category and priority; answer takes resolves (to close with it) and article (its source);
    link takes other (a ticket's number) and link, where parent hangs the ticket below the other and child the other
    below it; unlink takes the same and removes it, whichever of the two it was made at; correct takes corrects (a
    step's number) and corrected_at; merge takes other and needs version; watch takes is_watching.
    """

    act: Act
    version: Version | None = None
    text: Note = ""
    is_public: bool = False
    resolves: bool = False
    at: Moment | None = None
    queue: Key | None = None
    assignee: Identity | None = None
    kind: TicketKind | None = None
    category: Key | None = None
    priority: Priority | None = None
    waits_for: WaitsFor = ""
    attribution: Attribution | None = None
    rating: Annotated[int, Field(ge=1, le=5), NO_FLAG] | None = None
    is_approved: bool = False
    agreed_due_at: Moment | None = None
    other: Identity | None = None
    link: Literal["related", "duplicate", "caused_by", "parent", "child", ""] = ""
    corrects: Version | None = None
    corrected_at: Moment | None = None
    article: Identity | None = None
    is_watching: bool | None = None


class BulkIn(Strict):
    """The same act, or the same macro, for several tickets by their numbers."""

    tickets: Annotated[list[Identity], Field(min_length=1, max_length=MOST)]
    act: Literal["take", "assign", "escalate", "classify", "note", "resolve"] | None = None
    macro: Identity | None = None
    text: Note = ""
    queue: Key | None = None
    assignee: Identity | None = None
    kind: TicketKind | None = None
    category: Key | None = None
    priority: Priority | None = None


class RefusedOut(Schema):
    number: int
    message: str


class BulkOut(Schema):
    done: list[int]
    refused: list[RefusedOut]


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
    visibility: Visibility
    text: str
    corrects: int | None


class ClockOut(Schema):
    """A clock: `spent` and `left` are seconds of opening hours, or open days."""

    clock: str
    label: str
    status: str
    spent: int
    left: int
    due_at: datetime | None
    is_breached: bool


class TicketRef(Schema):
    number: int
    reference: str
    subject: str


class LinkOut(Schema):
    """A link; `is_from_other`: it leads from the other ticket to this one."""

    kind: LinkKind
    ticket: TicketRef
    is_from_other: bool


class FileOut(Schema):
    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    visibility: Visibility
    activity: int


class TicketDetailOut(TicketOut):
    """A ticket with what hangs on it, as far as the person may see it."""

    text: str
    activities: list[ActivityOut]
    clocks: list[ClockOut]
    parent: TicketRef | None
    merged_into: TicketRef | None
    children: list[TicketRef]
    links: list[LinkOut]
    files: list[FileOut]
    is_watching: bool


class TicketPage(Schema):
    tickets: list[TicketOut]
    next_page: int | None


class FoundTickets(TicketPage):
    waiting: int
    """Imported tickets that are not filed under their words yet, and so are not found."""


class OutageListIn(Strict):
    state: Literal["", "open", "unmapped", "unknown_start", "ignored", "all"] = ""
    service: Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)] = ""
    page: Identity = 1


class OutageOut(Schema):
    """An outage as it counts; `service` is empty while nobody said which service it is of."""

    id: int
    source: str
    service: str
    severity: str
    summary: str
    started_at: datetime | None
    ended_at: datetime | None
    noticed_at: datetime
    is_left_out: bool
    ticket: int | None


class OutagePage(Schema):
    outages: list[OutageOut]
    next_page: int | None


class ContractOut(Schema):
    key: str
    name: str
    roles: list[str]


class CategoryOut(Schema):
    key: str
    name: str


class QueueOut(Schema):
    key: str
    name: str
    tier: Tier


class CountsOut(Schema):
    """The desk now: open, late, due within an hour, with nobody; received and resolved today."""

    open: int
    late: int
    soon: int
    nobody: int
    today: int
    resolved: int


class FilterIn(Strict):
    """A filter of the list by name; `query` is as in the list page's address: state=open&queue=first."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=NO_NUL)]
    query: Annotated[str, StringConstraints(max_length=1_000, pattern=NO_NUL)] = ""


class FilterOut(Schema):
    id: int
    name: str
    query: str


class Problem(Schema):
    """What is wrong with one field."""

    field: str
    message: str


class Problems(Schema):
    problems: list[Problem]
