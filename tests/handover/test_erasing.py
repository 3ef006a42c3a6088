"""What is due is erased after another's approval: texts and names go, figures, counts and the history stay."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from tests.desk_world import NOW, World

from madoguchi.audit.queries import faults_of
from madoguchi.core.handover_vocabulary import ErasureState, KeptKind
from madoguchi.core.vocabulary import Act, RoleKind, Visibility
from madoguchi.desk.found import found_tickets
from madoguchi.desk.models import Activity, Attachment, Ticket
from madoguchi.desk.operations.around import File, attach, stored_path
from madoguchi.handover.exporting import rows_of
from madoguchi.handover.models import Erasure
from madoguchi.handover.operations.clear import clear_all
from madoguchi.handover.operations.erase import ErasureRefusedError, approve_erasure
from madoguchi.handover.operations.retention import (
    add_default_rules,
    ask_erasure,
    ask_erasure_of_person,
    lift_hold,
    place_hold,
    set_rule,
)
from madoguchi.handover.proof import proofs
from madoguchi.handover.retention import before, preview
from madoguchi.handover.tables import ERASED, TABLES
from madoguchi.people.models import Person
from madoguchi.quality.months import measured_month

Capture = Callable[..., AbstractContextManager[list[Any]]]

LATER = datetime(2030, 6, 1, tzinfo=UTC)
TODAY = LATER.date()
MONTH = NOW.date().replace(day=1)
SECRET = "私の電話は090-0000-0000です"


@pytest.fixture
def closed(world: World) -> Ticket:
    """Return a resolved ticket with a text, a step, and a file."""
    ticket = world.ticket(subject="秘密の相談", text=SECRET)
    file = File(name="診断書.txt", media_type="text/plain", content=SECRET.encode())
    attach(access=world.access[RoleKind.OPERATOR], ticket=ticket, file=file, visibility=Visibility.INTERNAL, now=NOW)
    ticket.refresh_from_db()
    world.act(ticket, Act.ANSWER, text=SECRET, told=True)
    ticket.refresh_from_db()
    return world.act(ticket, Act.RESOLVE, text="完了", told=True)


def measured(world: World) -> list[dict[str, object]]:
    return [each.facts for each in measured_month(contract=world.contract, month=MONTH, now=LATER).figures]


def counts(world: World) -> dict[str, int]:
    return {
        each.label: rows_of(each, world.contract).count() for each in TABLES if not each.label.startswith("handover.")
    }


def erase(world: World, kind: KeptKind) -> Erasure:
    asked = ask_erasure(access=world.access[RoleKind.OPERATIONS_MANAGER], kind=kind, now=LATER, day=TODAY)
    division = world.access[RoleKind.RESPONSIBLE_DIVISION]
    approve_erasure(access=division, erasure_id=asked.pk, now=LATER)
    clear_all(clock=lambda: LATER)
    asked.refresh_from_db()
    return asked


def everywhere(text: str) -> list[str]:
    """Return the columns of the whole database in which a text stands."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:
                if field.get_internal_type() not in {
                    "CharField",
                    "TextField",
                    "JSONField",
                    "EmailField",
                    "BinaryField",
                }:
                    continue
                cursor.execute(f'SELECT "{field.column}" FROM "{model._meta.db_table}"')
                for (value,) in cursor.fetchall():
                    shown = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else value
                    if isinstance(shown, str) and (text in shown or text in _unescaped(shown)):
                        found.append(f"{model._meta.label}.{field.attname}")
    return sorted(set(found))


