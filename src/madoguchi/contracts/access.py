"""Who may see and do what in a contract: the one door to a contract's data."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from madoguchi.contracts.models import Contract, ContractOrganisation, Role
from madoguchi.contracts.rules import Right, has_right
from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Organisation, Person
from madoguchi.prepared.queries import prepared


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """A person in a contract, with what they are there today. Every domain call takes one."""

    contract: Contract
    person: Person
    roles: frozenset[RoleKind]
    organisations: frozenset[int]

    def may(self, right: Right) -> bool:
        return has_right(self.roles, right)

    def require(self, right: Right) -> None:
        """Raise PermissionDenied (403) where the right is missing."""
        if not self.may(right):
            raise PermissionDenied(right.value)

    @property
    def is_only_user(self) -> bool:
        return self.roles == {RoleKind.USER}


def _in_force(day: date) -> Q:
    return Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gt=day))


def access_to(*, person: Person, contract_key: str, day: date) -> Access:
    """Return what a person is in a contract. Raises Http404 for no role: a stranger cannot tell it exists."""
    roles = _roles_of(person.pk, contract_key, day)
    if not roles or not person.is_active:
        raise Http404
    return _access(person, roles)


@prepared
def _roles_of(person_id: int, contract_key: str, day: date) -> QuerySet[Role]:
    return Role.objects.filter(_in_force(day), person=person_id, contract__key=contract_key).select_related("contract")


def accesses_of(*, person: Person, day: date) -> list[Access]:
    """Return a person's accesses, one a contract, in order of the contracts' keys."""
    by_contract: dict[str, list[Role]] = {}
    roles = Role.objects.filter(_in_force(day), person=person).select_related("contract").order_by("contract__key")
    for role in roles:
        by_contract.setdefault(role.contract.key, []).append(role)
    return [_access(person, roles) for roles in by_contract.values()]


def _access(person: Person, roles: list[Role]) -> Access:
    organisations = {role.organisation_id or person.organisation_id for role in roles}
    return Access(
        contract=roles[0].contract,
        person=person,
        roles=frozenset(RoleKind(role.kind) for role in roles),
        organisations=frozenset(each for each in organisations if each is not None),
    )


def people_of(*, contract: Contract | int, day: date, kinds: frozenset[RoleKind] | None = None) -> QuerySet[Person]:
    """Return the active people with a role in a contract on a day."""
    roles = Role.objects.filter(_in_force(day), contract=contract)
    if kinds is not None:
        roles = roles.filter(kind__in=[kind.value for kind in kinds])
    return Person.objects.filter(is_active=True, pk__in=roles.values("person_id"))


def organisations_of(contract: Contract) -> QuerySet[Organisation]:
    """Return the organisations a contract has to do with: its own, and those of whoever has or had a role in it."""
    of_roles = Role.objects.filter(contract=contract, organisation__isnull=False).values("organisation_id")
    of_people = Person.objects.filter(roles__contract=contract, organisation__isnull=False).values("organisation_id")
    own = ContractOrganisation.objects.filter(contract=contract).values("organisation_id")
    return Organisation.objects.filter(Q(pk__in=of_roles) | Q(pk__in=of_people) | Q(pk__in=own)).order_by("name")


def members_of(contract: Contract) -> QuerySet[Person]:
    """Return everybody who has, had or will have a role in a contract, active or not."""
    return Person.objects.filter(pk__in=Role.objects.filter(contract=contract).values("person_id"))


def is_elsewhere(*, person: Person, contract: Contract, day: date) -> bool:
    """Return whether a person has a role in another contract from a day on: their account is not this one's alone."""
    others = Role.objects.filter(person=person).exclude(contract=contract)
    return others.filter(Q(end_date__isnull=True) | Q(end_date__gt=day)).exists()
