"""The row locks of the registers."""

from django.http import Http404

from madoguchi.assets.models import Item
from madoguchi.contracts.models import Contract


def locked_item(*, contract: Contract, item_id: int) -> Item:
    """Return an item that nobody else lends or moves until the commit. Raises Http404 for another contract's."""
    found = Item.objects.select_for_update(of=("self",), no_key=True).filter(contract=contract, pk=item_id).first()
    if found is None:
        raise Http404
    return found


def lock_registers(contract: Contract) -> None:
    """Let nobody else add items to a contract's registers until the commit: numbers and serials are checked."""
    Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
