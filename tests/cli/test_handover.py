"""`madoguchi handover` names what was wrong in what it was given."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment_of(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MADOGUCHI_D", "DJANGO_"))}
    return kept | {"MADOGUCHI_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT / "src")}


def madoguchi(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "madoguchi", "handover", *arguments], env=environment_of(folder), capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_contract_goes_out_and_is_refused_where_it_is(tmp_path: Path) -> None:
    example = str(ROOT / "examples" / "001-mic-lan")
    add = [sys.executable, "-m", "madoguchi", "contract", "add", example, "--key", "mic", "--administrator", "root"]
    subprocess.run(
        add, env=environment_of(tmp_path), input="correct horse battery\n", text=True, check=True,
        capture_output=True, timeout=120,
    )  # fmt: skip
    archive = tmp_path / "mic.zip"
    done = madoguchi(tmp_path, "export", "mic", str(archive))
    assert done.returncode == 0, done.stderr
    assert "SHA-256" in done.stdout
    again = madoguchi(tmp_path, "export", "mic", str(archive))
    assert (again.returncode, str(archive) in again.stderr) == (2, True)
    looked = madoguchi(tmp_path, "import", str(archive), "--dry-run")
    assert looked.returncode == 1
    assert "'mic', which is here already" in looked.stderr
    elsewhere = madoguchi(tmp_path / "next", "import", str(archive), "--dry-run")
    assert (elsewhere.returncode, elsewhere.stderr) == (0, "")
    nobody = madoguchi(tmp_path / "next", "import", str(archive), "--administrator", "nobody")
    assert (nobody.returncode, "nobody" in nobody.stderr) == (2, True)
    unknown = madoguchi(tmp_path, "proof", "nothing")
    assert (unknown.returncode, "mic" in unknown.stderr) == (2, True)
    assert "nothing was erased yet" in madoguchi(tmp_path, "proof", "mic").stdout
