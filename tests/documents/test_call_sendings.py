"""Reports on calls that go out by mail: when, to whom, once."""

import smtplib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.http import Http404
from tests.call_facts import call, import_calls
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.reports.formats import pdf_text

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.access import access_to
from madoguchi.contracts.models import DefinitionVersion, Role
from madoguchi.core.call_vocabulary import CallReport, Rhythm, SentState
from madoguchi.core.vocabulary import CallOutcome, RoleKind
from madoguchi.documents.call_sendings import add_call_sending, end_call_sending, send_due_call_reports
from madoguchi.documents.models import CallSending, CallSent
from madoguchi.documents.rules import latest_due

TOKYO = ZoneInfo("Asia/Tokyo")
MANAGER = RoleKind.OPERATIONS_MANAGER
PAGE = "/c/alpha/calls/sendings/"
COUNTING = '\n[[call_counting]]\nvalid_from = 2026-04-01\nanswered = ["answered"]\nabandoned = ["queue_abandoned"]\n'
TOMORROW = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("rhythm", "local", "due", "first", "end"),
    [
        (Rhythm.DAILY, "2026-05-20T08:00", "2026-05-20T08:00", "2026-05-19", "2026-05-20"),
        (Rhythm.DAILY, "2026-05-20T07:59", "2026-05-19T08:00", "2026-05-18", "2026-05-19"),
        (Rhythm.WEEKLY, "2026-05-18T08:00", "2026-05-18T08:00", "2026-05-11", "2026-05-18"),
        (Rhythm.WEEKLY, "2026-05-18T07:59", "2026-05-11T08:00", "2026-05-04", "2026-05-11"),
        (Rhythm.MONTHLY, "2026-03-31T23:00", "2026-03-01T08:00", "2026-02-01", "2026-03-01"),
        (Rhythm.MONTHLY, "2026-01-01T07:59", "2025-12-01T08:00", "2025-11-01", "2025-12-01"),
    ],
)  # fmt: skip
def test_the_latest_time_a_report_was_due(rhythm: Rhythm, local: str, due: str, first: str, end: str) -> None:
    due_at, period = latest_due(rhythm=rhythm, hour=8, local=datetime.fromisoformat(local).replace(tzinfo=TOKYO))
    assert due_at == datetime.fromisoformat(due).replace(tzinfo=TOKYO)
    assert (period.start_date, period.end_date) == (date.fromisoformat(first), date.fromisoformat(end))


@pytest.fixture
def sending(world: World) -> CallSending:
    """Return a daily report at 8 to the manager of a contract that says what counts and has two calls today."""
    others = [each.value for each in CallOutcome if each.value not in ("answered", "queue_abandoned")]
    version = DefinitionVersion.objects.get(contract=world.contract)
    left_out = "left_out = [" + ", ".join(f'"{each}"' for each in others) + "]\n"
    version.texts = version.texts | {"contract.toml": version.texts["contract.toml"] + COUNTING + left_out}
    version.added_at += timedelta(seconds=1)  # definitions are kept in memory by version and moment
    version.save()
    import_calls(world.contract, [call(1), call(2, outcome="queue_abandoned", caller="0311110002")])
    signed_in(world, MANAGER)
    role = Role.objects.get(contract=world.contract, kind=MANAGER.value)
    role.person.mail = "manager@example.jp"
    role.person.save()
    return add_call_sending(
        access=access_to(person=role.person, contract_key="alpha", day=NOW.date()), person=role.person,
        report=CallReport.ABANDONED, rhythm=Rhythm.DAILY, hour=8, at=NOW,
    )  # fmt: skip


