"""`madoguchi mail`: a mail server's pipe and the quarantine, by the command line."""

import io
import sys
from collections.abc import Callable

import pytest
from django.db import OperationalError
from tests.desk_world import World
from tests.mail.boxes import letter, make_box

from madoguchi.audit.models import HistoryRow
from madoguchi.cli import mail as command
from madoguchi.cli.main import main
from madoguchi.desk.models import Ticket
from madoguchi.mail.models import KeptMail, Mailbox
from madoguchi.mail.operations import take as taking
from madoguchi.mail.sources import source

Pipe = Callable[..., int]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Pipe:
    def run(raw: bytes, *arguments: str, box: str = "alpha/desk") -> int:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        return main(["mail", "take", "--box", box, *arguments])

    return run


@pytest.mark.usefixtures("box")
def test_a_piped_message_is_taken_once_however_often_the_server_tries(pipe: Pipe) -> None:
    assert [pipe(letter()), pipe(letter())] == [0, 0]
    assert (Ticket.objects.count(), KeptMail.objects.count()) == (1, 1)


@pytest.mark.usefixtures("box")
def test_the_null_sender_of_the_envelope_is_heeded(pipe: Pipe) -> None:
    assert pipe(letter(), "--sender", "") == 0
    assert KeptMail.objects.get().state == "machine"


def test_an_unknown_or_switched_off_box_is_said_to_the_server(pipe: Pipe, box: Mailbox) -> None:
    assert pipe(letter(), box="alpha/nothing") == 67
    assert pipe(letter(), box="\x00") == 67
    Mailbox.objects.filter(pk=box.pk).update(is_active=False)
    assert pipe(letter()) == 67


@pytest.mark.usefixtures("box")
def test_what_may_pass_is_tried_again_later(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: object, **_rest: object) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr(taking, "kept_keys", away)
        assert pipe(letter()) == 75
    with monkeypatch.context() as patched:
        patched.setattr(taking, "keep_new", away)
        assert pipe(letter()) == 75
    assert pipe(letter()) == 0


@pytest.mark.usefixtures("box")
def test_a_message_beyond_the_limit_is_kept_in_part_and_refused(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST", 1_000)
    assert pipe(letter(text="あ" * 2_000)) == 65
    kept = KeptMail.objects.get()
    assert (kept.reason, kept.is_whole, len(bytes(kept.content.raw))) == ("too_large", False, 1_000)


def quarantined(world: World, pipe: Pipe) -> KeptMail:
    make_box(world, takes_strangers=False)
    pipe(letter(sender="new@example.com", subject="\x1b[2J件名"))
    return KeptMail.objects.get(state="quarantined")


def test_the_quarantine_is_listed_shown_and_retried(
    world: World, pipe: Pipe, capfd: pytest.CaptureFixture[str]
) -> None:
    mail = quarantined(world, pipe)
    assert main(["mail", "quarantine", "list"]) == 0
    listed = capfd.readouterr().out
    assert f"{mail.pk} alpha/desk" in listed
    assert "\x1b" not in listed
    assert main(["mail", "quarantine", "show", str(mail.pk)]) == 0
    assert "new@example.com" in capfd.readouterr().out
    assert main(["mail", "quarantine", "retry", str(mail.pk)]) == 0
    assert capfd.readouterr().out == "taken ticket 000001\n"
    assert Ticket.objects.get().requester.mail == "new@example.com"
    acts = HistoryRow.objects.filter(actor=command.ACTOR).values_list("act", flat=True)
    assert list(acts.order_by("number")) == ["view_mail", "release_mail"]


def test_what_is_discarded_stays_discarded(world: World, pipe: Pipe) -> None:
    mail = quarantined(world, pipe)
    assert main(["mail", "quarantine", "discard", str(mail.pk)]) == 0
    assert main(["mail", "quarantine", "retry", str(mail.pk)]) == 2
    assert main(["mail", "quarantine", "discard"]) == 2
    assert (KeptMail.objects.get().state, Ticket.objects.count()) == ("discarded", 0)
    assert pipe(letter(sender="new@example.com", subject="\x1b[2J件名")) == 0
    assert KeptMail.objects.count() == 1
