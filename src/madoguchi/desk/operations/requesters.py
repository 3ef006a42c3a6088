"""People who ask and are not known yet."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.operations import give_role
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.locks import lock_numbers
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person


@transaction.atomic
def add_requester(*, access: Access, name: str, extension: str = "", now: datetime) -> Person:
    """Add a user of the contract whose ticket is opened in the same transaction."""
    # adding a person holds the end of the history: whoever asks for a number after that waits for one who has the
    # number and waits for the history
    lock_numbers(access.contract)
    actor, chain = access.person.key, access.contract.key
    person = add_person(name=name, extension=extension, actor=actor, at=now, chain=chain)
    give_role(
        contract=access.contract, person=person, kind=RoleKind.USER, start_date=timezone.localdate(now), actor=actor,
        at=now,
    )  # fmt: skip
    return person
