"""Boxes listened to by IDLE at a real Dovecot."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from pytest_django import Settings
from tests.desk_world import World
from tests.mail import dovecot
from tests.mail.dovecot import Dovecot, dovecot_server
from tests.mail.test_imap import imap_box, letters

from madoguchi.mail import watching
from madoguchi.mail.errors import SourceError
from madoguchi.mail.models import KeptMail, Mailbox
from madoguchi.mail.rounds import fetch_all, server_of
from madoguchi.mail.sources import idle
from madoguchi.mail.watching import Bell, watch_box

pytestmark = pytest.mark.skipif(dovecot.PROGRAM is None, reason="Dovecot is not installed (Debian: dovecot-imapd)")
SOON = 15.0


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot_server() as running:
        yield running


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_SECRETS_FOLDER, settings.MAIL_LOCKS_FOLDER = tmp_path / "secrets", tmp_path / "locks"


@pytest.fixture
def listened(world: World, server: Dovecot) -> Mailbox:
    account = f"box{secrets.token_hex(4)}"
    server.deliver(account, [])
    return imap_box(world, server, account, after="expunge")


def until(is_so: Callable[[], bool]) -> bool:
    ended = time.monotonic() + SOON
    while not is_so() and time.monotonic() < ended:
        time.sleep(0.05)
    return is_so()


@contextmanager
def listening(box: Mailbox, *, reissue_seconds: float = 600.0) -> Iterator[tuple[list[float], threading.Event]]:
    """Listen in a thread; the list holds the moments at which the server said something."""
    heard: list[float] = []
    stopping = threading.Event()
    place = server_of(box)
    thread = threading.Thread(
        target=idle.listen, args=(place,),
        kwargs={
            "heard": lambda: heard.append(time.monotonic()), "is_over": stopping.is_set,
            "reissue_seconds": reissue_seconds,
        },
    )  # fmt: skip
    thread.start()
    try:
        yield heard, stopping
    finally:
        stopping.set()
        thread.join(SOON)
        assert not thread.is_alive()


def test_the_server_says_at_once_that_a_mail_came(listened: Mailbox, server: Dovecot) -> None:
    with listening(listened) as (heard, _stopping):
        assert until(lambda: len(heard) == 1)  # what came before anybody listened
        server.deliver(listened.account, letters(1))
        assert until(lambda: len(heard) > 1)


def test_listening_is_begun_anew_before_the_server_ends_it_and_hears_on(listened: Mailbox, server: Dovecot) -> None:
    assert idle.REISSUE_SECONDS < 29 * 60
    with listening(listened, reissue_seconds=1.0) as (heard, _stopping):
        assert until(lambda: len(heard) >= 3)
        before = len(heard)
        server.deliver(listened.account, letters(1))
        assert until(lambda: len(heard) > before)


def test_it_ends_soon_when_told_to(listened: Mailbox) -> None:
    with listening(listened) as (heard, stopping):
        assert until(lambda: bool(heard))
        stopping.set()
        began = time.monotonic()
    assert time.monotonic() - began < 5


def test_a_server_without_it_is_said_and_one_that_is_away_too(listened: Mailbox, server: Dovecot) -> None:
    place = server_of(listened)
    with patch("imaplib.IMAP4.capability", return_value=("OK", [b"IMAP4rev1"])):
        assert idle.listen(place, heard=lambda: None, is_over=lambda: False) is False
    listened.folder = "nothing-there"
    with pytest.raises(SourceError):
        idle.listen(server_of(listened), heard=lambda: None, is_over=lambda: False)
    listened.port = 1
    with pytest.raises(SourceError):
        idle.listen(server_of(listened), heard=lambda: None, is_over=lambda: False)
    assert server.imap != 1


def test_a_box_that_cannot_be_listened_to_is_looked_into_every_few_seconds(listened: Mailbox) -> None:
    Mailbox.objects.filter(pk=listened.pk).update(port=1)
    bell = Bell()
    bell.want(frozenset((listened.pk,)))
    with patch.object(watching, "AGAIN_SECONDS", 0.0):
        watch_box(listened.pk, bell, lambda: False)
    assert not bell.has_all
    with patch.object(watching, "ROUND_SECONDS", 0.1), patch.object(watching, "STEP_SECONDS", 0.05):
        began = time.monotonic()
        bell.wait(threading.Event())
        assert 0.1 <= time.monotonic() - began < 5


def test_mail_is_fetched_when_it_comes_and_not_at_the_next_round(listened: Mailbox, server: Dovecot) -> None:
    bell, stopping, place = Bell(), threading.Event(), server_of(listened)
    bell.want(frozenset((listened.pk,)))
    thread = threading.Thread(
        target=idle.listen, args=(place,),
        kwargs={"heard": lambda: bell.begin(listened.pk), "is_over": stopping.is_set},
    )  # fmt: skip
    thread.start()
    try:
        assert until(lambda: bell.has_all)
        bell.wait(stopping)  # what came before anybody listened
        assert fetch_all() == 0
        server.deliver(listened.account, letters(3))
        began, fetched = time.monotonic(), 0
        with patch.object(watching, "LISTENED_SECONDS", 600.0):
            while fetched < 3 and time.monotonic() - began < SOON:
                bell.wait(stopping)
                fetched += fetch_all()
        assert fetched == 3
        assert KeptMail.objects.filter(mailbox=listened).count() == 3
    finally:
        stopping.set()
        thread.join(SOON)
    assert not thread.is_alive()


def test_a_worker_told_to_stop_stops_waiting() -> None:
    stopping = threading.Event()
    thread = threading.Thread(target=Bell().wait, args=(stopping,))
    thread.start()
    stopping.set()
    thread.join(5)
    assert not thread.is_alive()


def test_what_failed_is_tried_again_without_a_word_of_the_server(listened: Mailbox) -> None:
    def is_rung() -> bool:
        bell, stopping = Bell(), threading.Event()
        with patch.object(bell, "ring") as ring, patch.object(watching, "pause", lambda _given: stopping.set()):
            watch_once(bell, stopping)
        return ring.called

    def watch_once(bell: Bell, stopping: threading.Event) -> None:
        boxes = [Mailbox.objects.get(pk=listened.pk)]
        # its connection is the test's, which goes on with it
        kept = patch.object(watching, "close_old_connections")
        with patch.object(watching, "_boxes", return_value=boxes), patch.object(watching, "watch_box"), kept:
            watching.watch_all(bell, stopping)

    assert not is_rung()
    Mailbox.objects.filter(pk=listened.pk).update(fault="the connection broke off")
    assert is_rung()
