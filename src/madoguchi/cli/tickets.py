"""`madoguchi tickets`: another tool's ledger brought into a desk by the same code as its page, or taken back."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from madoguchi.cli.serve import prepare
from madoguchi.core.errors import InvalidInputError, Problem

if TYPE_CHECKING:
    from rich.progress import Progress

    from madoguchi.contracts.access import Access
    from madoguchi.imports.mapping import LedgerMapping
    from madoguchi.imports.models import ImportRun

REFUSED = 1


def run(given: argparse.Namespace) -> int:
    prepare()
    return {"import": bring, "undo": undo}[given.action](given)


def bring(given: argparse.Namespace) -> int:
    """Bring a file in, or only try it out. Returns 1 where rows were refused."""
    from django.utils import timezone  # noqa: PLC0415  # needs Django set up

    from madoguchi.desk.tasks import file_for_search  # noqa: PLC0415
    from madoguchi.imports.operations.carry_out import carry_out  # noqa: PLC0415
    from madoguchi.imports.operations.runs import check_ledger, discard_run, start_import, take_file  # noqa: PLC0415

    access, content = _access(given), given.file.read_bytes()
    mapping = _mapping(given, access, content)
    taken = take_file(access=access, name=given.file.name, content=content, mapping=mapping, now=timezone.now())
    with _bar() as bar:
        looking = bar.add_task("試行", total=None)
        checked = check_ledger(
            access=access, run_id=taken.pk, now=timezone.now(),
            progress=lambda count: bar.update(looking, completed=count),
        )  # fmt: skip
        bar.update(looking, completed=checked.row_count, total=checked.row_count)
        _write_refused(given, checked)
        if not given.dry_run and checked.added_count:
            start_import(access=access, run_id=taken.pk, now=timezone.now())
            bringing = bar.add_task("取込", total=checked.row_count)
            carry_out(
                access=access, run_id=taken.pk,
                progress=lambda done, whole: bar.update(bringing, completed=done, total=whole),
            )  # fmt: skip
            checked.refresh_from_db()
            file_for_search.enqueue()
    _report(checked, is_trial=given.dry_run)
    if given.dry_run or not checked.added_count:
        discard_run(access=access, run_id=taken.pk, now=timezone.now())
    return REFUSED if checked.refused_count else 0


def undo(given: argparse.Namespace) -> int:
    """Take an import back as a whole."""
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.imports.models import ImportRun  # noqa: PLC0415
    from madoguchi.imports.operations.undo import ask_undo, carry_out_undo  # noqa: PLC0415

    access = _access(given)
    if not ImportRun.objects.filter(contract=access.contract, pk=given.number).exists():
        numbers = ImportRun.objects.filter(contract=access.contract).order_by("-pk").values_list("pk", flat=True)[:20]
        raise _wrong("NUMBER", str(given.number), "one of " + ", ".join(str(each) for each in numbers))
    ask_undo(access=access, run_id=given.number, now=timezone.now())
    with _bar() as bar:
        taking = bar.add_task("取消", total=None)
        carry_out_undo(
            access=access, run_id=given.number,
            progress=lambda done, whole: bar.update(taking, completed=done, total=whole),
        )  # fmt: skip
    sys.stdout.write(f"import {given.number}: taken back\n")
    return 0


@contextmanager
def _bar() -> "Iterator[Progress]":
    """Show bars where the errors go to a terminal, and nothing elsewhere."""
    from rich.console import Console  # noqa: PLC0415  # only this command draws bars
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415

    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        yield bar


def _access(given: argparse.Namespace) -> "Access":
    """Return what the named person is in the named contract: the import is theirs in the history."""
    from django.http import Http404  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from madoguchi.contracts.access import access_to  # noqa: PLC0415
    from madoguchi.contracts.rules import Right  # noqa: PLC0415
    from madoguchi.people.models import Person  # noqa: PLC0415

    person = Person.objects.filter(sign_in_name=given.manager).first()
    access = None
    if person is not None:
        with suppress(Http404):
            access = access_to(person=person, contract_key=given.contract, day=timezone.localdate())
    if access is None or not access.may(Right.MANAGE):
        allowed = f"the sign-in name of an operations manager of contract {given.contract}"
        raise _wrong("--manager", given.manager, allowed)
    return access


def _mapping(given: argparse.Namespace, access: "Access", content: bytes) -> "LedgerMapping":
    from django.http import Http404  # noqa: PLC0415

    from madoguchi.imports.guesses import guessed_mapping  # noqa: PLC0415
    from madoguchi.imports.mapping import mapping_of_toml  # noqa: PLC0415
    from madoguchi.imports.profiles import ready_profiles  # noqa: PLC0415
    from madoguchi.imports.queries import profile_named, profiles_of  # noqa: PLC0415

    if given.profile is None:
        return guessed_mapping(content)
    if given.profile.endswith(".toml"):
        return mapping_of_toml(Path(given.profile).read_text(encoding="utf-8-sig"))
    try:
        return profile_named(access, given.profile)
    except Http404:
        names = [*ready_profiles(), *profiles_of(access).values_list("name", flat=True)]
        raise _wrong("--profile", given.profile, "a .toml file, or one of " + ", ".join(names)) from None


def _write_refused(given: argparse.Namespace, run: "ImportRun") -> None:
    from madoguchi.imports.queries import refused_table  # noqa: PLC0415
    from madoguchi.reports.table_files import as_csv, as_excel  # noqa: PLC0415

    if given.refused is not None:
        write = as_excel if given.refused.suffix == ".xlsx" else as_csv
        given.refused.write_bytes(write(list(refused_table(run)))[0])


def _report(run: "ImportRun", *, is_trial: bool) -> None:
    what = "trial" if is_trial else f"import {run.pk}"
    added = "would be added" if is_trial else "added"
    sys.stdout.write(
        f"{what}: {run.row_count:,} rows; {run.added_count:,} tickets {added}, {run.known_count:,} rows already there, "
        f"{run.refused_count:,} rows refused\n"
    )
    if not is_trial and run.added_count:
        sys.stdout.write("they are filed for the search in the background, by `madoguchi serve`\n")
    for each in run.refused_rows.order_by("line")[:20]:
        sys.stderr.write(f"{run.file_name}:{each.line}: {' '.join(each.texts)}\n")


def _wrong(key: str, value: str, allowed: str) -> InvalidInputError:
    return InvalidInputError([Problem(where="tickets", key=key, given=f"given {value!r}", allowed=allowed)])
