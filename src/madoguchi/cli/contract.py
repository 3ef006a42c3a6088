"""`madoguchi contract add`: a contract's desk with its first administrator."""

import argparse
import getpass
import sys

from madoguchi.cli.serve import prepare
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.intake.definitions import read_definitions

SHORTEST_PASSWORD = 12


def run(given: argparse.Namespace) -> int:
    """Open a desk for the contract of a folder; the password is asked for, or read from standard input."""
    texts = read_definitions(given.contract)
    prepare()
    from django.db import transaction  # noqa: PLC0415  # needs Django set up
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.contracts.models import Contract  # noqa: PLC0415
    from madoguchi.contracts.operations import add_contract, give_role  # noqa: PLC0415
    from madoguchi.core.vocabulary import RoleKind  # noqa: PLC0415
    from madoguchi.desk.operations.arrange import open_desk  # noqa: PLC0415
    from madoguchi.people.models import Person  # noqa: PLC0415
    from madoguchi.people.operations import add_person  # noqa: PLC0415

    if Contract.objects.filter(key=given.key).exists():
        refuse("--key", given.key, "a key that no contract has yet")
    person = Person.objects.filter(sign_in_name=given.administrator).first()
    password = None if person else asked_password()
    now, actor = timezone.now(), "system:command line"
    with transaction.atomic():
        contract = add_contract(key=given.key, texts=texts, actor=actor, at=now)
        open_desk(contract=contract, actor=actor, at=now)
        if person is None:
            person = add_person(
                name=given.administrator, sign_in_name=given.administrator, password=password, actor=actor, at=now
            )
        give_role(
            contract=contract,
            person=person,
            kind=RoleKind.ADMINISTRATOR,
            start_date=timezone.localdate(),
            actor=actor,
            at=now,
        )
    sys.stdout.write(f"{contract.key} {contract.name}: /c/{contract.key}/people/\n")
    return 0


def asked_password() -> str:
    given = getpass.getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(given) < SHORTEST_PASSWORD:
        refuse("password", f"{len(given)} characters", f"at least {SHORTEST_PASSWORD} characters")
    return given


def refuse(key: str, given: str, allowed: str) -> None:
    raise InvalidInputError([Problem(where="madoguchi contract add", key=key, given=given, allowed=allowed)])
