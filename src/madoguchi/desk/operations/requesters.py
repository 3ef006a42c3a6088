"""People who ask and are not known yet."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.operations import give_role
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.locks import lock_numbers
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person


@transaction.atomic
def add_requester(
    *, access: Access, name: str, reading: str = "", extension: str = "", mail: str = "", now: datetime
) -> Person:
    """Add a user of the contract whose ticket is opened in the same transaction.

    Raises FieldError where the address is somebody's already: which of the two asks is not to be guessed.
    """
    day = timezone.localdate(now)
    owner = people_of(contract=access.contract, day=day).filter(mail__iexact=mail).first() if mail else None
    if owner is not None:
        text = _(
            "このメールは%(name)sさんのものとして登録されています。依頼者の候補から選ぶか、メールを空けてください。"
        )
        raise FieldError("mail", text % {"name": owner.name})
    # adding a person holds the end of the history: whoever asks for a number after that waits for one who has the
    # number and waits for the history
    lock_numbers(access.contract)
    actor, chain = access.person.key, access.contract.key
    person = add_person(name=name, reading=reading, extension=extension, mail=mail, actor=actor, at=now, chain=chain)
    give_role(
        contract=access.contract, person=person, kind=RoleKind.USER, start_date=day, actor=actor, at=now,
    )  # fmt: skip
    return person
