"""Taking a notification: its bytes, what it says and what follows from it, in one transaction, once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.monitoring_vocabulary import MessageState, SourceKind
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.locks import locked_source
from madoguchi.monitoring.models import HeardDay, Message, Sighting, Source
from madoguchi.monitoring.operations.following import Followed, follow
from madoguchi.monitoring.operations.tickets import tell_desk
from madoguchi.monitoring.queries import HELD
from madoguchi.monitoring.reading.body import read_body
from madoguchi.monitoring.reading.values import BodyError, Item, Reading

ACTOR = "system:monitoring"
MAX_HELD = 1_000
NAMED_IN_HISTORY = 50
KEPT_PROBLEMS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What became of a body: how many things it said, what was not taken and why, whether it came before."""

    state: MessageState
    count: int
    problems: tuple[str, ...]
    is_repeated: bool = False


@transaction.atomic
def receive(*, source_id: int, raw: bytes, now: datetime) -> Receipt:
    """Take a body of a source. The same bytes again change nothing but the count of their coming."""
    source = locked_source(source_id)
    Source.objects.filter(pk=source.pk).update(latest_at=now, received_count=F("received_count") + 1)
    digest = hashlib.sha256(raw).hexdigest()
    known = Message.objects.filter(source=source, digest=digest).first()
    if known is not None:
        return _repeated(source, known, now)
    try:
        reading = read_body(raw, kind=SourceKind(source.kind), now=now)
    except BodyError as error:
        reading = Reading(problems=[str(error)])
    state = _state_of(reading)
    if state in HELD and Message.objects.filter(source=source, state__in=HELD).count() >= MAX_HELD:
        _note_refused(source, now)
        return Receipt(state=MessageState.QUARANTINED, count=0, problems=tuple(reading.problems))
    message = Message.objects.create(
        source=source, digest=digest, raw=raw, size=len(raw), state=state.value,
        problems=reading.problems[:KEPT_PROBLEMS], received_at=now, latest_at=now,
    )  # fmt: skip
    _carry_out(source, message, reading, now=now)
    return Receipt(state=state, count=len(reading.items), problems=tuple(reading.problems))


def _repeated(source: Source, known: Message, now: datetime) -> Receipt:
    Message.objects.filter(pk=known.pk).update(count=F("count") + 1, latest_at=now)
    state = MessageState(known.state)
    if state is not MessageState.QUARANTINED and _hear(source, now):
        _record(source, known, Followed(), now)
    count = Sighting.objects.filter(message=known).count()
    return Receipt(state=state, count=count, problems=tuple(known.problems), is_repeated=True)


def _state_of(reading: Reading) -> MessageState:
    if not reading.problems:
        return MessageState.TAKEN
    return MessageState.PARTLY if reading.items else MessageState.QUARANTINED


def _note_refused(source: Source, now: datetime) -> None:
    text = _("保留中の通知が%(n)s件に達したため、読めない通知を保存していません。")
    Source.objects.filter(pk=source.pk).update(
        refused_count=F("refused_count") + 1, refused_at=now, refusal=text % {"n": MAX_HELD}
    )


def _carry_out(source: Source, message: Message, reading: Reading, *, now: datetime) -> None:
    keep_sightings(source, message, reading.items)
    followed = follow(source=source, problems=(each.problem for each in reading.items), now=now)
    is_news = message.state != MessageState.QUARANTINED and _hear(source, now)
    if is_news or followed.is_anything or reading.problems:
        _record(source, message, followed, now)
    tell_desk(source=source, followed=followed, now=now)


def keep_sightings(source: Source, message: Message, items: Sequence[Item]) -> None:
    """Add what was said to what the source said before; the same again adds nothing."""
    rows = [
        Sighting(
            source=source, problem=each.problem, digest=_digest(each), labels=dict(each.labels), summary=each.summary,
            severity=each.severity, started_at=each.started_at, ended_at=each.ended_at, message=message,
        )
        for each in items
    ]  # fmt: skip
    Sighting.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _digest(item: Item) -> str:
    moments = [each.isoformat() if each else "" for each in (item.started_at, item.ended_at)]
    told = [*moments, item.problem, item.summary, item.severity, sorted(item.labels.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _hear(source: Source, now: datetime) -> bool:
    """Note that a source was heard of today; return whether that was not known yet."""
    if source.kind == SourceKind.FILE:
        return False
    return HeardDay.objects.get_or_create(source=source, date=timezone.localdate(now))[1]


def _record(source: Source, message: Message, followed: Followed, now: datetime) -> None:
    details: dict[str, object] = {
        "message": message.pk, "state": message.state, "problems": len(message.problems),
        "opened": [each.pk for each in followed.opened][:NAMED_IN_HISTORY],
        "changed": [each.pk for each in followed.changed][:NAMED_IN_HISTORY],
        "merged": followed.merged[:NAMED_IN_HISTORY],
    }  # fmt: skip
    entry = Entry(act="take_notification", subject=f"source:{source.pk}", details=details)
    record(chain=source.contract.key, at=now, actor=ACTOR, entries=[entry])


@transaction.atomic
def settle_message(*, access: Access, message: Message, is_read_again: bool, now: datetime) -> Receipt:
    """Read a held notification again, or note that a person looked at it and takes nothing of it."""
    access.require(Right.MANAGE)
    source = locked_source(message.source_id)
    message = Message.objects.get(pk=message.pk, source__contract=access.contract)
    if message.state not in HELD:
        raise FieldError("act", _("保留中の通知ではありません。"))
    if is_read_again:
        return _read_again(access, source, message, now=now)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SETTLED.value)
    _note(access, "settle_notification", message, now)
    return Receipt(state=MessageState.SETTLED, count=0, problems=tuple(message.problems))


def _read_again(access: Access, source: Source, message: Message, *, now: datetime) -> Receipt:
    if message.raw is None or source.kind == SourceKind.FILE:
        raise FieldError("act", _("本文はもう保存されていません。"))
    try:
        reading = read_body(bytes(message.raw), kind=SourceKind(source.kind), now=now)
    except BodyError as error:
        reading = Reading(problems=[str(error)])
    message.state, message.problems = _state_of(reading).value, reading.problems[:KEPT_PROBLEMS]
    message.save(update_fields=["state", "problems"])
    _carry_out(source, message, reading, now=now)
    _note(access, "read_notification_again", message, now)
    return Receipt(
        state=MessageState(message.state), count=len(reading.items), problems=tuple(reading.problems)
    )  # fmt: skip


def _note(access: Access, act: str, message: Message, now: datetime) -> None:
    entry = Entry(act=act, subject=f"message:{message.pk}", details={"state": message.state})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
