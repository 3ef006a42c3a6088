"""The row locks of the registers."""

from django.db.models import QuerySet
from django.http import Http404

from madoguchi.assets.models import Item, ItemImport
from madoguchi.contracts.models import Contract


def locked_item(*, contract: Contract, item_id: int) -> Item:
    """Return an item that nobody else lends or moves until the commit. Raises Http404 for another contract's."""
    found = Item.objects.select_for_update(of=("self",), no_key=True).filter(contract=contract, pk=item_id).first()
    if found is None:
        raise Http404
    return found


def lock_registers(contract: Contract) -> None:
    """Let nobody else add items to a contract's registers until the commit: numbers and serials are checked.

    Whoever may also open tickets asks for their numbers before this.
    """
    Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)


def locked_items(contract: Contract) -> QuerySet[Item]:
    """Return all items of a contract, that nobody else lends, moves or changes until the commit."""
    return Item.objects.select_for_update(no_key=True).filter(contract=contract).order_by("pk")


def lock_imported(run: ItemImport) -> None:
    """Let nobody else lend, move or change an import's items until the commit."""
    items = Item.objects.filter(pk__in=run.rows.exclude(item=None).values("item"))
    list(items.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
