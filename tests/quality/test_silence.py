"""Places that nothing comes from any more: counted in opening hours, mailed once, over by themselves."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import override_settings
from tests.call_facts import call, import_calls
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World, definition_texts
from tests.quality.test_pages import text_of

from madoguchi.calls.models import Board
from madoguchi.contracts.models import DefinitionVersion
from madoguchi.core.mail_vocabulary import MailProtocol, MailState
from madoguchi.core.metrics.load import check_contract
from madoguchi.core.monitoring_vocabulary import MessageState, SourceKind
from madoguchi.core.quality_vocabulary import Arrival
from madoguchi.core.vocabulary import RoleKind
from madoguchi.mail.models import KeptMail, Mailbox
from madoguchi.monitoring.models import Message, Source
from madoguchi.quality.models import Silence
from madoguchi.quality.silence import HOUR_SECONDS, allowed_seconds, mail_silences, note_silences
from madoguchi.quality.tasks import watch_arrivals

HOUR, MINUTES = timedelta(hours=1), timedelta(minutes=1)
# Wednesday 27 May 2026, 11:00 in Japan; the desk is open from 9 to 12 and from 13 to 17
NOON = datetime(2026, 5, 27, 2, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 5, 31, 2, 0, tzinfo=UTC)


def mailbox(world: World, *kept: datetime) -> Mailbox:
    box = Mailbox.objects.create(
        contract=world.contract, name="main", address="desk@example.jp", protocol=MailProtocol.PIPE.value,
        clerk=world.person(RoleKind.OPERATOR),
    )  # fmt: skip
    for each in kept:
        arrived(box, each)
    return box


def arrived(box: Mailbox, at: datetime) -> None:
    KeptMail.objects.create(
        contract=box.contract, mailbox=box, source_key=at.isoformat(), state=MailState.TAKEN.value, received_at=at,
        kept_at=at, sameness=at.isoformat(), size=1, sha256="0" * 64,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "gaps", "set_hours", "hours"),
    [
        (Arrival.MAILBOX, [], None, 8),
        (Arrival.MAILBOX, [3600] * 8, None, 8),  # nine arrivals are too few
        (Arrival.MAILBOX, [3600] * 9, None, 2),  # one and a half hours are too soon
        (Arrival.MAILBOX, [3600] * 8 + [4 * 3600], None, 6),
        (Arrival.MAILBOX, [4 * 3600] * 9, 3, 3),
        (Arrival.MONITORING, [], None, 40),
        (Arrival.TELEPHONE, [4 * 3600] * 9, None, 1),
        (Arrival.TELEPHONE, [4 * 3600] * 9, 30, 30),
    ],
)
def test_silence_is_measured_by_what_is_usual_or_set(
    kind: Arrival, gaps: list[int], set_hours: int | None, hours: int
) -> None:
    assert allowed_seconds(kind, gaps, set_hours=set_hours) == hours * HOUR_SECONDS


def test_a_box_falls_silent_in_opening_hours_alone_and_speaks_again(world: World) -> None:
    # eleven hours of opening a day and a half before noon would be too many
    box = mailbox(world, NOON - 24 * HOUR)
    assert note_silences(now=NOON) == 0  # seven hours of opening
    assert note_silences(now=NOON + 2.5 * HOUR) == 1  # the break at noon is no time
    assert note_silences(now=NOON + 3 * HOUR) == 0
    (alarm,) = Silence.objects.all()
    assert (alarm.kind, alarm.name, alarm.latest_at, alarm.ended_at) == ("mailbox", "main", NOON - 24 * HOUR, None)
    arrived(box, NOON + 3 * HOUR)
    assert note_silences(now=NOON + 3.5 * HOUR) == 0
    alarm.refresh_from_db()
    assert alarm.ended_at == NOON + 3.5 * HOUR
    assert note_silences(now=NOON + 48 * HOUR) == 1  # a new silence is a new alarm


def test_no_alarm_rises_while_the_desk_is_closed_nor_of_what_never_came(world: World) -> None:
    box = mailbox(world)
    assert note_silences(now=NOON) == 0
    arrived(box, NOON - 24 * HOUR)
    assert note_silences(now=SUNDAY) == 0
    Mailbox.objects.update(is_active=False)
    assert note_silences(now=NOON + 4 * HOUR) == 0


def test_a_set_time_takes_the_place_of_what_is_usual(world: World) -> None:
    mailbox(world, NOON - 24 * HOUR)
    with override_settings(SILENT_HOURS=6):
        assert note_silences(now=NOON) == 1


def set_limits(world: World, text: str) -> None:
    texts = definition_texts(world.contract.key)
    texts["contract.toml"] += text
    DefinitionVersion.objects.create(
        contract=world.contract, number=2, in_force_from=NOON.date(), texts=texts, added_at=NOON
    )


def test_a_contract_sets_hours_by_kind_and_by_source(world: World) -> None:
    mailbox(world, NOON - 24 * HOUR)  # seven hours of opening ago
    Board.objects.create(contract=world.contract, heard_at=NOON - 24 * HOUR)
    set_limits(world, "[silence]\nmailbox = 6\ntelephone = 8\n")
    with override_settings(SILENT_HOURS=100):
        assert note_silences(now=NOON) == 1
    assert Silence.objects.get().kind == "mailbox"
    # the one of a name comes before the one of its kind; 0 is never
    texts = "[silence]\nmailbox = 6\ntelephone = 0\n[[silence.source]]\nkind = 'mailbox'\nname = 'main'\nhours = 0\n"
    DefinitionVersion.objects.filter(number=2).delete()
    set_limits(world, texts)
    assert note_silences(now=NOON + 6 * HOUR) == 0
    assert Silence.objects.get().ended_at == NOON + 6 * HOUR


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[silence]\npigeon = 3", "silence.pigeon"),
        ("[silence]\nmailbox = 1001", "silence.mailbox"),
        ("[[silence.source]]\nkind = 'mailbox'\nname = 'a'", "hours"),
        ("[[silence.source]]\nkind = 'mailbox'\nhours = 3", "name"),
        ("[[silence.source]]\nkind = 'mail'\nname = 'a'\nhours = 3", "kind"),
        ("[[silence.source]]\nkind = 'mailbox'\nname = 'a'\nhours = 3\n" * 2, "name"),
    ],
)
def test_wrong_limits_are_named(text: str, key: str) -> None:
    texts = definition_texts("alpha")
    _, problems = check_contract({**texts, "contract.toml": texts["contract.toml"] + text})
    (problem,) = problems
    assert problem.key.endswith(key)


def test_a_telephone_system_that_is_listened_to_is_not_silent(world: World) -> None:
    board = Board.objects.create(contract=world.contract, heard_at=NOON)
    assert note_silences(now=NOON + timedelta(minutes=30)) == 0
    assert note_silences(now=NOON + 3 * HOUR) == 1
    Board.objects.filter(pk=board.pk).update(heard_at=NOON + 3 * HOUR)
    note_silences(now=NOON + 3 * HOUR)
    assert Silence.objects.get().ended_at is not None


def test_a_monitoring_source_and_files_of_calls_fall_silent(world: World) -> None:
    source = Source.objects.create(
        contract=world.contract, key="k", name="prometheus", kind=SourceKind.ALERTMANAGER.value, added_at=NOW,
        latest_at=NOW,
    )  # fmt: skip
    Message.objects.create(
        source=source, digest="0" * 64, size=1, state=MessageState.TAKEN.value, received_at=NOW, latest_at=NOW
    )
    import_calls(world.contract, [call(1)])
    later = NOW + timedelta(days=9)
    assert note_silences(now=later) == 2
    assert set(Silence.objects.values_list("kind", "name")) == {("monitoring", "prometheus"), ("call_files", "")}
    Source.objects.update(revoked_at=later)
    note_silences(now=later)
    assert Silence.objects.get(ended_at=None).kind == "call_files"


def test_managers_and_administrators_are_mailed_once(world: World) -> None:
    mailbox(world, NOON - 48 * HOUR)
    note_silences(now=NOON)
    assert mail_silences(now=SUNDAY) == 0
    with patch("django.core.mail.EmailMessage.send", side_effect=SMTPServerDisconnected):
        assert mail_silences(now=NOON) == 0
    assert mail_silences(now=NOON + MINUTES) == 0  # not yet again
    assert mail_silences(now=NOON + 5 * MINUTES) == 2
    assert mail_silences(now=NOON + 5 * MINUTES) == 0
    told = {address for each in mail.outbox for address in each.to}
    assert told == {world.person(kind).mail for kind in (RoleKind.OPERATIONS_MANAGER, RoleKind.ADMINISTRATOR)}
    assert "メールボックス mainから、2026-05-25 11:00を最後に" in str(mail.outbox[0].body)


def test_who_was_mailed_is_not_mailed_again_because_another_mail_failed(world: World) -> None:
    mailbox(world, NOON - 48 * HOUR)
    note_silences(now=NOON)
    asked: list[str] = []

    def sent(message: EmailMessage) -> int:
        asked.append(message.to[0])
        if len(asked) == 2:
            raise SMTPServerDisconnected
        return 1

    with patch("django.core.mail.EmailMessage.send", autospec=True, side_effect=sent):
        told = [mail_silences(now=NOON + minutes * timedelta(minutes=5)) for minutes in range(3)]
    assert (told, len(asked), asked[1]) == ([1, 1, 0], 3, asked[2])
    # a source that falls silent later is told of alone
    import_calls(world.contract, [call(1)])
    note_silences(now=NOON + timedelta(days=14))
    assert mail_silences(now=NOON + timedelta(days=14)) == 2
    assert "メールボックス" not in str(mail.outbox[0].body)


def test_a_mail_that_fails_is_tried_ever_more_seldom_then_no_more_and_the_page_says_so(world: World) -> None:
    mailbox(world, NOON - 48 * HOUR)
    opening = NOON - 2 * HOUR
    note_silences(now=opening)
    manager, administrator = world.person(RoleKind.OPERATIONS_MANAGER), world.person(RoleKind.ADMINISTRATOR)
    asked: list[tuple[str, int]] = []
    minute = 0

    def sent(message: EmailMessage) -> int:
        asked.append((message.to[0], minute))
        if message.to[0] == manager.mail:
            raise SMTPRecipientsRefused({manager.mail: (550, b"no such user")})
        return 1

    with patch("django.core.mail.EmailMessage.send", autospec=True, side_effect=sent):
        mail_silences(now=opening)
        client = signed_in(world, RoleKind.ADMINISTRATOR)
        waiting = text_of(client.get("/c/alpha/mail/"))
        for minute in (5, 10, 14, 15, 20, 35, 40, 75, 100, 155, 160, 170):
            mail_silences(now=opening + minute * MINUTES)
    assert [at for address, at in asked if address == manager.mail] == [0, 5, 15, 35, 75, 155]
    assert [at for address, at in asked if address == administrator.mail] == [0]
    shown = f"{manager.name}さんへの知らせのメールを"
    assert f"{shown}1回送れませんでした（SMTPRecipientsRefused 550）。次は" in waiting
    given_up = text_of(client.get("/c/alpha/mail/"))
    assert f"{shown}6回送れませんでした" in given_up
    assert "もう送りません" in given_up
    assert Silence.objects.get().mailed_at is not None


def test_who_can_act_sees_it_on_the_page_of_notices(world: World) -> None:
    mailbox(world, NOON - 48 * HOUR)
    note_silences(now=NOON)
    page = text_of(signed_in(world, RoleKind.OPERATIONS_MANAGER).get("/c/alpha/notices/"))
    assert "メールボックス mainから" in page
    assert "メールボックス mainから" in text_of(signed_in(world, RoleKind.ADMINISTRATOR).get("/c/alpha/mail/"))
    assert "メールボックス" not in text_of(signed_in(world, RoleKind.OPERATOR).get("/c/alpha/notices/"))


@pytest.mark.django_db
def test_it_is_looked_at_every_few_minutes() -> None:
    cache.clear()
    with patch("madoguchi.quality.tasks.note_silences", return_value=3) as noted:
        assert (watch_arrivals.func(), watch_arrivals.func(), noted.call_count) == (3, 0, 1)
