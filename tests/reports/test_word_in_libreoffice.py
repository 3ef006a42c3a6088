"""The Word document in LibreOffice: it opens, and no character is lost."""

import os
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from tests.reports.test_writers import REPORT

from madoguchi.reports.blocks import Paragraph, Report, texts_of
from madoguchi.reports.write_word import write_word

SECONDS = 120
RARE = "髙﨑①㈱～〜－−ー△▲⑪Ⅱ、。「」（）㎡℃№"


@pytest.fixture(autouse=True, scope="module")
def _office() -> None:
    if shutil.which("soffice") is None:
        if os.environ.get("MADOGUCHI_CI"):
            pytest.fail("LibreOffice is not installed (Debian package libreoffice-writer-nogui)")
        pytest.skip("LibreOffice is not installed (Debian package libreoffice-writer-nogui)")


def read_by_office(data: bytes, folder: Path) -> str:
    (folder / "report.docx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "report.docx")], check=True, capture_output=True, timeout=SECONDS)
    return (folder / "report.txt").read_text(encoding="utf-8-sig")


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", text))


def with_rare() -> Report:
    rare = Paragraph(parts=(RARE,), indent=2)
    fields = {name: getattr(REPORT, name) for name in REPORT.__dataclass_fields__}
    return Report(**{**fields, "blocks": (*REPORT.blocks, rare)})


def test_no_character_is_lost(tmp_path: Path) -> None:
    report = with_rare()
    text = read_by_office(write_word(report=report), tmp_path)
    expected = letters("".join(texts_of(report)))
    assert expected - letters(text) == Counter()
    assert RARE in unicodedata.normalize("NFC", text)
