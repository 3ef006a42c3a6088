"""The only row lock of quality: whoever submits or decides a month waits for the contract's row."""

from madoguchi.contracts.models import Contract


def lock_months(contract: Contract) -> None:
    Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=contract.pk)
