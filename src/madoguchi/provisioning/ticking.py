"""Tasks of applications that are done once every connected system took the account as it is now."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from madoguchi.assets.models import Holding
from madoguchi.contracts.models import Contract
from madoguchi.core.works_vocabulary import ApplicationState, Effect, Register
from madoguchi.provisioning.accounts import Account, accounts_of
from madoguchi.provisioning.models import Push, TargetSystem
from madoguchi.works.models import Task
from madoguchi.works.operations.fulfil import finish_passed_on
from madoguchi.works.queries import form_of

LOOKED_AT = 500


def tick_tasks(*, now: datetime) -> int:
    """Finish what was passed on, of every contract with a connected system. Returns how many tasks."""
    contracts = Contract.objects.filter(pk__in=TargetSystem.objects.filter(is_active=True).values("contract"))
    return sum(tick_tasks_of(each, now=now) for each in contracts.order_by("pk"))


def tick_tasks_of(contract: Contract, *, now: datetime) -> int:
    """Finish a contract's tasks whose application worked on accounts that every system took."""
    waiting = _waiting(contract)
    tickets = {each.application.ticket_id for each in waiting}
    worked = Holding.objects.filter(ticket__in=tickets, item__register=Register.ACCOUNT.value)
    accounts: dict[int, set[int]] = {}
    for ticket, item in worked.values_list("ticket_id", "item_id"):
        accounts.setdefault(ticket, set()).add(item)
    taken = _taken(contract, {item for items in accounts.values() for item in items}, now=now)
    return sum(
        finish_passed_on(contract=contract, application_id=each.application_id, task_number=each.number, now=now)
        for each in waiting
        if accounts.get(each.application.ticket_id, {0}) <= taken
    )


def _waiting(contract: Contract) -> list[Task]:
    """Return the open tasks that systems finish, of applications that are carried out."""
    under_way = Task.objects.filter(
        application__ticket__contract=contract, application__state=ApplicationState.FULFILLING.value, done_at=None
    )
    found = under_way.select_related("application__form").order_by("application_id", "number")[:LOOKED_AT]
    return [each for each in found if form_of(each.application).task(each.key).effect is Effect.PASS_ON]


def _taken(contract: Contract, items: Iterable[int], *, now: datetime) -> set[int]:
    """Return the accounts that every connected system took as they are; one that ended untold is taken, too."""
    found = accounts_of(contract, day=timezone.localdate(now), items=items)
    systems = list(TargetSystem.objects.filter(contract=contract, is_active=True).values_list("pk", flat=True))
    pushes = Push.objects.filter(system__in=systems, item__in=found)
    told = {(each.system_id, each.item_id): each.taken_hash for each in pushes}

    def is_taken(key: int, account: Account, system: int) -> bool:
        known = told.get((system, key))
        return not account.is_active if known is None else known == account.hash

    return {key for key, account in found.items() if all(is_taken(key, account, each) for each in systems)}
