"""`madoguchi tickets`: the same import from the command line."""

from pathlib import Path

import pytest
from tests.desk_fixtures import world
from tests.desk_world import World
from tests.imports.making import GOOD, csv_of, row

from madoguchi.cli import tickets
from madoguchi.cli.main import main
from madoguchi.desk.models import Ticket
from madoguchi.imports.models import ImportRun

__all__ = ["world"]
MANAGER = "operations_manager-alpha"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tickets, "prepare", lambda: None)
    path = tmp_path / "台帳.csv"
    path.write_bytes(csv_of(GOOD, row(key="A-2", state="謎")))
    return path


def command(*given: object) -> int:
    return main(["tickets", *(str(each) for each in given)])


def test_a_trial_then_an_import_then_back(world: World, ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("alpha", ledger, "--manager", MANAGER)
    assert command("import", *given, "--dry-run") == 1
    assert "1 tickets would be added" in capsys.readouterr().out
    assert not Ticket.objects.exists()
    assert not ImportRun.objects.exists()
    refused = ledger.with_name("refused.csv")
    assert command("import", *given, "--refused", refused) == 1
    assert "謎" in refused.read_text(encoding="utf-8-sig")
    assert Ticket.objects.filter(contract=world.contract).count() == 1
    assert command("undo", "alpha", ImportRun.objects.get().pk, "--manager", MANAGER) == 0
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--manager", "nobody"), "operations manager"),
        (("--manager", "operator-alpha"), "operations manager"),
        (("--manager", MANAGER, "--profile", "remedy"), "znuny"),
        (("--manager", MANAGER, "--profile", "nothing.toml"), "nothing.toml"),
        (("--manager", MANAGER, "--profile", "jira"), "Issue key"),
    ],
)
def test_what_is_wrong_is_named(
    world: World, ledger: Path, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], says: str
) -> None:
    assert command("import", world.contract.key, ledger, *given) == 2
    assert says in capsys.readouterr().err
    assert not Ticket.objects.exists()


def test_a_number_that_is_no_import_is_refused(world: World, ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ledger.exists()
    assert command("undo", world.contract.key, 99, "--manager", MANAGER) == 2
    assert "99" in capsys.readouterr().err
