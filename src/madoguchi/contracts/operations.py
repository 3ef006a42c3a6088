"""Writes on contracts, their definitions and roles."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.definitions import parse_definitions
from madoguchi.contracts.models import Contract, ContractOrganisation, DefinitionVersion, Role
from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Organisation, Person


@transaction.atomic
def add_contract(*, key: str, texts: Mapping[str, str], actor: str, at: datetime) -> Contract:
    """Add a contract from its definitions. Raises InvalidInputError with every problem in them."""
    read = parse_definitions(dict(texts), number=1)
    promised = read.promised
    contract = Contract.objects.create(
        key=key, name=promised.name, start_date=promised.period.start_date, end_date=promised.period.end_date
    )
    DefinitionVersion.objects.create(
        contract=contract, number=1, in_force_from=promised.period.start_date, texts=dict(texts), added_at=at
    )
    record(chain=key, at=at, actor=actor, entries=[Entry(act="add_contract", subject=f"contract:{key}")])
    return contract


@transaction.atomic
def add_definitions(
    *, contract: Contract, texts: Mapping[str, str], in_force_from: date, actor: str, at: datetime
) -> DefinitionVersion:
    """Add a version of the definitions, in force from a day on."""
    number = contract.definitions.count() + 1
    parse_definitions(dict(texts), number=number)
    version = DefinitionVersion.objects.create(
        contract=contract, number=number, in_force_from=in_force_from, texts=dict(texts), added_at=at
    )
    details = {"number": number, "from": in_force_from}
    entry = Entry(act="add_definitions", subject=f"contract:{contract.key}", details=details)
    record(chain=contract.key, at=at, actor=actor, entries=[entry])
    return version


@transaction.atomic
def give_role(
    *,
    contract: Contract,
    person: Person,
    kind: RoleKind,
    start_date: date,
    actor: str,
    at: datetime,
    organisation: Organisation | None = None,
) -> Role:
    """Make a person something in a contract from a day on; giving it twice changes nothing."""
    role, is_new = Role.objects.get_or_create(
        contract=contract, person=person, kind=kind.value, start_date=start_date,
        defaults={"organisation": organisation},
    )  # fmt: skip
    if is_new:
        details = {"kind": kind.value, "from": start_date}
        entry = Entry(act="give_role", subject=person.key, details=details)
        record(chain=contract.key, at=at, actor=actor, entries=[entry])
    return role


@transaction.atomic
def end_role(*, role: Role, end_date: date, actor: str, at: datetime) -> None:
    """End a role: from that day on the person is nothing of the kind there."""
    role.end_date = end_date
    role.save(update_fields=["end_date"])
    entry = Entry(act="end_role", subject=role.person.key, details={"kind": role.kind, "on": end_date})
    record(chain=role.contract.key, at=at, actor=actor, entries=[entry])


@transaction.atomic
def add_organisation(*, contract: Contract, key: str, name: str, actor: str, at: datetime) -> Organisation | None:
    """Add an organisation that the contract's administrators look after; None where the key is taken."""
    organisation, is_new = Organisation.objects.get_or_create(key=key, defaults={"name": name})
    if not is_new:
        return None
    ContractOrganisation.objects.create(contract=contract, organisation=organisation)
    entry = Entry(act="add_organisation", subject=f"organisation:{organisation.pk}")
    record(chain=contract.key, at=at, actor=actor, entries=[entry])
    return organisation
