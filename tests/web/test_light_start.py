"""The desk starts without the libraries that few pages use, and looks at no migration that was applied."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from madoguchi.cli.serve import is_migrated

ROOT = Path(__file__).parents[2]
HEAVY = (
    "docx",
    "duckdb",
    "highspy",
    "ibis",
    "numba",
    "numpy",
    "pandas",
    "pyarrow",
    "pypdf",
    "scipy",
    "statsmodels",
    "sudachipy",
    "typst",
    "xlsxwriter",
)
LOAD_EVERY_PAGE = f"""
import sys
from madoguchi.cli.serve import set_up
set_up()
from django.urls import get_resolver
assert len(get_resolver().url_patterns) > 10
print(*(name for name in {HEAVY} if name in sys.modules))
"""


def test_loading_every_page_loads_no_library_that_few_pages_use(tmp_path: Path) -> None:
    environment = {**os.environ, "MADOGUCHI_DATA": str(tmp_path), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD_EVERY_PAGE], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip
    assert done.stdout.split() == []


@pytest.mark.django_db
def test_one_migration_that_was_not_applied_is_seen() -> None:
    assert is_migrated()
    recorder = MigrationRecorder(connection)
    newest = max(name for app, name in recorder.applied_migrations() if app == "desk")
    recorder.record_unapplied("desk", newest)
    assert not is_migrated()
