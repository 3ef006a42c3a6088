"""Reads on imports. Every one begins with what the person may see."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.imports.mapping import LedgerMapping, mapping_of
from madoguchi.imports.models import ImportProfile, ImportRun
from madoguchi.imports.profiles import ready_profiles


def runs_of(access: Access) -> QuerySet[ImportRun]:
    access.require(Right.MANAGE)
    return ImportRun.objects.filter(contract=access.contract).select_related("uploaded_by").order_by("-pk")


def run_of(access: Access, run_id: int) -> ImportRun:
    """Return one import. Raises Http404 for another contract's."""
    found = runs_of(access).filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


def profiles_of(access: Access) -> QuerySet[ImportProfile]:
    access.require(Right.MANAGE)
    return ImportProfile.objects.filter(contract=access.contract).order_by("name")


def profile_named(access: Access, name: str) -> LedgerMapping:
    """Return a mapping: one that comes along, or one the contract keeps. Raises Http404."""
    if name in ready_profiles():
        return ready_profiles()[name]
    kept = profiles_of(access).filter(name=name).first()
    if kept is None:
        raise Http404
    return mapping_of(kept.mapping)


def refused_table(run: ImportRun) -> Iterator[Sequence[str]]:
    """Yield the refused rows as a table: line, number, reasons, and the cells as they were read."""
    yield [_("行"), _("元の番号"), _("理由"), *(str(each) for each in run.headings)]
    for each in run.refused_rows.order_by("line").iterator(chunk_size=2_000):
        yield [str(each.line), each.key, "\n".join(each.texts), *each.cells]
