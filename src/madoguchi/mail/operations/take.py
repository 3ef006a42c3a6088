"""Taking mail in: the bytes and what they do to tickets are one transaction, and one bad message stops nobody else."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import F

from madoguchi.mail.errors import TEMPORARY, IntakeStoppedError
from madoguchi.mail.keys import keys_of
from madoguchi.mail.looking import kept_text, look
from madoguchi.mail.models import Mailbox, MailTry
from madoguchi.mail.operations.effects import keep_new, keep_with_ticket
from madoguchi.mail.operations.keeping import keep_unread
from madoguchi.mail.queries import kept_keys, own_addresses
from madoguchi.mail.rules import MOST_TRIES
from madoguchi.mail.values import Arrived, Looked

log = logging.getLogger(__name__)


def take_mails(*, box: Mailbox, arrived: Sequence[Arrived], now: datetime) -> set[str]:
    """Keep messages and let them do what they do; return the keys of those that are kept now, of old or new.

    Those left out failed and are tried again later. Raises IntakeStoppedError where nothing can be kept.
    """
    known = kept_keys(box, [each.source_key for each in arrived])
    fresh = [each for each in arrived if each.source_key not in known]
    if not fresh:
        return known
    tried = _tries(box, fresh)
    # the least tried first: a worker that is killed again and again does not end on the same message every time
    alone = sorted((each for each in fresh if each.source_key in tried), key=lambda each: tried[each.source_key])
    untried = [each for each in fresh if each.source_key not in tried]
    _mark(box, untried)
    for part in _parts(_looked(box, untried, alone)):
        try:
            _take_together(box, part, now=now)
        except Exception as error:  # noqa: BLE001  # whatever it was, one message at a time will show whose it is
            log.info("%s: %s messages are taken one by one after %s", box, len(part), type(error).__name__)
            alone += [each.arrived for each in part]
    _take_alone(box, alone, now=now)
    return kept_keys(box, [each.source_key for each in arrived])


def _looked(box: Mailbox, arrived: Sequence[Arrived], alone: list[Arrived]) -> list[Looked]:
    """Read messages; one that cannot even be read is added to those that are taken alone."""
    own, keys = own_addresses(box.contract), keys_of(box.contract)
    found = []
    for each in arrived:
        try:
            found.append(look(each, own_addresses=own, keys=keys))
        except Exception as error:  # noqa: BLE001  # taken alone it fails again, and that is written down
            log.info("%s: message %s cannot be read: %s", box, each.source_key, type(error).__name__)
            alone.append(each)
    return found


def _tries(box: Mailbox, arrived: Sequence[Arrived]) -> dict[str, int]:
    """Return how often messages were taken in hand, those that ever were."""
    found = MailTry.objects.filter(mailbox=box, source_key__in=[each.source_key for each in arrived])
    return dict(found.values_list("source_key", "count"))


def _mark(box: Mailbox, arrived: Sequence[Arrived]) -> None:
    """Write down that messages are taken in hand: one that ends its worker is known by it afterwards."""
    rows = [MailTry(mailbox=box, source_key=each.source_key) for each in arrived]
    MailTry.objects.bulk_create(rows, ignore_conflicts=True)


def _parts(looked: Sequence[Looked]) -> Iterator[list[Looked]]:
    """Yield first mails in groups, and each that may belong to a ticket or repeats one of its group by itself."""
    group: list[Looked] = []
    for each in looked:
        if each.may_belong_to_a_ticket or any(each.sameness == other.sameness for other in group):
            if group:
                yield group
            yield [each]
            group = []
        else:
            group.append(each)
    if group:
        yield group


def _take_together(box: Mailbox, part: Sequence[Looked], *, now: datetime) -> None:
    if len(part) == 1 and part[0].may_belong_to_a_ticket and keep_with_ticket(box=box, looked=part[0], now=now):
        return
    keep_new(box=box, looked=part, now=now)


def _take_alone(box: Mailbox, alone: Sequence[Arrived], *, now: datetime) -> None:
    """Take messages one at a time. Two temporary faults in a row are nobody's own: then the round ends."""
    own, keys = own_addresses(box.contract), keys_of(box.contract)
    is_shaken = False
    for each in alone:
        if each.source_key in kept_keys(box, [each.source_key]):
            continue
        try:
            _take_one(box, each, own=own, keys=keys, now=now)
            is_shaken = False
        except TEMPORARY as error:
            _forgive(box, each)
            if is_shaken or len(alone) == 1:
                raise IntakeStoppedError(f"{type(error).__name__}: {error}") from error
            is_shaken = True
        except Exception as error:
            log.exception("%s: message %s cannot be taken", box, each.source_key)
            note = kept_text(f"{type(error).__name__}: {error}", 400)
            MailTry.objects.filter(mailbox=box, source_key=each.source_key).update(latest_error=note)
    if is_shaken:
        raise IntakeStoppedError(str(IntakeStoppedError.__doc__))


def _take_one(box: Mailbox, arrived: Arrived, *, own: Sequence[str], keys: Sequence[bytes], now: datetime) -> None:
    MailTry.objects.filter(mailbox=box, source_key=arrived.source_key).update(count=F("count") + 1)
    if _tries(box, [arrived]).get(arrived.source_key, 0) > MOST_TRIES:
        keep_unread(box=box, arrived=arrived, detail=_latest_error(box, arrived), now=now)
        return
    _take_together(box, [look(arrived, own_addresses=own, keys=keys)], now=now)


def _latest_error(box: Mailbox, arrived: Arrived) -> str:
    found = MailTry.objects.filter(mailbox=box, source_key=arrived.source_key)
    return found.values_list("latest_error", flat=True).first() or "its worker ended while it was taken"


def _forgive(box: Mailbox, arrived: Arrived) -> None:
    """Take back the count of a try that failed by no fault of the message, where the database lets us."""
    try:
        MailTry.objects.filter(mailbox=box, source_key=arrived.source_key, count__gt=1).update(count=F("count") - 1)
    except TEMPORARY:
        log.info("%s: the try of %s stays counted", box, arrived.source_key)
