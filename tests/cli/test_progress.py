"""What long work shows on a terminal, and that it shows nothing anywhere else."""

import io
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from madoguchi.cli.main import main
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.samples.generate import generate

EXAMPLES = Path(__file__).parents[2] / "examples"
CONTRACT = EXAMPLES / "003-meti-infrastructure"
CLEARED = "\r\x1b[K"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    generate(contract=load_contract(read_definitions(CONTRACT)), folder=folder)
    return folder


def shown(*arguments: object, code: int = 0, stream: io.StringIO | None = None) -> str:
    """Return what a command writes to the terminal beside its results."""
    errors = stream or Terminal()
    with redirect_stderr(errors):
        assert main([str(each) for each in arguments]) == code
    return errors.getvalue()


def steps(text: str) -> list[tuple[int, int]]:
    """Return what each writing of the line said: how many done, of how many."""
    texts = [each.removesuffix(" …").split(" / ") for each in text.split(CLEARED) if each]
    return [(int(done), int(total)) for done, total in texts]


@pytest.mark.parametrize("options", [(), ("--reference", "--from", "2017-04", "--to", "2017-05")])
def test_measure_counts_up_on_a_terminal_and_leaves_nothing_behind(facts: Path, options: tuple[str, ...]) -> None:
    text = shown("measure", CONTRACT, "--facts", facts, *options)
    counted = steps(text)
    assert len(counted) > 1
    assert counted == sorted(counted)
    assert counted[-1][0] == counted[-1][1]
    assert text.endswith(CLEARED)


@pytest.mark.parametrize("option", ["--json", "--csv"])
def test_figures_for_the_screen_come_without_progress(facts: Path, option: str) -> None:
    assert shown("measure", CONTRACT, "--facts", facts, option, "-") == ""


def test_nothing_is_shown_where_nobody_looks(facts: Path) -> None:
    assert shown("measure", CONTRACT, "--facts", facts, stream=io.StringIO()) == ""


def test_the_line_is_cleared_before_a_problem_is_said(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("contract,colour\n003,red\n", encoding="utf-8")
    assert shown("measure", CONTRACT, "--facts", tmp_path, code=2).startswith(f"{CLEARED}calls.csv:1")


def test_an_import_counts_its_rows(tmp_path: Path) -> None:
    cells = "{},Active,0,0,0,1/10/2026 09:00,1/10/2026 09:10,Phone,Category 1,3 - Moderate,?\n"
    heading = "number,incident_state,reassignment_count,reopen_count,sys_mod_count,opened_at,sys_updated_at"
    log = tmp_path / "log.csv"
    rows = [cells.format(f"INC{number}") for number in range(5_000)]
    log.write_text("".join([f"{heading},contact_type,category,priority,resolved_at\n", *rows]), encoding="utf-8")
    text = shown("facts", "import", tmp_path / "facts", log, "--profile", EXAMPLES / "profiles" / "servicenow.toml")
    assert text == f"{CLEARED}5,000 …{CLEARED}"
