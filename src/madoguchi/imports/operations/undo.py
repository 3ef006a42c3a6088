"""A whole import taken back, unless somebody has worked on what it brought."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.import_vocabulary import ImportState
from madoguchi.desk.models import Ticket, reference_of
from madoguchi.desk.operations.bring import take_back_tickets
from madoguchi.imports.errors import ChangedSinceError
from madoguchi.imports.locks import locked_run
from madoguchi.imports.models import ImportedTicket, ImportRun
from madoguchi.imports.operations.carry_out import Clock, Progress
from madoguchi.imports.operations.runs import is_lost
from madoguchi.people.sayings import error_kept, say

PIECE, SHOWN = 500, 20
# what comes to a ticket without anybody's doing and goes with it
OWN_ROWS = frozenset(("activities", "presences", "notices", "vendors", "imported"))
UNDONE_FROM = frozenset((ImportState.DONE, ImportState.FAILED, ImportState.UNDOING))


@transaction.atomic
def ask_undo(*, access: Access, run_id: int, now: datetime) -> ImportRun:
    """Let the worker take a whole import back. Raises ChangedSinceError, naming them, where tickets were changed."""
    access.require(Right.MANAGE)
    run = locked_run(run_id, states=UNDONE_FROM)
    if run.state == ImportState.UNDOING and not is_lost(run, now=now):
        return run
    check_unchanged(run)
    run.state, run.moved_at, run.fault = ImportState.UNDOING.value, now, ""
    run.save()
    _note(access, run, "ask_undo_import", now=now)
    return run


def check_unchanged(run: ImportRun, ticket_ids: list[int] | None = None) -> None:
    """Raise ChangedSinceError where a ticket has a step, or anything points to one, that the import did not bring."""
    numbers = sorted(set(_changed(run, ticket_ids)))
    if numbers:
        shown = "、".join(reference_of(each) for each in numbers[:SHOWN])
        raise ChangedSinceError(
            say(
                "取り込んだ後に変更された案件が%(n)s件あるため、取り消せません: %(numbers)s",
                n=len(numbers),
                numbers=shown,
            )
        )


def _changed(run: ImportRun, ticket_ids: list[int] | None) -> Iterator[int]:
    imported = ImportedTicket.objects.filter(run=run)
    if ticket_ids is not None:
        imported = imported.filter(pk__in=ticket_ids)
    worked_on = imported.filter(~Q(ticket__activity_count=F("step_count")) | Q(ticket__version__gt=1))
    yield from worked_on.values_list("ticket__number", flat=True)
    for relation in Ticket._meta.related_objects:  # the documented way to what points to a model
        if relation.get_accessor_name() in OWN_ROWS:
            continue
        field = relation.field.name
        pointing = relation.related_model._default_manager.filter(  # of any model
            **{f"{field}__in": imported.values("pk")}
        )
        yield from pointing.values_list(f"{field}__number", flat=True)


def carry_out_undo(
    *, access: Access, run_id: int, progress: Progress | None = None, clock: Clock = timezone.now
) -> ImportRun:
    """Take an import back piece by piece; it stops, and says so, at a piece that was changed meanwhile."""
    run = ImportRun.objects.get(pk=run_id, contract=access.contract, state=ImportState.UNDOING.value)
    whole, done = run.imported_tickets.count(), 0
    try:
        while piece := list(run.imported_tickets.order_by("pk").values_list("pk", flat=True)[:PIECE]):
            _take_piece(access, run, piece, now=clock())
            done += len(piece)
            if progress is not None:
                progress(done, whole)
    except MadoguchiError as error:
        ImportRun.objects.filter(pk=run.pk).update(state=ImportState.DONE.value, fault=error_kept(error))
        raise
    with transaction.atomic():
        run.refresh_from_db()
        run.state, run.undone_at = ImportState.UNDONE.value, clock()
        run.save()
        _note(access, run, "undo_import", now=clock(), count=done)
    return run


@transaction.atomic
def _take_piece(access: Access, run: ImportRun, ticket_ids: list[int], *, now: datetime) -> None:
    list(Ticket.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ticket_ids).values_list("pk"))
    check_unchanged(run, ticket_ids)
    ImportedTicket.objects.filter(pk__in=ticket_ids).delete()
    take_back_tickets(access=access, ticket_ids=ticket_ids, origin=f"import:{run.pk}", now=now)
    ImportRun.objects.filter(pk=run.pk).update(moved_at=now)


def _note(access: Access, run: ImportRun, act: str, *, now: datetime, **details: object) -> None:
    entry = Entry(act=act, subject=f"import:{run.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
