"""A desk opened from the command line, on a database of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = "examples/004-egov-support-centre"


def run(data: Path, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MADOGUCHI_D", "DJANGO_"))}
    environment |= {"MADOGUCHI_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "madoguchi", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=typed, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    done = run(folder, "contract", "add", EXAMPLE, "--key", "egov", "--administrator", "root", typed="twelve letters\n")
    assert done.returncode == 0, done.stderr
    assert "/c/egov/people/" in done.stdout
    return folder


def test_a_second_contract_of_the_same_key_is_refused(data: Path) -> None:
    done = run(data, "contract", "add", EXAMPLE, "--key", "egov", "--administrator", "root")
    assert done.returncode == 2
    assert "--key: egov; allowed: a key that no contract has yet" in done.stderr


def test_a_short_password_opens_nothing(data: Path) -> None:
    done = run(data, "contract", "add", EXAMPLE, "--key", "new", "--administrator", "other", typed="short\n")
    assert done.returncode == 2
    assert "at least 12 characters" in done.stderr
    again = run(data, "contract", "add", EXAMPLE, "--key", "new", "--administrator", "root")
    assert again.returncode == 0, again.stderr


def test_the_new_history_is_whole(data: Path) -> None:
    done = run(data, "audit", "verify")
    assert done.returncode == 0
    assert "egov: " in done.stdout


def test_an_unknown_variable_stops_the_start_by_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "madoguchi", "audit", "verify"]
    environment = os.environ | {
        "MADOGUCHI_DATA": str(tmp_path),
        "PYTHONPATH": str(ROOT / "src"),
        "MADOGUCHI_DATABSE": "x",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "MADOGUCHI_DATABSE: not known" in done.stderr
