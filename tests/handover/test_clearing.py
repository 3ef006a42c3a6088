"""Files gone through after an erasure: in pieces, from where a worker that died left them, once for all."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.audit.models import HistoryRow
from madoguchi.core.handover_vocabulary import ErasureState
from madoguchi.core.vocabulary import RoleKind, Visibility
from madoguchi.desk.operations.around import File, attach
from madoguchi.handover.disk import Taken
from madoguchi.handover.models import Erasure
from madoguchi.handover.operations import clear as clearing
from madoguchi.handover.operations.clear import clear_all
from madoguchi.handover.operations.erase import approve_erasure
from madoguchi.handover.operations.export import ErasureUnderWayError, ask_export
from madoguchi.handover.operations.files import count_in
from madoguchi.handover.operations.retention import ask_erasure_of_person
from madoguchi.handover.proof import proofs
from madoguchi.people.models import Person
from madoguchi.people.sealing import UnreadableSecretError

LATER = datetime(2030, 6, 1, tzinfo=UTC)
DIVISION, MANAGER, OPERATOR = RoleKind.RESPONSIBLE_DIVISION, RoleKind.OPERATIONS_MANAGER, RoleKind.OPERATOR
NAME = "早乙女 麗華"
FILES = 5
Capture = Callable[..., AbstractContextManager[list[Any]]]


class WorkerDiedError(BaseException):
    """What no handler takes for a mistake of the work."""


def clock() -> datetime:
    return LATER


@pytest.fixture
def approved(world: World, monkeypatch: pytest.MonkeyPatch) -> Erasure:
    """Return an approved erasure of somebody whom three of five files name, one of them kept twice."""
    monkeypatch.setattr(clearing, "PIECE", 2)
    ticket = world.ticket(requester=OPERATOR)
    texts = [f"{number} {NAME if number % 2 == 0 else ''}" for number in range(FILES)]
    for number, text in enumerate([*texts, texts[0]]):
        attach(
            access=world.access[OPERATOR], ticket=ticket, visibility=Visibility.INTERNAL, now=NOW,
            file=File(name=f"{number}.txt", media_type="", content=text.encode()),
        )  # fmt: skip
    Person.objects.filter(pk=world.person(RoleKind.USER).pk).update(name=NAME)
    person = Person.objects.get(pk=world.person(RoleKind.USER).pk)
    asked = ask_erasure_of_person(access=world.access[MANAGER], person=person, ground="本人の求め", now=LATER)
    return approve_erasure(access=world.access[DIVISION], erasure_id=asked.pk, now=LATER)


def require_through(erasure: Erasure) -> None:
    erasure.refresh_from_db()
    assert (erasure.state, erasure.sealed_work, erasure.fault) == (ErasureState.DONE, "", "")
    assert erasure.proof is not None
    assert erasure.proof["files"] == {"searched": FILES + 1, "named": 4, "unread": 0}
    names = sorted(erasure.findings.values_list("attachment__name", flat=True))
    assert names == ["0.txt", "2.txt", "4.txt", "5.txt"]
    assert [faults for _erasure, faults in proofs(erasure.contract)] == [[]]
    assert HistoryRow.objects.filter(act="erase_personal_data", subject=f"erasure:{erasure.pk}").count() == 1
    assert clear_all(clock=clock) == 0


def died_at(moments: Iterator[bool], really: Callable[..., Any]) -> Callable[..., Any]:
    def act(*given: Any) -> Any:  # noqa: ANN401  # whatever is stood in for
        if next(moments):
            raise WorkerDiedError
        return really(*given)

    return act


@pytest.mark.parametrize("step", ["count_in", "clear_disk"])
def test_whoever_goes_on_after_a_worker_died_loses_nothing(
    approved: Erasure, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    moments = iter([False, False, False, True] if step == "count_in" else [True])
    monkeypatch.setattr(clearing, step, died_at(moments, getattr(clearing, step)))
    with pytest.raises(WorkerDiedError):
        clear_all(clock=clock)
    monkeypatch.undo()
    approved.refresh_from_db()
    assert approved.state == ErasureState.CLEARING
    assert bool(approved.searched_count) == (step == "count_in"), "the first piece is kept"
    assert clear_all(clock=clock) == 1
    require_through(approved)


def test_two_at_once_put_nothing_down_twice(approved: Erasure, monkeypatch: pytest.MonkeyPatch) -> None:
    began = list[bool]()

    def count(*given: Any) -> int | None:  # noqa: ANN401  # as the function it stands in for
        if not began:
            began.append(True)
            assert clear_all(clock=clock) == 1
        return count_in(*given)

    monkeypatch.setattr(clearing, "count_in", count)
    assert clear_all(clock=clock) == 0
    require_through(approved)


def test_what_fails_is_said_and_begun_again(
    world: World, approved: Erasure, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, f"no space left for {NAME}")

    with monkeypatch.context() as patch:
        patch.setattr(clearing, "clear_disk", full)
        assert clear_all(clock=clock) == 0
    assert NAME not in caplog.text
    shown = signed_in(world, MANAGER).get("/c/alpha/retention/").content.decode()
    assert "ファイルを処理中" in shown
    assert "OSError" in shown
    assert "ファイルの処理を準備しています" in shown
    assert "件のうち0件" not in shown
    assert clear_all(clock=clock) == 1
    require_through(approved)


def test_a_key_of_the_installation_that_changed_is_said(approved: Erasure, settings: Settings) -> None:
    kept, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert clear_all(clock=clock) == 0
    approved.refresh_from_db()
    assert (approved.state, approved.fault) == (ErasureState.CLEARING, UnreadableSecretError.__name__)
    settings.SECRET_KEY = kept
    assert clear_all(clock=clock) == 1


def test_no_archive_is_written_meanwhile(world: World, approved: Erasure) -> None:
    assert signed_in(world, MANAGER).get(f"/c/alpha/retention/{approved.pk}/").status_code == 404
    with pytest.raises(ErasureUnderWayError):
        ask_export(access=world.access[MANAGER], now=LATER)
    assert signed_in(world, MANAGER).post("/c/alpha/handover/", {"what": "export"}).status_code == 422
    clear_all(clock=clock)
    ask_export(access=world.access[MANAGER], now=LATER)


def test_the_page_approves_and_the_background_goes_on(world: World) -> None:
    person = Person.objects.get(pk=world.person(RoleKind.USER).pk)
    asked = ask_erasure_of_person(access=world.access[MANAGER], person=person, ground="本人の求め", now=LATER)
    page = "/c/alpha/retention/"
    assert signed_in(world, DIVISION).post(page, {"what": "approve", "id": asked.pk}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == ErasureState.DONE, "tasks of tests are done at once"


def test_made_up_numbers_are_kept_with_the_work() -> None:
    taken = Taken(attachments={"a"}, names={NAME}, numbers={"0312345678": "999912345678"})
    assert Taken.from_text(taken.as_text()) == taken
