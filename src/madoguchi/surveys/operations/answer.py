"""Taking an answer: once a person, and so that nobody can tell whose it is.

The invitation learns that it is used and nothing else. The answer knows its round and nothing else, and every time one
is written, others of its round are written anew with it in a random order under new keys: the order of rows, what a
database keeps of the transaction a row was written by, and two looks at the table a moment apart show a crowd.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import SystemRandom
from secrets import token_urlsafe
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.quality_vocabulary import InvitationChannel, RoundMode, RoundState
from madoguchi.core.surveys.questionnaire import Checked, check_answers
from madoguchi.core.vocabulary import RoleKind
from madoguchi.surveys.errors import AlreadyAnsweredError, EmptySheetError, SheetError, SurveyClosedError
from madoguchi.surveys.locks import locked_round
from madoguchi.surveys.models import Comment, Invitation, Response, Round, RoundStratum
from madoguchi.surveys.operations.stratify import kept_stratum
from madoguchi.surveys.queries import sheet_of
from madoguchi.surveys.rules import first_moment, folded, takes_answers

MIXED = 30
NOBODY = "system:survey"
Row = TypeVar("Row", Response, Comment)


@transaction.atomic
def answer_by_link(*, invitation: Invitation, given: Mapping[str, str], now: datetime) -> None:
    """Take the answer of a personal link. Raises SheetError, AlreadyAnsweredError, SurveyClosedError."""
    found = locked_round(contract=invitation.round.contract, round_id=invitation.round_id)
    checked = _checked(found, given, now=now)
    _use(Invitation.objects.filter(pk=invitation.pk, channel=InvitationChannel.MAIL.value))
    _keep(found, checked, stratum=kept_stratum(invitation), now=now)


@transaction.atomic
def answer_in_portal(*, access: Access, round_id: int, given: Mapping[str, str], now: datetime) -> None:
    """Take the answer of somebody who signed in; users who came after the round was opened may answer too."""
    access.require(Right.ASK)
    try:
        found = locked_round(contract=access.contract, round_id=round_id)
    except Round.DoesNotExist:
        raise Http404 from None
    if found.mode != RoundMode.PORTAL.value or found.state == RoundState.PLANNED.value:
        raise Http404
    checked = _checked(found, given, now=now)
    own = Invitation.objects.filter(round=found, person=access.person)
    if RoleKind.USER in access.roles and not own.exists():
        Invitation.objects.create(
            round=found, person=access.person, channel=InvitationChannel.PORTAL.value, nonce=token_urlsafe(24)
        )
        found.invited_count += 1
        found.population_count = max(found.population_count, found.invited_count)
        found.save(update_fields=["invited_count", "population_count"])
    _use(own.filter(channel=InvitationChannel.PORTAL.value))
    invitation = own.select_related("round__questionnaire", "stratum").get()
    _keep(found, checked, stratum=kept_stratum(invitation), now=now)


def _checked(found: Round, given: Mapping[str, str], *, now: datetime) -> Checked:
    is_day = takes_answers(
        start_date=found.start_date, closing_date=found.closing_date, day=timezone.localdate(now)
    )  # fmt: skip
    if found.state != RoundState.OPEN.value or not is_day:
        raise SurveyClosedError
    return checked_sheet(found, given)


def checked_sheet(found: Round, given: Mapping[str, str]) -> Checked:
    """Return what is kept of a sheet. Raises SheetError or EmptySheetError."""
    checked = check_answers(sheet_of(found), given)
    if checked.faults:
        raise SheetError(dict(checked.faults))
    if not checked.choices and not checked.comments:
        raise EmptySheetError
    return checked


def _use(own: QuerySet[Invitation]) -> None:
    if not own.filter(is_used=False).update(is_used=True, mail_due=""):
        raise AlreadyAnsweredError


def _keep(found: Round, sheet: Checked, *, stratum: RoundStratum | None, now: datetime) -> None:
    keep_sheets(found, [sheet], stratum=stratum)
    # the day without the hour: a row of the history must not stand beside a sign-in of the same minute
    entry = Entry(act="answer_survey", subject=f"round:{found.pk}")
    record(chain=found.contract.key, at=first_moment(timezone.localdate(now)), actor=NOBODY, entries=[entry])


def keep_sheets(found: Round, sheets: Sequence[Checked], *, stratum: RoundStratum | None) -> None:
    """Write answer sheets among others of the round."""
    responses = [Response(round=found, stratum=stratum, answers=dict(each.choices)) for each in sheets]
    comments = [
        Comment(round=found, question=question, text=text, search_key=folded(text))
        for each in sheets
        for question, text in each.comments.items()
    ]
    kept = [
        Response(round=found, stratum_id=each.stratum_id, answers=each.answers) for each in _taken_out(Response, found)
    ]
    _write(Response, [*responses, *kept])
    if comments:
        texts = _taken_out(Comment, found)
        kept_texts = [
            Comment(round=found, question=each.question, text=each.text, search_key=each.search_key) for each in texts
        ]
        _write(Comment, [*comments, *kept_texts])


def _taken_out(model: type[Row], found: Round) -> list[Row]:
    """Take some rows of the round out of the table, chosen by chance."""
    rows = list(model.objects.filter(round=found).order_by("?")[:MIXED])
    model.objects.filter(pk__in=[each.pk for each in rows]).delete()
    return rows


def _write(model: type[Row], rows: list[Row]) -> None:
    SystemRandom().shuffle(rows)
    model.objects.bulk_create(rows, batch_size=1_000)
