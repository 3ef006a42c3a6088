"""A living desk goes out as an archive and into another installation: the same figures, counts and pages."""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker
from tests.desk_postgres import desk_on_postgres
from tests.desk_sqlite import desk_on_sqlite
from tests.desk_world import PASSWORD, make_world
from tests.postgres import programs

from madoguchi.audit.models import HistoryRow
from madoguchi.audit.queries import faults_of
from madoguchi.contracts.models import Contract
from madoguchi.desk.models import Ticket
from madoguchi.handover.exporting import rows_of
from madoguchi.handover.importing import import_archive, look_at
from madoguchi.handover.operations.export import export_to
from madoguchi.handover.queries import actor_names
from madoguchi.handover.tables import TABLES
from madoguchi.intake.definitions import read_definitions
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person
from madoguchi.quality.figures import figures_of_month
from madoguchi.quality.models import Revision
from madoguchi.quality.rules import facts_of
from madoguchi.quality.verify import verified_months
from madoguchi.samples.living_desk import build_desk
from madoguchi.samples.living_months import freeze_months

NOW = datetime(2026, 11, 19, 5, 0, tzinfo=UTC)
EXAMPLE = Path("examples/001-mic-lan")
FOLDERS = ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER")


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a contract is seen to be on an installation."""

    key: str
    counts: dict[str, int]
    figures: list[dict[str, object]]
    frozen: list[list[object]]
    pages: dict[int, str]
    history: int
    actors: dict[int, str]


def settle(settings: Settings, folder: Path) -> None:
    for name in FOLDERS:
        setattr(settings, name, folder / name.lower() / "kept")


def seen(contract: Contract) -> Known:
    """Count every table, measure the latest months anew, and read tickets' pages."""
    months = sorted(set(Revision.objects.filter(contract=contract).values_list("month", flat=True)))
    measured = [
        facts_of(each, keys=())
        for month in months
        for each in figures_of_month(contract=contract, month=month, now=NOW).measurements
    ]
    frozen = [
        [str(each.month), each.figure_count, list(each.faults)] for each in verified_months(contract=contract, now=NOW)
    ]
    history = HistoryRow.objects.filter(chain=contract.key).count()
    return Known(
        key=contract.key, counts={each.label: rows_of(each, contract).count() for each in TABLES}, figures=measured,
        frozen=frozen, pages=pages(contract),
        history=history, actors=actors(contract, history),
    )  # fmt: skip


def actors(contract: Contract, until: int) -> dict[int, str]:
    rows = HistoryRow.objects.filter(chain=contract.key, number__lte=until)
    return actor_names(contract=contract, rows=list(rows))


def pages(contract: Contract) -> dict[int, str]:
    """Return what a ticket's page says of its matter, for the first tickets."""
    numbers = Ticket.objects.filter(contract=contract).order_by("number").values_list("number", flat=True)[:12]
    found = {}
    for number in numbers:
        ticket = Ticket.objects.select_related("requester", "queue", "assignee").get(contract=contract, number=number)
        steps = ticket.activities.order_by("number").select_related("actor")
        found[number] = json.dumps(
            [ticket.subject, ticket.text, ticket.requester.name, ticket.queue.name, str(ticket.assignee), ticket.state,
             [[each.act, each.at.isoformat(), str(each.actor), each.text] for each in steps]],
            ensure_ascii=False,
        )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> tuple[Path, Known]:
    """Return the archive of a living desk, built beside another contract on a SQLite of its own."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), desk_on_sqlite(folder):
        from django.conf import settings  # noqa: PLC0415  # the module's fixture cannot take the function's

        for name in FOLDERS:
            patch.setattr(settings, name, folder / name.lower() / "kept")
        make_world("beside")
        desk = build_desk(key="mic", texts=read_definitions(EXAMPLE), now=NOW, ticket_count=40)
        freeze_months(contract=desk.contract, manager=desk.people["manager"], division=desk.people["division"], now=NOW)
        known = seen(desk.contract)
        path = folder / "out.zip"
        export_to(contract=desk.contract, path=path, actor="system:test", now=NOW)
    return path, known


def installation(kind: str, folder: Path) -> AbstractContextManager[None]:
    if kind == "postgresql":
        if programs() is None:
            pytest.skip("PostgreSQL is not installed here")
        return desk_on_postgres()
    return desk_on_sqlite(folder)


@pytest.mark.parametrize("place", ["sqlite, empty", "sqlite, in use", "postgresql, empty", "postgresql, in use"])
def test_an_imported_contract_is_the_same_to_the_last_count(
    archive: tuple[Path, Known], place: str, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    kind, _, use = place.partition(", ")
    is_empty = use == "empty"
    path, known = archive
    settle(settings, tmp_path)
    with django_db_blocker.unblock(), installation(kind, tmp_path):
        if not is_empty:
            other = make_world("other")
            other.ticket()
        clerk = add_person(name="導入 担当", sign_in_name="clerk", password=PASSWORD, actor="system:test", at=NOW)
        assert look_at(path).conflicts == ()
        imported = import_archive(path=path, administrator=clerk, now=NOW)
        assert list(faults_of("mic")) == []
        found = seen(imported.contract)
        # the export's two rows came before and after the archive; the import and its role are two rows of the next
        assert found.counts == known.counts | {
            "contracts.Role": known.counts["contracts.Role"] + 1,
            "handover.Origin": 1,
        }
        assert found.history == known.history + 3
        assert found.figures == known.figures
        assert found.frozen == known.frozen
        assert known.frozen
        assert all(faults == [] for _month, _count, faults in found.frozen)
        assert found.pages == known.pages
        assert not Person.objects.exclude(pk=clerk.pk).filter(sign_in_name__startswith="operator-mic").exists()
        client = Client()
        client.force_login(Person.objects.get(pk=clerk.pk), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/c/mic/people/").status_code == 200
        assert actors(imported.contract, known.history) == known.actors
        if not is_empty:
            assert list(faults_of("other")) == []
            assert Ticket.objects.filter(contract__key="other").count() == 1
            other.ticket()
