"""The row locks of the works."""

from madoguchi.contracts.models import Contract
from madoguchi.works.models import Application


def locked_application(*, contract: Contract, application_id: int) -> Application:
    """Return an application that nobody else decides on or works on until the commit."""
    locked = Application.objects.select_for_update(of=("self",), no_key=True).filter(ticket__contract=contract)
    return locked.select_related("ticket", "form").get(pk=application_id)


def lock_forms(contract: Contract) -> None:
    """Let nobody else number a contract's form versions until the commit."""
    Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
