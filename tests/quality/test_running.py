"""The running month: forecast, budget, and alerts in opening hours alone."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

from django.core import mail
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World, definition_texts
from tests.quality.test_months import STRICT, WITHIN
from tests.quality.test_pages import text_of

from madoguchi.core.quality_vocabulary import BudgetLevel
from madoguchi.core.vocabulary import Act, RoleKind, Verdict
from madoguchi.quality.alerts import mail_alerts, send_budget_alerts
from madoguchi.quality.models import BudgetAlert
from madoguchi.quality.running import RunningFigure, running_month
from madoguchi.quality.tasks import alert_budgets

# Wednesday 27 May 2026, 11:00 in Japan; Sunday 31 May
NOON, SUNDAY = datetime(2026, 5, 27, 2, 0, tzinfo=UTC), datetime(2026, 5, 31, 2, 0, tzinfo=UTC)
COUNT = STRICT.replace("target = 2", "target = {target}")


def worked(world: World, *, target: int, late_every: int = 3, days: int = 28) -> None:
    """Receive two tickets on each of the latest open days; every so many is answered late."""
    texts = definition_texts(world.contract.key) | {
        "indicators/ticket_count.toml": COUNT.format(target=target), "indicators/first_answer.toml": WITHIN,
    }  # fmt: skip
    world.contract.definitions.update(texts=texts, added_at=NOW + timedelta(seconds=5, minutes=target))
    number = 0
    for back in range(days, 0, -1):
        day = NOON - timedelta(days=back)
        for minutes in (0, 10) if day.weekday() < 5 else ():
            number += 1
            ticket = world.ticket(at=day + timedelta(minutes=minutes))
            wait = 200 if number % late_every == 0 else 20
            world.act(ticket, Act.ANSWER, at=day + timedelta(minutes=minutes + wait), told=True, text="回答")


def figure(world: World, name: str, *, now: datetime = NOON) -> RunningFigure:
    month = running_month(contract=world.contract, now=now)
    return next(each for each in month.figures if each.measurement.indicator.id == name)


def test_the_month_is_told_from_its_days(world: World) -> None:
    worked(world, target=40)
    count = figure(world, "ticket_count")
    assert count.forecast is not None
    # 36 in May, three open days and a weekend to come; of the Wednesdays, Thursdays and Fridays since April, about half
    # had two tickets
    assert count.measurement.figure.tally.counted == 36
    assert count.forecast.days_left == 5
    assert 36 + 3 < count.forecast.exact < 36 + 6
    assert count.forecast.low == 36
    assert count.budget is not None
    assert count.budget.left == 40 - 36
    within = figure(world, "first_answer")
    assert within.verdict is Verdict.MISSED
    assert within.budget is not None
    assert within.budget.left < 0
    assert within.levels == (BudgetLevel.GONE, BudgetLevel.FORECAST_MISSED)
    assert [each.figure.window.label for each in within.trend] == ["2026-04", "2026-05"]


def test_nothing_so_far_is_not_told(world: World) -> None:
    worked(world, target=2, days=0)
    within = figure(world, "first_answer")
    assert (within.forecast, within.verdict, within.budget, within.levels) == (None, None, None, ())


def test_alerts_reach_managers_and_the_division_once_and_never_on_a_closed_day(world: World) -> None:
    worked(world, target=400)
    assert send_budget_alerts(now=SUNDAY) == 0
    assert send_budget_alerts(now=NOON) == 4
    assert send_budget_alerts(now=NOON + timedelta(minutes=5)) == 0
    told = {each.person.pk for each in BudgetAlert.objects.all()}
    assert told == {world.person(kind).pk for kind in (RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION)}
    texts = BudgetAlert.objects.values_list("text", flat=True)
    assert any("1時間以内の回答：このままでは" in text and "未達の見込み" in text for text in texts)
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert "今月の許容件数を" in text_of(manager.get("/c/alpha/notices/"))
    manager.post("/c/alpha/notices/")
    assert BudgetAlert.objects.filter(seen_at__isnull=True).count() == 2


def test_manager_is_mailed_once_for_what_is_new_and_in_opening_hours_alone(world: World) -> None:
    worked(world, target=400)
    send_budget_alerts(now=NOON)
    assert mail_alerts(now=SUNDAY) == 0
    assert mail_alerts(now=NOON) == 1
    assert mail_alerts(now=NOON + timedelta(minutes=30)) == 0
    (sent,) = mail.outbox
    manager = world.person(RoleKind.OPERATIONS_MANAGER)
    assert sent.to == [manager.mail]
    assert "2件" in sent.subject
    assert "未達の見込み" in str(sent.body)
    BudgetAlert.objects.create(
        contract=world.contract, person=manager, month=NOON.date().replace(day=1), indicator="ticket_count",
        level=BudgetLevel.LOW.value, text="受付件数：あと3件まで", sent_at=NOON,
    )  # fmt: skip
    # an hour later is the break at noon
    assert mail_alerts(now=NOON + timedelta(minutes=50)) == 1
    assert str(mail.outbox[1].body).splitlines()[0] == "受付件数：あと3件まで"
    assert "1時間以内の回答" not in str(mail.outbox[1].body)


def test_mail_that_could_not_be_sent_is_tried_again(world: World) -> None:
    worked(world, target=400)
    send_budget_alerts(now=NOON)
    with patch("django.core.mail.EmailMessage.send", side_effect=SMTPServerDisconnected):
        assert mail_alerts(now=NOON) == 0
    assert mail_alerts(now=NOON + timedelta(minutes=30)) == 1


def test_what_the_manager_has_seen_is_not_mailed(world: World) -> None:
    worked(world, target=400)
    send_budget_alerts(now=NOON)
    BudgetAlert.objects.update(seen_at=NOON)
    assert mail_alerts(now=NOON) == 0


def test_little_left_is_told_before_it_is_gone(world: World) -> None:
    worked(world, target=40, late_every=1000)
    assert figure(world, "ticket_count").levels == (BudgetLevel.LOW,)
    world.person(RoleKind.OPERATIONS_MANAGER).__class__.objects.update(language="en")
    send_budget_alerts(now=NOON)
    assert any("more this month keep the target" in each.text for each in BudgetAlert.objects.all())


def test_the_task_measures_at_most_every_half_hour(world: World) -> None:
    assert world.contract.pk
    with patch("madoguchi.quality.tasks.send_budget_alerts", return_value=3) as sent:
        first = alert_budgets.func()
        second = alert_budgets.func()
    assert (first, second, sent.call_count) == (3, 0, 1)


def test_the_page_says_how_the_month_would_end(world: World) -> None:
    worked(world, target=40)
    auditor = signed_in(world, RoleKind.AUDITOR)
    with patch("django.utils.timezone.now", return_value=NOON):
        shown = text_of(auditor.get("/c/alpha/months/running/"))
    assert "このままでは" in shown
    assert "件超過" in shown
    assert "今月はあと" in shown
    assert "<svg" in shown
