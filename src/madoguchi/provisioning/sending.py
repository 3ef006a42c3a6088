"""Accounts sent by SCIM: what changed is found, sent until it is taken, or given up after the last attempt."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from madoguchi.assets.locks import lock_registers
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.provisioning_vocabulary import SystemKind, UpdateWay
from madoguchi.core.vocabulary import DeliveryFault, DeliveryState
from madoguchi.people.sayings import error_kept
from madoguchi.people.sealing import UnreadableSecretError, opened
from madoguchi.provisioning.accounts import Account, accounts_of
from madoguchi.provisioning.models import Push, TargetSystem
from madoguchi.provisioning.scim import (
    MEDIA_TYPE,
    Body,
    ScimAnswerError,
    fault_of,
    found_id,
    id_of,
    patch_of,
    search_address,
    user_address,
    user_of,
    users_address,
)
from madoguchi.webhooks.outgoing import BACKOFF, allowed_networks
from madoguchi.webhooks.posting import Answer, PostError, exchange
from madoguchi.webhooks.targets import TargetError

PURPOSE = b"madoguchi provisioning"
SENT_AT_ONCE = 50
AT_ONCE = 500
# accounts also change by the day, without anybody's act
LOOKED_EVERY = timedelta(seconds=60)
CREATED, OK, NO_CONTENT, NOT_FOUND, CONFLICT = 201, 200, 204, 404, 409
OUTCOME_LENGTH = 300


class NotTakenError(MadoguchiError):
    """A system did not take an account; the message is its answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """One system as it is talked to."""

    url: str
    token: str
    way: UpdateWay

    def ask(self, method: str, url: str, body: Body | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": MEDIA_TYPE, "User-Agent": "Madoguchi"}
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if content is not None:
            headers["Content-Type"] = MEDIA_TYPE
        return exchange(method=method, url=url, body=content, headers=headers, allowed=allowed_networks())


def find_changes(*, now: datetime) -> int:
    """Note which accounts are no longer what their systems took. Returns how many are to be sent anew."""
    due = TargetSystem.objects.filter(kind=SystemKind.SCIM.value, is_active=True).exclude(
        looked_at__gt=now - LOOKED_EVERY
    )
    return sum(_changes_of(key, now=now) for key in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _changes_of(system_id: int, *, now: datetime) -> int:
    """Note the changes for one system; its row is the lock."""
    system = TargetSystem.objects.select_for_update(of=("self",)).select_related("contract").get(pk=system_id)
    # an account that is to be sent does not go with an import that is taken back
    lock_registers(system.contract)
    accounts = accounts_of(system.contract, day=timezone.localdate(now))
    known = {each.item_id: each for each in system.pushes.all()}
    new, changed = list[Push](), list[Push]()
    for key, account in accounts.items():
        push, wanted = known.get(key), account.hash
        if push is None:
            # a system never hears of an account that ended before it was told of it
            if account.is_active:
                new.append(Push(system=system, item_id=key, wanted_hash=wanted, next_at=now, changed_at=now))
        elif push.wanted_hash != wanted:
            push.wanted_hash, push.state, push.attempts = wanted, DeliveryState.WAITING.value, 0
            push.next_at = push.changed_at = now
            changed.append(push)
    Push.objects.bulk_create(new, batch_size=AT_ONCE)
    Push.objects.bulk_update(changed, ["wanted_hash", "state", "attempts", "next_at", "changed_at"], batch_size=AT_ONCE)
    TargetSystem.objects.filter(pk=system.pk).update(looked_at=now)
    return len(new) + len(changed)


def send_due(*, now: datetime) -> int:
    """Send the accounts whose time has come, each once more. Returns how many were taken."""
    due = Push.objects.filter(state=DeliveryState.WAITING.value, next_at__lte=now, system__is_active=True)
    waiting = list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:SENT_AT_ONCE])
    return sum(_send(key, now=now) for key in waiting)


def _send(push_id: int, *, now: datetime) -> bool:
    """Send one account, unless another process is about to; the attempt is noted before it is made."""
    push = Push.objects.select_related("system__contract").get(pk=push_id)
    wait = BACKOFF[min(push.attempts, len(BACKOFF) - 1)]
    mine = Push.objects.filter(pk=push_id, attempts=push.attempts, state=DeliveryState.WAITING.value)
    if not mine.update(attempts=push.attempts + 1, next_at=now + timedelta(seconds=wait)):
        return False
    account = accounts_of(push.system.contract, day=timezone.localdate(now), items=[push.item_id])[push.item_id]
    new: dict[str, object] = {}
    try:
        client = client_of(push.system)
        remote_id, outcome = _told(client, account, push.remote_id)
        new = {"remote_id": remote_id, "state": DeliveryState.TAKEN.value, "taken_hash": account.hash}
    except (TargetError, PostError, UnreadableSecretError, ScimAnswerError, NotTakenError) as error:
        is_unreadable = isinstance(error, UnreadableSecretError)
        outcome = DeliveryFault.UNREADABLE_TOKEN.value if is_unreadable else error_kept(error)
        if push.attempts + 1 >= len(BACKOFF):
            new = {"state": DeliveryState.DEAD.value}
    # what was found to have changed meanwhile stays waiting
    same = Push.objects.filter(pk=push_id, wanted_hash=push.wanted_hash)
    same.update(outcome=outcome, **new)
    if "remote_id" in new:
        Push.objects.filter(pk=push_id).update(remote_id=new["remote_id"])
    return "taken_hash" in new


def client_of(system: TargetSystem) -> Client:
    """Return a system as it is talked to. Raises UnreadableSecretError."""
    token = opened(system.sealed_token, purpose=PURPOSE)
    return Client(url=system.url, token=token, way=UpdateWay(system.update_way))


def _told(client: Client, account: Account, remote_id: str) -> tuple[str, str]:
    """Make a system's user what the account is. Returns the user's id there and what was answered."""
    if remote_id:
        answer = _update(client, account, remote_id)
        if answer.status in (OK, NO_CONTENT):
            return remote_id, f"HTTP {answer.status}"
        if answer.status != NOT_FOUND:
            raise _refused(answer)
    answer = client.ask("POST", users_address(client.url), user_of(account))
    if answer.status == CREATED:
        return id_of(answer.body), f"HTTP {answer.status}"
    if answer.status != CONFLICT:
        raise _refused(answer)
    # it has a user of this name: made by hand, or by an attempt whose answer was lost
    return _adopt(client, account)


def _adopt(client: Client, account: Account) -> tuple[str, str]:
    found = client.ask("GET", search_address(client.url, account.user_name))
    if found.status != OK:
        raise _refused(found)
    remote_id = found_id(found.body)
    answer = _update(client, account, remote_id)
    if answer.status not in (OK, NO_CONTENT):
        raise _refused(answer)
    return remote_id, f"HTTP {answer.status}"


def _update(client: Client, account: Account, remote_id: str) -> Answer:
    address = user_address(client.url, remote_id)
    if client.way is UpdateWay.PUT:
        return client.ask("PUT", address, {**user_of(account), "id": remote_id})
    return client.ask("PATCH", address, patch_of(account))


def _refused(answer: Answer) -> NotTakenError:
    said = fault_of(answer.body)
    return NotTakenError(f"HTTP {answer.status} {said}".strip().replace("\0", "")[:OUTCOME_LENGTH])
