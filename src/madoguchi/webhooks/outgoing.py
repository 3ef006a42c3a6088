"""Telling receivers what happens: messages written from the history, sent until they are taken."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.conf import settings
from django.db import transaction

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import Act, DeliveryFault, DeliveryState
from madoguchi.desk.models import Ticket
from madoguchi.people.sayings import error_kept
from madoguchi.people.sealing import UnreadableSecretError
from madoguchi.webhooks.models import Delivery, Receiver
from madoguchi.webhooks.posting import PostError, post
from madoguchi.webhooks.signing import secrets_of, signature
from madoguchi.webhooks.targets import Network, TargetError

# seconds to wait after each attempt that failed: about three days in all
BACKOFF = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
ROWS_AT_ONCE = 500
SENT_AT_ONCE = 50
GONE = 410
# what a ticket's history names its steps by
TOLD = frozenset(("receive_ticket", *(each.value for each in Act)))


def allowed_networks() -> tuple[Network, ...]:
    return tuple(ip_network(each) for each in settings.PRIVATE_TARGETS)


def write_messages(*, now: datetime) -> int:
    """Write a message for every new step on a ticket, once for each receiver. Returns how many."""
    written = 0
    for receiver in Receiver.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
        written += _write_for(receiver, now=now)
    return written


@transaction.atomic
def _write_for(receiver_id: int, *, now: datetime) -> int:
    """Write what one receiver is to be told next; its row is the lock, and remembers up to where that was."""
    receiver = Receiver.objects.select_for_update(of=("self",)).select_related("contract").get(pk=receiver_id)
    rows = list(
        HistoryRow.objects.filter(chain=receiver.contract.key, number__gt=receiver.told_until).order_by("number")
        .values("number", "at", "act", "subject")[:ROWS_AT_ONCE]
    )  # fmt: skip
    if not rows:
        return 0
    steps = [each for each in rows if each["act"] in TOLD and str(each["subject"]).startswith("ticket:")]
    keys = {int(str(each["subject"]).partition(":")[2]) for each in steps}
    tickets = Ticket.objects.filter(contract=receiver.contract, pk__in=keys).select_related("queue").in_bulk()
    deliveries = [
        Delivery(
            receiver=receiver, message=f"msg_{uuid.uuid4().hex}", next_at=now, written_at=now,
            body=_body(receiver, tickets[key], act=str(each["act"]), at=each["at"]),
        )
        for each in steps
        if (key := int(str(each["subject"]).partition(":")[2])) in tickets
    ]  # fmt: skip
    Delivery.objects.bulk_create(deliveries)
    receiver.told_until = rows[-1]["number"]
    receiver.save(update_fields=["told_until"])
    return len(deliveries)


def _body(receiver: Receiver, ticket: Ticket, *, act: str, at: datetime) -> str:
    """Return a message: keys and states, no text and no person; who may read more asks the API."""
    told = {
        "type": "ticket.received" if act == "receive_ticket" else f"ticket.{act}",
        "timestamp": at.isoformat(),
        "data": {
            "contract": receiver.contract.key, "number": ticket.number, "reference": ticket.reference,
            "kind": ticket.kind, "state": ticket.state, "priority": ticket.priority, "queue": ticket.queue.key,
            "version": ticket.version,
        },
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def send_due(*, now: datetime) -> int:
    """Send the messages whose time has come, each once more. Returns how many were taken."""
    due = Delivery.objects.filter(state=DeliveryState.WAITING.value, next_at__lte=now, receiver__is_active=True)
    waiting = list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:SENT_AT_ONCE])
    return sum(send(pk, now=now) for pk in waiting)


def send(delivery_id: int, *, now: datetime) -> bool:
    """Send one message, unless another process is about to.

    The attempt is noted before it is made: a process that dies meanwhile costs one attempt and repeats nothing at once.
    """
    delivery = Delivery.objects.select_related("receiver").get(pk=delivery_id)
    wait = BACKOFF[min(delivery.attempts, len(BACKOFF) - 1)]
    mine = Delivery.objects.filter(pk=delivery_id, attempts=delivery.attempts, state=DeliveryState.WAITING.value)
    if not mine.update(attempts=delivery.attempts + 1, next_at=now + timedelta(seconds=wait)):
        return False
    delivery.attempts += 1
    status, outcome = _posted(delivery, allowed=allowed_networks(), now=now)
    is_taken = 200 <= status < 300  # noqa: PLR2004  # HTTP's word for success
    if status == GONE:
        # the receiver says it wants no more
        Receiver.objects.filter(pk=delivery.receiver_id).update(is_active=False)
    if is_taken:
        delivery.state = DeliveryState.TAKEN.value
    elif delivery.attempts >= len(BACKOFF) or status == GONE:
        delivery.state = DeliveryState.DEAD.value
    delivery.outcome = outcome
    delivery.ended_at = now if delivery.state != DeliveryState.WAITING.value else None
    delivery.save(update_fields=["state", "outcome", "ended_at"])
    return is_taken


def _posted(delivery: Delivery, *, allowed: Sequence[Network], now: datetime) -> tuple[int, str]:
    body = delivery.body.encode()
    try:
        secrets = secrets_of(delivery.receiver, now=now)
    except UnreadableSecretError:
        return 0, DeliveryFault.UNREADABLE_SECRET.value
    headers = {
        "Content-Type": "application/json", "User-Agent": "Madoguchi", "webhook-id": delivery.message,
        "webhook-timestamp": str(int(now.timestamp())),
        # until the secret before ends, each signature may be checked by who holds its secret
        "webhook-signature": " ".join(
            signature(secret=each, message=delivery.message, at=now, body=body) for each in secrets
        ),
    }  # fmt: skip
    try:
        status = post(url=delivery.receiver.url, body=body, headers=headers, allowed=allowed)
    except (TargetError, PostError) as error:
        return 0, error_kept(error)
    return status, f"HTTP {status}"
