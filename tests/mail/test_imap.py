"""Boxes read by IMAP and POP3 from a real Dovecot."""

import errno
import imaplib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from tests.desk_world import World
from tests.mail import dovecot
from tests.mail.boxes import letter, make_box
from tests.mail.dovecot import PASSWORD, Dovecot, dovecot_server
from tests.mail.secrets import give_secret

from madoguchi.desk.models import Ticket
from madoguchi.mail import rounds
from madoguchi.mail.errors import IntakeStoppedError
from madoguchi.mail.models import KeptMail, Mailbox
from madoguchi.mail.rounds import fetch_all, fetch_box
from madoguchi.mail.secret_files import secret_path
from madoguchi.mail.sources import imap, pop3

pytestmark = pytest.mark.skipif(dovecot.PROGRAM is None, reason="Dovecot is not installed (Debian: dovecot-imapd)")


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot_server() as running:
        yield running


@pytest.fixture
def account() -> str:
    """A box of the test's own at the server."""
    return f"box{secrets.token_hex(4)}"


def imap_box(world: World, server: Dovecot, account: str, **given: Any) -> Mailbox:  # noqa: ANN401  # columns of a box
    box = make_box(
        world, protocol="imap", host="127.0.0.1", port=server.imap, security="plain", account=account, **given
    )
    give_secret(box)
    return box


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_SECRETS_FOLDER, settings.MAIL_LOCKS_FOLDER = tmp_path / "secrets", tmp_path / "locks"


def letters(count: int, *, start: int = 1) -> list[bytes]:
    return [letter(number, text=f"用件{number}") for number in range(start, start + count)]


def test_a_box_is_emptied_into_tickets(world: World, server: Dovecot, account: str) -> None:
    server.deliver(account, letters(7))
    box = imap_box(world, server, account, after="expunge")
    assert fetch_box(box) == 7
    assert (Ticket.objects.count(), server.messages(account)) == (7, [])
    assert KeptMail.objects.filter(received_at__year__gt=2020).count() == 7
    box.refresh_from_db()
    assert (box.next_uid, box.fault, box.latest_success_at is not None) == (8, "", True)
    assert fetch_box(box) == 0
    server.deliver(account, letters(2, start=8))
    assert fetch_box(box) == 2


def test_read_mail_can_be_left_and_a_person_who_reads_first_hides_nothing(
    world: World, server: Dovecot, account: str
) -> None:
    server.deliver(account, letters(3))
    with imaplib.IMAP4("127.0.0.1", server.imap) as person:
        person.login(account, PASSWORD)
        person.select()
        person.store("1:*", "+FLAGS", r"(\Seen)")
    box = imap_box(world, server, account, after="flag")
    assert fetch_box(box) == 3
    assert fetch_box(box) == 0
    assert all(path.name.endswith("S") for path in server.messages(account))
    assert Ticket.objects.count() == 3


