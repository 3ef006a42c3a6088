"""Receivers and sources added, paused, taken away; dead messages sent again."""

import json
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.models import ChainHead
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.vocabulary import DeliveryState
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Person
from madoguchi.people.sealing import sealed
from madoguchi.webhooks.models import Delivery, Receiver, SecretHolder, Source
from madoguchi.webhooks.outgoing import BACKOFF, allowed_networks, send
from madoguchi.webhooks.signing import PURPOSE, new_secret
from madoguchi.webhooks.targets import PORTS, TargetError, parts_of, resolved

MAX_OF_A_CONTRACT = 20


@transaction.atomic
def add_receiver(*, access: Access, name: str, url: str, now: datetime) -> tuple[Receiver, str]:
    """Add a receiver and return it with its secret, which cannot be read again. It is told what happens from now on.

    Raises FieldError for an address that messages may not go to.
    """
    access.require(Right.ADMINISTER)
    _require_room(Receiver.objects.filter(contract=access.contract).count())
    try:
        parts = parts_of(url)
        resolved(str(parts.hostname), parts.port or PORTS[parts.scheme], allowed=allowed_networks())
    except TargetError as error:
        raise FieldError("url", _("送信できない宛先です: %(why)s") % {"why": error}) from error
    if Receiver.objects.filter(contract=access.contract, name=name).exists():
        raise FieldError("name", _("この名前はすでに使われています。"))
    head = ChainHead.objects.filter(chain=access.contract.key).values_list("number", flat=True).first() or 0
    secret = new_secret()
    receiver = Receiver.objects.create(
        contract=access.contract,
        name=name,
        url=url,
        sealed_secret=sealed(secret, purpose=PURPOSE),
        told_until=head,
        added_at=now,
    )
    _note(access, "add_receiver", f"receiver:{receiver.pk}", now)
    return receiver, secret


@transaction.atomic
def set_receiver_active(*, access: Access, receiver: Receiver, is_active: bool, now: datetime) -> None:
    """Pause a receiver, or go on: what happened meanwhile is told then."""
    access.require(Right.ADMINISTER)
    Receiver.objects.filter(pk=receiver.pk, contract=access.contract).update(is_active=is_active)
    _note(access, "resume_receiver" if is_active else "pause_receiver", f"receiver:{receiver.pk}", now)


@transaction.atomic
def remove_receiver(*, access: Access, receiver: Receiver, now: datetime) -> None:
    access.require(Right.ADMINISTER)
    _note(access, "remove_receiver", f"receiver:{receiver.pk}", now)
    Receiver.objects.filter(pk=receiver.pk, contract=access.contract).delete()


@transaction.atomic
def send_again(*, access: Access, delivery: Delivery, now: datetime) -> None:
    """Give a dead message a new set of attempts; it keeps its id, so that a receiver can tell it has it already."""
    access.require(Right.ADMINISTER)
    changed = Delivery.objects.filter(
        pk=delivery.pk, receiver__contract=access.contract, state=DeliveryState.DEAD.value
    ).update(state=DeliveryState.WAITING.value, attempts=0, next_at=now, ended_at=None)
    if not changed:
        raise FieldError("delivery", _("送信を断念した通知だけを再送できます。"))
    _note(access, "send_again", f"delivery:{delivery.pk}", now)


@transaction.atomic
def add_source(*, access: Access, name: str, key: str, person: Person, now: datetime) -> tuple[Source, str]:
    """Let a program open tickets as one of the contract's operators; return it with its secret, told once."""
    access.require(Right.ADMINISTER)
    _require_room(Source.objects.filter(contract=access.contract).count())
    workers = people_of(contract=access.contract, day=timezone.localdate(now), kinds=RIGHTS[Right.RECEIVE])
    if not workers.filter(pk=person.pk).exists():
        raise FieldError("person", _("受付の権限を持つ人を選んでください。"))
    if Source.objects.filter(key=key).exists():
        raise FieldError("key", _("この名前はすでに使われています。"))
    if Source.objects.filter(contract=access.contract, name=name).exists():
        raise FieldError("name", _("この名前はすでに使われています。"))
    secret = new_secret()
    source = Source.objects.create(
        contract=access.contract,
        key=key,
        name=name,
        person=person,
        sealed_secret=sealed(secret, purpose=PURPOSE),
        added_at=now,
    )
    _note(access, "add_source", f"source:{source.pk}", now)
    return source, secret


@transaction.atomic
def renew_secret(*, access: Access, source: Source, overlap: timedelta, now: datetime) -> str:
    """Give a program a new secret, told this once; the one before is taken until the overlap ends, none before that."""
    access.require(Right.ADMINISTER)
    found = Source.objects.select_for_update(of=("self",)).get(pk=source.pk, contract=access.contract)
    _note(access, "renew_source_secret", f"source:{found.pk}", now)
    return _renewed(found, overlap, now)


@transaction.atomic
def renew_receiver_secret(*, access: Access, receiver: Receiver, overlap: timedelta, now: datetime) -> str:
    """Sign messages to a receiver with a new secret, told this once; and with the one before until the overlap ends."""
    access.require(Right.ADMINISTER)
    found = Receiver.objects.select_for_update(of=("self",)).get(pk=receiver.pk, contract=access.contract)
    _note(access, "renew_receiver_secret", f"receiver:{found.pk}", now)
    return _renewed(found, overlap, now)


def _renewed(holder: SecretHolder, overlap: timedelta, now: datetime) -> str:
    secret = new_secret()
    holder.sealed_previous = holder.sealed_secret if overlap else ""
    holder.previous_until = now + overlap if overlap else None
    holder.sealed_secret = sealed(secret, purpose=PURPOSE)
    holder.save(update_fields=["sealed_secret", "sealed_previous", "previous_until"])
    return secret


def try_receiver(*, access: Access, receiver: Receiver, now: datetime) -> Delivery:
    """Send one message without a matter, now and once, and return it with what came of it."""
    access.require(Right.ADMINISTER)
    with transaction.atomic():
        _note(access, "try_receiver", f"receiver:{receiver.pk}", now)
        body = {"type": "test", "timestamp": now.isoformat(), "data": {"contract": access.contract.key}}
        delivery = Delivery.objects.create(
            receiver=receiver, message=f"msg_{uuid.uuid4().hex}", body=json.dumps(body), next_at=now, written_at=now,
            attempts=len(BACKOFF) - 1,
        )  # fmt: skip
    send(delivery.pk, now=now)
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def remove_source(*, access: Access, source: Source, now: datetime) -> None:
    access.require(Right.ADMINISTER)
    _note(access, "remove_source", f"source:{source.pk}", now)
    Source.objects.filter(pk=source.pk, contract=access.contract).delete()


def _require_room(count: int) -> None:
    if count >= MAX_OF_A_CONTRACT:
        raise FieldError("name", _("1契約につき%(n)s件までです。") % {"n": MAX_OF_A_CONTRACT})


def _note(access: Access, act: str, subject: str, now: datetime) -> None:
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[Entry(act=act, subject=subject)])
