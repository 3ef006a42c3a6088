"""One step in a ticket's life: checked, written, summed up, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.vocabulary import Act, RoleKind, TicketState, Tier, Visibility
from madoguchi.desk.clocks import set_due, steps_of, waiting_elsewhere
from madoguchi.desk.errors import FieldError, ImpossibleActError, StaleTicketError, check_moments
from madoguchi.desk.locks import locked_ticket
from madoguchi.desk.models import Activity, Queue, Ticket, TicketVendor
from madoguchi.desk.queries import visible_tickets
from madoguchi.desk.rules import ACTS, MOVES, acts_as_vendor, is_possible, may_act, state_after, summarise
from madoguchi.people.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What somebody does to a ticket; `at` is when it happened (default: now), `fields` what the act carries."""

    act: Act
    text: str = ""
    visibility: Visibility = Visibility.INTERNAL
    at: datetime | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    queue: Queue | None = None
    assignee: Person | None = None
    columns: Mapping[str, object] = field(default_factory=dict)
    corrects: int | None = None


@transaction.atomic
def act_on(*, access: Access, ticket_id: int, version: int | None, steps: list[Step], now: datetime) -> Ticket:
    """Do steps one after the other. Raises StaleTicketError where the ticket is not at `version` any more.

    `version` None does not ask: for acts that take nothing away from others, such as a reply.
    """
    if not visible_tickets(access).filter(pk=ticket_id).exists():
        raise Http404
    ticket = locked_ticket(contract=access.contract, ticket_id=ticket_id)
    if version is not None and version != ticket.version:
        raise StaleTicketError(given=version, current=ticket.version)
    for step in steps:
        _take_step(access, ticket, step, now=now)
    _sum_up(ticket, now=now)
    entries = [
        Entry(act=step.act.value, subject=f"ticket:{ticket.pk}", details={"number": ticket.number}) for step in steps
    ]
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=entries)
    return ticket


def check_allowed(access: Access, ticket: Ticket, act: Act) -> None:
    """Raise PermissionDenied for an act that the person's roles do not have on this ticket."""
    is_requester = ticket.requester_id == access.person.pk
    if is_requester and act in ACTS[RoleKind.USER]:
        return
    inside = access.roles - {RoleKind.USER}
    if not may_act(inside, act):
        raise PermissionDenied(act.value)
    if acts_as_vendor(inside, act) and ticket.queue.organisation_id not in access.organisations:
        raise PermissionDenied(act.value)


def _take_step(access: Access, ticket: Ticket, step: Step, *, now: datetime) -> None:
    check_allowed(access, ticket, step.act)
    state = TicketState(ticket.state)
    if not is_possible(step.act, state) or (step.act is Act.REOPEN and ticket.merged_into_id is not None):
        raise ImpossibleActError(act=step.act, state=state)
    at = _moment_of(ticket, step, now=now)
    _check_carried(access, ticket, step, now=now)
    after = state_after(step.act, state, waits_for=str(step.fields.get("waits_for", "")))
    if step.queue is not None:
        ticket.queue, ticket.tier, ticket.assignee = step.queue, step.queue.tier, None
    if step.act is Act.TAKE:
        ticket.assignee = access.person
    elif step.act is Act.ASSIGN:
        ticket.assignee = step.assignee
    if step.queue is not None and step.queue.organisation_id and step.queue.tier == Tier.VENDOR.value:
        TicketVendor.objects.get_or_create(ticket=ticket, organisation_id=step.queue.organisation_id)
    for name, value in step.columns.items():
        setattr(ticket, name, value)
    _write(access, ticket, step, at=at, now=now, states=(state, after))
    ticket.state = after.value


