"""`madoguchi audit verify`: prove that the history is whole."""

import argparse
import sys

from madoguchi.cli.serve import prepare

BROKEN = 1


def run(given: argparse.Namespace) -> int:
    """Check every chain, or one. Returns 1 where anything was changed, removed, reordered or cut off."""
    prepare()
    from madoguchi.audit.queries import chains, faults_of, history_of  # noqa: PLC0415  # needs Django set up

    asked = [given.contract] if given.contract else chains()
    broken = 0
    for chain in asked:
        faults = list(faults_of(chain))
        broken += len(faults)
        state = "ok" if not faults else f"{len(faults)} fault(s)"
        sys.stdout.write(f"{chain}: {history_of(chain=chain).count()} rows, {state}\n")
        for fault in faults[: given.limit]:
            sys.stdout.write(f"  {chain} #{fault.number}: {fault.what}\n")
    if not asked:
        sys.stdout.write("there is no history yet\n")
    return BROKEN if broken else 0
