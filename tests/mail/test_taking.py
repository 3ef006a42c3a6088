"""What becomes of a mail: a ticket, a word in one, or nothing but its bytes."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.mail.boxes import ADDRESS, arrived, letter, make_box, take

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import Act, RoleKind, Visibility
from madoguchi.desk.models import Activity, Ticket
from madoguchi.mail import looking
from madoguchi.mail.errors import IntakeStoppedError
from madoguchi.mail.keys import keys_of
from madoguchi.mail.models import KeptMail, Mailbox, MailContent, MailTry, OutgoingMail
from madoguchi.mail.operations import effects
from madoguchi.mail.operations import take as taking
from madoguchi.mail.operations.take import take_mails
from madoguchi.mail.rules import MOST_TRIES
from madoguchi.mail.values import Arrived, Looked
from madoguchi.people.models import Person
from madoguchi.post.tokens import sign_address, sign_text

USER = RoleKind.USER
LATER = NOW + timedelta(minutes=10)


def states() -> list[str]:
    return list(KeptMail.objects.order_by("pk").values_list("state", flat=True))


def of_type(content_type: bytes, body: bytes) -> bytes:
    """A letter whose content is another than text."""
    head = letter().partition(b"Content-Type")[0]
    return head + b"Content-Type: " + content_type + b"\r\n\r\n" + body


def reasons() -> list[str]:
    return list(KeptMail.objects.order_by("pk").values_list("reason", flat=True))


def test_a_letter_of_somebody_known_opens_a_ticket_with_its_bytes_and_files(world: World, box: Mailbox) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "USER-alpha@example.jp", "印刷"
    message["Message-ID"] = "<a@b>"
    message.set_content("出力が白紙です。")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../画面.pdf")
    message.add_attachment(b"", maintype="application", subtype="pdf", filename="empty.pdf")
    raw = bytes(message)
    assert take(box, raw) == {"1/1"}
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.channel, ticket.subject) == (world.person(USER), "mail", "印刷")
    assert (ticket.text, ticket.received_at) == ("出力が白紙です。", NOW)
    mail = KeptMail.objects.get()
    assert (mail.ticket, mail.state, mail.activity_number, mail.is_from_participant) == (ticket, "taken", 1, True)
    assert bytes(MailContent.objects.get().raw) == raw
    (file,) = ticket.attachments.all()
    assert (file.name, file.size, file.visibility) == ("画面.pdf", 8, "public")
    assert not MailTry.objects.exists()


def test_what_of_a_mail_is_not_in_its_ticket_is_said_in_a_note_with_name_and_size(
    world: World, box: Mailbox, settings: Settings
) -> None:
    settings.MAX_ATTACHMENT_BYTES = 1_000
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "user-alpha@example.jp", "図面", "<a@b>"
    message.set_content("あ" * 50_010)
    for name, content in (("a.pdf", b"x" * 1_000), ("図面.dwg", b"x" * 1_001), ("empty.pdf", b"")):
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    take(box, bytes(message))
    ticket = Ticket.objects.get()
    assert [each.name for each in ticket.attachments.all()] == ["a.pdf"]
    (note,) = ticket.activities.filter(act=Act.NOTE)
    assert note.visibility == Visibility.INTERNAL
    assert note.text.split("\n")[1:] == [
        "・添付ファイル「図面.dwg」（1,001バイト）：上限の1,000バイトを超えています",
        "・添付ファイル「empty.pdf」（0バイト）：空のファイルです",
        "・本文：50,010文字のうち50,000文字より後",
    ]
    take(box, letter(2, sender="user-alpha@example.jp", text="続きです。", In_Reply_To="<a@b>"))
    assert ticket.activities.filter(act=Act.NOTE).count() == 1
    assert world.contract.pk == ticket.contract_id


def test_a_text_that_was_not_read_to_its_end_is_said_so(box: Mailbox) -> None:
    take(box, letter(text="x" * 900 + "\n" + "<p>" * 100), letter(2, text=("y" * 70 + "\n") * 20_000))
    texts = Activity.objects.filter(act=Act.NOTE).values_list("text", flat=True)
    assert [each.rpartition("\n")[2][:4] for each in texts] == ["・本文："]


def test_the_same_message_is_taken_once_by_its_key_by_its_bytes_and_by_another_box(world: World, box: Mailbox) -> None:
    other = make_box(world, name="second", address="second@example.go.jp")
    take(box, letter())
    assert take(box, letter()) == {"1/1"}
    assert take_mails(box=box, arrived=[arrived(letter(), "2/77")], now=NOW) == {"2/77"}
    take(other, b"Received: from elsewhere\r\nDelivered-To: second@example.go.jp\r\n" + letter())
    assert Ticket.objects.count() == 1
    assert states() == ["taken", "copy", "copy"]
    assert set(KeptMail.objects.values_list("ticket", flat=True)) == {Ticket.objects.get().pk}


def test_a_mailer_that_gives_everything_one_message_id_loses_nothing(world: World, box: Mailbox) -> None:
    assert world.contract.pk == box.contract_id
    take(box, letter(1, text="一件目"), letter(1, text="二件目"))
    assert sorted(Ticket.objects.values_list("text", flat=True)) == ["一件目", "二件目"]


def test_two_copies_in_one_round_are_one_ticket(box: Mailbox) -> None:
    take(box, letter(), letter(), letter(2, text="別の件"))
    assert Ticket.objects.count() == 2
    assert states() == ["taken", "copy", "taken"]


def test_a_stranger_becomes_a_person_of_the_contract_or_waits_in_quarantine(world: World, box: Mailbox) -> None:
    take(box, letter(1, sender="new@example.com"), letter(2, sender="NEW@example.com", text="もう一件"))
    person = Person.objects.get(mail__iexact="new@example.com")
    assert set(Ticket.objects.values_list("requester", flat=True)) == {person.pk}
    assert (person.name, person.sign_in_name) == ("Hanako", None)
    closed = make_box(world, name="staff", address="staff@example.go.jp", takes_strangers=False)
    take(closed, letter(3, sender="other@example.com"), letter(4))
    assert not Person.objects.filter(mail="other@example.com").exists()
    assert (states()[-2:], reasons()[-2:]) == (["quarantined", "taken"], ["stranger", ""])


def answer(**given: Any) -> bytes:  # noqa: ANN401  # headers of a letter
    headers = {"References": "<letter1@mail.example.jp>"}
    return letter(**{"number": 9, "text": "まだ直りません。", **headers, **given})


def test_a_reply_of_the_requester_is_their_word_and_starts_the_clock_again(world: World, box: Mailbox) -> None:
    take(box, letter())
    ticket = Ticket.objects.get()
    world.act(ticket, Act.WAIT, waits_for="requester")
    take(box, answer(), start=2, now=LATER)
    ticket.refresh_from_db()
    step = ticket.activities.get(act="reply")
    assert (step.text, step.visibility, step.at) == ("まだ直りません。", "public", LATER)
    assert ticket.state == "in_progress"
    assert KeptMail.objects.get(message_id="letter9@mail.example.jp").activity_number == step.number


def test_somebody_who_was_given_the_thread_adds_a_note_that_the_requester_does_not_see(box: Mailbox) -> None:
    take(box, letter())
    take(box, answer(sender="colleague@example.com"), start=2)
    step = Activity.objects.get(act="note")
    assert (step.visibility, step.fields["author"]) == ("internal", "Hanako <colleague@example.com>")
    assert Ticket.objects.count() == 1
    assert not Person.objects.filter(mail="colleague@example.com").exists()


def test_a_subject_tag_alone_attaches_who_takes_part_and_no_stranger(world: World, box: Mailbox) -> None:
    ticket = world.ticket()
    take(box, letter(1, subject="Re: [#000001] 件", sender="evil@example.com"))
    assert Ticket.objects.count() == 2
    take(box, letter(2, subject="Re: [#000001] 件"), start=2)
    assert Ticket.objects.count() == 2
    assert ticket.activities.filter(act="reply").count() == 1


def test_a_signed_address_or_token_leads_to_the_ticket_and_a_forged_or_foreign_one_does_not(
    world: World, other: World, box: Mailbox
) -> None:
    ticket, key = world.ticket(), keys_of(world.contract)[0]
    signed = sign_address(mailbox=ADDRESS, reference="000001", key=key)
    take(box, letter(1, to=signed))
    take(box, letter(2, text=f"引用 {sign_text(reference='000001', key=key)}"), start=2)
    assert ticket.activities.filter(act="reply").count() == 2
    foreign = sign_address(mailbox=ADDRESS, reference="000001", key=keys_of(other.contract)[0])
    take(box, letter(3, to=foreign, sender="x@example.com"), start=3)
    assert Ticket.objects.filter(contract=world.contract).count() == 2


def test_a_reply_to_a_merged_ticket_goes_to_the_one_it_was_merged_into(world: World, box: Mailbox) -> None:
    take(box, letter())
    first, second = Ticket.objects.get(), world.ticket()
    Ticket.objects.filter(pk=first.pk).update(merged_into=second)
    take(box, answer(), start=2)
    assert second.activities.filter(act="reply").count() == 1


MACHINES = {
    "auto reply": letter(1, Auto_Submitted="auto-replied"),
    "vacation": letter(1, subject="自動応答: 不在"),
    "own address": letter(1, sender=ADDRESS),
    "own loop mark": letter(1, X_Loop=ADDRESS),
    "null sender": letter(1, Return_Path="<>"),
    "daemon": letter(1, sender="MAILER-DAEMON@example.jp", subject="Undelivered Mail Returned to Sender"),
    "answer to an invitation": of_type(
        b"text/calendar; method=REPLY", b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
    ),
    "abuse report": of_type(
        b"multipart/report; report-type=feedback-report; boundary=b", b"--b\r\n\r\nabuse\r\n--b--\r\n"
    ),
    "receipt": of_type(
        b"multipart/report; report-type=disposition-notification; boundary=b", b"--b\r\n\r\nread\r\n--b--\r\n"
    ),
}


@pytest.mark.parametrize("name", MACHINES)
def test_mail_of_machines_opens_nothing_answers_nothing_and_is_kept(world: World, name: str) -> None:
    box = make_box(world, acknowledges=True)
    take(box, MACHINES[name])
    assert states() == ["machine"]
    assert (Ticket.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    assert KeptMail.objects.get().detail
    assert HistoryRow.objects.filter(act="keep_mail").count() == 1


def test_a_piece_of_a_split_mail_waits_for_a_person(world: World) -> None:
    box = make_box(world, acknowledges=True)
    take(box, of_type(b'message/partial; id="ABC@example.jp"; number=2; total=3', b"the middle of a file"))
    assert states() == ["quarantined"]
    assert (Ticket.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    kept = KeptMail.objects.get()
    assert (kept.reason, "number=2" in kept.detail) == ("partial", True)
    text = signed_in(world, RoleKind.OPERATIONS_MANAGER).get("/c/alpha/mail/quarantine/").content.decode()
    assert "分割されたメールの一部" in text


def test_a_letter_from_an_address_in_full_width_letters_opens_a_ticket_of_its_author(world: World) -> None:
    box = make_box(world)
    take(box, letter(1).replace(b"user-alpha@example.jp", "sato＠example.com".encode()))
    assert states() == ["taken"]
    assert KeptMail.objects.get().sender == "sato@example.com"


def test_an_out_of_office_note_in_a_thread_changes_nothing_there(world: World, box: Mailbox) -> None:
    take(box, letter())
    ticket = Ticket.objects.get()
    world.act(ticket, Act.WAIT, waits_for="requester")
    take(box, answer(Auto_Submitted="auto-replied"), start=2)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.activities.count()) == ("waiting_requester", 2)
    assert KeptMail.objects.get(state="machine").ticket == ticket


def test_too_many_from_one_sender_wait_in_quarantine_and_others_go_on(world: World) -> None:
    box = make_box(world, hourly_limit=3)
    many = [letter(number, text=f"{number}") for number in range(5)]
    take(box, *many, letter(9, sender="other@example.com"))
    assert states() == ["taken"] * 3 + ["quarantined"] * 2 + ["taken"]
    take(box, letter(10, text="later"), start=20, now=NOW + timedelta(minutes=61))
    assert states()[-1] == "taken"


def test_an_acknowledgement_goes_to_people_only(world: World) -> None:
    box = make_box(world, acknowledges=True)
    take(box, letter(), letter(2, List_Id="<news.example.jp>", text="号外"))
    assert Ticket.objects.count() == 2
    sent = OutgoingMail.objects.get()
    assert (sent.recipient, sent.is_automatic) == ("user-alpha@example.jp", True)
    assert b"Auto-Submitted: auto-replied" in bytes(sent.raw)
    assert b"In-Reply-To: <letter1@mail.example.jp>" in bytes(sent.raw)


class BadLuckError(Exception):
    pass


def test_a_message_that_fails_again_and_again_is_set_aside_with_its_bytes_and_stops_nobody(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, poison = looking.look, letter(2, text="毒")

    def look(given: Arrived, *, own_addresses: Collection[str], keys: Sequence[bytes]) -> Looked:
        if given.raw == poison:
            raise BadLuckError(given.source_key)
        return read(given, own_addresses=own_addresses, keys=keys)

    monkeypatch.setattr(taking, "look", look)
    given = [letter(1), poison, letter(3, text="三件目")]
    for _ in range(MOST_TRIES - 1):
        assert take(box, *given) == {"1/1", "1/3"}
    assert Ticket.objects.count() == 2
    assert take(box, *given) == {"1/1", "1/2", "1/3"}
    kept = KeptMail.objects.get(source_key="1/2")
    assert (kept.state, kept.reason, kept.detail) == ("quarantined", "failed", "BadLuckError: 1/2")
    assert bytes(kept.content.raw) == poison
    assert not MailTry.objects.exists()


def test_a_message_that_ends_its_worker_every_time_is_set_aside_unread(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_given: object, **_rest: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(taking, "look", die)
        for _ in range(MOST_TRIES):
            with pytest.raises(KeyboardInterrupt):
                take(box, letter())
    assert take(box, letter()) == {"1/1"}
    assert (states(), reasons()) == (["quarantined"], ["failed"])


def test_a_full_disk_or_a_silent_database_counts_against_no_message(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_given: object) -> None:
        raise OperationalError("could not extend file: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(effects, "keep", fail)
        for _ in range(3 * MOST_TRIES):
            with pytest.raises(IntakeStoppedError, match="No space left"):
                take(box, letter(1), letter(2, text="二件目"))
    assert (Ticket.objects.count(), KeptMail.objects.count()) == (0, 0)
    assert take(box, letter(1), letter(2, text="二件目")) == {"1/1", "1/2"}
    assert states() == ["taken", "taken"]


def test_no_file_can_be_written_and_nothing_is_half_kept(box: Mailbox, settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    settings.FILES_FOLDER = blocked
    message = EmailMessage()
    message["From"] = "user-alpha@example.jp"
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="a.pdf")
    with pytest.raises(IntakeStoppedError):
        take(box, bytes(message))
    assert (Ticket.objects.count(), KeptMail.objects.count(), Activity.objects.count()) == (0, 0, 0)


def test_a_letter_without_subject_author_or_sense_is_visible_and_nothing_breaks(box: Mailbox) -> None:
    take(box, b"From: user-alpha@example.jp\r\n\r\n", b"\x00\xff\x00", b"", letter(4, subject="x" * 5_000))
    assert states() == ["taken", "quarantined", "quarantined", "taken"]
    assert Ticket.objects.order_by("number").first().subject == "（件名なし）"  # type: ignore[union-attr]


def test_only_public_words_are_ever_in_a_visible_step(box: Mailbox) -> None:
    take(box, letter())
    assert {each.visibility for each in Activity.objects.all()} == {Visibility.PUBLIC.value}
