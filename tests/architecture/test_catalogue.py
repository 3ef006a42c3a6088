"""Everything the desk says in Japanese is there in English, and the compiled catalogue is the written one."""

import io
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "src/madoguchi/web/locale/en/LC_MESSAGES/django.po"


def test_every_text_has_its_english() -> None:
    command = [sys.executable, "scripts/catalogue.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_the_compiled_catalogue_is_the_written_one() -> None:
    compiled = io.BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file))
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue()
