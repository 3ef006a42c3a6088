"""`madoguchi handover`: a whole contract out of this installation, or into it."""

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from madoguchi.cli.serve import prepare
from madoguchi.core.errors import InvalidInputError, Problem

if TYPE_CHECKING:
    from madoguchi.contracts.models import Contract

BROKEN = 1
ACTOR = "system:command line"


def run(given: argparse.Namespace) -> int:
    """Export, import or check. Returns 1 where a dry run or a check finds something."""
    prepare()
    return {"export": _export, "import": _import, "proof": _proof}[given.action](given)


def _export(given: argparse.Namespace) -> int:
    from django.utils import timezone  # noqa: PLC0415  # needs Django set up

    from madoguchi.handover.operations.export import export_to  # noqa: PLC0415

    contract = _contract(given)
    if given.file.exists():
        refuse("export", "FILE", str(given.file), "a file that is not there yet")
    exported = export_to(contract=contract, path=given.file, actor=ACTOR, now=timezone.now())
    sys.stdout.write(
        f"{given.file}: {sum(exported.rows.values())} rows, {exported.files} files, {exported.size} bytes\n"
        f"SHA-256 {exported.sha256}\n"
    )
    return 0


def _contract(given: argparse.Namespace) -> "Contract":
    from madoguchi.contracts.models import Contract  # noqa: PLC0415

    contract = Contract.objects.filter(key=given.contract.replace("\0", "")).first()
    if contract is None:
        keys = ", ".join(Contract.objects.order_by("key").values_list("key", flat=True)) or "none is here"
        refuse(given.action, "CONTRACT", given.contract, f"a contract of this installation: {keys}")
    return contract


def _proof(given: argparse.Namespace) -> int:
    from madoguchi.handover.operations.clear import clearing  # noqa: PLC0415
    from madoguchi.handover.proof import proofs  # noqa: PLC0415

    contract, broken, count = _contract(given), 0, 0
    for erasure, faults in proofs(contract):
        rows, count = sum(len(keys) for keys in erasure.rows.values()), count + 1
        state = "ok" if not faults else f"{len(faults)} fault(s)"
        sys.stdout.write(f"{contract.key} erasure {erasure.pk}: {rows} rows, {erasure.sha256}, {state}\n")
        for fault in faults:
            sys.stdout.write(f"  {fault}\n")
        broken += len(faults)
    for erasure in clearing(contract):
        count += 1
        state = f"files are being gone through, {erasure.searched_count} so far {erasure.fault}".rstrip()
        sys.stdout.write(f"{contract.key} erasure {erasure.pk}: {state}\n")
    if not count:
        sys.stdout.write(f"{contract.key}: nothing was erased yet\n")
    return BROKEN if broken else 0


def _import(given: argparse.Namespace) -> int:
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.handover.importing import import_archive  # noqa: PLC0415
    from madoguchi.handover.queries import to_set_anew  # noqa: PLC0415
    from madoguchi.people.models import Person  # noqa: PLC0415

    if not given.file.is_file():
        refuse("import", "FILE", str(given.file), "an archive that an export wrote")
    if given.dry_run:
        return _look(given)
    person = Person.objects.filter(sign_in_name=given.administrator or "", is_active=True).first()
    if person is None:
        refuse(
            "import", "--administrator", str(given.administrator), "the sign-in name of somebody of this installation"
        )
        return BROKEN
    imported = import_archive(path=given.file, administrator=person, now=timezone.now())
    matched = imported.matched
    sys.stdout.write(
        f"{imported.contract.key} {imported.contract.name}: {sum(imported.rows.values())} rows, "
        f"{len(matched.known)} people matched, {len(matched.new)} made without sign-in\n"
        f"SHA-256 {imported.archive_sha256}\nnow run: madoguchi audit verify --contract {imported.contract.key}\n"
    )
    for line in to_set_anew(imported.contract):
        sys.stdout.write(f"to be set anew: {line}\n")
    return 0


def _look(given: argparse.Namespace) -> int:
    from madoguchi.handover.importing import look_at  # noqa: PLC0415

    found = look_at(given.file)
    sys.stdout.write(f"{found.key} {found.name}\n")
    for label, count in found.rows.items():
        sys.stdout.write(f"  {label}: {count}\n")
    matched = found.matched
    sys.stdout.write(f"people: {len(matched.known)} matched, {len(matched.new)} to be made without sign-in\n")
    for note in found.notes:
        sys.stdout.write(f"note: {note}\n")
    for problem in found.conflicts:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(f"{len(found.conflicts)} conflict(s); nothing was changed\n")
    return BROKEN if found.conflicts else 0


def refuse(action: str, key: str, given: str, allowed: str) -> NoReturn:
    raise InvalidInputError([Problem(where=f"madoguchi handover {action}", key=key, given=given, allowed=allowed)])
