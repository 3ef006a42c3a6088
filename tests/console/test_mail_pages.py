"""The pages of mail: boxes, quarantine, outbox, and a ticket's mails."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.mail.boxes import letter, make_box, take

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.models import Ticket
from madoguchi.mail.models import KeptMail, Mailbox, OutgoingMail
from madoguchi.mail.operations.mailboxes import note_fault
from madoguchi.mail.operations.outbox import fill_outbox

ADMINISTRATOR, MANAGER, VENDOR = RoleKind.ADMINISTRATOR, RoleKind.OPERATIONS_MANAGER, RoleKind.VENDOR
HTML = '<h1>題</h1><p>本文<script>alert(1)</script><img src="http://evil.example/x.png" onerror="alert(1)"></p>'
GIVEN = {
    "name": "support", "address": "support@example.go.jp", "protocol": "imap", "host": "imap.example.go.jp",
    "port": "993", "security": "tls", "account": "support", "folder": "INBOX", "after": "flag", "hourly_limit": "60",
    "aliases": "help@example.go.jp", "takes_strangers": "on", "has_extensions": "on", "is_active": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def secrets(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_SECRETS_FOLDER = tmp_path / "secrets"


def page(client: Client, path: str) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_an_administrator_adds_and_changes_a_box_and_no_password_is_asked(world: World) -> None:
    client = signed_in(world, ADMINISTRATOR)
    assert 'type="password"' not in page(client, "/c/alpha/mail/boxes/new/")
    assert client.post("/c/alpha/mail/boxes/new/", GIVEN).status_code == 302
    box = Mailbox.objects.get()
    assert (box.name, box.aliases, box.clerk.roles.count()) == ("support", ["help@example.go.jp"], 0)
    assert f"secrets/alpha/{box.name}" in page(client, f"/c/alpha/mail/boxes/{box.pk}/")
    Mailbox.objects.update(uid_validity=5, next_uid=9)
    assert client.post(f"/c/alpha/mail/boxes/{box.pk}/", GIVEN | {"host": "other.example.go.jp"}).status_code == 302
    box.refresh_from_db()
    assert (box.host, box.uid_validity, box.next_uid) == ("other.example.go.jp", None, 1)
    row = HistoryRow.objects.get(act="change_mailbox")
    assert '"host"' in row.details
    assert "other.example" not in row.details


WRONG = [
    ("name", "日本語"), ("address", "nobody"), ("host", "evil host"), ("host", ""), ("port", "70000"),
    ("folder", 'a"b'), ("folder", "a\\b"), ("account", "a b"), ("account", "a\r\nb"), ("protocol", "ftp"),
    ("queue", "999"), ("hourly_limit", "0"), ("aliases", "x@example.jp nobody"), ("name", "\x00"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_field_of_a_box_is_named_and_nothing_is_saved(world: World, field: str, value: str) -> None:
    answer: Any = signed_in(world, ADMINISTRATOR).post("/c/alpha/mail/boxes/new/", GIVEN | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Mailbox.objects.exists()


def test_one_address_is_one_box_whichever_contract(world: World, other: World) -> None:
    make_box(other, address="Support@example.go.jp")
    answer: Any = signed_in(world, ADMINISTRATOR).post("/c/alpha/mail/boxes/new/", GIVEN)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["address"])


def test_a_fault_and_what_waits_are_seen_at_once(world: World) -> None:
    box = make_box(world, takes_strangers=False, protocol="imap", host="h", account="a")
    note_fault(box, fault="No space left on device", now=NOW, is_alarm=True)
    take(box, letter(sender="new@example.com"))
    text = page(signed_in(world, MANAGER), "/c/alpha/mail/")
    assert "No space left on device" in text
    assert "警報" in text
    assert "隔離 1件" in text
    assert "/mail/boxes/new/" not in text


def html_letter() -> bytes:
    head = letter(sender="new@example.com", subject="<script>題</script>").partition(b"Content-Type")[0]
    return head + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + HTML.encode()


def test_a_mail_set_aside_is_shown_safely_saved_and_taken(world: World) -> None:
    take(make_box(world, takes_strangers=False), html_letter())
    mail, client = KeptMail.objects.get(), signed_in(world, MANAGER)
    assert f"/mail/kept/{mail.pk}/" in page(client, "/c/alpha/mail/quarantine/")
    text = page(client, f"/c/alpha/mail/kept/{mail.pk}/")
    assert "<p>本文" in text
    assert "evil.example" not in text
    assert "alert(1)" not in text.replace("&lt;", "<")
    assert "<script>題" not in text
    raw: Any = client.get(f"/c/alpha/mail/kept/{mail.pk}/raw/")
    assert raw.content == bytes(mail.content.raw)
    assert raw["Content-Disposition"].startswith("attachment")
    assert client.post(f"/c/alpha/mail/kept/{mail.pk}/decide/", {"what": "release"}).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.requester.mail == "new@example.com"
    acts = list(HistoryRow.objects.filter(actor=world.person(MANAGER).key).values_list("act", flat=True))
    assert acts == ["view_mail", "download_mail", "release_mail"]
    assert client.get(f"/c/alpha/mail/kept/{mail.pk}/").status_code == 404


def test_what_is_discarded_is_gone_from_the_list_and_nothing_else_is_done(world: World) -> None:
    take(make_box(world, takes_strangers=False), html_letter())
    mail, client = KeptMail.objects.get(), signed_in(world, MANAGER)
    client.post(f"/c/alpha/mail/kept/{mail.pk}/decide/", {"what": "anything"})
    assert KeptMail.objects.get().state == "quarantined"
    client.post(f"/c/alpha/mail/kept/{mail.pk}/decide/", {"what": "discard"})
    assert (KeptMail.objects.get().state, Ticket.objects.count()) == ("discarded", 0)
    assert client.post(f"/c/alpha/mail/kept/{mail.pk}/decide/", {"what": "release"}).status_code == 404


def test_mail_of_another_contract_is_not_there(world: World, other: World) -> None:
    theirs = make_box(other, takes_strangers=False)
    take(theirs, html_letter())
    mail = KeptMail.objects.get()
    for kind in (MANAGER, ADMINISTRATOR):
        client = signed_in(world, kind)
        assert client.get(f"/c/alpha/mail/kept/{mail.pk}/").status_code == 404
        assert client.get(f"/c/alpha/mail/kept/{mail.pk}/raw/").status_code == 404
        assert client.post(f"/c/alpha/mail/kept/{mail.pk}/decide/", {"what": "discard"}).status_code == 404
    assert client.get(f"/c/alpha/mail/boxes/{theirs.pk}/").status_code == 404


def test_a_ticket_shows_its_mails_to_the_desk_and_to_no_vendor(world: World) -> None:
    take(make_box(world), letter(text="本文です"))
    ticket, mail = Ticket.objects.get(), KeptMail.objects.get()
    world.act(ticket, Act.ANSWER, told=True, text="回答")
    fill_outbox(now=NOW)
    client = signed_in(world, RoleKind.OPERATOR)
    assert f"/tickets/1/mails/{mail.pk}/" in page(client, "/c/alpha/tickets/1/")
    assert "本文です" in page(client, f"/c/alpha/tickets/1/mails/{mail.pk}/")
    assert HistoryRow.objects.filter(act="view_mail").count() == 1
    other_ticket = world.ticket()
    assert client.get(f"/c/alpha/tickets/{other_ticket.number}/mails/{mail.pk}/").status_code == 404
    firm = world.person(VENDOR).organisation
    assert firm
    ticket.vendors.create(organisation=firm)
    vendor = signed_in(world, VENDOR)
    assert "mails/" not in page(vendor, "/c/alpha/tickets/1/")
    assert vendor.get(f"/c/alpha/tickets/1/mails/{mail.pk}/").status_code == 404
    assert vendor.get(f"/c/alpha/tickets/1/mails/{mail.pk}/raw/").status_code == 404


def test_a_tickets_mail_is_handed_out_as_it_came_and_that_is_in_the_history(world: World) -> None:
    raw = letter(text="本文です")
    take(make_box(world), raw)
    mail, client = KeptMail.objects.get(), signed_in(world, RoleKind.OPERATOR)
    address = f"/c/alpha/tickets/1/mails/{mail.pk}/raw/"
    assert address in page(client, f"/c/alpha/tickets/1/mails/{mail.pk}/")
    answer = client.get(address)
    assert (answer.content, answer["Content-Type"]) == (raw, "application/octet-stream")
    assert HistoryRow.objects.filter(act="download_mail", subject=f"mail:{mail.pk}").count() == 1
    other_ticket = world.ticket()
    assert client.get(f"/c/alpha/tickets/{other_ticket.number}/mails/{mail.pk}/raw/").status_code == 404


def test_what_was_odd_in_a_mail_is_said_in_the_readers_words(world: World) -> None:
    raw = letter(Auto_Submitted="auto-replied", X_Spam_Flag="YES").replace(b'charset="utf-8"', b'charset="x-none"')
    take(make_box(world), raw)
    mail, client = KeptMail.objects.get(), signed_in(world, MANAGER)
    text = page(client, f"/c/alpha/mail/kept/{mail.pk}/")
    assert "自動返信: Auto-Submitted: auto-replied" in text
    assert "文字コードの表示が内容と違うため正した: " in text
    assert "auto_reply" not in text
    assert "charset_corrected" not in text


def test_a_dead_letter_is_sent_again_once(world: World) -> None:
    take(make_box(world), letter())
    world.act(Ticket.objects.get(), Act.ANSWER, told=True, text="回答")
    fill_outbox(now=NOW)
    OutgoingMail.objects.update(state="dead", fault="550 no such user", attempts=1)
    mail, client = OutgoingMail.objects.get(), signed_in(world, MANAGER)
    assert "550 no such user" in page(client, "/c/alpha/mail/outbox/")
    assert client.post("/c/alpha/mail/outbox/", {"mail": str(mail.pk)}).status_code == 302
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 0)
    assert HistoryRow.objects.filter(act="resend_mail").count() == 1
    for given in ("", "²", "9" * 30, "\x00"):
        assert client.post("/c/alpha/mail/outbox/", {"mail": given}).status_code == 404
