"""The mail part of `madoguchi serve`: fetch, watch and send, each in a thread of its own, until told to stop."""

import logging
import signal
import threading
from collections.abc import Callable

from django.db import close_old_connections

from madoguchi.mail.rounds import fetch_all
from madoguchi.mail.sending import send_all
from madoguchi.mail.watching import Bell, pause, watch_all

log = logging.getLogger(__name__)


def work() -> None:
    """Go round and round; a mail that is being taken is finished before the end."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_given: stopping.set())
    bell = Bell()
    threads = [
        threading.Thread(target=repeat, args=(fetch_all, stopping, bell.wait)),
        threading.Thread(target=watch_all, args=(bell, stopping)),
        threading.Thread(target=repeat, args=(send_all, stopping, pause)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def repeat(
    part: Callable[[Callable[[], bool]], int],
    stopping: threading.Event,
    wait: Callable[[threading.Event], None] = pause,
) -> None:
    """Do a part again at once while it finds something to do, else after a wait."""
    while not stopping.is_set():
        close_old_connections()
        try:
            done = part(stopping.is_set)
        except Exception:
            log.exception("%s failed", part.__name__)
            done = 0
        if not done:
            wait(stopping)
    close_old_connections()
