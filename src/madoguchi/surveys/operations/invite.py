"""Mails of a round: invitations and reminders, sent in the background."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.quality_vocabulary import InvitationChannel, RoundState
from madoguchi.core.surveys.questionnaire import in_language
from madoguchi.desk.errors import FieldError
from madoguchi.surveys.locks import locked_round
from madoguchi.surveys.models import Invitation, Round
from madoguchi.surveys.operations.plan import REMIND
from madoguchi.surveys.queries import sheet_of
from madoguchi.surveys.rules import takes_answers, token_of

MAILS_AT_ONCE = 200
SCHEDULER = "system:scheduler"


@transaction.atomic
def remind(*, access: Access, round_id: int, now: datetime) -> int:
    """Remind everybody asked by mail who has not answered. Returns how many mails are to be sent."""
    access.require(Right.MANAGE)
    found = locked_round(contract=access.contract, round_id=round_id)
    is_day = takes_answers(start_date=found.start_date, closing_date=found.closing_date, day=timezone.localdate(now))
    if found.state != RoundState.OPEN.value or not is_day:
        raise FieldError("state", _("回答期間中の調査回にだけ督促できます。"))
    return _mark_reminders(found, actor=access.person.key, now=now)


def mark_due_reminders(*, now: datetime) -> None:
    """Mark the reminders of rounds whose day for it has come."""
    today = timezone.localdate(now)
    due = Round.objects.filter(
        state=RoundState.OPEN.value, reminder_date__lte=today, closing_date__gte=today, reminded_at__isnull=True
    )
    for each in due.select_related("contract"):
        with transaction.atomic():
            found = locked_round(contract=each.contract, round_id=each.pk)
            if found.reminded_at is None:
                _mark_reminders(found, actor=SCHEDULER, now=now)


def _mark_reminders(found: Round, *, actor: str, now: datetime) -> int:
    waiting = found.invitations.filter(channel=InvitationChannel.MAIL.value, is_used=False, mail_due="")
    count = waiting.update(mail_due=REMIND)
    found.reminded_at = now
    found.save(update_fields=["reminded_at"])
    entry = Entry(act="remind_round", subject=f"round:{found.pk}", details={"mails": count})
    record(chain=found.contract.key, at=now, actor=actor, entries=[entry])
    return count


def send_survey_mails(*, now: datetime) -> int:
    """Send the mails that wait, of rounds that take answers today. Returns how many."""
    today, sent = timezone.localdate(now), 0
    waiting = Invitation.objects.exclude(mail_due="").filter(
        is_used=False, round__state=RoundState.OPEN.value, round__start_date__lte=today, round__closing_date__gte=today
    )
    related = waiting.select_related("person", "round__questionnaire", "round__contract").order_by("pk")
    for each in related[:MAILS_AT_ONCE]:
        # marked before it is sent: a lost mail can be sent again by a reminder, one sent twice cannot be taken back
        if Invitation.objects.filter(pk=each.pk, mail_due=each.mail_due).update(mail_due=""):
            with override(each.person.language):
                survey_mail(each).send()
            sent += 1
    return sent


def survey_mail(invitation: Invitation) -> EmailMessage:
    found, language = invitation.round, invitation.person.language
    title = " ".join(in_language(sheet_of(found).title, language).split())
    subject = _("【再度のお願い】%(title)s") if invitation.mail_due == REMIND else _("%(title)s ご協力のお願い")
    body = _(
        "%(title)s\n\n次のリンクから%(day)sまでにご回答ください。リンクはあなた専用で、1回だけ回答できます。\n%(link)s\n\n"
        "誰がどう答えたかは記録されません。回答したかどうかだけを、督促のために締切まで記録します。\n\n%(contract)s\n"
    )
    link = f"{found.address}s/{token_of(invitation.nonce)}/"
    values = {"title": title, "day": found.closing_date, "link": link, "contract": found.contract.name}
    return EmailMessage(
        subject=subject % {"title": title}, body=body % values, to=[invitation.person.mail],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