@pytest.mark.usefixtures("sending")
def test_a_report_goes_out_once_about_the_day_before() -> None:
    assert send_due_call_reports(now=NOW) == 0  # due before it was set
    assert send_due_call_reports(now=TOMORROW) == 1
    assert send_due_call_reports(now=TOMORROW + timedelta(minutes=1)) == 0
    (sent,) = mail.outbox
    assert sent.to == ["manager@example.jp"]
    (attached,) = sent.attachments
    text = pdf_text(bytes(attached[1]))
    assert "0311110002" in text
    row = CallSent.objects.get()
    assert (row.start_date, row.state) == (NOW.date(), SentState.SENT)
    assert HistoryRow.objects.filter(act="export_calls").count() == 1
    assert send_due_call_reports(now=TOMORROW + timedelta(days=1)) == 1


def test_a_right_that_is_gone_when_it_is_due_sends_nothing_and_is_seen(sending: CallSending) -> None:
    Role.objects.filter(person=sending.person).update(kind=RoleKind.OPERATOR.value)
    assert send_due_call_reports(now=TOMORROW) == 0
    Role.objects.filter(person=sending.person).delete()
    assert send_due_call_reports(now=TOMORROW + timedelta(days=1)) == 0
    assert not mail.outbox
    assert [each.state for each in CallSent.objects.all()] == [SentState.REFUSED, SentState.REFUSED]


@pytest.mark.usefixtures("sending")
def test_a_fault_of_the_mail_server_is_tried_again_and_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> int:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        assert send_due_call_reports(now=TOMORROW) == 0
    assert CallSent.objects.get().state == SentState.FAILED
    assert send_due_call_reports(now=TOMORROW + timedelta(minutes=9)) == 0
    assert send_due_call_reports(now=TOMORROW + timedelta(minutes=10)) == 1
    assert send_due_call_reports(now=TOMORROW + timedelta(minutes=20)) == 0
    assert len(mail.outbox) == 1
    assert (CallSent.objects.get().state, CallSent.objects.get().try_count) == (SentState.SENT, 2)


def test_what_another_run_has_taken_is_left_alone(sending: CallSending) -> None:
    CallSent.objects.create(
        sending=sending, start_date=NOW.date(), end_date=TOMORROW.date(), state=SentState.UNDERWAY, tried_at=NOW
    )
    assert send_due_call_reports(now=TOMORROW) == 0
    assert not mail.outbox


def test_nobody_without_the_right_is_put_on_the_list_and_an_end_is_kept(sending: CallSending, world: World) -> None:
    access = access_to(person=sending.person, contract_key="alpha", day=NOW.date())
    operator = signed_in(world, RoleKind.OPERATOR)
    assert operator.get(PAGE).status_code == 403
    outsider = Role.objects.filter(contract=world.contract, kind=RoleKind.OPERATOR.value).first()
    assert outsider is not None
    with pytest.raises(Http404):
        add_call_sending(
            access=access, person=outsider.person, report=CallReport.DAYS, rhythm=Rhythm.DAILY, hour=8, at=NOW
        )
    end_call_sending(access=access, sending_id=sending.pk, at=NOW)
    with pytest.raises(Http404):
        end_call_sending(access=access, sending_id=sending.pk, at=NOW)
    assert send_due_call_reports(now=TOMORROW) == 0


def test_the_page_sets_shows_and_ends(sending: CallSending, world: World) -> None:
    client = signed_in(world, MANAGER)
    given = {"person": sending.person.pk, "report": "days", "rhythm": "weekly", "hour": "7"}
    assert client.post(PAGE, given).status_code == 302
    for wrong in (
        {"hour": "24"},
        {"report": "x"},
        {"rhythm": "hourly"},
        {"person": "0"},
        {"person": "\x00"},
        {"x": "1"},
    ):
        assert client.post(PAGE, given | wrong).status_code == 422, wrong
    assert send_due_call_reports(now=TOMORROW) == 1
    text = client.get(PAGE).content.decode()
    assert Rhythm.WEEKLY.label in text
    assert SentState.SENT.label in text
    ended = CallSending.objects.get(report="days")
    assert client.post(f"{PAGE}{ended.pk}/end/").status_code == 302
    assert client.post(f"{PAGE}{ended.pk}/end/").status_code == 404
    assert HistoryRow.objects.filter(act__in=("add_call_sending", "end_call_sending")).count() == 3
