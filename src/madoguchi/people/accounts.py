"""Writes on accounts: ended, opened again, given a new password, freed from a lost second factor."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from madoguchi.audit.operations import Entry, record
from madoguchi.audit.rules import INSTALLATION
from madoguchi.core.errors import MadoguchiError
from madoguchi.people.models import Person


class WeakPasswordError(MadoguchiError):
    """The password is refused; the message says what is asked of one."""


@transaction.atomic
def deactivate_person(*, person: Person, actor: str, at: datetime) -> None:
    """Shut a person out at once: no sign-in, and every session and token of theirs is dead for good."""
    person.is_active = False
    person.access_ended_at = at
    person.save(update_fields=["is_active", "access_ended_at"])
    _record(person, act="deactivate_person", actor=actor, at=at)


@transaction.atomic
def reactivate_person(*, person: Person, actor: str, at: datetime) -> None:
    """Let a person sign in again; what they had before stays dead."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    _record(person, act="reactivate_person", actor=actor, at=at)


@transaction.atomic
def give_password(*, person: Person, password: str, actor: str, at: datetime) -> None:
    """Give a person a password of ours, also where the ministry vouched for them; sessions of before end."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise WeakPasswordError(" ".join(error.messages)) from None
    person.set_password(password)
    person.vouched_by = ""
    person.save(update_fields=["password", "vouched_by"])
    _record(person, act="give_password", actor=actor, at=at)


@transaction.atomic
def remove_second_factor(*, person: Person, actor: str, at: datetime) -> None:
    """Take a lost second factor away; the password alone signs in until the person sets a new one."""
    Authenticator.objects.filter(user=person).delete()
    _record(person, act="remove_second_factor", actor=actor, at=at)


@transaction.atomic
def choose_language(*, person: Person, language: str, at: datetime) -> None:
    """Keep the language that mails to a person are in."""
    person.language = language
    person.save(update_fields=["language"])
    _record(person, act="choose_language", actor=person.key, at=at)


def _record(person: Person, *, act: str, actor: str, at: datetime) -> None:
    record(chain=INSTALLATION, at=at, actor=actor, entries=[Entry(act=act, subject=person.key)])
