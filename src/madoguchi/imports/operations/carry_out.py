"""A checked ledger brought into the desk piece by piece; a piece is whole or not there, and a run can go on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from madoguchi.audit.bulk import insert_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.import_vocabulary import ImportState, LedgerField
from madoguchi.desk.models import Category
from madoguchi.desk.operations.bring import BroughtTicket, bring_tickets
from madoguchi.imports.cases import Refusal
from madoguchi.imports.locks import locked_run
from madoguchi.imports.mapping import LedgerMapping, folded, mapping_of
from madoguchi.imports.models import ImportRun, UnknownRequester
from madoguchi.imports.operations.runs import content_of, keep_refused
from madoguchi.imports.reader import Reading, ReadyCase, source_of
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person
from madoguchi.people.sayings import error_kept, kept, say

PIECE = 1_000
IMPORTED_COLUMNS = ("ticket_id", "run_id", "line", "content_hash", "step_count")
Progress = Callable[[int, int], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Desk:
    """What cases are matched with: people by mail, categories by key and name."""

    people: Mapping[str, Person]
    categories: Mapping[str, Category]
    unknown: Person
    mapping: LedgerMapping


def carry_out(
    *, access: Access, run_id: int, progress: Progress | None = None, clock: Clock = timezone.now
) -> ImportRun:
    """Bring a file in. Whoever begins a run that another has begun finds what is there already, and adds the rest."""
    with transaction.atomic():
        run = locked_run(run_id, states=frozenset((ImportState.WAITING,)))
        run.state, run.moved_at = ImportState.RUNNING.value, clock()
        run.save()
    try:
        _bring_all(access, run, progress, clock)
    except MadoguchiError as error:
        _stop(run, error_kept(error))
        raise
    except Exception:
        _stop(run, kept([say("思いがけない誤りで止まりました。続きから取り込めます。")]))
        raise
    return run


def _stop(run: ImportRun, fault: str) -> None:
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.FAILED.value, fault=fault)


def _bring_all(access: Access, run: ImportRun, progress: Progress | None, clock: Clock) -> None:
    begun_at = clock()
    reading = Reading(contract=access.contract, mapping=mapping_of(run.mapping), content=content_of(run), now=begun_at)
    desk = _desk(access, mapping=reading.mapping, now=begun_at)
    refused: list[Refusal] = []
    added = 0
    outcomes = iter(reading.outcomes())
    while piece := list(islice(outcomes, PIECE)):
        refused += [each for each in piece if isinstance(each, Refusal)]
        ready = [each for each in piece if isinstance(each, ReadyCase)]
        _bring_piece(access, run, desk, ready, reading, now=clock())
        added += len(ready)
        if progress is not None:
            progress(reading.row_count, max(run.row_count, reading.row_count))
    with transaction.atomic():
        run.refresh_from_db()
        keep_refused(run, refused)
        run.row_count = run.done_count = reading.row_count
        # a run that went on found what it had brought before
        run.added_count = run.imported_tickets.count()
        run.known_count = reading.known_count - (run.added_count - added)
        run.refused_count, run.ended_at = len(refused), clock()
        run.state = ImportState.DONE.value
        run.save()
        details = {"added": run.added_count, "known": run.known_count, "refused": run.refused_count}
        entry = Entry(act="import_tickets", subject=f"import:{run.pk}", details={"sha256": run.sha256, **details})
        record(chain=access.contract.key, at=clock(), actor=access.person.key, entries=[entry])


def _bring_piece(
    access: Access, run: ImportRun, desk: _Desk, ready: Sequence[ReadyCase], reading: Reading, *, now: datetime
) -> None:
    with transaction.atomic():
        if ready:
            tickets = bring_tickets(
                access=access, brought=[_brought(each, desk) for each in ready], origin=f"import:{run.pk}", now=now
            )
            rows = (
                (ticket.pk, run.pk, each.case.line, each.content_hash, len(each.steps))
                for ticket, each in zip(tickets, ready, strict=True)
            )
            insert_rows(table="imports_importedticket", columns=IMPORTED_COLUMNS, rows=rows)
        ImportRun.objects.filter(pk=run.pk).update(moved_at=now, done_count=reading.row_count)


def _brought(ready: ReadyCase, desk: _Desk) -> BroughtTicket:
    case = ready.case
    return BroughtTicket(
        source=source_of(desk.mapping.system, case.key),
        requester=desk.people.get(case.requester_mail.lower(), desk.unknown) if case.requester_mail else desk.unknown,
        kind=case.kind, channel=case.channel, priority=case.priority, category=_category(case.category, desk),
        subject=case.subject, text=case.text, steps=ready.steps,
    )  # fmt: skip


def _category(word: str, desk: _Desk) -> Category | None:
    """Return the desk's category of a source's word: as the mapping says, or of the same key or name, or none."""
    said = desk.mapping.words.get(LedgerField.CATEGORY, {}).get(folded(word), word)
    return desk.categories.get(folded(said)) or desk.categories.get(
        folded(desk.mapping.otherwise.get(LedgerField.CATEGORY, ""))
    )


def _desk(access: Access, *, mapping: LedgerMapping, now: datetime) -> _Desk:
    people = people_of(contract=access.contract, day=timezone.localdate(now)).exclude(mail="").order_by("-pk")
    categories = list(Category.objects.filter(contract=access.contract).order_by("-pk"))
    named = {folded(each.name): each for each in categories} | {folded(each.key): each for each in categories}
    return _Desk(
        people={each.mail.lower(): each for each in people}, categories=named,
        unknown=_unknown_requester(access, now=now), mapping=mapping,
    )  # fmt: skip


@transaction.atomic
def _unknown_requester(access: Access, *, now: datetime) -> Person:
    """Return who stands for requesters the desk does not know; nobody can sign in as them, and no mail goes there."""
    found = UnknownRequester.objects.filter(contract=access.contract).select_related("person").first()
    if found is None:
        person = add_person(
            name="取込元の依頼者", reading="とりこみもとのいらいしゃ", actor=access.person.key, at=now,
            chain=access.contract.key,
        )  # fmt: skip
        found = UnknownRequester.objects.create(contract=access.contract, person=person)
    return found.person