def _unescaped(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def test_tickets_lose_their_texts_and_no_figure(
    world: World, closed: Ticket, django_capture_on_commit_callbacks: Capture
) -> None:
    division = world.access[RoleKind.RESPONSIBLE_DIVISION]
    add_default_rules(access=division, now=LATER)
    running = world.ticket(text="対応中の本文")
    figures, rows = measured(world), counts(world)
    path = stored_path(Attachment.objects.get().sha256)
    assert path.exists()
    due = {each.kind: each for each in preview(contract=world.contract, day=TODAY)}
    assert due[KeptKind.TICKETS].counts == {"desk.Ticket": 1, "desk.Activity": 4, "desk.Attachment": 1}
    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase(world, KeptKind.TICKETS)
    assert everywhere(SECRET) == everywhere("診断書") == everywhere("秘密の相談") == []
    assert not path.exists()
    assert found_tickets(access=division, query="電話", limit=10)[1].count == 0
    running.refresh_from_db()
    assert running.text == "対応中の本文"
    assert counts(world) == rows
    assert measured(world) == figures
    assert list(faults_of("alpha")) == []
    assert [faults for _erasure, faults in proofs(world.contract)] == [[]]
    assert erasure.state == ErasureState.DONE
    assert erasure.proof is not None
    assert erasure.proof["counts"] == {"desk.Ticket": 1, "desk.Activity": 4, "desk.Attachment": 1}
    assert closed.pk in erasure.rows["desk.Ticket"]


def test_a_proof_tells_what_came_back(world: World, closed: Ticket) -> None:
    add_default_rules(access=world.access[RoleKind.RESPONSIBLE_DIVISION], now=LATER)
    path = stored_path(Attachment.objects.get().sha256)
    content = path.read_bytes()
    erasure = erase(world, KeptKind.TICKETS)
    assert not path.exists()
    Ticket.objects.filter(pk=closed.pk).update(text="戻した本文")
    path.write_bytes(content)
    assert next(faults for _erasure, faults in proofs(world.contract)) == [
        "desk.Ticket: 1 row(s) hold personal data again",
        "desk.Attachment: 1 row(s) hold personal data again",
    ]
    Erasure.objects.filter(pk=erasure.pk).update(rows={}, ground="別の理由")
    assert "the list of rows is not what was written" in next(faults for _e, faults in proofs(world.contract))
    Erasure.objects.filter(pk=erasure.pk).update(sha256="0" * 64)
    assert "the history holds no such proof" in next(faults for _e, faults in proofs(world.contract))


def test_what_is_not_old_enough_stays(world: World, closed: Ticket) -> None:
    division = world.access[RoleKind.RESPONSIBLE_DIVISION]
    set_rule(access=division, kind=KeptKind.TICKETS, years=10, ground="契約書第1条", now=LATER)
    assert preview(contract=world.contract, day=TODAY)[0].total == 0
    erasure = erase(world, KeptKind.TICKETS)
    closed.refresh_from_db()
    assert closed.text == SECRET
    assert erasure.rows == {}


def test_a_hold_stops_a_kind_and_spares_a_person(world: World, closed: Ticket) -> None:
    division = world.access[RoleKind.RESPONSIBLE_DIVISION]
    add_default_rules(access=division, now=LATER)
    hold = place_hold(access=division, kind=KeptKind.TICKETS, person=None, reason="訴訟", now=LATER)
    with pytest.raises(ErasureRefusedError, match="訴訟"):
        erase(world, KeptKind.TICKETS)
    lift_hold(access=division, hold_id=hold.pk, now=LATER)
    place_hold(access=division, kind=None, person=closed.requester, reason="本人からの照会", now=LATER)
    assert erase(world, KeptKind.TICKETS).rows == {}


def test_nobody_approves_their_own_request(world: World) -> None:
    division = world.access[RoleKind.RESPONSIBLE_DIVISION]
    add_default_rules(access=division, now=LATER)
    asked = ask_erasure(access=division, kind=KeptKind.MAILS, now=LATER, day=TODAY)
    with pytest.raises(ErasureRefusedError):
        approve_erasure(access=division, erasure_id=asked.pk, now=LATER)
    with pytest.raises(PermissionDenied):
        approve_erasure(access=world.access[RoleKind.OPERATIONS_MANAGER], erasure_id=asked.pk, now=LATER)
    asked.refresh_from_db()
    assert asked.state == ErasureState.ASKED


def test_a_person_disappears_from_everywhere(
    world: World, other: World, closed: Ticket, django_capture_on_commit_callbacks: Capture
) -> None:
    person = closed.requester
    Person.objects.filter(pk=person.pk).update(name="早乙女 麗華", mail="saotome@example.jp")
    operator = world.ticket(requester=RoleKind.OPERATOR, text="早乙女 麗華さんの代理です。Saotome@example.jp へ")
    world.act(operator, Act.NOTE, text="早乙女麗華さんに確認")
    person.refresh_from_db()
    figures, rows = measured(world), counts(world)
    manager, division = (world.access[each] for each in (RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION))
    asked = ask_erasure_of_person(access=manager, person=person, ground="本人の請求", now=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        approve_erasure(access=division, erasure_id=asked.pk, now=LATER)
        assert clear_all(clock=lambda: LATER) == 1
    assert everywhere("早乙女") == everywhere("saotome") == everywhere("Saotome") == everywhere(SECRET) == []
    assert Person.objects.get(pk=person.pk).sign_in_name is None
    operator.refresh_from_db()
    assert operator.text == f"{ERASED}さんの代理です。{ERASED} へ"
    assert Activity.objects.filter(text=f"{ERASED}さんに確認").count() == 1
    assert counts(world) == rows
    assert measured(world) == figures
    assert list(faults_of("alpha")) == []
    assert [faults for _erasure, faults in proofs(world.contract)] == [[]]
    assert other.person(RoleKind.USER).name.startswith("利用者")


def test_a_person_with_an_open_matter_or_another_contract_stays(world: World, other: World) -> None:
    ticket = world.ticket()
    manager, division = (world.access[each] for each in (RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION))
    asked = ask_erasure_of_person(access=manager, person=ticket.requester, ground="本人の請求", now=LATER)
    with pytest.raises(ErasureRefusedError, match="対応中"):
        approve_erasure(access=division, erasure_id=asked.pk, now=LATER)
    other.contract.roles.filter(kind=RoleKind.USER.value).update(person=ticket.requester)
    with pytest.raises(ErasureRefusedError, match="別の契約"):
        approve_erasure(access=division, erasure_id=asked.pk, now=LATER)


def test_people_whose_roles_and_matters_ended_become_numbers(world: World, closed: Ticket) -> None:
    division = world.access[RoleKind.RESPONSIBLE_DIVISION]
    add_default_rules(access=division, now=LATER)
    user = closed.requester
    assert erase(world, KeptKind.PEOPLE).rows == {}
    world.contract.roles.filter(person=user).update(end_date=NOW.date() + timedelta(days=30))
    matter = {
        f"desk.{each.__name__}": sorted(each.objects.filter(**{of: closed.pk}).values_list("pk", flat=True), key=str)
        for each, of in ((Ticket, "pk"), (Activity, "ticket"), (Attachment, "ticket"))
    }
    assert erase(world, KeptKind.PEOPLE).rows == {"people.Person": [user.pk], **matter}
    assert everywhere(SECRET) == []
    user.refresh_from_db()
    assert user.name == f"{ERASED}{user.pk}"
    assert not user.has_usable_password()


def test_the_day_before_which_something_is_due() -> None:
    assert before(3, day=datetime(2028, 2, 29, tzinfo=UTC).date()).isoformat() == "2025-02-28"
    assert before(0, day=TODAY) == TODAY


def test_a_person_with_another_role_that_runs_stays_named(world: World, closed: Ticket) -> None:
    add_default_rules(access=world.access[RoleKind.RESPONSIBLE_DIVISION], now=LATER)
    world.contract.roles.filter(person=closed.requester).update(end_date=NOW.date() + timedelta(days=30))
    world.contract.roles.create(person=closed.requester, kind=RoleKind.OPERATOR.value, start_date=NOW.date())
    assert erase(world, KeptKind.PEOPLE).rows == {}
