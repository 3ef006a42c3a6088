"""`madoguchi audit verify`: prove that the history is whole and that frozen months still come out of the facts."""

import argparse
import sys

from madoguchi.cli.serve import prepare

BROKEN = 1


def run(given: argparse.Namespace) -> int:
    """Check every chain and frozen month, or one contract's. Returns 1 where anything is not what it was."""
    prepare()
    from madoguchi.audit.queries import chains  # noqa: PLC0415  # needs Django set up

    asked = [given.contract] if given.contract else chains()
    broken = sum(_history(chain, limit=given.limit) for chain in asked)
    broken += sum(_months(chain, limit=given.limit) for chain in asked)
    if not asked:
        sys.stdout.write("there is no history yet\n")
    return BROKEN if broken else 0


def _history(chain: str, *, limit: int) -> int:
    from madoguchi.audit.queries import faults_of, history_of  # noqa: PLC0415

    faults = list(faults_of(chain))
    state = "ok" if not faults else f"{len(faults)} fault(s)"
    sys.stdout.write(f"{chain}: {history_of(chain=chain).count()} rows, {state}\n")
    for fault in faults[:limit]:
        sys.stdout.write(f"  {chain} #{fault.number}: {fault.what}\n")
    return len(faults)


def _months(chain: str, *, limit: int) -> int:
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.contracts.models import Contract  # noqa: PLC0415
    from madoguchi.quality.verify import verified_months  # noqa: PLC0415

    contract, broken = Contract.objects.filter(key=chain).first(), 0
    for month in verified_months(contract=contract, now=timezone.now()) if contract else ():
        broken += len(month.faults)
        state = "ok" if not month.faults else f"{len(month.faults)} difference(s)"
        name = f"{chain} {month.month:%Y-%m} revision {month.revision}"
        sys.stdout.write(f"{name}: {month.figure_count} figures measured again, {state}\n")
        for fault in month.faults[:limit]:
            sys.stdout.write(f"  {name}: {fault}\n")
    return broken
