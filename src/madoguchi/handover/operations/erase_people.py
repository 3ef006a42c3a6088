"""People erased: what they asked and sent, what is kept of them, and wherever others name them."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.db.models.functions import Lower

from madoguchi.calls.models import Board, CallLink
from madoguchi.calls.rules import compared_number
from madoguchi.contracts.models import Contract
from madoguchi.desk.models import SavedFilter
from madoguchi.handover.disk import Taken
from madoguchi.handover.mentions import erase_mentions
from madoguchi.handover.naming import longest_first, made_up, names_of
from madoguchi.handover.operations.empty import CHUNK, Rows, empty_rows
from madoguchi.handover.retention import TARGETS
from madoguchi.handover.tables import BY_LABEL, ERASED
from madoguchi.knowledge.search.index import forget_words
from madoguchi.mail.models import KeptMail, MailContent
from madoguchi.people.models import DivisionMembership, Person
from madoguchi.people.rules import person_search_key

# rows of which only a name was taken out
NAMES = ":names"
# so many people are looked for at one go
AT_ONCE = 20


def erase_all_of(*, people: Sequence[Person], contract: Contract, taken: Taken) -> Rows:
    """Erase people from the contract's tables. Returns the keys of the rows that were emptied or lost a name."""
    rows = Rows()
    for start in range(0, len(people), AT_ONCE):
        for label, keys in _erase_some(people[start : start + AT_ONCE], contract, taken).items():
            rows[label] = sorted({*rows.get(label, ()), *keys}, key=str)
    return rows


def _erase_some(people: Sequence[Person], contract: Contract, taken: Taken) -> Rows:
    rows, keys = Rows(), [each.pk for each in people]
    names = longest_first(name for each in people for name in names_of(each))
    numbers = {compared_number(each.extension) for each in people} - {""}
    for target in (each for targets in TARGETS.values() for each in targets if each.person):
        model = apps.get_model(target.label)
        about = Q(**{BY_LABEL[target.label].by: contract.pk, f"{target.person}__in": keys})
        due = model._default_manager.filter(about).exclude(target.done).order_by("pk")
        found = empty_rows(target, due, contract=contract, taken=taken)
        rows[target.label] = [*rows.get(target.label, ()), *found]
    _erase_letters({each.mail.lower() for each in people if each.mail}, contract, rows)
    _erase_calls(numbers, contract, rows)
    SavedFilter.objects.filter(person__in=keys).delete()
    for label, named in erase_mentions(contract=contract, names=names).items():
        rows[f"{label}{NAMES}"] = named
    rows["people.Person"] = erase_people(keys)
    for name in names:
        forget_words(name)
    taken.names |= set(names)
    taken.numbers |= made_up(numbers)
    return rows


def _erase_letters(addresses: set[str], contract: Contract, rows: Rows) -> None:
    """Erase the mails that came from some addresses and became no ticket of their own."""
    sent = KeptMail.objects.annotate(address=Lower("sender")).filter(contract=contract, address__in=addresses)
    keys = list(sent.order_by("pk").values_list("pk", flat=True))
    MailContent.objects.filter(mail__in=keys).update(raw=b"")
    KeptMail.objects.filter(pk__in=keys).update(sender="", sender_name="", subject=ERASED, detail="")
    for label in ("mail.KeptMail", "mail.MailContent"):
        rows[label] = sorted({*rows.get(label, ()), *keys}, key=str)


def _erase_calls(numbers: set[str], contract: Contract, rows: Rows) -> None:
    """Erase the numbers of people's calls on others' matters, and what is shown of the telephones at this moment."""
    calls = CallLink.objects.filter(contract=contract, caller__in=numbers)
    keys = list(calls.order_by("pk").values_list("pk", flat=True))
    CallLink.objects.filter(pk__in=keys).update(caller="")
    rows["calls.CallLink"] = sorted({*rows.get("calls.CallLink", ()), *keys}, key=str)
    Board.objects.filter(contract=contract).update(content={})


def erase_people(keys: Sequence[int]) -> list[int | str]:
    """Make people numbers: no name, no address, no way to sign in; their rows stay, and history's keys with them."""
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user__in=keys).delete()
    DivisionMembership.objects.filter(person__in=keys).delete()
    _end_sessions(keys)
    people = list(Person.objects.filter(pk__in=keys).order_by("pk"))
    for each in people:
        each.name = f"{ERASED}{each.pk}"
        each.reading = each.mail = each.extension = each.vouched_by = ""
        each.sign_in_name, each.is_active, each.last_login = None, False, None
        each.search_key = person_search_key(name=each.name, reading="", mail="", extension="")
        each.set_unusable_password()
    columns = [
        "name", "reading", "mail", "extension", "vouched_by", "sign_in_name", "is_active", "last_login", "search_key",
        "password",
    ]  # fmt: skip
    Person.objects.bulk_update(people, columns, batch_size=CHUNK)
    return [each.pk for each in people]


def _end_sessions(keys: Sequence[int]) -> None:
    """Delete the sign-ins of people; whose a session is stands inside it."""
    wanted = {str(each) for each in keys}
    for each in Session.objects.iterator():
        if each.get_decoded().get(SESSION_KEY) in wanted:
            each.delete()
