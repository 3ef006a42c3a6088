"""The log of a real ServiceNow desk and the tickets of a real help desk, as far as a test has time for."""

import csv
import gzip
import io
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from tests.desk_world import NOW, World
from tests.imports.making import imported, manager
from tests.shared_data import shared_folder

from madoguchi.audit.queries import faults_of
from madoguchi.desk.models import Ticket
from madoguchi.imports.errors import MappingError
from madoguchi.imports.operations.undo import ask_undo, carry_out_undo

INCIDENTS, TICKETS = 300, 300
FIRST = datetime(2025, 4, 1, tzinfo=UTC)


def rows_of(path: Path) -> "csv.DictReader[str]":
    return csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode()))


def written(headings: list[str], rows: list[dict[str, str]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.DictWriter(held, headings)
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue().encode()


def test_a_real_servicenow_log_comes_in_whole_and_goes_again(world: World) -> None:
    log = rows_of(shared_folder("data/servicenow-incidents") / "incident_event_log.csv.gz")
    incidents: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in log:
        if row["number"] not in incidents and len(incidents) == INCIDENTS:
            break
        incidents[row["number"]].append(row)
    rows = [row for each in incidents.values() for row in each]
    content = written(list(log.fieldnames or ()), rows)
    run = imported(world, content, profile="servicenow-log")
    assert (run.row_count, run.added_count, run.refused_count) == (len(rows), len(incidents), 0)
    for ticket in Ticket.objects.all():
        own = incidents[ticket.source.removeprefix("servicenow:")]
        assert ticket.received_at == min(moment(row["opened_at"]) for row in own)
        assert "?" not in (ticket.subject, ticket.text)
        is_done = latest(own)["incident_state"] in ("Resolved", "Closed")
        assert (ticket.state == "resolved") == is_done
    again = imported(world, content, profile="servicenow-log")
    assert (again.added_count, again.known_count, again.refused_count) == (0, len(incidents), 0)
    ask_undo(access=manager(world), run_id=run.pk, now=NOW)
    carry_out_undo(access=manager(world), run_id=run.pk, clock=lambda: NOW)
    assert not Ticket.objects.exists()
    assert list(faults_of("alpha")) == []


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def latest(rows: list[dict[str, str]]) -> dict[str, str]:
    return max(enumerate(rows), key=lambda each: (moment(each[1]["sys_updated_at"]), each[0]))[1]


def test_real_tickets_without_number_and_date_are_refused_by_what_is_missing(world: World) -> None:
    content = gzip.decompress((shared_folder("data/it-tickets-en") / "tickets.csv.gz").read_bytes())
    with pytest.raises(MappingError, match="Document、Topic_group"):
        imported(world, content, profile="ledger")
    assert not Ticket.objects.exists()


def test_real_tickets_come_in_once_they_have_number_and_date(world: World) -> None:
    found = list(islice(rows_of(shared_folder("data/it-tickets-en") / "tickets.csv.gz"), TICKETS))
    rows = [
        {**row, "Number": str(number), "Created": f"{FIRST + timedelta(minutes=number):%Y-%m-%d %H:%M}"}
        for number, row in enumerate(found)
    ]
    columns = {"key": "Number", "subject": "Document", "category": "Topic_group", "received_at": "Created"}
    run = imported(world, written(list(rows[0]), rows), columns=columns, system="help")
    assert (run.added_count, run.refused_count) == (TICKETS, 0)
    for ticket in Ticket.objects.all():
        row = found[int(ticket.source.removeprefix("help:"))]
        # a subject is one line of 200 characters; what is cut off stands in the text
        kept = ticket.text if ticket.subject.endswith("…") else ticket.subject
        assert kept.strip() == " ".join(row["Document"].split())
        assert row["Topic_group"] in ticket.activities.get(number=1).text
