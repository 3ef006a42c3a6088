"""Where the test data that is not part of the repository lies, if it is there."""

import os
from pathlib import Path

import pytest


def shared_folder(name: str) -> Path:
    """Return a folder of the shared data, or skip the calling test by name of what is missing."""
    root = Path(os.environ.get("MADOGUCHI_SHARED", Path(__file__).parents[2] / "shared"))
    folder = root / name
    if not folder.exists():
        if os.environ.get("MADOGUCHI_CI"):
            pytest.fail(f"{folder} is missing, and under CI nothing may be skipped")
        pytest.skip(f"{name} is not here: set MADOGUCHI_SHARED to the folder that holds it")
    return folder
