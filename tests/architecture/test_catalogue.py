"""Everything the desk says in Japanese is there in English, and the compiled catalogue is the written one."""

import io
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.template import Context, Template
from django.utils import translation

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


def test_a_text_with_a_percent_sign_has_its_english_on_the_page() -> None:
    """The template tags ask for it with the sign doubled, and show it once."""
    with translation.override("en"):
        shown = Template("{% load i18n %}{% trans '95%信頼区間' %}").render(Context())
        text = "誤差 {{ m }} ポイント（95%）に必要な回答は {{ n }} 人です。"
        counted = Template("{% load i18n %}{% blocktrans with m=3 n=7 %}" + text + "{% endblocktrans %}").render(
            Context()
        )
    assert shown == "95% confidence interval"
    assert counted == "7 answers are needed for an error of 3 points (95%)."
