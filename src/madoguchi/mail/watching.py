"""Boxes listened to, so that mail is fetched when it comes; boxes that cannot be are looked into every few seconds."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from django.db import close_old_connections

from madoguchi.core.mail_vocabulary import MailProtocol
from madoguchi.mail.errors import TEMPORARY, SecretError, SourceError
from madoguchi.mail.models import Mailbox, MailTry
from madoguchi.mail.rounds import server_of
from madoguchi.mail.sources.idle import listen

log = logging.getLogger(__name__)
ROUND_SECONDS = 10.0
# a box that is listened to is looked into now and then all the same
LISTENED_SECONDS = 120.0
AGAIN_SECONDS = 60.0
STEP_SECONDS = 0.5
# each is a thread and a connection
MOST_LISTENED = 50


class Bell:
    """Rings when a box has something; knows whether every box is listened to."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._lock = threading.Lock()
        self._wanted: frozenset[int] = frozenset()
        self._listened: set[int] = set()

    def ring(self) -> None:
        self._rung.set()

    def want(self, boxes: frozenset[int]) -> None:
        with self._lock:
            self._wanted = boxes

    def begin(self, box: int) -> None:
        with self._lock:
            self._listened.add(box)
        self.ring()

    def end(self, box: int) -> None:
        with self._lock:
            self._listened.discard(box)

    @property
    def has_all(self) -> bool:
        with self._lock:
            return bool(self._wanted) and self._wanted <= self._listened

    def wait(self, stopping: threading.Event) -> None:
        """Wait for a ring, or for the time that boxes nobody listens to are left alone."""
        began = time.monotonic()
        while not stopping.is_set() and not self._rung.wait(STEP_SECONDS):
            if time.monotonic() - began > (LISTENED_SECONDS if self.has_all else ROUND_SECONDS):
                break
        self._rung.clear()


def pause(stopping: threading.Event) -> None:
    stopping.wait(ROUND_SECONDS)


def watch_all(bell: Bell, stopping: threading.Event) -> None:
    """Keep a listener for every box that is fetched from by IMAP, until told to stop."""
    listeners: dict[int, threading.Thread] = {}
    while not stopping.is_set():
        wanted = _boxes()
        if wanted is not None:
            bell.want(frozenset(each.pk for each in wanted))
            if _has_failed(wanted):
                bell.ring()
            by_imap = [each for each in wanted if each.protocol == MailProtocol.IMAP.value]
            listeners = {pk: each for pk, each in listeners.items() if each.is_alive()}
            for box in by_imap[:MOST_LISTENED]:
                if box.pk not in listeners:
                    listeners[box.pk] = threading.Thread(target=watch_box, args=(box.pk, bell, stopping.is_set))
                    listeners[box.pk].start()
        pause(stopping)
    for each in listeners.values():
        each.join()
    close_old_connections()


def _boxes() -> list[Mailbox] | None:
    close_old_connections()
    try:
        return list(Mailbox.objects.filter(is_active=True).exclude(protocol=MailProtocol.PIPE.value).order_by("pk"))
    except TEMPORARY as error:
        log.error("boxes cannot be listened to: %s", error)  # noqa: TRY400  # the cause is known
        return None


def _has_failed(boxes: Sequence[Mailbox]) -> bool:
    """Say whether something is to be tried again, which no server will speak of."""
    try:
        return any(each.fault for each in boxes) or MailTry.objects.filter(mailbox__in=boxes).exists()
    except TEMPORARY:
        return True


def watch_box(box_id: int, bell: Bell, is_stopping: Callable[[], bool]) -> None:
    """Listen to one box until it is changed or switched off, or its connection ends; then wait a while.

    What is wrong with a box is written down by whoever fetches from it.
    """
    try:
        box = Mailbox.objects.get(pk=box_id)
        place = _place(box)
        looked = time.monotonic()

        def is_over() -> bool:
            nonlocal looked
            if time.monotonic() - looked > ROUND_SECONDS:
                looked = time.monotonic()
                current = Mailbox.objects.filter(pk=box_id, is_active=True).first()
                if current is None or _place(current) != place:
                    return True
            return is_stopping()

        listen(server_of(box), heard=lambda: bell.begin(box_id), is_over=is_over)
    except (SourceError, SecretError, *TEMPORARY, Mailbox.DoesNotExist) as error:
        log.info("box %s is looked into every few seconds: %s", box_id, error)
    finally:
        bell.end(box_id)
        close_old_connections()
    until = time.monotonic() + AGAIN_SECONDS
    while not is_stopping() and time.monotonic() < until:
        time.sleep(STEP_SECONDS)


def _place(box: Mailbox) -> tuple[object, ...]:
    return box.host, box.port, box.security, box.account, box.folder, box.protocol