@pytest.mark.parametrize("after", ["flag", "expunge"])
def test_what_was_kept_but_not_let_go_of_is_let_go_of_later(
    world: World, server: Dovecot, account: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(account, letters(3))
    box = imap_box(world, server, account, after=after)
    with monkeypatch.context() as patched:
        patched.setattr(imap.ImapSource, "let_go", lambda *_given: None)
        fetch_box(box)
    assert len(server.messages(account)) == 3
    assert fetch_box(box) == 0
    left = server.messages(account)
    assert (Ticket.objects.count(), len(left)) == (3, 3 if after == "flag" else 0)
    assert all(path.name.endswith("S") for path in left)


def test_another_uidvalidity_makes_no_second_ticket_and_loses_no_new_mail(
    world: World, server: Dovecot, account: str
) -> None:
    server.deliver(account, letters(5))
    box = imap_box(world, server, account)
    fetch_box(box)
    server.deliver(account, letters(1, start=6))
    server.forget_uids(account)
    fetch_box(box)
    assert Ticket.objects.count() == 6
    assert sorted(KeptMail.objects.values_list("state", flat=True)) == ["copy"] * 5 + ["taken"] * 6


def test_a_wrong_password_a_missing_one_and_an_open_one_are_said(world: World, server: Dovecot, account: str) -> None:
    box = imap_box(world, server, account)
    path = secret_path(box)
    path.write_text("wrong")
    fetch_box(box)
    box.refresh_from_db()
    assert "サインインを断りました" in box.fault_said
    assert "wrong" not in box.fault
    assert box.alarm_at is None
    path.chmod(0o644)
    fetch_box(box)
    box.refresh_from_db()
    assert "ほかのアカウントも読めます" in box.fault_said
    assert box.alarm_at is not None
    path.unlink()
    fetch_box(box)
    box.refresh_from_db()
    assert "FileNotFoundError" in box.fault_said
    give_secret(box)
    assert fetch_box(box) == 0
    box.refresh_from_db()
    assert (box.fault, box.alarm_at, box.fault_since) == ("", None, None)


def test_a_folder_that_is_not_there_is_said_by_its_name(world: World, server: Dovecot, account: str) -> None:
    box = imap_box(world, server, account, folder="Nowhere")
    fetch_box(box)
    box.refresh_from_db()
    assert "フォルダー「Nowhere」を開けません" in box.fault_said
    box.folder = "受付"
    box.save()
    fetch_box(box)
    box.refresh_from_db()
    assert "フォルダー「受付」を開けません" in box.fault_said


def test_a_password_of_other_letters_stops_no_other_box(world: World, server: Dovecot, account: str) -> None:
    box = imap_box(world, server, account)
    secret_path(box).write_text("ひみつ")
    assert fetch_all() == 0
    box.refresh_from_db()
    assert "サインインを断りました" in box.fault_said
    assert "ひ" not in box.fault


def test_a_server_that_is_away_stops_no_other_box(world: World, server: Dovecot, account: str) -> None:
    gone = imap_box(world, server, account)
    Mailbox.objects.filter(pk=gone.pk).update(port=1)
    near = make_box(
        world, name="near", address="near@example.go.jp", protocol="imap", host="127.0.0.1", port=server.imap,
        security="plain", account=f"{account}near",
    )  # fmt: skip
    give_secret(near)
    server.deliver(near.account, letters(1))
    assert fetch_all() == 1
    gone.refresh_from_db()
    assert "127.0.0.1:1" in gone.fault


def test_a_full_disk_leaves_mail_in_the_box_raises_an_alarm_and_intake_resumes(
    world: World, server: Dovecot, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(account, letters(3))
    box = imap_box(world, server, account, after="expunge")

    def fail(**_given: object) -> None:
        raise IntakeStoppedError("stopped") from OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(rounds, "take_mails", fail)
        assert fetch_box(box) == 0
    box.refresh_from_db()
    assert "ディスクに空きがないため" in box.fault_said
    assert "No space left on device" in box.fault_said
    assert (box.alarm_at is not None, len(server.messages(account))) == (True, 3)
    assert fetch_box(box) == 3
    box.refresh_from_db()
    assert (box.fault, box.alarm_at, Ticket.objects.count()) == ("", None, 3)


def test_a_huge_message_is_kept_in_part_and_stays_in_the_box(
    world: World, server: Dovecot, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LARGEST", 10_000)
    monkeypatch.setattr(imap, "HEAD", 1_000)
    server.deliver(account, [letter(1, text="あ" * 9_000), letter(2)])
    box = imap_box(world, server, account, after="expunge")
    fetch_box(box)
    kept = KeptMail.objects.get(reason="too_large")
    assert (kept.state, kept.is_whole, kept.ticket) == ("quarantined", False, None)
    assert Ticket.objects.count() == 1
    assert len(server.messages(account)) == 1
    assert fetch_box(box) == 0


@pytest.mark.parametrize("after", ["flag", "expunge"])
def test_a_box_is_read_by_pop3(world: World, server: Dovecot, account: str, after: str) -> None:
    server.deliver(account, [*letters(3), letter(9, text=".\n..二つの点\n.")])
    box = imap_box(world, server, account, after=after)
    Mailbox.objects.filter(pk=box.pk).update(protocol="pop3", port=server.pop3)
    assert fetch_box(box) == 4
    assert fetch_box(box) == 0
    assert len(server.messages(account)) == (4 if after == "flag" else 0)
    assert Ticket.objects.count() == 4
    assert Ticket.objects.filter(text=".\n..二つの点\n.").exists()
    server.deliver(account, letters(1, start=20))
    assert fetch_box(box) == 1


def test_pop3_says_what_is_wrong_and_what_was_not_let_go_of_goes_later(
    world: World, server: Dovecot, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(account, letters(2))
    box = imap_box(world, server, account, after="expunge")
    Mailbox.objects.filter(pk=box.pk).update(protocol="pop3", port=server.pop3)
    with monkeypatch.context() as patched:
        patched.setattr(pop3.Pop3Source, "let_go", lambda *_given: None)
        assert fetch_box(box) == 2
    assert fetch_box(box) == 0
    assert server.messages(account) == []
    secret_path(box).write_text("wrong")
    fetch_box(box)
    box.refresh_from_db()
    assert "サインインを断りました" in box.fault_said
