"""What leaves by mail: answers with their thread, sent once, tried again, given up in sight of a person."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.desk_world import NOW, World
from tests.mail.boxes import ADDRESS, letter, make_box, take
from tests.mail.smtp_server import Post, smtp_server

from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.models import Activity, Ticket
from madoguchi.mail.models import KeptMail, Mailbox, OutgoingMail
from madoguchi.mail.operations.outbox import fill_outbox, resend_mail
from madoguchi.mail.rules import WAITS
from madoguchi.mail.sending import send_all
from madoguchi.people.models import Person

USER, OPERATOR = RoleKind.USER, RoleKind.OPERATOR
SECRET = "内部の相談: 相手には言わない"


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    with smtp_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        yield running


def answered(world: World, text: str = "設定を直しました。") -> Ticket:
    ticket = Ticket.objects.get(number=1)
    world.act(ticket, Act.NOTE, text=SECRET)
    world.act(ticket, Act.ANSWER, at=NOW + timedelta(minutes=5), told=True, text=text)
    return ticket


def hurry() -> None:
    OutgoingMail.objects.update(next_try_at=timezone.now())


def test_an_answer_goes_out_in_the_thread_quotes_little_and_tells_nothing_internal(
    world: World, box: Mailbox, post: Post
) -> None:
    take(box, letter(text="\n".join(f"行{number}" for number in range(40))))
    answered(world)
    assert send_all() == 1
    assert send_all() == 0
    (message,) = post.messages()
    assert (message["To"], message["In-Reply-To"]) == ("user-alpha@example.jp", "<letter1@mail.example.jp>")
    assert message["From"].addresses[0].addr_spec == ADDRESS
    text = message.get_content()
    assert "設定を直しました。" in text
    assert text.count("\n>") < 12
    assert SECRET[:5] not in post.taken[0][2].decode()
    assert SECRET[:5] not in text
    sender, recipients, _ = post.taken[0]
    assert (sender, recipients) == (message["Reply-To"].addresses[0].addr_spec, ["user-alpha@example.jp"])
    assert sender.startswith("desk+000001-")


def test_the_answer_to_an_answer_comes_back_to_its_ticket_by_every_sign(world: World, box: Mailbox, post: Post) -> None:
    take(box, letter())
    ticket = answered(world)
    send_all()
    (message,) = post.messages()
    by_reference = letter(2, text="二", References=str(message["Message-ID"]))
    by_address = letter(3, text="三", to=str(message["Reply-To"]))
    by_quote = letter(4, text="四\n" + "\n".join(f"> {line}" for line in message.get_content().split("\n")))
    take(box, by_reference, by_address, by_quote, start=2, now=NOW + timedelta(minutes=9))
    assert ticket.activities.filter(act="reply").count() == 3
    assert Ticket.objects.count() == 1


def test_a_box_whose_server_knows_no_extensions_signs_no_address(world: World, post: Post) -> None:
    box = make_box(world, has_extensions=False)
    take(box, letter())
    answered(world)
    send_all()
    assert post.messages()[0]["Reply-To"] is None
    assert post.taken[0][0] == ADDRESS


def test_a_refusal_for_good_is_a_dead_letter_that_a_person_can_send_again(
    world: World, box: Mailbox, post: Post
) -> None:
    take(box, letter())
    answered(world)
    post.answer = "550 no such user"
    assert send_all() == 0
    mail = OutgoingMail.objects.get()
    assert (mail.state, "no such user" in mail.fault, mail.attempts) == ("dead", True, 1)
    hurry()
    assert send_all() == 0
    post.answer = ""
    assert resend_mail(mail=mail, actor="system:test", now=NOW)
    assert not resend_mail(mail=mail, actor="system:test", now=NOW)
    assert send_all() == 1
    assert len(post.taken) == 1


def test_what_may_pass_is_tried_again_with_the_same_message_id_and_given_up_in_the_end(
    world: World, box: Mailbox, post: Post
) -> None:
    take(box, letter())
    answered(world)
    post.answer = "451 try again later"
    send_all()
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.next_try_at > timezone.now()) == ("waiting", True)
    assert send_all() == 0
    for _ in WAITS:
        hurry()
        send_all()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("dead", len(WAITS) + 1)
    resend_mail(mail=mail, actor="system:test", now=NOW)
    post.answer = ""
    send_all()
    assert post.messages()[0]["Message-ID"] == f"<{mail.message_id}>"


def test_no_mail_server_loses_no_mail(world: World, box: Mailbox, settings: Settings, post: Post) -> None:
    take(box, letter())
    answered(world)
    settings.EMAIL_PORT = 1
    assert send_all() == 0
    assert OutgoingMail.objects.get().state == "waiting"
    settings.EMAIL_PORT = post.port
    hurry()
    assert send_all() == 1


def test_a_sender_that_died_amid_a_mail_leaves_it_to_the_next(world: World, box: Mailbox, post: Post) -> None:
    take(box, letter())
    answered(world)
    fill_outbox(now=NOW)
    OutgoingMail.objects.update(state="sending", attempts=1, next_try_at=timezone.now() + timedelta(minutes=9))
    assert send_all() == 0
    hurry()
    assert send_all() == 1
    assert len(post.taken) == 1


def test_a_contract_without_a_box_tells_by_mail_that_nobody_answers(world: World, post: Post) -> None:
    ticket = world.ticket(subject="件名\r\nBcc: x@example.jp")
    world.act(ticket, Act.ANSWER, told=True, text="直りました")
    assert send_all() == 1
    (message,) = post.messages()
    assert (message["Auto-Submitted"], message["Bcc"]) == ("auto-generated", None)
    assert "直りました" in message.get_content()


def test_an_address_unfit_for_mail_is_a_dead_letter_and_none_is_none(world: World, box: Mailbox, post: Post) -> None:
    assert box.pk
    ticket = world.ticket()
    Person.objects.filter(pk=ticket.requester_id).update(mail="あて先<evil>")
    world.act(ticket, Act.ANSWER, told=True, text="一")
    assert send_all() == 0
    assert OutgoingMail.objects.get().state == "dead"
    Person.objects.filter(pk=ticket.requester_id).update(mail="")
    world.act(ticket, Act.ANSWER, told=True, text="二")
    assert fill_outbox(now=NOW) == 0
    assert (OutgoingMail.objects.count(), post.taken) == (1, [])


def test_a_returned_answer_is_noted_in_its_ticket_and_answers_nobody(world: World, box: Mailbox, post: Post) -> None:
    take(box, letter())
    ticket = answered(world)
    send_all()
    (message,) = post.messages()
    report = (
        f"From: MAILER-DAEMON@example.jp\r\nTo: {post.taken[0][0]}\r\nSubject: Undelivered Mail\r\nReturn-Path: <>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; example.jp\r\n\r\nFinal-Recipient: rfc822; user-alpha@example.jp\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()
    take(box, report, start=2, now=NOW + timedelta(hours=1))
    assert OutgoingMail.objects.get().state == "returned"
    note = Activity.objects.filter(ticket=ticket, act="note").latest("number")
    assert ("5.1.1" in note.text, note.visibility) == (True, "internal")
    assert KeptMail.objects.get(state="machine").ticket == ticket
    assert send_all() == 0