def _check_carried(access: Access, ticket: Ticket, step: Step, *, now: datetime) -> None:
    """Raise FieldError for what the act may not carry: a queue, a person, a moment of the past from a requester."""
    if step.queue is not None and step.act not in MOVES:
        raise FieldError("queue", _("この操作では受付先を変えられません。"))
    firm = step.queue.organisation_id if step.queue else None
    if firm is not None and firm not in access.organisations and acts_as_vendor(access.roles, step.act):
        raise FieldError("queue", _("他の事業者の受付先には引き継げません。"))
    if step.assignee is not None:
        workers = people_of(contract=ticket.contract, day=timezone.localdate(now), kinds=RIGHTS[Right.WORK])
        if step.act is not Act.ASSIGN or not workers.filter(pk=step.assignee.pk).exists():
            raise FieldError("assignee", _("この人には割り当てられません。"))
    if step.at is not None and not may_act(access.roles - {RoleKind.USER}, step.act):
        raise FieldError("at", _("日時は指定できません。記録した時刻になります。"))


def _moment_of(ticket: Ticket, step: Step, *, now: datetime) -> datetime:
    """Return when a step happened. Raises FieldError for the future and for what came before the ticket's receipt."""
    at, field = step.at or now, "corrected_at" if step.act is Act.CORRECT else "at"
    agreed = step.fields.get("agreed_due_at")
    check_moments({field: at, "agreed_due_at": datetime.fromisoformat(agreed) if isinstance(agreed, str) else None})
    if at > now:
        text = _("%(at)s は未来です。現在までの日時を入力してください。")
        raise FieldError(field, text % {"at": f"{at:%Y-%m-%d %H:%M}"})
    # a corrected receipt may be earlier than the ticket's own moment, and it may be corrected to any
    is_early = at < ticket.received_at and step.corrects != 1
    if is_early and not ticket.activities.filter(at__lte=at).exists():
        raise FieldError(field, _("受付より前の日時です。受付以後の日時を入力してください。"))
    return at


def _write(
    access: Access, ticket: Ticket, step: Step, *, at: datetime, now: datetime, states: tuple[TicketState, TicketState]
) -> None:
    """Add the activity; what the clocks read is in it: states, tier, queue, priority, kind."""
    ticket.activity_count += 1
    fields: dict[str, object] = {
        "from_state": states[0].value, "to_state": states[1].value, "tier": ticket.tier, "queue": ticket.queue.key,
        "kind": ticket.kind, "channel": ticket.channel, "priority": ticket.priority,
        "category": ticket.category.key if ticket.category else "",
    }  # fmt: skip
    if step.queue is not None and step.act is Act.ESCALATE:
        fields["escalated_to"] = step.queue.key
    if step.assignee is not None:
        fields["assignee"] = step.assignee.pk
    Activity.objects.create(
        ticket=ticket, number=ticket.activity_count, act=step.act.value, at=at, recorded_at=now, actor=access.person,
        visibility=step.visibility.value, text=step.text, fields=fields | dict(step.fields), corrects=step.corrects,
    )  # fmt: skip


def _sum_up(ticket: Ticket, *, now: datetime) -> None:
    """Set the ticket's summary from all of its activities, and its clocks' next moments."""
    steps = steps_of(ticket.activities.all())
    summary = summarise(steps)
    for name in (
        "latest_at", "triaged_at", "first_answered_at", "escalated_at", "escalated_to", "vendor_contacted_at",
        "progress_reported_at", "resolved_at", "agreed_due_at", "reopened_count", "reassigned_count", "handed_over",
        "exclusion_reason", "is_excluded", "rating",
    ):  # fmt: skip
        setattr(ticket, name, getattr(summary, name))
    ticket.state, ticket.tier = summary.state.value, summary.tier.value
    if summary.complaint_attribution:
        ticket.complaint_attribution = summary.complaint_attribution
    definitions = definitions_on(contract=ticket.contract, day=ticket.received_at.date())
    ticket.waiting_elsewhere_seconds = waiting_elsewhere(definitions=definitions, steps=steps, now=now)
    set_due(ticket, definitions=definitions, steps=steps, now=now)
    ticket.version += 1
    ticket.save()
