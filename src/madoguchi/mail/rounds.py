"""Going round the boxes: connect, fetch, keep, let go; and what is wrong with a box is written down."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager

from django.db import close_old_connections
from django.utils import timezone

from madoguchi.core.mail_vocabulary import AfterIntake, MailProtocol, MailSecurity
from madoguchi.mail.errors import TEMPORARY, IntakeStoppedError, SecretError, SourceError
from madoguchi.mail.faults import stored
from madoguchi.mail.locks import box_lock
from madoguchi.mail.models import KeptMail, Mailbox
from madoguchi.mail.operations.mailboxes import note_fault, note_place, note_success
from madoguchi.mail.operations.take import take_mails
from madoguchi.mail.secret_files import secret_of
from madoguchi.mail.sources.imap import imap_source
from madoguchi.mail.sources.pop3 import pop3_source
from madoguchi.mail.sources.source import Server, Source

log = logging.getLogger(__name__)
KEYS_AT_ONCE = 500


def never() -> bool:
    return False


def fetch_all(is_stopping: Callable[[], bool] = never) -> int:
    """Read every box that is fetched from, one after the other; one that fails stops no other. Returns mails kept."""
    try:
        boxes = list(Mailbox.objects.filter(is_active=True).exclude(protocol=MailProtocol.PIPE.value).order_by("pk"))
    except TEMPORARY as error:
        log.error("mail cannot be fetched: %s", error)  # noqa: TRY400  # the cause is known, a trace tells no more
        close_old_connections()
        return 0
    return sum(fetch_box(each, is_stopping) for each in boxes if not is_stopping())


def fetch_box(box: Mailbox, is_stopping: Callable[[], bool] = never) -> int:
    """Read one box to its end, unless another process is reading it. Returns how many mails were kept."""
    with box_lock(box) as is_ours:
        return _fetch(box, is_stopping) if is_ours else 0


def _fetch(box: Mailbox, is_stopping: Callable[[], bool]) -> int:
    """Fetch, and write down how it went: an alarm at once where mail cannot be kept, else when a fault lasts."""
    count = 0
    try:
        box.refresh_from_db()
        with _source(box) as source:
            for taken in _taken(box, source):
                count += taken
                if is_stopping():
                    return count
        note_success(box, now=timezone.now())
    except (IntakeStoppedError, SecretError) as error:
        _alarm(box, error, is_alarm=True)
    except (SourceError, *TEMPORARY) as error:
        _alarm(box, error, is_alarm=False)
    return count


def _alarm(box: Mailbox, fault: Exception, *, is_alarm: bool) -> None:
    log.error("box %s of %s: %s: %s", box.name, box.contract_id, type(fault).__name__, fault)
    try:
        note_fault(box, fault=stored(fault), now=timezone.now(), is_alarm=is_alarm)
    except TEMPORARY as error:
        log.error("the fault cannot be written down: %s", error)  # noqa: TRY400
        close_old_connections()


def server_of(box: Mailbox) -> Server:
    """Return where a box is, with its password. Raises SecretError."""
    return Server(
        host=box.host, port=box.port, security=MailSecurity(box.security), account=box.account,
        secret=secret_of(box), folder=box.folder, after=AfterIntake(box.after),
    )  # fmt: skip


def _source(box: Mailbox) -> AbstractContextManager[Source]:
    server = server_of(box)
    if box.protocol == MailProtocol.POP3.value:
        return pop3_source(server=server, now=timezone.now())
    return imap_source(server=server, known_validity=box.uid_validity, start=box.next_uid)


def _taken(box: Mailbox, source: Source) -> Iterator[int]:
    """Keep what the source lists, in groups; only what is committed is let go of."""
    keys = source.listed()
    is_settled = True
    for start in range(0, len(keys), KEYS_AT_ONCE):
        part = keys[start : start + KEYS_AT_ONCE]
        # committed before the connection or the worker broke off
        left = set(part) - _let_go(box, source, part)
        for arrived in source.fetched([key for key in part if key in left]):
            take_mails(box=box, arrived=arrived, now=timezone.now())
            settled = _let_go(box, source, [each.source_key for each in arrived])
            left -= settled
            yield len(settled)
        # what failed, or was listed but not given, is looked for again
        is_settled = is_settled and not left
        if is_settled and box.protocol == MailProtocol.IMAP.value:
            validity, _, uid = part[-1].partition("/")
            note_place(box, uid_validity=int(validity), next_uid=int(uid) + 1)


def _let_go(box: Mailbox, source: Source, keys: Collection[str]) -> set[str]:
    """Let go of what is kept whole, and return all that is kept: what is kept in part stays where it is whole."""
    kept = KeptMail.objects.filter(mailbox=box, source_key__in=keys).values_list("source_key", "is_whole")
    source.let_go([key for key, is_whole in kept if is_whole])
    return {key for key, _ in kept}
